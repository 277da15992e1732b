"""The samples of WAV files: the bytes of their one ``data`` chunk.

Sources: Multimedia Programming Interface and Data Specifications 1.0 (RIFF); Microsoft, WAVEFORMATEXTENSIBLE.
"""

from __future__ import annotations

import os
import struct
from typing import BinaryIO

from tagger_app.audio.stored import NotPlain, StoredSound, read_exactly, read_range

_INTEGERS, _FLOATS, _EXTENSIBLE = 1, 3, 0xFFFE
_GUID_END = bytes.fromhex("000000001000800000aa00389b71")
_CODECS = {
    (_INTEGERS, 8): "pcm_u8",
    (_INTEGERS, 16): "pcm_s16le",
    (_INTEGERS, 24): "pcm_s24le",
    (_INTEGERS, 32): "pcm_s32le",
    (_FLOATS, 32): "pcm_f32le",
    (_FLOATS, 64): "pcm_f64le",
}
_FORMAT_BYTES = 16
_MOST_FORMAT_BYTES = 1 << 10
_MOST_CHUNKS = 1_000


def read_wave(file: BinaryIO) -> StoredSound:
    """The samples of a WAV file that is open at its beginning.

    Raises
    ------
    NotPlain
        It has no samples or several chunks of them, is cut short, larger than 4 GB, or not linear PCM.
    """
    start = file.tell()
    n_file = file.seek(0, os.SEEK_END)
    file.seek(start)
    magic, _, kind = struct.unpack("<4sI4s", read_exactly(file, 12))
    if (magic, kind) != (b"RIFF", b"WAVE"):
        raise NotPlain("no WAV file")
    sound: tuple[str, int, int, int] | None = None
    samples: tuple[int, int] | None = None
    position = start + 12
    for _ in range(_MOST_CHUNKS):
        file.seek(position)
        header = file.read(8)
        if len(header) < 8:
            break
        name, n_bytes = struct.unpack("<4sI", header)
        offset, position = position + 8, position + 8 + n_bytes + n_bytes % 2
        if name == b"fmt " and samples is None:
            sound = _read_format(read_exactly(file, min(n_bytes, _MOST_FORMAT_BYTES)))
        elif name == b"data":
            if samples or sound is None or offset + n_bytes > n_file or n_bytes % sound[3]:
                raise NotPlain("its samples aren't in one whole chunk behind their description")
            samples = offset, offset + n_bytes
    else:
        raise NotPlain("its chunks have no end")
    if sound is None or samples is None or samples[0] == samples[1]:
        raise NotPlain("it holds no samples")
    codec, rate_hz, n_channels, _ = sound
    return StoredSound(codec, rate_hz, n_channels, read_range(file, *samples))


def _read_format(data: bytes) -> tuple[str, int, int, int]:
    """Codec, rate, channels, and bytes of one sample of all channels."""
    if len(data) < _FORMAT_BYTES:
        raise NotPlain("its description is cut short")
    tag, n_channels, rate_hz, _, block_bytes, n_bits = struct.unpack_from("<HHIIHH", data)
    if tag == _EXTENSIBLE and data[26:40] == _GUID_END:
        (tag,) = struct.unpack_from("<H", data, 24)
    codec = _CODECS.get((tag, n_bits))
    if codec is None or not rate_hz or not n_channels or block_bytes != n_channels * n_bits // 8:
        raise NotPlain("no linear PCM")
    return codec, rate_hz, n_channels, block_bytes
