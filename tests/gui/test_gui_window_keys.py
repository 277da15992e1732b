"""The whole window by keyboard alone: names, keys from panel to panel, right to left."""

from __future__ import annotations

from gui_samples import fill_library, library_record, tracks_of
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QSlider,
    QWidget,
)

from tagger_app.gui.keyboard import KeyboardDialog, move_focus


def test_every_control_has_a_name_and_every_command_a_text(qtbot, open_window):
    window = open_window()
    controls = [
        control
        for kind in (QAbstractButton, QSlider, QComboBox, QLineEdit)
        for control in window.findChildren(kind)
        if not control.objectName().startswith("qt_")
        and control.parent() is not None
        and not control.isHidden()
        and not isinstance(control.parent(), QComboBox)
        and type(control.parent()).__name__ not in ("QTabBar", "QLineEdit", "QAbstractSpinBox", "QSpinBox", "QMenuBar")
        and "ScrollBar" not in type(control).__name__
    ]
    assert len(controls) > 40
    nameless = [control for control in controls if not _name_of(control)]
    assert [f"{type(control).__name__} in {type(control.parent()).__name__}" for control in nameless] == []
    assert all(action.text() for action in window.actions())


def _name_of(control: QWidget) -> str:
    text = control.text() if isinstance(control, QAbstractButton) else ""
    return control.accessibleName() or text or control.toolTip()


def test_keys_lead_from_panel_to_panel(qtbot, open_window, index_path):
    fill_library(index_path, library_record("/music/a.flac"))
    window = open_window()
    qtbot.waitUntil(lambda: len(tracks_of(window)) == 1)
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    seen = set()
    for _ in range(12):
        move_focus(window.docks, window.panels, 1)
        focus = QApplication.focusWidget()
        seen |= {dock.objectName() for dock in window.docks.all() if dock.isAncestorOf(focus)}
        seen |= {"centre"} if window.panels.centre.isAncestorOf(focus) else set()
    assert {"centre", "sidebar", "mixer", "player"} <= seen
    KeyboardDialog(window.actions_, window.panel_actions, window.panels, window).close()


def test_every_panel_is_reached_by_a_key_and_brought_to_the_front_by_the_menu(qtbot, open_window, index_path):
    fill_library(index_path, library_record("/music/a.flac"))
    window = open_window()
    qtbot.waitUntil(lambda: len(tracks_of(window)) == 1)
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    for dock, go in zip(window.docks.all(), window.panel_actions.go_to, strict=True):
        go.trigger()
        focus = QApplication.focusWidget()
        assert dock.isAncestorOf(focus) or focus is dock.widget(), dock.objectName()
    show_bin = window.panel_actions.show_or_hide[window.docks.all().index(window.docks.bin)]
    window.docks.mixer.raise_()
    qtbot.waitUntil(lambda: not show_bin.isChecked())
    show_bin.trigger()
    qtbot.waitUntil(show_bin.isChecked)
    assert not window.docks.bin.isHidden()
    show_bin.trigger()
    assert window.docks.bin.isHidden()
    show_bin.trigger()
    qtbot.waitUntil(show_bin.isChecked)


def test_correcting_genres_begins_at_the_first_of_them(qtbot, open_window, index_path):
    fill_library(index_path, library_record("/music/a.flac"))
    window = open_window()
    qtbot.waitUntil(lambda: len(tracks_of(window)) == 1)
    window.activateWindow()
    window.panels.library.table.select_row(0)
    qtbot.waitUntil(lambda: len(window.panels.corrections.tracks) == 1)
    window.actions_.correct.trigger()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not window.panels.library.table)
    assert QApplication.focusWidget().accessibleName() == "Action: fits, whatever the model says"


def test_no_two_commands_have_the_same_key(qtbot, open_window):
    window = open_window()
    keys = [shortcut.toString() for action in window.actions() for shortcut in action.shortcuts()]
    assert len(keys) == len(set(keys))


def test_it_turns_round_for_languages_from_right_to_left(qtbot, qapp, open_window, index_path):
    fill_library(index_path, library_record("/music/a.flac", title="مطاردة", assigned=("Drama", "Action")))
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        window = open_window()
        qtbot.waitUntil(lambda: len(tracks_of(window)) == 1)
        assert window.docks.sidebar.x() > window.docks.mixer.x()
        window.grab()
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_dialogs_are_closed_by_escape(qtbot, open_window):
    window = open_window()
    for action in (window.actions_.evidence, window.actions_.shortcuts, window.actions_.settings):
        action.trigger()
        dialog = next(child for child in window.findChildren(QDialog) if child.isVisible())
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda dialog=dialog: not any(d.isVisible() for d in window.findChildren(QDialog)))
