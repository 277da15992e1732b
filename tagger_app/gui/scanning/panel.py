"""What a scan is doing, and the scans that wait."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from tagger_app.errors import displayable
from tagger_app.gui.elided_label import ElidedLabel
from tagger_app.gui.flow import FlowLayout
from tagger_app.gui.reasons import translate_reason
from tagger_app.gui.scanning.controller import ScanController, ScanRequest
from tagger_app.gui.wording import plain_tip, show_count, show_length, show_path
from tagger_app.scan.report import ScanReport

_PARTS = 1_000
_TICK_MS = 1_000
_MOST_NOTICES = 200
_MOST_LINES = 6
_MOST_FILES = 4


class ScanPanel(QWidget):
    """Progress, counts, queue; pause and cancel."""

    failures_requested = Signal()
    """The user wants to see what failed."""
    folder_wanted = Signal(bool)
    """The user wants to choose a folder to scan; whether the fits go into its files."""

    def __init__(self, controller: ScanController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._n_notices = 0
        self._goes_on = False
        self._build()
        # While one long file is heard no event comes, but time goes on.
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._show_progress)
        controller.started.connect(self._begin)
        controller.progressed.connect(self._show_progress)
        controller.finished.connect(self._end)
        controller.queue_changed.connect(self._show_queue)
        controller.problem.connect(self._show_problem)
        self._show_queue()
        self._show_progress()

    # -- layout ------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._title = ElidedLabel()
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        self._bar = QProgressBar()
        self._bar.setAccessibleName(self.tr("Progress of the scan"))
        self._bar.setTextVisible(False)
        self._bar.setMaximumHeight(self.fontMetrics().height())
        self._detail = QLabel()
        self._detail.setWordWrap(True)
        self._files = _Files()
        self._files.setAccessibleName(self.tr("Files that are being heard"))
        self._counts = _Counts()
        layout = QVBoxLayout(self)
        layout.setSpacing(4)  # all of it is seen at the height that the panel has at first
        layout.addWidget(self._title)
        layout.addWidget(self._bar)
        layout.addWidget(self._detail)
        layout.addWidget(self._files)
        layout.addWidget(self._counts)
        layout.addWidget(self._build_buttons())
        layout.addWidget(self._build_problem())
        layout.addWidget(self._build_queue())
        layout.addStretch(1)

    def _build_buttons(self) -> QWidget:
        self._pause = QPushButton()
        self._pause.clicked.connect(self._toggle_pause)
        self._cancel = QPushButton(self.tr("&Cancel scan"))
        self._cancel.setAccessibleDescription(self.tr("What was heard so far is kept"))
        self._cancel.clicked.connect(self._controller.cancel)
        self._failures = QPushButton(self.tr("Show failures …"))
        self._failures.clicked.connect(self.failures_requested)
        self._choose = QPushButton(self.tr("Sca&n a folder …"))
        self._write_tags = QCheckBox(self.tr("Write the f&its into the files' tags"))
        self._write_tags.setAccessibleDescription(self.tr("Every write can be undone in the tag history"))
        write_tags = self._write_tags
        self._choose.clicked.connect(lambda: self.folder_wanted.emit(write_tags.isChecked()))
        box = QWidget()
        flow = FlowLayout(box, spacing=box.fontMetrics().averageCharWidth())
        for widget in (self._pause, self._cancel, self._failures, self._choose, self._write_tags):
            flow.addWidget(widget)
        return box

    def _build_problem(self) -> QWidget:
        self._notices = QListWidget()
        self._notices.setAccessibleName(self.tr("Folders that couldn't be scanned"))
        self._notices.setSelectionMode(QListWidget.SelectionMode.SingleSelection)
        self._notices.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._notices.hide()
        return self._notices

    def _build_queue(self) -> QWidget:
        self._queue_box = QWidget()
        label = QLabel(self.tr("Waiting:"))
        self._queue = QListWidget()
        self._queue.setAccessibleName(self.tr("Scans that wait"))
        self._queue.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        label.setBuddy(self._queue)
        self._forget = QPushButton(self.tr("Remove from &queue"))
        self._forget.clicked.connect(self._forget_chosen)
        delete = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self._queue)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._forget_chosen)
        top = Qt.AlignmentFlag.AlignTop
        layout = QHBoxLayout(self._queue_box)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(label, alignment=top)
        layout.addWidget(self._queue, 1, alignment=top)
        layout.addWidget(self._forget, alignment=top)
        return self._queue_box

    # -- what is shown -----------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        if not self._goes_on:
            self._notices.clear()
            self._notices.hide()
        self._goes_on = False
        self._n_notices = 0
        self._tick.start()
        self._show_progress()

    def _end(self) -> None:
        # What is said of a scan stays while those that waited follow.
        self._goes_on = bool(self._controller.waiting)
        self._show_progress()

    def _show_problem(self, text: str) -> None:
        self._add_notice(text)

    def _add_notice(self, text: str) -> None:
        if self._notices.count() < _MOST_NOTICES:
            item = QListWidgetItem(text)
            item.setToolTip(plain_tip(text))
            self._notices.addItem(item)
            _fit_height(self._notices)
        self._notices.show()

    def _show_progress(self) -> None:
        controller = self._controller
        report = controller.report
        self._pause.setVisible(controller.is_busy)
        self._cancel.setVisible(controller.is_busy)
        self._pause.setEnabled(not controller.is_stopping)
        self._cancel.setEnabled(not controller.is_stopping)
        self._pause.setText(self.tr("Resu&me") if controller.is_paused else self.tr("&Pause"))
        self._pause.setAccessibleDescription(self.tr("Files that were begun are finished first"))
        self._bar.setVisible(controller.is_busy)
        self._counts.setVisible(report is not None)
        self._failures.setVisible(report is not None and bool(report.failed))
        if not controller.is_busy:
            self._tick.stop()
        if report is None:
            self._title.setText(self.tr("No scan is running"))
            self._detail.setText(
                self.tr(
                    "Choose a folder: every track below it is heard once, and remembered. Nothing is changed in it."
                )
            )
            self._files.hide()
            return
        self._title.setText(self._state())
        self._detail.setText(self._describe(report))
        self._files.setVisible(controller.is_busy and bool(report.listed))
        self._files.show_files(controller.current_files)
        self._show_bar(report)
        self._counts.show_report(report)
        for path, reason in report.unreadable[self._n_notices :][:_MOST_NOTICES]:
            self._add_notice(f"{show_path(path)}: {displayable(translate_reason(reason))}")
        self._n_notices = len(report.unreadable)

    def _state(self) -> str:
        controller = self._controller
        report = controller.report
        request = controller.request
        if request is None:
            if controller.failure:
                return self.tr("The scan failed: {reason}").format(reason=controller.failure)
            if report is None or report.finished is None:
                return self.tr("The scan was cancelled; what was heard is kept")
            if report.offline:
                return self.tr("The scan is done, except for what isn't there")
            return self.tr("The scan is done")
        if controller.is_stopping:
            return self.tr("Stopping when the files that were begun are done…")
        if controller.is_paused:
            return self.tr("Paused: {folders}").format(folders=request.title)
        if report is not None and report.is_held_up:
            return self.tr("Another program keeps the library locked; what is heard is kept until it lets go")
        return self.tr("Scanning {folders}").format(folders=request.title)

    def _describe(self, report: ScanReport) -> str:
        controller = self._controller
        if not controller.is_busy:
            n_tracks = report.finished.n_tracks if report.finished else None
            took = self.tr("Took {time}.").format(time=show_length(report.took_s))
            if n_tracks is None:
                return took
            kept = self.tr("Tracks in the index from here: {count}.").format(count=show_count(n_tracks))
            return f"{took} {kept}"
        if not report.listed:
            return self.tr("Looking for music…")
        parts = []
        if report.n_pending:
            done, total = show_count(report.n_done), show_count(report.n_pending)
            parts.append(self.tr("{done} of {total} files").format(done=done, total=total))
        if controller.is_paused:
            parts.append(self.tr("files that were begun are finished"))
        else:
            if speed := controller.pace.times_realtime:
                parts.append(self.tr("{speed}× real time").format(speed=show_count(round(speed))))
            left_s = controller.pace.left_s(max(report.pending_bytes - report.done_bytes, 0))
            if left_s is not None:
                parts.append(self.tr("{time} left").format(time=show_length(left_s)))
        return " · ".join(parts)

    def _show_bar(self, report: ScanReport) -> None:
        if report.pending_bytes:
            share = min(report.done_bytes / report.pending_bytes, 1.0)
            self._bar.setRange(0, _PARTS)
            self._bar.setValue(round(share * _PARTS))
            self._bar.setAccessibleDescription(self.tr("{percent} percent").format(percent=round(share * 100)))
        elif self._controller.is_paused:
            self._bar.setRange(0, _PARTS)
        else:
            self._bar.setRange(0, 0)

    def _show_queue(self) -> None:
        waiting = self._controller.waiting
        self._queue_box.setVisible(bool(waiting))
        self._queue.clear()
        for request in waiting:
            item = QListWidgetItem(request.title)
            item.setData(Qt.ItemDataRole.UserRole, request)
            self._queue.addItem(item)
        if waiting:
            self._queue.setCurrentRow(0)
            _fit_height(self._queue)

    # -- what the user does --------------------------------------------------------------------------------------------

    def _toggle_pause(self) -> None:
        if self._controller.is_paused:
            self._controller.resume()
        else:
            self._controller.pause()

    def _forget_chosen(self) -> None:
        if item := self._queue.currentItem():
            request = item.data(Qt.ItemDataRole.UserRole)
            assert isinstance(request, ScanRequest)
            self._controller.forget(request)


class _Files(QWidget):
    """A place for each file in work, two in a line, as many as there ever were at once, so that nothing jumps."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(0)
        self._grid.setHorizontalSpacing(3 * self.fontMetrics().averageCharWidth())
        self._lines: list[ElidedLabel] = []

    def show_files(self, paths: Sequence[str]) -> None:
        """Show the files that are in work now."""
        texts = [show_path(path) for path in paths[:_MOST_FILES]]
        if len(paths) > _MOST_FILES:
            texts[-1] = self.tr("and {count} more").format(count=show_count(len(paths) - _MOST_FILES + 1))
        while len(self._lines) < len(texts):
            self._lines.append(ElidedLabel("", self))
            self._grid.addWidget(self._lines[-1], *divmod(len(self._lines) - 1, 2))
            self._grid.setColumnStretch((len(self._lines) - 1) % 2, 1)
        for number, line in enumerate(self._lines):
            line.setText(texts[number] if number < len(texts) else "")
        self.setAccessibleDescription(", ".join(texts))


class _Counts(QWidget):
    """Numbers of a scan, each with its word; those that are zero are left out."""

    def __init__(self) -> None:
        super().__init__()
        flow = FlowLayout(self, spacing=3 * self.fontMetrics().averageCharWidth())
        self._parts: list[tuple[QWidget, QLabel, QLabel]] = []
        for _ in range(9):
            part = QWidget(self)
            number, word = QLabel(part), QLabel(part)
            row = QHBoxLayout(part)
            row.setContentsMargins(0, 0, 0, 0)
            row.addWidget(number)
            row.addWidget(word)
            flow.addWidget(part)
            self._parts.append((part, number, word))

    def show_report(self, report: ScanReport) -> None:
        """Show what a scan has done so far."""
        counts = (
            (report.n_listened, self.tr("listened to")),
            (report.n_recognised, self.tr("recognised by their sound")),
            (sum(root.n_unchanged for root in report.listed), self.tr("unchanged, skipped")),
            (len(report.failed), self.tr("failed")),
            (sum(root.n_failed_before for root in report.listed), self.tr("failed before, not tried again")),
            (sum(root.n_missing for root in report.listed), self.tr("gone; what was heard of them is kept")),
            (report.n_tagged, self.tr("tagged")),
            (report.n_tagged_before, self.tr("tagged before")),
            (len(report.untagged), self.tr("couldn't be tagged")),
        )
        for (part, number, word), (count, text) in zip(self._parts, counts, strict=True):
            number.setText(show_count(count))
            word.setText(text)
            part.setVisible(count > 0)


def _fit_height(listing: QListWidget) -> None:
    n_lines = min(listing.count(), _MOST_LINES)
    listing.setFixedHeight(n_lines * listing.sizeHintForRow(0) + 2 * listing.frameWidth() + 2)
