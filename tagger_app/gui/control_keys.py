"""Keys that every control answers to, whatever the platform's own habits are."""

from __future__ import annotations

import sys
from contextlib import suppress

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QPushButton, QToolButton, QWidget

_PRESS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class ControlKeys(QObject):
    """Lets Return press the button that has the keyboard, Down open its menu, and Shift+F10 the context menu.

    Qt presses buttons with Space alone, which the player takes for itself where its shortcut counts, opens the menu
    beside a tool button by mouse only, and leaves Shift+F10 to Windows. Only the control that has the keyboard is
    watched: a filter of all events of the application would cost each of them a call into Python.
    """

    def __init__(self, application: QApplication, parent: QObject) -> None:
        super().__init__(parent)
        self._watched: QWidget | None = None
        application.focusChanged.connect(self._follow)

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        if self._watched is not None:
            with suppress(RuntimeError):  # Qt has deleted it
                self._watched.removeEventFilter(self)
        self._watched = now
        if now is not None:
            now.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if isinstance(watched, QAbstractButton) and event.key() == Qt.Key.Key_Space and not event.modifiers():
                event.accept()  # pressing the button comes before anybody's shortcut
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if isinstance(watched, QAbstractButton) and _press(watched, event):
                return True
            if isinstance(watched, QWidget) and _is_menu_key(event):
                return _open_context_menu(watched)
        return super().eventFilter(watched, event)


def _press(button: QAbstractButton, event: QKeyEvent) -> bool:
    """Do what a key means on a button; whether it means anything."""
    menu = _menu_of(button)
    is_down = event.key() == Qt.Key.Key_Down and event.modifiers() in (
        Qt.KeyboardModifier.NoModifier,
        Qt.KeyboardModifier.AltModifier,
    )
    if is_down and menu is not None and button.isEnabled():
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))
        return True
    if event.key() not in _PRESS or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
        return False
    if not isinstance(button, (QPushButton, QToolButton)):
        return False  # on a check box Return means the dialog
    if isinstance(button, QPushButton) and (button.autoDefault() or button.isDefault()):
        return False  # Qt's own, with the dialog's default button in mind
    button.click()
    return True


def _menu_of(button: QAbstractButton) -> QMenu | None:
    return button.menu() if isinstance(button, (QToolButton, QPushButton)) else None


def _is_menu_key(event: QKeyEvent) -> bool:
    is_shift = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
    return sys.platform != "win32" and event.key() == Qt.Key.Key_F10 and is_shift


def _open_context_menu(control: QWidget) -> bool:
    """Ask a control for its menu, as Qt does where the keyboard has a menu key."""
    place = control.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, place, control.mapToGlobal(place))
    QApplication.sendEvent(control, event)
    return True
