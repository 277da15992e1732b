"""Sound as it is stored, read without FFmpeg: the same bytes as its packets, many times faster.

FFmpeg takes a file apart with parsers and probes that a fingerprint doesn't need: an Ogg file in 8 times the time. Each
reader here follows one plain form of one format, and refuses all that isn't so plain. FFmpeg reads that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_BLOCK_BYTES = 1 << 20


class NotPlain(ValueError):  # noqa: N818 - not an error: FFmpeg is asked instead
    """The file isn't as plain as a reader of stored sound wants it; FFmpeg may know better."""


@dataclass(frozen=True)
class StoredSound:
    """The coded sound of a file.

    Attributes
    ----------
    codec : FFmpeg's name of its decoder: "mp3float", "pcm_s16le"
    rate_hz : samples a second
    n_channels : channels
    blocks : the bytes of the packets, one after the other, in blocks of any size. Raises `NotPlain` where the file
        turns out not to be, also after some of its blocks
    """

    codec: str
    rate_hz: int
    n_channels: int
    blocks: Iterator[bytes | memoryview]


def read_exactly(file: BinaryIO, n_bytes: int) -> bytes:
    """So many bytes from where `file` is.

    Raises
    ------
    NotPlain
        There are fewer.
    """
    data = file.read(n_bytes)
    if len(data) < n_bytes:
        raise NotPlain("it ends too soon")
    return data


def read_range(file: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    """The bytes from `start` to `end` of a file, in blocks.

    Raises
    ------
    NotPlain
        The file ends before.
    """
    file.seek(start)
    while start < end:
        block = read_exactly(file, min(_BLOCK_BYTES, end - start))
        start += len(block)
        yield block
