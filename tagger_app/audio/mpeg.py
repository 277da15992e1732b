"""MPEG audio streams (MP3, MP2): whether one says how long it is, and the coded sound of MP3 files.

Sources: ISO/IEC 11172-3 and 13818-3, frame header; the Xing header as described in the documentation of LAME; ID3v2.4
and APEv2 for what stands around the frames.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from tagger_app.audio.stored import NotPlain, StoredSound

_HEADER_BYTES = 4
_MOST_BYTES = 2_048
_BLOCK_BYTES = 1 << 20
_COUNTED = 1
_INFO_BYTES = 12
_APE_BYTES = 32
_ID3V1_BYTES = 128
_MOST_TAG_BYTES = 1 << 24
_RATES_HZ = (44_100, 48_000, 32_000)
_BIT_RATES = {
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Of layer III in thousands of bits a second, of MPEG 1 and of its later versions."""


def says_its_length(path: Path) -> bool:
    """Whether an MP3 begins with a frame that is a Xing or Info header and has a number of frames.

    Without one, readers guess the length from the size of the file and the first frame, and the guess is worthless
    where the bit rate varies, or a tag or rubbish stands in front. The next frame must follow at once, as libmpg123
    wants it: else it looks for another beginning.
    """
    with path.open("rb") as file:
        _skip_tags(file)
        data = file.read(_MOST_BYTES)
    n_bytes = _frame_bytes(data)
    following = data[n_bytes : n_bytes + _HEADER_BYTES]
    if not n_bytes or len(following) < _HEADER_BYTES:
        return False
    if following[0] != data[0] or not _is_like(following, data):
        return False
    info = _info_of(data)
    return bool(info) and bool(info[7] & _COUNTED)


def read_mpeg(file: BinaryIO) -> StoredSound:
    """The frames of an MP3 file that is open at its first tag, or at its first frame.

    A frame that only says how long the stream is doesn't count as sound.

    Raises
    ------
    NotPlain
        Its frames don't follow one another from its tags on, at one rate and with as many channels.
    """
    _skip_tags(file)
    start = file.tell()
    data = file.read(_MOST_BYTES)
    n_bytes = _frame_bytes(data)
    if not n_bytes:
        raise NotPlain("no frame follows its tags")
    if any(name in data[:n_bytes] for name in (b"Xing", b"Info", b"VBRI")):
        info = _info_of(data)
        if not info or not info[7] & _COUNTED or not any(info[8:12]):
            raise NotPlain("its first frame is an unusual header")
        start += n_bytes
    file.seek(start)
    frames = _frames_of(file, data[:_HEADER_BYTES])
    return StoredSound("mp3float", _rate_hz(data), 1 if _is_mono(data) else 2, frames)


def _frames_of(file: BinaryIO, like: bytes) -> Iterator[memoryview]:
    """Frames from where the file is up to the tags at its end."""
    known: dict[bytes, int] = {}  # the same few headers stand before all frames
    rest = b""
    is_last = False
    while not is_last:
        block = file.read(_BLOCK_BYTES)
        data = rest + block
        is_last = len(block) < _BLOCK_BYTES
        end = len(data) if is_last else len(data) - _MOST_BYTES
        position = 0
        while position < end:
            header = data[position : position + _HEADER_BYTES]
            n_bytes = known.get(header)
            if n_bytes is None:
                n_bytes = _frame_bytes(header)
                n_bytes = known[header] = n_bytes if n_bytes and _is_like(header, like) else 0
            if not n_bytes:
                is_last = True
                break
            position += n_bytes
        if position > len(data):
            raise NotPlain("its last frame is cut short")
        yield memoryview(data)[:position]
        rest = data[position:]
    if not _are_tags(rest + file.read(_MOST_TAG_BYTES)):
        raise NotPlain("something stands between its frames")


def _is_like(header: bytes, other: bytes) -> bool:
    """Whether two frames have the version, the rate and the number of channels in common."""
    return header[1] == other[1] and not (header[2] ^ other[2]) & 0x0C and _is_mono(header) == _is_mono(other)


def _are_tags(data: bytes) -> bool:
    """Whether this is nothing but an APE tag, an ID3v1 tag, one behind the other, or nothing."""
    if data.startswith(b"APETAGEX") and len(data) >= _APE_BYTES and data[23] & 0x20:
        data = data[_APE_BYTES + int.from_bytes(data[12:16], "little") :]
    return not data or (len(data) == _ID3V1_BYTES and data.startswith(b"TAG"))


def _skip_tags(file: BinaryIO) -> None:
    """Go on behind all ID3v2 tags that stand here: some files have several."""
    start = file.tell()
    while (tag := file.read(10)).startswith(b"ID3") and len(tag) == 10:
        start += 10 + _from_synchsafe(tag[6:10]) + (10 if tag[5] & 0x10 else 0)
        file.seek(start)
    file.seek(start)


def _info_of(frame: bytes) -> bytes:
    """What stands in a first frame where one that is a header has its name: "Xing...", "Info..."; empty for none."""
    is_mpeg1 = frame[1] >> 3 & 3 == 3
    side_bytes = {(True, False): 32, (True, True): 17, (False, False): 17, (False, True): 9}[is_mpeg1, _is_mono(frame)]
    side, info = frame[_HEADER_BYTES : _HEADER_BYTES + side_bytes], frame[_HEADER_BYTES + side_bytes :]
    return info if info.startswith((b"Xing", b"Info")) and len(info) >= _INFO_BYTES and not any(side) else b""


def _is_mono(header: bytes) -> bool:
    return header[3] >> 6 == 3


def _frame_bytes(header: bytes) -> int:
    """Length of the frame of layer III that begins with these bytes; 0 if none does."""
    if len(header) < _HEADER_BYTES or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:
        return 0
    version, bit_rate, rate, padding = header[1] >> 3 & 3, header[2] >> 4, header[2] >> 2 & 3, header[2] >> 1 & 1
    if version == 1 or bit_rate == 15 or rate == 3:
        return 0
    is_mpeg1 = version == 3
    return (144 if is_mpeg1 else 72) * _BIT_RATES[is_mpeg1][bit_rate] * 1000 // _rate_hz(header) + padding


def _rate_hz(header: bytes) -> int:
    return _RATES_HZ[header[2] >> 2 & 3] >> {3: 0, 2: 1, 0: 2}[header[1] >> 3 & 3]


def _from_synchsafe(raw: bytes) -> int:
    number = 0
    for byte in raw:
        number = number << 7 | byte & 0x7F
    return number
