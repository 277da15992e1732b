from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog

from tagger_app.genres import GENRES, N_GENRES
from tagger_app.gui.mixer.mix import Mix, match_of, rank
from tagger_app.gui.mixer.mixer_panel import MixerPanel
from tagger_app.index.fits import NO_FIT, FitTable
from tagger_app.settings import MixerPreset

weights = st.lists(st.sampled_from([0.0, 0.0, 1.0, -1.0, 0.35, -0.6]), min_size=N_GENRES, max_size=N_GENRES)
stored_fits = st.one_of(st.integers(0, 10_000), st.just(NO_FIT))


@pytest.fixture
def panel(workspace, qtbot):
    panel = MixerPanel(workspace)
    qtbot.addWidget(panel)
    panel.show()
    return panel


@given(weights, st.lists(st.lists(stored_fits, min_size=N_GENRES, max_size=N_GENRES), max_size=12), st.data())
def test_the_ranking_is_that_of_the_match(wanted, rows, data):
    table = FitTable(
        np.arange(100, 100 + len(rows), dtype=np.int64),
        np.array(rows, np.uint16).reshape(-1, N_GENRES),
        np.zeros(len(rows), np.uint16),
    )
    mix = Mix(tuple(wanted))
    chosen = data.draw(st.lists(st.sampled_from(range(len(rows))), unique=True).map(sorted)) if rows else []
    for part in (None, np.array(chosen, np.intp)):
        ids = rank(table, mix, part)
        expected = range(len(rows)) if part is None else chosen
        assert sorted(ids.tolist()) == [100 + row for row in expected]
        fits = [tuple(None if fit == NO_FIT else fit / 10_000 for fit in rows[track_id - 100]) for track_id in ids]
        matches = [match_of(mix, row) for row in fits]
        assert all(first >= second - 2 / 65_535 for first, second in itertools.pairwise(matches))
        assert all(0 <= match <= 1 + 1e-9 for match in matches)


def test_assigned_only_keeps_what_is_wanted():
    fits = np.full((3, N_GENRES), 5_000, np.uint16)
    genres = np.array([1 << GENRES.index("Crime"), 1 << GENRES.index("Comedy"), 0], np.uint16)
    table = FitTable(np.array([7, 8, 9], np.int64), fits, genres)
    mix = Mix.of({"Crime": 0.5, "Comedy": -0.5}, assigned_only=True)
    assert rank(table, mix).tolist() == [7]
    assert rank(table, mix, np.array([1, 2])).tolist() == []
    assert rank(table, Mix.of({"Comedy": -0.5}, assigned_only=True)).tolist() == [7, 8, 9]


def trained(panel):
    return [row for row in panel.rows if row.slider.isEnabled()]


def test_sliders_tell_the_mix_while_they_move(panel, qtbot):
    row = trained(panel)[0]
    with qtbot.waitSignal(panel.mix_changed) as changed:
        qtbot.keyClick(row.slider, Qt.Key.Key_Right)
    assert changed.args[0].by_genre() == {row.genre: 0.05}
    with qtbot.waitSignal(panel.mix_changed) as changed:
        qtbot.keyClick(row.slider, Qt.Key.Key_Home)
    assert changed.args[0].by_genre() == {row.genre: -1.0}
    with qtbot.waitSignal(panel.mix_changed) as changed:
        panel.reset()
    assert changed.args[0].is_neutral


def test_a_genre_without_training_is_greyed_with_the_reason(panel, workspace):
    for entry in workspace.bundle.manifest.evidence:
        row = next(row for row in panel.rows if row.genre == entry.genre)
        assert row.slider.isEnabled() == (not entry.untrained)
        if entry.untrained:
            assert entry.untrained in row.slider.toolTip()
            assert entry.untrained in row.slider.accessibleDescription()
            assert row.number.text() == "untrained"


def test_presets_are_named_loaded_replaced_and_removed(panel, qtbot, monkeypatch):
    first, second = trained(panel)[:2]
    first.set_weight(0.5)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: (" hard and dark ", True))
    with qtbot.waitSignal(panel.presets_changed) as changed:
        panel._save.click()
    assert changed.args[0] == (MixerPreset("hard and dark", {first.genre: 0.5}),)
    panel.reset()
    panel._choice.setCurrentIndex(1)
    panel._choice.activated.emit(1)
    assert panel.mix.by_genre() == {first.genre: 0.5}
    second.set_weight(-1.0)
    panel.save_preset("hard and dark")
    assert panel._presets == (MixerPreset("hard and dark", {first.genre: 0.5, second.genre: -1.0}),)
    with qtbot.waitSignal(panel.presets_changed) as changed:
        panel._remove.click()
    assert changed.args[0] == ()
    assert not panel._remove.isEnabled()


def test_a_preset_of_another_bundle_leaves_untrained_genres_alone(panel):
    preset = MixerPreset("all", dict.fromkeys((*GENRES, "Western"), 1.0))
    panel.set_presets([preset])
    panel._choice.activated.emit(1)
    assert set(panel.mix.by_genre()) == {row.genre for row in trained(panel)}
