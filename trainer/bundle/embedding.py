"""Learning the embedding, and what it is worth on soundtracks that it was not learned from.

`choose_settings` picks by cross-validation over soundtracks how far the scatter is helped out (see `discriminants`);
figures that are reported for a fold come from settings that were chosen on the others.

What else was tried, on the open corpora with four folds, hubs taken away alike (precision at 10, same soundtrack and
shared genre; the last row was measured with nested choice, the others with their best settings):

============================================================  =====  =====
hidden layers, whitened principal axes                        0.27   0.59
statistics of the coefficients, standardised                  0.33   0.63
the same, discriminants without the scatter within tracks     0.34   0.64
the same, with it                                             0.36   0.65
the same, linear map by supervised contrastive loss           0.34   0.65
the same, two-layer network by supervised contrastive loss    0.31   0.64
statistics and hidden layers, discriminants: what ships       0.36   0.66
============================================================  =====  =====

More descriptors of a tile (percentiles, deviation, steps and skewness of the mel bands, power of the coefficients by
octaves of modulation, correlations; 598 in all) raised these figures to 0.38 and 0.68, and those of all aspects
together by 0.01 and 0.02. They don't ship. Their spread tells how many tiles there are: of the nearest five to tracks
of up to 6 tiles 20 % were as short, of all tracks 10 %. And with what is usual for the length taken off (0.38 and 0.68
still), asked for the demo cues in libraries that nothing was learned from, fewer of the first five belonged than with
what ships: about 33 of 50 instead of 38, judged by titles, columns and some spectrograms. Levels of bands tell
mastering and codec, which soundtracks share.

A convolutional network that was taught to tell the tracks themselves apart (three layers, mean and deviation over
time, 64 numbers on a sphere, softmax with a margin, random equalisation and gaps; 12 epochs, 3 minutes a fold) came
on two folds to 0.28 and 0.42 of the same soundtrack, 0.59 and 0.65 of the same genres; the discriminants to 0.29 and
0.43, 0.60 and 0.65, both together to 0.29 and 0.46, 0.60 and 0.68. Agreement in feel (`trainer.evaluation.feels`)
stayed as it was, 0.19 and 0.28 with both. It doesn't ship: a second network for each tile, and nothing gained where
it counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from tagger_app.ensemble.embedding import Projection, describe_tiles
from tagger_app.ensemble.manifest import EmbeddingEvidence
from tagger_app.ensemble.member import Member
from tagger_app.features.mfcc import Floats
from trainer.bundle.discriminants import (
    EmbeddingSettings,
    Spectrum,
    decompose,
    embed_tracks,
    gather_scatters,
    learn_projection,
    project,
)
from trainer.evaluation.retrieval import Library, chances, cosines, interval_over_soundtracks, measure
from trainer.learning.members import ExportedMember
from trainer.tiles.dataset import Booleans, Dataset
from trainer.tiles.standardised import StandardisedTiles

Doubles = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

_LEAST_FOLDS = 3
_LEAST_SOUNDTRACKS = 10
"""With several tracks each; fewer say nothing about settings."""


CHOICES = tuple(
    EmbeddingSettings(within_track=within_track, shrinkage=shrinkage, hidden=hidden)
    for within_track, shrinkage, hidden in product((0.5, 0.9), (0.3, 0.6, 0.9), (0.0, 0.5, 1.0))
)
"""What `choose_settings` tries."""


def describe_dataset(dataset: Dataset, tiles: StandardisedTiles, members: Sequence[ExportedMember]) -> Floats:
    """Descriptors of all tiles, track by track: float32 [shape=(n_tiles, n_descriptors)].

    Parameters
    ----------
    tiles : of the data set, standardised as the members hear them
    """
    opened = [Member(member.content, tiles.shape[1:], len(member.genres)) for member in members]
    everything = np.ones(len(tiles), dtype=np.bool_)
    hidden = np.concatenate(
        [np.concatenate([member.run(chunk)[1] for member in opened], axis=1) for chunk in tiles.chunks(everything)]
    )
    parts, start = [], 0
    for own in dataset.tiles:
        parts.append(describe_tiles(own.astype(np.float32), hidden[start : start + len(own)]))
        start += len(own)
    return np.concatenate(parts)


@dataclass(frozen=True)
class Described:
    """A data set as the folds' members hear it.

    Attributes
    ----------
    dataset : all tracks
    folds : of each track, int64 [shape=(n_tracks,)]; a soundtrack is in one fold
    by_fold : for each fold, descriptors of all tiles from members that have not learned from the fold
    n_statistics : descriptors that come before the hidden layers
    size : numbers that an embedding is to have
    """

    dataset: Dataset
    folds: Indices
    by_fold: Sequence[Floats]
    n_statistics: int
    size: int = 64

    @property
    def n_hidden(self) -> int:
        """Descriptors that are hidden layers."""
        return int(self.by_fold[0].shape[1]) - self.n_statistics

    def part(self, fold: int, chosen: Booleans) -> tuple[Floats, Indices]:
        """Descriptors of some tracks' tiles by a fold's members, and the tracks they belong to, counted from 0."""
        return part_of(self.by_fold[fold], self.dataset.owner, chosen)


@dataclass(frozen=True)
class HeldOutEmbeddings:
    """Embeddings of one fold by what was learned, settings and all, on the other folds.

    Attributes
    ----------
    library : the fold's tracks
    embeddings : float32 [shape=(n_tracks, size)]
    projection, settings : that made them, and were chosen without the fold
    """

    library: Library
    embeddings: Floats
    projection: Projection
    settings: EmbeddingSettings


def choose_settings(described: Described, left_out: int | None = None) -> EmbeddingSettings:
    """The settings with the best retrieval on soundtracks that were not learned from.

    For each fold, projections are learned on the other folds, and judged by the mean of precision at 10 for "same
    soundtrack" and for "shares a genre" within the fold.

    Parameters
    ----------
    left_out : a fold whose tracks are neither learned from nor asked: what is then measured on it was not tuned to it
    """
    dataset, folds = described.dataset, described.folds
    judged = np.zeros(len(CHOICES))
    for fold in range(len(described.by_fold)):
        if fold == left_out:
            continue
        learned, held = (folds != fold) & (folds != left_out), folds == fold
        scatters = gather_scatters(*described.part(fold, learned), dataset.soundtracks[learned])
        library = Library(dataset, np.flatnonzero(held))
        heard = described.part(fold, held)
        spectra: dict[tuple[float, float], Spectrum] = {}
        for number, settings in enumerate(CHOICES):
            key = (settings.within_track, settings.hidden)
            if key not in spectra:
                spectra[key] = decompose(scatters, described.n_hidden, settings)
            projection = project(scatters, spectra[key], settings.shrinkage, described.size)
            figures = measure([(library, cosines(embed_tracks(projection, *heard)))])
            judged[number] += figures.precision_soundtrack + figures.precision_genre
    return CHOICES[int(np.argmax(judged))]


def embed_folds(described: Described) -> list[HeldOutEmbeddings]:
    """Held-out embeddings of every fold; there must be three at least."""
    results = []
    for fold in range(len(described.by_fold)):
        settings = choose_settings(described, left_out=fold)
        learned = described.folds != fold
        soundtracks = described.dataset.soundtracks[learned]
        projection = learn_projection(
            *described.part(fold, learned), soundtracks, described.n_hidden, settings, described.size
        )
        embeddings = embed_tracks(projection, *described.part(fold, ~learned))
        library = Library(described.dataset, np.flatnonzero(~learned))
        results.append(HeldOutEmbeddings(library, embeddings, projection, settings))
    return results


def learn_embedding(
    described: Described, descriptors: Floats, seed: int
) -> tuple[Projection, EmbeddingEvidence | None]:
    """The projection of a bundle, and what it is worth: None where there are too few folds or soundtracks to say.

    Parameters
    ----------
    descriptors : of all tiles, by the members that ship: float32 [shape=(n_tiles, n_descriptors)]
    """
    dataset = described.dataset
    settings, evidence = EmbeddingSettings(), None
    several = np.unique(dataset.soundtracks, return_counts=True)[1] > 1
    if len(described.by_fold) >= _LEAST_FOLDS and several.sum() >= _LEAST_SOUNDTRACKS:
        settings = choose_settings(described)
        evidence = gather_evidence(embed_folds(described), settings, seed)
    projection = learn_projection(
        descriptors, dataset.owner, dataset.soundtracks, described.n_hidden, settings, described.size
    )
    return projection, evidence


def gather_evidence(held_out: Sequence[HeldOutEmbeddings], settings: EmbeddingSettings, seed: int) -> EmbeddingEvidence:
    """What held-out embeddings are worth, for the manifest.

    Parameters
    ----------
    settings : those that ship
    """
    dataset = held_out[0].library.dataset
    figures = measure([(part.library, cosines(part.embeddings)) for part in held_out])
    chance = chances([part.library for part in held_out])
    soundtracks = dataset.soundtracks[figures.seeds]
    soundtrack = interval_over_soundtracks(figures.soundtrack, soundtracks, seed)
    genre = interval_over_soundtracks(figures.genre, soundtracks, seed)
    return EmbeddingEvidence(
        tracks=len(figures.seeds),
        soundtracks=len(np.unique(soundtracks)),
        precision_soundtrack=round(soundtrack.value, 4),
        precision_soundtrack_interval=(round(soundtrack.low, 4), round(soundtrack.high, 4)),
        precision_soundtrack_chance=round(chance[0], 4),
        precision_genre=round(genre.value, 4),
        precision_genre_interval=(round(genre.low, 4), round(genre.high, 4)),
        precision_genre_chance=round(chance[1], 4),
        average_precision=round(float(np.nanmean(figures.average_precision)), 4),
        hubness=round(figures.hubness, 4),
        settings=settings.describe(),
    )


def part_of(descriptors: Floats, owner: Indices, chosen: Booleans) -> tuple[Floats, Indices]:
    """Descriptors of some tracks' tiles, and the tracks they belong to, counted from 0."""
    mask = chosen[owner]
    return descriptors[mask], np.unique(owner[mask], return_inverse=True)[1]
