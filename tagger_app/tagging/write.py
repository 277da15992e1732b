"""Writing fields into files, journaled; and finding out after a crash what was written."""

from __future__ import annotations

import os

from tagger_app.errors import TagError
from tagger_app.tagging.containers import read_metadata
from tagger_app.tagging.fields import MACHINE_FIELDS, USER_FIELD, Changes, Fields
from tagger_app.tagging.journal import Journal
from tagger_app.tagging.journal_records import Entry, State, Undo
from tagger_app.tagging.rewrite import Rewrite, WriteResult, is_in_work, remove_leftover, rewrite


def write_fields(
    path: str,
    fields: Changes,
    journal: Journal,
    batch: str,
    *,
    fingerprint: str | None = None,
    remove_empty: bool = False,
    split_hard_links: bool = False,
    new_id3_version: int = 3,
) -> WriteResult:
    """Set and remove fields of a file; a file that already holds these values isn't written.

    Parameters
    ----------
    path : the file
    fields : new values; None removes a field; fields not named stay
    journal : where the old values are kept
    batch : the run that this belongs to, see `journal.new_batch`
    fingerprint : of the audio as it is now, where it is known; saves reading the file once more
    remove_empty : remove the tag if nothing is left in it
    split_hard_links : see `rewrite.rewrite`
    new_id3_version : see `containers.tag_format`

    Raises
    ------
    TagError
        The file couldn't be written, and is as it was.
    LibraryIndexError
        The journal couldn't be written; the file is as it was, or, in the last step, whole and changed: `settle`
        finds out.
    """
    recorded: list[int] = []

    def record(change: Rewrite) -> None:
        entry_id = journal.record(
            batch=batch,
            path=os.path.abspath(path),  # noqa: PTH100
            real_path=change.real_path,
            temporary=os.path.basename(change.temporary),  # noqa: PTH119
            fingerprint=change.fingerprint,
            had_tag=change.before.has_tag,
            old={name: change.before.all_fields.get(name) for name in change.changes},
            new=change.changes,
        )
        recorded.append(entry_id)

    try:
        result = rewrite(
            path,
            fields,
            record,
            fingerprint=fingerprint,
            remove_empty=remove_empty,
            split_hard_links=split_hard_links,
            new_id3_version=new_id3_version,
        )
    except TagError:
        # The file itself tells: the last step of all, syncing the folder, may fail after the replacement.
        if recorded:
            waiting = journal.entries(batch=batch, states=(State.INTENDED,))
            for entry in waiting:
                if entry.entry_id in recorded:
                    settle_entry(journal, entry)
        raise
    if recorded:
        journal.mark(recorded, State.DONE)
    return result


def clear_fields(
    path: str, journal: Journal, batch: str, *, user_too: bool = False, split_hard_links: bool = False
) -> WriteResult:
    """Remove the machine's fields from a file, journaled like any other write; mirrors stay, for undo to take back.

    Parameters
    ----------
    user_too : remove the editor's own field as well

    Raises
    ------
    TagError, LibraryIndexError
        As `write_fields`.
    """
    names = (*MACHINE_FIELDS, USER_FIELD) if user_too else MACHINE_FIELDS
    fields = dict.fromkeys(names)
    return write_fields(path, fields, journal, batch, remove_empty=True, split_hard_links=split_hard_links)


def settle(journal: Journal) -> list[Entry | Undo]:
    """Find out what became of writes and undos that a crash interrupted, and remove the copies it left.

    A file that holds a new value was written, one that holds none wasn't. What concerns files that can't be read now,
    on a volume that is away for instance, waits for another time.

    Returns
    -------
    What still waits.
    """
    writes = [entry for entry in journal.entries(states=(State.INTENDED,)) if not settle_entry(journal, entry)]
    return [*writes, *(undo for undo in journal.undos() if not settle_undo(journal, undo))]


def settle_undo(journal: Journal, undo: Undo) -> bool:
    """Find out whether one undo was made, and note it; False if that can't be known now."""
    fields = _fields_after(undo.real_path, undo.temporary)
    if fields is None:
        return False
    is_made = all(fields.get(name) == values for name, values in undo.restored.items())
    journal.end_undo(undo.undo_id, undo.entry_ids if is_made else ())
    return True


def settle_entry(journal: Journal, entry: Entry) -> bool:
    """Find out whether one write was made, and note it; False if that can't be known now."""
    fields = _fields_after(entry.real_path, entry.temporary)
    if fields is None:
        return False
    written = any(fields.get(name) == values for name, values in entry.new.items())
    # Whoever is at it may have begun when the file was looked at, and be done by now.
    journal.conclude(entry.entry_id, State.DONE if written else State.ABANDONED)
    return True


def _fields_after(real_path: str, temporary: str) -> Fields | None:
    """Fields of a file whose change was interrupted, once the copy is removed; None if it is at work, or away."""
    copy = os.path.join(os.path.dirname(real_path), temporary)  # noqa: PTH118, PTH120
    if os.path.lexists(copy) and not remove_leftover(copy):
        return None
    try:
        return None if is_in_work(real_path) else read_metadata(real_path).all_fields
    except (TagError, OSError):
        return None
