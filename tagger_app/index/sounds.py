"""Reading what suggestions compare: the sound of one track, and of a whole library part by part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tagger_app.genres import N_GENRES
from tagger_app.index.connection import IndexConnection, index_errors
from tagger_app.index.rows import FIT_COLUMNS, FIT_SCALE, damaged, decode_array, decode_names
from tagger_app.index.sound import N_MOTION, Sound

_PART_ROWS = 500


class SoundRows(NamedTuple):
    """Tracks that one bundle made, as suggestions compare them.

    Attributes
    ----------
    ids : int64 [shape=(n,)]
    fingerprints : of the audio streams
    fits : float32 [shape=(n, n_genres)], NaN where there is none
    user_genres : the editor's decisions
    n_tiles : int64 [shape=(n,)]
    curves : float16 [shape=(n_tiles.sum(), n_genres)], those of all tracks one after the other
    embeddings : float16 [shape=(n, d)]
    dynamics, paces : float16 [shape=(n, k)]
    """

    ids: npt.NDArray[np.int64]
    fingerprints: list[str]
    fits: npt.NDArray[np.float32]
    user_genres: list[tuple[str, ...]]
    n_tiles: npt.NDArray[np.int64]
    curves: npt.NDArray[np.float16]
    embeddings: npt.NDArray[np.float16]
    dynamics: npt.NDArray[np.float16]
    paces: npt.NDArray[np.float16]


class TileRows(NamedTuple):
    """Tracks that one bundle made, tile by tile. Attributes as in `SoundRows`, and:

    Attributes
    ----------
    scales : float32 [shape=(n,)], what the tiles of each are multiplied with
    tiles : int8 [shape=(n_tiles.sum(), d)]
    motion : float16 [shape=(n_tiles.sum(), N_MOTION)]
    """

    ids: npt.NDArray[np.int64]
    fingerprints: list[str]
    fits: npt.NDArray[np.float32]
    user_genres: list[tuple[str, ...]]
    n_tiles: npt.NDArray[np.int64]
    scales: npt.NDArray[np.float32]
    curves: npt.NDArray[np.float16]
    tiles: npt.NDArray[np.int8]
    motion: npt.NDArray[np.float16]


def get_sound(connection: IndexConnection, track_id: int) -> Sound | None:
    """What suggestions compare; None for a track that has no embedding.

    Raises
    ------
    LibraryIndexError
        The index can't be read, or what it holds is damaged.
    """
    columns = "n_tiles, tile_s, scale, tiles, spread, levels, motion, dynamics, pace"
    for row in connection.fetch(f"SELECT {columns} FROM sounds WHERE track_id = ?", (track_id,)):
        return decode_sound(row, connection.path)
    return None


def get_sounds(connection: IndexConnection, track_ids: Sequence[int]) -> dict[int, Sound]:
    """`get_sound` of several tracks, by id; those that have none are left out."""
    columns = "track_id, n_tiles, tile_s, scale, tiles, spread, levels, motion, dynamics, pace"
    sounds = {}
    for start in range(0, len(track_ids), 500):
        part = track_ids[start : start + 500]
        sql = f"SELECT {columns} FROM sounds WHERE track_id IN ({', '.join('?' * len(part))})"
        for track_id, *row in connection.fetch(sql, part):
            sounds[track_id] = decode_sound(tuple(row), connection.path)
    return sounds


def decode_sound(row: tuple[Any, ...], path: Path) -> Sound:
    """A sound from n_tiles, tile_s, scale, tiles, spread, levels, motion, dynamics and pace.

    Raises
    ------
    LibraryIndexError
        The row holds what Cuefit never writes.
    """
    n_tiles, tile_s, scale, tiles, spread, levels, motion, dynamics, pace = row
    try:
        return Sound(
            tile_s=float(tile_s),
            scale=float(scale),
            tiles=decode_array(tiles, np.int8, (n_tiles, _n_values(spread)), path),
            spread=decode_array(spread, np.float16, (_n_values(spread),), path),
            levels=decode_array(levels, np.uint8, (len(levels),), path),
            motion=decode_array(motion, np.float16, (n_tiles, N_MOTION), path),
            dynamics=decode_array(dynamics, np.float16, (_n_values(dynamics),), path),
            pace=decode_array(pace, np.float16, (_n_values(pace),), path),
        )
    except (TypeError, ValueError) as error:
        raise damaged(path) from error


STRANGE_SOUNDS = f"""SELECT sounds.track_id FROM sounds
    LEFT JOIN curves ON curves.track_id = sounds.track_id
    LEFT JOIN embeddings ON embeddings.track_id = sounds.track_id
    WHERE NOT coalesce(
        typeof(spread) || typeof(dynamics) || typeof(pace) || typeof(levels) || typeof(motion) || typeof(tiles)
            = 'blobblobblobblobblobblob'
        AND typeof(sounds.n_tiles) = 'integer' AND sounds.n_tiles > 0 AND sounds.n_tiles = curves.n_tiles
        AND typeof(tile_s) = 'real' AND tile_s > 0 AND tile_s < 1e9
        AND typeof(scale) = 'real' AND scale >= 0 AND scale < 1e9
        AND length(spread) % 2 = 0 AND length(dynamics) % 2 = 0 AND length(pace) % 2 = 0
        AND length(spread) = length(embeddings.data)
        AND 2 * length(tiles) = sounds.n_tiles * length(spread)
        AND length(motion) = {2 * N_MOTION} * sounds.n_tiles, 0)"""
"""Sounds that Cuefit never writes: `decode_sound` would refuse them, or they don't fit their curve or embedding.

Only lengths are compared, so that the values themselves needn't be read."""

_TABLES = """tracks JOIN sounds ON sounds.track_id = tracks.id JOIN curves ON curves.track_id = tracks.id
    JOIN embeddings ON embeddings.track_id = tracks.id AND embeddings.bundle = tracks.bundle"""
_OF_BUNDLE = "tracks.bundle = (SELECT key FROM bundles WHERE id = ? AND spec_fingerprint = ?)"
_FACTS = f"tracks.id, fingerprint, user_genres, {', '.join(FIT_COLUMNS)}"
_N_FACTS = 3 + N_GENRES


def last_revision(connection: IndexConnection) -> int:
    """The highest number that a change of an analysis, or of the user's decisions, was ever given; 0 for none.

    Raises
    ------
    LibraryIndexError
        The index can't be read.
    """
    rows = connection.fetch("SELECT seq FROM sqlite_sequence WHERE name = 'revisions'")
    return int(rows[0][0]) if rows else 0


def changed_since(connection: IndexConnection, revision: int) -> list[int]:
    """Ids of tracks whose analysis, or whose user's decisions, changed after a revision.

    Raises
    ------
    LibraryIndexError
        The index can't be read.
    """
    rows = connection.fetch("SELECT track_id FROM revisions WHERE number > ? ORDER BY number", (revision,))
    return [track_id for (track_id,) in rows]


def fingerprints_as_of(connection: IndexConnection, ids: Sequence[int], revision: int) -> dict[int, str]:
    """Fingerprints of those tracks that haven't changed after a revision, by id.

    Raises
    ------
    LibraryIndexError
        The index can't be read.
    """
    marks = ", ".join("?" * len(ids))
    sql = (
        f"""SELECT id, fingerprint FROM tracks JOIN revisions ON track_id = id WHERE id IN ({marks}) AND number <= ?"""
    )
    return dict(connection.fetch(sql, (*ids, revision)))


def list_sounds(connection: IndexConnection, bundle_id: str, spec_fingerprint: str) -> list[int]:
    """Ids of the tracks of one bundle that can be compared.

    Raises
    ------
    LibraryIndexError
        The index can't be read.
    """
    sql = f"SELECT tracks.id FROM {_TABLES} WHERE {_OF_BUNDLE} ORDER BY tracks.id"
    return [track_id for (track_id,) in connection.fetch(sql, (bundle_id, spec_fingerprint))]


def count_sounds(connection: IndexConnection, bundle_id: str, spec_fingerprint: str) -> int:
    """How many tracks of one bundle can be compared.

    Raises
    ------
    LibraryIndexError
        The index can't be read.
    """
    return _count(connection, "count(*)", (bundle_id, spec_fingerprint))


def count_tiles(connection: IndexConnection, bundle_id: str, spec_fingerprint: str) -> int:
    """How many tiles those tracks have altogether.

    Raises
    ------
    LibraryIndexError
        The index can't be read.
    """
    return _count(connection, "coalesce(sum(sounds.n_tiles), 0)", (bundle_id, spec_fingerprint))


def read_sounds(
    connection: IndexConnection, bundle_id: str, spec_fingerprint: str, ids: Sequence[int] | None = None
) -> Iterator[SoundRows]:
    """What is compared of whole tracks of one bundle, all or some, a part at a time, in the order of their ids.

    Raises
    ------
    LibraryIndexError
        The index can't be read, or holds vectors of different lengths.
    """
    columns = "curves.n_tiles, curves.data, embeddings.data, dynamics, pace"
    for rows in _read_parts(connection, columns, (bundle_id, spec_fingerprint), ids):
        facts, columns_read = _split(rows)
        n_tiles, curves, *vectors = columns_read
        with _damage(connection.path):
            yield SoundRows(
                *_decode_facts(facts),
                np.array(n_tiles, np.int64),
                _stack(curves, np.float16, N_GENRES, connection.path, n_tiles),
                *(_stack(blobs, np.float16, _n_values(blobs[0]), connection.path) for blobs in vectors),
            )


def read_tiles(
    connection: IndexConnection, bundle_id: str, spec_fingerprint: str, ids: Sequence[int] | None = None
) -> Iterator[TileRows]:
    """What is compared of the tiles of tracks of one bundle, all or some, a part at a time, in the order of their ids.

    Raises
    ------
    LibraryIndexError
        The index can't be read, or holds vectors of different lengths.
    """
    columns = "sounds.n_tiles, scale, curves.data, tiles, motion, length(spread)"
    for rows in _read_parts(connection, columns, (bundle_id, spec_fingerprint), ids):
        facts, (n_tiles, scales, curves, tiles, motion, widths) = _split(rows)
        with _damage(connection.path):
            yield TileRows(
                *_decode_facts(facts),
                np.array(n_tiles, np.int64),
                np.array(scales, np.float32),
                _stack(curves, np.float16, N_GENRES, connection.path, n_tiles),
                _stack(tiles, np.int8, widths[0] // 2, connection.path, n_tiles),
                _stack(motion, np.float16, N_MOTION, connection.path, n_tiles),
            )


def _count(connection: IndexConnection, what: str, made_with: tuple[str, str]) -> int:
    return int(connection.fetch(f"SELECT {what} FROM {_TABLES} WHERE {_OF_BUNDLE}", made_with)[0][0])


def _read_parts(
    connection: IndexConnection, columns: str, made_with: tuple[str, str], ids: Sequence[int] | None
) -> Iterator[list[tuple[Any, ...]]]:
    select = f"SELECT {_FACTS}, {columns} FROM {_TABLES} WHERE {_OF_BUNDLE}"
    with index_errors(connection.path):
        if ids is None:
            rows = connection.execute(f"{select} ORDER BY tracks.id", made_with)
            while part := rows.fetchmany(_PART_ROWS):
                yield part
            return
        ordered = sorted(ids)
        for start in range(0, len(ordered), _PART_ROWS):
            chosen = ordered[start : start + _PART_ROWS]
            where = f"tracks.id IN ({', '.join('?' * len(chosen))}) ORDER BY tracks.id"
            if part := connection.execute(f"{select} AND {where}", (*made_with, *chosen)).fetchall():
                yield part


def _split(rows: list[tuple[Any, ...]]) -> tuple[list[tuple[Any, ...]], list[list[Any]]]:
    """The facts of each row, and the other columns one by one."""
    return [row[:_N_FACTS] for row in rows], [
        list(column) for column in zip(*(row[_N_FACTS:] for row in rows), strict=True)
    ]


def _decode_facts(
    facts: list[tuple[Any, ...]],
) -> tuple[npt.NDArray[np.int64], list[str], npt.NDArray[np.float32], list[tuple[str, ...]]]:
    fits = np.array([[np.nan if fit is None else fit for fit in row[3:]] for row in facts], np.float32)
    return (
        np.array([row[0] for row in facts], np.int64),
        [str(row[1] or "") for row in facts],
        np.asarray(fits / FIT_SCALE, np.float32),
        [decode_names(row[2]) if row[2] != "[]" else () for row in facts],
    )


def _stack(
    blobs: list[Any], dtype: type[np.generic], width: int, path: Path, n_rows: list[int] | None = None
) -> npt.NDArray[Any]:
    """Arrays of one width, each of one row unless `n_rows` says of how many, one after the other."""
    sizes = [1] * len(blobs) if n_rows is None else n_rows
    n_bytes = width * np.dtype(dtype).itemsize
    if any(not isinstance(blob, bytes) or len(blob) != n_bytes * size for blob, size in zip(blobs, sizes, strict=True)):
        raise damaged(path)
    return decode_array(b"".join(blobs), dtype, (sum(sizes), width), path)


@contextmanager
def _damage(path: Path) -> Iterator[None]:
    """Values of a kind that Cuefit never writes are damage."""
    try:
        yield
    except (TypeError, ValueError) as error:
        raise damaged(path) from error


def _n_values(data: object) -> int:
    return len(data) // 2 if isinstance(data, bytes) else 0
