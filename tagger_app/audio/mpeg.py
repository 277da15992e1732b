"""MPEG audio streams (MP3, MP2): whether one says how long it is.

Sources: ISO/IEC 11172-3 and 13818-3, frame header; the Xing header as described in the documentation of LAME.
"""

from __future__ import annotations

from pathlib import Path

_HEADER_BYTES = 4
_MOST_BYTES = 2_048
_COUNTED = 1
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
        start = 0
        while (tag := file.read(10)).startswith(b"ID3") and len(tag) == 10:  # some files have several
            start += 10 + _from_synchsafe(tag[6:10]) + (10 if tag[5] & 0x10 else 0)
            file.seek(start)
        file.seek(start)
        data = file.read(_MOST_BYTES)
    n_bytes = _frame_bytes(data)
    following = data[n_bytes : n_bytes + _HEADER_BYTES]
    if not n_bytes or len(following) < _HEADER_BYTES:
        return False
    if following[:2] != data[:2] or (following[2] ^ data[2]) & 0x0C:
        return False
    is_mpeg1, is_mono = data[1] >> 3 & 3 == 3, data[3] >> 6 == 3
    side_bytes = {(True, False): 32, (True, True): 17, (False, False): 17, (False, True): 9}[is_mpeg1, is_mono]
    side, header = data[_HEADER_BYTES : _HEADER_BYTES + side_bytes], data[_HEADER_BYTES + side_bytes :]
    return not any(side) and header.startswith((b"Xing", b"Info")) and bool(header[7] & _COUNTED)


def _frame_bytes(header: bytes) -> int:
    """Length of the frame of layer III that begins with these bytes; 0 if none does."""
    if len(header) < _HEADER_BYTES or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:
        return 0
    version, bit_rate, rate, padding = header[1] >> 3 & 3, header[2] >> 4, header[2] >> 2 & 3, header[2] >> 1 & 1
    if version == 1 or bit_rate == 15 or rate == 3:
        return 0
    is_mpeg1 = version == 3
    rate_hz = _RATES_HZ[rate] >> {3: 0, 2: 1, 0: 2}[version]
    return (144 if is_mpeg1 else 72) * _BIT_RATES[is_mpeg1][bit_rate] * 1000 // rate_hz + padding


def _from_synchsafe(raw: bytes) -> int:
    number = 0
    for byte in raw:
        number = number << 7 | byte & 0x7F
    return number
