from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tagger_app.database import one_snapshot, use_write_ahead_log
from tagger_app.errors import LibraryIndexError
from tagger_app.index.writer import IndexWriter
from tagger_app.tagging.journal import Journal


@pytest.mark.parametrize("open_file", [Journal.open, IndexWriter], ids=["journal", "index"])
def test_many_create_the_same_file_at_once(tmp_path: Path, open_file: Callable[[Path], Journal | IndexWriter]) -> None:
    refused: list[LibraryIndexError] = []

    def open_and_close(path: Path, barrier: threading.Barrier) -> None:
        barrier.wait()
        try:
            open_file(path).close()
        except LibraryIndexError as error:
            refused.append(error)

    for turn in range(10):
        barrier = threading.Barrier(6)
        arguments = (tmp_path / f"{turn}.db", barrier)
        threads = [threading.Thread(target=open_and_close, args=arguments) for _ in range(barrier.parties)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not refused


def test_a_snapshot_sees_nothing_of_what_is_written_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "file.db"
    with closing(sqlite3.connect(path)) as reader, closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        with one_snapshot(reader), one_snapshot(reader):  # one within another is still one
            assert reader.execute("PRAGMA user_version").fetchone() == (0,)
            writer.execute("PRAGMA user_version = 7")
            assert reader.execute("PRAGMA user_version").fetchone() == (0,)
        assert reader.execute("PRAGMA user_version").fetchone() == (7,)


class TestWriteAheadLog:
    def test_waits_for_one_who_writes(self, tmp_path: Path) -> None:
        path = tmp_path / "file.db"
        with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as writer:
            writer.execute("BEGIN EXCLUSIVE")
            threading.Timer(0.2, writer.rollback).start()
            with closing(sqlite3.connect(path, timeout=0.0)) as connection:
                use_write_ahead_log(connection, 30.0)
                assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)

    def test_gives_up_in_time(self, tmp_path: Path) -> None:
        path = tmp_path / "file.db"
        with closing(sqlite3.connect(path, isolation_level=None)) as writer:
            writer.execute("BEGIN EXCLUSIVE")
            with closing(sqlite3.connect(path, timeout=0.0)) as connection:
                started = time.monotonic()
                with pytest.raises(sqlite3.OperationalError, match="locked"):
                    use_write_ahead_log(connection, 0.1)
                assert time.monotonic() - started >= 0.1

    def test_other_errors_are_not_waited_for(self, tmp_path: Path) -> None:
        path = tmp_path / "file.db"
        path.write_text("no database at all, but some other text")
        with closing(sqlite3.connect(path)) as connection, pytest.raises(sqlite3.DatabaseError, match="not a database"):
            use_write_ahead_log(connection, 30.0)
