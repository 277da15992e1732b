"""Tab goes through panels and dialogs as they are read, and comes first where the work is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from gui_samples import fill_library, library_record, tracks_of
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from tagger_app.gui.docks import show_dock
from tagger_app.gui.focus import first_focusable, order_focus
from tagger_app.gui.main_window import MainWindow
from tagger_app.settings import SavedSearch, Settings
from tagger_app.suggest.seeds import Region


@pytest.fixture
def window(qtbot, workspace, index_path) -> Iterator[MainWindow]:
    """A window in which everything that can have the keyboard is there."""
    fill_library(index_path, library_record("/music/a.flac"), library_record("/music/b.flac"))
    window = MainWindow(workspace, Settings(n_workers=1, searches=(SavedSearch("Space", "scifi"),)))
    window.show()
    window.start()
    qtbot.waitUntil(lambda: len(tracks_of(window)) == 2)
    window.panels.library.table.select_row(0)
    qtbot.waitUntil(lambda: len(window.panels.corrections.tracks) == 1)
    track = tracks_of(window)[0]
    window.panels.bin.add_region(track, Region(0.5, 1.0))
    window.panels.suggestions._more.setChecked(True)
    window.panels.suggestions.suggest_like([track])
    qtbot.waitUntil(lambda: not window.panels.suggestions.is_busy)
    yield window
    window.close()
    window.deleteLater()


def in_the_order_of_tab(place: QWidget) -> list[QWidget]:
    """What Tab comes to in a place, from its first."""
    found: list[QWidget] = []
    control = place.nextInFocusChain()
    while control is not place:
        if (
            place.isAncestorOf(control)
            and control.focusPolicy() & Qt.FocusPolicy.TabFocus
            and control.isVisibleTo(place)
            and control.isEnabledTo(place)
            and not control.objectName().startswith("qt_")
        ):
            found.append(control)
        control = control.nextInFocusChain()
    return found


def jumps(place: QWidget) -> list[str]:
    """Where Tab goes up, or back in a line."""
    controls = in_the_order_of_tab(place)
    mirrored = QGuiApplication.layoutDirection() is Qt.LayoutDirection.RightToLeft
    found = []
    for before, after in pairwise(controls):
        old, new = (control.mapTo(place, QPoint(0, 0)) for control in (before, after))
        goes_up = new.y() + after.height() <= old.y()
        same_line = new.y() < old.y() + before.height() and old.y() < new.y() + after.height()
        goes_back = same_line and (new.x() > old.x() if mirrored else new.x() < old.x())
        if goes_up or goes_back:
            found.append(f"{type(before).__name__} {before.accessibleName()} → {type(after).__name__}")
    return found


def test_tab_follows_the_eye_in_every_panel(window):
    for dock in window.docks.all():
        show_dock(dock)
        assert len(in_the_order_of_tab(dock.widget())) >= 1
        assert jumps(dock.widget()) == [], dock.objectName()
    assert jumps(window.panels.centre) == []


@pytest.mark.parametrize("name", ["write_tags", "tag_history", "settings", "evidence", "shortcuts", "export"])
def test_tab_follows_the_eye_in_every_dialog(qtbot, window, name):
    opens: Callable[[], object] = (
        window.panels.bin.export if name == "export" else getattr(window.actions_, name).trigger
    )
    opens()
    dialog = next(child for child in window.findChildren(QDialog) if child.isVisible())
    tabs = getattr(dialog, "tabs", None)
    for page in range(tabs.count() if tabs else 1):
        if tabs:
            tabs.setCurrentIndex(page)
        assert jumps(tabs.widget(page) if tabs else dialog) == []
    if name == "export":
        for number in range(dialog._format.count()):
            dialog._format.setCurrentIndex(number)
            assert jumps(dialog) == []
    dialog.close()


def test_buttons_that_come_later_stand_in_line(qtbot, window):
    panel = window.panels.suggestions
    show_dock(window.docks.suggestions)
    panel.add_examples([tracks_of(window)[1]], wanted=False)
    qtbot.waitUntil(lambda: not panel.is_busy)
    order = in_the_order_of_tab(panel)
    names = [control.accessibleName() for control in order]
    assert names[0].startswith("Leave out")
    assert names[1].startswith("Leave out")
    assert names.index("Weights, caps and filter") < order.index(panel._view)


def test_a_panel_says_where_its_work_is(qtbot, window):
    for dock, wanted in (
        (window.docks.mixer, window.panels.mixer.rows[0].slider),
        (window.docks.bin, window.panels.bin._table),
        (window.docks.suggestions, window.panels.suggestions._view),
    ):
        show_dock(dock, focus=True)
        assert first_focusable(dock.widget()) is wanted
        qtbot.waitUntil(lambda wanted=wanted: QApplication.focusWidget() is wanted)


def test_what_was_made_last_and_stands_first_comes_first(qtbot):
    place = QWidget()
    qtbot.addWidget(place)
    last, first, second = QPushButton("last", place), QPushButton("first", place), QPushButton("second", place)
    row = QHBoxLayout()
    row.addWidget(first)
    row.addWidget(second)
    column = QVBoxLayout(place)
    column.addLayout(row)
    column.addWidget(last)
    order_focus(place)
    chain = [control for control in in_the_order_of_tab(place) if isinstance(control, QPushButton)]
    at = chain.index(first)
    assert [*chain[at:], *chain[:at]] == [first, second, last]
