from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tag_samples import make_audio

from tagger_app.errors import LibraryIndexError
from tagger_app.tagging.containers import read_metadata
from tagger_app.tagging.fields import Changes
from tagger_app.tagging.journal import Journal, journal_path, new_batch
from tagger_app.tagging.journal_records import State
from tagger_app.tagging.undo import undo_writes
from tagger_app.tagging.write import clear_fields, write_fields

Make = Callable[..., Path]


def _action(value: str | None) -> Changes:
    return {"FILMGENRE_ACTION": (value,) if value else None}


def test_where_it_lies() -> None:
    assert journal_path(Path("/music/library.db")) == Path("/music/library.tag-journal.db")


def test_batches_are_unique_and_sorted() -> None:
    batches = [new_batch() for _ in range(5)]
    assert len(set(batches)) == 5


def test_an_entry_says_everything(make: Make, journal: Journal) -> None:
    path = make("flac")
    start = datetime.now(UTC) - timedelta(milliseconds=1)
    write_fields(str(path), {**_action("0.50"), "FILMGENRE": ("Drama", "Crime")}, journal, "one")
    (entry,) = journal.entries()
    assert (entry.batch, entry.path, entry.real_path) == ("one", str(path), os.path.realpath(path))
    assert start <= entry.time <= datetime.now(UTC)
    assert entry.old == {"FILMGENRE_ACTION": None, "FILMGENRE": None}
    assert entry.new == {"FILMGENRE_ACTION": ("0.50",), "FILMGENRE": ("Drama", "Crime")}
    assert entry.state is State.DONE
    assert len(entry.fingerprint) == 32


def test_it_is_safe_against_power_failure(journal: Journal) -> None:
    assert journal._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert journal._connection.execute("PRAGMA synchronous").fetchone() == (2,)


def test_it_outlives_the_process(make: Make, tmp_path: Path) -> None:
    path = make("flac")
    database = tmp_path / os.fsdecode(b"state \xff") / "j.db"
    with Journal.open(database) as journal:
        write_fields(str(path), _action("0.50"), journal, "b")
    with Journal.open(database) as journal:
        assert [entry.path for entry in journal.entries()] == [str(path)]


def test_a_newer_journal_is_refused(tmp_path: Path) -> None:
    database = tmp_path / "j.db"
    Journal.open(database).close()
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(LibraryIndexError, match=r"newer Cuefit .*version 99"):
        Journal.open(database)


def test_a_journal_of_the_first_version_goes_on(make: Make, tmp_path: Path) -> None:
    path, database = make("flac"), tmp_path / "j.db"
    with Journal.open(database) as journal:
        write_fields(str(path), _action("0.50"), journal, "b")
    connection = sqlite3.connect(database)
    connection.executescript("DROP TABLE undo; PRAGMA user_version = 1")
    connection.close()
    with Journal.open(database) as journal:
        (result,) = undo_writes(journal)
        assert result.restored == ("FILMGENRE_ACTION",)
        assert [entry.state for entry in journal.entries()] == [State.UNDONE]
        assert journal.undos() == []


def test_what_isnt_a_journal_is_refused(tmp_path: Path) -> None:
    database = tmp_path / "j.db"
    connection = sqlite3.connect(database)
    connection.execute("CREATE TABLE t (x)")
    connection.close()
    original = database.read_bytes()
    with pytest.raises(LibraryIndexError, match="isn't a journal"):
        Journal.open(database)
    assert database.read_bytes() == original
    database.write_bytes(b"just some text, longer than a header of SQLite" * 40)
    with pytest.raises(LibraryIndexError, match="can't be used"):
        Journal.open(database)
    with pytest.raises(LibraryIndexError):
        Journal.open(tmp_path / "j.db" / "below a file.db")


def test_several_writes_are_undone_to_the_oldest(make: Make, journal: Journal) -> None:
    path = make("mp3")
    original = path.read_bytes()
    for value in ("0.10", "0.20", "0.10", "0.30"):
        write_fields(str(path), _action(value), journal, value)
    (result,) = undo_writes(journal)
    assert (result.restored, result.kept, result.error) == (("FILMGENRE_ACTION",), (), None)
    assert path.read_bytes() == original
    assert {entry.state for entry in journal.entries()} == {State.UNDONE}
    assert list(undo_writes(journal)) == []


def test_one_run_is_undone(make: Make, journal: Journal) -> None:
    path = make("mp3")
    write_fields(str(path), _action("0.10"), journal, "first")
    write_fields(str(path), {**_action("0.20"), "FILMGENRE": ("Drama",)}, journal, "second")
    (result,) = undo_writes(journal, batch="second")
    assert set(result.restored) == {"FILMGENRE_ACTION", "FILMGENRE"}
    assert read_metadata(path).fields == {"FILMGENRE_ACTION": ("0.10",)}


def test_a_run_below_a_later_one_is_kept(make: Make, journal: Journal) -> None:
    path = make("mp3")
    write_fields(str(path), {**_action("0.10"), "FILMGENRE": ("Drama",)}, journal, "first")
    write_fields(str(path), _action("0.20"), journal, "second")
    (result,) = undo_writes(journal, batch="first")
    assert result.restored == ("FILMGENRE",)
    assert result.kept == ("FILMGENRE_ACTION",)
    assert read_metadata(path).fields == {"FILMGENRE_ACTION": ("0.20",)}


@pytest.mark.parametrize("kind", ["mp3", "flac", "m4a"])
def test_a_field_that_another_program_changed_is_kept(kind: str, make: Make, journal: Journal, tmp_path: Path) -> None:
    path = make(kind)
    write_fields(str(path), {**_action("0.10"), "FILMGENRE": ("Drama",)}, journal, "b")
    with Journal.open(tmp_path / "another program's.db") as other:
        write_fields(str(path), _action("0.99"), other, "b")
    (result,) = undo_writes(journal)
    assert (result.restored, result.kept) == (("FILMGENRE",), ("FILMGENRE_ACTION",))
    assert read_metadata(path).fields == {"FILMGENRE_ACTION": ("0.99",)}
    # Nothing of ours is left: a second try changes nothing.
    inode = path.stat().st_ino
    assert list(undo_writes(journal)) == []
    assert path.stat().st_ino == inode


def test_a_file_of_which_nothing_can_be_restored(make: Make, journal: Journal, tmp_path: Path) -> None:
    path = make("mp3")
    write_fields(str(path), _action("0.10"), journal, "b")
    with Journal.open(tmp_path / "another program's.db") as other:
        write_fields(str(path), _action("0.99"), other, "b")
    (result,) = undo_writes(journal)
    assert (result.restored, result.kept, result.written) == ((), ("FILMGENRE_ACTION",), None)
    assert [entry.state for entry in journal.entries()] == [State.DONE]


def test_other_audio_under_the_same_name_is_left_alone(make: Make, journal: Journal) -> None:
    path = make("mp3")
    write_fields(str(path), _action("0.10"), journal, "b")
    make("mp3", seed=7)
    original = path.read_bytes()
    (result,) = undo_writes(journal)
    assert result.error
    assert "other audio" in result.error.reason
    assert path.read_bytes() == original


def test_files_that_cant_be_undone_dont_stop_the_others(make: Make, journal: Journal) -> None:
    paths = [make("mp3", name=name) for name in ("a", "b", "c", "d")]
    for path in paths:
        write_fields(str(path), _action("0.10"), journal, "b")
    paths[1].unlink()
    paths[2].chmod(0o444)
    results = {Path(result.path).name: result for result in undo_writes(journal)}
    assert list(results) == ["d.mp3", "c.mp3", "b.mp3", "a.mp3"]
    reasons = {name: result.error.reason if result.error else None for name, result in results.items()}
    assert reasons["a.mp3"] is None
    assert reasons["b.mp3"] == "has vanished"
    assert "read-only" in (reasons["c.mp3"] or "")
    assert reasons["d.mp3"] is None
    paths[2].chmod(0o644)
    assert [Path(result.path).name for result in undo_writes(journal) if not result.error] == ["c.mp3"]


def test_a_crash_after_undoing_before_noting_it(make: Make, journal: Journal) -> None:
    path = make("mp3")
    for value in ("0.10", "0.20"):
        write_fields(str(path), _action(value), journal, "b")
    done = [entry.entry_id for entry in journal.entries()]
    assert len(list(undo_writes(journal))) == 1
    journal.mark(done, State.DONE)
    (result,) = undo_writes(journal)
    assert (result.restored, result.kept, result.error) == (("FILMGENRE_ACTION",), (), None)
    assert result.written
    assert not result.written.changed
    assert {entry.state for entry in journal.entries()} == {State.UNDONE}


def test_undoing_a_removal(make: Make, journal: Journal) -> None:
    path = make("mp3")
    write_fields(str(path), {**_action("0.10"), "FILMGENRE_USER": ("Drama", "Crime")}, journal, "first")
    before = read_metadata(path).fields
    clear_fields(str(path), journal, "second", user_too=True)
    assert not read_metadata(path).has_tag
    (result,) = undo_writes(journal, batch="second")
    assert not result.error
    assert read_metadata(path).fields == before


def test_selection_by_path_folder_and_time(tmp_path: Path, journal: Journal) -> None:
    for folder in ("score", "score 2", "score/reel"):
        (tmp_path / folder).mkdir()
        path = make_audio(tmp_path / folder, "mp3")
        write_fields(str(path), _action("0.10"), journal, folder)
    assert {entry.batch for entry in journal.entries(paths=[str(tmp_path / "score")])} == {"score", "score/reel"}
    assert [entry.batch for entry in journal.entries(paths=[str(tmp_path / "score 2" / "cue.mp3")])] == ["score 2"]
    assert journal.entries(paths=[]) == []
    many = [str(tmp_path / f"cue {number}.mp3") for number in range(5000)]
    assert journal.entries(paths=[*many, str(tmp_path / "score 2")])[0].batch == "score 2"
    newest = journal.entries()[0]
    assert journal.entries(since=newest.time + timedelta(seconds=1)) == []
    assert journal.entries(since=newest.time.astimezone())[0] == newest
    with pytest.raises(ValueError, match="time zone"):
        journal.entries(since=datetime(2026, 1, 1))
    assert len(list(undo_writes(journal, paths=[str(tmp_path / "score")]))) == 2
    assert read_metadata(tmp_path / "score 2" / "cue.mp3").fields
