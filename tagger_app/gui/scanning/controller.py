"""Running scans, one after the other, off the GUI thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from tagger_app.errors import CuefitError, displayable
from tagger_app.gui.reasons import explain, translate_reason
from tagger_app.gui.scanning.gate import Gate
from tagger_app.gui.scanning.pace import Pace
from tagger_app.gui.wording import show_path
from tagger_app.gui.workspace import Workspace
from tagger_app.scan.events import RootOffline, ScanEvent, TagsWritten, TrackDone, TrackFailed
from tagger_app.scan.pool import default_workers
from tagger_app.scan.report import ScanReport

_TABLE_MS = 1_000
_PROGRESS_MS = 100


@dataclass(frozen=True)
class ScanRequest:
    """A scan that was asked for.

    Attributes
    ----------
    paths : folders and files
    write_tags : write the fits into the files
    retry_failed : try files again that failed before
    """

    paths: tuple[str, ...]
    write_tags: bool = False
    retry_failed: bool = False

    @property
    def title(self) -> str:
        """Its folders, for people."""
        return ", ".join(map(show_path, self.paths[:3])) + (", …" if len(self.paths) > 3 else "")


class ScanController(QObject):
    """Runs one scan at a time; others wait.

    Attributes
    ----------
    report : what the scan that runs, or ran last, has done; None before the first
    pace : how fast it is
    failure : why the scan that ran last couldn't go on; empty if it could
    n_workers, priority : of the processes that the next scan listens with
    """

    started = Signal()
    finished = Signal()
    """A scan has ended: to its end, cancelled or failed."""
    progressed = Signal()
    """There is something new to show; ten times a second at most."""
    tracks_changed = Signal()
    """The index holds other tracks; once a second at most, and at the end."""
    queue_changed = Signal()
    before_tags_written = Signal(list)
    """Paths of files, or folders above them, whose tags are about to be written: whoever holds one open lets go."""
    problem = Signal(str)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._waiting: deque[ScanRequest] = deque()
        self._request: ScanRequest | None = None
        self._gate = Gate()
        self.report: ScanReport | None = None
        self.pace = Pace()
        self.failure = ""
        self.n_workers = default_workers()
        self.priority = "low"
        self._progress_timer = self._throttle(_PROGRESS_MS, self.progressed)
        self._table_timer = self._throttle(_TABLE_MS, self.tracks_changed)

    def _throttle(self, interval_ms: int, signal: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval_ms)
        timer.timeout.connect(signal)
        return timer

    # -- what it is at ---------------------------------------------------------------------------------------------

    @property
    def is_busy(self) -> bool:
        """Whether a scan runs, paused or not."""
        return self._request is not None

    @property
    def is_paused(self) -> bool:
        """Whether the scan that runs is held."""
        return self.is_busy and self._gate.is_paused and not self._gate.is_stopped

    @property
    def is_stopping(self) -> bool:
        """Whether the scan that runs was cancelled, and has still to end what it is at."""
        return self.is_busy and self._gate.is_stopped

    @property
    def request(self) -> ScanRequest | None:
        """The scan that runs."""
        return self._request

    @property
    def current_files(self) -> tuple[str, ...]:
        """Files that processes are at, one each; those that are handed out ahead come after them."""
        return tuple(self.report.in_work)[: self.n_workers] if self.report is not None else ()

    @property
    def waiting(self) -> tuple[ScanRequest, ...]:
        """Scans that come next, in order."""
        return tuple(self._waiting)

    # -- what it can be told -----------------------------------------------------------------------------------------

    def scan(self, paths: Sequence[str], write_tags: bool = False, retry_failed: bool = False) -> None:
        """Scan folders and files, now or after the scans that were asked for before."""
        request = ScanRequest(tuple(paths), write_tags, retry_failed)
        is_running = request == self._request and not self.is_stopping
        if not request.paths or is_running or request in self._waiting:
            return
        if self._workspace.bundle is None:
            self.problem.emit(self.tr("Nothing can be scanned: {reason}").format(reason=self._workspace.bundle_problem))
            return
        self._waiting.append(request)
        self.queue_changed.emit()
        if not self.is_busy:
            self._start_next()

    def retry(self, paths: Sequence[str]) -> None:
        """Try files again that failed before."""
        self.scan(paths, retry_failed=True)

    def pause(self) -> None:
        """Take no more files; those that were begun are finished, and kept when the scan goes on."""
        if self.is_busy and not self.is_stopping:
            self._gate.pause()
            self.pace.pause()
            self.progressed.emit()

    def resume(self) -> None:
        """Go on."""
        self._gate.resume()
        self.pace.resume()
        self.progressed.emit()

    def cancel(self) -> None:
        """End the scan that runs as soon as a file that was begun is done; what was heard is kept."""
        self._gate.stop()
        self.progressed.emit()

    def cancel_all(self) -> None:
        """End the scan that runs, and forget those that wait."""
        self._waiting.clear()
        self.queue_changed.emit()
        self.cancel()

    def forget(self, request: ScanRequest) -> None:
        """Take a scan that waits out of the queue."""
        if request in self._waiting:
            self._waiting.remove(request)
            self.queue_changed.emit()

    # -- running -----------------------------------------------------------------------------------------------------

    def _start_next(self) -> None:
        bundle = self._workspace.bundle
        if not self._waiting or bundle is None:
            return
        request = self._request = self._waiting.popleft()
        self._gate = gate = Gate()
        self.report, self.pace, self.failure = ScanReport(), Pace(), ""
        index_path, n_workers, priority = self._workspace.index_path, self.n_workers, self.priority
        style = self._workspace.tag_style

        def events() -> Generator[ScanEvent, None, None]:
            from tagger_app.scan.scan import ScanOptions, scan  # loads decoders, which no window waits for

            options = ScanOptions(n_workers, request.retry_failed, request.write_tags, style, priority)
            return gate.pass_on(scan(request.paths, index_path, bundle, options))

        if request.write_tags:
            self.before_tags_written.emit(list(request.paths))
        self.queue_changed.emit()
        self.started.emit()
        self._workspace.background.follow(events, self._take, self._end, self._fail)

    def _take(self, event: ScanEvent) -> None:
        report = self.report
        assert report is not None
        report.add(event)
        match event:
            case TrackDone() | TrackFailed() | TagsWritten():
                self._wake(self._table_timer)
            case RootOffline(root, reason):
                self._wake(self._table_timer)
                self.problem.emit(f"{show_path(root)}: {displayable(translate_reason(reason))}")
        self.pace.note(report.done_bytes, report.heard_s)
        self._wake(self._progress_timer)

    def _wake(self, timer: QTimer) -> None:
        if not timer.isActive():
            timer.start()

    def _fail(self, error: CuefitError) -> None:
        self.failure = explain(error)
        self.problem.emit(self.failure)
        self._end()

    def _end(self) -> None:
        self.pace.pause()
        if self.report is not None:
            self.report.took_s = self.pace.active_s
        self._request = None
        self._progress_timer.stop()
        self._table_timer.stop()
        self.progressed.emit()
        self.tracks_changed.emit()
        self.finished.emit()
        self._start_next()
