"""From a query's tree to SQL. Values are always parameters; names of columns come from fixed lists alone."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import NamedTuple

from tagger_app.genres import GENRES, genre_key
from tagger_app.index.migrations import LISTED
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
    Term,
    TextTerm,
)
from tagger_app.index.rows import FIT_SCALE, clean_text

Parameters = tuple[int | float | str, ...]

_STATUS_CONDITIONS = {
    "present": f"state = 0 AND {LISTED}",
    "offline": f"state = 1 AND {LISTED}",
    "missing": "state = 2",
    "failed": "failure <> '' AND state <> 2",
}
_TEXT_COLUMNS = {None: "", "title": "title : ", "artist": "artist : ", "album": "album : ", "path": "path_text : "}
_SHOWN_DECIMALS = 2


class Condition(NamedTuple):
    """A part of a WHERE clause on `tracks`.

    `source` names what finds its rows without reading the others, if anything does: an index of `tracks`, or
    `TEXT_INDEX`, where `parameters` is the one expression to match. `listed`: it implies `LISTED`, so that the partial
    indexes hold every row that it can find.
    """

    sql: str
    parameters: Parameters
    source: str | None = None
    listed: bool = False


TEXT_INDEX = "tracks_text"
MATCHING_TEXT = f"SELECT rowid FROM {TEXT_INDEX} WHERE {TEXT_INDEX} MATCH ?"
IN_TEXT = f"tracks.id IN ({MATCHING_TEXT})"


def compile_query(query: Query) -> list[Condition]:
    """Conditions that must all hold; the last says which tracks are listed, unless the query itself does."""
    return merge_texts(split_query(query))


def split_query(query: Query) -> list[Condition]:
    """The same, with a condition for each word."""
    terms = query.root.terms if isinstance(query.root, And) else (query.root,)
    conditions = [_compile(term) for term in terms]
    if not query.names_status:
        conditions.append(Condition(LISTED, (), listed=True))
    return conditions


def merge_texts(conditions: list[Condition]) -> list[Condition]:
    """One expression over all words is one look into the text index."""
    texts = [str(condition.parameters[0]) for condition in conditions if condition.source == TEXT_INDEX]
    others = [condition for condition in conditions if condition.source != TEXT_INDEX]
    return [*others, _match(" AND ".join(texts))] if texts else others


def join_conditions(conditions: list[Condition]) -> Condition:
    """All conditions as one."""
    if not conditions:
        return Condition("1", ())
    sql = " AND ".join(f"({condition.sql})" for condition in conditions)
    return Condition(sql, tuple(value for condition in conditions for value in condition.parameters))


def _compile(term: Term) -> Condition:
    match term:
        case And(terms):
            return join_conditions(merge_texts([_compile(part) for part in terms]))
        case Or(terms):
            parts = [_compile(part) for part in terms]
            sql = " OR ".join(f"({part.sql})" for part in parts)
            return Condition(sql, tuple(value for part in parts for value in part.parameters))
        case Not(inner):
            part = _compile(inner)
            return Condition(f"({part.sql}) IS NOT TRUE", part.parameters)
        case FitTerm(genre, operator, fit):
            return _compare_fit(f"fit_{genre_key(genre)}", operator, fit)
        case LengthTerm(operator, length_s):
            if operator == "=":
                bounds = (float(length_s) - 0.5, float(length_s) + 0.5)
                return Condition("duration_s >= ? AND duration_s < ?", bounds, "tracks_duration_s")
            return Condition(f"duration_s {_checked(operator)} ?", (float(length_s),), "tracks_duration_s")
        case GenreTerm(genre):
            return Condition("(genres & ?) <> 0", (1 << GENRES.index(genre),))
        case TextTerm():
            return _match(_match_expression(term))
        case CodecTerm(codec):
            return Condition("codec = ?", (clean_text(codec),))
        case ModelTerm(bundle_id):
            return Condition("bundle IN (SELECT key FROM bundles WHERE id = ?)", (clean_text(bundle_id),))
        case StatusTerm(status):
            return Condition(_STATUS_CONDITIONS[status], (), listed=status in ("present", "offline"))


def _compare_fit(column: str, operator: str, fit: Decimal) -> Condition:
    """Fits are whole ten-thousandths, so every bound is rounded to the next one that compares the same."""
    source = f"tracks_{column}"
    bound = fit * FIT_SCALE
    if operator == "=":
        decimals = max(_SHOWN_DECIMALS, -int(fit.as_tuple().exponent))
        half = Decimal(5).scaleb(-decimals - 1) * FIT_SCALE
        bounds = (math.ceil(bound - half), math.ceil(bound + half))
        return Condition(f"{column} >= ? AND {column} < ?", bounds, source)
    rounded = math.floor(bound) if operator in (">", "<=") else math.ceil(bound)
    return Condition(f"{column} {_checked(operator)} ?", (rounded,), source)


def _checked(operator: str) -> str:
    return {"<": "<", "<=": "<=", ">": ">", ">=": ">="}[operator]


def _match(expression: str) -> Condition:
    # The plus keeps SQLite from starting with the text where another index is the better start: search.py decides.
    return Condition(f"+{IN_TEXT}", (expression,), TEXT_INDEX)


def _match_expression(term: TextTerm) -> str:
    """FTS5's expression for a phrase: everything between its quotation marks is text, none of it an operator."""
    text = clean_text(term.text).replace('"', '""')
    return f'{_TEXT_COLUMNS[term.field]}"{text}"{"" if term.whole else " *"}'
