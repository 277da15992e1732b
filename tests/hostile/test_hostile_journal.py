"""A journal of tag writes that a stranger made: nothing of it is used but what Cuefit itself could have written."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tagger_app.audio.fingerprint import fingerprint_stream
from tagger_app.errors import LibraryIndexError, TagError
from tagger_app.tagging.containers import read_metadata
from tagger_app.tagging.journal import Journal, journal_path
from tagger_app.tagging.journal_check import check_journal, compare_with_files
from tagger_app.tagging.journal_records import State
from tagger_app.tagging.undo import undo_writes
from tagger_app.tagging.write import settle, write_fields
from tests.cli.cli_samples import make_record, run_cuefit, store

FIELDS = {"FILMGENRE": ("Drama",)}
_HUGE = "x" * 2_000_000
_COPY = ".cuefit-0123456789abcdef.flac"


@pytest.fixture
def cue(tmp_path: Path, demo_folder: Path) -> Path:
    (tmp_path / "music").mkdir()
    return Path(shutil.copyfile(demo_folder / "rumination.flac", tmp_path / "music" / "cue.flac"))


@pytest.fixture
def index_path(tmp_path: Path, cue: Path) -> Path:
    """An index and a journal with a write that is done and one that was interrupted."""
    path = tmp_path / "state" / "library.db"
    store(path, make_record(str(cue), 1, fingerprint=fingerprint_stream(cue)))
    with Journal.open(journal_path(path)) as journal:
        write_fields(str(cue), FIELDS, journal, "b")
        nothing = {"FILMGENRE": None}
        journal.record(
            batch="c", path=str(cue), real_path=str(cue), temporary=_COPY, fingerprint="f", had_tag=False,
            old={"FILMGENRE": ("Drama",)}, new=nothing,
        )  # fmt: skip
        journal.begin_undo(str(cue), _COPY, nothing, [1])
    return path


def _change(index_path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(journal_path(index_path))) as connection:
        connection.execute(statement, values)
        connection.commit()


_COMMANDS = (
    ("tags", "write", "--all"),
    ("tags", "undo", "--batch", "last"),
    ("tags", "undo", "--all", "--since", "2020-01-01"),
    ("index", "check", "--files"),
    ("index", "check", "--files", "--json"),
)


def _run_all(index_path: Path) -> str:
    """Run what uses a journal; a traceback fails the test. What was told."""
    told = ""
    for arguments in _COMMANDS:
        result = run_cuefit(*arguments, "--db", index_path)
        assert result.exit_code in (0, 1, 3), (arguments, result.output)
        told += result.stdout + result.stderr
    return told


def _use_all(index_path: Path) -> None:
    """What commands do with a journal, without their worker processes; anything raised fails the test."""
    path = journal_path(index_path)
    check_journal(path)
    with Journal.open(path) as journal:
        settle(journal)
        list(compare_with_files(journal, lambda paths: ((path, TagError(path, "away")) for path in paths)))
        journal.batches()
        journal.count()
        list(undo_writes(journal, since=datetime(2020, 1, 1, tzinfo=UTC)))
        list(undo_writes(journal))


@pytest.mark.parametrize("table", ["write", "undo"])
@pytest.mark.parametrize("name", ["{victim}", "../victim", "../../{victim}", "victim", ".cuefit-0123456789abcdef/../x"])
def test_no_file_is_removed_but_a_copy(index_path: Path, cue: Path, tmp_path: Path, table: str, name: str) -> None:
    victims = [tmp_path / "victim", cue.parent / "victim"]
    for victim in victims:
        victim.write_text("precious")
    _change(index_path, f"UPDATE {table} SET temporary = ?", name.format(victim=victims[0]))
    (cue.parent / _COPY).write_text("a copy")
    _use_all(index_path)
    assert all(victim.read_text() == "precious" for victim in victims)
    assert cue.exists()
    assert not (cue.parent / _COPY).exists(), "the other row names it"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *(("path", value) for value in (12, "a path as text", b"no/whole/path", b"/with\0zero", b"")),
        *(("real_path", value) for value in (1.5, "/as/text.flac", b"../music/cue.flac", b"/with\0zero", b"/" * 9_000)),
        *(("time", value) for value in ("yesterday", b"\xff", 12, "2026-11-22T10:00:00", _HUGE)),
        *(("batch", value) for value in (12, b"\xff\xfe", "a\n\x1b[2J", _HUGE)),
        *(("temporary", value) for value in (b"\0", "", "a/b", 7)),
        *(("fingerprint", value) for value in (12, b"\xff")),
        *((column, value) for column in ("old", "new") for value in ("[" * 100_000, "{}x", "[1]", "12", b"\xff", "")),
        *(("new", f'{{"FILMGENRE": {value}}}') for value in ('"Drama"', "[1]", "{}", "1e999")),
        ("new", '{"TITLE": ["x"]}'),
        ("had_tag", "yes"),
    ],
)  # fmt: skip
def test_rows_that_cuefit_never_writes(index_path: Path, column: str, value: object) -> None:
    _change(index_path, f"UPDATE write SET {column} = ?", value)
    _use_all(index_path)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *(("real_path", value) for value in (12, "/as/text", b"\0")),
        *(("restored", value) for value in ("[" * 100_000, '{"TITLE": ["x"]}', '{"FILMGENRE": {}}', 3)),
        *(("writes", value) for value in ("1", "{}", '["1"]', "[1e99]", f"[{10**20}]", "[true]", "[" * 90_000)),
    ],
)  # fmt: skip
def test_undos_that_cuefit_never_begins(index_path: Path, column: str, value: object) -> None:
    _change(index_path, f"UPDATE undo SET {column} = ?", value)
    assert "1 rows hold what Cuefit never writes" in " ".join(check_journal(journal_path(index_path)))
    _use_all(index_path)


def test_commands_pass_over_what_makes_no_sense(index_path: Path) -> None:
    for value in (12, b"\xff", "a\n\x1b[2J", "[" * 100_000):
        for column in ("path", "real_path", "time", "batch", "temporary", "fingerprint", "old", "new"):
            other = "batch, time, path, real_path, temporary, fingerprint, had_tag, old, new, state"
            _change(index_path, f"INSERT INTO write ({other}) SELECT {other} FROM write WHERE id = 1")
            _change(index_path, f"UPDATE write SET {column} = ? WHERE id = (SELECT max(id) FROM write)", value)
    told = _run_all(index_path)
    assert "\x1b" not in told
    assert "rows hold what Cuefit never writes, and are passed over" in told


def test_a_strange_row_takes_nothing_from_the_others(index_path: Path, cue: Path) -> None:
    _change(index_path, "UPDATE write SET old = '[]' WHERE state = 'intended'")
    _change(index_path, "DELETE FROM undo")
    assert any("1 rows hold what Cuefit never writes" in problem for problem in check_journal(journal_path(index_path)))
    assert run_cuefit("tags", "undo", "--all", "--db", index_path).stdout == "1 file restored\n"
    assert read_metadata(str(cue)).fields == {}


def test_only_fields_of_cuefit_are_ever_put_back(index_path: Path, cue: Path) -> None:
    """Whoever wrote this journal would have the file's title replaced by an undo."""
    title = read_metadata(str(cue)).title
    assert title
    for column, values in (("old", '["Other"]'), ("new", f'["{title}"]')):
        _change(index_path, f"UPDATE write SET {column} = ? WHERE state = 'done'", f'{{"TITLE": {values}}}')
    run_cuefit("tags", "undo", "--all", "--db", index_path)
    assert read_metadata(str(cue)).title == title


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER harm AFTER INSERT ON write BEGIN DELETE FROM write; END",
        "CREATE VIEW harm AS SELECT * FROM write",
        "CREATE TABLE harm (x)",
        "CREATE VIRTUAL TABLE harm USING fts5 (x)",
        "CREATE INDEX harm ON write (upper(batch))",
        "ALTER TABLE write ADD COLUMN harm TEXT GENERATED ALWAYS AS (hex(zeroblob(1000000000))) VIRTUAL",
        "DROP INDEX write_by_path",
        "DROP TABLE undo",
        "PRAGMA user_version = -1",
        "PRAGMA user_version = 0",
    ],
)
def test_a_layout_with_more_or_less_is_refused_and_left_alone(index_path: Path, statement: str) -> None:
    path = journal_path(index_path)
    _change(index_path, statement)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    before = path.read_bytes()
    with pytest.raises(LibraryIndexError, match="another program has changed it"):
        Journal.open(path)
    (problem,) = check_journal(path)
    assert "another program has changed it" in problem
    assert "another program has changed it" in _run_all(index_path)
    assert path.read_bytes() == before


def test_a_view_in_place_of_the_writes(index_path: Path) -> None:
    for statement in ("ALTER TABLE write RENAME TO hidden", "CREATE VIEW write AS SELECT * FROM hidden"):
        _change(index_path, statement)
    with pytest.raises(LibraryIndexError, match="another program has changed it"):
        Journal.open(journal_path(index_path))


def test_what_is_sound_stays_so(index_path: Path) -> None:
    with Journal.open(journal_path(index_path)) as journal:
        assert [entry.state for entry in journal.entries()] == [State.INTENDED, State.DONE]
        assert len(journal.undos()) == 1
    assert not any("rows hold" in problem for problem in check_journal(journal_path(index_path)))
