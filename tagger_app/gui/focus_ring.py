"""Where the keyboard is: a ring around the control that has it."""

from __future__ import annotations

import sys
from contextlib import suppress

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QWidget

from tagger_app.gui.library.track_table import TrackTable
from tagger_app.gui.player.waveform import WaveformView
from tagger_app.gui.theme import current_theme

_SHOW_IT_THEMSELVES = (TrackTable, WaveformView)


class FocusRing(QObject):
    """Draws the ring where Qt's own style is used, whose signs of focus are hardly seen on buttons and sliders.

    Windows and macOS have signs of their own. What was clicked gets no ring: whoever points at it knows where it is.
    """

    def __init__(self, application: QApplication, parent: QObject) -> None:
        super().__init__(parent)
        self._ring: _Ring | None = None
        if sys.platform not in ("win32", "darwin"):
            application.focusChanged.connect(self._move)

    def _move(self, _before: QWidget | None, now: QWidget | None) -> None:
        if self._ring is not None:
            with suppress(RuntimeError):  # Qt has deleted it along with its control
                self._ring.hide()
                self._ring.deleteLater()
            self._ring = None
        is_clicked = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
        if now is not None and not is_clicked and not isinstance(now, _SHOW_IT_THEMSELVES):
            self._ring = _Ring(now)


class _Ring(QWidget):
    """Lies over a control, as large as it, and lets everything through."""

    def __init__(self, control: QWidget) -> None:
        super().__init__(control)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setGeometry(control.rect())
        control.installEventFilter(self)
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for inset, colour, width in ((1.0, theme.accent, 2.0), (2.5, theme.base, 1.0)):  # one is seen on any ground
            painter.setPen(QPen(colour, width))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 3, 3)
