"""How far the library has been read before the first suggestions can be made."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

_PARTS = 1_000


class PreparingBar(QWidget):
    """A bar and a button to stop; hidden unless there is something to wait for."""

    stop_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar = QProgressBar(self)
        self._bar.setRange(0, _PARTS)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("How much of the library has been read"))
        stop = QPushButton(self.tr("Stop"), self)
        stop.clicked.connect(self.stop_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._bar, 1)
        row.addWidget(stop)
        self.hide()

    def show_progress(self, n_read: int, n_rows: int) -> None:
        """So many of so many have been read."""
        self._bar.setValue(round(_PARTS * n_read / max(n_rows, 1)))
        self._bar.setAccessibleDescription(self.tr("{percent} percent").format(percent=100 * n_read // max(n_rows, 1)))
        self.setVisible(n_read < n_rows)
