"""A line of text that is shortened where there is no room for all of it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from tagger_app.gui.wording import plain_tip


class ElidedLabel(QLabel):
    """Plain text on one line; all of it is in the tool tip and the accessible name.

    Parameters
    ----------
    elide : where it is shortened
    """

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        elide: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle,
    ) -> None:
        super().__init__(parent)
        self._elide = elide
        self._short = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def setText(self, text: str) -> None:  # noqa: N802
        super().setText(" ".join(text.split()))
        self.setToolTip(plain_tip(text))

    def set_texts(self, text: str, short: str) -> None:
        """Show a text, or a short one that says the most of it where there is no room for all."""
        self._short = short
        self.setText(text)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(self.fontMetrics().height() * 4, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        width = self.contentsRect().width()
        is_short = self._short and self.fontMetrics().horizontalAdvance(self.text()) > width
        text = self.fontMetrics().elidedText(self._short if is_short else self.text(), self._elide, width)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), self.alignment() | Qt.TextFlag.TextSingleLine, text)
