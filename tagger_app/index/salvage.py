"""Reading what can still be read of a damaged SQLite file, row by row."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

_ROWS_AT_ONCE = 256
_MAGIC = b"SQLite format 3\0"
_PAGE_SIZE_AT = 16
_PAGE_COUNT_AT = 28


def copy_for_salvage(path: Path, copy: Path, sound: Path) -> None:
    """Copy a damaged index, with its log, so that it can be opened; the original isn't touched.

    Where the first page can't be used, which says where every table begins, that of a sound index of the same layout
    takes its place: tables that were made at once begin at the same pages.

    Parameters
    ----------
    path : the damaged index
    copy : where to
    sound : an empty index of the same layout
    """
    shutil.copyfile(path, copy)
    log, shared = Path(f"{path}-wal"), Path(f"{copy}-wal")
    if log.exists():
        shutil.copyfile(log, shared)
    if _can_be_opened(copy):
        return
    shared.unlink(missing_ok=True)
    if _can_be_opened(copy):
        return
    page = sound.read_bytes()
    page = page[: int.from_bytes(page[_PAGE_SIZE_AT : _PAGE_SIZE_AT + 2], "big")]
    n_pages = copy.stat().st_size // len(page)
    with copy.open("r+b") as file:
        file.write(page[:_PAGE_COUNT_AT] + n_pages.to_bytes(4, "big") + page[_PAGE_COUNT_AT + 4 :])


def read_version(path: Path) -> tuple[int, int] | None:
    """Application id and version from the header of a SQLite file; None where there is no header."""
    with path.open("rb") as file:
        header = file.read(100)
    if len(header) < 100 or not header.startswith(_MAGIC):
        return None
    return int.from_bytes(header[68:72], "big"), int.from_bytes(header[60:64], "big")


def readable_rows(connection: sqlite3.Connection, table: str, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Rows of a table with the ids that SQLite keeps, passing over those on damaged pages."""
    select = f"SELECT rowid, {', '.join(columns)} FROM {table} WHERE rowid BETWEEN ? AND ?"
    last = _last_id(connection, table)
    stretches = [
        (first, min(first + _ROWS_AT_ONCE - 1, last))
        for first in range(((last - 1) // _ROWS_AT_ONCE) * _ROWS_AT_ONCE + 1, 0, -_ROWS_AT_ONCE)
    ]
    while stretches:
        first, end = stretches.pop()
        try:
            rows = connection.execute(select, (first, end)).fetchall()
        except sqlite3.DatabaseError:
            if first < end:
                middle = (first + end) // 2
                stretches += [(middle + 1, end), (first, middle)]
            continue
        yield from rows


def readable_paths(connection: sqlite3.Connection) -> set[bytes]:
    """Paths of tracks from the indexes over them, which lie on other pages than the tracks themselves."""
    paths: set[bytes] = set()
    for index in ("tracks_known", "sqlite_autoindex_tracks_1"):
        # From both ends, as far as it goes.
        for order in ("", " DESC"):
            try:
                for (path,) in connection.execute(f"SELECT path FROM tracks INDEXED BY {index} ORDER BY path{order}"):
                    if isinstance(path, bytes):
                        paths.add(path)
            except sqlite3.DatabaseError:
                continue
    return paths


def _can_be_opened(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(path)) as connection:
            return bool(connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'tracks'").fetchone()[0])
    except sqlite3.DatabaseError:
        return False


def _last_id(connection: sqlite3.Connection, table: str) -> int:
    """An id after which there is none, as small as can be known."""
    for query in (
        f"SELECT max(rowid) FROM {table}",
        f"SELECT seq FROM sqlite_sequence WHERE name = '{table}'",
        "SELECT seq FROM sqlite_sequence WHERE name = 'tracks'",
        "SELECT max(id) FROM tracks",
    ):
        try:
            found = connection.execute(query).fetchone()
        except sqlite3.DatabaseError:
            continue
        if found and isinstance(found[0], int) and 0 <= found[0] < 1 << 40:
            return found[0]
        if found and found[0] is None and query.startswith("SELECT max"):
            return 0
    # No row is smaller than a few bytes.
    (name,) = [row[2] for row in connection.execute("PRAGMA database_list") if row[1] == "main"]
    return os.stat(name).st_size // 16  # noqa: PTH116
