"""The journal of tag writes, from which they can be undone: a SQLite file beside the index, kept for good."""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from tagger_app.database import one_snapshot, use_write_ahead_log
from tagger_app.errors import LibraryIndexError
from tagger_app.tagging.fields import USER_FIELD, Changes
from tagger_app.tagging.journal_records import Batch, Entry, State, Undo
from tagger_app.tagging.journal_rows import (
    ENTRY_COLUMNS,
    UNDO_COLUMNS,
    decode_batch,
    decode_entry,
    decode_path,
    decode_undo,
)
from tagger_app.tagging.journal_schema import SCHEMA_VERSION, check_layout, pending_statements

_BUSY_S = 30.0


def journal_path(index_path: Path) -> Path:
    """Where the journal of an index lies: ``library.tag-journal.db`` beside ``library.db``."""
    return index_path.with_name(f"{index_path.stem}.tag-journal{index_path.suffix}")


def new_batch() -> str:
    """A name for a run of writes that sorts by time and is never used twice: ``20261122T154400Z-5f0c9a1b``."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"


class Journal:
    """An open journal; for one thread. Other processes may have it open too."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection

    @classmethod
    def open(cls, path: Path | str) -> Self:
        """Open a journal, and create it if there is none.

        Raises
        ------
        LibraryIndexError
            It can't be read and written, is no journal, or is of a newer version.
        """
        path = Path(path)
        with _journal_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None)
            journal = cls(path, connection)
            try:
                journal._prepare()
            except BaseException:
                connection.close()
                raise
            return journal

    def close(self) -> None:
        """Close it; no write is ever pending."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def record(
        self,
        *,
        batch: str,
        path: str,
        real_path: str,
        temporary: str,
        fingerprint: str,
        had_tag: bool,
        old: Changes,
        new: Changes,
    ) -> int:
        """Note a write before it is made; the entry is on the disk when this returns its id."""
        row = (
            batch,
            datetime.now(UTC).isoformat(timespec="milliseconds"),
            os.fsencode(path),
            os.fsencode(real_path),
            temporary,
            fingerprint,
            had_tag,
            json.dumps(old),
            json.dumps(new),
        )
        with _journal_errors(self.path):
            cursor = self._connection.execute(
                "INSERT INTO write (batch, time, path, real_path, temporary, fingerprint, had_tag, old, new, state)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'intended')",
                row,
            )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def mark(self, entry_ids: Iterable[int], state: State) -> None:
        """Note what became of writes, all at once: by whoever made them, whatever others have concluded meanwhile."""
        with _journal_errors(self.path), self._transaction("IMMEDIATE"):
            self._mark(entry_ids, state)

    def conclude(self, entry_id: int, state: State) -> None:
        """Note what seems to have become of a write, unless whoever made it has noted it meanwhile."""
        with _journal_errors(self.path):
            update = "UPDATE write SET state = ? WHERE id = ? AND state = 'intended'"
            self._connection.execute(update, (state.value, entry_id))

    def begin_undo(self, real_path: str, temporary: str, restored: Changes, entry_ids: Sequence[int]) -> int:
        """Note an undo before it is made; it is on the disk when this returns its id."""
        row = (os.fsencode(real_path), temporary, json.dumps(restored), json.dumps(list(entry_ids)))
        with _journal_errors(self.path):
            insert = "INSERT INTO undo (real_path, temporary, restored, writes) VALUES (?, ?, ?, ?)"
            undo_id = self._connection.execute(insert, row).lastrowid
        assert undo_id is not None
        return undo_id

    def end_undo(self, undo_id: int | None, undone: Iterable[int]) -> None:
        """Note which writes an undo took back, none if it wasn't made, and forget the undo itself, all at once."""
        with _journal_errors(self.path), self._transaction("IMMEDIATE"):
            self._mark(undone, State.UNDONE)
            self._connection.execute("DELETE FROM undo WHERE id = ?", (undo_id,))

    def undos(self) -> list[Undo]:
        """Undos that were begun and not ended; what makes no sense is left out, here and below."""
        with _journal_errors(self.path):
            rows = self._connection.execute(f"SELECT {UNDO_COLUMNS} FROM undo ORDER BY id")
            return [undo for row in rows if (undo := decode_undo(row))]

    def entries(
        self,
        *,
        paths: Sequence[str] | None = None,
        since: datetime | None = None,
        batch: str | None = None,
        states: Sequence[State] = tuple(State),
        limit: int | None = None,
        offset: int = 0,
    ) -> list[Entry]:
        """Entries, newest first.

        Parameters
        ----------
        paths : only of these files, and of files below these folders; all if None
        since : only from this time on; must have a time zone
        batch : only of this run
        states : only those that came to this
        limit, offset : how many, and how many to pass over; all if None
        """
        with _journal_errors(self.path):
            where, values = self._condition(paths, since, batch, states)
            query = f"SELECT {ENTRY_COLUMNS} FROM write WHERE {where} ORDER BY id DESC LIMIT ? OFFSET ?"
            page = (-1 if limit is None else limit, offset)
            rows = self._connection.execute(query, (*values, *page))
            return [entry for row in rows if (entry := decode_entry(row))]

    def batches(self, limit: int = 200) -> list[Batch]:
        """Runs with writes that could be undone, the latest first."""
        query = (
            "SELECT batch, min(time), max(time), count(DISTINCT real_path), min(new LIKE ?) FROM write"
            " WHERE state = 'done' GROUP BY batch ORDER BY max(id) DESC LIMIT ?"
        )
        with _journal_errors(self.path):
            rows = self._connection.execute(query, (f'{{"{USER_FIELD}": %', limit))
            return [batch for row in rows if (batch := decode_batch(row))]

    def count(
        self, *, paths: Sequence[str] | None = None, since: datetime | None = None, batch: str | None = None
    ) -> tuple[int, int]:
        """How many writes could be undone, and of how many files; parameters as in `entries`."""
        with _journal_errors(self.path):
            where, values = self._condition(paths, since, batch, (State.DONE,))
            query = f"SELECT count(*), count(DISTINCT real_path) FROM write WHERE {where}"
            n_writes, n_files = self._connection.execute(query, values).fetchone()
            return int(n_writes), int(n_files)

    def changed_files(
        self, *, paths: Sequence[str] | None = None, since: datetime | None = None, batch: str | None = None
    ) -> list[str]:
        """Real paths of files with writes that could be undone, the last written first; parameters as in `entries`."""
        with _journal_errors(self.path):
            where, values = self._condition(paths, since, batch, (State.DONE,))
            query = f"SELECT real_path FROM write WHERE {where} GROUP BY real_path ORDER BY max(id) DESC"
            return [path for row in self._connection.execute(query, values) if (path := decode_path(row[0]))]

    def _condition(
        self, paths: Sequence[str] | None, since: datetime | None, batch: str | None, states: Sequence[State]
    ) -> tuple[str, list[str]]:
        terms = ["(" + " OR ".join(f"state = '{state.value}'" for state in states) + ")"]
        values = []
        if paths is not None:
            self._connection.execute("CREATE TEMP TABLE IF NOT EXISTS wanted (path BLOB, low BLOB, high BLOB)")
            self._connection.execute("DELETE FROM wanted")
            self._connection.executemany("INSERT INTO wanted VALUES (?, ?, ?)", _ranges(paths))
            selections = [
                f"SELECT write.id FROM wanted CROSS JOIN write ON {condition}"
                for column in ("write.path", "write.real_path")
                for condition in (f"{column} = wanted.path", f"{column} > low AND {column} < high")
            ]
            terms.append(f"id IN ({' UNION '.join(selections)})")
        if since is not None:
            if since.tzinfo is None:
                raise ValueError("a time without a time zone")
            terms.append("time >= ?")
            values.append(since.astimezone(UTC).isoformat(timespec="milliseconds"))
        if batch is not None:
            terms.append("batch = ?")
            values.append(batch)
        return " AND ".join(terms), values

    def _mark(self, entry_ids: Iterable[int], state: State) -> None:
        rows = [(state.value, entry_id) for entry_id in entry_ids]
        self._connection.executemany("UPDATE write SET state = ? WHERE id = ?", rows)

    @contextmanager
    def _transaction(self, kind: str) -> Iterator[None]:
        self._connection.execute(f"BEGIN {kind}")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            self._connection.rollback()
            raise

    def _prepare(self) -> None:
        connection = self._connection
        # A damaged byte must not keep all rows from being read.
        connection.text_factory = _decode_text
        connection.execute("PRAGMA trusted_schema = OFF")
        with one_snapshot(connection):
            version = check_layout(connection, self.path)
        use_write_ahead_log(connection, _BUSY_S)
        connection.execute("PRAGMA synchronous = FULL")
        if version < SCHEMA_VERSION:
            with self._transaction("EXCLUSIVE"):
                # Another process may have been quicker.
                for statement in pending_statements(connection):
                    connection.execute(statement)


def _decode_text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _ranges(paths: Sequence[str]) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Each path, as named and without links, and the bounds between which everything below it sorts."""
    for path in paths:
        for name in {os.path.abspath(path), os.path.realpath(path)}:  # noqa: PTH100
            encoded = os.fsencode(name)
            low = encoded.rstrip(os.fsencode(os.sep)) + os.fsencode(os.sep)
            yield encoded, low, low[:-1] + bytes([low[-1] + 1])


@contextmanager
def _journal_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise LibraryIndexError(path, f"the journal of tag writes can't be used ({error})") from error
    except OSError as error:
        raise LibraryIndexError(path, error.strerror or str(error)) from error
