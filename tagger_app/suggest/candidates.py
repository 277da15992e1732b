"""The tracks that come into question, best first: by their whole, or by their best moments."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tagger_app.features.mfcc import Floats
from tagger_app.index.connection import IndexConnection
from tagger_app.suggest.answer import Moment
from tagger_app.suggest.moments import Stretch, best_moments, compare_windows, describe_seed
from tagger_app.suggest.ranking import Question, combine, exact_aspects, first_look, largest, make_question
from tagger_app.suggest.seeds import Seed, load_profiles
from tagger_app.suggest.tables import TileTable, TrackTable


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
    """Which tracks may be suggested at all."""

    def __init__(self, ids: npt.NDArray[np.int64] | None, without: frozenset[int]) -> None:
        self._without = without
        self._ids = ids

    def mask(self, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """For each id whether it may."""
        highest = int(ids.max(initial=0))
        may = np.full(highest + 1, self._ids is None)
        if self._ids is not None:
            may[self._ids[self._ids <= highest]] = True
        may[[track_id for track_id in self._without if track_id <= highest]] = False
        return np.asarray(may[ids])


def whole_candidates(table: TrackTable, question: Question, allowed: Allowed, n: int) -> Candidates:
    """The n tracks that are most like the examples as a whole."""
    shelves = table.shelves
    scores = [first_look(shelf, question, table.layout, table.scales) for shelf in shelves]
    for shelf, score in zip(shelves, scores, strict=True):
        score[~allowed.mask(shelf.ids)] = -1
    everything = np.concatenate(scores)
    chosen = largest(everything, n)
    n_possible = int((everything > -1).sum())
    chosen = chosen[everything[chosen] > -1]
    n_base = len(shelves[0])
    by_example = []
    for example in question.examples:
        aspects = np.empty((len(chosen), len(table.layout.columns)), np.float32)
        for shelf, rows, where in (
            (shelves[0], chosen, chosen < n_base),
            (shelves[1], chosen - n_base, chosen >= n_base),
        ):
            aspects[where] = exact_aspects(shelf, rows[where], example, table.layout, table.scales)
        by_example.append(aspects)
    ids = np.concatenate([shelf.ids for shelf in shelves])[chosen] if len(shelves[1]) else shelves[0].ids[chosen]
    return _in_order(ids, by_example, question, {}, is_all=len(chosen) == n_possible)


def moment_candidates(
    connection: IndexConnection, table: TileTable, seeds: tuple[Seed, ...], weights: Floats, allowed: Allowed, n: int
) -> Candidates:
    """The n tracks whose best moments are most like the examples.

    All tiles of all tracks are looked at one by one; windows as long as the regions are then compared in those tracks
    that have the best tiles.
    """
    described = [describe_seed(seed, table.layout) for seed in seeds]
    wanted = [seed.wanted for seed in seeds]
    question = make_question([vector for vector, _ in described], wanted, weights, table.layout, table.scales)
    ids, best = best_tiles(table, question)
    best[~allowed.mask(ids)] = -1
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


def best_tiles(table: TileTable, question: Question) -> tuple[npt.NDArray[np.int64], Floats]:
    """The overall similarity of each track's best tile: ids int64 [shape=(n,)], float32 [shape=(n,)]."""
    ids, best = [], []
    for shelf in table.shelves:
        if len(shelf):
            scores = first_look(shelf, question, table.layout, table.scales)
            starts = np.flatnonzero(np.append(True, shelf.ids[1:] != shelf.ids[:-1]))
            ids.append(shelf.ids[starts])
            best.append(np.maximum.reduceat(scores, starts))
    if not ids:
        return np.zeros(0, np.int64), np.zeros(0, np.float32)
    return np.concatenate(ids), np.concatenate(best)


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
