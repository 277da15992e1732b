"""Whether tracks fulfil conditions on their texts, found out from the tracks themselves.

The text index gives all tracks with a word before the first of them can be used: a word that stands in a million
tracks costs a million entries for a page of fifty. Where a word is common the first tracks of any order will do: their
texts go into a text index of their own, in memory, with the tokenizer of the large one, and are asked the same thing.
"""

from __future__ import annotations

from tagger_app.index.conditions import IN_TEXT, TEXT_INDEX, Condition, join_conditions
from tagger_app.index.connection import IndexConnection, index_errors

_SIFTED = "sifted_text"
_MAKE = f"""CREATE VIRTUAL TABLE IF NOT EXISTS temp.{_SIFTED} USING fts5 (
    title, artist, album, path_text, content = '', columnsize = 0, tokenize = 'unicode61 remove_diacritics 2'
)"""
_CLEAR = f"INSERT INTO {_SIFTED} ({_SIFTED}) VALUES ('delete-all')"
_AT_ONCE = 500  # SQLite takes 999 parameters in its older versions


def looks_for_text(condition: Condition) -> bool:
    """Whether a condition, or a part of it, is about a track's texts."""
    return IN_TEXT in condition.sql


def sift(connection: IndexConnection, conditions: list[Condition], ids: list[int]) -> list[int]:
    """Those of `ids` that fulfil all conditions, in their order.

    Raises
    ------
    LibraryIndexError
        The index can't be read.
    """
    where = join_conditions(conditions)
    fitting = where.sql.replace(TEXT_INDEX, _SIFTED)
    found: set[int] = set()
    with index_errors(connection.path):
        connection.execute(_MAKE)
        connection.execute(_CLEAR)
        for start in range(0, len(ids), _AT_ONCE):
            part = ids[start : start + _AT_ONCE]
            among = f"id IN ({', '.join('?' * len(part))})"
            connection.execute(
                f"INSERT INTO {_SIFTED} (rowid, title, artist, album, path_text) "
                f"SELECT id, title, artist, album, path_text FROM tracks WHERE {among}",
                part,
            )
            rows = connection.execute(f"SELECT id FROM tracks WHERE {among} AND {fitting}", (*part, *where.parameters))
            found.update(track_id for (track_id,) in rows)
        connection.execute(_CLEAR)
    return [track_id for track_id in ids if track_id in found]
