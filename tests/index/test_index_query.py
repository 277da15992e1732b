from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tagger_app.errors import QueryError
from tagger_app.index.conditions import compile_query
from tagger_app.index.query import (
    And,
    CodecTerm,
    FitTerm,
    GenreTerm,
    LengthTerm,
    ModelTerm,
    Not,
    Or,
    Query,
    StatusTerm,
    TextTerm,
    parse_query,
)
from tagger_app.index.sorting import parse_sort


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", And(())),
        ("   ", And(())),
        ("thriller>0.7", FitTerm("Thriller", ">", Decimal("0.7"))),
        ("Thriller >= .75", FitTerm("Thriller", ">=", Decimal(".75"))),
        ("sci-fi<0.2", FitTerm("Sci-Fi", "<", Decimal("0.2"))),
        ("SCIFI<=1", FitTerm("Sci-Fi", "<=", Decimal(1))),
        ("drama=0.50", FitTerm("Drama", "=", Decimal("0.50"))),
        ("length<3:00", LengthTerm("<", Decimal(180))),
        ("length>=1:02:03.5", LengthTerm(">=", Decimal("3723.5"))),
        ("length = 90", LengthTerm("=", Decimal(90))),
        ("length>90s", LengthTerm(">", Decimal(90))),
        ("comedy", GenreTerm("Comedy")),
        ("Sci-Fi", GenreTerm("Sci-Fi")),
        ("genre:scifi", GenreTerm("Sci-Fi")),
        ('genre:"Sci-Fi"', GenreTerm("Sci-Fi")),
        ('"comedy"', TextTerm("comedy", whole=True)),
        ("strings", TextTerm("strings")),
        ("rock'n'roll", TextTerm("rock'n'roll")),
        ('title:"dark strings"', TextTerm("dark strings", "title", whole=True)),
        ("ARTIST:Bach", TextTerm("Bach", "artist")),
        ("album:a>b", TextTerm("a>b", "album")),
        (r"path:C:\Music", TextTerm(r"C:\Music", "path")),
        ("codec:flac", CodecTerm("flac")),
        ("model:open-2026.11", ModelTerm("open-2026.11")),
        ("status:Failed", StatusTerm("failed")),
        ("-comedy", Not(GenreTerm("Comedy"))),
        ("--comedy", GenreTerm("Comedy")),
        ("-title:night", Not(TextTerm("night", "title"))),
        ("comedy drama", And((GenreTerm("Comedy"), GenreTerm("Drama")))),
        ("comedy|drama", Or((GenreTerm("Comedy"), GenreTerm("Drama")))),
        ("(comedy)", GenreTerm("Comedy")),
        (
            "comedy -(drama | crime night)",
            And((GenreTerm("Comedy"), Not(Or((GenreTerm("Drama"), And((GenreTerm("Crime"), TextTerm("night")))))))),
        ),
        (
            "thriller>0.7 comedy<0.2 strings length<3:00",
            And(
                (
                    FitTerm("Thriller", ">", Decimal("0.7")),
                    FitTerm("Comedy", "<", Decimal("0.2")),
                    TextTerm("strings"),
                    LengthTerm("<", Decimal(180)),
                )
            ),
        ),
    ],
)
def test_understood(text, tree):
    assert parse_query(text).root == tree


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("thriller>", 9, "a number from 0 to 1"),
        ("thriller>much", 9, "a number from 0 to 1"),
        ("thriller>0,7", 9, "a number from 0 to 1"),
        ("thriller>7", 9, "a number from 0 to 1"),
        ("thriller>-1", 9, "a number from 0 to 1"),
        ("thriller>0.7<0.9", 12, "expected a name before '<'"),
        ("comedy horror>0.5", 7, "'horror' can't be compared"),
        ("length<soon", 7, "a length such as 3:00"),
        ("length<1:2:3:4", 7, "a length such as 3:00"),
        (">0.5", 0, "expected a name before '>'"),
        (":", 0, "expected a name"),
        ("a :b", 2, "expected a name"),
        ("colour:red", 0, "no field 'colour'"),
        ("genre:horror", 6, "expected one of Action"),
        ("status:lost", 7, "expected present, offline, missing, failed"),
        ("codec:", 6, "expected a word"),
        ("title: night", 6, "expected a word"),
        ("night -", 7, "a term right after '-'"),
        ("night - day", 7, "a term right after '-'"),
        ("-|a", 1, "a term right after '-'"),
        ('"night', 0, "never closed"),
        ('night "', 6, "never closed"),
        ('""', 0, "letters or digits"),
        ("night !?", 6, "letters or digits"),
        ("(night", 0, "never closed"),
        ("night)", 5, "never opened"),
        ("()", 1, "something to search for"),
        ("|night", 0, "something to search for"),
        ("night | | day", 8, "something to search for"),
        ("night |", 7, "something to search for"),
        ("(" * 21 + "a" + ")" * 21, 20, "20 deep"),
        ("a " * 101, 200, "100 terms"),
        ("a" * 2_001, 2_000, "2000 characters"),
    ],
)
def test_not_understood(text, position, reason):
    with pytest.raises(QueryError, match=re.escape(reason)) as caught:
        parse_query(text)
    assert caught.value.position == position


_PIECES = [
    "thriller",
    ">",
    "0.7",
    "-",
    "(",
    ")",
    "|",
    '"',
    ":",
    "length",
    "3:00",
    " ",
    "\0",
    "\ud800",
    "title",
    "*",
    "é",
]


@given(st.one_of(st.text(), st.lists(st.sampled_from(_PIECES)).map("".join)))
@example("(" * 2_000)
@example("-" * 2_000)
@example("(" * 19 + "-(" * 19)
@example("length>" + "9" * 1_000)
@example("thriller>0." + "9" * 1_900)
def test_nothing_but_query_errors(text):
    position = 0
    try:
        query = parse_query(text)
    except QueryError as error:
        position = error.position
    else:
        assert isinstance(query, Query)
        assert compile_query(query)
    assert 0 <= position <= len(text)


def test_values_never_become_part_of_the_statement():
    hostile = "'); DROP TABLE tracks; --"
    query = parse_query(f'title:"{hostile}" codec:"{hostile}" model:"{hostile}" -"{hostile}" | "{hostile}"')
    assert not any("DROP" in condition.sql for condition in compile_query(query))


@pytest.mark.parametrize("sort", ["title", "-Length", "thriller", "-sci-fi", "scifi", "path", "added", "codec"])
def test_sorts(sort):
    assert parse_sort(sort).order


@pytest.mark.parametrize("sort", ["", "-", "horror", "title; DROP TABLE tracks", "--title"])
def test_no_such_sort(sort):
    with pytest.raises(QueryError, match="can't sort by"):
        parse_sort(sort)
