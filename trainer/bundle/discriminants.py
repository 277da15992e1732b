"""Linear discriminants: which directions of the descriptors tell soundtracks apart.

Linear discriminant analysis (Fisher 1936; Fukunaga 1990) of tracks, with "same soundtrack" as the class. A few dozen
soundtracks say little about what varies within one in hundreds of dimensions, so the scatter within is helped out
twice: by the scatter of stretches within single tracks, of which there are thousands (what changes in the course of a
track doesn't tell it from another; after within-class covariance normalisation, Hatch, Kajarekar and Stolcke 2006), and
by shrinking it towards the identity (Friedman 1989, Ledoit and Wolf 2004).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tagger_app.ensemble.embedding import Projection
from tagger_app.features.mfcc import Floats

Doubles = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

_STRETCH_TILES = 4
_MOST_TRACKS = 20
"""Tracks that a soundtrack counts as at most, so that the largest don't rule."""
_LEAST_LENGTH = 1e-6
_LEAST_DEVIATION = 1e-3
"""Descriptors that hardly vary, such as hidden units that never fire, are left out."""


@dataclass(frozen=True, kw_only=True)
class EmbeddingSettings:
    """How an embedding is learned.

    Attributes
    ----------
    within_track : share of the scatter within tracks in the scatter within soundtracks, 0 to 1
    shrinkage : share of the identity in that, above 0 and at most 1
    hidden : weight of the members' hidden layers beside the statistics of the coefficients
    """

    within_track: float = 0.9
    shrinkage: float = 0.6
    hidden: float = 0.5

    def describe(self) -> str:
        """In words, for the manifest."""
        return (
            f"linear discriminants of soundtracks, {self.within_track:g} of the scatter from within tracks, shrinkage "
            f"{self.shrinkage:g}, hidden layers weighted {self.hidden:g}"
        )


@dataclass(frozen=True)
class Scatters:
    """What a projection is learned from: pooled descriptors (mean and spread side by side), each of deviation 1.

    Attributes
    ----------
    centre, scale : float64 [shape=(2 n_descriptors,)]; what is subtracted first, and then multiplied with
    within : covariance within soundtracks, float64 [shape=(2 n_descriptors, 2 n_descriptors)]
    along : covariance of stretches within tracks, of the same shape
    between : weighted offsets of the soundtracks from their centre, float64 [shape=(n_soundtracks, 2 n_descriptors)]
    """

    centre: Doubles
    scale: Doubles
    within: Doubles
    along: Doubles
    between: Doubles


def learn_projection(
    descriptors: Floats,
    owner: Indices,
    soundtracks: npt.NDArray[np.str_],
    n_hidden: int,
    settings: EmbeddingSettings,
    size: int,
) -> Projection:
    """Learn a projection from tracks whose soundtracks are known.

    Parameters
    ----------
    descriptors : float32 [shape=(n_tiles, n_descriptors)], the last `n_hidden` of them hidden layers
    owner : track of each tile, ascending from 0 without gaps, int64 [shape=(n_tiles,)]
    soundtracks : of each track [shape=(n_tracks,)]
    size : numbers in an embedding; fewer where there are fewer soundtracks
    """
    return solve(gather_scatters(descriptors, owner, soundtracks), n_hidden, settings, size)


def gather_scatters(descriptors: Floats, owner: Indices, soundtracks: npt.NDArray[np.str_]) -> Scatters:
    """The part of `learn_projection` that is the same whatever the settings."""
    tracks = _pooled(descriptors, owner)
    centre, deviation = tracks.mean(axis=0), tracks.std(axis=0)
    scale = np.where(deviation > _LEAST_DEVIATION, 1 / np.maximum(deviation, _LEAST_DEVIATION), 0.0)
    stretches, stretch_owner = _cut_stretches(owner)
    along, _ = _scatters((_pooled(descriptors, stretches) - centre) * scale, stretch_owner, most=1)
    within, between = _scatters((tracks - centre) * scale, soundtracks, most=_MOST_TRACKS)
    return Scatters(centre, scale, within, along, between)


def solve(scatters: Scatters, n_hidden: int, settings: EmbeddingSettings, size: int) -> Projection:
    """The other part of `learn_projection`."""
    return project(scatters, decompose(scatters, n_hidden, settings), settings.shrinkage, size)


@dataclass(frozen=True)
class Spectrum:
    """The scatter within soundtracks on its principal axes; shrinking it towards the identity leaves these as they are.

    Attributes
    ----------
    weights : of the pooled descriptors, float64 [shape=(2 n_descriptors,)]
    values : float64 [shape=(2 n_descriptors,)], ascending
    axes : float64 [shape=(2 n_descriptors, 2 n_descriptors)], in columns
    """

    weights: Doubles
    values: Doubles
    axes: Doubles


def decompose(scatters: Scatters, n_hidden: int, settings: EmbeddingSettings) -> Spectrum:
    """What takes the time of `solve`, and is the same whatever the shrinkage."""
    weights = np.ones(len(scatters.centre) // 2)
    weights[len(weights) - n_hidden :] = settings.hidden
    weights = np.tile(weights, 2)
    within, along = (scatter * weights[:, np.newaxis] * weights for scatter in (scatters.within, scatters.along))
    of_tracks, of_stretches = float(np.trace(within)), float(np.trace(along))
    if of_tracks and of_stretches:
        within = (1 - settings.within_track) * within + settings.within_track * (of_tracks / of_stretches) * along
    elif of_stretches:
        within = along
    return Spectrum(weights, *np.linalg.eigh(within))


def project(scatters: Scatters, spectrum: Spectrum, shrinkage: float, size: int) -> Projection:
    """The projection for one shrinkage."""
    weights = spectrum.weights
    level = float(spectrum.values.mean()) or 1.0
    values = (1 - shrinkage) * np.maximum(spectrum.values, 0.0) + shrinkage * level
    whitening = spectrum.axes / np.sqrt(values)
    _, lengths, directions = np.linalg.svd(scatters.between * weights @ whitening, full_matrices=False)
    directions = directions[lengths > _LEAST_LENGTH * lengths[0]][:size].T
    axes = (scatters.scale * weights)[:, np.newaxis] * (whitening @ directions)
    mean_axes, spread_axes = np.split(axes.astype(np.float32), 2)
    mean, spread_mean = np.split(scatters.centre.astype(np.float32), 2)
    return Projection(mean, mean_axes, spread_mean, spread_axes)


def embed_tracks(projection: Projection, descriptors: Floats, owner: Indices) -> Floats:
    """Embeddings of tracks, float32 [shape=(n_tracks, size)]; parameters as for `learn_projection`."""
    starts = _starts(owner)
    return np.stack([projection.embed_track(part) for part in np.split(descriptors, starts[1:])])


def _starts(owner: Indices) -> Indices:
    return np.flatnonzero(np.diff(owner, prepend=-1))


def _pooled(descriptors: Floats, owner: Indices) -> Doubles:
    """Mean and spread of descriptors, side by side, float64 [shape=(n_owners, 2 n_descriptors)]."""
    starts = _starts(owner)
    counts = np.diff(np.append(starts, len(owner)))[:, np.newaxis]
    exact = descriptors.astype(np.float64)
    means = np.add.reduceat(exact, starts) / counts
    squares = np.add.reduceat((exact - np.repeat(means, counts[:, 0], axis=0)) ** 2, starts) / counts
    return np.concatenate([means, np.sqrt(squares)], axis=1)


def _cut_stretches(owner: Indices) -> tuple[Indices, Indices]:
    """Stretches of four tiles or a few more: that of each tile, and the track of each stretch."""
    counts = np.bincount(owner)
    position = np.arange(len(owner)) - np.repeat(_starts(owner), counts)
    last = np.maximum(counts // _STRETCH_TILES, 1) - 1
    key = owner * (int(last.max()) + 1) + np.minimum(position // _STRETCH_TILES, last[owner])
    _, first, stretches = np.unique(key, return_index=True, return_inverse=True)
    return stretches, owner[first]


def _scatters(
    values: Doubles, groups: npt.NDArray[np.int64] | npt.NDArray[np.str_], most: int
) -> tuple[Doubles, Doubles]:
    """Scatter within groups, and weighted offsets of the groups; a group counts as `most` members at most."""
    _, group, counts = np.unique(groups, return_inverse=True, return_counts=True)
    means = np.zeros((len(counts), values.shape[1]))
    np.add.at(means, group, values)
    means /= counts[:, np.newaxis]
    weight = np.where(counts > 1, np.minimum(counts, most), 0.0)
    share = weight / np.maximum(counts - 1, 1)
    deviations = (values - means[group]) * np.sqrt(share[group])[:, np.newaxis]
    within = deviations.T @ deviations / max(weight.sum(), 1.0)
    importance = np.sqrt(np.minimum(counts, most))[:, np.newaxis]
    centre = (importance * means).sum(axis=0) / importance.sum()
    return within, (means - centre) * np.sqrt(importance / importance.sum())
