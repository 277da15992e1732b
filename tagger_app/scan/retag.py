"""Writing, clearing and undoing tags of files that may be in the index, which learns of every change.

The files are opened in a worker process: one that crashes or hangs it costs itself alone.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

from tagger_app.index.changes import SetUserGenres, UpdateFile
from tagger_app.index.connection import IndexConnection, open_for_reading
from tagger_app.index.records import FileFacts, Track, effective_genres
from tagger_app.index.tracks import get_track
from tagger_app.index.writer import IndexWriter
from tagger_app.scan.events import DecisionsKept, TagsFailed, TagsWritten
from tagger_app.scan.tag_tasks import clear_tags_task, fields_of, undo_tags_task, write_tags_task
from tagger_app.scan.tag_work import StoppedError, TagJob, do_each, settle_journal, settled
from tagger_app.tagging.fields import USER_FIELD, mirror_fields
from tagger_app.tagging.journal import Journal, journal_path, new_batch
from tagger_app.tagging.rewrite import WriteResult
from tagger_app.tagging.style import DEFAULT_STYLE, TagStyle
from tagger_app.tagging.undo import UndoResult


class _KnownFiles:
    """The rows of an index, if there is one, kept in step with the files."""

    def __init__(self, index_path: Path, stack: ExitStack) -> None:
        self._connection: IndexConnection | None = None
        if index_path.exists():
            self._writer = stack.enter_context(IndexWriter(index_path))
            self._connection = open_for_reading(index_path)
            stack.callback(self._connection.close)

    def update(self, path: str, written: WriteResult) -> None:
        """Keep the next scan from taking a file for changed; a file that isn't in the index stays out of it."""
        if written.changed and self._connection and (track := get_track(self._connection, path)):
            facts = FileFacts(path, written.size, written.mtime_ns, track.title, track.artist, track.album)
            self._writer.put(UpdateFile(facts))

    def decide(self, path: str, user_genres: tuple[str, ...]) -> None:
        """Keep the editor's own decisions in step with the file."""
        if self._connection:
            self._writer.put(SetUserGenres(path, user_genres))

    def commit(self) -> None:
        """Have everything in the index."""
        if self._connection:
            self._writer.flush()


def write_tags(
    tracks: Iterable[Track], index_path: Path, style: TagStyle = DEFAULT_STYLE
) -> Generator[TagsWritten | TagsFailed, None, None]:
    """Write the fits of tracks into their files, all in one batch of the journal. To cancel, close the generator.

    Raises
    ------
    LibraryIndexError
        The index or the journal can't be used.
    """
    journal, batch = journal_path(index_path), new_batch()
    changes = (
        TagJob(
            track.path,
            write_tags_task,
            (track.path, fields_of(track, style), journal, batch, track.fingerprint, style.new_id3_version),
        )
        for track in tracks
    )
    return _change_each(changes, index_path)


def clear_tags(
    paths: Iterable[str], index_path: Path, *, user_too: bool = False
) -> Generator[TagsWritten | TagsFailed, None, None]:
    """Remove the machine's fields from files, all in one batch of the journal. To cancel, close the generator.

    Parameters
    ----------
    user_too : remove the editor's own field as well

    Raises
    ------
    LibraryIndexError
        The index or the journal can't be used.
    """
    journal, batch = journal_path(index_path), new_batch()
    changes = (TagJob(path, clear_tags_task, (path, user_too, journal, batch)) for path in paths)
    return _change_each(changes, index_path)


def write_decisions(
    decisions: Sequence[tuple[Track, tuple[str, ...]]], index_path: Path, style: TagStyle = DEFAULT_STYLE
) -> Generator[DecisionsKept | TagsWritten | TagsFailed, None, None]:
    """Keep the editor's own genres of tracks, in the index at once, then in ``FILMGENRE_USER`` of each file.

    What the index keeps doesn't depend on the files: one that can't be written is reported, and the decision stands.
    The writes are one batch of the journal. To cancel, close the generator.

    Parameters
    ----------
    decisions : tracks, each with all that was decided about it; see `change_decision`
    style : how tags are written; mirrors repeat the genres that count now

    Yields
    ------
    `DecisionsKept` when the index holds all of them, then an event a file

    Raises
    ------
    LibraryIndexError
        The index or the journal can't be used.
    """
    journal, batch = journal_path(index_path), new_batch()
    with ExitStack() as stack:
        known = _KnownFiles(index_path, stack)
        for track, user_genres in decisions:
            known.decide(track.path, user_genres)
        known.commit()
    yield DecisionsKept(len(decisions))
    changes = (
        TagJob(
            track.path,
            write_tags_task,
            (
                track.path,
                {
                    USER_FIELD: user_genres or None,
                    **mirror_fields(effective_genres(track.assigned, user_genres), style.mirrors),
                },
                journal,
                batch,
                track.fingerprint,
                style.new_id3_version,
            ),
        )
        for track, user_genres in decisions
    )
    yield from _change_each(changes, index_path)


def undo_tags(
    index_path: Path,
    *,
    paths: Sequence[str] | None = None,
    since: datetime | None = None,
    batch: str | None = None,
) -> Generator[UndoResult, None, None]:
    """Undo writes; see `tagger_app.tagging.undo.undo_writes`. To cancel, close the generator.

    Raises
    ------
    LibraryIndexError
        The index or the journal can't be used.
    """
    path_of_journal = journal_path(index_path)
    with settled(path_of_journal), ExitStack() as stack:
        known = _KnownFiles(index_path, stack)
        with Journal.open(path_of_journal) as journal:
            changed = journal.changed_files(paths=paths, since=since, batch=batch)
        changes = (TagJob(path, undo_tags_task, (path, path_of_journal, since, batch)) for path in changed)
        for path, result in _change_files(changes, path_of_journal):
            if isinstance(result, UndoResult):
                if result.written:
                    known.update(result.path, result.written)
                if result.user_genres is not None:
                    known.decide(result.path, result.user_genres)
                yield result
            else:
                yield UndoResult(path, error=result)


def _change_each(changes: Iterable[TagJob], index_path: Path) -> Generator[TagsWritten | TagsFailed, None, None]:
    """Make each change; the index learns of it."""
    path_of_journal = journal_path(index_path)
    with settled(path_of_journal), ExitStack() as stack:
        known = _KnownFiles(index_path, stack)
        for path, result in _change_files(changes, path_of_journal):
            if isinstance(result, WriteResult):
                known.update(path, result)
                yield TagsWritten(path, result.changed)
            else:
                yield TagsFailed(path, result.reason)


def _change_files(changes: Iterable[TagJob], path_of_journal: Path) -> Iterator[tuple[str, Any]]:
    """As `do_each`; what a worker was stopped at is tidied up at once."""
    for path, result in do_each(changes):
        if isinstance(result, StoppedError):
            settle_journal(path_of_journal)
        yield path, result
