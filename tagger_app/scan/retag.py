"""Writing, clearing and undoing tags of files that may be in the index, which learns of every change."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from pathlib import Path

from tagger_app.errors import TagError
from tagger_app.index.changes import UpdateFile
from tagger_app.index.connection import IndexConnection, open_for_reading
from tagger_app.index.records import FileFacts, Track
from tagger_app.index.tracks import get_track
from tagger_app.index.writer import IndexWriter
from tagger_app.scan.events import TagsFailed, TagsWritten
from tagger_app.tagging.fields import Changes, machine_fields
from tagger_app.tagging.journal import Journal, journal_path, new_batch
from tagger_app.tagging.rewrite import WriteResult
from tagger_app.tagging.undo import UndoResult, undo_writes
from tagger_app.tagging.write import clear_fields, settle, write_fields


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


def fields_of(track: Track) -> Changes:
    """The machine's fields for a track."""
    return machine_fields(track.fits, track.assigned, track.bundle_id)


def write_tags(tracks: Iterable[Track], index_path: Path) -> Generator[TagsWritten | TagsFailed, None, None]:
    """Write the fits of tracks into their files, all in one batch of the journal. To cancel, close the generator.

    Raises
    ------
    LibraryIndexError
        The index or the journal can't be used.
    """

    def write(track: Track, journal: Journal, batch: str) -> WriteResult:
        return write_fields(track.path, fields_of(track), journal, batch, fingerprint=track.fingerprint)

    return _change_each(((track.path, partial(write, track)) for track in tracks), index_path)


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
    return _change_each(((path, partial(clear_fields, path, user_too=user_too)) for path in paths), index_path)


def _change_each(
    changes: Iterable[tuple[str, Callable[[Journal, str], WriteResult]]], index_path: Path
) -> Generator[TagsWritten | TagsFailed, None, None]:
    """Make a change to each file, given journal and batch; the index learns of it."""
    with ExitStack() as stack:
        journal = stack.enter_context(Journal.open(journal_path(index_path)))
        known = _KnownFiles(index_path, stack)
        settle(journal)
        batch = new_batch()
        for path, change in changes:
            try:
                written = change(journal, batch)
            except TagError as error:
                yield TagsFailed(path, error.reason)
            else:
                known.update(path, written)
                yield TagsWritten(path, written.changed)


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
    with ExitStack() as stack:
        journal = stack.enter_context(Journal.open(journal_path(index_path)))
        known = _KnownFiles(index_path, stack)
        settle(journal)
        for result in undo_writes(journal, paths=paths, since=since, batch=batch):
            if result.written:
                known.update(result.path, result.written)
            yield result
