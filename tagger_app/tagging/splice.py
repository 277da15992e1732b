"""Copying a file with a few stretches of bytes replaced."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from typing import BinaryIO, NamedTuple

_CHUNK_BYTES = 1 << 20


class Splice(NamedTuple):
    """Replace `n_removed` bytes from `offset` by `inserted`."""

    offset: int
    n_removed: int
    inserted: bytes


def copy_spliced(source: BinaryIO, target: BinaryIO, splices: Iterable[Splice]) -> None:
    """Copy a file with stretches replaced; they must not overlap.

    Raises
    ------
    OSError
        Reading or writing failed; EOFError if the file is shorter than its splices.
    """
    position = 0
    for splice in sorted(splices):
        _copy_range(source, target, position, splice.offset - position)
        target.write(splice.inserted)
        position = splice.offset + splice.n_removed
    source.seek(position)
    shutil.copyfileobj(source, target, _CHUNK_BYTES)


def copy_whole(source: BinaryIO, target: BinaryIO) -> None:
    """Copy a file and leave `target` at its start."""
    copy_spliced(source, target, ())
    target.seek(0)


def size_of(file: BinaryIO) -> int:
    """Length of an open file in bytes."""
    return file.seek(0, os.SEEK_END)


def read_range(file: BinaryIO, offset: int, n_bytes: int) -> bytes:
    """Bytes of a file; fewer where it ends."""
    file.seek(offset)
    return file.read(n_bytes)


def _copy_range(source: BinaryIO, target: BinaryIO, start: int, n_bytes: int) -> None:
    source.seek(start)
    while n_bytes:
        block = source.read(min(n_bytes, _CHUNK_BYTES))
        if not block:
            raise EOFError("the file has become shorter")
        target.write(block)
        n_bytes -= len(block)
