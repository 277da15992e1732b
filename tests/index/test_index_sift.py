"""Words looked for in the tracks themselves: what the text index would have said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st
from index_samples import sample_record

from tagger_app.index.changes import PutTrack
from tagger_app.index.conditions import TEXT_INDEX, compile_query
from tagger_app.index.connection import IndexConnection, open_for_reading, open_for_writing
from tagger_app.index.query import parse_query
from tagger_app.index.search import search
from tagger_app.index.sift import looks_for_text, sift

TITLES = (
    "Élan vital", "ÜBER allen", "Straße", "İstanbul", "ﬁne ligature", "日本 の 音楽", "don't stop", "a_b-c.d", "x²",
    "мелодия", "cafe\u0301", "\u0301", "ǅ", "👩\u200d🚀 space", "naïve\u00adly", "Ⅷ", "ｆｕｌｌ", "tab\tend", "", "42",
)  # fmt: skip


@pytest.fixture(scope="module")
def connection(tmp_path_factory) -> Iterator[IndexConnection]:
    path = tmp_path_factory.mktemp("library") / "library.db"
    with closing(open_for_writing(path)) as writing:
        for number, title in enumerate(TITLES):
            record = sample_record(f"/music/{number}.flac", title=title, artist=TITLES[-number - 1], album="Night")
            PutTrack(record).apply(writing, 0.0)
    with closing(open_for_reading(path)) as reading:
        yield reading


def found_both_ways(connection: IndexConnection, text: str) -> tuple[list[int], list[int]]:
    """By the text index, and sifted."""
    conditions = [condition for condition in compile_query(parse_query(text)) if looks_for_text(condition)]
    (condition,) = conditions
    rows = connection.fetch(f"SELECT id FROM tracks WHERE {condition.sql} ORDER BY id", condition.parameters)
    return [track_id for (track_id,) in rows], sift(connection, conditions, list(range(1, len(TITLES) + 3)))


@pytest.mark.parametrize("title", [title for title in TITLES if any(map(str.isalnum, title))])
@pytest.mark.parametrize("form", ["{}", '"{}"', "title:{}", '-artist:"{}"', '"{}" | album:morning'])
def test_every_alphabet_is_read_alike(connection, title, form):
    word = title if '"' in form else title.split()[-1]
    expected, sifted = found_both_ways(connection, form.format(word))
    assert sifted == expected
    if form == '"{}"':
        assert expected


@given(st.text(st.characters(codec="utf-8", exclude_characters='"'), min_size=1, max_size=8))
def test_any_text_is_read_alike(connection, text):
    if any(map(str.isalnum, text)):
        expected, sifted = found_both_ways(connection, f'"{text}"')
        assert sifted == expected


def test_the_order_is_kept_and_what_is_gone_left_out(connection):
    conditions = compile_query(parse_query("album:night"))
    assert sift(connection, conditions, [3, 99, 1, 2]) == [3, 1, 2]
    assert sift(connection, conditions, []) == []
    assert sift(connection, conditions, [5] * 1_200) == [5] * 1_200


def test_common_words_spare_the_text_index(connection):
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    try:
        for text in ("night", "night music", "-morning", "flac length<10:00"):
            assert search(connection, parse_query(text), "title", 3)
    finally:
        connection.set_trace_callback(None)
    assert statements
    assert not [statement for statement in statements if f"{TEXT_INDEX} MATCH" in statement]


def test_both_text_indexes_have_one_tokenizer(connection):
    sift(connection, compile_query(parse_query("night")), [1])
    made = [
        re.search(r"tokenize\s*=\s*'([^']+)'", sql)[1]
        for schema in ("sqlite_master", "sqlite_temp_master")
        for (sql,) in connection.fetch(f"SELECT sql FROM {schema} WHERE sql LIKE '%fts5%'")
    ]
    assert len(made) == 2
    assert made[0] == made[1]
