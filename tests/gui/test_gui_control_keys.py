"""Return, Space, Down and Shift+F10 on the control that has the keyboard."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QDialog,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from tagger_app.gui.control_keys import ControlKeys


@pytest.fixture(autouse=True)
def keys(qapp) -> Iterator[ControlKeys]:
    keys = ControlKeys(qapp, qapp)
    yield keys
    shiboken6.delete(keys)


def shown(qtbot, window: QWidget, *controls: QWidget) -> None:
    """Show controls in a window, with the keyboard on the first."""
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    for control in controls:
        control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column.addWidget(control)
    window.show()
    window.activateWindow()
    controls[0].setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is controls[0])


@pytest.mark.parametrize("kind", [QPushButton, QToolButton])
@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_return_and_space_press_a_button(qtbot, kind, key):
    window, button = QWidget(), kind()
    button.setCheckable(True)
    taken: list[int] = []
    QShortcut(QKeySequence("Space"), window, lambda: taken.append(1))
    shown(qtbot, window, button)
    qtbot.keyClick(button, key)
    assert button.isChecked()
    qtbot.keyClick(button, key)
    assert not button.isChecked()
    assert not taken


def test_a_disabled_button_stays_as_it_is(qtbot):
    window, button = QWidget(), QToolButton()
    shown(qtbot, window, button)
    with qtbot.assertNotEmitted(button.clicked):
        button.setEnabled(False)
        qtbot.keyClick(button, Qt.Key.Key_Return)


def test_return_still_means_the_dialogs_default_button(qtbot):
    dialog, box, other, default = QDialog(), QCheckBox("box"), QPushButton("other"), QPushButton("default")
    shown(qtbot, dialog, box, other, default)
    default.setDefault(True)
    with qtbot.waitSignal(default.clicked):
        qtbot.keyClick(box, Qt.Key.Key_Return)
    assert not box.isChecked()
    other.setFocus()
    with qtbot.waitSignal(other.clicked), qtbot.assertNotEmitted(default.clicked):
        qtbot.keyClick(other, Qt.Key.Key_Return)


@pytest.mark.parametrize("modifier", [Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier])
def test_down_opens_the_menu_beside_a_button(qtbot, modifier):
    window, button, other = QWidget(), QToolButton(), QToolButton()
    menu = QMenu(button)
    chosen = menu.addAction("one")
    button.setMenu(menu)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
    shown(qtbot, window, button, other)
    qtbot.keyClick(button, Qt.Key.Key_Down, modifier)
    assert menu.isVisible()
    with qtbot.waitSignal(chosen.triggered):
        qtbot.keyClick(menu, Qt.Key.Key_Down)
        qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert not menu.isVisible()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends the event itself")
def test_shift_f10_asks_for_the_context_menu(qtbot):
    window, edit, other = QWidget(), QLineEdit("text"), QLineEdit()
    edit.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    shown(qtbot, window, edit, other)
    with qtbot.waitSignal(edit.customContextMenuRequested):
        qtbot.keyClick(edit, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    other.setFocus()
    with qtbot.assertNotEmitted(edit.customContextMenuRequested):
        qtbot.keyClick(other, Qt.Key.Key_F10)
