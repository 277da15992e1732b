"""The tag history: which runs wrote tags, and taking them back."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import QDateTime, QLocale, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDateTimeEdit,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from tagger_app.errors import CuefitError
from tagger_app.gui.background import Task
from tagger_app.gui.close_button import add_close_button
from tagger_app.gui.reasons import explain
from tagger_app.gui.tagging.job_dialog import JobDialog
from tagger_app.gui.tagging.preview import FilePreview, preview_undo
from tagger_app.gui.tagging.preview_view import PreviewView
from tagger_app.gui.wording import plain_tip, show_count
from tagger_app.gui.workspace import Workspace
from tagger_app.index.records import Track
from tagger_app.scan.retag import undo_tags
from tagger_app.tagging.journal import Journal, journal_path
from tagger_app.tagging.journal_records import Batch, State
from tagger_app.tagging.undo import UndoResult

_BATCH = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class _Choice:
    """Which writes are to be undone; as `undo_tags` takes them."""

    paths: tuple[str, ...] | None = None
    since: datetime | None = None
    batch: str | None = None


class TagHistoryDialog(JobDialog):
    """Undoes writes of one run, since a time, or of chosen files.

    Parameters
    ----------
    tracks : chosen files, if any
    """

    before_tags_written = Signal(list)
    """Paths of files whose tags are about to change; empty where that is any file."""
    tags_written = Signal()

    def __init__(self, workspace: Workspace, tracks: Sequence[Track] = (), parent: QWidget | None = None) -> None:
        super().__init__(workspace.background, parent)
        self._workspace = workspace
        self._paths = tuple(track.path for track in tracks)
        self._choice: _Choice | None = None
        self._n_writes = self._n_files = 0
        self._n_restored = self._n_partly = 0
        self._task: Task | None = None
        self.setWindowTitle(self.tr("Tag history"))
        self._build()
        self._refresh()
        em = self.fontMetrics().height()
        self.resize(58 * em, 38 * em)

    # -- layout ------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        headers = (self.tr("File and field"), self.tr("Written"), self.tr("Goes back to"))
        self._view = PreviewView(self._workspace.background, headers)
        self._view.failed.connect(self._show_problem)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self._build_choice())
        splitter.addWidget(self._view)
        splitter.setStretchFactor(0, 2)
        splitter.setStretchFactor(1, 3)
        self._job.file_done.connect(self._take)
        self._job.ended.connect(self._end)
        self._job.problem.connect(self.problem)
        self._buttons = QDialogButtonBox()
        self._undo = QPushButton(self.tr("&Undo"))
        self._undo.setAccessibleDescription(self.tr("A field that another program changed since then is left alone"))
        self._undo.setToolTip(plain_tip(self._undo.accessibleDescription()))
        self._undo.clicked.connect(self._start)
        self._buttons.addButton(self._undo, QDialogButtonBox.ButtonRole.ActionRole)
        add_close_button(self._buttons).clicked.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(splitter, 1)
        layout.addWidget(self._job)
        layout.addWidget(self._buttons)

    def _build_choice(self) -> QWidget:
        box = QWidget()
        self._by_batch = QRadioButton(self.tr("One &run"))
        self._by_time = QRadioButton(self.tr("&Everything since"))
        n_chosen = show_count(len(self._paths))
        self._by_files = QRadioButton(self.tr("The chosen &files ({count})").format(count=n_chosen))
        self._by_files.setEnabled(bool(self._paths))
        self._since = QDateTimeEdit(QDateTime.currentDateTime().addDays(-1))
        self._since.setCalendarPopup(True)
        self._since.setAccessibleName(self.tr("Undo everything since"))
        self._batches = QTreeWidget()
        self._batches.setRootIsDecorated(False)
        self._batches.setUniformRowHeights(True)
        self._batches.setHeaderLabels([self.tr("When"), self.tr("Files"), self.tr("What")])
        self._batches.setAccessibleName(self.tr("Runs that wrote tags"))
        self._batches.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._batches.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._batches.currentItemChanged.connect(self._choose_batch)
        self._note = QLabel()
        self._note.setWordWrap(True)
        self._note.setText(self.tr("Looking…"))
        row = QHBoxLayout()
        row.addWidget(self._by_time)
        row.addWidget(self._since, 1)
        layout = QVBoxLayout(box)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._by_files)
        layout.addLayout(row)
        layout.addWidget(self._by_batch)
        layout.addWidget(self._batches, 1)
        layout.addWidget(self._note)
        (self._by_files if self._paths else self._by_batch).setChecked(True)
        for radio in (self._by_batch, self._by_time, self._by_files):
            radio.toggled.connect(self._choose)
        self._since.dateTimeChanged.connect(self._choose_time)
        return box

    # -- what there is to undo -----------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        self._undo.setEnabled(False)
        path = journal_path(self._workspace.index_path)

        def read() -> list[Batch]:
            if not path.exists():
                return []
            with Journal.open(path) as journal:
                return journal.batches()

        self._workspace.background.submit(read, self._show_batches, self._fail)

    def _show_batches(self, batches: list[Batch]) -> None:
        with QSignalBlocker(self._batches):
            self._batches.clear()
        for batch in batches:
            what = self.tr("own decisions") if batch.user_only else self.tr("fits and genres")
            item = QTreeWidgetItem([_show_time(batch.started), show_count(batch.n_files), what])
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
            item.setData(0, _BATCH, batch.batch)
            self._batches.addTopLevelItem(item)
        for column in range(3):
            self._batches.resizeColumnToContents(column)
        empty = self.tr("No tags were written yet, or all of it is undone.")
        self._note.setText("" if batches else empty)
        self._note.setVisible(not batches)
        if first := self._batches.topLevelItem(0):
            # Nobody has chosen it yet.
            with QSignalBlocker(self._batches):
                self._batches.setCurrentItem(first)
        self._choose()

    def _choose_batch(self) -> None:
        if self._by_batch.isChecked():
            self._choose()
        else:
            self._by_batch.setChecked(True)

    def _choose_time(self) -> None:
        if self._by_time.isChecked():
            self._choose()
        else:
            self._by_time.setChecked(True)

    def _choose(self) -> None:
        """See what the choice holds, and show it."""
        self._choice = self._read_choice()
        self._undo.setEnabled(False)
        self._view.clear()
        if self._task:
            self._task.cancel()
        if self._choice is None or self._job.is_busy:
            return
        self._task = self._workspace.background.submit(self._count(self._choice), self._show_count, self._fail)

    def _read_choice(self) -> _Choice | None:
        if self._by_files.isChecked():
            return _Choice(paths=self._paths)
        if self._by_time.isChecked():
            return _Choice(since=datetime.fromtimestamp(self._since.dateTime().toSecsSinceEpoch(), UTC))
        item = self._batches.currentItem()
        return _Choice(batch=item.data(0, _BATCH)) if item else None

    def _count(self, choice: _Choice) -> Callable[[], tuple[int, int]]:
        path = journal_path(self._workspace.index_path)

        def count() -> tuple[int, int]:
            if not path.exists():
                return 0, 0
            with Journal.open(path) as journal:
                return journal.count(paths=choice.paths, since=choice.since, batch=choice.batch)

        return count

    def _show_count(self, counts: tuple[int, int]) -> None:
        self._n_writes, self._n_files = counts
        choice = self._choice
        self._undo.setText(self.tr("&Undo ({count})").format(count=show_count(self._n_files)))
        self._undo.setEnabled(self._n_files > 0 and not self._job.is_busy)
        path = journal_path(self._workspace.index_path)

        def fetch(offset: int, limit: int) -> list[FilePreview]:
            assert choice is not None
            with Journal.open(path) as journal:
                entries = journal.entries(
                    paths=choice.paths,
                    since=choice.since,
                    batch=choice.batch,
                    states=(State.DONE,),
                    limit=limit,
                    offset=offset,
                )
            return preview_undo(entries)

        self._view.show_pages(fetch, self._n_writes)

    # -- undoing -----------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        choice, index_path = self._choice, self._workspace.index_path
        if choice is None:
            return
        self._n_restored = self._n_partly = 0
        self._undo.setEnabled(False)
        self.before_tags_written.emit(list(choice.paths or ()))

        def events() -> Generator[UndoResult, None, None]:
            return undo_tags(index_path, paths=choice.paths, since=choice.since, batch=choice.batch)

        self._job.start(events, self._n_files)

    def _take(self, result: UndoResult) -> None:
        if result.error:
            self._job.fail_file(result.path, result.error.reason)
        elif result.kept:
            self._n_partly += 1
            fields = ", ".join(result.kept)
            self._job.fail_file(
                result.path, self.tr("changed meanwhile and left alone: {fields}").format(fields=fields)
            )
        else:
            self._n_restored += 1

    def _end(self, is_well: bool) -> None:
        if is_well:
            state = self.tr("Stopped.") if self._job.was_cancelled else self.tr("Done.")
            parts = [state, self.tr("Restored: {count}.").format(count=show_count(self._n_restored))]
            if n_others := self._job.n_failures:
                parts.append(self.tr("Left alone, wholly or in part: {count}.").format(count=show_count(n_others)))
            self._job.say(" ".join(parts))
        self.tags_written.emit()
        if self._wants_to_close:
            self.reject()
        else:
            self._refresh()

    def _fail(self, error: CuefitError) -> None:
        self._note.hide()
        self._show_problem(explain(error))


def _show_time(time: datetime) -> str:
    local = QDateTime.fromSecsSinceEpoch(int(time.timestamp()))
    return QLocale().toString(local, QLocale.FormatType.ShortFormat)
