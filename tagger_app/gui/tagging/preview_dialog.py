"""Writing tags: first what would change, then the writing itself."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialogButtonBox, QLabel, QPushButton, QVBoxLayout, QWidget

from tagger_app.gui.close_button import add_close_button
from tagger_app.gui.tagging.job_dialog import JobDialog
from tagger_app.gui.tagging.preview import FilePreview, TrackSource, preview_writes
from tagger_app.gui.tagging.preview_count import CountLine
from tagger_app.gui.tagging.preview_view import PreviewView
from tagger_app.gui.wording import show_count
from tagger_app.gui.workspace import Workspace
from tagger_app.index.records import Track
from tagger_app.scan.events import TagsFailed, TagsWritten
from tagger_app.scan.retag import write_tags


class TagPreviewDialog(JobDialog):
    """Shows what writing the fits of tracks would change, and does it.

    Parameters
    ----------
    tracks : tracks of the index, or the ids of all that a filter finds
    """

    before_tags_written = Signal(list)
    """Paths of files whose tags are about to be written: whoever holds one open lets go."""
    tags_written = Signal()
    """The writing has ended."""
    _announced = Signal(list, int)

    def __init__(
        self, workspace: Workspace, tracks: Sequence[Track] | Sequence[int], parent: QWidget | None = None
    ) -> None:
        super().__init__(workspace.background, parent)
        self._workspace = workspace
        self._source = TrackSource(workspace, tracks)
        self._n_changed = self._n_same = self._n_skipped = 0
        self._is_of_use = True
        self.setWindowTitle(self.tr("Write tags"))
        self._build()
        self._announced.connect(self._announce)
        self._show_changes()
        em = self.fontMetrics().height()
        self.resize(52 * em, 36 * em)

    def _build(self) -> None:
        if mirrors := self._workspace.tag_style.mirrors:
            text = self.tr(
                "Cuefit's own fields are written, and {fields}, which the settings have repeat the genres. Every write "
                "can be undone in the tag history. What you decided yourself (FILMGENRE_USER) is never overwritten."
            ).format(fields=", ".join(mirrors))
        else:
            text = self.tr(
                "Only Cuefit's own fields are written. Everything else in the files stays as it is, and every write "
                "can be undone in the tag history. What you decided yourself (FILMGENRE_USER) is never overwritten."
            )
        intro = QLabel(text)
        intro.setWordWrap(True)
        headers = (self.tr("File and field"), self.tr("Now"), self.tr("Will be"))
        self._view = PreviewView(self._workspace.background, headers)
        self._view.failed.connect(self._show_problem)
        self._view.shown.connect(self._offer_writing)
        self._count = CountLine(self._workspace.background)
        self._count.nothing_found.connect(self._see_no_use)
        self.finished.connect(self._count.stop)
        self._job.file_done.connect(self._take)
        self._job.ended.connect(self._end)
        self._job.problem.connect(self.problem)
        self._buttons = QDialogButtonBox()
        n_files = show_count(len(self._source))
        self._write = QPushButton(self.tr("&Write tags ({count})").format(count=n_files))
        self._write.setAccessibleDescription(self.tr("Writes into all files of the list, not of this page alone"))
        self._write.setEnabled(False)
        self._write.clicked.connect(self._start)
        self._buttons.addButton(self._write, QDialogButtonBox.ButtonRole.ActionRole)
        self._close = add_close_button(self._buttons)
        self._close.clicked.connect(self.reject)
        if not len(self._source):
            self._job.say(self.tr("There is nothing to write: choose some tracks first."))
        layout = QVBoxLayout(self)
        layout.addWidget(intro)
        layout.addWidget(self._view, 1)
        layout.addWidget(self._count)
        layout.addWidget(self._job)
        layout.addWidget(self._buttons)
        self._write.setDefault(True)  # a button that isn't in its dialog yet can't be

    def _show_changes(self) -> None:
        self._is_of_use = True
        self._view.show_pages(self._read_page, len(self._source))
        self._count.count(self._source, self._workspace.tag_style, self._workspace.tag_reader)

    def _offer_writing(self) -> None:
        """Nobody is to write what they haven't been shown."""
        self._write.setEnabled(self._is_of_use and not self._job.is_busy)

    def _see_no_use(self) -> None:
        """No file would change: what is left is to close."""
        self._is_of_use = False
        self._write.setEnabled(False)
        self._close.setDefault(True)

    def _read_page(self, offset: int, limit: int) -> list[FilePreview]:
        tracks = self._source.page(offset, limit)
        return preview_writes(tracks, self._workspace.tag_style, self._workspace.tag_reader)

    def _start(self) -> None:
        self._n_changed = self._n_same = self._n_skipped = 0
        self._write.setEnabled(False)
        self._count.stop()
        source, announce, index_path = self._source, self._announced.emit, self._workspace.index_path
        style = self._workspace.tag_style

        def events() -> Generator[TagsWritten | TagsFailed, None, None]:
            return write_tags(source.writable(announce), index_path, style)

        self._job.start(events, len(source))

    def _announce(self, paths: list[str], n_skipped: int) -> None:
        self._n_skipped += n_skipped
        self._job.skip(n_skipped)
        if paths:
            self.before_tags_written.emit(paths)

    def _take(self, event: TagsWritten | TagsFailed) -> None:
        match event:
            case TagsFailed(path, reason):
                self._job.fail_file(path, reason)
            case TagsWritten(_, True):
                self._n_changed += 1
            case TagsWritten():
                self._n_same += 1

    def _end(self, is_well: bool) -> None:
        if is_well:
            self._job.say(self._describe())
        self.tags_written.emit()
        if self._wants_to_close:
            self.reject()
        else:
            self._show_changes()

    def _describe(self) -> str:
        parts = [self.tr("Stopped.") if self._job.was_cancelled else self.tr("Done.")]
        for text, count in (
            (self.tr("Written: {count}."), self._n_changed),
            (self.tr("Nothing to change: {count}."), self._n_same),
            (self.tr("Without fits, or away, left alone: {count}."), self._n_skipped),
            (self.tr("Couldn't be written: {count}."), self._job.n_failures),
        ):
            if count:
                parts.append(text.format(count=show_count(count)))
        if self._n_changed:
            parts.append(self.tr("The tag history takes it back."))
        return " ".join(parts)
