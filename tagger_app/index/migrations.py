"""The schema of the index, as named migrations: what is pending is applied and recorded in one transaction.

`inspect` compares every table, index, view and trigger with what the migrations themselves would have made, so that a
file which only looks like an index (another program's tables, a view in place of a table, an added trigger) is refused
before anything of it is used.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import sqlite_utils

from tagger_app.database import one_snapshot
from tagger_app.durable import put_in_place
from tagger_app.errors import LibraryIndexError
from tagger_app.genres import GENRE_BY_KEY
from tagger_app.unfinished import unfinished

APPLICATION_ID = 0x43756566  # "Cuef"; SQLite keeps it in the file's header

MIGRATIONS = sqlite_utils.Migrations("cuefit-library")

LISTED = "state <> 2 AND failure = ''"
"""Tracks that queries list unless they ask for others: not missing, not failed. The partial indexes hold these."""


@MIGRATIONS(name="initial")
def _create_library(database: sqlite_utils.Database) -> None:
    fits = ", ".join(f"fit_{key} INTEGER" for key in GENRE_BY_KEY)
    statements = [
        f"PRAGMA application_id = {APPLICATION_ID}",
        """CREATE TABLE bundles (
            key INTEGER PRIMARY KEY,
            id TEXT NOT NULL,
            spec_fingerprint TEXT NOT NULL,
            first_used REAL NOT NULL,
            manifest TEXT NOT NULL DEFAULT '',
            UNIQUE (id, spec_fingerprint)
        )""",
        """CREATE TABLE roots (
            path BLOB PRIMARY KEY,
            online INTEGER NOT NULL DEFAULT 1,
            scanned_at REAL
        )""",
        # Ids are never used twice: what is kept beside the index by id can't come to mean another track.
        # `state`: 0 present, 1 offline, 2 missing. `genres`: one bit a genre, the user's decisions included.
        # `fit_*`: ten-thousandths, so that a fit takes two bytes of a row and of every index.
        f"""CREATE TABLE tracks (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            path BLOB NOT NULL UNIQUE,
            path_text TEXT NOT NULL,
            size INTEGER NOT NULL,
            mtime_ns INTEGER NOT NULL,
            state INTEGER NOT NULL DEFAULT 0,
            failure TEXT NOT NULL DEFAULT '',
            failed_at REAL,
            fingerprint TEXT,
            bundle INTEGER REFERENCES bundles (key),
            analysed_at REAL,
            duration_s REAL,
            rate_hz INTEGER,
            n_channels INTEGER,
            codec TEXT NOT NULL DEFAULT '' COLLATE NOCASE,
            title TEXT NOT NULL DEFAULT '',
            artist TEXT NOT NULL DEFAULT '',
            album TEXT NOT NULL DEFAULT '',
            title_key TEXT,
            artist_key TEXT,
            album_key TEXT,
            assigned TEXT NOT NULL DEFAULT '[]',
            user_genres TEXT NOT NULL DEFAULT '[]',
            genres INTEGER NOT NULL DEFAULT 0,
            unscored TEXT NOT NULL DEFAULT '',
            short INTEGER NOT NULL DEFAULT 0,
            {fits}
        )""",
        # A rescan compares every file with its row: this index alone answers it.
        "CREATE INDEX tracks_known ON tracks (path, size, mtime_ns, bundle, state, failure)",
        "CREATE INDEX tracks_fingerprint ON tracks (fingerprint)",
        "CREATE INDEX tracks_missing ON tracks (path) WHERE state = 2",
        "CREATE INDEX tracks_failed ON tracks (path) WHERE failure <> ''",
        *(
            f"CREATE INDEX tracks_{column} ON tracks ({column}) WHERE {LISTED}"
            for column in ("title_key", "artist_key", "album_key", "duration_s", "codec")
        ),
        *(f"CREATE INDEX tracks_fit_{key} ON tracks (fit_{key}) WHERE {LISTED}" for key in GENRE_BY_KEY),
        # Everything that is a number, a seventh of the table: what is read where no single index finds the rows.
        f"""CREATE INDEX tracks_numbers ON tracks (
            {", ".join(f"fit_{key}" for key in GENRE_BY_KEY)}, genres, duration_s, bundle, codec, unscored
        ) WHERE {LISTED}""",
        *(
            f"""CREATE TABLE {table} (
                track_id INTEGER PRIMARY KEY REFERENCES tracks (id) ON DELETE CASCADE,
                {columns}
            )"""
            for table, columns in (
                ("curves", "n_tiles INTEGER NOT NULL, data BLOB NOT NULL"),
                ("embeddings", "bundle INTEGER NOT NULL REFERENCES bundles (key), data BLOB NOT NULL"),
                ("overviews", "n_points INTEGER NOT NULL, data BLOB NOT NULL"),
            )
        ),
        # Kept up to date by whoever changes a text (changes.py): the index needs no trigger, so it may have none.
        """CREATE VIRTUAL TABLE tracks_text USING fts5 (
            title, artist, album, path_text,
            content = 'tracks', content_rowid = 'id', columnsize = 0, prefix = '1 2 3',
            tokenize = 'unicode61 remove_diacritics 2'
        )""",
    ]
    for statement in statements:
        database.conn.execute(statement)


@MIGRATIONS(name="sounds")
def _add_sounds(database: sqlite_utils.Database) -> None:
    statements = [
        # What is read for all tracks at once comes before what is read track by track: it shares the row's first page.
        """CREATE TABLE sounds (
            track_id INTEGER PRIMARY KEY REFERENCES tracks (id) ON DELETE CASCADE,
            n_tiles INTEGER NOT NULL,
            tile_s REAL NOT NULL,
            scale REAL NOT NULL,
            spread BLOB NOT NULL,
            dynamics BLOB NOT NULL,
            pace BLOB NOT NULL,
            levels BLOB NOT NULL,
            motion BLOB NOT NULL,
            tiles BLOB NOT NULL
        )""",
        # The order in which analyses and the user's decisions changed; a number is never used twice.
        """CREATE TABLE revisions (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            track_id INTEGER NOT NULL UNIQUE REFERENCES tracks (id) ON DELETE CASCADE
        )""",
        "INSERT INTO revisions (track_id) SELECT id FROM tracks WHERE analysed_at IS NOT NULL ORDER BY id",
        # Tracks analysed until now lack their sound: they count as analysed with another spec, as which the next scan
        # hears them again. Their fits stay listed until then.
        "UPDATE bundles SET spec_fingerprint = spec_fingerprint || '-without-sounds'",
    ]
    for statement in statements:
        database.conn.execute(statement)


_STRANGE = "isn't laid out as Cuefit's indexes are; another program has changed it"


def inspect(connection: sqlite3.Connection, path: Path) -> list[str]:
    """Names of the migrations that an index still lacks; nothing is written.

    Raises
    ------
    LibraryIndexError
        The database is another program's, was written by a newer version, or isn't laid out as it should be.
    sqlite3.Error
        It can't be read.
    """
    known = _names()
    with one_snapshot(connection):
        (application_id,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        schema = _read_schema(connection)
        is_ours = application_id == APPLICATION_ID
        has_history = is_ours and schema.get(MIGRATIONS.migrations_table, ("",))[0] == "table"
        applied = [migration.name for migration in MIGRATIONS.applied(_wrap(connection))] if has_history else []
    if not schema and not application_id and not version:
        return known
    if not is_ours:
        raise LibraryIndexError(path, "is a database of another program")
    if not has_history:
        raise LibraryIndexError(path, _STRANGE)
    if version > len(known) or set(applied) - set(known):
        raise LibraryIndexError(path, "was written by a newer version of Cuefit; install that version to use it")
    if version != len(applied) or applied != known[:version] or schema != _expected_schema(known[version:]):
        raise LibraryIndexError(path, _STRANGE)
    return known[version:]


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Apply what is pending, all of it or, on any failure, nothing; back up an index that holds tracks first.

    Raises
    ------
    LibraryIndexError
        As for `inspect`.
    sqlite3.Error
        The index or its backup can't be written.
    """
    connection.execute("BEGIN IMMEDIATE")  # another process may be at the same work
    try:
        if pending := inspect(connection, path):
            if pending != _names() and connection.execute("SELECT 1 FROM tracks LIMIT 1").fetchone():
                _back_up(path, path.with_name(f"{path.stem}.before-{pending[0]}.db"))
            MIGRATIONS.apply(_wrap(connection))
            connection.execute(f"PRAGMA user_version = {len(_names())}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def migration_names() -> list[str]:
    """Names of all migrations there are, in their order."""
    return _names()


def lay_out(connection: sqlite3.Connection, version: int) -> None:
    """Make the tables of an empty database as the first `version` migrations do."""
    MIGRATIONS.apply(_wrap(connection), stop_before=_names()[version:])
    connection.execute(f"PRAGMA user_version = {version}")


def _back_up(path: Path, backup: Path) -> None:
    """Copy the index as it is committed; a copy that was cut short never bears the backup's name."""
    partial = unfinished(backup)
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(partial)) as target:
            source.backup(target)
        put_in_place(partial, backup)
    except OSError as error:
        raise LibraryIndexError(backup, f"the backup before an update can't be written: {error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)


def _read_schema(connection: sqlite3.Connection) -> dict[str, tuple[str, str, str]]:
    """Kind, table and SQL of everything in a database, by name.

    The SQL is left out where another library words it, as it may change its wording: the text index's own tables and
    the record of migrations. SQLite's statistics may come and go.
    """
    schema = {}
    for name, kind, table, sql in connection.execute("SELECT name, type, tbl_name, sql FROM sqlite_master"):
        if not name.startswith("sqlite_stat"):
            worded_elsewhere = name.startswith(("tracks_text_", MIGRATIONS.migrations_table)) and kind == "table"
            schema[name] = (kind, table, "" if worded_elsewhere or table == MIGRATIONS.migrations_table else sql)
    return schema


def _expected_schema(pending: list[str]) -> dict[str, tuple[str, str, str]]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        MIGRATIONS.apply(_wrap(connection), stop_before=pending)
        return _read_schema(connection)


def _names() -> list[str]:
    with closing(sqlite3.connect(":memory:")) as connection:
        return [migration.name for migration in MIGRATIONS.pending(_wrap(connection))]


def _wrap(connection: sqlite3.Connection) -> sqlite_utils.Database:
    return sqlite_utils.Database(connection, recursive_triggers=False, execute_plugins=False)
