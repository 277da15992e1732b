"""Alt with a letter does one thing, in every language: where two share a letter, Qt does neither."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pytest
from gui_samples import fill_library, library_record, tracks_of
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLabel, QMenu, QWidget

from tagger_app.gui.appearance import use_language
from tagger_app.gui.main_window import MainWindow
from tagger_app.settings import Settings
from tagger_app.suggest.seeds import Region

MENU_BAR = "the menu bar"


@pytest.fixture(params=["en", "de"])
def window(qtbot, qapp, workspace, index_path, request) -> Iterator[MainWindow]:
    translators = use_language(qapp, request.param)
    fill_library(index_path, library_record("/music/a.flac"))
    window = MainWindow(workspace, Settings(n_workers=1, language=request.param))
    window.show()
    window.start()
    qtbot.waitUntil(lambda: len(tracks_of(window)) == 1)
    window.panels.bin.add_region(tracks_of(window)[0], Region(0.5, 1.0))
    yield window
    window.close()
    window.deleteLater()
    for translator in translators:
        qapp.removeTranslator(translator)


def is_in_a_window_of_its_own(control: QWidget) -> bool:
    return isinstance(control.window(), (QDialog, QMenu))


def letters(window: MainWindow) -> dict[str, set[str]]:
    """What each letter is given to, hidden or not: panels behind others take part all the same."""
    taken: dict[str, set[str]] = defaultdict(set)
    for action in window.menuBar().actions():
        taken[QKeySequence.mnemonic(action.text()).toString()].add(MENU_BAR)
    for control in (*window.findChildren(QAbstractButton), *window.findChildren(QLabel)):
        is_button = isinstance(control, QAbstractButton)
        if (is_button or control.buddy() is not None) and not is_in_a_window_of_its_own(control):
            text = control.text()
            if keys := QKeySequence.mnemonic(text).toString():
                taken[keys].add(text)
    return taken


def test_no_letter_is_given_twice(window):
    taken = letters(window)
    assert sum(MENU_BAR in names for names in taken.values()) == 5
    assert len(taken) > 12
    assert {keys: names for keys, names in taken.items() if len(names) > 1} == {}


def test_alt_opens_menus(qtbot, window):
    qtbot.waitUntil(window.isActiveWindow)
    for action in window.menuBar().actions():
        keys = QKeySequence.mnemonic(action.text())[0]
        window.panels.library.table.setFocus()
        qtbot.keyClick(window.panels.library.table, keys.key(), Qt.KeyboardModifier.AltModifier)
        qtbot.waitUntil(lambda action=action: QApplication.activePopupWidget() is action.menu())
        action.menu().close()
