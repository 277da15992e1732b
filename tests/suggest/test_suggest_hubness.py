"""Distances by which no track is near to everything."""

from __future__ import annotations

import hypothesis.extra.numpy as npst
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagger_app.suggest.hubness import choose_exponents, reaches, similarity, squared_distances
from tagger_app.suggest.vectors import track_layout
from trainer.evaluation.retrieval import skewness

LAYOUT = track_layout(8, 8, 7)
WIDTH = LAYOUT.width


@given(
    npst.arrays(np.float32, st.tuples(st.integers(1, 12), st.just(WIDTH)), elements=st.floats(-8, 8, width=32)),
    st.integers(0, 12),
    st.integers(1, 4),
)
def test_a_reach_is_a_number_above_nothing_whatever_is_compared(vectors, n_sample, n_copies):
    sample = np.repeat(vectors, n_copies, axis=0)[:n_sample]
    found = reaches(vectors, sample, LAYOUT)
    assert found.shape == (len(vectors), 4)
    assert np.isfinite(found).all()
    assert (found > 0).all()
    exponents = choose_exponents(sample, LAYOUT)
    assert ((exponents >= 1) & (exponents <= 8) & (exponents == np.rint(exponents))).all()


def test_the_nearest_sixteenth_ends_at_the_reach():
    sample = np.random.default_rng(0).normal(size=(256, WIDTH)).astype(np.float32)
    for columns, deviation in zip(LAYOUT.columns, (0.04, 0.35, 1.0, 1.0), strict=True):  # as in a library of music
        sample[:, columns] *= deviation
    found = reaches(sample, sample, LAYOUT)
    for number, columns in enumerate(LAYOUT.columns):
        distances = np.sqrt(squared_distances(sample[:, columns], sample[:, columns]))
        n_within = np.count_nonzero(distances < 1.001 * found[:, number, np.newaxis], axis=1) - 1
        # What is known beforehand counts as much as four tracks of 260.
        assert np.median(n_within) == pytest.approx(16, abs=4)


def test_copies_do_not_draw_the_surroundings_together():
    random = np.random.default_rng(1)
    sample = random.normal(size=(100, WIDTH)).astype(np.float32)
    alone = reaches(sample[:1], sample, LAYOUT)
    with_copies = reaches(sample[:1], np.concatenate([sample, np.repeat(sample[:1], 50, axis=0)]), LAYOUT)
    assert (with_copies >= alone * 0.999).all()
    near_copies = np.repeat(sample[:1], 50, axis=0) + 0.01 * random.normal(size=(50, WIDTH)).astype(np.float32)
    among_versions = reaches(sample[:1], np.concatenate([sample, near_copies]), LAYOUT)
    assert (among_versions > alone / 8).all(), "versions of a cue must not make everything else infinitely far"


def test_a_similarity_is_one_at_no_distance_a_half_at_the_reach_and_falls():
    scaled = np.linspace(0, 4, 200, dtype=np.float32)
    for exponent in range(1, 9):
        found = similarity(scaled.copy(), exponent)
        assert found[0] == 1
        assert (np.diff(found) <= 0).all()
        assert similarity(np.ones(1, np.float32), exponent)[0] == pytest.approx(0.5)


def test_nobody_is_near_to_everything():
    """Points of many dimensions round one centre, to which the inner ones are near from everywhere."""
    points = np.random.default_rng(2).normal(size=(300, WIDTH)).astype(np.float32)
    columns = LAYOUT.columns[0]
    squared = squared_distances(points[:, columns], points[:, columns])
    np.fill_diagonal(squared, np.inf)
    reach = reaches(points, points, LAYOUT)[:, 0]

    def hubness(distances: np.ndarray) -> float:
        nearest = np.argpartition(distances, 10, axis=1)[:, :10]
        return skewness(np.bincount(nearest.ravel(), minlength=len(points)).astype(float))

    assert hubness(squared) > 2
    assert hubness(squared / np.outer(reach, reach)) < hubness(squared) / 2
