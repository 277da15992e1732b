"""The scan: a generator of events over roots, workers and index. To cancel it, stop pulling and close it."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tagger_app.audio.discover import FoundFile
from tagger_app.ensemble.bundle import Bundle
from tagger_app.ensemble.manifest import encode_manifest
from tagger_app.errors import UnreadableError
from tagger_app.index.changes import (
    MarkMissing,
    MarkPresent,
    MarkRoot,
    MoveTrack,
    PutFailure,
    PutTrack,
    RecordBundle,
    RecordScan,
    UpdateFile,
)
from tagger_app.index.connection import IndexConnection, open_for_reading
from tagger_app.index.records import FileFacts, Track, TrackRecord
from tagger_app.index.tracks import count_files, find_analysis, find_by_fingerprint, get_track
from tagger_app.index.writer import IndexWriter
from tagger_app.interrupts import put_off_interrupts
from tagger_app.scan.analyze import Analysis, Identity
from tagger_app.scan.commits import Commits
from tagger_app.scan.events import (
    FolderUnreadable,
    RootListed,
    RootOffline,
    ScanEvent,
    ScanFinished,
    TagsFailed,
    TagsWritten,
    TrackBegun,
    TrackDone,
    TrackFailed,
)
from tagger_app.scan.jobs import Analyze, Assigner, Identify, Job, WriteTags, failure_of
from tagger_app.scan.plan import RootPlan, plan_root
from tagger_app.scan.pool import WorkerPool, default_workers
from tagger_app.scan.records import analysed_record, file_facts, recognised_record
from tagger_app.scan.roots import Roots, is_below
from tagger_app.scan.tag_work import settle_journal
from tagger_app.tagging.fields import MODEL_FIELD, machine_fields
from tagger_app.tagging.journal import Journal, journal_path
from tagger_app.tagging.journal_records import State
from tagger_app.tagging.rewrite import WriteResult
from tagger_app.tagging.style import DEFAULT_STYLE, TagStyle

_MARKED_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """How to scan.

    Attributes
    ----------
    n_workers : worker processes
    retry_failed : try files again whose failure is remembered
    write_tags : write the fits into the files
    tag_style : how they are written
    priority : of the worker processes, as in `WorkerPool`
    """

    n_workers: int = default_workers()
    retry_failed: bool = False
    write_tags: bool = False
    tag_style: TagStyle = DEFAULT_STYLE
    priority: str = "low"


def scan(
    roots: Sequence[str], index_path: Path, bundle: Bundle, options: ScanOptions
) -> Generator[ScanEvent, None, None]:
    """Listen to everything below the roots that the index doesn't know as it is, and keep it in the index.

    A scan that is stopped, or killed, is resumed by the next: what was committed is skipped. Files that fail are
    reported and remembered; a root that isn't there is marked offline; nothing is ever deleted from the index. While
    another program keeps the index locked, the scan goes on as far as it can, says so, and then waits.

    Parameters
    ----------
    roots : folders or files
    index_path : created if it isn't there

    Yields
    ------
    events as they happen, `ScanFinished` last

    Raises
    ------
    LibraryIndexError
        The index or the tag journal can't be opened or written.
    """
    with IndexWriter(index_path) as writer:
        connection = open_for_reading(index_path)
        try:
            absolute = list(dict.fromkeys(os.path.abspath(root) for root in roots))  # noqa: PTH100 - bytes that aren't UTF-8 are kept
            yield from _Scan(connection, writer, index_path, bundle, options, absolute).run()
        finally:
            connection.close()


class _Scan:
    """One run over some roots."""

    def __init__(
        self,
        connection: IndexConnection,
        writer: IndexWriter,
        index_path: Path,
        bundle: Bundle,
        options: ScanOptions,
        roots: list[str],
    ) -> None:
        self._connection = connection
        self._writer = writer
        self._commits = Commits(writer)
        self._bundle = bundle
        self._made_with = (bundle.id, bundle.manifest.fingerprint)
        self._options = options
        self._paths = roots
        self._roots = Roots(connection, roots)
        self._journal_path = journal_path(index_path)
        self._jobs: deque[Job] = deque()
        self._changed_meanwhile: set[str] = set()
        self._knows_audio = bool(connection.fetch("SELECT 1 FROM tracks WHERE fingerprint <> '' LIMIT 1"))

    def run(self) -> Iterator[ScanEvent]:
        manifest = encode_manifest(self._bundle.manifest).decode()
        self._writer.put(RecordBundle(*self._made_with, manifest))
        settle_journal(self._journal_path)
        plans = []
        for root in self._paths:
            plan = plan_root(
                self._connection,
                root,
                *self._made_with,
                retry_failed=self._options.retry_failed,
                keep_unchanged=self._options.write_tags,
            )
            yield from self._report(plan)
            if not plan.offline:
                plans.append(plan)
                self._roots.remember_device(root)
        seen = set()
        for plan in plans:
            for file in plan.pending:
                if file.path not in seen:
                    seen.add(file.path)
                    self._jobs.append(Identify(file) if self._knows_audio else Analyze(file))
        if self._options.write_tags:
            self._jobs.extend(self._untagged(plans))
        if self._jobs:
            try:
                n_workers = min(self._options.n_workers, len(self._jobs))
                with WorkerPool[Job](self._bundle, n_workers, self._options.priority) as pool:
                    yield from self._work(pool)
            finally:
                # Whoever stops pulling stops workers in the middle of a write.
                settle_journal(self._journal_path)
        for plan in plans:
            if plan.root in self._roots.lost:
                continue
            for start in range(0, len(plan.gone), _MARKED_AT_ONCE):
                self._writer.put(MarkMissing(tuple(plan.gone[start : start + _MARKED_AT_ONCE])))
            if not self._roots.is_file_of_another(plan.root):
                self._writer.put(RecordScan(plan.root))
        yield from self._commits.wait_for_all()
        yield self._finished()

    def _report(self, plan: RootPlan) -> Iterator[ScanEvent]:
        if not self._roots.is_file_of_another(plan.root):
            self._writer.put(MarkRoot(plan.root, online=not plan.offline))
        if plan.offline:
            yield RootOffline(plan.root, plan.offline)
            return
        for unreadable in plan.unreadable:
            yield FolderUnreadable(unreadable.path, unreadable.reason)
        for start in range(0, len(plan.returned), _MARKED_AT_ONCE):
            self._writer.put(MarkPresent(tuple(plan.returned[start : start + _MARKED_AT_ONCE])))
        yield RootListed(
            root=plan.root,
            n_files=plan.n_files,
            n_unchanged=plan.n_unchanged,
            n_failed_before=plan.n_failed_before,
            n_missing=len(plan.gone),
            n_pending=len(plan.pending),
            pending_bytes=sum(file.size for file in plan.pending),
        )

    def _untagged(self, plans: list[RootPlan]) -> Iterator[WriteTags]:
        """Tracks that an earlier scan analysed and whose tags were never written with this bundle."""
        model = machine_fields([0.0] * len(self._bundle.manifest.genres), (), self._bundle.id)[MODEL_FIELD]
        with Journal.open(self._journal_path) as journal:
            written = journal.entries(states=(State.DONE,))
        tagged = {entry.path for entry in written if entry.new.get(MODEL_FIELD) == model}
        for plan in plans:
            for path in plan.unchanged:
                if path not in tagged and (track := get_track(self._connection, path)) and not track.unscored:
                    yield WriteTags(track)

    def _work(self, pool: WorkerPool[Job]) -> Iterator[ScanEvent]:
        assigner = Assigner(pool, self._journal_path, self._options.tag_style)
        while self._jobs or not pool.is_idle:
            while self._jobs and pool.has_room:
                job = self._jobs.popleft()
                assigner.give(job)
                if not (isinstance(job, Analyze) and job.identity):  # that goes on with what was begun
                    yield TrackBegun(job.path)
            yield from self._commits.wait_for_room()
            for job, result in pool.collect():
                failure = failure_of(result)
                match job:
                    case WriteTags() if failure is not None:
                        if isinstance(result, str):
                            settle_journal(self._journal_path)
                        yield TagsFailed(job.record.path, failure)
                    case WriteTags():
                        yield self._tags_written(job.record, result)
                    case _ if failure is not None:
                        remember = not isinstance(result, UnreadableError)
                        yield from self._failed(job.file, failure, remember=remember)
                    case Identify():
                        yield from self._identified(job.file, result)
                    case Analyze():
                        yield from self._analysed(job.file, *result)

    def _identified(self, file: FoundFile, identity: Identity) -> Iterator[ScanEvent]:
        """Use what is known of this audio; listen to it if nothing is."""
        yield from self._follow_move(file, identity)
        known = find_analysis(self._connection, identity.fingerprint, *self._made_with)
        if known is None:
            self._jobs.appendleft(Analyze(file, identity))
        else:
            yield from self._keep(recognised_record(known, file, identity), recognised=True)

    def _analysed(self, file: FoundFile, identity: Identity, analysis: Analysis) -> Iterator[ScanEvent]:
        """Keep an analysis, unless the file changed since it was found: what was heard may be half of each."""
        now = _look_at(file.path)
        if now != file:
            if now is None or file.path in self._changed_meanwhile:
                reason = "is being changed by another program; the next scan listens to it"
                yield from self._failed(file, reason, remember=False)
            else:
                self._changed_meanwhile.add(file.path)
                self._jobs.append(Identify(now))
            return
        yield from self._keep(analysed_record(file, identity, analysis, self._bundle), recognised=False)

    def _keep(self, record: TrackRecord, *, recognised: bool) -> Iterator[ScanEvent]:
        with put_off_interrupts():  # else the index holds more than the report of a scan that was stopped says
            self._writer.put(PutTrack(record))
            yield TrackDone(record, recognised)
        if self._options.write_tags and not record.unscored:
            self._jobs.appendleft(WriteTags(record))

    def _follow_move(self, file: FoundFile, identity: Identity) -> Iterator[ScanEvent]:
        """Let a row follow its file: one with the same audio whose own file is gone from a root that is there."""
        tracks = find_by_fingerprint(self._connection, identity.fingerprint)
        if any(track.path == file.path for track in tracks):
            return
        for track in tracks:
            if not os.path.lexists(track.path) and self._roots.is_there(track.path):
                self._writer.put(MoveTrack(track.path, file_facts(file, identity)))
                yield from self._commits.wait_for_all()
                return

    def _failed(self, file: FoundFile, reason: str, *, remember: bool) -> Iterator[ScanEvent]:
        """Remember a failure that lies in the file; one that vanished hasn't failed, and its whole root may have."""
        trouble = _trouble_with(file.path)
        if not trouble:
            with put_off_interrupts():
                if remember:
                    self._writer.put(PutFailure(file.path, file.size, file.mtime_ns, reason))
                yield TrackFailed(file.path, file.size, reason)
            return
        lost = self._roots.find_lost(file.path)
        if lost is None:
            yield TrackFailed(file.path, file.size, trouble)
        elif lost not in self._roots.lost:
            self._roots.lost.add(lost)
            self._jobs = deque(job for job in self._jobs if not is_below(job.path, lost))
            self._writer.put(MarkRoot(lost, online=False))
            yield RootOffline(lost, "vanished during the scan; the next scan goes on from here")

    def _tags_written(self, record: TrackRecord | Track, written: WriteResult) -> TagsWritten:
        if written.changed:
            facts = FileFacts(record.path, written.size, written.mtime_ns, record.title, record.artist, record.album)
            self._writer.put(UpdateFile(facts))
        return TagsWritten(record.path, written.changed)

    def _finished(self) -> ScanFinished:
        counts = [count_files(self._connection, root) for root in self._roots.outermost]
        return ScanFinished(n_tracks=sum(n for n, _ in counts), n_failed=sum(n for _, n in counts))


def _look_at(path: str) -> FoundFile | None:
    try:
        status = os.stat(path)  # noqa: PTH116
    except OSError:
        return None
    return FoundFile(path, status.st_size, status.st_mtime_ns)


def _trouble_with(path: str) -> str:
    """Why a file that was found can't even be looked at any more; empty if it can."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return "vanished during the scan"
    except OSError as error:
        return f"can't be read ({error.strerror or error})"
    return ""
