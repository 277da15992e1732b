"""What can be completed in a query, where the cursor stands; plain Python."""

from __future__ import annotations

import re
from typing import NamedTuple

from tagger_app.genres import GENRES, genre_key
from tagger_app.index.query import FIELDS
from tagger_app.index.records import STATUSES

_WORD = re.compile(r'[^\s()|"]*\Z')
_CODECS = ("AAC", "ALAC", "FLAC", "MP3", "Opus", "Vorbis", "WAV")
_LENGTHS = ("length<1:00", "length<3:00", "length>2:00", "length>5:00")


class Completion(NamedTuple):
    """Words that may stand at the cursor, and the part of the query that they take the place of."""

    start: int
    end: int
    words: list[str]


def complete(text: str, cursor: int) -> Completion:
    """Find the words that begin as the one at the cursor does; none inside quotation marks or at an empty place.

    Parameters
    ----------
    cursor : offset in `text`
    """
    before = text[:cursor]
    if before.count('"') % 2:
        return Completion(cursor, cursor, [])
    match = _WORD.search(before)
    assert match is not None  # it matches nothing, too
    word = match[0]
    start = match.start() + len(word) - len(word.lstrip("-"))
    word = word.lstrip("-")
    if not word:
        return Completion(cursor, cursor, [])
    field, colon, value = word.partition(":")
    if colon:
        words = [f"{field.lower()}:{known}" for known in _values(field.lower()) if _begins(known, value)]
    else:
        words = [known for known in _beginnings() if _begins(known, word)]
    return Completion(start, cursor, [known for known in words if known != word])


def _beginnings() -> list[str]:
    genres = [
        form for genre in GENRES for form in (genre_key(genre), f"{genre_key(genre)}>0.5", f"{genre_key(genre)}>0.7")
    ]
    return [*genres, *_LENGTHS, *(f"{field}:" for field in FIELDS)]


def _values(field: str) -> tuple[str, ...]:
    return {"genre": tuple(map(genre_key, GENRES)), "status": STATUSES, "codec": _CODECS}.get(field, ())


def _begins(known: str, typed: str) -> bool:
    return known.casefold().startswith(typed.casefold())
