"""Sections that lay figures out: summary, learning curves, areas, hours."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from trainer.metrics import roc_auc
from trainer.report.hours import show_hours
from trainer.report.learning_curves import show_learning
from trainer.report.material import track_name
from trainer.report.ranking_curves import mean_of_folds, precision_points, roc_points, show_ranking
from trainer.report.summary import measure_lead, summarise


def test_the_summary_lays_both_baselines_beside(material):
    (passage,) = summarise(material).passages
    (table,) = passage.tables
    assert [row[0] for row in table.rows] == ["prevalence alone", "logistic regression", "small"]
    assert [picture.title for picture in passage.pictures] == [
        "macro ROC-AUC, with 95 % interval", "macro PR-AUC, with 95 % interval",
    ]  # fmt: skip


def test_the_lead_is_the_difference_of_the_two(material):
    lead = measure_lead(material, roc_auc)
    ours, regression = material.evaluations[2].macro_roc_auc, material.evaluations[1].macro_roc_auc
    assert lead.value == pytest.approx(ours.value - regression.value)
    assert lead.low <= lead.value <= lead.high


def test_every_network_has_its_losses(material):
    (passage,) = show_learning(material).passages
    assert [picture.title for picture in passage.pictures] == ["Fold 1", "Fold 2"]
    assert [row[0] for row in passage.tables[0].rows] == ["all genres, fold 1", "all genres, fold 2"]
    for row, answer in zip(passage.tables[0].rows, material.answers.parts, strict=True):
        assert row[1:3] == [str(len(answer.losses)), str(answer.best_epoch)]


def test_networks_of_a_genre_share_a_panel(load_trained):
    (passage,) = show_learning(load_trained("binary", network="fully_connected", targets="binary")).passages
    assert [picture.title for picture in passage.pictures] == ["Action", "Drama"]
    assert len(passage.tables[0].rows) == 4


def test_areas_of_each_genre(material):
    roc, precision = show_ranking(material).passages
    for passage in (roc, precision):
        assert [picture.title for picture in passage.pictures] == ["Action", "Drama"]
    (table,) = roc.tables
    chosen, positive = material.asked(0)
    assert table.rows[0][3].startswith(f"{roc_auc(positive, material.held_out.fits[chosen, 0]):.3f} (")


def test_curves_begin_with_the_first_track_found():
    positive, fits = np.array([True, False, True]), np.array([0.9, 0.5, 0.1])
    recall, precision = precision_points(positive, fits)
    np.testing.assert_allclose(recall, [0.5, 0.5, 1])
    np.testing.assert_allclose(precision, [1, 0.5, 2 / 3])
    false, true = roc_points(positive, fits)
    assert (false[-1], true[-1]) == (1, 1)


def test_hours_are_those_heard(material):
    (passage,) = show_hours(material).passages
    rows = {row[0]: row[1:] for row in passage.tables[0].rows}
    hours = 12 * 3 * material.ground.cache.spec.tile_s / 3600
    assert rows["Action"] == [f"{hours:.2f}", "12", "12"]
    assert rows["all"] == [f"{2 * hours:.2f}", "24", "24"]
    assert "Too little to be tried: Adventure, Comedy" in passage.paragraphs[0]


def test_a_track_is_called_by_its_title_or_its_file(material):
    track = material.dataset.tracks[0]
    assert track_name(track).startswith("</p><script>")
    assert "\\x202e" in track_name(track)
    untitled = replace(track, title="", artist="A")
    assert track_name(untitled) == f"{track.path.stem} (A)"


def test_folds_in_which_nothing_can_be_ranked_are_left_out():
    positive, folds = np.array([True, False, True, True]), np.array([0, 0, 1, 1])
    assert mean_of_folds(roc_auc, positive, np.array([0.1, 0.2, 0.9, 0.9]), folds) == 0.0
    assert np.isnan(mean_of_folds(roc_auc, positive[2:], np.array([0.9, 0.9]), folds[2:]))
