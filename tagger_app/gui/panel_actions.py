"""Commands that show panels and hide them, and take the keyboard to them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDockWidget, QMainWindow

from tagger_app.gui.docks import Docks, show_dock


class PanelActions(QObject):
    """Two for each panel, in the order of the docks.

    Attributes
    ----------
    show_or_hide : checked while a panel is seen; one that lies behind others comes to the front
    go_to : take the keyboard to a panel, wherever it is; Ctrl+1 to Ctrl+8
    """

    def __init__(self, window: QMainWindow, docks: Docks) -> None:
        super().__init__(window)
        self.show_or_hide = [self._show_or_hide(dock) for dock in docks.all()]
        self.go_to = [self._go_to(dock, number) for number, dock in enumerate(docks.all(), 1)]
        window.addActions(self.go_to)

    def _show_or_hide(self, dock: QDockWidget) -> QAction:
        action = QAction(dock.windowTitle(), self, checkable=True)
        # Qt calls a dock behind other tabs visible; only this signal tells them apart.
        dock.visibilityChanged.connect(action.setChecked)
        action.triggered.connect(lambda wanted: show_dock(dock) if wanted else dock.hide())
        return action

    def _go_to(self, dock: QDockWidget, number: int) -> QAction:
        action = QAction(self.tr("Go to {panel}").format(panel=dock.windowTitle()), self)
        action.setShortcut(QKeySequence(f"Ctrl+{number}"))
        action.triggered.connect(partial(_go, dock))
        return action


def _go(dock: QDockWidget, _checked: bool = False) -> None:
    show_dock(dock, focus=True)
