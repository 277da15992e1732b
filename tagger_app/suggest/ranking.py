"""Comparing examples with every track: a first look at all of them, then an exact one at those that matter.

Several examples are taken together after Rocchio's relevance feedback (1971), with similarities in place of vectors: a
track gains by a mean of its similarities to wanted examples, and loses a part of that to the nearest unwanted one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from threadpoolctl import ThreadpoolController

from tagger_app.features.mfcc import Floats
from tagger_app.suggest.hubness import reaches, similarity
from tagger_app.suggest.shelf import Scales, Shelf
from tagger_app.suggest.vectors import Layout

UNWANTED_WEIGHT = 0.5
_BLOCK_ROWS = 4_096
_MOST_THREADS = 4
_BLAS = ThreadpoolController()


@dataclass(frozen=True, eq=False, slots=True)
class Example:
    """A vector to compare with.

    Attributes
    ----------
    vector : float32 [shape=(width,)]
    reach : float32 [shape=(n_aspects,)]
    """

    vector: Floats
    reach: Floats
    wanted: bool


@dataclass(frozen=True, eq=False, slots=True)
class Question:
    """Examples and weights.

    Attributes
    ----------
    weights : float32 [shape=(n_aspects,)], adding up to one
    """

    examples: tuple[Example, ...]
    weights: Floats


def make_question(
    vectors: Sequence[Floats], wanted: Sequence[bool], weights: Floats, layout: Layout, scales: Scales
) -> Question:
    """A question in a table's own terms.

    Parameters
    ----------
    vectors, wanted : one an example
    weights : by aspect, 0 or more, not all 0
    """
    reach = reaches(np.stack(vectors), scales.sample, layout)
    examples = zip(vectors, reach, wanted, strict=True)
    return Question(tuple(Example(*example) for example in examples), np.asarray(weights / weights.sum(), np.float32))


def first_look(shelf: Shelf, question: Question, layout: Layout, scales: Scales) -> Floats:
    """Overall similarity of every row to what is asked for, nearly: float32 [shape=(n,)], -1 for rows not alive."""
    queries = [_CoarseQuery(example, question.weights, layout, scales) for example in question.examples]
    wanted = [example.wanted for example in question.examples]

    def look(values: Floats, norms: Floats, nearness: Floats) -> Floats:
        return combine([query.similarity(values, norms, nearness) for query in queries], wanted)

    return _over_blocks(shelf, look, np.float32(-1))


def first_distances(shelf: Shelf, question: Question, layout: Layout, scales: Scales, number: int) -> Floats:
    """Distance of every row from one of the examples, nearly: float32 [shape=(n,)], infinite for rows not alive.

    The squared distance is the weighted sum of those by aspect, each divided by the reaches of both.
    """
    query = _CoarseQuery(question.examples[number], question.weights, layout, scales)
    return np.sqrt(_over_blocks(shelf, query.squared_distance, np.float32(np.inf)))


def _over_blocks(shelf: Shelf, look: Callable[[Floats, Floats, Floats], Floats], dead: np.float32) -> Floats:
    """What `look` finds in the coarse values, norms and nearness of all rows, a block at a time on a few threads."""
    n_rows = len(shelf)
    found = np.full(n_rows, dead, np.float32)
    if not n_rows:
        return found
    n_threads = min(_MOST_THREADS, os.cpu_count() or 1, -(-n_rows // (4 * _BLOCK_ROWS)))
    edges = np.linspace(0, n_rows, n_threads + 1).astype(int)

    def run(start: int, end: int) -> None:
        buffer = np.empty((min(_BLOCK_ROWS, end - start), shelf.coarse.shape[1]), np.float32)
        for first in range(start, end, _BLOCK_ROWS):
            rows = slice(first, min(first + _BLOCK_ROWS, end))
            values = buffer[: rows.stop - rows.start]
            np.copyto(values, shelf.coarse[rows])
            found[rows] = look(values, shelf.norms[:, rows], shelf.nearness[:, rows])

    # The threads are ours: a library of linear algebra that starts its own on such small products only gets in the way.
    with _BLAS.limit(limits=1, user_api="blas"), ThreadPoolExecutor(n_threads) as threads:
        list(threads.map(run, edges[:-1].tolist(), edges[1:].tolist()))
    found[~shelf.alive] = dead
    return found


class _CoarseQuery:
    """An example as the coarse rows are multiplied with it."""

    def __init__(self, example: Example, weights: Floats, layout: Layout, scales: Scales) -> None:
        vector = example.vector[layout.coarse_columns]
        scaled = np.ascontiguousarray(-2.0 * vector * scales.steps, dtype=np.float32)
        self._aspects = [
            (number, columns, scaled[columns], np.float32(vector[columns] @ vector[columns]))
            for number, columns in enumerate(layout.coarse_slices)
            if weights[number]
        ]
        self._exponents = scales.exponents.tolist()
        self._nearness = (1.0 / example.reach).astype(np.float32)
        self._weights = weights

    def similarity(self, values: Floats, norms: Floats, nearness: Floats) -> Floats:
        """Overall similarity of rows."""
        total = np.zeros(len(values), np.float32)
        for number, scaled in self._scaled(values, norms, nearness):
            total += similarity(scaled, self._exponents[number]) * self._weights[number]
        return total

    def squared_distance(self, values: Floats, norms: Floats, nearness: Floats) -> Floats:
        """Overall squared distance of rows."""
        total = np.zeros(len(values), np.float32)
        for number, scaled in self._scaled(values, norms, nearness):
            total += np.maximum(scaled, 0) * self._weights[number]
        return total

    def _scaled(self, values: Floats, norms: Floats, nearness: Floats) -> Iterator[tuple[int, Floats]]:
        """Squared distance over both reaches, aspect by aspect."""
        for number, columns, scaled, norm in self._aspects:
            squared = values[:, columns] @ scaled
            squared += norms[number]
            squared += norm
            squared *= nearness[number]
            squared *= self._nearness[number]
            yield number, squared


def exact_aspects(shelf: Shelf, rows: npt.NDArray[np.intp], example: Example, layout: Layout, scales: Scales) -> Floats:
    """Similarity of some rows to an example by aspect: float32 [shape=(n, n_aspects)], 0 to 1."""
    difference = shelf.fine[rows].astype(np.float32) - example.vector
    found = np.empty((len(rows), len(layout.columns)), np.float32)
    for number, columns in enumerate(layout.columns):
        part = difference[:, columns]
        squared = np.einsum("ij,ij->i", part, part)
        squared *= shelf.nearness[number, rows]
        found[:, number] = similarity(squared / example.reach[number], scales.exponents[number])
    return found


def combine(scores: Sequence[Floats], wanted: Sequence[bool]) -> Floats:
    """Scores for each example as one for all."""
    liked = [score for score, is_wanted in zip(scores, wanted, strict=True) if is_wanted]
    disliked = [score for score, is_wanted in zip(scores, wanted, strict=True) if not is_wanted]
    overall = liked[0]
    if len(liked) > 1:
        # The mean of square roots, squared: what is a little like all is nearer than what is like one alone.
        overall = np.square(
            sum((np.sqrt(np.maximum(score, 0)) for score in liked), start=np.float32(0)) / np.float32(len(liked))
        )
    if disliked:
        overall = overall - np.float32(UNWANTED_WEIGHT) * np.maximum.reduce(disliked)
    return np.asarray(overall, dtype=np.float32)


def largest(scores: Floats, n: int) -> npt.NDArray[np.intp]:
    """Positions of the n largest scores, the largest first; equal ones in their order."""
    chosen = np.argpartition(-scores, n - 1)[:n] if n < len(scores) else np.arange(len(scores))
    return chosen[np.lexsort((chosen, -scores[chosen]))]
