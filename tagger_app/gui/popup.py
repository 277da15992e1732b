"""Context menus of commands that have keys of their own."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget


def pop_up(parent: QWidget, place: QPoint, *groups: Sequence[QAction]) -> QMenu:
    """Show a menu of commands, with lines between groups.

    A key of a command reaches it while the menu is open, too; Qt then leaves the menu where it is, and it would take
    what is typed next.

    Parameters
    ----------
    place : in global coordinates
    """
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for number, actions in enumerate(groups):
        if number:
            menu.addSeparator()
        menu.addActions(actions)
        for action in actions:
            action.triggered.connect(menu.close)
    menu.popup(place)
    return menu
