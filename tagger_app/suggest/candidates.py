"""The tracks that come into question, best first: by their whole, or by their best moments."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tagger_app.features.mfcc import Floats
from tagger_app.index.connection import IndexConnection
from tagger_app.suggest.answer import Moment
from tagger_app.suggest.first_look import first_look
from tagger_app.suggest.moments import Stretch, best_moments, compare_windows, describe_seed
from tagger_app.suggest.ranking import Question, combine, exact_aspects, largest, make_question
from tagger_app.suggest.seeds import Seed, load_profiles
from tagger_app.suggest.shelf import Shelf
from tagger_app.suggest.table import Table
from tagger_app.suggest.tables import TileTable, TrackTable

_MOST_PICKED = 0.5
"""Share of a table up to which picking the rows that a filter leaves takes less time than looking at all of them."""


class Candidates(NamedTuple):
    """Tracks that come into question, best first.

    Attributes
    ----------
    ids : int64 [shape=(n,)]
    overall : float32 [shape=(n,)], at most 1, falling
    aspects : float32 [shape=(n, n_aspects)], 0 to 1, the mean over all wanted examples
    moments : by id, where they were looked for
    is_all : there are no others
    """

    ids: npt.NDArray[np.int64]
    overall: Floats
    aspects: Floats
    moments: dict[int, tuple[Moment, ...]]
    is_all: bool


class Allowed:
    """Which tracks may be suggested at all.

    Parameters
    ----------
    ids : int64, those that the filter leaves; None without a filter
    without : ids that may not, few
    """

    def __init__(self, ids: npt.NDArray[np.int64] | None, without: frozenset[int]) -> None:
        self._ids = ids
        self._without = np.array(sorted(without), np.int64)

    @property
    def n_without(self) -> int:
        """How many tracks are left out, whatever the filter says."""
        return len(self._without)

    def is_without(self, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """For each id whether it is left out, whatever the filter says."""
        return np.isin(ids, self._without)

    def rows(self, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.intp] | None:
        """Which of some ids the filter leaves; None for all."""
        if self._ids is None:
            return None
        highest = int(ids.max(initial=0))
        may = np.zeros(highest + 1, bool)
        may[self._ids[self._ids <= highest]] = True
        return np.flatnonzero(may[ids])

    def mask(self, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """For each id whether it may be suggested."""
        may = ~self.is_without(ids)
        if (rows := self.rows(ids)) is not None:
            filtered = np.zeros(len(ids), bool)
            filtered[rows] = True
            may &= filtered
        return may


def whole_candidates(table: TrackTable, question: Question, allowed: Allowed, n: int) -> Candidates:
    """The n tracks that are most like the examples as a whole."""
    shelves = table.shelves
    looked = [_look_at_allowed(shelf, table, question, allowed) for shelf in shelves]
    scores = np.concatenate([part.scores for part in looked])
    # A few more than needed: dropping the seeds from those takes less time than looking for them among a million.
    best = largest(scores, n + allowed.n_without)
    best = best[scores[best] > -1]
    is_added = best >= len(looked[0].scores)
    rows = np.where(is_added, best - len(looked[0].scores), best)
    ids = np.empty(len(best), np.int64)
    for shelf, part, where in zip(shelves, looked, (~is_added, is_added), strict=True):
        if part.rows is not None:
            rows[where] = part.rows[rows[where]]
        ids[where] = shelf.ids[rows[where]]
    may = ~allowed.is_without(ids)
    is_all = len(best) == int((scores > -1).sum()) and int(may.sum()) <= n
    ids, rows, is_added = ids[may][:n], rows[may][:n], is_added[may][:n]
    by_example = []
    for example in question.examples:
        aspects = np.empty((len(ids), len(table.layout.columns)), np.float32)
        for shelf, where in zip(shelves, (~is_added, is_added), strict=True):
            aspects[where] = exact_aspects(shelf, rows[where], example, table.layout, table.scales)
        by_example.append(aspects)
    return _in_order(ids, by_example, question, {}, is_all=is_all)


class _Looked(NamedTuple):
    """A first look at rows of a shelf; `rows` is None where it was at all of them."""

    rows: npt.NDArray[np.intp] | None
    scores: Floats


def _look_at_allowed(shelf: Shelf, table: Table, question: Question, allowed: Allowed) -> _Looked:
    """A first look at the rows of a shelf that the filter leaves."""
    rows = allowed.rows(shelf.ids)
    if rows is not None and len(rows) > _MOST_PICKED * len(shelf):
        return _Looked(rows, first_look(shelf, question, table.layout, table.scales)[rows])
    return _Looked(rows, first_look(shelf, question, table.layout, table.scales, rows))


def moment_candidates(
    connection: IndexConnection, table: TileTable, seeds: tuple[Seed, ...], weights: Floats, allowed: Allowed, n: int
) -> Candidates:
    """The n tracks whose best moments are most like the examples.

    All tiles of all tracks are looked at one by one; windows as long as the regions are then compared in those tracks
    that have the best tiles.
    """
    described = [describe_seed(seed, table.layout, table.scales) for seed in seeds]
    wanted = [seed.wanted for seed in seeds]
    question = make_question([vector for vector, _ in described], wanted, weights, table.layout, table.scales)
    ids, best = best_tiles(table, question, allowed)
    chosen = largest(best, n)
    n_possible = int((best > -1).sum())
    chosen = chosen[best[chosen] > -1]
    profiles = load_profiles(connection, ids[chosen].tolist())
    stretches = [
        Stretch(example.vector, example.reach, n_tiles)
        for example, (_, n_tiles) in zip(question.examples, described, strict=True)
    ]
    found = compare_windows(profiles, stretches, table.layout, table.scales)
    by_example: list[list[Floats]] = [[] for _ in seeds]
    moments = {}
    for position, profile in enumerate(profiles):
        highest: list[float] = []
        overall = [of_seed[position] @ question.weights for of_seed in found]
        for number, (kept, is_wanted) in enumerate(zip(by_example, wanted, strict=True)):
            kept.append(found[number][position][int(overall[number].argmax())])
            highest.append(float(overall[number].max()) if is_wanted else -1.0)
        liked = highest.index(max(highest))
        assert profile.track_id is not None
        moments[profile.track_id] = best_moments(profile, overall[liked], stretches[liked].n_tiles)
    found_ids = np.array([profile.track_id for profile in profiles], np.int64)
    shape = (len(profiles), len(table.layout.columns))
    stacked = [np.asarray(kept, np.float32).reshape(shape) for kept in by_example]
    return _in_order(found_ids, stacked, question, moments, is_all=len(chosen) == n_possible)


def best_tiles(table: TileTable, question: Question, allowed: Allowed) -> tuple[npt.NDArray[np.int64], Floats]:
    """The overall similarity of the best tile of each track that may be suggested: ids int64 [shape=(n,)], float32."""
    found, best = [np.zeros(0, np.int64)], [np.zeros(0, np.float32)]
    for shelf in table.shelves:
        rows, scores = _look_at_allowed(shelf, table, question, allowed)
        ids = shelf.ids if rows is None else shelf.ids[rows]
        if len(ids):
            starts = np.flatnonzero(np.append(True, ids[1:] != ids[:-1]))
            found.append(ids[starts])
            best.append(np.maximum.reduceat(scores, starts))
    of_all = np.concatenate(found)
    may = ~allowed.is_without(of_all)
    return of_all[may], np.concatenate(best)[may]


def _in_order(
    ids: npt.NDArray[np.int64],
    by_example: list[Floats],
    question: Question,
    moments: dict[int, tuple[Moment, ...]],
    *,
    is_all: bool,
) -> Candidates:
    wanted = [example.wanted for example in question.examples]
    overall = combine([aspects @ question.weights for aspects in by_example], wanted)
    liked = np.mean([aspects for aspects, is_wanted in zip(by_example, wanted, strict=True) if is_wanted], axis=0)
    order = np.lexsort((ids, -overall))
    return Candidates(ids[order], overall[order], np.asarray(liked[order], np.float32), moments, is_all)
