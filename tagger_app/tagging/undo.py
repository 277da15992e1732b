"""Undoing writes from the journal, field by field, only where our value still stands."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from tagger_app.audio.fingerprint import fingerprint_stream
from tagger_app.errors import DecodeError, TagError
from tagger_app.tagging.containers import read_metadata
from tagger_app.tagging.fields import USER_FIELD, Changes, parse_fields
from tagger_app.tagging.journal import Journal
from tagger_app.tagging.journal_records import Entry, State
from tagger_app.tagging.rewrite import Rewrite, WriteResult, rewrite
from tagger_app.tagging.write import settle_undo


@dataclass(frozen=True)
class UndoResult:
    """What became of one file.

    Attributes
    ----------
    path : the file as it was named when it was last written
    restored : fields that hold their old value again, or had it already
    kept : fields left alone, since they no longer hold what Cuefit wrote
    error : why nothing could be done for this file; None if something could
    written : the file as it is now; None where no field could be restored
    user_genres : the editor's own decisions as the file holds them now; None where they weren't restored
    """

    path: str
    restored: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    error: TagError | None = None
    written: WriteResult | None = None
    user_genres: tuple[str, ...] | None = None


def undo_writes(
    journal: Journal,
    *,
    paths: Sequence[str] | None = None,
    since: datetime | None = None,
    batch: str | None = None,
    split_hard_links: bool = False,
) -> Iterator[UndoResult]:
    """Undo writes, one file at a time, the last written first.

    Several writes of one file are undone together, newest first, so that it ends with the oldest of the old values.
    A file found to hold other audio than was tagged is left alone. To cancel, stop pulling.

    Parameters
    ----------
    journal : what was written
    paths : only these files, and files below these folders; all if None
    since : only writes from this time on; must have a time zone
    batch : only writes of this run
    split_hard_links : see `rewrite.rewrite`

    Raises
    ------
    LibraryIndexError
        The journal can't be used.
    """
    for real_path in journal.changed_files(paths=paths, since=since, batch=batch):
        yield undo_file(journal, real_path, since=since, batch=batch, split_hard_links=split_hard_links)


def undo_file(
    journal: Journal,
    real_path: str,
    *,
    since: datetime | None = None,
    batch: str | None = None,
    split_hard_links: bool = False,
) -> UndoResult:
    """Undo the writes of one file; see `undo_writes`.

    Parameters
    ----------
    real_path : the file, as `Journal.changed_files` names it

    Raises
    ------
    LibraryIndexError
        The journal can't be used.
    """
    found = journal.entries(paths=[real_path], since=since, batch=batch, states=(State.DONE,))
    entries = [entry for entry in found if entry.real_path == real_path]
    if not entries:
        return UndoResult(real_path)  # another process was quicker
    path = entries[0].path
    try:
        return _undo_entries(journal, path, entries, split_hard_links=split_hard_links)
    except TagError as error:
        return UndoResult(path, error=error)


def _undo_entries(journal: Journal, path: str, entries: list[Entry], *, split_hard_links: bool) -> UndoResult:
    real_path = entries[0].real_path
    before = read_metadata(real_path)
    try:
        fingerprint = fingerprint_stream(real_path)
    except DecodeError as error:
        raise TagError(path, error.reason) from error
    entries = [entry for entry in entries if entry.fingerprint == fingerprint]
    if not entries:
        raise TagError(path, "holds other audio than was tagged; it is left as it is")

    current: dict[str, tuple[str, ...] | None] = dict(before.all_fields)
    # A crash after an earlier undo, before it was noted, leaves the oldest value.
    finished = {
        name
        for name, oldest in {name: values for entry in entries for name, values in entry.old.items()}.items()
        if current.get(name) == oldest
    }
    restored: dict[str, None] = {}
    kept: dict[str, None] = {}
    undone = []
    for entry in entries:
        ours = [
            name for name in entry.new if name in finished or current.get(name) in (entry.new[name], entry.old[name])
        ]
        current.update({name: entry.old[name] for name in ours if name not in finished})
        restored.update(dict.fromkeys(ours))
        kept.update(dict.fromkeys(name for name in entry.new if name not in ours))
        if ours:
            undone.append(entry)
    if not undone:
        return UndoResult(path, kept=tuple(kept))

    changes: Changes = {name: current.get(name) for name in restored}
    entry_ids = [entry.entry_id for entry in undone]
    begun: list[int] = []

    def record(change: Rewrite) -> None:
        temporary = os.path.basename(change.temporary)  # noqa: PTH119
        begun.append(journal.begin_undo(change.real_path, temporary, change.changes, entry_ids))

    try:
        written = rewrite(
            real_path,
            changes,
            record,
            fingerprint=fingerprint,
            remove_empty=not undone[-1].had_tag,
            split_hard_links=split_hard_links,
        )
    except TagError:
        # The file itself tells, as for a write that fails in its last step.
        for undo in journal.undos() if begun else ():
            if undo.undo_id in begun:
                settle_undo(journal, undo)
        raise
    journal.end_undo(begun[0] if begun else None, entry_ids)
    user_genres = parse_fields({USER_FIELD: changes[USER_FIELD] or ()}).user if USER_FIELD in changes else None
    all_restored = tuple(name for name in restored if name not in kept)
    return UndoResult(path, all_restored, tuple(kept), written=written, user_genres=user_genres)
