"""What the player shows of a track: its waveform, its fits over time and their peaks. No Qt."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from tagger_app.features.spec import FeatureSpec
from tagger_app.genres import GENRES, N_GENRES
from tagger_app.index.arrays import get_curve, get_overview
from tagger_app.index.connection import IndexConnection
from tagger_app.index.records import Track

Floats = npt.NDArray[np.float32]

_PROMINENCE = 0.05
"""Less than this is no more than the models' noise from tile to tile."""


@dataclass(frozen=True, eq=False)
class TrackSound:
    """A track as it is drawn.

    Attributes
    ----------
    duration_s : length of the track in seconds
    overview : peaks of the waveform over equal stretches, float32 [shape=(n_points,)], 1 = full scale; may be empty
    curve : fits by tile, float32 [shape=(n_tiles, n_genres)]; NaN where a tile is silent or a genre untrained; n_tiles
        may be 0
    edges_s : where tiles begin and end, float64 [shape=(n_tiles + 1,)], rising from 0 to `duration_s`
    """

    duration_s: float
    overview: Floats
    curve: Floats
    edges_s: npt.NDArray[np.float64]

    @property
    def n_tiles(self) -> int:
        """Tiles that the track was heard in."""
        return len(self.curve)

    def tile_at(self, position_s: float) -> int | None:
        """The tile that is heard at a position, if there is one."""
        if not self.n_tiles or not 0 <= position_s <= self.duration_s:
            return None
        return min(int(np.searchsorted(self.edges_s, position_s, side="right")) - 1, self.n_tiles - 1)

    def fit_at(self, genre: str, position_s: float) -> float | None:
        """How well a genre fits at a position; None where that isn't known."""
        tile = self.tile_at(position_s)
        if tile is None:
            return None
        fit = float(self.curve[tile, GENRES.index(genre)])
        return None if math.isnan(fit) else fit

    def peaks_s(self, genre: str) -> list[float]:
        """Where the genre fits best, as the starts of tiles in seconds: that is where one jumps to.

        A peak is a run of equal tiles in the upper half of what the genre reaches in this track, from which it goes
        down by `_PROMINENCE` or more on both sides before it rises higher, or to the end, or to silence.
        """
        fits = self.curve[:, GENRES.index(genre)]
        known = fits[~np.isnan(fits)]
        if not len(known):
            return []
        middle = (float(known.min()) + float(known.max())) / 2
        levels = np.concatenate(([-1.0], np.nan_to_num(fits, nan=-1.0), [-1.0]))
        ends = np.flatnonzero(np.diff(levels) != 0)  # the last of each run of equal values
        peaks = []
        for before, end in pairwise(ends):
            fit = levels[end]
            # Of equal peaks with a shallow dip between them the first counts.
            earlier, later = levels[before::-1], levels[end + 1 :]
            if fit < middle or not earlier[0] < fit > later[0]:
                continue
            if fit - max(_lowest(earlier, earlier >= fit), _lowest(later, later > fit)) >= _PROMINENCE:
                peaks.append(float(self.edges_s[before]))
        return peaks


def _lowest(levels: Floats, is_end: npt.NDArray[np.bool_]) -> float:
    """The lowest level before the first end."""
    ends = np.flatnonzero(is_end)
    return float(levels[: ends[0] if len(ends) else len(levels)].min())


def silence(duration_s: float) -> TrackSound:
    """What is drawn of a track that was never heard."""
    nothing = np.zeros((0, N_GENRES), np.float32)
    return TrackSound(duration_s, np.zeros(0, np.float32), nothing, np.zeros(1))


def load_sound(open_index: Callable[[], IndexConnection], track: Track, tile_s: float | None = None) -> TrackSound:
    """Read a track's waveform and fits from the index.

    Parameters
    ----------
    tile_s : length of a tile of the bundle that heard it; None for that of Cuefit's own spec

    Raises
    ------
    LibraryIndexError
        The index can't be read, or what it holds is damaged.
    """
    with closing(open_index()) as connection:
        curve = get_curve(connection, track.id)
        overview = get_overview(connection, track.id)
    drawn = silence(track.duration_s)
    if overview is not None:
        drawn = TrackSound(drawn.duration_s, overview.astype(np.float32) / np.float32(255), drawn.curve, drawn.edges_s)
    if curve is None or not len(curve):
        return drawn
    edges_s = tile_edges_s(len(curve), track.duration_s, tile_s or FeatureSpec().tile_s)
    return TrackSound(drawn.duration_s, drawn.overview, curve.astype(np.float32), edges_s)


def tile_edges_s(n_tiles: int, duration_s: float, tile_s: float) -> npt.NDArray[np.float64]:
    """Where each tile is drawn: one after the other; the last, which is moved back to end with the track, to its end.

    Returns
    -------
    float64 [shape=(n_tiles + 1,)]
    """
    edges_s = np.append(np.arange(n_tiles) * tile_s, duration_s)
    if n_tiles > 1 and edges_s[-2] >= duration_s:  # heard with tiles of another length
        return np.linspace(0, duration_s, n_tiles + 1)
    return edges_s
