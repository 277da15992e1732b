"""Comparing examples with tracks, exactly, and choosing those that score best.

Several examples are taken together after Rocchio's relevance feedback (1971), with similarities in place of vectors: a
track gains by a mean of its similarities to wanted examples, and loses a part of that to the nearest unwanted one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tagger_app.features.mfcc import Floats
from tagger_app.suggest.hubness import reaches, similarity
from tagger_app.suggest.shelf import Scales, Shelf
from tagger_app.suggest.vectors import Layout

UNWANTED_WEIGHT = 0.5
_SAMPLE_STEP = 64
_SAFELY_MORE = 2.0


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
    possible = np.arange(len(scores))
    sample = scores[::_SAMPLE_STEP]
    if (n_sampled := int(_SAFELY_MORE * n / _SAMPLE_STEP) + 1) < len(sample) // 2:
        # To sort out most of many by comparing them with one takes a tenth of the time.
        likely = np.flatnonzero(scores >= np.partition(sample, -n_sampled)[-n_sampled])
        possible = likely if len(likely) >= n else possible
    found = scores[possible]
    if n < len(possible):
        chosen = np.argpartition(-found, n - 1)[:n]
        possible, found = possible[chosen], found[chosen]
    return possible[np.lexsort((possible, -found))]
