"""A first look at all rows of a table: how near each one's coarse vector is to each example.

Rows are turned from bytes to numbers once, a few at a time, and multiplied with all examples at once; what follows
is done on more of them together, as many as stay in the processor's own memory.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
from threadpoolctl import ThreadpoolController

from tagger_app.features.mfcc import Floats
from tagger_app.suggest.hubness import similarity
from tagger_app.suggest.ranking import Question, combine
from tagger_app.suggest.shelf import Scales, Shelf
from tagger_app.suggest.vectors import Layout

Rows = npt.NDArray[np.intp]

_PRODUCT_ROWS = 2_048
_BLOCK_ROWS = 4 * _PRODUCT_ROWS
_MOST_THREADS = 4
_BLAS = ThreadpoolController()


def first_look(shelf: Shelf, question: Question, layout: Layout, scales: Scales, rows: Rows | None = None) -> Floats:
    """Overall similarity to what is asked for, nearly: float32 [shape=(n,)], -1 for rows not alive.

    Parameters
    ----------
    rows : which to look at, None for all
    """
    examples = _Examples(question, layout, scales)
    wanted = [example.wanted for example in question.examples]

    def look(scaled: Floats) -> Floats:
        return combine(list(examples.similarities(scaled)), wanted)[np.newaxis]

    return np.asarray(_look(shelf, rows, examples, look, 1, np.float32(-1))[0])


def first_distances(shelf: Shelf, question: Question, layout: Layout, scales: Scales) -> Floats:
    """Distance of every row from each example, nearly: float32 [shape=(n_examples, n)], infinite for rows not alive.

    The squared distance is the weighted sum of those by aspect, each divided by the reaches of both.
    """
    examples = _Examples(question, layout, scales)
    n_examples = len(question.examples)
    return np.sqrt(_look(shelf, None, examples, examples.squared_distances, n_examples, np.float32(np.inf)))


class _Examples:
    """The examples of a question, as rows of bytes are multiplied with all of them."""

    def __init__(self, question: Question, layout: Layout, scales: Scales) -> None:
        vectors = np.stack([example.vector for example in question.examples])[:, layout.coarse_columns]
        nearness = np.stack([1.0 / example.reach for example in question.examples], axis=1, dtype=np.float32)
        used = np.flatnonzero(question.weights).tolist()
        self._used = slice(None) if len(used) == len(question.weights) else used
        self._columns = [layout.coarse_slices[number] for number in used]
        parts = [vectors[:, columns] for columns in self._columns]
        factors = (-2.0 * vectors * scales.steps).astype(np.float32)
        self._factors = [np.ascontiguousarray(factors[:, columns].T) for columns in self._columns]
        self._norms = np.stack([np.einsum("ij,ij->i", part, part) for part in parts])[:, :, np.newaxis]
        self._nearness = nearness[used][:, :, np.newaxis]
        self._exponents = scales.exponents[used].tolist()
        self._weights = question.weights[used]
        self.shape = (len(used), len(vectors))

    def multiply(self, values: Floats, out: Floats) -> None:
        """Squared lengths of the examples less twice their products with rows, by aspect.

        Parameters
        ----------
        values : float32 [shape=(n, n_coarse)]
        out : float32 [shape=(n_aspects, n_examples, n)]
        """
        for number, (columns, factors) in enumerate(zip(self._columns, self._factors, strict=True)):
            np.add((values[:, columns] @ factors).T, self._norms[number], out=out[number])

    def scale(self, products: Floats, norms: Floats, nearness: Floats) -> None:
        """Make products into squared distances, over the reaches of both; norms and nearness are those of the rows."""
        products += norms[self._used, np.newaxis]
        products *= nearness[self._used, np.newaxis]
        products *= self._nearness

    def similarities(self, scaled: Floats) -> Floats:
        """Overall similarities, float32 [shape=(n_examples, n)]; `scaled` is overwritten."""
        for part, exponent in zip(scaled, self._exponents, strict=True):
            similarity(part, exponent)
        return self._sum(scaled)

    def squared_distances(self, scaled: Floats) -> Floats:
        """Overall squared distances, float32 [shape=(n_examples, n)]; `scaled` is overwritten."""
        return self._sum(np.maximum(scaled, 0, out=scaled))

    def _sum(self, parts: Floats) -> Floats:
        return np.asarray(self._weights @ parts.reshape(len(parts), -1)).reshape(parts.shape[1:])


def _look(
    shelf: Shelf,
    rows: Rows | None,
    examples: _Examples,
    look: Callable[[Floats], Floats],
    n_found: int,
    dead: np.float32,
) -> Floats:
    """What `look` makes of the scaled distances of rows, a block at a time on a few threads.

    Returns
    -------
    float32 [shape=(n_found, n_rows)]
    """
    n_rows = len(shelf) if rows is None else len(rows)
    found = np.empty((n_found, n_rows), np.float32)
    if not n_rows:
        return found
    n_threads = min(_MOST_THREADS, os.cpu_count() or 1, -(-n_rows // (2 * _BLOCK_ROWS)))
    edges = np.linspace(0, n_rows, n_threads + 1).astype(int)

    def run(start: int, end: int) -> None:
        values = np.empty((_PRODUCT_ROWS, shelf.coarse.shape[1]), np.float32)
        scaled = np.empty((*examples.shape, min(_BLOCK_ROWS, end - start)), np.float32)
        for first in range(start, end, _BLOCK_ROWS):
            last = min(first + _BLOCK_ROWS, end)
            coarse, norms, nearness = _rows_of(shelf, slice(first, last) if rows is None else rows[first:last])
            if last - first < scaled.shape[2]:
                scaled = np.empty((*examples.shape, last - first), np.float32)
            for place in range(0, last - first, _PRODUCT_ROWS):
                part = coarse[place : place + _PRODUCT_ROWS]
                np.copyto(values[: len(part)], part)
                examples.multiply(values[: len(part)], scaled[:, :, place : place + len(part)])
            examples.scale(scaled, norms, nearness)
            found[:, first:last] = look(scaled)

    # The threads are ours: a library of linear algebra that starts its own on such small products only gets in the way.
    with _BLAS.limit(limits=1, user_api="blas"), ThreadPoolExecutor(n_threads) as threads:
        list(threads.map(run, edges[:-1].tolist(), edges[1:].tolist()))
    alive = shelf.alive if rows is None else shelf.alive[rows]
    if not alive.all():
        found[:, ~alive] = dead
    return found


def _rows_of(shelf: Shelf, rows: slice | Rows) -> tuple[npt.NDArray[np.int8], Floats, Floats]:
    """Coarse vectors, norms and nearness of some rows."""
    if isinstance(rows, slice):
        return shelf.coarse[rows], shelf.norms[:, rows], shelf.nearness[:, rows]
    # Half as long as indexing takes.
    return shelf.coarse.take(rows, axis=0), shelf.norms.take(rows, axis=1), shelf.nearness.take(rows, axis=1)
