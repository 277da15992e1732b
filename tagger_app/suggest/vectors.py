"""Sounds as vectors, so that similar ones lie close together: a part of the vector for each aspect.

A *track vector* describes a whole track:

    fit        fits (10), and how each quarter of the track differs from the whole (40)
    timbre     embedding (d)
    dynamics   see `tagger_app.features.motion.pool_dynamics`
    pace       see `tagger_app.features.motion.pool_pace`

The embedding of a track knows how far its tiles spread; the spread itself beside it adds nothing but hubs, measured. A
*tile vector* describes one tile, or the mean of some, by the
same aspects as far as a few seconds have them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from tagger_app.features.mfcc import Floats
from tagger_app.features.motion import tile_dynamics_pace
from tagger_app.genres import N_GENRES
from tagger_app.suggest.request import ASPECTS

N_QUARTERS = 4
QUARTER_WEIGHT = 0.5
N_ASPECTS = len(ASPECTS)


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns of a vector belong to which aspect.

    Attributes
    ----------
    columns : of the whole vector, one slice an aspect in the order of `ASPECTS`
    coarse : columns that a first look over all tracks compares, one index array an aspect
    """

    columns: tuple[slice, ...]
    coarse: tuple[npt.NDArray[np.intp], ...]

    @property
    def width(self) -> int:
        """Columns altogether."""
        return int(self.columns[-1].stop)

    @property
    def coarse_columns(self) -> npt.NDArray[np.intp]:
        """All columns of the first look."""
        return np.concatenate(self.coarse)

    @property
    def coarse_slices(self) -> tuple[slice, ...]:
        """Where each aspect lies among `coarse_columns`."""
        ends = np.cumsum([0, *(len(columns) for columns in self.coarse)]).tolist()
        return tuple(slice(start, end) for start, end in pairwise(ends))


def track_layout(n_embedding: int, n_dynamics: int, n_pace: int) -> Layout:
    """The layout of track vectors; the first look leaves out the quarters."""
    n_fit = N_GENRES * (1 + N_QUARTERS)
    return _layout((n_fit, n_embedding, n_dynamics, n_pace), (N_GENRES, n_embedding, n_dynamics, n_pace))


def tile_layout(n_embedding: int, n_dynamics: int, n_pace: int) -> Layout:
    """The layout of tile vectors."""
    sizes = (N_GENRES, n_embedding, n_dynamics, n_pace)
    return _layout(sizes, sizes)


def _layout(sizes: tuple[int, ...], coarse_sizes: tuple[int, ...]) -> Layout:
    ends = np.cumsum([0, *sizes]).tolist()
    columns = tuple(slice(start, end) for start, end in pairwise(ends))
    coarse = tuple(np.arange(start, start + size) for start, size in zip(ends[:-1], coarse_sizes, strict=True))
    return Layout(columns, coarse)


def track_vectors(
    fits: Floats,
    curves: npt.NDArray[np.floating],
    n_tiles: npt.NDArray[np.int64],
    embeddings: npt.NDArray[np.floating],
    dynamics: npt.NDArray[np.floating],
    paces: npt.NDArray[np.floating],
) -> Floats:
    """Vectors of tracks.

    Parameters
    ----------
    fits : float32 [shape=(n, n_genres)], the editor's word in place of the model's; NaN where there is none
    curves : fits by tile, those of all tracks one after the other, [shape=(n_tiles.sum(), n_genres)]
    n_tiles : tiles of each track, at least one, [shape=(n,)]
    embeddings : [shape=(n, d)]
    dynamics, paces : [shape=(n, k)]

    Returns
    -------
    float32 [shape=(n, width)]
    """
    # A genre without a model is alike in all tracks, but for those that the editor marked.
    known = np.nan_to_num(fits, nan=0.0)
    parts: tuple[npt.NDArray[Any], ...]
    parts = (known, QUARTER_WEIGHT * _quarters(curves, n_tiles), embeddings, dynamics, paces)
    return np.concatenate(parts, axis=1, dtype=np.float32)


def _quarters(curves: npt.NDArray[np.floating], n_tiles: npt.NDArray[np.int64]) -> Floats:
    """How the mean fits of each quarter differ from those of the whole; 0 where a quarter, or a genre, says nothing.

    Quarters of a few tiles take parts of tiles, so that a curve's course doesn't jump with its length.
    """
    curves = np.asarray(curves, dtype=np.float32)
    silent = np.isnan(curves)
    ends = np.cumsum(n_tiles)
    edges = (ends - n_tiles)[:, np.newaxis] + n_tiles[:, np.newaxis] * np.linspace(0, 1, N_QUARTERS + 1)
    low = edges.astype(np.int64)
    high = np.minimum(low + 1, ends[:, np.newaxis])
    part = (edges - low)[:, :, np.newaxis]

    def by_quarter(values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        running = np.concatenate([np.zeros((1, N_GENRES)), np.cumsum(values, axis=0, dtype=np.float64)])
        return np.diff(running[low] * (1 - part) + running[high] * part, axis=1)

    sums, counts = by_quarter(np.where(silent, 0, curves)), by_quarter(~silent)
    sounds = counts > 1e-6
    means = np.divide(sums, counts, out=np.zeros_like(sums), where=sounds)
    whole = sums.sum(axis=1, keepdims=True) / np.maximum(counts.sum(axis=1, keepdims=True), 1e-6)
    return np.asarray(np.where(sounds, means - whole, 0), dtype=np.float32).reshape(len(n_tiles), -1)


def stacked_tile_vectors(
    embeddings: Floats, motion: npt.NDArray[np.floating], curves: npt.NDArray[np.floating], fits: Floats
) -> Floats:
    """A vector for each tile, float32 [shape=(n_tiles, width)]; NaN in silent tiles.

    Parameters
    ----------
    embeddings, motion : as in `Sound`, of one or more tracks, one after the other
    curves : fits by tile [shape=(n_tiles, n_genres)], NaN in silent tiles
    fits : of each tile's track, with the editor's word; where that is 0 or 1, it holds for every tile
    """
    known = np.nan_to_num(curves.astype(np.float32), nan=0.0)
    known = np.where((fits == 0.0) | (fits == 1.0), fits, known)
    vectors = np.concatenate([known, embeddings, tile_dynamics_pace(motion)], axis=1, dtype=np.float32)
    vectors[~(embeddings.any(axis=1) & np.isfinite(motion[:, 0]))] = np.nan
    return vectors
