"""Alt with a letter does one thing, in every language: where two share a letter, Qt does neither."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pytest
from gui_samples import fill_library, library_record, tracks_of
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLabel, QMenu, QWidget

from tagger_app.gui.appearance import use_language
from tagger_app.gui.docks import show_dock
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


def in_the_whole_window(window: MainWindow) -> dict[str, list[str]]:
    """Commands by their keys, of those that count wherever the keyboard is."""
    found: dict[str, list[str]] = defaultdict(list)
    everywhere = (Qt.ShortcutContext.WindowShortcut, Qt.ShortcutContext.ApplicationShortcut)
    for action in window.findChildren(QAction):
        if action.shortcutContext() in everywhere:
            for keys in action.shortcuts():
                found[keys.toString()].append(action.text())
    for shortcut in window.findChildren(QShortcut):
        if shortcut.context() in everywhere:
            sequences = shortcut.keys()
            for keys in sequences:
                found[keys.toString()].append(f"shortcut of {type(shortcut.parent()).__name__}")
    return found


def test_no_keys_are_given_twice_in_the_whole_window(window):
    found = in_the_whole_window(window)
    assert "F5" in found
    assert {keys: names for keys, names in found.items() if len(names) > 1} == {}
    assert not [names for names in found.values() if any("shortcut of" in name for name in names)]


@pytest.mark.parametrize("panel", range(8))
def test_the_keys_of_the_window_count_in_every_panel(qtbot, window, panel):
    """Where a panel has the same keys, Qt would do neither."""
    qtbot.waitUntil(window.isActiveWindow)
    show_dock(window.docks.all()[panel], focus=True)
    qtbot.waitUntil(lambda: window.docks.all()[panel].isAncestorOf(QApplication.focusWidget()))
    for action in (window.actions_.scan_again, window.actions_.find, window.actions_.shortcuts):
        action.triggered.disconnect()
        with qtbot.waitSignal(action.triggered, timeout=1_000):
            (keys,) = action.shortcuts()[:1]
            key = keys[0]
            qtbot.keyClick(QApplication.focusWidget(), key.key(), key.keyboardModifiers())
