"""The coded sound of FLAC files: all that follows the metadata blocks.

Source: RFC 9639, sections 8 (metadata blocks) and 9 (frames).
"""

from __future__ import annotations

import os
from typing import BinaryIO

from tagger_app.audio.stored import NotPlain, StoredSound, read_exactly, read_range

_MAGIC = b"fLaC"
_STREAM_INFO_BYTES = 34
_MOST_BLOCKS = 1_000
_FRAME_STARTS = (b"\xff\xf8", b"\xff\xf9")


def read_flac(file: BinaryIO) -> StoredSound:
    """The frames of a FLAC file that is open at its magic number.

    Raises
    ------
    NotPlain
        Its metadata are damaged, or no frame follows them.
    """
    if file.read(len(_MAGIC)) != _MAGIC:
        raise NotPlain("no FLAC file")
    rate_hz = n_channels = 0
    for number in range(_MOST_BLOCKS):
        header = read_exactly(file, 4)
        n_bytes = int.from_bytes(header[1:])
        if number == 0:
            if header[0] & 0x7F or n_bytes != _STREAM_INFO_BYTES:
                raise NotPlain("its first block doesn't describe the stream")
            bits = int.from_bytes(read_exactly(file, n_bytes)[10:13])
            rate_hz, n_channels = bits >> 4, (bits >> 1 & 7) + 1
        else:
            file.seek(n_bytes, os.SEEK_CUR)
        if header[0] & 0x80:
            break
    else:
        raise NotPlain("its blocks have no end")
    start = file.tell()
    if not rate_hz or file.read(2) not in _FRAME_STARTS:
        raise NotPlain("no frame follows its metadata")
    return StoredSound("flac", rate_hz, n_channels, read_range(file, start, file.seek(0, os.SEEK_END)))
