"""A dialog with a job that changes tags: while it runs, closing the dialog means to stop it first."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QWidget

from tagger_app.gui.background import Background
from tagger_app.gui.tagging.job_line import JobLine


class JobDialog(QDialog):
    """What previewing and undoing tags have in common.

    A dialog of its kind calls `reject` once the job has ended, where `_wants_to_close` says so.
    """

    problem = Signal(str)
    """What is wrong, for a person."""

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._job = JobLine(background)
        self._wants_to_close = False

    def _show_problem(self, text: str) -> None:
        self._job.say(text)
        self.problem.emit(text)

    def reject(self) -> None:
        """Close; stop first, after the file that is being written."""
        if self._job.is_busy:
            self._wants_to_close = True
            self._job.cancel()
        else:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """The window's own button does what Escape does."""
        if self._job.is_busy:
            event.ignore()
            self.reject()
        else:
            super().closeEvent(event)
