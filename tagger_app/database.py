"""What both of Cuefit's SQLite files, the index and the journal of tag writes, need while others open them too."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

_PAUSE_S = 0.01


@contextmanager
def one_snapshot(connection: sqlite3.Connection) -> Iterator[None]:
    """Everything read in here is of one moment: another process may be writing, or creating, the file meanwhile."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.rollback()


def use_write_ahead_log(connection: sqlite3.Connection, timeout_s: float) -> None:
    """Switch a file to SQLite's write-ahead log (https://sqlite.org/wal.html), if it isn't yet.

    Two that switch at once would wait for each other for ever, so SQLite refuses one of them at once instead of waiting
    for its busy timeout; it tries again here. Where shared memory isn't to be had (some network drives), SQLite keeps
    its rollback journal, and no error is raised.

    Parameters
    ----------
    timeout_s : how long to try

    Raises
    ------
    sqlite3.OperationalError
        Another program keeps the file locked.
    """
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE_S)
        else:
            return
