"""The worst errors come first, with their names, predictions and targets."""

from __future__ import annotations

import numpy as np
import pytest

from tagger_app.genres import GENRES, N_GENRES
from trainer.report.errors import find_worst_errors, mean_surprise, show_worst_errors

ACTION, DRAMA = GENRES.index("Action"), GENRES.index("Drama")


def make_labels(*genres: tuple[int, ...]) -> np.ndarray:
    labels = np.zeros((len(genres), N_GENRES), dtype=np.bool_)
    for row, own in zip(labels, genres, strict=True):
        row[list(own)] = True
    return labels


def make_fits(*pairs: tuple[float, float]) -> np.ndarray:
    fits = np.full((len(pairs), N_GENRES), np.nan)
    fits[:, [ACTION, DRAMA]] = pairs
    return fits


def test_the_worst_come_first():
    labels = make_labels((ACTION,), (ACTION, DRAMA), (DRAMA,))
    fits = make_fits((0.9, 0.2), (0.5, 0.5), (0.95, 0.1))
    errors = find_worst_errors(labels, np.ones_like(labels), fits, [ACTION, DRAMA])
    assert [error.track for error in errors] == [2, 1, 0]
    assert errors[0].predictions == (("Action", 0.95), ("Drama", 0.1))
    assert errors[0].targets == ("Drama",)
    assert errors[0].surprise == pytest.approx(-(np.log(0.05) + np.log(0.1)) / 2)
    assert errors[1].surprise == pytest.approx(np.log(2))


def test_targets_name_genres_that_were_not_tried():
    crime = GENRES.index("Crime")
    labels = make_labels((ACTION, crime))
    (error,) = find_worst_errors(labels, np.ones_like(labels), make_fits((0.9, 0.2)), [ACTION, DRAMA])
    assert error.targets == ("Action", "Crime")


def test_what_the_labels_say_nothing_of_surprises_nobody():
    labels = make_labels((ACTION,), ())
    known = np.ones_like(labels)
    known[0, DRAMA] = False
    known[1] = False
    fits = make_fits((0.5, 0.999), (0.9, 0.9))
    (error,) = find_worst_errors(labels, known, fits, [ACTION, DRAMA])
    assert error.track == 0
    assert error.surprise == pytest.approx(np.log(2))


def test_a_fit_of_nought_is_not_infinitely_wrong():
    labels = np.array([[True]])
    assert mean_surprise(labels, labels, np.array([[0.0]])) == pytest.approx(-np.log(1e-4))


def test_the_section_lists_names(material):
    (passage,) = show_worst_errors(material).passages
    tracks, soundtracks = passage.tables
    assert tracks.head[:4] == ["track", "soundtrack", "predictions", "targets"]
    errors = [float(row[4]) for row in tracks.rows]
    assert errors == sorted(errors, reverse=True)
    assert {row[3] for row in tracks.rows} == {"Action", "Drama"}
    assert not soundtracks.rows  # none has five tracks
