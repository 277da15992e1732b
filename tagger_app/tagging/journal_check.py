"""Whether the journal of tag writes is sound, and whether the files hold what it says."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from tagger_app.errors import LibraryIndexError, TagError
from tagger_app.tagging.containers import read_metadata
from tagger_app.tagging.journal import Journal
from tagger_app.tagging.journal_records import State

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
            found = connection.execute(f"PRAGMA integrity_check({_MOST_PROBLEMS})").fetchall()
            problems = [f"journal: {' '.join(str(message).split())}" for (message,) in found if message != "ok"]
            (n_waiting,) = connection.execute("SELECT count(*) FROM write WHERE state = 'intended'").fetchone()
    except sqlite3.DatabaseError as error:
        raise LibraryIndexError(path, f"the journal of tag writes can't be read ({error})") from error
    if n_waiting:
        problems.append(
            f"journal: {n_waiting} writes were interrupted; the next scan or tags command finds out what became of them"
        )
    return problems


def compare_with_files(journal: Journal) -> Iterator[JournaledFile]:
    """Every file with writes that aren't undone, the last written first."""
    for real_path in journal.changed_files():
        found = journal.entries(paths=[real_path], states=(State.DONE,))
        entries = [entry for entry in found if entry.real_path == real_path]
        if not entries:
            continue  # undone meanwhile
        last = {name: values for entry in reversed(entries) for name, values in entry.new.items()}
        path = entries[0].path
        try:
            fields = read_metadata(real_path).all_fields
        except TagError as error:
            yield JournaledFile(path, error=error.reason)
        else:
            yield JournaledFile(path, tuple(sorted(name for name in last if fields.get(name) != last[name])))
