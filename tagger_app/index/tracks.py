"""Reading tracks, and what a rescan needs of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

import numpy as np

from tagger_app.index.arrays import get_curve, get_embedding, get_overview
from tagger_app.index.connection import IndexConnection, index_errors
from tagger_app.index.records import STATES, KnownFile, Track, TrackRecord
from tagger_app.index.rows import (
    TRACK_COLUMNS,
    TRACK_TABLES,
    damaged,
    decode_track,
    encode_path,
    path_decoder,
    path_range,
)
from tagger_app.index.sounds import get_sound

_IS_SETTLED = f"(bundle IS ? AND state = {STATES.index('present')} AND failure = '')"


def settled_files(
    connection: IndexConnection, root: str, bundle_id: str, spec_fingerprint: str
) -> set[tuple[str, int, int]]:
    """Files that are, or lie below, `root`, present and analysed with this bundle: path, size and time (`mtime_ns`).

    That is nearly every file of nearly every rescan; so they cost one tuple each, some 1 us.

    Raises
    ------
    LibraryIndexError
        The index can't be read.
    """
    decode = path_decoder()
    key = _bundle_key(connection, bundle_id, spec_fingerprint)
    with index_errors(connection.path):
        rows = _rows_below(connection, root, "path, size, mtime_ns", _IS_SETTLED, (key,))
        return {(decode(path), size, mtime_ns) for path, size, mtime_ns in rows} if key is not None else set()


def known_files(
    connection: IndexConnection, root: str, *, unless_settled: tuple[str, str] | None = None
) -> dict[str, KnownFile]:
    """Every file of the index that is, or lies below, `root`, by path; one pass over one index, some 2 us a file.

    Parameters
    ----------
    root : absolute path of a folder or file
    unless_settled : id and spec fingerprint of a bundle; leaves out what `settled_files` gives for it

    Raises
    ------
    LibraryIndexError
        The index can't be read.
    """
    bundles = {
        key: (bundle_id, spec_fingerprint)
        for key, bundle_id, spec_fingerprint in connection.fetch("SELECT key, id, spec_fingerprint FROM bundles")
    }
    bundles[None] = ("", "")
    decode = path_decoder()
    condition, values = "1", tuple[Any, ...]()
    if unless_settled and (key := _bundle_key(connection, *unless_settled)) is not None:
        condition, values = f"NOT {_IS_SETTLED}", (key,)
    columns = "path, size, mtime_ns, bundle, state, failure <> ''"
    try:
        with index_errors(connection.path):
            return {
                decode(path): KnownFile(size, mtime_ns, *bundles[bundle], STATES[state], bool(failed))
                for path, size, mtime_ns, bundle, state, failed in _rows_below(
                    connection, root, columns, condition, values
                )
            }
    except (KeyError, IndexError, TypeError) as error:
        raise damaged(connection.path) from error


def _bundle_key(connection: IndexConnection, bundle_id: str, spec_fingerprint: str) -> int | None:
    """What rows name a bundle by; None for one that nothing was analysed with."""
    select = "SELECT key FROM bundles WHERE id = ? AND spec_fingerprint = ?"
    return next((key for (key,) in connection.fetch(select, (bundle_id, spec_fingerprint))), None)


def _rows_below(
    connection: IndexConnection, root: str, columns: str, condition: str, values: tuple[Any, ...]
) -> Iterator[tuple[Any, ...]]:
    """Rows of the tracks that are, or lie below, a root, from the one index that has all of these columns."""
    select = f"SELECT {columns} FROM tracks INDEXED BY tracks_known WHERE {condition} AND"
    return chain(
        connection.execute(f"{select} path > ? AND path < ?", (*values, *path_range(root))),
        connection.execute(f"{select} path = ?", (*values, encode_path(root))),
    )


def count_files(connection: IndexConnection, root: str) -> tuple[int, int]:
    """How many files that are, or lie below, `root` are analysed, and of how many a failure is remembered.

    Raises
    ------
    LibraryIndexError
        The index can't be read.
    """
    select = "SELECT count(*), total(failure <> '') FROM tracks INDEXED BY tracks_known WHERE"
    below = connection.fetch(f"{select} path > ? AND path < ?", path_range(root))
    itself = connection.fetch(f"{select} path = ?", (encode_path(root),))
    n_files, n_failed = (int(many + one) for many, one in zip(below[0], itself[0], strict=True))
    return n_files - n_failed, n_failed


def get_track(connection: IndexConnection, path: str) -> Track | None:
    """The track at a path, if there is one.

    Raises
    ------
    LibraryIndexError
        The index can't be read.
    """
    tracks = _fetch_tracks(connection, "path = ?", encode_path(path))
    return tracks[0] if tracks else None


def find_by_fingerprint(connection: IndexConnection, fingerprint: str) -> list[Track]:
    """All tracks with this audio stream, in the order they were added.

    Raises
    ------
    LibraryIndexError
        The index can't be read.
    """
    return _fetch_tracks(connection, "fingerprint = ?", fingerprint)


def find_analysis(
    connection: IndexConnection, fingerprint: str, bundle_id: str, spec_fingerprint: str
) -> TrackRecord | None:
    """A stored analysis of the same audio stream by the same models, if there is one.

    The record is that of the file it was made from: whoever stores it for a copy replaces path, size, time and texts.

    Raises
    ------
    LibraryIndexError
        The index can't be read, or what it holds is damaged.
    """
    condition = "fingerprint = ? AND bundles.id = ? AND bundles.spec_fingerprint = ? AND analysed_at IS NOT NULL"
    tracks = _fetch_tracks(connection, condition, fingerprint, bundle_id, spec_fingerprint)
    if not tracks:
        return None
    track = tracks[0]
    fields = {name: getattr(track, name) for name in Track.__slots__ if name not in ("id", "state", "failure")}
    curve = get_curve(connection, track.id)
    overview = get_overview(connection, track.id)
    if curve is None or overview is None:
        raise damaged(connection.path)
    embedding = get_embedding(connection, track.id)
    if embedding is None:
        embedding = np.empty(0, np.float16)
    sound = get_sound(connection, track.id)
    return TrackRecord(**fields, curve=curve, embedding=embedding, overview=overview, sound=sound)


def _fetch_tracks(connection: IndexConnection, condition: str, *parameters: Any) -> list[Track]:
    sql = f"SELECT {TRACK_COLUMNS} FROM {TRACK_TABLES} WHERE {condition} ORDER BY tracks.id"
    return [decode_track(row, connection.path) for row in connection.fetch(sql, parameters)]
