"""Little room: what matters stays in sight."""

from __future__ import annotations

from contextlib import closing

import pytest
from gui_samples import fill_library, records
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF, QGuiApplication
from PySide6.QtWidgets import QComboBox, QDockWidget, QMainWindow, QPushButton, QWidget

from tagger_app.genres import GENRES
from tagger_app.gui.flow import FlowLayout
from tagger_app.gui.main_window import MainWindow
from tagger_app.gui.player.painting import lay_out
from tagger_app.gui.suggestions.model import SCORE_COLUMNS, Column
from tagger_app.gui.suggestions.view import SuggestionsView
from tagger_app.gui.wording import show_range
from tagger_app.index.connection import open_for_reading
from tagger_app.index.query import parse_query
from tagger_app.index.search import search
from tagger_app.settings import Settings
from tagger_app.suggest.answer import Reason, Suggestion


@pytest.fixture
def view(qtbot, index_path):
    fill_library(index_path, *records(2))
    with closing(open_for_reading(index_path)) as connection:
        tracks = search(connection, parse_query(""), "title", None)
    view = SuggestionsView()
    qtbot.addWidget(view)
    view.resize(view.fontMetrics().averageCharWidth() * 52, 200)
    with qtbot.waitExposed(view):
        view.show()
    aspects = dict.fromkeys(("fit", "timbre", "dynamics", "pace"), 100.0)
    view.show_answer(
        [Suggestion(track, 100.0, aspects, Reason((), (), "fit"), (), 1) for track in tracks], is_path=False
    )
    return view


def test_all_numbers_of_a_suggestion_are_seen_at_once(view):
    for column in SCORE_COLUMNS:
        right = view.columnViewportPosition(column) + view.columnWidth(column)
        assert 0 <= view.columnViewportPosition(column) < right <= view.viewport().width()
        assert view.columnWidth(column) > view.fontMetrics().horizontalAdvance("100")
        name = view.suggestions.headerData(column, Qt.Orientation.Horizontal)
        assert view.columnWidth(column) > view.fontMetrics().horizontalAdvance(name)


def test_the_title_takes_what_is_left_until_the_editor_says_otherwise(view):
    before = view.columnWidth(Column.TITLE)
    view.resize(view.width() + 60, 200)
    assert view.columnWidth(Column.TITLE) == before + 60
    view.setColumnWidth(Column.TITLE, 90)
    view.resize(view.width() + 60, 200)
    assert view.columnWidth(Column.TITLE) == 90


@pytest.mark.parametrize("lines", [2, 4, 6, 8, 12, 20])
def test_no_strip_is_cut_off(qapp, lines):
    metrics = QFontMetricsF(qapp.font())
    height = lines * metrics.height()
    layout = lay_out(400, height, metrics, GENRES[:6], focus=GENRES[4], mirrored=False)
    assert all(strip.bottom() <= height for strip in layout.strips.values())
    assert all(strip.height() >= metrics.height() * 0.99 for strip in layout.strips.values())
    assert not layout.strips or GENRES[4] in layout.strips
    assert list(layout.strips) == [genre for genre in GENRES if genre in layout.strips]
    if lines == 20:
        assert len(layout.strips) == 6


def test_a_range_begins_with_its_beginning_in_every_direction(qapp):
    assert show_range(62, 80, tenths=False) == "1:02–1:20"
    QGuiApplication.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        assert show_range(62, 80, tenths=False) == "\u20661:02–1:20\u2069"
    finally:
        QGuiApplication.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_no_line_of_a_flow_is_cut_off_in_a_dock(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setCentralWidget(QWidget())
    content = QWidget()
    flow = FlowLayout(content)
    buttons = [QPushButton(f"button {number}") for number in range(8)]
    for button in buttons:
        flow.addWidget(button)
    dock = QDockWidget("dock", window)
    dock.setWidget(content)
    window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, dock)
    width = buttons[0].sizeHint().width()
    for per_line in (8, 3, 2, 5):
        window.resize(int(width * (per_line + 0.7)), 600)
        window.show()
        window.resizeDocks([dock], [1], Qt.Orientation.Vertical)
        qtbot.waitUntil(lambda: content.height() >= content.heightForWidth(content.width()))
        qtbot.wait(10)
        assert buttons[-1].geometry().bottom() < content.height()
        assert content.height() < content.heightForWidth(content.width()) + buttons[0].height()
    assert len({button.y() for button in buttons}) == 2


def test_the_player_is_seen_whole_in_a_narrow_window(qtbot, workspace, index_path):
    fill_library(index_path, *records(2))
    window = MainWindow(workspace, Settings(n_workers=1))
    for width in (1100, 900):
        window.resize(width, 700)
        window.show()
        qtbot.wait(50)
        panel = window.panels.player
        devices = panel.findChild(QComboBox)
        bottom = devices.mapTo(window, devices.rect().bottomLeft()).y()
        assert bottom < window.docks.player.geometry().bottom()
        assert bottom < window.height()
    window.close()
    window.deleteLater()
