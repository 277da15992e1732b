"""Checking, backing up and repairing an index, with really damaged files."""

from __future__ import annotations

import random
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from index_samples import sample_record, sample_sound

from tagger_app.errors import LibraryIndexError
from tagger_app.index import migrations
from tagger_app.index import repair as repairing
from tagger_app.index.backup import back_up
from tagger_app.index.changes import PutFailure, PutTrack, RecordScan, SetUserGenres
from tagger_app.index.check import check_index
from tagger_app.index.connection import open_for_reading, open_for_writing
from tagger_app.index.query import parse_query
from tagger_app.index.repair import repair_index
from tagger_app.index.search import search
from tagger_app.index.tracks import get_track, known_files
from tagger_app.index.writer import IndexWriter

N_TRACKS = 300
PAGE = 4096

Store = Callable[..., None]


@pytest.fixture
def filled(index_path: Path, store: Store) -> Path:
    paths = [f"/music/{number:04}.flac" for number in range(N_TRACKS)]
    sounds = {paths[4]: sample_sound(), paths[5]: sample_sound(seed=1)}
    store(*(PutTrack(sample_record(path, title=f"Cue {path[7:11]}", sound=sounds.get(path))) for path in paths))
    store(SetUserGenres(paths[7], ("Thriller",)), PutFailure("/music/bad.mp3", 1, 1, "bad"), RecordScan("/music"))
    return index_path


def _tracks(path: Path) -> dict[str, object]:
    with closing(open_for_reading(path)) as connection:
        found = {name: get_track(connection, name) for name in known_files(connection, "/music")}
    return dict(found)


def _page_numbers(path: Path, name: str) -> list[int]:
    """Pages of a table or index, found by asking SQLite which pages an integrity check misses without it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    data = path.read_bytes()
    pages, waiting = [], [root]
    while waiting:
        number = waiting.pop()
        pages.append(number)
        page = data[(number - 1) * PAGE : number * PAGE]
        start = 100 if number == 1 else 0
        if page[start] in (0x02, 0x05):
            n_cells = int.from_bytes(page[start + 3 : start + 5], "big")
            waiting.append(int.from_bytes(page[start + 8 : start + 12], "big"))
            for cell in range(n_cells):
                at = int.from_bytes(page[start + 12 + 2 * cell : start + 14 + 2 * cell], "big")
                waiting.append(int.from_bytes(page[at : at + 4], "big"))
    return pages


def _overwrite(path: Path, page: int, seed: int = 1, start: int = 0) -> None:
    with path.open("r+b") as file:
        file.seek((page - 1) * PAGE + start)
        file.write(random.Random(seed).randbytes(PAGE - start))


def _content(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if not file.name.endswith(("-shm", "-wal"))}


def test_a_sound_index(filled: Path) -> None:
    before = _content(filled.parent)
    found = check_index(filled)
    assert (found.n_tracks, found.problems, found.skipped) == (N_TRACKS + 1, (), ())
    assert _content(filled.parent) == before
    with pytest.raises(LibraryIndexError, match="no index here"):
        check_index(filled.with_name("none.db"))


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        ("DELETE FROM curves WHERE track_id = 5", "1 analysed tracks lack their rows of curves"),
        ("UPDATE tracks SET title = 'Other' WHERE id = 5", "text index"),
        ("UPDATE tracks SET assigned = 'Thriller' WHERE id = 5", "track 5 holds values"),
        ("UPDATE sounds SET tiles = substr(tiles, 2) WHERE track_id = 5", "the sound of track 5"),
        ("UPDATE sounds SET motion = x'' WHERE track_id = 5", "the sound of track 5"),
        ("UPDATE sounds SET levels = 'text' WHERE track_id = 5", "the sound of track 5"),
        ("UPDATE sounds SET tile_s = 0.0 WHERE track_id = 5", "the sound of track 5"),
        ("UPDATE curves SET n_tiles = 6 WHERE track_id = 5", "the sound of track 5"),
        ("UPDATE embeddings SET data = x'0000' WHERE track_id = 5", "the sound of track 5"),
        ("PRAGMA foreign_keys = OFF; INSERT INTO curves VALUES (9999, 1, x'00')", "row 9999 of curves belongs"),
        ("CREATE TRIGGER t AFTER INSERT ON tracks BEGIN DELETE FROM tracks; END", "another program has changed it"),
    ],
)
def test_what_sqlite_itself_does_not_find(filled: Path, damage: str, expected: str) -> None:
    with closing(sqlite3.connect(filled, isolation_level=None)) as connection:
        connection.executescript(damage)
    assert any(expected in problem for problem in check_index(filled).problems)


def test_pages_overwritten_at_random_are_always_found(filled: Path) -> None:
    sound = filled.read_bytes()
    n_pages = len(sound) // PAGE
    chooser = random.Random(1)
    for seed in range(25):
        page = chooser.randrange(2, n_pages + 1)
        _overwrite(filled, page, seed)
        problems = check_index(filled).problems
        assert problems, f"page {page} of {n_pages}"
        filled.write_bytes(sound)
    assert not check_index(filled).problems


def test_repairing_a_sound_index_loses_nothing(filled: Path) -> None:
    before = _tracks(filled)
    content = filled.read_bytes()
    done = repair_index(filled)
    assert (done.kept["tracks"], done.dropped, done.lost_files) == (N_TRACKS + 1, {}, ())
    assert done.damaged.read_bytes() == content
    assert _tracks(filled) == before
    assert check_index(filled).problems == ()
    with closing(open_for_reading(filled)) as connection:
        assert [track.path for track in search(connection, parse_query('"cue 0012"'), "path", None)] == [
            "/music/0012.flac"
        ]
    with IndexWriter(filled) as writer:
        writer.put(PutTrack(sample_record("/music/new.flac")))
    assert len(_tracks(filled)) == N_TRACKS + 2
    assert _content(filled.parent).keys() == {"library.db", done.damaged.name}


def test_a_file_system_without_links(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = filled.read_bytes()

    def refuse(path: Path, target: Path) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    done = repair_index(filled)
    assert done.damaged.read_bytes() == content
    assert _content(filled.parent).keys() == {"library.db", done.damaged.name}


@pytest.mark.parametrize("table", ["tracks", "curves", "tracks_known", "tracks_text_data", "sqlite_autoindex_tracks_1"])
def test_a_lost_page_costs_no_more_than_what_stood_on_it(filled: Path, table: str) -> None:
    before = _tracks(filled)
    pages = _page_numbers(filled, table)
    assert len(pages) > 2
    _overwrite(filled, pages[-1])
    done = repair_index(filled)
    assert all("lack their rows of curves" in problem for problem in check_index(filled).problems)
    assert not check_index(filled).problems or table == "curves"
    after = _tracks(filled)
    assert after.items() <= before.items(), "nothing is made up"
    lost = before.keys() - after.keys()
    assert set(done.lost_files) == lost
    if table != "tracks":
        assert not lost
    else:
        assert 0 < len(lost) < 30


def test_repair_of_pages_overwritten_at_random(filled: Path) -> None:
    before = _tracks(filled)
    sound = filled.read_bytes()
    n_pages = len(sound) // PAGE
    chooser = random.Random(7)
    n_kept = 0
    for seed in range(12):
        for _ in range(chooser.choice((1, 3, 10))):
            # The first page too, where it is said where every table begins.
            _overwrite(filled, chooser.randrange(1, n_pages + 1), seed, chooser.choice((0, 0, 700)))
        done = repair_index(filled)
        after = _tracks(filled)
        assert after.keys() <= before.keys()
        for path, track in after.items():
            # A page that is half overwritten can hold other values that make sense.
            assert getattr(track, "path", "") == path
        n_kept += len(after)
        problems = check_index(filled).problems
        assert all("lack their rows" in problem for problem in problems), problems
        done.damaged.unlink()
        filled.write_bytes(sound)
    assert n_kept > 12 * N_TRACKS // 2


@pytest.mark.parametrize("n_bytes", [16, 100, PAGE])
def test_without_its_first_page(filled: Path, n_bytes: int) -> None:
    before = _tracks(filled)
    with filled.open("r+b") as file:
        file.write(b"\xff" * n_bytes)
    with pytest.raises(LibraryIndexError):
        check_index(filled)
    assert repair_index(filled).lost_files == ()
    assert _tracks(filled) == before
    assert check_index(filled).problems == ()


def test_cut_short(filled: Path) -> None:
    data = filled.read_bytes()
    filled.write_bytes(data[: len(data) * 2 // 3])
    done = repair_index(filled)
    assert 0 < done.kept["tracks"] <= N_TRACKS + 1
    assert not [problem for problem in check_index(filled).problems if "lack" not in problem]


def test_rows_that_make_no_sense_are_dropped(filled: Path) -> None:
    with closing(sqlite3.connect(filled, isolation_level=None)) as connection:
        connection.execute("UPDATE tracks SET assigned = 'Thriller' WHERE id = 5")
        connection.execute("UPDATE tracks SET path = x'0001' WHERE id = 6")
        connection.execute("UPDATE tracks SET duration_s = 'long' WHERE id = 7")
        connection.execute("UPDATE curves SET data = 'text' WHERE track_id = 8")
    done = repair_index(filled)
    assert done.dropped["tracks"] == 3
    assert done.dropped["curves"] >= 4
    assert done.kept["tracks"] == N_TRACKS + 1 - 3


def test_a_sound_that_makes_no_sense_is_dropped_and_heard_again(filled: Path) -> None:
    with closing(sqlite3.connect(filled, isolation_level=None)) as connection:
        connection.execute("UPDATE sounds SET motion = x'00' WHERE track_id = 5")
    done = repair_index(filled)
    assert (done.kept["sounds"], done.dropped) == (1, {"sounds": 1})
    assert check_index(filled).problems == ()
    with closing(open_for_reading(filled)) as connection:
        found = connection.fetch("SELECT id FROM tracks WHERE bundle IS NULL AND failure = ''")
    assert found == [(5,)]


def test_an_index_of_an_older_version_is_repaired_and_brought_up_to_date(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = migrations.MIGRATIONS
    newer = type(known)(known.name)
    for migration in known._migrations:
        newer(name=migration.name)(migration.fn)
    newer(name="add_smell")(lambda database: database.conn.execute("ALTER TABLE tracks ADD COLUMN smell TEXT"))
    before = _tracks(filled)
    _overwrite(filled, _page_numbers(filled, "tracks_known")[-1])
    monkeypatch.setattr(migrations, "MIGRATIONS", newer)
    repair_index(filled)
    with closing(open_for_writing(filled)) as connection:
        assert connection.fetch("SELECT count(*), count(smell) FROM tracks") == [(N_TRACKS + 1, 0)]
    assert _tracks(filled) == before
    monkeypatch.setattr(migrations, "MIGRATIONS", known)
    content = _content(filled.parent)
    with pytest.raises(LibraryIndexError, match="newer version"):
        repair_index(filled)
    assert "newer version" in check_index(filled).problems[0]
    assert _content(filled.parent) == content


def test_what_must_not_be_repaired(filled: Path) -> None:
    other = filled.with_name("other.db")
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE songs (id)")
    with pytest.raises(LibraryIndexError, match="another program"):
        repair_index(other)
    with pytest.raises(LibraryIndexError, match="no index here"):
        repair_index(filled.with_name("none.db"))
    with closing(open_for_writing(filled)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(LibraryIndexError, match="in use"):
            repair_index(filled)


@pytest.mark.parametrize("step", ["_create", "_rebuild", "_finish", "_swap"])
def test_a_repair_that_fails_leaves_the_damaged_index(filled: Path, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _overwrite(filled, _page_numbers(filled, "tracks_known")[-1])
    content = _content(filled.parent)

    def fail(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(repairing, step, fail)
        with pytest.raises(LibraryIndexError, match="can't be repaired: No space left on device"):
            repair_index(filled)
    assert _content(filled.parent) == content
    assert repair_index(filled).kept["tracks"] == N_TRACKS + 1


def test_a_backup_is_whole_and_made_while_others_write(filled: Path, tmp_path: Path) -> None:
    copy = tmp_path / "backups" / "library.db"
    stop = threading.Event()

    def write() -> None:
        with IndexWriter(filled) as writer:
            number = 0
            while not stop.is_set():
                writer.put(PutTrack(sample_record(f"/music/more/{number % 50}.flac")))
                number += 1
                stop.wait(0.001)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for _ in range(5):
            assert back_up(filled, copy, replace=True) == copy.stat().st_size
            assert check_index(copy).problems == ()
            assert check_index(copy).n_tracks >= N_TRACKS + 1
    finally:
        stop.set()
        thread.join()
    assert {file.name for file in copy.parent.iterdir()} == {"library.db"}
    with pytest.raises(LibraryIndexError, match="exists already"):
        back_up(filled, copy)
    with pytest.raises(LibraryIndexError, match="exists already"):
        back_up(filled, filled, replace=True)
    with pytest.raises(LibraryIndexError, match="nothing to back up"):
        back_up(tmp_path / "none.db", tmp_path / "copy.db")


def test_a_damaged_index_is_not_backed_up(filled: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy.write_bytes(b"the last good backup")
    _overwrite(filled, _page_numbers(filled, "tracks_known")[-1])
    with pytest.raises(LibraryIndexError, match="damaged"):
        back_up(filled, copy, replace=True)
    assert copy.read_bytes() == b"the last good backup"
    assert not list(tmp_path.glob(".cuefit-*"))
