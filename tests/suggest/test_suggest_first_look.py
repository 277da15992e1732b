"""The first look at a whole library says what a slow one would."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from tagger_app.suggest.first_look import first_distances, first_look
from tagger_app.suggest.hubness import similarity
from tagger_app.suggest.ranking import Question, combine, largest, make_question
from tagger_app.suggest.shelf import GrowingShelf, Rows, Scales, Shelf, choose_sample, choose_scales
from tagger_app.suggest.vectors import Layout, track_layout

WEIGHTS = ([1.0, 2.0, 0.5, 0.5], [0.0, 1.0, 0.0, 0.0], [0.25, 0.0, 1.0, 1.0])


def make_shelf(n_rows: int, seed: int) -> tuple[Shelf, Layout, Scales, np.ndarray]:
    """Rows, some of them not alive, and the vectors that they were made of."""
    random = np.random.default_rng(seed)
    layout = track_layout(int(random.integers(1, 40)), 8, 7)
    vectors = random.normal(size=(n_rows, layout.width)).astype(np.float32) * random.uniform(0.05, 1)
    scales = choose_scales(choose_sample(vectors), layout)
    growing = GrowingShelf(layout, scales, with_fine=False)
    growing.add(Rows(np.arange(1, n_rows + 1), np.zeros(n_rows, np.uint64), vectors))
    for track_id in random.integers(1, n_rows + 1, n_rows // 9).tolist():
        growing.remove(track_id)
    return growing.shelf, layout, scales, vectors


def scaled_distances(shelf: Shelf, question: Question, layout: Layout, scales: Scales) -> np.ndarray:
    """Squared distances over both reaches, [shape=(n_examples, n_aspects, n)], row by row as they are written down."""
    found = np.empty((len(question.examples), len(layout.columns), len(shelf)))
    rows = shelf.coarse * scales.steps.astype(np.float64)
    for number, example in enumerate(question.examples):
        for aspect, (coarse, columns) in enumerate(zip(layout.coarse_slices, layout.coarse, strict=True)):
            squared = ((rows[:, coarse] - example.vector[columns]) ** 2).sum(axis=1)
            found[number, aspect] = squared * shelf.nearness[aspect] / example.reach[aspect]
    return found


@given(
    seed=st.integers(0, 999),
    n_rows=st.sampled_from([1, 2, 300, 2_047, 2_048, 2_049, 8_193, 20_000]),
    wanted=st.lists(st.booleans(), max_size=3),
    weights=st.sampled_from(WEIGHTS),
)
@settings(max_examples=25)
def test_all_examples_at_once_are_each_by_itself(seed, n_rows, wanted, weights):
    shelf, layout, scales, vectors = make_shelf(n_rows, seed)
    random = np.random.default_rng(seed)
    wanted = [True, *wanted]
    examples = vectors[random.integers(0, n_rows, len(wanted))]
    question = make_question(list(examples), wanted, np.array(weights, np.float32), layout, scales)
    scaled = scaled_distances(shelf, question, layout, scales)

    alike = [
        np.sum(
            [
                weight * similarity(part.astype(np.float32), exponent).astype(np.float64)
                for weight, part, exponent in zip(question.weights, of_example, scales.exponents, strict=True)
            ],
            axis=0,
        )
        for of_example in scaled
    ]
    expected = np.where(shelf.alive, combine(alike, wanted), -1)
    found = first_look(shelf, question, layout, scales)
    np.testing.assert_allclose(found, expected, atol=1e-4)

    distances = np.sqrt(np.tensordot(scaled, question.weights, (1, 0)))
    expected = np.where(shelf.alive, distances, np.inf)
    np.testing.assert_allclose(first_distances(shelf, question, layout, scales), expected, rtol=1e-3, atol=2e-3)

    rows = np.flatnonzero(random.random(n_rows) < random.random())
    np.testing.assert_allclose(first_look(shelf, question, layout, scales, rows), found[rows], atol=1e-5)


@given(
    scores=npst.arrays(np.float32, st.integers(0, 3_000), elements=st.floats(-1, 1, width=16)),
    n=st.integers(1, 400),
)
def test_the_largest_of_a_few_and_of_many(scores, n):
    scores = np.concatenate([scores] * 7)
    found = largest(scores, n)
    assert len(set(found.tolist())) == len(found) == min(n, len(scores))
    np.testing.assert_array_equal(scores[found], np.sort(scores)[::-1][:n])
    same = np.diff(scores[found]) == 0
    assert (np.diff(found)[same] > 0).all()


@pytest.mark.parametrize("n", [1, 50, 2_000])
def test_the_largest_of_very_many(n):
    scores = np.random.default_rng(n).random(200_000).astype(np.float32)
    scores[::64] *= 0.5  # what is looked at first says nothing about the others
    np.testing.assert_array_equal(scores[largest(scores, n)], np.sort(scores)[::-1][:n])
    assert (largest(-scores, n) == np.lexsort((np.arange(len(scores)), scores))[:n]).all()
