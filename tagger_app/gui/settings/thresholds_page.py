"""From which fit on a genre is assigned: the bundle's thresholds, or the editor's own."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from tagger_app.genres import GENRES
from tagger_app.gui.workspace import Workspace

_SETTLE_MS = 700


class ThresholdsPage(QWidget):
    """A number for each genre that is trained."""

    changed = Signal(object)
    """The editor's own thresholds by genre, those that differ from the bundle's; told when the numbers rest."""

    def __init__(self, workspace: Workspace, own: Mapping[str, float], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bundles = dict(workspace.bundle_thresholds)
        self._boxes: dict[str, QDoubleSpinBox] = {}
        self._settled = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settled.timeout.connect(lambda: self.changed.emit(self.own))
        note = QLabel(
            self.tr(
                "A genre is assigned to a track whose fit reaches its threshold. Lower finds more, higher is right "
                "more often; the evidence was measured at the bundle's own. A change counts for the whole library at "
                "once; tags that are in files already stay as they are until they are written again."
            ),
            self,
        )
        note.setWordWrap(True)
        grid = QGridLayout()
        for row, genre in enumerate(GENRES):
            self._add(grid, row, genre, own)
        grid.setColumnStretch(2, 1)
        self._reset = QPushButton(self.tr("Take the &bundle's thresholds"), self)
        self._reset.clicked.connect(self._take_bundles)
        column = QVBoxLayout(self)
        column.addWidget(note)
        column.addLayout(grid)
        column.addWidget(self._reset, alignment=Qt.AlignmentFlag.AlignLeading)
        column.addStretch(1)
        self._update_reset()

    @property
    def own(self) -> dict[str, float]:
        """Thresholds that differ from the bundle's."""
        return {
            genre: round(box.value(), 2)
            for genre, box in self._boxes.items()
            if abs(box.value() - self._bundles[genre]) > 0.0051
        }

    def set_threshold(self, genre: str, threshold: float) -> None:
        """Put a number in."""
        self._boxes[genre].setValue(threshold)

    def _add(self, grid: QGridLayout, row: int, genre: str, own: Mapping[str, float]) -> None:
        label = QLabel(genre, self)
        grid.addWidget(label, row, 0)
        if genre not in self._bundles:
            untrained = QLabel(self.tr("untrained"), self)
            untrained.setEnabled(False)
            label.setEnabled(False)
            grid.addWidget(untrained, row, 1)
            return
        box = QDoubleSpinBox(self)
        box.setRange(0.0, 1.0)
        box.setSingleStep(0.05)
        box.setValue(own.get(genre, self._bundles[genre]))
        box.setAccessibleName(self.tr("Threshold of {genre}").format(genre=genre))
        label.setBuddy(box)
        box.valueChanged.connect(self._settled.start)
        box.valueChanged.connect(self._update_reset)
        self._boxes[genre] = box
        grid.addWidget(box, row, 1)
        grid.addWidget(QLabel(self.tr("bundle: {number}").format(number=f"{self._bundles[genre]:.2f}"), self), row, 2)

    def _take_bundles(self) -> None:
        for genre, box in self._boxes.items():
            box.setValue(self._bundles[genre])

    def _update_reset(self) -> None:
        self._reset.setEnabled(bool(self.own))
