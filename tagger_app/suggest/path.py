"""The way from one track to another, in steps as small as the library has them.

Each track has a place between the two ends, by the ratio of its distances to both, and a detour, by their sum (Flexer,
Schnitzer, Gasser and Widmer, "Playlist generation using start and end songs", ISMIR 2008). Tracks are sorted by place
into as many layers as steps are asked for; from those with the smallest detours, one a layer, the chain is chosen whose
steps are smallest altogether (Viterbi), so that no step jumps.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tagger_app.features.mfcc import Floats
from tagger_app.suggest.first_look import first_distances
from tagger_app.suggest.ranking import Question
from tagger_app.suggest.tables import TrackTable
from tagger_app.suggest.vectors import Layout

A_LAYER = 40
_PLACE_WEIGHT = 4.0


class Stage(NamedTuple):
    """Tracks that come into question for one step.

    Attributes
    ----------
    vectors : float32 [shape=(n, width)]
    nearness : float32 [shape=(n, n_aspects)], one over their reaches
    """

    vectors: Floats
    nearness: Floats


def layers(
    table: TrackTable, question: Question, may: npt.NDArray[np.bool_], n_layers: int
) -> list[npt.NDArray[np.intp]]:
    """Rows of the table, those added since after those of the file, that lie between the two examples, by layer.

    Parameters
    ----------
    question : with the two ends as its examples
    may : bool [shape=(n_rows,)], which rows come into question

    Returns
    -------
    rows of each layer, the smallest detours first; a layer may be empty
    """
    starts, ends = np.concatenate(
        [first_distances(shelf, question, table.layout, table.scales) for shelf in table.shelves], axis=1
    )
    total = np.where(may, starts + ends, np.inf)
    place = np.divide(starts, total, out=np.zeros_like(total), where=np.isfinite(total) & (total > 0))
    layer = np.clip(np.rint(place * (n_layers + 1)), 1, n_layers).astype(np.uint8)
    possible = np.flatnonzero(np.isfinite(total))
    if np.count_nonzero(np.bincount(layer[possible])) < min(n_layers, len(possible)):
        # A library with gaps: as many tracks to each layer, in the order of their places.
        ordered = possible[np.argsort(place[possible], kind="stable")]
        layer[ordered] = 1 + np.arange(len(ordered)) * n_layers // len(ordered)
    off = np.abs(place * (n_layers + 1) - layer)
    cost = total * (1 + _PLACE_WEIGHT / (n_layers + 1) * off**2)
    found = []
    for number in range(1, n_layers + 1):
        rows = np.flatnonzero((layer == number) & np.isfinite(cost))
        if len(rows) > A_LAYER:
            rows = rows[np.argpartition(cost[rows], A_LAYER)[:A_LAYER]]
        found.append(rows[np.argsort(cost[rows], kind="stable")])
    return found


def smoothest_chain(stages: Sequence[Stage], weights: Floats, layout: Layout) -> list[int]:
    """One track of each stage, so that the sum of the squared steps from one to the next is least.

    Parameters
    ----------
    stages : none empty; the first and the last are the two ends

    Returns
    -------
    the position chosen in each stage, the ends left out
    """
    cost = np.zeros(len(stages[0].vectors))
    back: list[npt.NDArray[np.intp]] = []
    for before, after in pairwise(stages):
        # The fourth power of a step: one long step is worse than two short ones.
        through = cost[:, np.newaxis] + _steps(before, after, weights, layout) ** 2
        back.append(through.argmin(axis=0))
        cost = through.min(axis=0)
    chain = [0]
    for choices in reversed(back):
        chain.append(int(choices[chain[-1]]))
    return chain[-2:0:-1]


def _steps(before: Stage, after: Stage, weights: Floats, layout: Layout) -> Floats:
    """Squared distances of each to each, [shape=(n_before, n_after)]."""
    total = np.zeros((len(before.vectors), len(after.vectors)), np.float32)
    for number, columns in enumerate(layout.columns):
        if weights[number]:
            difference = before.vectors[:, np.newaxis, columns] - after.vectors[np.newaxis, :, columns]
            squared = np.einsum("ijk,ijk->ij", difference, difference)
            total += weights[number] * squared * np.outer(before.nearness[:, number], after.nearness[:, number])
    return total
