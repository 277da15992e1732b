from __future__ import annotations

import multiprocessing
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlite_utils
from index_samples import sample_record

from tagger_app.errors import LibraryIndexError, LockedIndexError
from tagger_app.index import migrations
from tagger_app.index.changes import PutTrack
from tagger_app.index.connection import IndexConnection, index_errors, open_for_reading, open_for_writing
from tagger_app.index.query import parse_query
from tagger_app.index.search import search
from tagger_app.index.tracks import get_track, known_files


def change_behind_cuefits_back(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def content_of(folder: Path) -> dict[str, bytes]:
    """Files with their content; without the empty log and the shared memory that a reader leaves."""
    content = {file.name: file.read_bytes() for file in folder.iterdir() if not file.name.endswith("-shm")}
    return {name: data for name, data in content.items() if data or not name.endswith("-wal")}


def test_a_new_index_is_made_with_its_folder_and_is_sound(tmp_path):
    path = tmp_path / "some" / "folder" / "library.db"
    with closing(open_for_writing(path)) as connection:
        assert connection.fetch("PRAGMA integrity_check") == [("ok",)]
        assert connection.fetch("PRAGMA journal_mode") == [("wal",)]
        assert connection.fetch("PRAGMA foreign_keys") == [(1,)]
        assert connection.fetch("PRAGMA trusted_schema") == [(0,)]
        assert connection.fetch("PRAGMA application_id") == [(migrations.APPLICATION_ID,)]
    assert not list(path.parent.glob("*before*"))


def test_opening_again_changes_nothing(index_path):
    open_for_writing(index_path).close()
    before = content_of(index_path.parent)
    open_for_writing(index_path).close()
    open_for_reading(index_path).close()
    assert content_of(index_path.parent) == before


@pytest.mark.parametrize("odd_name", ["what?#%20.db", "ünï – 映画.db", "caf\udce9.db"])
def test_any_file_name_will_do(tmp_path, odd_name):
    path = tmp_path / odd_name
    open_for_writing(path).close()
    open_for_reading(path).close()
    assert path.exists()


def test_a_reader_can_not_write(reader):
    with pytest.raises(LibraryIndexError, match="read-only"), closing(reader):
        reader.fetch("DELETE FROM tracks")


def test_there_is_nothing_to_read_yet(index_path):
    with pytest.raises(LibraryIndexError, match="scan a folder first"):
        open_for_reading(index_path)
    assert not index_path.exists()


@pytest.mark.parametrize("open_index", [open_for_reading, open_for_writing])
class TestRefused:
    """What can't be used is refused with a reason, and left as it was."""

    def refuse(self, open_index, path: Path, reason: str) -> None:
        before = content_of(path.parent)
        with pytest.raises(LibraryIndexError, match=reason) as caught:
            open_index(path)
        assert caught.value.path == path
        assert content_of(path.parent) == before

    def test_text(self, open_index, index_path):
        index_path.write_text("these are not the tables you are looking for\n" * 100)
        self.refuse(open_index, index_path, "isn't an index of Cuefit")

    def test_folder(self, open_index, tmp_path):
        (tmp_path / "folder").mkdir()
        with pytest.raises(LibraryIndexError, match=r"can't be opened|isn't an index"):
            open_index(tmp_path / "folder")

    def test_database_of_another_program(self, open_index, index_path):
        change_behind_cuefits_back(index_path, "CREATE TABLE songs (id INTEGER PRIMARY KEY)")
        self.refuse(open_index, index_path, "another program")

    def test_other_application_id(self, open_index, index_path):
        change_behind_cuefits_back(index_path, "PRAGMA application_id = 77", "CREATE TABLE tracks (id)")
        self.refuse(open_index, index_path, "another program")

    def test_newer_version(self, open_index, index_path):
        open_for_writing(index_path).close()
        change_behind_cuefits_back(
            index_path,
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
            "VALUES ('cuefit-library', 'add_smell', 'tomorrow')",
            "ALTER TABLE tracks ADD COLUMN smell TEXT",
            "PRAGMA user_version = 2",
        )
        self.refuse(open_index, index_path, "newer version")

    @pytest.mark.parametrize(
        "change",
        [
            "CREATE TRIGGER evil AFTER INSERT ON tracks BEGIN DELETE FROM tracks; END",
            "CREATE VIEW more AS SELECT 1",
            "DROP INDEX tracks_known",
            "ALTER TABLE tracks ADD COLUMN smell TEXT",
            "DROP TABLE tracks_text",
            "DROP TABLE _sqlite_migrations",
            "DELETE FROM _sqlite_migrations",
            "PRAGMA user_version = 0",
        ],
    )
    def test_changed_by_another_program(self, open_index, index_path, change):
        open_for_writing(index_path).close()
        change_behind_cuefits_back(index_path, change)
        self.refuse(open_index, index_path, "another program has changed it")

    def test_view_in_place_of_a_table(self, open_index, index_path):
        open_for_writing(index_path).close()
        change_behind_cuefits_back(
            index_path, "DROP TABLE curves", "CREATE VIEW curves AS SELECT 1 track_id, 2 n_tiles, x'' data"
        )
        self.refuse(open_index, index_path, "another program has changed it")

    def test_damaged_header(self, open_index, index_path):
        open_for_writing(index_path).close()
        data = bytearray(index_path.read_bytes())
        data[100:4096] = b"\xff" * 3996
        index_path.write_bytes(data)
        self.refuse(open_index, index_path, "damaged")

    def test_cut_short(self, open_index, index_path):
        open_for_writing(index_path).close()
        index_path.write_bytes(index_path.read_bytes()[:50])
        self.refuse(open_index, index_path, r"isn't an index of Cuefit|damaged")


def test_damage_found_while_reading_is_told(index_path, store):
    store(*(PutTrack(sample_record(f"/music/{number:04}.flac")) for number in range(500)))
    data = bytearray(index_path.read_bytes())
    page = 4096
    for start in range(40 * page, len(data), page):
        data[start : start + 200] = b"\xee" * 200
    index_path.write_bytes(data)
    with closing(open_for_reading(index_path)) as connection:
        for read in (
            lambda: search(connection, parse_query("album"), "title"),
            lambda: known_files(connection, "/music"),
        ):
            with pytest.raises(LibraryIndexError, match="damaged"):
                read()


def test_a_bug_in_a_statement_is_no_expected_trouble(reader):
    with pytest.raises(sqlite3.OperationalError, match="no such column"):
        reader.fetch("SELECT smell FROM tracks")


def test_locked_by_another_program(index_path):
    with closing(open_for_writing(index_path)) as other:
        other.execute("BEGIN IMMEDIATE")
        # Nothing needs to be brought up to date, so that opening waits for nobody.
        with (
            closing(open_for_writing(index_path, busy_timeout_s=0.05)) as connection,
            pytest.raises(LockedIndexError, match="locked by another program"),
            index_errors(index_path),
        ):
            connection.execute("BEGIN IMMEDIATE")
        open_for_reading(index_path, busy_timeout_s=0.05).close()
        other.execute("ROLLBACK")
    open_for_writing(index_path, busy_timeout_s=0.05).close()


def test_an_index_that_is_to_be_brought_up_to_date_is_waited_for(index_path):
    with closing(sqlite3.connect(index_path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LockedIndexError, match="locked by another program"):
            open_for_writing(index_path, busy_timeout_s=0.05)


def test_a_read_only_index_is_read_and_not_written(ordinary_folder):
    path = ordinary_folder / "library.db"
    with closing(open_for_writing(path)) as connection:
        PutTrack(sample_record("/music/a.flac")).apply(connection, 0.0)
    path.chmod(0o400)
    ordinary_folder.chmod(0o500)
    assert [file.name for file in ordinary_folder.iterdir()] == ["library.db"]
    with closing(open_for_reading(path)) as connection:
        assert get_track(connection, "/music/a.flac") is not None
    with pytest.raises(LibraryIndexError, match="read-only"):
        open_for_writing(path)


def test_a_folder_without_permission(ordinary_folder):
    ordinary_folder.chmod(0o500)
    with pytest.raises(LibraryIndexError, match="can't be opened"):
        open_for_writing(ordinary_folder / "library.db")
    with pytest.raises(LibraryIndexError, match="can't be created: Permission denied"):
        open_for_writing(ordinary_folder / "folder" / "library.db")


def test_an_index_without_permission(ordinary_folder):
    path = ordinary_folder / "library.db"
    open_for_writing(path).close()
    path.chmod(0)
    with pytest.raises(LibraryIndexError, match="can't be opened: Permission denied"):
        open_for_reading(path)


class TestUpdate:
    """A newer Cuefit meets an older index."""

    @pytest.fixture
    def newer(self, monkeypatch):
        """The migrations of a version to come; the second of them fails while `broken` is set."""
        newer = sqlite_utils.Migrations(migrations.MIGRATIONS.name)
        newer(name="initial")(migrations._create_library)
        newer(name="sounds")(migrations._add_sounds)
        state = {"broken": False}

        @newer(name="add_smell")
        def add_smell(database):
            database.conn.execute("ALTER TABLE tracks ADD COLUMN smell TEXT")

        @newer(name="add_taste")
        def add_taste(database):
            database.conn.execute("ALTER TABLE tracks ADD COLUMN taste TEXT")
            if state["broken"]:
                database.conn.execute("ALTER TABLE no_such_table ADD COLUMN taste TEXT")

        def install():
            monkeypatch.setattr(migrations, "MIGRATIONS", newer)
            return state

        return install

    def columns(self, connection: sqlite3.Connection) -> set[str]:
        return {name for _, name, *_ in connection.execute("PRAGMA table_info (tracks)")}

    @pytest.mark.parametrize("open_index", [open_for_reading, open_for_writing])
    def test_backed_up_and_brought_up_to_date(self, index_path, store, newer, open_index):
        store(PutTrack(sample_record("/music/a.flac")))
        newer()
        with closing(open_index(index_path)) as connection:
            assert {"smell", "taste"} <= self.columns(connection)
            assert get_track(connection, "/music/a.flac").title == "a.flac"
        with closing(sqlite3.connect(index_path.with_name("library.before-add_smell.db"))) as backup:
            assert "smell" not in self.columns(backup)
            assert backup.execute("SELECT path_text FROM tracks").fetchall() == [("/music/a.flac",)]
        open_for_writing(index_path).close()
        assert len(list(index_path.parent.glob("*before*"))) == 1

    def test_an_empty_index_needs_no_backup(self, index_path, newer):
        open_for_writing(index_path).close()
        newer()
        open_for_writing(index_path).close()
        assert not list(index_path.parent.glob("*before*"))

    def test_a_failed_update_leaves_the_index_as_it_was(self, index_path, store, newer):
        store(PutTrack(sample_record("/music/a.flac")))
        before = index_path.read_bytes()
        state = newer()
        state["broken"] = True
        with pytest.raises(sqlite3.OperationalError):
            open_for_writing(index_path)
        assert index_path.read_bytes() == before
        state["broken"] = False
        with closing(open_for_writing(index_path)) as connection:
            assert {"smell", "taste"} <= self.columns(connection)

    def test_the_older_version_refuses_the_updated_index(self, index_path, store, newer, monkeypatch):
        store(PutTrack(sample_record("/music/a.flac")))
        older = migrations.MIGRATIONS
        newer()
        open_for_writing(index_path).close()
        monkeypatch.setattr(migrations, "MIGRATIONS", older)
        with pytest.raises(LibraryIndexError, match="newer version"):
            open_for_writing(index_path)

    def test_a_backup_that_can_not_be_written_stops_the_update(self, index_path, store, newer):
        store(PutTrack(sample_record("/music/a.flac")))
        newer()
        index_path.with_name("library.before-add_smell.db").mkdir()
        with pytest.raises(LibraryIndexError, match="backup"):
            open_for_writing(index_path)
        with closing(sqlite3.connect(index_path)) as connection:
            assert "smell" not in self.columns(connection)


def _open_and_store(path: Path, number: int) -> None:
    with closing(open_for_writing(path)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        PutTrack(sample_record(f"/music/{number}.flac")).apply(connection, 0.0)
        connection.execute("COMMIT")


def test_several_processes_may_make_the_same_index_at_once(index_path):
    processes = multiprocessing.get_context("spawn")
    workers = [processes.Process(target=_open_and_store, args=(index_path, number)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 4
    with closing(open_for_reading(index_path)) as connection:
        assert len(known_files(connection, "/music")) == 4
        assert isinstance(connection, IndexConnection)
