"""Embeddings: what of the sound of a tile, and of a track, tells soundtracks apart, in a few dozen numbers.

A tile is described by statistics of its coefficients and by the members' last hidden layers; a projection that the
trainer learned, which is part of the bundle, makes an embedding of the description.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tagger_app.features.mfcc import Floats
from tagger_app.features.spec import FeatureSpec

_N_EXTREMES = 20
"""Coefficients, from the lowest, of which the quiet and the loud end are described, too."""
_EXTREMES = (0.05, 0.95)


def n_statistics(spec: FeatureSpec) -> int:
    """Length of what `describe_tiles` says of a tile's coefficients."""
    return 3 * spec.n_mfcc + len(_EXTREMES) * min(_N_EXTREMES, spec.n_mfcc)


def describe_tiles(tiles: Floats, hidden: Floats) -> Floats:
    """Descriptors of tiles.

    Of each coefficient the mean, the deviation and the deviation of its steps from frame to frame; of the lowest
    twenty also the 5th and the 95th percentile; and the hidden layers.

    Parameters
    ----------
    tiles : float32 [shape=(n_tiles, n_mfcc, n_frames)], not standardised
    hidden : float32 [shape=(n_tiles, n_hidden)], the last hidden layers of all members, side by side

    Returns
    -------
    float32 [shape=(n_tiles, n_descriptors)]
    """
    lowest = tiles[:, :_N_EXTREMES]
    ranks = [round(share * (tiles.shape[2] - 1)) for share in _EXTREMES]
    extremes = np.partition(lowest, ranks, axis=2)[:, :, ranks]
    steps = np.diff(tiles, axis=2).std(axis=2)
    parts = [tiles.mean(axis=2), tiles.std(axis=2), steps, extremes.reshape(len(tiles), -1), hidden]
    return np.concatenate(parts, axis=1, dtype=np.float32)


@dataclass(frozen=True)
class Projection:
    """From descriptors to embeddings.

    A track's embedding is made of the mean and of the spread (standard deviation) of its tiles' descriptors, so that
    a track with a quiet and a loud half isn't the same as one that is neither.

    Attributes
    ----------
    mean : float32 [shape=(n_descriptors,)], subtracted from descriptors, or from their mean over a track
    axes : float32 [shape=(n_descriptors, size)]
    spread_mean : float32 [shape=(n_descriptors,)], subtracted from the spread over a track
    spread_axes : float32 [shape=(n_descriptors, size)]
    """

    mean: Floats
    axes: Floats
    spread_mean: Floats
    spread_axes: Floats

    @property
    def size(self) -> int:
        """Numbers in an embedding."""
        return int(self.axes.shape[1])

    def embed_tiles(self, descriptors: Floats) -> Floats:
        """Embeddings of tiles, float32 [shape=(n_tiles, size)], each of length 1 (or all zero).

        Parameters
        ----------
        descriptors : float32 [shape=(n_tiles, n_descriptors)]
        """
        return _unit(np.asarray((descriptors - self.mean) @ self.axes, dtype=np.float32))

    def embed_track(self, descriptors: Floats) -> Floats:
        """Embedding of a track, float32 [shape=(size,)], of length 1 (or all zero).

        Parameters
        ----------
        descriptors : float32 [shape=(n_tiles, n_descriptors)], of its sounding tiles
        """
        mean = descriptors.mean(axis=0) - self.mean
        spread = descriptors.std(axis=0) - self.spread_mean
        return _unit(np.asarray(mean @ self.axes + spread @ self.spread_axes, dtype=np.float32))


def _unit(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1), dtype=np.float32)
