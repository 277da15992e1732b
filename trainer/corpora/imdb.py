"""IMDb's list of titles, `title.basics.tsv`, which everybody downloads for themselves.

Tab-separated, without quotes, ``\\N`` for null, at most three genres joined by commas; one line of columns, then some
eleven million titles. It is read once, as a stream, and only titles that are asked for are kept.
(https://developer.imdb.com/non-commercial-datasets/)

IMDb's genres are a superset of the ten. `Musical` (characters sing their feelings) is one of the ten; `Music` (the film
is about music) says nothing of how its score sounds, and like all others that aren't of the ten it is left out.
"""

from __future__ import annotations

import gzip
import re
import unicodedata
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from tagger_app.genres import GENRES
from trainer.corpora.listing import check_columns
from trainer.errors import CorpusError

NULL = "\\N"
COLUMNS = ("tconst", "titleType", "primaryTitle", "originalTitle", "startYear", "genres")
FILMS = ("movie", "tvMovie")
"""Kinds of title that an album is labelled by without a person's word."""
SERIES = ("tvSeries", "tvMiniSeries")
_KINDS = frozenset({*FILMS, *SERIES, "video", "videoGame", "tvSpecial", "short", "tvShort"})
_ID = re.compile(r"tt[0-9]{1,12}")
_GENRE = re.compile(r"[A-Za-z][A-Za-z-]*")
_LONGEST_LINE = 1 << 16
_NOT_WORDS = re.compile(r"[\W_]+")
_ARTICLES = ("the ", "a ", "an ")
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}


@dataclass(frozen=True)
class Film:
    """A line of the list.

    Attributes
    ----------
    id : IMDb's, "tt0172495"
    kind : "movie", "tvSeries", "videoGame", ...
    title : as it is known
    year : of its release; None where it isn't known
    listed_genres : all that IMDb names; None where it names none
    """

    id: str
    kind: str
    title: str
    year: int | None
    listed_genres: tuple[str, ...] | None

    @property
    def genres(self) -> tuple[str, ...]:
        """Those of the ten, in their order."""
        return tuple(genre for genre in GENRES if genre in (self.listed_genres or ()))


def title_key(title: str) -> str:
    """The same for spellings of one title: no case, accents, punctuation or leading article; II is 2, & is and."""
    plain = unicodedata.normalize("NFKD", title.casefold().replace("&", " and "))
    words = " ".join(_NOT_WORDS.sub(" ", "".join(c for c in plain if not unicodedata.combining(c))).split())
    for article in _ARTICLES:
        if words.startswith(article):
            words = words.removeprefix(article)
            break
    return " ".join(_ROMAN.get(word, word) for word in words.split())


def find_films(listing: Path, wanted: Collection[str]) -> dict[str, list[Film]]:
    """All titles whose key is wanted, by that key; the original title counts as the known one does.

    Parameters
    ----------
    listing : `title.basics.tsv`, or the same compressed by gzip, as it is downloaded
    wanted : as `title_key` gives them

    Raises
    ------
    CorpusError
        It can't be read or isn't such a list.
    """
    found: dict[str, list[Film]] = {}
    wanted_keys = frozenset(wanted)
    opened = gzip.open if listing.suffix == ".gz" else open
    try:
        with opened(listing, "rt", encoding="utf-8", newline="\n") as file:
            lines = _lines(listing, file)
            names = next(lines, "").rstrip("\n").split("\t")
            check_columns(listing, names, COLUMNS)
            places = [names.index(column) for column in COLUMNS]
            for number, line in enumerate(lines, start=2):
                fields = line.rstrip("\r\n").split("\t")
                if len(fields) != len(names):
                    raise CorpusError(listing, f"line {number} has {len(fields)} fields, not {len(names)}")
                id_, kind, title, original, year, genres = (fields[place] for place in places)
                if kind not in _KINDS:
                    continue
                for key in {title_key(title), title_key(original)} & wanted_keys:
                    if not _ID.fullmatch(id_):
                        raise CorpusError(listing, f"line {number}: {id_[:60]!r} isn't the id of a title")
                    film = Film(id_, kind, title, _year(listing, number, year), _split(listing, number, genres))
                    found.setdefault(key, []).append(film)
    except (OSError, EOFError, zlib.error) as error:
        raise CorpusError(listing, getattr(error, "strerror", None) or str(error)) from error
    except UnicodeDecodeError as error:
        raise CorpusError(listing, f"isn't IMDb's list of titles ({error})") from error
    return found


def _lines(listing: Path, file: TextIO) -> Iterator[str]:
    """Lines of a length that lists have: a few kilobytes of gzip can hold one of gigabytes."""
    number = 0
    while line := file.readline(_LONGEST_LINE):
        number += 1
        if len(line) == _LONGEST_LINE:
            raise CorpusError(listing, f"line {number} is longer than any of IMDb's list of titles")
        yield line


def _year(listing: Path, line: int, text: str) -> int | None:
    if text == NULL:
        return None
    if not re.fullmatch(r"\d{4}", text):
        raise CorpusError(listing, f"line {line}: {text[:60]!r} isn't a year")
    return int(text)


def _split(listing: Path, line: int, genres: str) -> tuple[str, ...] | None:
    if genres in (NULL, ""):
        return None
    split = tuple(genres.split(","))
    if not all(map(_GENRE.fullmatch, split)):
        raise CorpusError(listing, f"line {line}: {genres[:60]!r} aren't genres")
    return split
