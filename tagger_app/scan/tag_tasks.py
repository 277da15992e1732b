"""What is written into tags, and the tasks that read and change them.

The tasks run in a worker process: a hostile file can hang or crash no more than that process.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from tagger_app.index.records import Track, TrackRecord, effective_genres
from tagger_app.tagging.containers import read_metadata
from tagger_app.tagging.fields import Changes, machine_fields, mirror_fields
from tagger_app.tagging.journal import Journal
from tagger_app.tagging.journal_records import Entry, Undo
from tagger_app.tagging.metadata import Metadata
from tagger_app.tagging.rewrite import WriteResult
from tagger_app.tagging.style import TagStyle
from tagger_app.tagging.undo import UndoResult, undo_file
from tagger_app.tagging.write import clear_fields, settle_entry, settle_undo, write_fields

_journals: dict[Path, Journal] = {}
"""The journals of this process, opened once: whoever closes one last writes its whole log back."""


def fields_of(track: Track | TrackRecord, style: TagStyle) -> Changes:
    """The machine's fields for a track, and those that repeat its genres for other programs."""
    genres = effective_genres(track.assigned, track.user_genres)
    return {**machine_fields(track.fits, track.assigned, track.bundle_id), **mirror_fields(genres, style.mirrors)}


def read_tags_task(path: str, new_id3_version: int) -> Metadata:
    """Read tags.

    Raises
    ------
    TagError
        As `read_metadata`.
    """
    return read_metadata(path, new_id3_version)


def write_tags_task(
    path: str, fields: Changes, journal_path: Path, batch: str, fingerprint: str, new_id3_version: int
) -> WriteResult:
    """Write tags.

    Raises
    ------
    TagError, LibraryIndexError
        As `write_fields`.
    """
    return write_fields(
        path, fields, _journal(journal_path), batch, fingerprint=fingerprint, new_id3_version=new_id3_version
    )


def clear_tags_task(path: str, user_too: bool, journal_path: Path, batch: str) -> WriteResult:
    """Remove Cuefit's fields.

    Raises
    ------
    TagError, LibraryIndexError
        As `clear_fields`.
    """
    return clear_fields(path, _journal(journal_path), batch, user_too=user_too)


def undo_tags_task(real_path: str, journal_path: Path, since: datetime | None, batch: str | None) -> UndoResult:
    """Undo the writes of one file.

    Raises
    ------
    LibraryIndexError
        As `undo_file`.
    """
    return undo_file(_journal(journal_path), real_path, since=since, batch=batch)


def settle_task(change: Entry | Undo, journal_path: Path) -> bool:
    """Find out what became of one change that was interrupted; False if that can't be known now.

    Raises
    ------
    LibraryIndexError
        The journal can't be used.
    """
    journal = _journal(journal_path)
    return settle_undo(journal, change) if isinstance(change, Undo) else settle_entry(journal, change)


def _journal(path: Path) -> Journal:
    if path not in _journals:
        _journals[path] = Journal.open(path)
    return _journals[path]
