"""The library's book-keeping: failures, roots, bundles, and counts of everything."""

from __future__ import annotations

import math
import os

from tagger_app.genres import GENRES, N_GENRES
from tagger_app.index.connection import IndexConnection
from tagger_app.index.migrations import LISTED
from tagger_app.index.records import STATUSES, Failure, Root, Statistics, UsedBundle
from tagger_app.index.rows import damaged

_LATEST_S = 1e11
"""A time in the year 5138."""


def list_failures(connection: IndexConnection) -> list[Failure]:
    """Files that couldn't be analysed and are still there, in the order of their paths.

    Raises
    ------
    LibraryIndexError
        The index can't be read.
    """
    rows = connection.fetch(
        "SELECT path, size, mtime_ns, failure, failed_at FROM tracks WHERE failure <> '' AND state <> 2 ORDER BY path"
    )
    try:
        return [
            Failure(os.fsdecode(path), int(size), int(mtime_ns), str(reason), _time_s(at_s))
            for path, size, mtime_ns, reason, at_s in rows
        ]
    except (TypeError, ValueError, OverflowError) as error:
        raise damaged(connection.path) from error


def _time_s(value: object) -> float:
    """Seconds that a calendar knows; ValueError for anything else."""
    if not isinstance(value, (int, float)) or not 0 <= value < _LATEST_S:
        raise ValueError(value)
    return float(value)


def list_roots(connection: IndexConnection) -> list[Root]:
    """Folders that were scanned, in the order of their paths.

    Raises
    ------
    LibraryIndexError
        The index can't be read.
    """
    rows = connection.fetch("SELECT path, online, scanned_at FROM roots ORDER BY path")
    try:
        return [
            Root(os.fsdecode(path), bool(online), None if scanned_at is None else _time_s(scanned_at))
            for path, online, scanned_at in rows
        ]
    except (TypeError, ValueError, OverflowError) as error:
        raise damaged(connection.path) from error


def list_bundles(connection: IndexConnection) -> list[UsedBundle]:
    """Bundles that were ever used, the first first.

    Raises
    ------
    LibraryIndexError
        The index can't be read.
    """
    rows = connection.fetch("SELECT id, spec_fingerprint, first_used, manifest FROM bundles ORDER BY key")
    return [UsedBundle(*row) for row in rows]


def read_statistics(connection: IndexConnection) -> Statistics:
    """Counts over the whole library, in one pass each.

    Raises
    ------
    LibraryIndexError
        The index can't be read.
    """
    n_by_status = dict.fromkeys(STATUSES, 0)
    by_status = "SELECT CASE WHEN failure <> '' AND state <> 2 THEN 3 ELSE state END, count(*) FROM tracks GROUP BY 1"
    for status, n_tracks in connection.fetch(by_status):
        if status not in range(len(STATUSES)):
            raise damaged(connection.path)
        n_by_status[STATUSES[status]] = n_tracks
    by_bundle = connection.fetch(
        "SELECT id, sum(n_tracks) FROM (SELECT bundle, count(*) AS n_tracks FROM tracks GROUP BY bundle) "
        "JOIN bundles ON bundles.key = bundle GROUP BY id ORDER BY id"
    )
    sums = ", ".join(f"coalesce(sum(genres >> {bit} & 1), 0)" for bit in range(N_GENRES))
    others = "coalesce(sum(genres = 0 AND unscored = ''), 0), coalesce(sum(unscored <> ''), 0), total(duration_s)"
    totals = connection.fetch(f"SELECT {sums}, {others} FROM tracks INDEXED BY tracks_numbers WHERE {LISTED}")[0]
    *n_by_genre, n_abstained, n_unscored, duration_s = totals
    if not math.isfinite(duration_s):
        raise damaged(connection.path)
    return Statistics(
        n_by_status=n_by_status,
        n_by_bundle=dict(by_bundle),
        n_by_genre=dict(zip(GENRES, n_by_genre, strict=True)),
        n_abstained=n_abstained,
        n_unscored=n_unscored,
        duration_s=duration_s,
    )
