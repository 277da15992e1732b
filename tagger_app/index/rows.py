"""Between records and rows: text that SQLite takes, sort keys, arrays as raw little-endian bytes."""

from __future__ import annotations

import json
import math
import os
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tagger_app.errors import LibraryIndexError
from tagger_app.genres import GENRE_BY_KEY, N_GENRES
from tagger_app.index.records import STATES, Track

FIT_SCALE = 10_000
_LONGEST_TEXT = 1_000
"""Characters of a title, artist or album that are kept: a damaged tag can hold megabytes."""
_LONGEST_KEY = 100
_LONGEST_S = 1e9

FIT_COLUMNS = tuple(f"fit_{key}" for key in GENRE_BY_KEY)

TRACK_COLUMNS = ", ".join(
    (
        *("tracks.id", "path", "size", "mtime_ns", "state", "failure", "fingerprint"),
        *("bundles.id", "bundles.spec_fingerprint", "duration_s", "rate_hz", "n_channels", "codec"),
        *("title", "artist", "album", "assigned", "user_genres", "unscored", "short", *FIT_COLUMNS),
    )
)
TRACK_TABLES = "tracks LEFT JOIN bundles ON bundles.key = tracks.bundle"


def damaged(path: Path) -> LibraryIndexError:
    """The error for a value that Cuefit can't have written."""
    return LibraryIndexError(path, "is damaged: it holds values that Cuefit never writes; restore it from a backup")


def encode_path(path: str) -> bytes:
    """The bytes of a path, as the file system has them."""
    return os.fsencode(path)


def path_decoder() -> Callable[[bytes], str]:
    """`os.fsdecode` for bytes alone, at a quarter of its time: a rescan decodes every path of a library."""
    encoding, errors = sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()
    return lambda path: path.decode(encoding, errors)


def path_range(root: str, separator: str = os.sep) -> tuple[bytes, bytes]:
    """The first path below a folder, and the first path after all below it, in the order of bytes."""
    folder = os.fsencode(root.rstrip(separator))
    mark = separator.encode()
    return folder + mark, folder + bytes([mark[0] + 1])


def clean_text(text: str, longest: int = _LONGEST_TEXT) -> str:
    """Text that SQLite can keep and search: no NUL, no lone surrogates, no endless tags."""
    return text[:longest].replace("\0", " ").encode("utf-8", "replace").decode("utf-8")


def searchable_path(path: str) -> str:
    """A path as text to be searched; bytes that aren't UTF-8 are replaced."""
    return os.fsencode(path).decode("utf-8", "replace").replace("\0", " ")


def sort_key(text: str) -> str | None:
    """What text is sorted by: letters without case and accents; None, which sorts last, for none."""
    letters = unicodedata.normalize("NFKD", clean_text(text, _LONGEST_KEY))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold().strip() or None


def encode_fits(fits: tuple[float | None, ...]) -> tuple[int | None, ...]:
    """Fits as ten-thousandths."""
    return tuple(None if fit is None or math.isnan(fit) else round(fit * FIT_SCALE) for fit in fits)


def decode_fits(values: tuple[int | None, ...]) -> tuple[float | None, ...]:
    """Fits from ten-thousandths."""
    return tuple(None if value is None else value / FIT_SCALE for value in values)


def encode_names(names: tuple[str, ...]) -> str:
    """A few names as a JSON list."""
    return json.dumps([clean_text(name) for name in names], ensure_ascii=False)


def decode_names(text: str) -> tuple[str, ...]:
    """Names from a JSON list; ValueError if it isn't one."""
    names = json.loads(text)
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError(text)
    return tuple(names)


def encode_array(array: npt.NDArray[Any]) -> bytes:
    """An array's values, row by row, little-endian."""
    return np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")).tobytes()


def decode_array(data: object, dtype: type[np.generic], shape: tuple[object, ...], path: Path) -> npt.NDArray[Any]:
    """The array of a blob.

    Raises
    ------
    LibraryIndexError
        The blob isn't one, or doesn't hold as many values as its shape says.
    """
    little_endian = np.dtype(dtype).newbyteorder("<")
    if not isinstance(data, bytes) or not all(isinstance(size, int) and size >= 0 for size in shape):
        raise damaged(path)
    if len(data) != math.prod(shape) * little_endian.itemsize:  # type: ignore[arg-type] # checked above
        raise damaged(path)
    return np.frombuffer(data, little_endian).astype(dtype).reshape(shape)  # type: ignore[arg-type]


def decode_track(row: tuple[Any, ...], path: Path) -> Track:
    """A track from a row of `TRACK_COLUMNS`.

    Raises
    ------
    LibraryIndexError
        The row holds what Cuefit never writes.
    """
    track_id, file_path, size, mtime_ns, state, failure, fingerprint, bundle_id, spec_fingerprint = row[:9]
    duration_s, rate_hz, n_channels, codec, title, artist, album, assigned, user_genres, unscored, short = row[9:20]
    try:
        fits = decode_fits(row[20 : 20 + N_GENRES])
        if (
            state < 0
            or not 0 <= (duration_s or 0) < _LONGEST_S
            or any(not 0 <= fit <= 1 for fit in fits if fit is not None)
        ):
            raise ValueError("out of range")
        return Track(
            id=track_id,
            path=os.fsdecode(file_path),
            size=int(size),
            mtime_ns=int(mtime_ns),
            state=STATES[state],
            failure=str(failure),
            fingerprint=str(fingerprint or ""),
            bundle_id=str(bundle_id or ""),
            spec_fingerprint=str(spec_fingerprint or ""),
            duration_s=float(duration_s or 0),
            rate_hz=int(rate_hz or 0),
            n_channels=int(n_channels or 0),
            codec=str(codec),
            title=str(title),
            artist=str(artist),
            album=str(album),
            fits=fits,
            assigned=decode_names(assigned),
            user_genres=decode_names(user_genres),
            unscored=str(unscored),
            short=bool(short),
        )
    except (TypeError, ValueError, IndexError, OverflowError, RecursionError) as error:
        raise damaged(path) from error
