"""Choosing the models, with what is known of each."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from tagger_app.ensemble.bundle import Bundle, load_bundle
from tagger_app.ensemble.choose import bundle_folders, choose_bundle
from tagger_app.ensemble.thresholds import with_thresholds
from tagger_app.errors import CuefitError, displayable
from tagger_app.gui.background import Task
from tagger_app.gui.evidence import EvidencePage
from tagger_app.gui.message_line import MessageLine
from tagger_app.gui.reasons import explain
from tagger_app.gui.workspace import Workspace


class ModelsPage(QWidget):
    """A list of bundles, a button to use one, and its evidence."""

    chosen = Signal(str)
    """Id or folder of the bundle to use; empty for the newest that came with Cuefit."""

    def __init__(self, workspace: Workspace, chosen: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._background = workspace.background
        self._chosen = chosen
        self._shown: Bundle | None = None
        self._loading: Task | None = None
        self._choice = QComboBox(self)
        self._choice.setAccessibleName(self.tr("Models"))
        self._use = QPushButton(self.tr("&Use these models"), self)
        self._use.clicked.connect(self._use_shown)
        other = QPushButton(self.tr("&Other folder …"), self)
        other.clicked.connect(self._choose_folder)
        self._message = MessageLine(self)
        self._evidence = QScrollArea(self, widgetResizable=True)
        self._evidence.setFrameShape(QScrollArea.Shape.NoFrame)
        self._evidence.setAccessibleName(self.tr("What the models are worth"))
        note = QLabel(
            self.tr("Tracks that other models listened to are listened to again by the next scan of their folders."),
            self,
        )
        note.setWordWrap(True)
        row = QHBoxLayout()
        row.addWidget(self._choice, 1)
        row.addWidget(self._use)
        row.addWidget(other)
        column = QVBoxLayout(self)
        column.addLayout(row)
        column.addWidget(note)
        column.addWidget(self._message)
        column.addWidget(self._evidence, 1)
        self._choice.addItem(self.tr("The newest that came with Cuefit"), "")
        self._choice.currentIndexChanged.connect(self._show)
        self._update_use()
        if workspace.bundle is not None:
            self._show_bundle(with_thresholds(workspace.bundle, workspace.bundle_thresholds))
        elif workspace.bundle_problem:
            self._message.show_problem(workspace.bundle_problem)
        workspace.background.submit(bundle_folders, self._list, self._show_error)

    def _list(self, folders: dict[str, Path]) -> None:
        self._choice.blockSignals(True)
        for name in sorted(folders):
            self._choice.addItem(displayable(name), name)
        if self._chosen and self._choice.findData(self._chosen) < 0:
            self._choice.addItem(displayable(self._chosen), self._chosen)
        self._choice.setCurrentIndex(max(self._choice.findData(self._chosen), 0))
        self._choice.blockSignals(False)
        self._update_use()

    def _show(self) -> None:
        wanted = self._wanted()
        if self._loading is not None:
            self._loading.cancel()
        self._message.clear()
        self._shown = None
        if (before := self._evidence.takeWidget()) is not None:
            before.deleteLater()  # or it would stand under what is said of the next
        self._update_use()
        self._loading = self._background.submit(
            lambda: choose_bundle(wanted or None), self._show_bundle, self._show_error
        )

    def _show_bundle(self, bundle: Bundle) -> None:
        self._shown = bundle
        self._evidence.setWidget(EvidencePage(bundle, self))
        self._update_use()

    def _show_error(self, error: CuefitError) -> None:
        self._message.show_problem(explain(error))
        self._update_use()

    def _update_use(self) -> None:
        self._use.setEnabled(self._shown is not None and self._wanted() != self._chosen)

    def _wanted(self) -> str:
        return str(self._choice.currentData(Qt.ItemDataRole.UserRole) or "")

    def _use_shown(self) -> None:
        self._chosen = self._wanted()
        self._update_use()
        self.chosen.emit(self._chosen)

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Choose the folder of a model bundle"))
        if folder:
            self._loading = self._background.submit(
                lambda: load_bundle(Path(folder)), lambda bundle: self._offer(folder, bundle), self._show_error
            )

    def _offer(self, folder: str, bundle: Bundle) -> None:
        self._choice.blockSignals(True)
        self._choice.addItem(displayable(folder), folder)
        self._choice.setCurrentIndex(self._choice.count() - 1)
        self._choice.blockSignals(False)
        self._show_bundle(bundle)
