"""Alt with a letter, where its button is in a panel that lies behind others."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractButton, QDockWidget, QMainWindow, QWidget

from tagger_app.gui.docks import Docks, show_dock


class PanelLetters(QObject):
    """Brings a panel forward at its letter, and its button gets the keyboard; the second time it is pressed.

    Qt takes panels behind other tabs for visible: a letter would stop a scan, or take a decision back, unseen.
    """

    def __init__(self, window: QMainWindow, docks: Docks) -> None:
        super().__init__(window)
        for dock in docks.all():
            dock.visibilityChanged.connect(lambda is_seen, dock=dock: self._listen(dock, not is_seen))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() != QEvent.Type.Shortcut:
            return super().eventFilter(watched, event)
        assert isinstance(watched, QAbstractButton)
        show_dock(_dock_of(watched))
        watched.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    def _listen(self, dock: QDockWidget, is_behind: bool) -> None:
        """Only to panels that aren't seen: a filter in Python costs time at every event."""
        for button in dock.findChildren(QAbstractButton):
            if is_behind:
                button.installEventFilter(self)
            else:
                button.removeEventFilter(self)


def _dock_of(widget: QWidget) -> QDockWidget:
    above: QWidget | None = widget
    while not isinstance(above, QDockWidget):
        assert above is not None
        above = above.parentWidget()
    return above
