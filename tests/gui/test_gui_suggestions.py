"""Suggestions as a person uses them: the demo cues, heard by the real bundle, and the real recommender."""

from __future__ import annotations

import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QLabel, QMainWindow, QSlider, QSpinBox
from pytestqt.qtbot import QtBot
from sound_samples import write_sound
from work_samples import button, hear, texts

from tagger_app.gui.drag import URI_LIST
from tagger_app.gui.suggestions.model import ASPECT_COLUMNS, Column
from tagger_app.gui.suggestions.panel import SuggestionsPanel
from tagger_app.gui.suggestions.view import SuggestionsView
from tagger_app.gui.suggestions.wish import Example
from tagger_app.gui.workspace import Workspace
from tagger_app.index.connection import open_for_reading, open_for_writing
from tagger_app.index.query import parse_query
from tagger_app.index.records import Track
from tagger_app.index.search import search
from tagger_app.suggest.seeds import Region
from tagger_app.suggest.shelf import Rows
from tagger_app.suggest.tables import TrackTable

pytestmark = pytest.mark.gui


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory, demo_folder: Path, ensemble) -> Path:
    """An index of the demo cues."""
    path = tmp_path_factory.mktemp("heard") / "library.db"
    cues = sorted(cue for cue in demo_folder.iterdir() if cue.suffix not in (".md", ".csv"))
    hear(path, cues, ensemble)
    return path


@pytest.fixture
def index_path(tmp_path: Path, heard: Path) -> Path:
    """A copy of it, for one test."""
    path = tmp_path / "library.db"
    with closing(open_for_writing(heard)) as connection:
        connection.execute("VACUUM INTO ?", (str(path),))
    return path


@pytest.fixture
def tracks(index_path: Path) -> list[Track]:
    with closing(open_for_reading(index_path)) as connection:
        return search(connection, parse_query(""), "title", None)


@pytest.fixture
def panel(qtbot: QtBot, workspace: Workspace) -> Iterator[SuggestionsPanel]:
    panel = SuggestionsPanel(workspace)
    qtbot.addWidget(panel)
    panel.resize(900, 600)
    panel.show()
    yield panel
    panel.close_session()


def view_of(panel: SuggestionsPanel) -> SuggestionsView:
    view = panel.findChild(SuggestionsView)
    assert view is not None
    return view


def shown(panel: SuggestionsPanel) -> list[Track]:
    model = view_of(panel).suggestions
    return [model.row(model.index(row, 0)).track for row in range(model.rowCount())]


def cell(panel: SuggestionsPanel, row: int, column: Column) -> QModelIndex:
    return view_of(panel).suggestions.index(row, column)


def settle(qtbot: QtBot, panel: SuggestionsPanel) -> None:
    """Wait until what was asked for last is answered."""
    qtbot.waitUntil(lambda: not panel.is_busy, timeout=20_000)


def ask(qtbot: QtBot, panel: SuggestionsPanel, tracks: list[Track]) -> list[Track]:
    panel.suggest_like(tracks)
    settle(qtbot, panel)
    return shown(panel)


def said(panel: SuggestionsPanel) -> str:
    return "\n".join(texts(panel, QLabel))


def test_a_cue_has_suggestions_with_what_speaks_for_them(qtbot, panel, tracks):
    found = ask(qtbot, panel, tracks[:1])
    assert len(found) == len(tracks) - 1
    assert tracks[0].id not in {track.id for track in found}
    overall = [float(cell(panel, row, Column.OVERALL).data()) for row in range(len(found))]
    # What is held back comes last: stings, and what is too much from one artist.
    rises = [row for row in range(1, len(found)) if overall[row] > overall[row - 1]]
    assert len(rises) == 1
    assert all(track.duration_s > 25 for track in found[: rises[0]])
    assert max(Counter(track.artist for track in found[: rises[0]]).values()) <= 5
    for column in (Column.OVERALL, *ASPECT_COLUMNS.values()):
        assert all(0 <= float(cell(panel, row, column).data()) <= 100 for row in range(len(found)))
    assert cell(panel, 0, Column.WHY).data()
    assert cell(panel, 0, Column.MOMENTS).data()
    assert str(len(found)) in said(panel)


def test_only_what_was_asked_last_is_answered(qtbot, panel, tracks):
    answers = []
    panel._advisor.answered.connect(lambda wish, answer: answers.append(wish.examples[0].track))
    for track in tracks:
        panel.suggest_like([track])
    settle(qtbot, panel)
    assert answers == [tracks[-1]]
    assert tracks[-1].id not in {track.id for track in shown(panel)}


def test_reading_the_library_for_the_first_time_is_shown_and_can_be_stopped(qtbot, panel, tracks, index_path):
    told = []
    panel._advisor.preparing.connect(lambda n_read, n_rows: told.append((n_read, n_rows)))
    panel._advisor.preparing.connect(lambda *_: told.append(said(panel)))
    ask(qtbot, panel, tracks[:1])
    assert told[0] == (len(tracks), len(tracks))
    assert "Reading what the library sounds like" in told[1]
    assert len(shown(panel)) == len(tracks) - 1
    assert not panel._preparing.isVisible()
    n_told = len(told)
    ask(qtbot, panel, tracks[1:2])
    assert len(told) == n_told  # it was read once


def test_reading_the_library_stops_when_told(qtbot, panel, tracks, index_path, monkeypatch):
    real = TrackTable.read_rows

    def one_by_one(table, ids):
        for rows in real(table, ids):
            for number in range(len(rows.ids)):
                yield Rows(*(part[number : number + 1] for part in (rows.ids, rows.prints, rows.vectors)))
                if ids is None and number == 3:
                    waiting.set()
                    assert go_on.wait(30)

    waiting, go_on = threading.Event(), threading.Event()
    monkeypatch.setattr(TrackTable, "read_rows", one_by_one)
    panel.suggest_like(tracks[:1])
    qtbot.waitUntil(lambda: waiting.is_set() and panel._preparing.isVisible(), timeout=20_000)
    button(panel, "Stop").click()
    go_on.set()
    settle(qtbot, panel)
    assert "Stopped before anything could be compared" in said(panel)
    assert not index_path.with_suffix(".vectors").exists()
    assert not panel._preparing.isVisible()
    assert len(ask(qtbot, panel, tracks[:1])) == len(tracks) - 1


def test_the_current_filter_is_respected_when_wanted(qtbot, panel, tracks):
    panel.set_filter("length<0:33")
    everything = ask(qtbot, panel, tracks[:1])
    panel.findChild(QCheckBox).setChecked(True)
    qtbot.waitUntil(lambda: 0 < len(shown(panel)) < len(everything), timeout=20_000)
    assert all(track.duration_s < 33 for track in shown(panel))
    panel.set_filter("length<0:01")
    qtbot.waitUntil(lambda: not shown(panel), timeout=20_000)
    assert "filter" in said(panel)


def test_a_query_that_cannot_be_understood_is_said(qtbot, panel, tracks):
    panel.findChild(QCheckBox).setChecked(True)
    panel.set_filter("thriller>loud")
    assert ask(qtbot, panel, tracks[:1]) == []
    assert "expected a number" in said(panel)


def test_several_examples_and_not_like_this(qtbot, panel, tracks):
    ask(qtbot, panel, tracks[:2])
    view = view_of(panel)
    third = shown(panel)[0]
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Minus)
    settle(qtbot, panel)
    assert panel.examples == (Example(tracks[0]), Example(tracks[1]), Example(third, wanted=False))
    assert not {tracks[0].id, tracks[1].id, third.id} & {track.id for track in shown(panel)}
    assert "Not like" in said(panel)
    button(panel, f"Leave out {third.title}").click()
    settle(qtbot, panel)
    assert third.id in {track.id for track in shown(panel)}
    qtbot.keyClick(view, "+", Qt.KeyboardModifier.ShiftModifier)
    settle(qtbot, panel)
    assert len([example for example in panel.examples if example.wanted]) == 3


def test_taking_the_last_example_away_empties_the_table(qtbot, panel, tracks):
    ask(qtbot, panel, tracks[:1])
    button(panel, "Leave out").click()
    assert shown(panel) == []
    assert panel.examples == ()
    assert "Choose a cue" in said(panel)


def test_weights_change_the_order_and_all_at_nothing_is_said(qtbot, panel, tracks):
    ask(qtbot, panel, tracks[:1])
    sliders = {slider.accessibleName(): slider for slider in panel.findChildren(QSlider)}
    for aspect in ("Fit", "Timbre", "Dynamics"):
        sliders[f"Weight of {aspect}"].setValue(0)
    pace = [float(cell(panel, row, Column.PACE).data()) for row in range(len(shown(panel)))]
    assert pace != sorted(pace, reverse=True)

    def is_by_pace() -> bool:
        rows = range(len(shown(panel)))
        by_pace = [cell(panel, row, Column.PACE).data() for row in rows]
        return bool(by_pace) and by_pace == [cell(panel, row, Column.OVERALL).data() for row in rows]

    qtbot.waitUntil(is_by_pace, timeout=20_000)
    sliders["Weight of Pace"].setValue(0)
    qtbot.waitUntil(lambda: not shown(panel), timeout=20_000)
    assert "weight" in said(panel)
    button(panel, "Reset").click()
    qtbot.waitUntil(lambda: bool(shown(panel)), timeout=20_000)


def test_dial_and_caps_are_asked_with(qtbot, panel, tracks, monkeypatch):
    wishes = []
    monkeypatch.setattr(panel._advisor, "ask", wishes.append)
    panel.suggest_like(tracks[:1])
    sliders = {slider.accessibleName(): slider for slider in panel.findChildren(QSlider)}
    sliders["From safest to discover"].setValue(10)
    boxes = {box.accessibleName(): box for box in panel.findChildren(QSpinBox)}
    boxes["Most of an album"].setValue(1)
    boxes["Most of an artist"].setValue(0)
    qtbot.waitUntil(lambda: len(wishes) > 1, timeout=10_000)
    assert (wishes[-1].discover, wishes[-1].most_of_an_album, wishes[-1].most_of_an_artist) == (0.5, 1, 0)


def test_moments_like_a_region(qtbot, panel, tracks):
    region = Region(2.0, 12.0)
    panel.suggest_moments(tracks[0], region)
    settle(qtbot, panel)
    assert shown(panel)
    assert panel.examples == (Example(tracks[0], region),)
    assert "moments" in said(panel)
    assert "0:02.0–0:12.0" in " ".join(child.text() for child in panel.findChildren(QAbstractButton))


def test_a_moment_is_played_by_click_and_by_button(qtbot, panel, tracks):
    ask(qtbot, panel, tracks[:1])
    view = view_of(panel)
    row = view.suggestions.row(cell(panel, 0, Column.MOMENTS))
    moment = row.moments[0]
    expected = [row.track, Region(moment.start_s, moment.end_s)]
    view.scrollTo(cell(panel, 0, Column.MOMENTS))
    place = view.visualRect(cell(panel, 0, Column.MOMENTS))
    with qtbot.waitSignal(panel.moment_activated) as played:
        spot = place.topLeft() + (place.bottomLeft() - place.topLeft()) / 2
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot + spot.__class__(20, 0))
    assert played.args == expected
    with qtbot.waitSignal(panel.moment_activated) as played:
        button(panel, "▸ 0:").click() if len(row.moments) == 1 else panel._moments._buttons[0].click()
    assert played.args == expected


def test_enter_plays_and_keys_hand_on(qtbot, panel, tracks):
    found = ask(qtbot, panel, tracks[:1])
    view = view_of(panel)
    view.setFocus()
    with qtbot.waitSignal(panel.track_activated) as played:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert played.args == [found[0]]
    view.selectAll()
    with qtbot.waitSignal(panel.collect) as collected:
        qtbot.keyClick(view, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert collected.args == [found]
    with qtbot.waitSignal(panel.suggest_requested) as asked:
        qtbot.keyClick(view, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert asked.args == [found]


def test_rows_drag_as_files(qtbot, panel, tracks):
    found = ask(qtbot, panel, tracks[:1])
    mime = view_of(panel).suggestions.mimeData([cell(panel, 1, Column.TITLE), cell(panel, 0, Column.FIT)])
    assert [url.toLocalFile() for url in mime.urls()] == [found[0].path, found[1].path]
    assert view_of(panel).suggestions.mimeTypes() == [URI_LIST]


def test_a_path_leads_from_one_to_another_and_back(qtbot, panel, tracks):
    ask(qtbot, panel, tracks[:2])
    suggestions = shown(panel)
    button(panel, "Path").click()
    settle(qtbot, panel)
    assert shown(panel)
    assert not {tracks[0].id, tracks[1].id} & {track.id for track in shown(panel)}
    assert f"lead from {tracks[0].title} to {tracks[1].title}" in said(panel)
    assert view_of(panel).isColumnHidden(Column.FIT)
    button(panel, "Back to suggestions").click()
    settle(qtbot, panel)
    assert shown(panel) == suggestions
    assert not view_of(panel).isColumnHidden(Column.FIT)


def test_a_path_needs_two(qtbot, panel, tracks):
    ask(qtbot, panel, tracks[:1])
    assert not button(panel, "Path").isEnabled()
    panel.suggest_path(tracks[0], tracks[0])
    settle(qtbot, panel)
    assert shown(panel) == []
    assert said(panel)


def test_a_silent_seed_is_said(qtbot, panel, tracks, index_path, tmp_path, ensemble):
    (silent,) = hear(index_path, [write_sound(tmp_path / "hush.wav", np.zeros((300_000, 1), np.float32))], ensemble)
    assert ask(qtbot, panel, [silent]) == []
    assert "hush.wav" in said(panel)
    assert "silent" in said(panel)


def test_a_track_that_is_gone_is_said(qtbot, panel, tracks):
    assert ask(qtbot, panel, [replace(tracks[0], id=9_999)]) == []
    assert "no longer in the library" in said(panel)


def test_an_example_of_other_models_is_said(qtbot, panel, tracks, index_path):
    with closing(open_for_writing(index_path)) as connection:
        connection.execute("INSERT INTO bundles (id, spec_fingerprint, first_used) VALUES ('old', 'spec', 0)")
        key = connection.execute("SELECT key FROM bundles WHERE id = 'old'").fetchone()[0]
        connection.execute("UPDATE tracks SET bundle = ? WHERE id = ?", (key, tracks[1].id))
    assert ask(qtbot, panel, tracks[:2]) == []
    assert "different models" in said(panel)
    assert len(ask(qtbot, panel, tracks[:1])) == len(tracks) - 2


def test_a_library_of_one_has_nothing_to_suggest(qtbot, panel, tracks, index_path):
    with closing(open_for_writing(index_path)) as connection:
        connection.execute("DELETE FROM tracks WHERE id <> ?", (tracks[0].id,))
    assert ask(qtbot, panel, tracks[:1]) == []
    assert "nothing else in the library" in said(panel)


def test_an_index_that_is_gone_is_said(qtbot, panel, tracks, index_path):
    shutil.move(index_path, index_path.with_name("away.db"))
    assert ask(qtbot, panel, tracks[:1]) == []
    assert "there is no index here" in said(panel)


def test_without_models_suggestions_come_from_what_was_heard(qtbot, no_bundle_workspace, tracks):
    panel = SuggestionsPanel(no_bundle_workspace)
    qtbot.addWidget(panel)
    assert len(ask(qtbot, panel, tracks[:1])) == len(tracks) - 1
    panel.close_session()


def test_everything_has_a_name_and_can_be_reached(qtbot, panel, tracks):
    ask(qtbot, panel, tracks[:2])
    for kind in (QAbstractButton, QSlider, QSpinBox):
        for control in panel.findChildren(kind):
            if control.parent().__class__.__name__ in ("QTableView", "SuggestionsView"):
                continue  # the table's corner
            assert control.accessibleName() or control.text(), control
            assert control.focusPolicy() & Qt.FocusPolicy.TabFocus, control.accessibleName()


def test_keys_mean_the_table_even_where_the_window_has_the_same(qtbot, workspace, tracks):
    window = QMainWindow()
    qtbot.addWidget(window)
    panel = SuggestionsPanel(workspace, window)
    window.setCentralWidget(panel)
    of_window = []
    action = QAction("Suggest", window, triggered=lambda: of_window.append(1))
    action.setShortcut("Ctrl+L")
    window.addAction(action)
    window.show()
    found = ask(qtbot, panel, tracks[:1])
    view_of(panel).setFocus()
    with qtbot.waitSignal(panel.suggest_requested) as asked:
        qtbot.keyClick(view_of(panel), Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert asked.args == [found[:1]]
    assert not of_window
    panel.close_session()
