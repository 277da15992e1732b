"""Where in a track it is like what was asked for.

A moment is a window of whole tiles, compared by the mean of their vectors with the mean of those of the region asked
for, aspect by aspect.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tagger_app.errors import SuggestionError, displayable
from tagger_app.features.mfcc import Floats
from tagger_app.suggest.answer import Moment
from tagger_app.suggest.hubness import reaches, similarity, squared_distances
from tagger_app.suggest.seeds import Profile, Seed
from tagger_app.suggest.shelf import Scales
from tagger_app.suggest.vectors import Layout, stacked_tile_vectors
from tagger_app.suggest.words import level_words

MOST_MOMENTS = 3
LONGEST_WINDOW = 12
"""Tiles: a window of nearly two minutes is hardly a moment."""
_WHOLE_TRACK_WINDOW = 2


@dataclass(frozen=True, eq=False, slots=True)
class Stretch:
    """A stretch of music that moments are compared with.

    Attributes
    ----------
    vector : float32 [shape=(width,)], the mean of its tiles
    reach : float32 [shape=(n_aspects,)]
    n_tiles : length of the windows that it is compared with
    """

    vector: Floats
    reach: Floats
    n_tiles: int


def tile_times(profile: Profile) -> npt.NDArray[np.float64]:
    """Start and end of each tile in seconds, [shape=(n_tiles, 2)]; the last one ends with the track."""
    n_tiles, tile_s = len(profile.sound.tiles), profile.sound.tile_s
    starts = np.arange(n_tiles) * tile_s
    starts[-1:] = max(min(starts[-1], profile.duration_s - tile_s), 0.0) if n_tiles else 0.0
    return np.stack([starts, np.minimum(starts + tile_s, max(profile.duration_s, tile_s))], axis=1)


def describe_seed(seed: Seed, layout: Layout, scales: Scales) -> tuple[Floats, int]:
    """The mean tile vector of what a seed means, and the length of its windows in tiles.

    Raises
    ------
    SuggestionError
        Its region is silent.
    """
    vectors = stack_tiles([seed.profile], scales)
    times = tile_times(seed.profile)
    overlap = np.ones(len(times))
    n_tiles = _WHOLE_TRACK_WINDOW
    if seed.region is not None:
        ends = np.minimum(times[:, 1], seed.region.end_s)
        overlap = np.maximum(ends - np.maximum(times[:, 0], seed.region.start_s), 0.0)
        n_tiles = round((seed.region.end_s - seed.region.start_s) / seed.profile.sound.tile_s)
    weights = np.where(np.isnan(vectors[:, 0]), 0.0, overlap)
    if not weights.any():
        name = displayable(seed.profile.title or seed.profile.path)
        raise SuggestionError(f"{name} is silent there: choose a region with music in it")
    mean = (weights / weights.sum()) @ np.nan_to_num(vectors)
    return _with_unit_timbre(mean[np.newaxis].astype(np.float32), layout)[0], int(np.clip(n_tiles, 1, LONGEST_WINDOW))


def stack_tiles(profiles: Sequence[Profile], scales: Scales) -> Floats:
    """The tile vectors of tracks, one after the other, the editor's words on the scale of the library."""
    sounds = [profile.sound for profile in profiles]
    n_tiles = [len(sound.tiles) for sound in sounds]
    embeddings = np.concatenate([sound.tile_embeddings() for sound in sounds])
    motion = np.concatenate([sound.motion for sound in sounds])
    curves = np.concatenate([profile.curve for profile in profiles])
    fits = np.repeat(np.stack([profile.fits for profile in profiles]), n_tiles, axis=0)
    return level_words(stacked_tile_vectors(embeddings, motion, curves, fits), scales.words)


def compare_windows(
    profiles: Sequence[Profile], stretches: Sequence[Stretch], layout: Layout, scales: Scales
) -> list[list[Floats]]:
    """Similarity of every window of tracks to stretches.

    Window i begins with tile i; silent tiles count in none, and a window without any other is like nothing. A track
    that is shorter than a window has one, which is all of it.

    Returns
    -------
    for each stretch, for each track: float32 [shape=(n_windows, n_aspects)], 0 to 1
    """
    if not profiles:
        return [[] for _ in stretches]
    vectors = stack_tiles(profiles, scales)
    n_tiles = np.array([len(profile.sound.tiles) for profile in profiles])
    sums, counts = _running_sums(vectors)
    ends = np.cumsum(n_tiles)
    whole = _means(sums, counts, ends - n_tiles, ends, layout)
    reach = reaches(np.nan_to_num(whole), scales.sample, layout)
    found = []
    for stretch in stretches:
        lengths = np.minimum(stretch.n_tiles, n_tiles)
        n_windows = n_tiles - lengths + 1
        owners = np.repeat(np.arange(len(profiles)), n_windows)
        window_ends = np.cumsum(n_windows)
        within = np.arange(len(owners)) - (window_ends - n_windows)[owners]
        starts = (ends - n_tiles)[owners] + within
        windows = _means(sums, counts, starts, starts + lengths[owners], layout)
        sounding = np.isfinite(windows[:, 0])
        aspects = np.zeros((len(windows), len(layout.columns)), np.float32)
        for number, columns in enumerate(layout.columns):
            squared = squared_distances(windows[sounding][:, columns], stretch.vector[np.newaxis, columns])[:, 0]
            squared /= reach[owners[sounding], number] * stretch.reach[number]
            aspects[sounding, number] = similarity(squared, float(scales.exponents[number]))
        found.append(np.split(aspects, window_ends[:-1]))
    return found


def best_moments(profile: Profile, overall: Floats, n_tiles: int) -> tuple[Moment, ...]:
    """The best windows that don't overlap, the best first.

    Parameters
    ----------
    overall : float32 [shape=(n_windows,)], 0 to 1
    n_tiles : length of the windows
    """
    times = tile_times(profile)
    left = overall.astype(np.float64)
    moments: list[Moment] = []
    while len(moments) < MOST_MOMENTS and left.size and left.max() > 0:
        first = int(left.argmax())
        last = min(first + n_tiles, len(times)) - 1
        start_s, end_s = float(times[first, 0]), float(times[last, 1])
        moments.append(Moment(round(start_s, 2), round(end_s, 2), 100 * float(overall[first])))
        left[max(first - n_tiles + 1, 0) : first + n_tiles] = 0
        # Further ones are told only where they are nearly as good.
        left[left < 0.8 * overall[first]] = 0
    return tuple(moments)


def _running_sums(vectors: Floats) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Sums of all rows, and counts of the sounding ones, before each row and after the last."""
    silent = np.isnan(vectors[:, 0])
    sums = np.zeros((len(vectors) + 1, vectors.shape[1]))
    np.cumsum(np.where(silent[:, np.newaxis], 0, vectors), axis=0, dtype=np.float64, out=sums[1:])
    return sums, np.concatenate([[0], np.cumsum(~silent)])


def _means(
    sums: npt.NDArray[np.float64],
    counts: npt.NDArray[np.int64],
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
    layout: Layout,
) -> Floats:
    """Means of rows from each start to its end: float32 [shape=(n, width)]; NaN where all are silent."""
    n_sounding = (counts[ends] - counts[starts])[:, np.newaxis]
    silence = np.full((len(starts), sums.shape[1]), np.nan)
    means = np.divide(sums[ends] - sums[starts], n_sounding, out=silence, where=n_sounding > 0)
    return _with_unit_timbre(means.astype(np.float32), layout)


def _with_unit_timbre(vectors: Floats, layout: Layout) -> Floats:
    """Means of embeddings are brought back to length 1, as those of tiles and tracks are."""
    timbre = vectors[:, layout.columns[1]]
    lengths = np.linalg.norm(timbre, axis=1, keepdims=True)
    vectors[:, layout.columns[1]] = timbre / np.where(lengths > 0, lengths, 1)
    return vectors
