"""Confusion of genres where a track may have several."""

from __future__ import annotations

import numpy as np
import pytest

from trainer.report.confusion import confuse, show_confusion


def test_shares_are_of_those_labelled_with_the_row_and_not_the_column():
    labels = np.array([[1, 0], [1, 0], [1, 1], [0, 0], [0, 0]], dtype=np.bool_)
    assigned = np.array([[1, 0], [0, 1], [0, 1], [0, 0], [1, 0]], dtype=np.bool_)
    shares, counts = confuse(labels, assigned)
    assert shares[0, 0] == pytest.approx(1 / 3)  # of three with the first genre, one was found
    assert shares[1, 1] == 1.0
    assert shares[0, 1] == 0.5  # of two with the first genre alone, one was given the second
    assert np.isnan(shares[1, 0])  # all with the second have the first
    np.testing.assert_allclose(shares[2], [0.5, 0.0, 0.5])  # of two with none, one was given the first, one nothing
    np.testing.assert_allclose(shares[:, 2], [0.0, 0.0, 0.5])
    np.testing.assert_array_equal(counts[:, 2], [3, 1, 2])


def test_the_section_lays_system_and_regression_side_by_side(material):
    (passage,) = show_confusion(material).passages
    assert [picture.title for picture in passage.pictures] == ["small", "logistic regression"]
    (table,) = passage.tables
    assert table.head == ["labelled", "tracks", "Action", "Drama", "nothing"]
    assert [row[0] for row in table.rows] == ["Action", "Drama", "no genre", "prevalence"]
    assert table.rows[-1][2:4] == ["50", "50"]
