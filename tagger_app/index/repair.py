"""Making a sound index of what can be read of a damaged one, which is kept."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tagger_app.durable import put_in_place
from tagger_app.errors import LibraryIndexError
from tagger_app.index import migrations
from tagger_app.index.connection import IndexConnection, index_errors, open_for_writing
from tagger_app.index.rows import TRACK_COLUMNS, TRACK_TABLES, decode_track
from tagger_app.index.salvage import copy_for_salvage, read_version, readable_paths, readable_rows
from tagger_app.index.sounds import STRANGE_SOUNDS
from tagger_app.unfinished import unfinished

_TEXT = "tracks_text"


@dataclass(frozen=True, slots=True)
class Repair:
    """What was saved and what was lost.

    Attributes
    ----------
    path : the index, sound again
    damaged : where the damaged one lies now
    kept : rows saved, by table
    dropped : rows that could be read and made no sense, by table; without tables where there was none
    lost_files : files of which the index knew and of which it knows no more; the next scan listens to them again
    """

    path: Path
    damaged: Path
    kept: dict[str, int]
    dropped: dict[str, int]
    lost_files: tuple[str, ...]


def repair_index(path: Path) -> Repair:
    """Read what can be read of a damaged index into a new one that takes its place, and keep the damaged one beside.

    The text index is made anew. Nobody else may have the index open. Whatever happens, there is an index at `path`:
    the damaged one until the new one is whole and checked.

    Raises
    ------
    LibraryIndexError
        There is none, it is another program's, was written by a newer version, or is in use.
    """
    path = Path(path)
    if not path.exists():
        raise LibraryIndexError(path, "there is no index here")
    version = _version_of(path, len(migrations.migration_names()))
    _refuse_if_used(path)
    folder = unfinished(path.with_suffix(""))
    try:
        folder.mkdir(0o700)
        sound, repaired = folder / "sound.db", folder / "repaired.db"
        for new in (sound, repaired):
            _create(new, version)
        copy_for_salvage(path, folder / "damaged.db", sound)
        kept, dropped, lost = _rebuild(folder / "damaged.db", repaired)
        open_for_writing(repaired).close()  # brings it up to date
        _finish(repaired)
        damaged = _swap(repaired, path)
    except OSError as error:
        raise LibraryIndexError(path, f"can't be repaired: {error.strerror or error}") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Repair(path, damaged, kept, dropped, tuple(sorted(map(os.fsdecode, lost))))


def _version_of(path: Path, newest: int) -> int:
    """How many migrations the index has had; the newest known where its header is lost."""
    header = read_version(path)
    if header is None:
        return newest
    application_id, version = header
    if application_id != migrations.APPLICATION_ID:
        raise LibraryIndexError(path, "is a database of another program")
    if version > newest:
        raise LibraryIndexError(path, "was written by a newer version of Cuefit; install that version to repair it")
    return version or newest


def _refuse_if_used(path: Path) -> None:
    """Refuse an index that another program has open for writing, as far as a damaged one lets that be known."""
    try:
        with closing(sqlite3.connect(path, timeout=0.1, isolation_level=None)) as connection:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise LibraryIndexError(path, "is in use by another program; close it first") from error


def _create(path: Path, version: int) -> None:
    with index_errors(path), closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrations.lay_out(connection, version)


def _rebuild(damaged: Path, repaired: Path) -> tuple[dict[str, int], dict[str, int], set[bytes]]:
    """Fill an empty index; rows kept and dropped by table, and paths lost."""
    kept: dict[str, int] = {}
    dropped: dict[str, int] = {}
    with (
        index_errors(repaired),
        closing(sqlite3.connect(damaged, isolation_level=None)) as source,
        closing(sqlite3.connect(repaired, isolation_level=None, factory=IndexConnection)) as target,
    ):
        source.text_factory = lambda data: data.decode("utf-8", "replace")
        target.path = repaired
        target.execute("PRAGMA foreign_keys = OFF")
        target.execute("BEGIN")
        tables = _tables(target)
        for table in tables:
            kept[table], dropped[table] = _copy_rows(source, target, table)
        dropped["tracks"] += _drop_strange_tracks(target)
        _drop_orphans(target, tables, dropped)
        if "sounds" in tables:
            dropped["sounds"] += _drop_strange_sounds(target)
        for table in tables:
            (kept[table],) = target.execute(f"SELECT count(*) FROM {table}").fetchone()
        target.execute(f"INSERT INTO {_TEXT} ({_TEXT}) VALUES ('rebuild')")
        target.execute("COMMIT")
        lost = readable_paths(source) - {path for (path,) in target.execute("SELECT path FROM tracks")}
    return kept, {table: number for table, number in dropped.items() if number}, lost


def _tables(connection: sqlite3.Connection) -> list[str]:
    """Tables in the order in which they were made, so that a row comes after what it belongs to."""
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid")
    own = ("sqlite_", _TEXT, migrations.MIGRATIONS.migrations_table)
    return [name for (name,) in rows if not name.startswith(own)]


def _copy_rows(source: sqlite3.Connection, target: sqlite3.Connection, table: str) -> tuple[int, int]:
    described = target.execute(f"PRAGMA table_info ({table})").fetchall()
    types = {name: kind for _, name, kind, *_ in described}
    columns = list(types)
    # A key that is a whole number is the row's id itself.
    has_key = any(kind == "INTEGER" and is_key for _, _, kind, _, _, is_key in described)
    names = columns if has_key else ["rowid", *columns]
    insert = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
    n_kept = n_dropped = 0
    for row in readable_rows(source, table, columns):
        try:
            if not all(_fits(value, types[name]) for value, name in zip(row[1:], columns, strict=True)):
                raise sqlite3.IntegrityError
            target.execute(insert, row[1:] if has_key else row)
            n_kept += 1
        except (sqlite3.IntegrityError, sqlite3.DataError):
            n_dropped += 1
    return n_kept, n_dropped


def _fits(value: object, kind: str) -> bool:
    """Whether a value is of the kind that its column holds; SQLite itself takes any."""
    if value is None:
        return True
    return isinstance(value, {"INTEGER": (int,), "REAL": (int, float), "TEXT": (str,), "BLOB": (bytes,)}[kind])


def _drop_strange_tracks(target: IndexConnection) -> int:
    strange = []
    for row in target.execute(f"SELECT {TRACK_COLUMNS} FROM {TRACK_TABLES}").fetchall():
        try:
            is_strange = not os.path.isabs(decode_track(row, target.path).path)  # noqa: PTH117
        except LibraryIndexError:
            is_strange = True
        if is_strange:
            strange.append((row[0],))
    target.executemany("DELETE FROM tracks WHERE id = ?", strange)
    return len(strange)


def _drop_strange_sounds(target: sqlite3.Connection) -> int:
    """Remove sounds that make no sense; the next scan listens to their tracks again."""
    strange = target.execute(STRANGE_SOUNDS).fetchall()
    target.executemany("UPDATE tracks SET bundle = NULL WHERE id = ?", strange)
    target.executemany("DELETE FROM sounds WHERE track_id = ?", strange)
    return len(strange)


def _drop_orphans(target: sqlite3.Connection, tables: list[str], dropped: dict[str, int]) -> None:
    """Remove rows whose track or bundle is lost; a track whose bundle is lost is heard again by the next scan."""
    target.execute("UPDATE tracks SET bundle = NULL WHERE bundle NOT IN (SELECT key FROM bundles)")
    for table in tables:
        for _, _, parent, column, parent_column, *_ in target.execute(f"PRAGMA foreign_key_list ({table})").fetchall():
            missing = f"{column} IS NOT NULL AND {column} NOT IN (SELECT {parent_column} FROM {parent})"
            dropped[table] += target.execute(f"DELETE FROM {table} WHERE {missing}").rowcount


def _finish(repaired: Path) -> None:
    """Have the new index whole in one file."""
    with index_errors(repaired), closing(sqlite3.connect(repaired, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        (message,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if message != "ok":
            raise LibraryIndexError(repaired, f"came out damaged ({message}); the disk may be failing")


def _swap(repaired: Path, path: Path) -> Path:
    """Put the new index in the place of the damaged one, and return where that lies now."""
    damaged = path.with_name(f"{path.stem}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S%f}{path.suffix}")
    try:
        damaged.hardlink_to(path)
    except OSError:
        # The file system knows no links. Whatever bears the name is whole.
        copy = repaired.with_name("kept.db")
        shutil.copyfile(path, copy)
        put_in_place(copy, damaged)
    # A log that is left would be taken for the new index's own.
    log = Path(f"{path}-wal")
    if log.exists():
        log.replace(f"{damaged}-wal")
    Path(f"{path}-shm").unlink(missing_ok=True)
    put_in_place(repaired, path)
    return damaged
