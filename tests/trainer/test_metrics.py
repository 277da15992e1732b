from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from trainer.metrics import pr_auc, rank_genres, roc_auc, with_interval


def test_areas_of_a_perfect_a_reversed_and_an_empty_answer() -> None:
    positive = np.array([True, True, False, False])
    score = np.array([0.9, 0.8, 0.2, 0.1])
    assert roc_auc(positive, score) == 1.0
    assert roc_auc(positive, -score) == 0.0
    assert pr_auc(positive, score) == 1.0
    assert math.isnan(roc_auc(np.ones(4, dtype=bool), score))
    assert math.isnan(pr_auc(np.zeros(4, dtype=bool), score))


@settings(max_examples=50)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=2, max_size=40))
def test_areas_are_those_of_scikit_learn_with_equal_scores_too(answers: list[tuple[bool, int]]) -> None:
    positive = np.array([has_it for has_it, _ in answers])
    score = np.array([score / 5 for _, score in answers])
    if positive.any():
        assert pr_auc(positive, score) == pytest.approx(average_precision_score(positive, score))
    if 0 < positive.sum() < len(positive):
        assert roc_auc(positive, score) == pytest.approx(roc_auc_score(positive, score))


def test_ranking_by_hand() -> None:
    labels = np.array([[True, False, True], [False, True, False], [False, False, False]])
    score = np.array([[0.9, 0.5, 0.1], [0.9, 0.5, 0.1], [0.9, 0.5, 0.1]])
    figures = rank_genres(labels, score)
    # Track 0: its genres stand at 1 and 3, precisions 1/1 and 2/3. Track 1: at 2, precision 1/2. Track 2 has none.
    assert figures.lrap == pytest.approx(((1 + 2 / 3) / 2 + 1 / 2) / 2)
    assert figures.coverage == pytest.approx((3 + 2) / 2)
    assert figures.coverage_best == pytest.approx(1.5)


@settings(max_examples=20)
@given(st.integers(0, 1000))
def test_interval_lies_around_the_figure(seed: int) -> None:
    rng = np.random.default_rng(seed)
    soundtracks = np.repeat([f"soundtrack {number}" for number in range(12)], 5)
    positive = rng.random(60) < 0.4
    score = positive + rng.normal(size=60)
    interval = with_interval(roc_auc, positive, score, soundtracks, seed, n_draws=200)
    assert 0.0 <= interval.low <= interval.high <= 1.0
    assert interval.low - 0.02 <= interval.value <= interval.high + 0.02


def test_interval_over_few_soundtracks_is_wider_than_over_as_many_tracks() -> None:
    rng = np.random.default_rng(0)
    labels = np.repeat(rng.random(10) < 0.5, 20)
    score = np.repeat(rng.normal(size=10), 20) + labels + rng.normal(scale=0.1, size=200)
    together = np.repeat([f"{number}" for number in range(10)], 20)
    alone = np.array([str(number) for number in range(200)])
    wide = with_interval(roc_auc, labels, score, together, 0)
    narrow = with_interval(roc_auc, labels, score, alone, 0)
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)
