"""One genre of the mixer: its name, a slider from -1 to +1, and the number."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QLabel, QStyle, QStyleOptionSlider, QWidget

from tagger_app.gui.slider import SLIDER_ROOM, Slider
from tagger_app.gui.theme import current_theme

STEPS = 20
"""Steps from 0 to 1: one press of an arrow key is 0.05."""


class BalanceSlider(Slider):
    """A slider whose groove is filled from its middle; a double click, or 0, takes it there."""

    def __init__(self, genre: str, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._genre = genre
        self.setRange(-STEPS, STEPS)
        self.setPageStep(STEPS // 4)
        self.setTickInterval(STEPS)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        theme = current_theme()
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        handle = self.style().subControlRect(
            QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, self
        )
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = max((self.height() - SLIDER_ROOM) / 6, 3.0)
        groove = QRectF(handle.width() / 2, (self.height() - height) / 2, self.width() - handle.width(), height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.line)
        painter.drawRoundedRect(groove, height / 2, height / 2)
        middle, place = self.width() / 2, QRectF(handle).center().x()
        if self.isEnabled() and self.value():
            painter.setBrush(theme.genre_line_colour(self._genre))
            painter.drawRect(QRectF(min(middle, place), groove.top(), abs(place - middle), height))
        painter.setPen(QPen(theme.faint_text, 1))
        painter.drawLine(int(middle), int(groove.top() - 3), int(middle), int(groove.bottom() + 3))
        if self.isEnabled():
            radius = min(handle.width(), self.height() - SLIDER_ROOM) / 2 - 2
            painter.setPen(QPen(theme.accent if self.hasFocus() else theme.faint_text, 2.5 if self.hasFocus() else 1.2))
            painter.setBrush(theme.base)
            painter.drawEllipse(QRectF(handle).center(), radius, radius)
        painter.end()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.setValue(0)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.PaletteChange:
            self.update()
        return super().event(event)


class GenreRow(QObject):
    """The widgets of one genre in a grid, one row."""

    moved = Signal()
    """The editor, or a preset, gave the genre another weight."""

    def __init__(self, genre: str, grid: QGridLayout, row: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.genre = genre
        self.label = QLabel(genre, parent)
        self.slider = BalanceSlider(genre, parent)
        self.number = QLabel(parent)
        self.number.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        self.number.setMinimumWidth(parent.fontMetrics().horizontalAdvance("+0.00 "))
        self.label.setBuddy(self.slider)
        self.slider.setAccessibleName(self.tr("{genre}: how much").format(genre=genre))
        self.slider.setAccessibleDescription(self.tr("From -1, not wanted, to +1, wanted; 0 doesn't matter"))
        self.slider.valueChanged.connect(self._show_number)
        self.slider.valueChanged.connect(self.moved)
        for column, widget in enumerate((self.label, self.slider, self.number)):
            grid.addWidget(widget, row, column)
        self._show_number()

    @property
    def weight(self) -> float:
        """From -1 to +1; 0 where the genre isn't trained."""
        return self.slider.value() / STEPS if self.slider.isEnabled() else 0.0

    def set_weight(self, weight: float) -> None:
        """Move the slider."""
        self.slider.setValue(round(weight * STEPS))

    def set_untrained(self, reason: str) -> None:
        """Grey the row, with the reason; no reason makes it usable."""
        for widget in (self.label, self.slider, self.number):
            widget.setEnabled(not reason)
            widget.setToolTip(reason)
        if reason:
            self.slider.setValue(0)
            self.slider.setAccessibleDescription(self.tr("Not trained: {reason}").format(reason=reason))
        self._show_number()

    def _show_number(self) -> None:
        value = self.slider.value() / STEPS
        if not self.slider.isEnabled():
            self.number.setText(self.tr("untrained"))
        else:
            self.number.setText(f"{value:+.2f}".replace("-", "−") if value else "0")
