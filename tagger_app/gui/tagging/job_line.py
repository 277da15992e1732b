"""The lower part of a dialog that changes files: progress, cancel, what failed."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from tagger_app.errors import CuefitError, displayable
from tagger_app.gui.background import Background
from tagger_app.gui.reasons import explain, translate_reason
from tagger_app.gui.scanning.gate import Gate
from tagger_app.gui.wording import plain_tip, show_count, show_path

_MOST_LISTED = 500


class JobLine(QWidget):
    """Follows a generator of events about files, one event a file, until it ends or is cancelled."""

    file_done = Signal(object)
    ended = Signal(bool)
    """The files are done, all of them unless it was cancelled; True if nothing went wrong with the job itself."""
    problem = Signal(str)

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._gate: Gate | None = None
        self._n_done = self._n_failures = 0
        self.was_cancelled = False
        self._bar = QProgressBar()
        self._bar.setAccessibleName(self.tr("Progress"))
        self._bar.setTextVisible(False)
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._cancel = QPushButton(self.tr("&Stop"))
        self._cancel.clicked.connect(self.cancel)
        self._failures = QListWidget()
        self._failures.setAccessibleName(self.tr("Files that couldn't be changed"))
        self._failures.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._failures.setMaximumHeight(self.fontMetrics().height() * 7)
        row = QHBoxLayout()
        row.addWidget(self._bar, 1)
        row.addWidget(self._cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row)
        layout.addWidget(self._text)
        layout.addWidget(self._failures)
        for part in (self._bar, self._cancel, self._failures, self._text):
            part.hide()

    @property
    def is_busy(self) -> bool:
        """Whether files are being changed."""
        return self._gate is not None

    @property
    def n_failures(self) -> int:
        """Files that couldn't be changed."""
        return self._n_failures

    def say(self, text: str) -> None:
        """Show a line."""
        self._text.setText(text)
        self._text.setVisible(bool(text))

    def clear(self) -> None:
        """Forget what was said and listed."""
        self._n_done = self._n_failures = 0
        self._failures.clear()
        self._failures.hide()
        self.say("")

    def start(self, events: Callable[[], Generator[Any, None, None]], n_files: int) -> None:
        """Begin; `events` is called and pulled in the background."""
        self._gate = gate = Gate()
        self.clear()
        self.was_cancelled = False
        self._bar.setRange(0, max(n_files, 1))
        self._bar.setValue(0)
        self._bar.show()
        self._cancel.setEnabled(True)
        self._cancel.show()
        self._background.follow(lambda: gate.pass_on(events()), self._take, self._end, self._fail)

    def skip(self, n_files: int) -> None:
        """Count files that no event comes for."""
        self._n_done += n_files
        self._show_bar()

    def fail_file(self, path: str, reason: str) -> None:
        """List a file that couldn't be changed."""
        self._n_failures += 1
        if self._failures.count() < _MOST_LISTED:
            text = f"{show_path(path)}: {displayable(translate_reason(reason))}"
            item = QListWidgetItem(text)
            item.setToolTip(plain_tip(text))
            self._failures.addItem(item)
        self._failures.show()

    def cancel(self) -> None:
        """Stop after the file that is being changed."""
        if self._gate:
            self._gate.stop()
            self.was_cancelled = True
            self._cancel.setEnabled(False)

    def _take(self, event: object) -> None:
        self._n_done += 1
        self._show_bar()
        self.file_done.emit(event)

    def _show_bar(self) -> None:
        self._bar.setValue(min(self._n_done, self._bar.maximum()))
        done, total = show_count(self._n_done), show_count(self._bar.maximum())
        self.say(self.tr("{done} of {total} files").format(done=done, total=total))

    def _end(self) -> None:
        self._finish(True)

    def _fail(self, error: CuefitError) -> None:
        self._finish(False)
        self.say(explain(error))
        self.problem.emit(explain(error))

    def _finish(self, is_well: bool) -> None:
        self._gate = None
        self._bar.hide()
        self._cancel.hide()
        self.ended.emit(is_well)
