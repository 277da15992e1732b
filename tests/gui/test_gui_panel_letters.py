"""A letter of a panel that lies behind others does nothing unseen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from gui_samples import fill_library, library_record, tracks_of
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QCheckBox

from tagger_app.gui.docks import show_dock
from tagger_app.gui.main_window import MainWindow
from tagger_app.settings import Settings

ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def window(qtbot, workspace, index_path) -> Iterator[MainWindow]:
    fill_library(index_path, library_record("/music/a.flac"))
    window = MainWindow(workspace, Settings(n_workers=1))
    window.show()
    window.start()
    qtbot.waitUntil(lambda: len(tracks_of(window)) == 1)
    qtbot.waitUntil(window.isActiveWindow)
    yield window
    window.close()
    window.deleteLater()


def button(window: MainWindow, text: str) -> QAbstractButton:
    (found,) = (one for one in window.findChildren(QAbstractButton) if one.text() == text)
    return found


def press(qtbot, window: MainWindow, key: Qt.Key) -> None:
    qtbot.keyClick(QApplication.focusWidget() or window, key, ALT)
    qtbot.wait(200)  # a button that is pressed by its letter stays down for a tenth of a second


def test_the_letter_brings_the_panel_first_and_does_its_work_then(qtbot, window):
    assigned_only = button(window, "Assi&gned only")
    assert isinstance(assigned_only, QCheckBox)
    show_dock(window.docks.bin, focus=True)
    qtbot.wait(20)
    assert assigned_only.visibleRegion().isEmpty()
    press(qtbot, window, Qt.Key.Key_G)
    assert not assigned_only.isChecked()
    assert not assigned_only.visibleRegion().isEmpty()
    assert assigned_only.hasFocus()
    press(qtbot, window, Qt.Key.Key_G)
    assert assigned_only.isChecked()


def test_each_time_it_lies_behind(qtbot, window):
    assigned_only = button(window, "Assi&gned only")
    for _ in range(2):
        show_dock(window.docks.mixer)
        qtbot.wait(20)
        show_dock(window.docks.corrections)
        qtbot.wait(20)
        press(qtbot, window, Qt.Key.Key_G)
        assert not assigned_only.isChecked()
        assert assigned_only.hasFocus()
