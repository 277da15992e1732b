"""Files that couldn't be heard: why, and trying them again."""

from __future__ import annotations

import os
from contextlib import closing
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QLocale, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from tagger_app.errors import CuefitError, displayable
from tagger_app.gui.background import Task
from tagger_app.gui.reasons import explain, translate_reason
from tagger_app.gui.search.path_query import path_query
from tagger_app.gui.selecting import choose_row
from tagger_app.gui.wording import plain_tip, show_count, show_path
from tagger_app.gui.workspace import Workspace
from tagger_app.index.ledger import list_failures
from tagger_app.index.records import Failure

_FILTER_MS = 150
_ROOT = QModelIndex()
FILE, REASON, FOLDER, SIZE = range(4)


class FailuresModel(QAbstractTableModel):
    """Remembered failures, those that hold the words of a filter."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._all: list[tuple[str, Failure]] = []
        self._shown: list[Failure] = []
        self._words: tuple[str, ...] = ()
        self._headers = (self.tr("File"), self.tr("Reason"), self.tr("Folder"), self.tr("Size"))

    def show_failures(self, failures: list[Failure]) -> None:
        """Show others."""
        self._all = [
            (f"{failure.path}\n{translate_reason(failure.reason)}".casefold(), failure) for failure in failures
        ]
        self._apply()

    def filter(self, text: str) -> None:
        """Show those alone that hold all words of the text in path or reason."""
        self._words = tuple(text.casefold().split())
        self._apply()

    def _apply(self) -> None:
        self.beginResetModel()
        self._shown = [failure for text, failure in self._all if all(word in text for word in self._words)]
        self.endResetModel()

    @property
    def n_failures(self) -> int:
        """How many there are, shown or not."""
        return len(self._all)

    def failure_at(self, row: int) -> Failure:
        """The failure in a row."""
        return self._shown[row]

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(self._headers)

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self._headers[section]
        return None

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        failure = self._shown[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._text(failure, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(f"{displayable(failure.path)}\n{displayable(translate_reason(failure.reason))}")
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == SIZE:
            return int(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _text(self, failure: Failure, column: int) -> str:
        folder, name = os.path.split(failure.path)
        match column:
            case 0:
                return displayable(name)
            case 1:
                return displayable(translate_reason(failure.reason))
            case 2:
                return show_path(folder)
            case _:
                return QLocale().formattedDataSize(failure.size)


class FailuresPanel(QWidget):
    """The list of failures; trying them again, and finding them in the table."""

    retry_requested = Signal(list)
    """Paths of files to try again."""
    show_requested = Signal(str)
    """A query that finds the chosen file in the library table."""
    problem = Signal(str)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._task: Task | None = None
        self._filter = QLineEdit()
        self._filter.setPlaceholderText(self.tr("Filter by name, folder or reason"))
        self._filter.setAccessibleName(self.tr("Filter failures"))
        self._filter.setClearButtonEnabled(True)
        self._summary = QLabel()
        self._summary.setWordWrap(True)
        self._summary.setTextFormat(Qt.TextFormat.PlainText)
        self._model = FailuresModel(self)
        self._table = self._build_table()
        layout = QVBoxLayout(self)
        layout.addWidget(self._filter)
        layout.addWidget(self._summary)
        layout.addWidget(self._table, 1)
        layout.addLayout(self._build_buttons())
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(_FILTER_MS)
        self._typed.timeout.connect(self._apply_filter)
        self._filter.textChanged.connect(lambda _: self._typed.start())
        self._summary.setText(self.tr("Looking…"))
        self._show_buttons()
        self.refresh()

    def _build_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self._model)
        table.setAccessibleName(self.tr("Files that couldn't be heard"))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() * 3 // 2)
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(REASON, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        width = self.fontMetrics().averageCharWidth()
        header.resizeSection(FILE, 20 * width)
        header.resizeSection(FOLDER, 15 * width)
        header.resizeSection(SIZE, 10 * width)
        table.selectionModel().selectionChanged.connect(self._show_buttons)
        table.activated.connect(lambda index: self._show_in_table(self._model.failure_at(index.row())))
        return table

    def _build_buttons(self) -> QHBoxLayout:
        self._retry = QPushButton(self.tr("Tr&y again"))
        self._retry.setAccessibleDescription(self.tr("Scans the chosen files, or all that are shown, once more"))
        self._retry.clicked.connect(self._request_retry)
        self._show = QPushButton(self.tr("Show in table"))
        self._show.clicked.connect(self._show_chosen)
        row = QHBoxLayout()
        row.addWidget(self._retry)
        row.addWidget(self._show)
        row.addStretch(1)
        return row

    def refresh(self) -> None:
        """Read the failures again."""
        if self._task:
            self._task.cancel()
        self._task = self._workspace.background.submit(self._read, self._take, self._fail)

    def _read(self) -> list[Failure]:
        with closing(self._workspace.open_index()) as connection:
            return list_failures(connection)

    def _take(self, failures: list[Failure]) -> None:
        chosen = {failure.path for failure in self._chosen()}
        self._model.show_failures(failures)
        for row in range(self._model.rowCount() if chosen else 0):
            if self._model.failure_at(row).path in chosen:
                choose_row(self._table, self._model.index(row, FILE))
                break
        self._show_summary()

    def _fail(self, error: CuefitError) -> None:
        self._summary.setText(explain(error))
        self.problem.emit(explain(error))

    def _apply_filter(self) -> None:
        self._model.filter(self._filter.text())
        self._show_summary()

    def _show_summary(self) -> None:
        n_all, n_shown = self._model.n_failures, self._model.rowCount()
        if not n_all:
            self._summary.setText(self.tr("No failures: every file that was found could be heard."))
        elif n_shown < n_all:
            text = self.tr("{shown} of {all} failures. A file is tried again when it changes.")
            self._summary.setText(text.format(shown=show_count(n_shown), all=show_count(n_all)))
        else:
            text = self.tr("Failures: {all}. A file is tried again when it changes.")
            self._summary.setText(text.format(all=show_count(n_all)))
        self._show_buttons()

    def _show_buttons(self) -> None:
        chosen = self._chosen()
        self._retry.setEnabled(self._model.rowCount() > 0)
        self._retry.setText(self.tr("Tr&y chosen again") if chosen else self.tr("Tr&y all again"))
        self._show.setEnabled(len(chosen) == 1)

    def _chosen(self) -> list[Failure]:
        rows = self._table.selectionModel().selectedRows()
        return [self._model.failure_at(index.row()) for index in rows]

    def _request_retry(self) -> None:
        chosen = self._chosen() or [self._model.failure_at(row) for row in range(self._model.rowCount())]
        if chosen:
            self.retry_requested.emit([failure.path for failure in chosen])

    def _show_chosen(self) -> None:
        if len(chosen := self._chosen()) == 1:
            self._show_in_table(chosen[0])

    def _show_in_table(self, failure: Failure) -> None:
        self.show_requested.emit(f"status:failed {path_query(failure.path)}")
