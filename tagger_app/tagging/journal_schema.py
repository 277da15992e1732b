"""How the journal of tag writes is laid out, and whether one is: a stranger's may hold triggers and views."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path

from tagger_app.errors import LibraryIndexError

_APPLICATION_ID = 0x43756554  # "CueT", so that no other SQLite file is taken for a journal
_SCHEMAS = (
    f"""
CREATE TABLE write (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    batch TEXT NOT NULL,
    time TEXT NOT NULL,
    path BLOB NOT NULL,
    real_path BLOB NOT NULL,
    temporary TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    had_tag INTEGER NOT NULL,
    old TEXT NOT NULL,
    new TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('intended', 'done', 'undone', 'abandoned'))
);
CREATE INDEX write_by_path ON write (path);
CREATE INDEX write_by_real_path ON write (real_path);
CREATE INDEX write_by_batch ON write (batch);
CREATE INDEX write_intended ON write (id) WHERE state = 'intended';
PRAGMA application_id = {_APPLICATION_ID};
PRAGMA user_version = 1;
""",
    """
CREATE TABLE undo (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    real_path BLOB NOT NULL,
    temporary TEXT NOT NULL,
    restored TEXT NOT NULL,
    writes TEXT NOT NULL
);
PRAGMA user_version = 2;
""",
)
"""What each version adds."""

SCHEMA_VERSION = len(_SCHEMAS)

_Layout = frozenset[tuple[str, str, str, str]]


def pending_statements(connection: sqlite3.Connection) -> list[str]:
    """What brings a journal up to date."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return [statement for schema in _SCHEMAS[version:] for statement in schema.split(";")]


def check_layout(connection: sqlite3.Connection, path: Path) -> int:
    """Version of a journal that is empty, or laid out as Cuefit does it; nothing of it is used before.

    Raises
    ------
    LibraryIndexError
        It is another program's database, of a newer version, or has been changed.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    layout = _read_layout(connection)
    if application != _APPLICATION_ID and (layout or version):
        raise LibraryIndexError(path, "isn't a journal of tag writes")
    if version > SCHEMA_VERSION:
        reason = f"was written by a newer Cuefit (journal version {version}, this one knows {SCHEMA_VERSION})"
        raise LibraryIndexError(path, reason)
    if version < 0 or layout != _expected_layout(version):
        raise LibraryIndexError(path, "isn't laid out as Cuefit's journals are; another program has changed it")
    return int(version)


def _read_layout(connection: sqlite3.Connection) -> _Layout:
    """Kind, name, table and SQL of everything in it; SQLite's own tables may come and go."""
    rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
    return frozenset(row for row in rows if not str(row[1]).startswith("sqlite_"))


@cache
def _expected_layout(version: int) -> _Layout:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.executescript("".join(_SCHEMAS[:version]))
        return _read_layout(connection)
