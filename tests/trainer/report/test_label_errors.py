"""Confident learning, against an example worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from trainer.report.label_errors import learn_confidently, show_label_errors

POSITIVE = np.array([True, True, True, True, False, False, False, False, False])
FITS = np.array([0.9, 0.8, 0.7, 0.1, 0.1, 0.2, 0.1, 0.95, 0.5])
"""Mean confidence of the positives that they have it: 0.625. Of the negatives that they don't: 0.63."""


def test_the_rule_of_two_classes():
    learned = learn_confidently(POSITIVE, FITS)
    assert learned.thresholds == (pytest.approx(0.63), pytest.approx(0.625))
    # Track 3 is labelled so, but 0.9 sure not to be; track 7 the other way round, and surer. Track 8 reaches neither
    # threshold and counts nowhere.
    np.testing.assert_array_equal(learned.suspects, [7, 3])
    np.testing.assert_allclose(learned.margins, [0.9, 0.8])
    # Of 5 negatives 3 are confidently so and 1 isn't; of 4 positives 3 and 1.
    np.testing.assert_allclose(learned.joint, [[3.75, 1.25], [1.0, 3.0]])


def test_the_likelier_class_counts_where_both_thresholds_are_reached():
    positive = np.array([True, True, False, False])
    fits = np.array([0.55, 0.05, 0.45, 0.7])
    learned = learn_confidently(positive, fits)
    assert learned.thresholds == (pytest.approx(0.425), pytest.approx(0.3))
    # All but track 1 reach both thresholds; the fit decides.
    np.testing.assert_array_equal(learned.suspects, [1, 3])


def test_nothing_is_suspect_where_fits_and_labels_agree():
    learned = learn_confidently(POSITIVE, np.where(POSITIVE, 0.9, 0.1))
    assert not len(learned.suspects)
    np.testing.assert_allclose(learned.joint, [[5, 0], [0, 4]])


def test_a_class_that_no_track_is_confident_in_keeps_its_labels():
    """All fits of the positives are alike, so all reach their threshold; of the negatives none reaches either."""
    positive = np.array([True, True, False, False])
    learned = learn_confidently(positive, np.array([0.6, 0.6, 0.5, 0.5]))
    np.testing.assert_allclose(learned.joint.sum(axis=1), [2, 2])


def test_suspects_are_named_with_what_the_regression_says(material):
    (passage,) = show_label_errors(material).passages
    summary, labelled, left_out = passage.tables
    assert [row[0] for row in summary.rows] == ["Action", "Drama"]
    assert labelled.rows or left_out.rows
    assert all(genre in labels for _, _, genre, labels, *_ in labelled.rows)
    assert not any(genre in labels for _, _, genre, labels, *_ in left_out.rows)
    n_suspects = sum(int(row[5]) for row in summary.rows)
    assert n_suspects == sum(int(table.caption.rsplit(" ", 1)[1].rstrip(".")) for table in (labelled, left_out))
    assert "Northcutt" in passage.paragraphs[0]
