"""How good suggestions are: every track of a library asks for others, and is answered by a matrix of similarities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from tagger_app.features.mfcc import Floats
from trainer.evaluation.feels import feel_agreement
from trainer.metrics import Interval
from trainer.tiles.dataset import Booleans, Dataset

Doubles = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

LIST_LENGTH = 10
FEEL_LIST_LENGTH = 5
"""An editor hears the first few; and fewer cues have words for how they feel than have a soundtrack or a genre."""


@dataclass(frozen=True)
class Library:
    """Some tracks of a data set, which ask each other.

    Attributes
    ----------
    chosen : which tracks of the data set, int64 [shape=(n_tracks,)]
    """

    dataset: Dataset
    chosen: Indices

    @cached_property
    def candidates(self) -> Booleans:
        """Which may be suggested for which, bool [shape=(n_tracks, n_tracks)]: none for itself or a version of it.

        Copies of a recording aren't there at all (see `load_dataset`); versions are other recordings of one piece.
        """
        pieces = [self.dataset.tracks[index].piece for index in self.chosen]
        numbers = {piece: number for number, piece in enumerate(pieces)}
        key = np.array([-1 - row if piece is None else numbers[piece] for row, piece in enumerate(pieces)])
        return np.asarray(key[:, np.newaxis] != key)

    @cached_property
    def same_soundtrack(self) -> Booleans:
        """Bool [shape=(n_tracks, n_tracks)]."""
        soundtracks = self.dataset.soundtracks[self.chosen]
        return np.asarray(soundtracks[:, np.newaxis] == soundtracks)

    @cached_property
    def shares_genre(self) -> Booleans:
        """Bool [shape=(n_tracks, n_tracks)]."""
        labels = self.dataset.labels[self.chosen].astype(np.float32)
        return np.asarray(labels @ labels.T > 0)

    @cached_property
    def feels_alike(self) -> Doubles:
        """Agreement of the words for how tracks feel, float64 [shape=(n_tracks, n_tracks)]; NaN without such words."""
        return feel_agreement([self.dataset.tracks[index].feels for index in self.chosen])


@dataclass(frozen=True)
class Figures:
    """How good suggestions are: a value a seed, of all libraries one after the other; NaN where nothing can be right.

    Attributes
    ----------
    seeds : tracks of the data set, int64 [shape=(n_seeds,)]
    soundtrack : share of the same soundtrack in the list, of those that have another track of it
    genre : share that has a genre of the seed's in the list, of those that have a genre
    genre_elsewhere : the same in a list without the seed's own soundtrack
    average_precision : of "same soundtrack" over the whole library
    feel : agreement in feel with the first five of those whose feel is known, of seeds whose feel is
    occurrences : lists that the track itself is in
    distance : mean distance between those on the list, of a yardstick given by the caller; NaN without one
    n_seeds : of each library
    """

    seeds: Indices
    soundtrack: Doubles
    genre: Doubles
    genre_elsewhere: Doubles
    average_precision: Doubles
    feel: Doubles
    occurrences: Doubles
    distance: Doubles
    n_seeds: tuple[int, ...]

    @property
    def precision_soundtrack(self) -> float:
        """Mean precision at 10 for "same soundtrack"."""
        return float(np.nanmean(self.soundtrack))

    @property
    def precision_genre(self) -> float:
        """Mean precision at 10 for "shares a genre"."""
        return float(np.nanmean(self.genre))

    @property
    def agreement_in_feel(self) -> float:
        """Mean agreement in feel; NaN where no track's feel is known."""
        return float(np.nanmean(self.feel)) if not np.isnan(self.feel).all() else float("nan")

    @property
    def hubness(self) -> float:
        """Skewness of how often a track is among the ten nearest (Radovanovic et al. 2010): mean of the libraries."""
        return float(np.mean([skewness(part) for part in np.split(self.occurrences, np.cumsum(self.n_seeds)[:-1])]))

    @property
    def coverage(self) -> float:
        """Share of the libraries that is ever suggested."""
        return float((self.occurrences > 0).mean())


def measure(
    answers: Sequence[tuple[Library, npt.NDArray[np.floating]]],
    yardstick: Sequence[npt.NDArray[np.floating]] | None = None,
) -> Figures:
    """Measure lists of ten.

    Parameters
    ----------
    answers : libraries, and in each the similarity of each track (row) to each other, [shape=(n_tracks, n_tracks)]
    yardstick : distances by which the diversity of lists is measured, of the shape of the similarities
    """
    rows: list[tuple[float, ...]] = []
    occurrences = []
    for number, (library, similarity) in enumerate(answers):
        ranked = np.where(library.candidates, similarity, -np.inf)
        order = np.argsort(-ranked, axis=1, kind="stable")
        occurrences.append(np.bincount(order[:, :LIST_LENGTH].ravel(), minlength=len(order)))
        labelled = library.shares_genre.diagonal()
        distances = None if yardstick is None else yardstick[number]
        for seed, best_first in enumerate(order):
            found = best_first[library.candidates[seed, best_first]]
            rows.append(
                (
                    *_soundtrack_figures(library.same_soundtrack[seed, found]),
                    *(
                        (
                            library.shares_genre[seed, found[:LIST_LENGTH]].mean(),
                            library.shares_genre[seed, _elsewhere(library, seed, found)].mean(),
                        )
                        if labelled[seed]
                        else (np.nan, np.nan)
                    ),
                    _mean_feel(library.feels_alike[seed, found]),
                    np.nan if distances is None else _mean_distance(distances, found[:LIST_LENGTH]),
                )
            )
    soundtrack, average_precision, genre, elsewhere, feel, distance = np.array(rows).T
    return Figures(
        seeds=np.concatenate([library.chosen for library, _ in answers]),
        soundtrack=soundtrack,
        genre=genre,
        genre_elsewhere=elsewhere,
        average_precision=average_precision,
        feel=feel,
        occurrences=np.concatenate(occurrences).astype(np.float64),
        distance=distance,
        n_seeds=tuple(len(library.chosen) for library, _ in answers),
    )


def chances(libraries: Sequence[Library]) -> tuple[float, float]:
    """Precision that random lists come to, "same soundtrack" and "shares a genre", over the seeds that count."""
    soundtrack, genre = [], []
    for library in libraries:
        n_candidates = library.candidates.sum(axis=1)
        n_same = (library.same_soundtrack & library.candidates).sum(axis=1)
        labelled = library.shares_genre.diagonal()
        soundtrack.append((n_same / n_candidates)[n_same > 0])
        genre.append(((library.shares_genre & library.candidates).sum(axis=1) / n_candidates)[labelled])
    return float(np.concatenate(soundtrack).mean()), float(np.concatenate(genre).mean())


def _soundtrack_figures(relevant: Booleans) -> tuple[float, float]:
    """Precision at 10 and average precision of a ranking; NaN where nothing is relevant."""
    if not relevant.any():
        return np.nan, np.nan
    precisions = np.cumsum(relevant) / np.arange(1, len(relevant) + 1)
    return float(relevant[:LIST_LENGTH].mean()), float(precisions[relevant].mean())


def _mean_feel(agreements: Doubles) -> float:
    """Of the first five of a ranking that agree or disagree; NaN where there is none."""
    known = agreements[~np.isnan(agreements)][:FEEL_LIST_LENGTH]
    return float(known.mean()) if len(known) else np.nan


def _elsewhere(library: Library, seed: int, found: Indices) -> Indices:
    return np.asarray(found[~library.same_soundtrack[seed, found]][:LIST_LENGTH])


def _mean_distance(distances: npt.NDArray[np.floating], listed: Indices) -> float:
    upper = np.triu_indices(len(listed), 1)
    return float(distances[np.ix_(listed, listed)][upper].mean())


def skewness(values: Doubles) -> float:
    """Third standardised moment; 0 where all values are alike."""
    off = values - values.mean()
    deviation = off.std()
    return float((off**3).mean() / deviation**3) if deviation else 0.0


def interval_over_soundtracks(
    values: Doubles, soundtracks: npt.NDArray[np.str_], seed: int, n_draws: int = 1000
) -> Interval:
    """Mean of seeds' values, NaN left out, with its percentile bootstrap interval over soundtracks."""
    _, group = np.unique(soundtracks, return_inverse=True)
    there = ~np.isnan(values)
    sums = np.bincount(group, weights=np.where(there, values, 0.0))
    counts = np.bincount(group, weights=there)
    drawn = np.random.default_rng(seed).integers(len(sums), size=(n_draws, len(sums)))
    means = sums[drawn].sum(axis=1) / np.maximum(counts[drawn].sum(axis=1), 1)
    low, high = np.percentile(means, [2.5, 97.5])
    return Interval(float(values[there].mean()), float(low), float(high))


def cosines(vectors: Floats) -> Floats:
    """Cosine of each to each, of vectors of length 1: float32 [shape=(n, n)]."""
    return np.asarray(vectors @ vectors.T)
