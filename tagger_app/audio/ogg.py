"""The coded sound of Ogg files: packets of one Vorbis or Opus stream.

Sources: RFC 3533 (Ogg); Vorbis I specification, sections 4.2 and A.2; RFC 7845 (Opus in Ogg).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import count, islice
from typing import BinaryIO, NamedTuple

from tagger_app.audio.stored import NotPlain, StoredSound, read_exactly

_HEADER = struct.Struct("<4sBBqIIIB")
_HEADER_BYTES = 27
_CONTINUED, _FIRST, _LAST = 1, 2, 4
_SEGMENT_BYTES = 255
"""A segment shorter than this ends a packet."""
_MOST_HEADER_PAGES = 5_000
"""300 MB: comments may hold pictures."""
_PAGES_A_BLOCK = 32


class _Page(NamedTuple):
    """A page: its flags, the lengths of the segments of its packets, and their bytes."""

    flags: int
    segments: bytes
    body: bytes

    def end_of(self, n_packets: int) -> tuple[int, int]:
        """Where so many packets end in the body, and how many are missing; its end if so many don't end here."""
        end = 0
        for n_bytes in self.segments:
            end += n_bytes
            n_packets -= n_bytes < _SEGMENT_BYTES
            if not n_packets:
                break
        return end, n_packets


def read_ogg(file: BinaryIO) -> StoredSound:
    """The packets of an Ogg file that is open at its first page.

    Checksums aren't looked at: a fingerprint of damage is as good as another.

    Raises
    ------
    NotPlain
        It isn't one stream of Vorbis or Opus from the first page to the last, whole and in order.
    """
    pages = _read_pages(file)
    first = next(pages, None)
    if first is None or not first.flags & _FIRST or first.end_of(1) != (len(first.body), 0):
        raise NotPlain("no Ogg file with one stream")
    head = first.body
    if head.startswith(b"\x01vorbis") and len(head) == 30:
        codec, n_headers = "vorbis", 2
        n_channels, rate_hz = struct.unpack_from("<BI", head, 11)
    elif head.startswith(b"OpusHead") and len(head) >= 19:
        codec, n_headers, n_channels, rate_hz = "opus", 1, head[9], 48_000
    else:
        raise NotPlain("neither Vorbis nor Opus")
    return StoredSound(codec, rate_hz, n_channels, _sound_of(pages, n_headers))


def _sound_of(pages: Iterator[_Page], n_headers: int) -> Iterator[bytes]:
    """What follows the remaining headers."""
    rest = b""
    for page in islice(pages, _MOST_HEADER_PAGES):
        end, n_headers = page.end_of(n_headers)
        if not n_headers:
            rest = page.body[end:]
            break
    else:
        raise NotPlain("it ends in its headers")
    block = [rest]
    for page in pages:
        block.append(page.body)
        if len(block) == _PAGES_A_BLOCK:
            yield b"".join(block)
            block.clear()
    yield b"".join(block)


def _read_pages(file: BinaryIO) -> Iterator[_Page]:
    """Pages of one stream, in order, to the end of the file."""
    serial = -1
    is_open = is_last = False
    for number in count():
        header = file.read(_HEADER_BYTES)
        if not header:
            break
        if len(header) < _HEADER_BYTES:
            raise NotPlain("something follows its last page")
        magic, version, flags, position, page_serial, sequence, _, n_segments = _HEADER.unpack(header)
        if magic != b"OggS" or version or position < -1 or sequence != number or is_last:
            raise NotPlain("its pages aren't in order")
        if number == 0:
            serial = page_serial
        if page_serial != serial or bool(flags & _FIRST) != (number == 0) or bool(flags & _CONTINUED) != is_open:
            raise NotPlain("several streams, or torn packets")
        segments = read_exactly(file, n_segments)
        body = read_exactly(file, sum(segments))
        if segments:
            is_open = segments[-1] == _SEGMENT_BYTES
        is_last = bool(flags & _LAST)
        yield _Page(flags, segments, body)
    if is_open:
        raise NotPlain("its last packet has no end")
