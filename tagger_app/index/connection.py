"""Opening the library index, and telling what is wrong with it in words.

Everything that reads or writes the index goes through an `IndexConnection`. SQLite's expected troubles (locked, full,
damaged...) become `LibraryIndexError`; anything else it complains about is a bug and surfaces.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tagger_app.database import use_write_ahead_log
from tagger_app.errors import LibraryIndexError, LockedIndexError
from tagger_app.index import migrations

BUSY_TIMEOUT_S = 10.0
_CACHE_KIB = 65_536

_LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL)
_REASONS = {
    **dict.fromkeys(_LOCKED, "is locked by another program; close it or try again later"),
    sqlite3.SQLITE_PERM: "can't be opened: permission denied",
    sqlite3.SQLITE_READONLY: "can't be written to: the file or its folder is read-only",
    sqlite3.SQLITE_IOERR: "can't be read or written: the disk reports an error",
    sqlite3.SQLITE_CORRUPT: "is damaged; restore it from a backup, or move it away and scan again",
    sqlite3.SQLITE_NOTADB: "isn't an index of Cuefit",
    sqlite3.SQLITE_FULL: "can't grow: the disk is full",
    sqlite3.SQLITE_CANTOPEN: "can't be opened; its folder must exist and be writable",
}


class IndexConnection(sqlite3.Connection):
    """A connection to an index, in SQLite's own autocommit mode: transactions are begun and ended explicitly."""

    path: Path

    def fetch(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query.

        Raises
        ------
        LibraryIndexError
            The index is locked, damaged or can't be read.
        """
        with index_errors(self.path):
            return self.execute(sql, parameters).fetchall()


@contextmanager
def index_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's expected troubles with an index into `LibraryIndexError`; a lock is a `LockedIndexError`."""
    try:
        yield
    except sqlite3.Error as error:
        # The extended code holds the primary one in its low byte; errors of the Python module itself have none. Where
        # there is no room to share memory in a file, SQLite speaks of the disk in general.
        extended = getattr(error, "sqlite_errorcode", 0)
        code = sqlite3.SQLITE_FULL if extended == sqlite3.SQLITE_IOERR_SHMSIZE else extended & 0xFF
        if code not in _REASONS:
            raise
        raise (LockedIndexError if code in _LOCKED else LibraryIndexError)(path, _REASONS[code]) from error


def open_for_writing(
    path: Path, *, busy_timeout_s: float = BUSY_TIMEOUT_S, check_same_thread: bool = True
) -> IndexConnection:
    """Open an index for reading and writing; create it where there is none; bring an older one up to date.

    An older index that holds tracks is first copied to ``<name>.before-<migration>.db`` beside it. An index that is
    refused is left as it was, byte for byte.

    Parameters
    ----------
    path : the index; its folder is created
    busy_timeout_s : how long a statement waits for another program's lock
    check_same_thread : False where the connection is handed to another thread

    Raises
    ------
    LibraryIndexError
        It isn't an index of Cuefit, was written by a newer version, is damaged, locked or read-only.
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        is_new = not path.exists() or path.stat().st_size == 0
    except OSError as error:
        raise LibraryIndexError(path, f"can't be created: {error.strerror}") from error
    up_to_date = False
    if not is_new:
        with closing(_open_read_only(path, busy_timeout_s)) as connection, index_errors(path):
            up_to_date = not migrations.inspect(connection, path)
        if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
            raise LibraryIndexError(path, _REASONS[sqlite3.SQLITE_READONLY])
    connection = _connect(path, "rwc", busy_timeout_s, check_same_thread=check_same_thread)
    try:
        with index_errors(path):
            use_write_ahead_log(connection, busy_timeout_s)
            connection.execute("PRAGMA synchronous = NORMAL")
            if not up_to_date:  # else there is nothing for which to wait for another program's lock
                migrations.migrate(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def open_for_reading(
    path: Path, *, busy_timeout_s: float = BUSY_TIMEOUT_S, check_same_thread: bool = True
) -> IndexConnection:
    """Open an index read-only, also where neither it nor its folder can be written to.

    An index of an older version is brought up to date first, as `open_for_writing` does.

    Parameters
    ----------
    busy_timeout_s : how long a statement waits for another program's lock
    check_same_thread : False where threads take turns with the connection

    Raises
    ------
    LibraryIndexError
        There is none, it isn't an index of Cuefit, was written by a newer version, is damaged or locked.
    """
    path = Path(path)
    if not path.exists():
        raise LibraryIndexError(path, "there is no index here yet; scan a folder first")
    connection = _open_read_only(path, busy_timeout_s, check_same_thread=check_same_thread)
    try:
        with index_errors(path):
            up_to_date = not migrations.inspect(connection, path)
    except BaseException:
        connection.close()
        raise
    if up_to_date:
        return connection
    connection.close()
    open_for_writing(path, busy_timeout_s=busy_timeout_s).close()
    return _open_read_only(path, busy_timeout_s, check_same_thread=check_same_thread)


def open_as_it_is(path: Path, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> IndexConnection:
    """Open whatever is at `path` read-only, of any version, without looking at its layout: for checks and backups.

    Raises
    ------
    LibraryIndexError
        It isn't a database, can't be read, is locked, or its first page is damaged.
    """
    return _open_read_only(Path(path), busy_timeout_s)


def _open_read_only(path: Path, busy_timeout_s: float, *, check_same_thread: bool = True) -> IndexConnection:
    """A connection that can't change the file.

    The file itself is never opened past SQLite: closing it would drop all locks that this process has on it (POSIX
    advisory locks), another process would take the index for unused and remove its log, and what is written would go
    to the removed file.
    """
    if path.is_dir():
        raise LibraryIndexError(path, f"can't be opened: {os.strerror(errno.EISDIR)}")
    if not os.access(path, os.R_OK, effective_ids=os.access in os.supports_effective_ids):
        raise LibraryIndexError(path, f"can't be opened: {os.strerror(errno.EACCES)}")
    try:
        return _connect(path, "ro", busy_timeout_s, check_same_thread=check_same_thread)
    except LibraryIndexError as error:
        code = getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF
        if code not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY) or _has_content(Path(f"{path}-wal")):
            raise
    # WAL needs two files beside the index. Where they can't be made nobody else is writing either, and without a log
    # everything stands in the file itself.
    return _connect(path, "ro&immutable=1", busy_timeout_s, check_same_thread=check_same_thread)


def _connect(path: Path, mode: str, busy_timeout_s: float, *, check_same_thread: bool = True) -> IndexConnection:
    with index_errors(path):
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=busy_timeout_s,
            isolation_level=None,
            check_same_thread=check_same_thread,
            factory=IndexConnection,
        )
        connection.path = path
        # A damaged byte must not keep a whole row from being read.
        connection.text_factory = _decode_text
        try:
            for setting in ("foreign_keys = ON", "trusted_schema = OFF", "temp_store = MEMORY"):
                connection.execute(f"PRAGMA {setting}")
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # SQLite opens the file only now
        except BaseException:
            connection.close()
            raise
    return connection


def _decode_text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _has_content(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except OSError:
        return False
