"""Lists are diverse as far as that is asked for, and nobody floods them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from tagger_app.suggest.diversity import MarginalOrder
from tagger_app.suggest.hubness import reaches, similarity
from tagger_app.suggest.vectors import tile_layout

SCORES = np.array([1.0, 0.99, 0.98, 0.7, 0.3], np.float32)
VECTORS = np.array([[1, 0], [1, 0], [1, 0], [0, 1], [-1, 0]], np.float32)


def in_order(discover: float, scores: np.ndarray = SCORES, vectors: np.ndarray = VECTORS) -> list[int]:
    order = MarginalOrder(scores, vectors, discover)
    found = []
    while (chosen := order.next()) is not None:
        order.take(chosen)
        found.append(chosen)
    return found


def test_from_safest_to_discover():
    assert in_order(0.0) == [0, 1, 2, 3, 4]
    assert in_order(1.0)[:2] == [0, 3], "unlike the first, and still fitting"
    assert in_order(1.0)[-1] == 4, "the most diverse doesn't fit"


@given(
    scores=npst.arrays(np.float32, st.integers(1, 30), elements=st.floats(0, 1, width=32)),
    discover=st.floats(0, 1),
    seed=st.integers(0, 99),
)
def test_everything_is_offered_once_and_the_best_first(scores, discover, seed):
    vectors = np.random.default_rng(seed).normal(size=(len(scores), 3)).astype(np.float32)
    found = in_order(discover, scores, vectors)
    assert sorted(found) == list(range(len(scores)))
    assert scores[found[0]] == scores.max()


@given(scaled=npst.arrays(np.float32, 20, elements=st.floats(0, 2.0**100, width=32)), exponent=st.integers(1, 8))
def test_similarity_falls_with_distance(scaled, exponent):
    scaled = np.sort(scaled)
    found = similarity(scaled.copy(), exponent)
    assert ((found >= 0) & (found <= 1)).all()
    assert (np.diff(found) <= 1e-6).all()
    assert similarity(np.array([0.0, 1.0], np.float32), exponent) == pytest.approx([1.0, 0.5], abs=1e-3)


@given(seed=st.integers(0, 99), n_vectors=st.integers(0, 40), n_sample=st.integers(0, 40))
def test_reaches_of_any_library(seed, n_vectors, n_sample):
    random = np.random.default_rng(seed)
    layout = tile_layout(5, 4, 6)
    vectors, sample = (random.normal(size=(n, layout.width)).astype(np.float32) for n in (n_vectors, n_sample))
    found = reaches(vectors, np.concatenate([sample, vectors[:3]]), layout)
    assert found.shape == (n_vectors, 4)
    assert ((found > 0) & np.isfinite(found)).all()


def test_hubs_reach_less_far_than_what_lies_apart():
    """What lies in the middle is near to all: its reach is small, and so is what it counts for."""
    layout = tile_layout(5, 4, 6)
    sample = np.random.default_rng(0).normal(size=(200, layout.width)).astype(np.float32)
    middle, apart = np.zeros(layout.width, np.float32), np.full(layout.width, 3.0, np.float32)
    found = reaches(np.stack([middle, apart]), sample, layout)
    assert (found[0] < found[1]).all()
