"""Arrays in a file that is mapped into memory: what suggestions read, kept beside the index.

Windows replaces no file that is mapped, not even for the program that has mapped it: there the file is read instead, as
a whole, or no window could ever bring it up to date.

    8 bytes    magic, with the version of this format
    4 bytes    length of the header, little-endian
    header     JSON: what the arrays were made from, name, type, shape and place of each, CRC-32 of all after the header
    arrays     each from a multiple of 64 bytes

The file is a copy of what the index holds: whatever is odd about it, it is made again.
"""

from __future__ import annotations

import json
import math
import os
import struct
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from tagger_app.durable import REPLACES_OPEN_FILES, replace
from tagger_app.unfinished import unfinished

MAGIC = b"CUEFVEC1"
_START = struct.Struct("<8sI")
_LONGEST_HEADER = 1 << 16
_ALIGNMENT = 64
_CHUNK = 1 << 22

Arrays = dict[str, npt.NDArray[Any]]
Shapes = Mapping[str, tuple[np.dtype[Any], tuple[int, ...]]]


class DamagedFileError(ValueError):
    """Not a whole file of arrays; to be made again."""


class PackedWriter:
    """A file of arrays in the making: under another name until `commit`, gone if that never comes.

    Attributes
    ----------
    arrays : mapped into memory, to be filled

    Raises
    ------
    OSError
        The file can't be made.
    """

    def __init__(self, path: Path, shapes: Shapes) -> None:
        self._path = path
        self._places: list[dict[str, Any]] = []
        end = 0
        for name, (dtype, shape) in shapes.items():
            little_endian = dtype.newbyteorder("<")
            start = -(-end // _ALIGNMENT) * _ALIGNMENT
            end = start + little_endian.itemsize * math.prod(shape)
            self._places.append({"name": name, "dtype": little_endian.str, "shape": list(shape), "start": start})
        self._n_bytes = end
        self._unfinished = unfinished(path)
        self._file = self._unfinished.open("x+b")
        try:
            # Room for the header, which is longer once it holds the checksum and what is told by `commit`.
            self._body = _LONGEST_HEADER
            _allocate(self._file, self._body + max(self._n_bytes, 1))
            mapped = np.memmap(self._file, np.uint8, "r+", offset=self._body, shape=(max(self._n_bytes, 1),))
            self._mapped: np.memmap[Any, Any] | None = mapped
            self.arrays = _views(mapped, self._places)
        except BaseException:
            self._discard()
            raise

    def commit(self, meta: Mapping[str, Any]) -> None:
        """Write the header, let go of the arrays, and put the file in its place.

        Raises
        ------
        OSError
            The disk is full, or the old file can't be replaced (on Windows: while another program reads it).
        """
        assert self._mapped is not None
        self._mapped.flush()
        self.arrays = {}
        self._mapped = None
        self._file.seek(self._body)
        checksum = _checksum(self._file, self._n_bytes)
        header = {"meta": dict(meta), "arrays": self._places, "n_bytes": self._n_bytes, "crc32": checksum}
        encoded = json.dumps(header).encode()
        if len(encoded) > _LONGEST_HEADER - _START.size:
            raise ValueError("a header of more than 64 KiB")
        self._file.seek(0)
        self._file.write(_START.pack(MAGIC, len(encoded)) + encoded)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        replace(self._unfinished, self._path)

    def __enter__(self) -> PackedWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._discard()

    def _discard(self) -> None:
        self.arrays = {}
        self._mapped = None
        self._file.close()
        with suppress(OSError):  # what is left of it goes at the next start
            self._unfinished.unlink(missing_ok=True)


def read_packed(path: Path) -> tuple[dict[str, Any], Arrays]:
    """What a file was made from, and its arrays, read-only; mapped into memory, if that leaves it replaceable.

    Raises
    ------
    DamagedFileError
        It isn't a whole file of this version.
    OSError
        There is none, or it can't be read.
    """
    with path.open("rb") as file:
        try:
            magic, n_header = _START.unpack(file.read(_START.size))
            if magic != MAGIC or n_header > _LONGEST_HEADER:
                raise DamagedFileError(path)
            header = json.loads(file.read(n_header))
            places, n_bytes, meta = header["arrays"], int(header["n_bytes"]), dict(header["meta"])
            file.seek(_LONGEST_HEADER)
            if not 0 <= n_bytes <= os.fstat(file.fileno()).st_size - _LONGEST_HEADER:
                raise DamagedFileError(path)
            if _checksum(file, n_bytes) != header["crc32"]:
                raise DamagedFileError(path)
            return meta, _views(_map(file, n_bytes) if REPLACES_OPEN_FILES else _read(file, n_bytes), places)
        except (struct.error, KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
            raise DamagedFileError(path) from error


def _allocate(file: BinaryIO, n_bytes: int) -> None:
    """Have the disk give all its room now: when it is full, writing to a file's holes in memory ends the process."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file.fileno(), 0, n_bytes)
        return
    for start in range(0, n_bytes, _CHUNK):
        file.write(bytes(min(_CHUNK, n_bytes - start)))
    file.flush()


def _map(file: BinaryIO, n_bytes: int) -> npt.NDArray[np.uint8]:
    return np.memmap(file, np.uint8, "r", offset=_LONGEST_HEADER, shape=(max(n_bytes, 1),))


def _read(file: BinaryIO, n_bytes: int) -> npt.NDArray[np.uint8]:
    file.seek(_LONGEST_HEADER)
    whole = np.empty(n_bytes, np.uint8)
    if file.readinto(whole) != n_bytes:  # type: ignore[attr-defined] # what `open` returns has it
        raise DamagedFileError("cut short")
    whole.flags.writeable = False
    return whole


def _views(mapped: npt.NDArray[np.uint8], places: list[dict[str, Any]]) -> Arrays:
    arrays = {}
    for place in places:
        dtype, shape = np.dtype(place["dtype"]), tuple(place["shape"])
        end = place["start"] + dtype.itemsize * math.prod(shape)
        if place["start"] < 0 or place["start"] % _ALIGNMENT or end > len(mapped) or not shape or min(shape) < 0:
            raise ValueError("an array that isn't where one can be")
        # Plain arrays: those of the kind of memmap make every slice slower.
        arrays[place["name"]] = np.asarray(mapped[place["start"] : end]).view(dtype).reshape(shape)
    return arrays


def _checksum(file: Any, n_bytes: int) -> int:
    checksum = 0
    left = n_bytes
    while left:
        chunk = file.read(min(left, _CHUNK))
        if not chunk:
            raise DamagedFileError("cut short")
        checksum = zlib.crc32(chunk, checksum)
        left -= len(chunk)
    return checksum
