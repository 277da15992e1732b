"""A copy of an index, or of a journal, while others go on writing to it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tagger_app.durable import put_in_place
from tagger_app.errors import LibraryIndexError
from tagger_app.index.connection import index_errors, open_as_it_is
from tagger_app.unfinished import unfinished

_BUSY_S = 30.0


def back_up(path: Path, copy: Path, *, replace: bool = False) -> int:
    """Copy a SQLite file as it is committed now, and verify the copy; it bears its name only when it is whole.

    Parameters
    ----------
    path : what to copy
    copy : the new file
    replace : allow that `copy` exists already

    Returns
    -------
    Bytes of the copy.

    Raises
    ------
    LibraryIndexError
        There is nothing to copy, it is damaged, or the copy can't be written.
    """
    if not path.exists():
        raise LibraryIndexError(path, "there is nothing to back up")
    if copy.exists() and (not replace or copy.samefile(path)):
        raise LibraryIndexError(copy, "exists already; choose another name")
    partial = unfinished(copy)
    try:
        copy.parent.mkdir(parents=True, exist_ok=True)
        _copy(path, partial)
        _verify(path, partial)
        n_bytes = partial.stat().st_size
        put_in_place(partial, copy)
    except OSError as error:
        raise LibraryIndexError(copy, f"can't be written: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)
    return n_bytes


def _copy(path: Path, partial: Path) -> None:
    with (
        closing(open_as_it_is(path, busy_timeout_s=_BUSY_S)) as source,
        index_errors(path),
        closing(sqlite3.connect(partial)) as target,
    ):
        # In one go: a copy by parts begins again whenever somebody writes.
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")


def _verify(path: Path, copy: Path) -> None:
    with index_errors(path), closing(sqlite3.connect(copy)) as connection:
        (message,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if message != "ok":
        raise LibraryIndexError(path, "is damaged, and so would its copy be; see cuefit index check and repair")
