from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import wait
from contextlib import closing
from pathlib import Path

import pytest
from index_samples import sample_record

from tagger_app.errors import LibraryIndexError, LockedIndexError
from tagger_app.index import writer as writer_module
from tagger_app.index.changes import PutFailure, PutTrack
from tagger_app.index.connection import open_for_reading, open_for_writing
from tagger_app.index.tracks import get_track, known_files
from tagger_app.index.writer import IndexWriter


def n_tracks(path: Path) -> int:
    with closing(open_for_reading(path)) as connection:
        return len(known_files(connection, "/music"))


def test_a_batch_is_committed_when_it_is_full(index_path):
    with IndexWriter(index_path, batch_size=5, batch_s=1e6) as writer:
        for number in range(12):
            writer.put(PutTrack(sample_record(f"/music/{number}.flac")))
        while (n_committed := n_tracks(index_path)) < 10:
            pass
        assert n_committed == 10
    assert n_tracks(index_path) == 12


def test_a_batch_is_committed_when_it_is_old(index_path):
    with IndexWriter(index_path, batch_size=1_000, batch_s=0.01) as writer:
        writer.put(PutTrack(sample_record("/music/a.flac")))
        while not n_tracks(index_path):
            pass


def test_flush_returns_when_everything_is_committed(index_path):
    with IndexWriter(index_path, batch_size=1_000, batch_s=1e6) as writer:
        for number in range(100):
            writer.put(PutTrack(sample_record(f"/music/{number}.flac")))
        writer.flush()
        assert n_tracks(index_path) == 100


def test_more_changes_than_the_queue_holds_from_several_threads(index_path):
    def put(first: int) -> None:
        for number in range(first, first + 400):
            writer.put(PutFailure(f"/music/{number}.flac", 1, 1, "is empty"))

    with IndexWriter(index_path) as writer:
        threads = [threading.Thread(target=put, args=(first,)) for first in range(0, 2_000, 400)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert n_tracks(index_path) == 2_000


def test_what_was_handed_over_is_kept_when_the_caller_is_interrupted(index_path):
    def scan() -> None:
        with IndexWriter(index_path) as writer:
            writer.put(PutTrack(sample_record("/music/a.flac")))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scan()
    assert n_tracks(index_path) == 1


def test_a_closed_writer_takes_nothing(index_path):
    with IndexWriter(index_path) as writer:
        pass
    writer.close()
    with pytest.raises(ValueError, match="closed"):
        writer.put(PutTrack(sample_record("/music/a.flac")))


class Broken:
    def apply(self, connection, now):
        connection.execute("DELETE FROM tracks")
        raise ZeroDivisionError("a bug")


def test_a_bug_in_the_thread_is_raised_in_the_caller(index_path):
    def scan() -> None:
        with IndexWriter(index_path) as writer:
            writer.put(PutTrack(sample_record("/music/a.flac")))
            writer.flush()
            writer.put(PutTrack(sample_record("/music/b.flac")))
            writer.run(Broken())

    with pytest.raises(ZeroDivisionError):
        scan()
    assert n_tracks(index_path) == 1


def test_an_error_that_no_call_has_raised_is_raised_on_closing(index_path):
    writer = IndexWriter(index_path, batch_s=1e6)
    writer.put(Broken())
    with pytest.raises(ZeroDivisionError):
        writer.close()


def test_callers_do_not_wait_for_a_thread_that_has_failed(index_path):
    writer = IndexWriter(index_path, batch_size=1)
    with pytest.raises(ZeroDivisionError):
        writer.run(Broken())
    for call in (writer.flush, writer.forget_missing, lambda: writer.put(Broken()), writer.close):
        with pytest.raises(ZeroDivisionError):
            call()


def test_a_full_disk_is_told_and_what_was_committed_stays(index_path, monkeypatch):
    def open_with_little_room(path, **options):
        connection = open_for_writing(path, **options)
        connection.execute("PRAGMA max_page_count = 200")
        return connection

    monkeypatch.setattr(writer_module, "open_for_writing", open_with_little_room)

    def fill() -> None:
        with IndexWriter(index_path, batch_size=10, batch_s=1e6) as writer:
            for number in range(100_000):
                writer.put(PutTrack(sample_record(f"/music/{number}.flac")))

    with pytest.raises(LibraryIndexError, match="the disk is full"):
        fill()
    n_committed = n_tracks(index_path)
    assert n_committed
    assert n_committed % 10 == 0
    with closing(sqlite3.connect(index_path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_whoever_waits_is_told_of_a_lock_and_the_rest_is_kept(index_path):
    with closing(open_for_writing(index_path)) as other, IndexWriter(index_path, busy_timeout_s=0.05) as writer:
        other.execute("BEGIN IMMEDIATE")
        writer.put(PutTrack(sample_record("/music/a.flac")))
        with pytest.raises(LockedIndexError, match="locked by another program"):
            writer.run(PutTrack(sample_record("/music/b.flac")))
        with pytest.raises(LockedIndexError, match="locked by another program"):
            writer.flush()
        flushed = writer.begin_flush()
        assert not wait((flushed,), 0.3).done
        assert writer.locked_for_s > 0.3
        other.execute("ROLLBACK")
        flushed.result(timeout=30.0)
        assert writer.locked_for_s == 0.0
    assert n_tracks(index_path) == 1


def test_a_lock_that_is_not_released_is_told_on_closing(index_path):
    def put(interruption: type[BaseException] | None) -> None:
        with IndexWriter(index_path, busy_timeout_s=0.05) as writer:
            writer.put(PutTrack(sample_record("/music/a.flac")))
            if interruption:
                raise interruption

    with closing(open_for_writing(index_path)) as other:
        other.execute("BEGIN IMMEDIATE")
        for interruption in (None, KeyboardInterrupt):
            with pytest.raises(LockedIndexError):
                put(interruption)
        other.execute("ROLLBACK")
    assert n_tracks(index_path) == 0


def test_a_lock_that_is_released_is_waited_for(index_path):
    with closing(open_for_writing(index_path)) as other, IndexWriter(index_path) as writer:
        other.execute("BEGIN IMMEDIATE")
        writer.put(PutTrack(sample_record("/music/a.flac")))
        other.execute("ROLLBACK")
        writer.flush()
    assert n_tracks(index_path) == 1


_ENDLESS_SCAN = """
import itertools, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from index_samples import sample_record
from tagger_app.index.changes import PutTrack
from tagger_app.index.writer import IndexWriter

with IndexWriter(Path(sys.argv[1]), batch_size=7, batch_s=1e6) as writer:
    for number in itertools.count():
        writer.put(PutTrack(sample_record(f"/music/{number}.flac")))
        if number == 7 * 7 - 1:
            writer.flush()
            print("started", flush=True)
"""


def test_a_killed_scan_leaves_whole_batches(index_path):
    for delay_s in (0.0, 0.03, 0.11):
        command = [sys.executable, "-c", _ENDLESS_SCAN, str(index_path), str(Path(__file__).parent)]
        index_path.unlink(missing_ok=True)
        for leftover in index_path.parent.glob("library.db-*"):
            leftover.unlink()
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"started\n"
            threading.Event().wait(delay_s)
            process.kill()
        with closing(open_for_writing(index_path)) as connection:
            assert connection.fetch("PRAGMA integrity_check") == [("ok",)]
            connection.execute("INSERT INTO tracks_text (tracks_text, rank) VALUES ('integrity-check', 1)")
            n_committed = len(known_files(connection, "/music"))
            assert n_committed >= 49
            assert n_committed % 7 == 0
            for table in ("curves", "overviews", "embeddings"):
                assert connection.fetch(f"SELECT count(*) FROM {table}") == [(n_committed,)]
            assert get_track(connection, "/music/0.flac") is not None
        with IndexWriter(index_path) as writer:
            writer.put(PutTrack(sample_record("/music/after.flac")))
        assert n_tracks(index_path) == n_committed + 1
