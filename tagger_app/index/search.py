"""Finding tracks, the first page in a few milliseconds whatever the size of the library.

A page of a sorted list can be made in five ways. If a sample says that words are common, *sift*: find the first tracks
without regard to the words, and keep those that have them. Else *start* at an index that finds few rows, if the query's
conditions on it do, and sort those. Else, if a sample says that many tracks fit, *walk* along the index of the sort
order and keep what fits until the page is full. Else, or if the walk finds too little in a bounded number of steps,
*meet*: start at the one of several indexes that find some rows and look into the others. Else *read* the narrow index
that holds all numbers and sort what fits, which takes about the same time for every query. The way depends on the
counts alone; the page is always the same.
"""

from __future__ import annotations

import sqlite3

import numpy as np
import numpy.typing as npt

from tagger_app.database import one_snapshot
from tagger_app.index.conditions import (
    IN_TEXT,
    MATCHING_TEXT,
    TEXT_INDEX,
    Condition,
    Parameters,
    compile_query,
    join_conditions,
    merge_texts,
    split_query,
)
from tagger_app.index.connection import IndexConnection
from tagger_app.index.migrations import LISTED
from tagger_app.index.packing import ID_CHARACTERS, pack_id, packed, unpack, unpack_ids
from tagger_app.index.query import Query
from tagger_app.index.records import Track
from tagger_app.index.rows import TRACK_COLUMNS, TRACK_TABLES, decode_track
from tagger_app.index.sift import looks_for_text, sift
from tagger_app.index.sorting import Sort, parse_sort

_FEW = 5_000
"""Rows that are quickly fetched one by one and sorted."""
_FEW_TEXTS = 20_000
"""The same where a look into the text index finds them: the other ways must look there too."""
_SOME = 60_000
"""Rows of each of two indexes that are compared faster than all numbers are read, at a million tracks."""
_SAMPLE = 400
_MANY = 0.005
"""Share of the sample from which on a walk pays: a page of 50 within some 10,000 rows."""
_TEXT_SAMPLE = 100
_COMMON = 0.1
"""Share of the sample that has words from which on it pays to sift."""
_MOST_SIFTED = 4_000
"""Tracks whose texts are looked at for a page, some 30 ms; their words may stand at the end of the order alone."""
_SPARE = 1.5
"""Tracks sifted at first, by those that the sample says are needed."""
_GOLDEN_RATIO = (5**0.5 - 1) / 2
"""Its multiples spread evenly over the ids without falling into step with albums."""
_WALK_STEPS = 300_000
"""Instructions of SQLite's virtual machine; some 20 ms."""
_STEPS_PER_MATCH = 5
"""Instructions that it takes to remember one row found by its text."""


def search(
    connection: IndexConnection, query: Query, sort: str = "path", limit: int | None = 50, offset: int = 0
) -> list[Track]:
    """One page of the tracks that a query finds, in order.

    Parameters
    ----------
    limit : tracks on the page; None for all

    Raises
    ------
    QueryError
        There is no such order.
    LibraryIndexError
        The index can't be read.
    """
    return get_tracks(connection, _find(connection, query, parse_sort(sort), limit, offset))


def search_ids(connection: IndexConnection, query: Query, sort: str = "path") -> npt.NDArray[np.int64]:
    """Ids of all tracks that a query finds, in order: int64 [shape=(n,)].

    Raises
    ------
    QueryError
        There is no such order.
    LibraryIndexError
        The index can't be read.
    """
    order = parse_sort(sort)
    conditions = compile_query(query)
    source = _few_rows(connection, conditions)
    if source is None and _is_unfiltered(conditions) and (order.index is None or _is_listed(conditions)):
        sql, parameters = _select("tracks.id", conditions, order.index, order.order)
    else:
        sql, parameters = _select("tracks.id", *_start(connection, conditions, source), f"+{order.order}")
    rows = connection.fetch(f"SELECT {packed(pack_id('id'))} FROM ({sql})", (*parameters, -1, 0))
    return unpack_ids(unpack(rows[0][0], ID_CHARACTERS))


def find_ids(connection: IndexConnection, query: Query) -> npt.NDArray[np.int64]:
    """Ids of all tracks that a query finds, in no order: int64 [shape=(n,)].

    Raises
    ------
    LibraryIndexError
        The index can't be read.
    """
    conditions = compile_query(query)
    if (source := _only_source(conditions)) is None:
        conditions, source = _start(connection, conditions, _few_rows(connection, conditions))
    sql, parameters = _select("tracks.id", conditions, source)
    # Without an object a row, and a third of the time that packed numbers take.
    ((ids,),) = connection.fetch(f"SELECT group_concat(id) FROM ({sql})", parameters)
    return np.fromstring(ids or "", np.int64, sep=",")


def count(connection: IndexConnection, query: Query) -> int:
    """How many tracks a query finds.

    Raises
    ------
    LibraryIndexError
        The index can't be read.
    """
    conditions = compile_query(query)
    sources = {condition.source for condition in conditions if condition.sql != LISTED}
    if sources == {TEXT_INDEX}:
        return _count_texts(connection, conditions)
    if (source := _only_source(conditions)) is None:
        conditions, source = _start(connection, conditions, _few_rows(connection, conditions))
    sql, parameters = _select("count(*)", conditions, source)
    return int(connection.fetch(sql, parameters)[0][0])


def _only_source(conditions: list[Condition]) -> str | None:
    """The index of `tracks` that alone tells which rows fulfil all conditions, if there is one."""
    sources = {condition.source for condition in conditions if condition.sql != LISTED}
    if len(sources) != 1 or TEXT_INDEX in sources or not _is_listed(conditions):
        return None
    return sources.pop()


def _count_texts(connection: IndexConnection, conditions: list[Condition]) -> int:
    """All rows with the words, without the few of them that aren't listed: no listed row need be read."""
    (text,) = [condition for condition in conditions if condition.source == TEXT_INDEX]
    missing = "SELECT id FROM tracks INDEXED BY tracks_missing WHERE state = 2"
    failed = "SELECT id FROM tracks INDEXED BY tracks_failed WHERE failure <> ''"
    unlisted = f"SELECT count(*) FROM ({missing} UNION {failed}) AS tracks WHERE {text.sql}"
    sql = f"SELECT (SELECT count(*) FROM ({MATCHING_TEXT})) - ({unlisted})"
    return int(connection.fetch(sql, (*text.parameters, *text.parameters))[0][0])


def get_tracks(connection: IndexConnection, ids: list[int]) -> list[Track]:
    """Tracks by id, in the order of `ids`; those that aren't in the index are left out.

    Raises
    ------
    LibraryIndexError
        The index can't be read.
    """
    found = {}
    for start in range(0, len(ids), 500):  # SQLite takes 999 parameters in its older versions
        part = ids[start : start + 500]
        sql = f"SELECT {TRACK_COLUMNS} FROM {TRACK_TABLES} WHERE tracks.id IN ({', '.join('?' * len(part))})"
        for row in connection.fetch(sql, part):
            found[row[0]] = decode_track(row, connection.path)
    return [found[track_id] for track_id in ids if track_id in found]


def _find(connection: IndexConnection, query: Query, sort: Sort, limit: int | None, offset: int) -> list[int]:
    conditions = compile_query(query)
    if limit is not None and any(map(looks_for_text, conditions)):
        with one_snapshot(connection):
            if (found := _sift_first(connection, split_query(query), sort, offset + limit)) is not None:
                return found[offset:]
    return _find_page(connection, conditions, sort, limit, offset)


def _sift_first(
    connection: IndexConnection, conditions: list[Condition], sort: Sort, n_tracks: int
) -> list[int] | None:
    """Ids of the first tracks, if words that the conditions look for are common, and found soon enough."""
    sample = _sample_ids(connection, _TEXT_SAMPLE)
    least = max(_COMMON * len(sample), 1)
    texts = [text for text in conditions if looks_for_text(text) and len(sift(connection, [text], sample)) >= least]
    share = len(sift(connection, texts, sample)) / len(sample)
    if not texts or n_tracks > _MOST_SIFTED * share:
        return None
    rest = merge_texts([condition for condition in conditions if condition not in texts])
    found: list[int] = []
    n_sifted = 0
    for n_rows in (min(round(_SPARE * n_tracks / share), _MOST_SIFTED), _MOST_SIFTED):
        ids = _find_page(connection, rest, sort, n_rows, 0)
        found += sift(connection, texts, ids[n_sifted:])
        if len(found) >= n_tracks or len(ids) < n_rows:
            return found[:n_tracks]
        n_sifted = n_rows
    return None


def _find_page(
    connection: IndexConnection, conditions: list[Condition], sort: Sort, limit: int | None, offset: int
) -> list[int]:
    page = (-1 if limit is None else limit, offset)
    source = _few_rows(connection, conditions)
    if source is None and (sort.index is None or _is_listed(conditions)):
        unfiltered = _is_unfiltered(conditions)
        others = [condition for condition in conditions if condition.source not in (sort.index, TEXT_INDEX)]
        if unfiltered or (limit is not None and _share(connection, others) >= _MANY):
            sql, parameters = _select("tracks.id", conditions, sort.index, sort.order)
            max_steps = None if unfiltered else _walk_steps(connection, conditions)
            if (rows := _fetch_within(connection, sql, (*parameters, *page), max_steps)) is not None:
                return [track_id for (track_id,) in rows]
    # The plus keeps SQLite from walking along the sort order all the same.
    sql, parameters = _select("tracks.id", *_start(connection, conditions, source), f"+{sort.order}")
    return [track_id for (track_id,) in connection.fetch(sql, (*parameters, *page))]


def _select(what: str, conditions: list[Condition], source: str | None, order: str = "") -> tuple[str, Parameters]:
    """A statement that begins with `source`: an index of `tracks`, the text index, or what SQLite chooses."""
    where = join_conditions(conditions)
    sql = where.sql
    hint = f"INDEXED BY {source}" if source else ""
    if source == TEXT_INDEX:
        sql = sql.replace(f"+{IN_TEXT}", IN_TEXT)
        hint = "NOT INDEXED"
    page = f"ORDER BY {order} LIMIT ? OFFSET ?" if order else ""
    return f"SELECT {what} FROM tracks {hint} WHERE {sql} {page}", where.parameters


def _few_rows(connection: IndexConnection, conditions: list[Condition]) -> str | None:
    """The index on which the query's conditions are fulfilled by the fewest rows, if those are few."""
    best: str | None = None
    fewest = _FEW + 1
    for source in dict.fromkeys(condition.source for condition in conditions if condition.source):
        where = join_conditions([condition for condition in conditions if condition.source == source])
        if source == TEXT_INDEX:
            rows, most = MATCHING_TEXT, _FEW_TEXTS + 1
        elif _is_listed(conditions):
            rows, most = f"SELECT 1 FROM tracks INDEXED BY {source} WHERE {where.sql} AND {LISTED}", fewest
        else:
            continue
        n_rows = int(connection.fetch(f"SELECT count(*) FROM ({rows} LIMIT {most})", where.parameters)[0][0])
        if n_rows < most:
            best, fewest = source, min(n_rows, fewest)
    return best


def _start(
    connection: IndexConnection, conditions: list[Condition], source: str | None
) -> tuple[list[Condition], str | None]:
    """What a statement begins with that doesn't walk, and the conditions in the form that goes with it.

    Parameters
    ----------
    source : the index that finds few rows, if one does
    """
    if source is not None:
        return conditions, source
    return _meeting(connection, conditions) or (conditions, _all_numbers(conditions))


def _meeting(connection: IndexConnection, conditions: list[Condition]) -> tuple[list[Condition], str] | None:
    """The conditions as a start at the index that finds the fewest rows, and looks into others that find some, too."""
    if not _is_listed(conditions):
        return None
    parts: dict[str, list[Condition]] = {}
    for condition in conditions:
        if condition.source is not None and condition.source != TEXT_INDEX:
            parts.setdefault(condition.source, []).append(condition)
    counts = {}
    for source, part in parts.items() if len(parts) > 1 else ():
        where = join_conditions(part)
        rows = f"SELECT 1 FROM tracks INDEXED BY {source} WHERE {where.sql} AND {LISTED} LIMIT {_SOME + 1}"
        n_rows = int(connection.fetch(f"SELECT count(*) FROM ({rows})", where.parameters)[0][0])
        if n_rows <= _SOME:
            counts[source] = n_rows
    if len(counts) < 2:
        return None
    first, *others = sorted(counts, key=counts.__getitem__)
    met = [*parts[first], *(_looked_up(source, parts[source]) for source in others)]
    rest = [condition for condition in conditions if condition.source not in counts]
    found = _select("tracks.id", [*met, Condition(LISTED, (), listed=True)], first)
    rest = [_among(condition, *found) if condition.source == TEXT_INDEX else condition for condition in rest]
    return [*met, *rest], first


def _looked_up(source: str, conditions: list[Condition]) -> Condition:
    """Conditions on an index as one on the ids that it finds; the plus keeps SQLite from starting there."""
    where = join_conditions(conditions)
    ids = f"SELECT id FROM tracks INDEXED BY {source} WHERE {where.sql} AND {LISTED}"
    return Condition(f"+tracks.id IN ({ids})", where.parameters)


def _among(text: Condition, ids: str, parameters: Parameters) -> Condition:
    """A condition on texts that remembers those of a few rows alone, not of all that have a common word."""
    return Condition(f"+tracks.id IN ({MATCHING_TEXT} AND +rowid IN ({ids}))", (*text.parameters, *parameters))


def _share(connection: IndexConnection, conditions: list[Condition]) -> float:
    """About how large a share of all tracks fulfils the conditions; those that look for text are left aside."""
    where = join_conditions([condition for condition in conditions if not looks_for_text(condition)])
    ids = _sample_ids(connection, _SAMPLE)
    sql = f"SELECT count(*), total(({where.sql}) IS TRUE) FROM tracks WHERE id IN ({', '.join('?' * len(ids))})"
    n_rows, n_fit = connection.fetch(sql, (*where.parameters, *ids))[0]
    return float(n_fit) / max(int(n_rows), 1)


def _sample_ids(connection: IndexConnection, n_tracks: int) -> list[int]:
    """Ids spread over all that there are; not each of them need be a track's."""
    (last_id,) = connection.fetch("SELECT max(id) FROM tracks")[0]
    return list({int(number * _GOLDEN_RATIO % 1 * int(last_id or 0)) + 1 for number in range(n_tracks)})


def _is_unfiltered(conditions: list[Condition]) -> bool:
    return not any(condition.parameters for condition in conditions)


def _is_listed(conditions: list[Condition]) -> bool:
    return any(condition.listed for condition in conditions)


def _all_numbers(conditions: list[Condition]) -> str | None:
    return "tracks_numbers" if _is_listed(conditions) else None


def _walk_steps(connection: IndexConnection, conditions: list[Condition]) -> int:
    if not any(map(looks_for_text, conditions)):
        return _WALK_STEPS
    (last_id,) = connection.fetch("SELECT max(id) FROM tracks")[0]
    return _WALK_STEPS + _STEPS_PER_MATCH * int(last_id or 0)


def _fetch_within(
    connection: IndexConnection, sql: str, parameters: Parameters, max_steps: int | None
) -> list[tuple[int]] | None:
    """All rows, or None if that takes more steps than allowed."""
    if max_steps is None:
        return connection.fetch(sql, parameters)
    exhausted = False

    def stop() -> int:
        nonlocal exhausted
        exhausted = True
        return 1

    connection.set_progress_handler(stop, max_steps)
    try:
        return connection.fetch(sql, parameters)
    except sqlite3.OperationalError:
        if not exhausted:
            raise
        return None
    finally:
        connection.set_progress_handler(None, 0)
