"""Looking for anything wrong with an index, without changing a byte of it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from tagger_app.errors import LibraryIndexError
from tagger_app.index import migrations
from tagger_app.index.connection import BUSY_TIMEOUT_S, IndexConnection, index_errors, open_as_it_is
from tagger_app.index.rows import TRACK_COLUMNS, TRACK_TABLES, decode_track
from tagger_app.index.sounds import STRANGE_SOUNDS

_MOST_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class IndexCheck:
    """What was found.

    Attributes
    ----------
    path : the index
    n_tracks : rows that could be read
    problems : what is wrong, a sentence each, at most twenty of a kind; empty where all is well
    skipped : what couldn't be looked at, and why; no problem by itself
    """

    path: Path
    n_tracks: int
    problems: tuple[str, ...]
    skipped: tuple[str, ...]


def check_index(path: Path) -> IndexCheck:
    """Check an index: SQLite's own tests, the layout, every row, references between rows, and the text index.

    Raises
    ------
    LibraryIndexError
        There is none, or it can't be opened at all: it isn't a database, is locked or may not be read.
    """
    path = Path(path)
    if not path.exists():
        raise LibraryIndexError(path, "there is no index here yet; scan a folder first")
    problems: list[str] = []
    skipped: list[str] = []
    n_tracks = 0
    with closing(open_as_it_is(path)) as connection:
        problems += _collect(connection, _sqlite_problems)
        try:
            with index_errors(path):
                pending = migrations.inspect(connection, path)
        except LibraryIndexError as error:
            problems.append(f"the index {error.reason}")
            return IndexCheck(path, 0, tuple(problems), ("tracks and text index: the layout isn't known",))
        if pending:
            skipped.append(f"tables still to be added by an update: {', '.join(pending)}")
        problems += _collect(connection, _broken_references)
        problems += _collect(connection, _tracks_without_analysis)
        if "sounds" not in pending:
            problems += _collect(connection, _strange_sounds)
        n_tracks, strange = _read_tracks(connection)
        problems += strange
    found = _text_index_problem(path)
    if found and os.access(path, os.W_OK):
        problems.append(found)
    elif found:
        skipped.append("text index: it can be checked only where the index may be written")
    return IndexCheck(path, n_tracks, tuple(problems), tuple(skipped))


def _collect(connection: IndexConnection, look: Callable[[IndexConnection], Iterator[str]]) -> list[str]:
    """The first problems of a kind; damage that keeps SQLite from looking is one."""
    try:
        return list(islice(look(connection), _MOST_PROBLEMS))
    except sqlite3.DatabaseError as error:
        return [f"SQLite can't read all of it: {error}"]


def _sqlite_problems(connection: IndexConnection) -> Iterator[str]:
    for (message,) in connection.execute(f"PRAGMA integrity_check({_MOST_PROBLEMS})"):
        if message != "ok":
            yield f"SQLite: {' '.join(str(message).split())}"


def _broken_references(connection: IndexConnection) -> Iterator[str]:
    for table, row, target, _ in connection.execute("PRAGMA foreign_key_check"):
        yield f"row {row} of {table} belongs to a row of {target} that isn't there"


def _tracks_without_analysis(connection: IndexConnection) -> Iterator[str]:
    for table in ("curves", "overviews"):
        query = f"SELECT count(*) FROM tracks WHERE bundle IS NOT NULL AND id NOT IN (SELECT track_id FROM {table})"
        (n_tracks,) = connection.execute(query).fetchone()
        if n_tracks:
            yield f"{n_tracks} analysed tracks lack their rows of {table}"


def _strange_sounds(connection: IndexConnection) -> Iterator[str]:
    for (track_id,) in connection.execute(STRANGE_SOUNDS):
        yield f"the sound of track {track_id} holds values that Cuefit never writes; suggestions can't compare it"


def _read_tracks(connection: IndexConnection) -> tuple[int, list[str]]:
    n_tracks = 0
    problems = []
    try:
        for row in connection.execute(f"SELECT {TRACK_COLUMNS} FROM {TRACK_TABLES} ORDER BY tracks.id"):
            try:
                decode_track(row, connection.path)
                n_tracks += 1
            except LibraryIndexError:
                problems.append(f"track {row[0]} holds values that Cuefit never writes")
    except sqlite3.DatabaseError as error:
        problems.append(f"the tracks can't be read to their end: {error}")
    return n_tracks, problems[:_MOST_PROBLEMS]


def _text_index_problem(path: Path) -> str:
    """Why the words of the tracks and the index of them disagree; empty if they agree.

    FTS5 compares them in a statement that needs a connection for writing, though it writes nothing.
    """
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)) as connection:
            connection.execute("BEGIN")
            connection.execute("INSERT INTO tracks_text (tracks_text, rank) VALUES ('integrity-check', 1)")
            connection.execute("ROLLBACK")
    except sqlite3.DatabaseError as error:
        return f"the text index doesn't agree with the tracks: {error}"
    return ""
