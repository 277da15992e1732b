"""Whether the journal of tag writes is sound, and whether the files hold what it says."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from tagger_app.errors import LibraryIndexError, TagError
from tagger_app.tagging.fields import Changes
from tagger_app.tagging.journal import Journal
from tagger_app.tagging.journal_records import State
from tagger_app.tagging.journal_rows import ENTRY_COLUMNS, UNDO_COLUMNS, decode_entry, decode_undo
from tagger_app.tagging.journal_schema import check_layout
from tagger_app.tagging.metadata import Metadata

ReadTags = Callable[[Iterable[str]], Iterable[tuple[str, Metadata | TagError]]]

_MOST_PROBLEMS = 20
_BUSY_S = 10.0


class JournaledFile(NamedTuple):
    """A file that Cuefit wrote, compared with the journal.

    Attributes
    ----------
    path : as it was named when it was last written
    changed : fields that no longer hold what Cuefit wrote last; somebody else changed them since
    error : why the file can't be compared now; empty if it was
    """

    path: str
    changed: tuple[str, ...] = ()
    error: str = ""


def check_journal(path: Path) -> list[str]:
    """What is wrong with a journal, a sentence each; it isn't changed.

    Raises
    ------
    LibraryIndexError
        It isn't a database, or can't be read.
    """
    uri = f"{path.absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=_BUSY_S, isolation_level=None)) as connection:
            connection.text_factory = lambda data: data.decode("utf-8", "replace")
            connection.execute("PRAGMA trusted_schema = OFF")
            try:
                version = check_layout(connection, path)
            except LibraryIndexError as error:
                return [f"the journal of tag writes {error.reason}"]
            found = connection.execute(f"PRAGMA integrity_check({_MOST_PROBLEMS})").fetchall()
            problems = [f"journal: {' '.join(str(message).split())}" for (message,) in found if message != "ok"]
            if n_strange := _count_strange_rows(connection, version):
                problems.append(f"journal: {n_strange} rows hold what Cuefit never writes, and are passed over")
            (n_waiting,) = connection.execute("SELECT count(*) FROM write WHERE state = 'intended'").fetchone()
    except sqlite3.DatabaseError as error:
        raise LibraryIndexError(path, f"the journal of tag writes can't be read ({error})") from error
    if n_waiting:
        problems.append(
            f"journal: {n_waiting} writes were interrupted; the next scan or tags command finds out what became of them"
        )
    return problems


def _count_strange_rows(connection: sqlite3.Connection, version: int) -> int:
    """Rows that make no sense, whether damaged or a stranger's."""
    writes = connection.execute(f"SELECT {ENTRY_COLUMNS} FROM write") if version else ()
    n_strange = sum(decode_entry(row) is None for row in writes)
    undos = connection.execute(f"SELECT {UNDO_COLUMNS} FROM undo") if version > 1 else ()
    return n_strange + sum(decode_undo(row) is None for row in undos)


def compare_with_files(journal: Journal, read_tags: ReadTags) -> Iterator[JournaledFile]:
    """Every file with writes that aren't undone, the last written first.

    Parameters
    ----------
    read_tags : tells what stands in the tags of files, in their order, or why that can't be read; in worker processes,
        because a file that somebody changed may crash or hang whoever reads it
    """
    written = [file for real_path in journal.changed_files() if (file := _last_written(journal, real_path))]
    for (path, _, last), (_, found) in zip(written, read_tags(file.real_path for file in written), strict=True):
        if isinstance(found, TagError):
            yield JournaledFile(path, error=found.reason)
        else:
            fields = found.all_fields
            yield JournaledFile(path, tuple(sorted(name for name in last if fields.get(name) != last[name])))


class _Written(NamedTuple):
    path: str
    real_path: str
    last: Changes


def _last_written(journal: Journal, real_path: str) -> _Written | None:
    """The values that Cuefit wrote last into a file; None if all of it was undone meanwhile."""
    found = journal.entries(paths=[real_path], states=(State.DONE,))
    entries = [entry for entry in found if entry.real_path == real_path]
    if not entries:
        return None
    last = {name: values for entry in reversed(entries) for name, values in entry.new.items()}
    return _Written(entries[0].path, real_path, last)
