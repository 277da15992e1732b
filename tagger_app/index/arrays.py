"""Reading what was found in a track: fit curve, waveform overview, embedding."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tagger_app.genres import N_GENRES
from tagger_app.index.connection import IndexConnection, index_errors
from tagger_app.index.rows import damaged, decode_array

_PART_ROWS = 10_000


def get_curve(connection: IndexConnection, track_id: int) -> npt.NDArray[np.float16] | None:
    """The fits of a track by tile: float16 [shape=(n_tiles, n_genres)]; None for a track that was never analysed.

    Raises
    ------
    LibraryIndexError
        The index can't be read, or what it holds is damaged.
    """
    for n_tiles, data in connection.fetch("SELECT n_tiles, data FROM curves WHERE track_id = ?", (track_id,)):
        return decode_array(data, np.float16, (n_tiles, N_GENRES), connection.path)
    return None


def get_overview(connection: IndexConnection, track_id: int) -> npt.NDArray[np.uint8] | None:
    """The waveform's peaks: uint8 [shape=(n_points,)]; None for a track that was never analysed.

    Raises
    ------
    LibraryIndexError
        The index can't be read, or what it holds is damaged.
    """
    for n_points, data in connection.fetch("SELECT n_points, data FROM overviews WHERE track_id = ?", (track_id,)):
        return decode_array(data, np.uint8, (n_points,), connection.path)
    return None


def get_embedding(connection: IndexConnection, track_id: int) -> npt.NDArray[np.float16] | None:
    """The embedding of a track: float16 [shape=(d,)]; None where it has none.

    Raises
    ------
    LibraryIndexError
        The index can't be read, or what it holds is damaged.
    """
    for (data,) in connection.fetch("SELECT data FROM embeddings WHERE track_id = ?", (track_id,)):
        return decode_array(data, np.float16, (_n_values(data),), connection.path)
    return None


def get_embeddings(
    connection: IndexConnection, bundle_id: str, spec_fingerprint: str
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float16]]:
    """All embeddings that one bundle made, in one pass: ids int64 [shape=(n,)], vectors float16 [shape=(n, d)].

    Embeddings of two bundles can't be compared, so they are never given together.

    Raises
    ------
    LibraryIndexError
        The index can't be read, or holds vectors of different lengths.
    """
    bundle = (bundle_id, spec_fingerprint)
    where = "bundle = (SELECT key FROM bundles WHERE id = ? AND spec_fingerprint = ?)"
    with index_errors(connection.path):
        connection.execute("BEGIN")  # count and rows are to agree while the writer goes on
        try:
            (n_tracks,) = connection.execute(f"SELECT count(*) FROM embeddings WHERE {where}", bundle).fetchone()
            rows = connection.execute(f"SELECT track_id, data FROM embeddings WHERE {where} ORDER BY track_id", bundle)
            return _gather_vectors(rows, n_tracks, connection.path)
        finally:
            connection.execute("ROLLBACK")


def _gather_vectors(
    rows: sqlite3.Cursor, n_tracks: int, path: Path
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float16]]:
    """Ids and vectors of `n_tracks` rows, a part at a time: the vectors of a large library fill memory once."""
    ids = np.empty(n_tracks, np.int64)
    vectors = np.empty((n_tracks, 0), np.float16)
    start = 0
    while part := rows.fetchmany(_PART_ROWS):
        if start == 0:
            vectors = np.empty((n_tracks, _n_values(part[0][1])), np.float16)
        n_bytes = 2 * vectors.shape[1]
        if any(not isinstance(data, bytes) or len(data) != n_bytes for _, data in part):
            raise damaged(path)
        end = start + len(part)
        ids[start:end] = [track_id for track_id, _ in part]
        shape = (len(part), vectors.shape[1])
        vectors[start:end] = decode_array(b"".join(data for _, data in part), np.float16, shape, path)
        start = end
    return ids, vectors


def _n_values(data: object) -> int:
    return len(data) // 2 if isinstance(data, bytes) else 0
