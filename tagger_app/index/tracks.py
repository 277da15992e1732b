"""Reading tracks, and what a rescan needs of them."""

from __future__ import annotations

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


def known_files(connection: IndexConnection, root: str) -> dict[str, KnownFile]:
    """Every file of the index that is, or lies below, `root`, by path; one pass over one index, some 2 us a file.

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
    select = "SELECT path, size, mtime_ns, bundle, state, failure <> '' FROM tracks INDEXED BY tracks_known WHERE"
    decode = path_decoder()
    try:
        with index_errors(connection.path):
            rows = chain(
                connection.execute(f"{select} path > ? AND path < ?", path_range(root)),
                connection.execute(f"{select} path = ?", (encode_path(root),)),
            )
            return {
                decode(path): KnownFile(size, mtime_ns, *bundles[bundle], STATES[state], bool(failed))
                for path, size, mtime_ns, bundle, state, failed in rows
            }
    except (KeyError, IndexError, TypeError) as error:
        raise damaged(connection.path) from error


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
