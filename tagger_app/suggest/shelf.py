"""Rows of vectors to be searched: what was read from a file, and what has been added since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tagger_app.features.mfcc import Floats
from tagger_app.suggest.hubness import SAMPLE_SIZE, choose_exponents, reaches
from tagger_app.suggest.packed import Arrays, Shapes
from tagger_app.suggest.vectors import Layout
from tagger_app.suggest.words import choose_words, level_words

BY_ASPECT = ("norms", "nearness")
"""Arrays of a shelf that have a row an aspect."""

_LARGEST = 127
_BLOCK_ROWS = 16_384
_FAR = 1e12
"""Squared length of what is silent: far from everything."""


@dataclass(frozen=True, eq=False, slots=True)
class Scales:
    """What all rows of a table are measured by.

    Attributes
    ----------
    steps : float32 [shape=(n_coarse,)], what one step of a coarse value is worth
    sample : float32 [shape=(n_sample, width)], vectors of the library that stand for it
    words : float32 [shape=(2, n_genres)], see `tagger_app.suggest.words.choose_words`
    exponents : float32 [shape=(n_aspects,)], see `tagger_app.suggest.hubness.choose_exponents`
    """

    steps: Floats
    sample: Floats
    words: Floats
    exponents: Floats


class Rows(NamedTuple):
    """Vectors to be put on a shelf, those of one track one after the other.

    Attributes
    ----------
    ids : int64 [shape=(n,)], of the tracks
    prints : uint64 [shape=(n,)], the first half of each track's fingerprint
    vectors : float32 [shape=(n, width)]
    """

    ids: npt.NDArray[np.int64]
    prints: npt.NDArray[np.uint64]
    vectors: Floats


@dataclass(frozen=True, eq=False, slots=True)
class Shelf:
    """Rows of vectors, in one order.

    Attributes
    ----------
    ids : int64 [shape=(n,)]
    prints : uint64 [shape=(n,)], the first half of the audio's fingerprint
    fine : float16 [shape=(n, width)], the vectors; without columns where they are read from elsewhere
    coarse : int8 [shape=(n, n_coarse)], their first look
    norms : float32 [shape=(n_aspects, n)], squared lengths of the coarse vectors
    nearness : float32 [shape=(n_aspects, n)], one over the reach of each
    alive : bool [shape=(n,)], False for a row that a newer one replaces
    """

    ids: npt.NDArray[np.int64]
    prints: npt.NDArray[np.uint64]
    fine: npt.NDArray[np.float16]
    coarse: npt.NDArray[np.int8]
    norms: Floats
    nearness: Floats
    alive: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.ids)


def shelf_shapes(n_rows: int, layout: Layout, *, with_fine: bool) -> Shapes:
    """What a shelf of so many rows consists of, but for `alive`."""
    n_coarse, n_aspects = len(layout.coarse_columns), len(layout.columns)
    return {
        "ids": (np.dtype("<i8"), (n_rows,)),
        "prints": (np.dtype("<u8"), (n_rows,)),
        "fine": (np.dtype("<f2"), (n_rows, layout.width if with_fine else 0)),
        "coarse": (np.dtype("i1"), (n_rows, n_coarse)),
        "norms": (np.dtype("<f4"), (n_aspects, n_rows)),
        "nearness": (np.dtype("<f4"), (n_aspects, n_rows)),
    }


def choose_sample(vectors: Floats) -> Floats:
    """As many of some vectors as stand for a library, the same each time; none that are silent."""
    sounding = vectors[~np.isnan(vectors[:, 0])]
    return sounding[np.random.default_rng(0).permutation(len(sounding))[:SAMPLE_SIZE]]


def choose_scales(sample: Floats, layout: Layout) -> Scales:
    """Scales for the rows of a library, from a sample of it."""
    words = choose_words(sample)
    sample = level_words(sample, words)
    largest = np.abs(sample[:, layout.coarse_columns]).max(axis=0, initial=0.0)
    # Half as much again, as a sample doesn't hold the largest of all; what still lies beyond is cut off.
    steps = np.maximum(largest * 1.5 / _LARGEST, 1e-6).astype(np.float32)
    return Scales(steps, sample, words, choose_exponents(sample, layout))


def fill_rows(arrays: Arrays, first: int, rows: Rows, layout: Layout, scales: Scales) -> None:
    """Put rows into a shelf's arrays, with what a first look needs of them. Vectors that are NaN are like nothing."""
    end = first + len(rows.ids)
    arrays["ids"][first:end], arrays["prints"][first:end] = rows.ids, rows.prints
    with_fine = bool(arrays["fine"].shape[1])
    for start in range(0, len(rows.ids), _BLOCK_ROWS):
        vectors = level_words(rows.vectors[start : start + _BLOCK_ROWS], scales.words)
        silent = np.isnan(vectors[:, 0])
        if silent.any():
            vectors = np.where(silent[:, np.newaxis], np.float32(0), vectors)
        block = slice(first + start, first + start + len(vectors))
        if with_fine:
            arrays["fine"][block] = vectors
        coarse = np.clip(np.rint(vectors[:, layout.coarse_columns] / scales.steps), -_LARGEST, _LARGEST)
        arrays["coarse"][block] = coarse
        coarse *= scales.steps
        for number, columns in enumerate(layout.coarse_slices):
            part = coarse[:, columns]
            arrays["norms"][number, block] = np.einsum("ij,ij->i", part, part)
        nearness = 1.0 / reaches(vectors, scales.sample, layout)
        arrays["norms"][:, block][:, silent] = _FAR
        arrays["nearness"][:, block] = nearness.T


class GrowingShelf:
    """A shelf to which rows are added at a flat cost."""

    def __init__(self, layout: Layout, scales: Scales, *, with_fine: bool) -> None:
        self._layout = layout
        self._scales = scales
        self._with_fine = with_fine
        self._n = 0
        self._arrays = self._allocate(64)
        self._rows_by_id: dict[int, list[int]] = {}

    def add(self, rows: Rows) -> None:
        """Add rows of tracks that have none here."""
        end = self._n + len(rows.ids)
        if end > len(self._arrays["ids"]):
            grown = self._allocate(2 * end)
            for name, array in self._arrays.items():
                grown[name][first_rows(name, self._n)] = array[first_rows(name, self._n)]
            self._arrays = grown
        fill_rows(self._arrays, self._n, rows, self._layout, self._scales)
        self._arrays["alive"][self._n : end] = True
        for row, track_id in enumerate(rows.ids.tolist(), self._n):
            self._rows_by_id.setdefault(track_id, []).append(row)
        self._n = end

    def remove(self, track_id: int) -> None:
        """Let a track be found no more."""
        self._arrays["alive"][self._rows_by_id.pop(track_id, [])] = False

    @property
    def shelf(self) -> Shelf:
        """The rows as they are now."""
        return Shelf(**{name: array[first_rows(name, self._n)] for name, array in self._arrays.items()})

    def _allocate(self, capacity: int) -> Arrays:
        shapes = shelf_shapes(capacity, self._layout, with_fine=self._with_fine)
        arrays = {name: np.zeros(shape, dtype) for name, (dtype, shape) in shapes.items()}
        return {**arrays, "alive": np.zeros(capacity, bool)}


def first_rows(name: str, n_rows: int) -> Any:
    """Where the first rows of an array lie: those by aspect have their rows in the second place."""
    return (slice(None), slice(n_rows)) if name in BY_ASPECT else slice(n_rows)
