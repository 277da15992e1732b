"""How many files of a preview would change, counted behind its pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QWidget

from tagger_app.errors import CuefitError
from tagger_app.gui.background import Background, Task
from tagger_app.gui.reasons import explain
from tagger_app.gui.tagging.preview import FilePreview, TrackSource, preview_writes
from tagger_app.gui.wording import show_count
from tagger_app.scan.tag_reader import TagReader
from tagger_app.tagging.style import TagStyle

_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class PreviewCount:
    """Files that would change, have nothing to change, and can't be written; of so many."""

    n_changed: int
    n_same: int
    n_left_out: int
    n_files: int

    @property
    def n_counted(self) -> int:
        """Files that have been looked at."""
        return self.n_changed + self.n_same + self.n_left_out


def count_changes(source: TrackSource, style: TagStyle, reader: TagReader) -> Generator[PreviewCount, None, None]:
    """Look at the files of all tracks; yields what is known so far, the whole at last.

    Raises
    ------
    LibraryIndexError
        The index can't be read.
    """
    counts: Counter[str] = Counter()
    for offset in range(0, len(source), _AT_ONCE):
        found = preview_writes(source.page(offset, _AT_ONCE), style, reader)
        counts.update(map(_kind, found))
        counts["left out"] += min(_AT_ONCE, len(source) - offset) - len(found)  # gone from the index meanwhile
        yield PreviewCount(counts["changed"], counts["same"], counts["left out"], len(source))


class CountLine(QLabel):
    """Says what `count_changes` has found."""

    nothing_found = Signal()
    """All files have been looked at, and none would change."""

    def __init__(self, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setAccessibleName(self.tr("What would change in all files"))
        self._background = background
        self._task: Task | None = None

    def count(self, source: TrackSource, style: TagStyle, reader: TagReader) -> None:
        """Count from the start."""
        self.stop()
        self.setVisible(len(source) > 0)
        self.setText(self.tr("Counting what would change…"))
        if len(source):
            self._task = self._background.follow(
                lambda: count_changes(source, style, reader), self._show, lambda: None, self._fail
            )

    def stop(self) -> None:
        """Leave off counting."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _show(self, count: PreviewCount) -> None:
        parts = [self.tr("Files that would change: {count}").format(count=show_count(count.n_changed))]
        if count.n_same:
            parts.append(self.tr("nothing to change: {count}").format(count=show_count(count.n_same)))
        if count.n_left_out:
            parts.append(self.tr("left alone: {count}").format(count=show_count(count.n_left_out)))
        if count.n_counted < count.n_files:
            text = self.tr("looked at so far: {count} of {total}")
            parts.append(text.format(count=show_count(count.n_counted), total=show_count(count.n_files)))
        self.setText(" · ".join(parts))
        if count.n_counted >= count.n_files and not count.n_changed:
            self.nothing_found.emit()

    def _fail(self, error: CuefitError) -> None:
        self.setText(explain(error))


def _kind(file: FilePreview) -> str:
    if file.problem:
        return "left out"
    return "changed" if file.changes else "same"
