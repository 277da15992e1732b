"""The language of `cuefit find`: text in, an immutable tree out.

    query    one or more terms, all of which must hold; ``a b | c d`` holds where either side does
    -term    the term doesn't hold
    (...)    a query as a term
    thriller>0.7    a fit; ``> >= < <= =`` and a number from 0 to 1 (``=`` compares as shown, with two decimals)
    length<3:00     minutes and seconds, or seconds
    comedy          a genre's name alone, or ``genre:comedy``: assigned by the model or the user, and not rejected
    strings         any other word: the start of a word in title, artist, album or path
    "dark strings"  these words, whole, one after the other; a genre's name in quotes is searched for as text
    title: artist: album: path:    the same in one place
    codec:flac  model:open-2026.11  status:present|offline|missing|failed

Tracks that are missing or failed are found only by a query that says ``status:``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from tagger_app.errors import QueryError
from tagger_app.genres import GENRE_BY_KEY, GENRES, genre_key
from tagger_app.index.records import STATUSES

TEXT_FIELDS = ("title", "artist", "album", "path")
FIELDS = ("genre", *TEXT_FIELDS, "codec", "status", "model")

_LONGEST_QUERY = 2_000
_MOST_TERMS = 100
_DEEPEST_NESTING = 20

_NAME = r'[^\s()|":<>=]+'
_COMPARISON = re.compile(rf"({_NAME})\s*(>=|<=|>|<|=)\s*([^\s()|\"<>=]*)")
_FIELD = re.compile(rf"({_NAME}):")
_WORD = re.compile(r'[^\s()|"]+')
_NUMBER = re.compile(r"[0-9]*\.?[0-9]+")
_LENGTH = re.compile(r"(?:(?:([0-9]{1,4}):)?([0-9]{1,6}):)?([0-9]{1,9}(?:\.[0-9]+)?)s?")


@dataclass(frozen=True, slots=True)
class FitTerm:
    """A genre's fit compared with a number; false where there is no fit."""

    genre: str
    operator: str
    fit: Decimal


@dataclass(frozen=True, slots=True)
class GenreTerm:
    """A genre is the track's, the user's decisions included."""

    genre: str


@dataclass(frozen=True, slots=True)
class LengthTerm:
    """The length in seconds compared with a number; ``=`` means to the second."""

    operator: str
    length_s: Decimal


@dataclass(frozen=True, slots=True)
class TextTerm:
    """Words one after the other, in one of `TEXT_FIELDS` or any; the last may go on unless `whole`."""

    text: str
    field: str | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class CodecTerm:
    """The format's name, in any case."""

    codec: str


@dataclass(frozen=True, slots=True)
class ModelTerm:
    """The id of the bundle that analysed the track."""

    bundle_id: str


@dataclass(frozen=True, slots=True)
class StatusTerm:
    """One of `STATUSES`."""

    status: str


@dataclass(frozen=True, slots=True)
class Not:
    """Holds where `term` doesn't."""

    term: Term


@dataclass(frozen=True, slots=True)
class And:
    """Holds where all do; with no terms, everywhere."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Holds where any does."""

    terms: tuple[Term, ...]


Term = FitTerm | GenreTerm | LengthTerm | TextTerm | CodecTerm | ModelTerm | StatusTerm | Not | And | Or


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query: its text, its tree, and whether it asks for a status."""

    text: str
    root: Term
    names_status: bool


def parse_query(text: str) -> Query:
    """Understand a query; empty text finds every track.

    Raises
    ------
    QueryError
        It can't be understood; says where and what was expected.
    """
    if len(text) > _LONGEST_QUERY:
        raise QueryError(text[:_LONGEST_QUERY], _LONGEST_QUERY, f"a query holds {_LONGEST_QUERY} characters at most")
    parser = _Parser(text)
    if not text.strip():
        return Query(text, And(()), names_status=False)
    root = parser.parse_alternatives(0)
    if parser.position < len(text):
        raise parser.error("this bracket was never opened")
    return Query(text, root, parser.names_status)


class _Parser:
    """Recursive descent; `position` is the first character not yet understood."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.names_status = False
        self._n_terms = 0

    def error(self, reason: str, position: int | None = None) -> QueryError:
        return QueryError(self.text, self.position if position is None else position, reason)

    def parse_alternatives(self, depth: int) -> Term:
        alternatives = [self._parse_terms(depth)]
        while self._next() == "|":
            self.position += 1
            alternatives.append(self._parse_terms(depth))
        return alternatives[0] if len(alternatives) == 1 else Or(tuple(alternatives))

    def _next(self) -> str:
        """The next character that isn't a space, or nothing at the end."""
        while self.position < len(self.text) and self.text[self.position].isspace():
            self.position += 1
        return self.text[self.position : self.position + 1]

    def _parse_terms(self, depth: int) -> Term:
        terms = []
        while self._next() not in ("", "|", ")"):
            terms.append(self._parse_term(depth))
        if not terms:
            raise self.error("expected something to search for")
        return terms[0] if len(terms) == 1 else And(tuple(terms))

    def _parse_term(self, depth: int) -> Term:
        self._n_terms += 1
        if self._n_terms > _MOST_TERMS:
            raise self.error(f"a query holds {_MOST_TERMS} terms at most")
        start = self.position
        negated = False
        while self.text[self.position : self.position + 1] == "-":
            negated = not negated
            self.position += 1
        following = self.text[self.position : self.position + 1]
        if self.position > start and (not following or following.isspace() or following in "|)"):
            raise self.error("expected a term right after '-'; put a dash that is to be found in quotes")
        term = self._parse_group(depth) if following == "(" else self._parse_simple(following)
        return Not(term) if negated else term

    def _parse_group(self, depth: int) -> Term:
        if depth >= _DEEPEST_NESTING:
            raise self.error(f"brackets can be nested {_DEEPEST_NESTING} deep at most")
        opened_at = self.position
        self.position += 1
        term = self.parse_alternatives(depth + 1)
        if self._next() != ")":
            raise self.error("this bracket is never closed", opened_at)
        self.position += 1
        return term

    def _parse_simple(self, following: str) -> Term:
        if following == '"':
            return self._parse_text(None)
        if comparison := _COMPARISON.match(self.text, self.position):
            return self._parse_comparison(comparison)
        if field := _FIELD.match(self.text, self.position):
            return self._parse_field(field)
        if following in ("<", ">", "=", ":"):
            raise self.error(f"expected a name before {following!r}")
        word = _WORD.match(self.text, self.position)
        assert word is not None  # whatever else a term starts with has been dealt with
        if genre := GENRE_BY_KEY.get(genre_key(word[0])):
            self.position = word.end()
            return GenreTerm(genre)
        return self._parse_text(None)

    def _parse_comparison(self, comparison: re.Match[str]) -> Term:
        name, operator, number = comparison.groups()
        if name.lower() == "length":
            parsed = _LENGTH.fullmatch(number)
            if not parsed:
                raise self.error("expected a length such as 3:00 or 180", comparison.start(3))
            self.position = comparison.end()
            hours, minutes, seconds = (Decimal(part or 0) for part in parsed.groups())
            return LengthTerm(operator, hours * 3600 + minutes * 60 + seconds)
        genre = GENRE_BY_KEY.get(genre_key(name))
        if not genre:
            expected = f"{', '.join(GENRES)} or length"
            raise self.error(f"{name!r} can't be compared with a number; expected {expected}", comparison.start(1))
        if not _NUMBER.fullmatch(number) or Decimal(number) > 1:
            raise self.error("expected a number from 0 to 1 such as 0.7", comparison.start(3))
        self.position = comparison.end()
        return FitTerm(genre, operator, Decimal(number))

    def _parse_field(self, match: re.Match[str]) -> Term:
        field = match[1].lower()
        if field not in FIELDS:
            known = ", ".join(f"{field}:" for field in FIELDS)
            raise self.error(f"there is no field {match[1]!r}; expected {known} or text in quotes")
        self.position = match.end()
        if field in TEXT_FIELDS:
            return self._parse_text(field)
        value_at = self.position
        value = self._parse_value()[0]
        if field == "codec":
            return CodecTerm(value)
        if field == "model":
            return ModelTerm(value)
        if field == "status":
            if value.lower() not in STATUSES:
                raise self.error(f"expected {', '.join(STATUSES)}", value_at)
            self.names_status = True
            return StatusTerm(value.lower())
        if genre := GENRE_BY_KEY.get(genre_key(value)):
            return GenreTerm(genre)
        raise self.error(f"expected one of {', '.join(GENRES)}", value_at)

    def _parse_text(self, field: str | None) -> TextTerm:
        value_at = self.position
        text, quoted = self._parse_value()
        if not any(character.isalnum() for character in text):
            raise self.error("expected letters or digits to search for", value_at)
        return TextTerm(text, field, whole=quoted)

    def _parse_value(self) -> tuple[str, bool]:
        """A word, or text in quotes; and which of them it was."""
        if self.text[self.position : self.position + 1] == '"':
            end = self.text.find('"', self.position + 1)
            if end < 0:
                raise self.error("this quotation mark is never closed")
            value = self.text[self.position + 1 : end]
            self.position = end + 1
            return value, True
        word = _WORD.match(self.text, self.position)
        if not word:
            raise self.error("expected a word, or text in quotes")
        self.position = word.end()
        return word[0], False
