"""An index that a stranger made: the right layout, and values that Cuefit never writes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tagger_app.errors import QueryError
from tagger_app.index.connection import open_for_reading
from tagger_app.index.query import parse_query
from tagger_app.index.search import count, search
from tests.cli.cli_samples import make_record, run_cuefit, store

_HUGE = "x" * 2_000_000


def _short(value: object) -> str:
    """A name for a test: pytest hands it to child processes in their environment, which holds 128 kB."""
    return repr(value)[:30]


@pytest.fixture
def index_path(tmp_path: Path) -> Path:
    path = tmp_path / "state" / "library.db"
    store(path, *(make_record(str(tmp_path / f"{number}.flac"), number) for number in range(4)))
    return path


def _change(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement, values)
        connection.commit()


_COMMANDS = (
    ("find", "--sort", "action"),
    ("find", "status:missing | status:failed | status:present", "--json"),
    ("like", "title:1"),
    ("export", "csv", "-o", "-"),
    ("export", "m3u", "-o", "-"),
    ("info", "--failures", "--json"),
)


def _run_all(path: Path) -> set[int]:
    """Run what reads the index; a traceback fails the test, an error must be told in one line."""
    statuses = set()
    for arguments in _COMMANDS:
        result = run_cuefit(*arguments, "--db", path)
        assert result.exit_code in (0, 1, 3), (arguments, result.output)
        if result.exit_code:
            assert result.stderr.strip(), arguments
        assert len(result.stdout) < 10 * len(_HUGE)
        statuses.add(result.exit_code)
    return statuses


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("size", "a lot"),
        ("size", 1e999),
        ("mtime_ns", -1e999),
        ("state", -1),
        ("state", 3),
        ("state", b"\0"),
        ("duration_s", 1e999),
        ("duration_s", -5.0),
        ("duration_s", "long"),
        ("rate_hz", 1e999),
        ("n_channels", b"\xff"),
        ("fit_action", 1e999),
        ("fit_action", 2**62),
        ("fit_action", -1),
        ("fit_action", "high"),
        ("assigned", "[" * 100_000),
        ("assigned", '{"Action": 1}'),
        ("assigned", '["Action", 7]'),
        ("user_genres", "\0"),
        ("path", 12),
        ("path", "a path as text"),
        ("path_text", 12),
        ("bundle", 99),
        ("genres", -1),
        ("title", b"\xff\xfe\x00"),
        ("title", _HUGE),
        ("failure", "a reason\n\x1b[2Jwith more"),
        ("codec", _HUGE),
        ("analysed_at", 1e999),
        ("failed_at", 1e999),
    ],
    ids=_short,
)
def test_values_that_cuefit_never_writes(index_path: Path, column: str, value: object) -> None:
    _change(index_path, f"UPDATE tracks SET {column} = ? WHERE id = 2", value)
    assert _run_all(index_path)


@pytest.mark.parametrize("table", ["curves", "embeddings", "overviews"])
@pytest.mark.parametrize(
    "content", [b"", b"\1", bytes(2_000_000), "text", 12, 1e999, np.full(8, np.nan, np.float16).tobytes()], ids=_short
)
def test_arrays_of_another_length(index_path: Path, table: str, content: object) -> None:
    _change(index_path, f"UPDATE {table} SET data = ? WHERE track_id = 2", content)
    _run_all(index_path)


@pytest.mark.parametrize("value", [1e999, -1e999, "yesterday", b"\xff"])
def test_roots_and_bundles_of_other_types(index_path: Path, value: object) -> None:
    _change(index_path, "INSERT INTO roots (path, online, scanned_at) VALUES (?, ?, ?)", b"/music", 1, value)
    _change(index_path, "UPDATE bundles SET first_used = ?, manifest = ?", value, "[" * 50_000)
    _run_all(index_path)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER harm AFTER INSERT ON tracks BEGIN DELETE FROM tracks; END",
        "CREATE VIEW harm AS SELECT * FROM tracks",
        "CREATE TABLE harm (x)",
        "CREATE VIRTUAL TABLE harm USING fts5 (x)",
        "CREATE INDEX harm ON tracks (upper(title))",
        "ALTER TABLE tracks ADD COLUMN harm TEXT GENERATED ALWAYS AS (hex(zeroblob(1000000000))) VIRTUAL",
        "DROP INDEX tracks_known",
    ],
)
def test_a_layout_with_more_or_less_is_refused_and_left_alone(index_path: Path, statement: str) -> None:
    _change(index_path, statement)
    with closing(sqlite3.connect(index_path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = index_path.read_bytes()
    assert 0 not in _run_all(index_path)
    assert index_path.read_bytes() == before


_WORDS = st.sampled_from(
    (
        *("action", ">", "<", "0.5", "1e9", '"', "'", "(", ")", "|", "-", "title:", "path:", "*", "NEAR(", "AND", "^"),
        *("{", "}", "length", "3:00", "\0", "\ud800", "\u202e", "%", "_", ";", "--", "/*", "DROP TABLE tracks"),
        *("status:missing", "\ufb00", "\u0130", "\x1b[31m"),
    )
)


@pytest.fixture(scope="module")
def shared_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("index") / "library.db"
    store(path, *(make_record(f"/music/{number}.flac", number, title=f"Dark {number}") for number in range(20)))
    return path


@settings(max_examples=300)
@given(
    text=st.text(max_size=60) | st.lists(_WORDS, max_size=25).map("".join) | st.lists(_WORDS, max_size=25).map(" ".join)
)
@example(text='title:"a" OR "b" *')
@example(text="-" * 1_999 + "a")
@example(text="(" * 20 + "a" + ")" * 20)
@example(text=" ".join(["a"] * 100))
@example(text="length>" + "9" * 9)
def test_any_query_finds_tracks_or_is_refused_in_words(shared_index: Path, text: str) -> None:
    try:
        query = parse_query(text)
    except QueryError as error:
        told = str(error)
        assert "\n" not in told
        return
    with closing(open_for_reading(shared_index)) as connection:
        found = search(connection, query, limit=None)
        assert len(found) == count(connection, query) <= 20
