"""Where the fields and the parts of an audio file are, for mutations that know the format.

This reads well-formed files made by the tests alone, so it trusts them; it shares no code with Cuefit.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple


class Field(NamedTuple):
    """A number, or a name, in the file; `role` is one of size, count, rate, channels, name, flags, number."""

    start: int
    n_bytes: int
    big_endian: bool
    role: str


class Span(NamedTuple):
    """A part that can be removed, repeated or moved: a chunk, a frame, a page, an atom."""

    start: int
    end: int


@dataclass
class Layout:
    """What is known of one file; `header_end` is where its audio begins."""

    fields: list[Field] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    header_end: int = 0

    def add(self, start: int, *parts: tuple[int, str], big: bool = False) -> int:
        """Note fields that follow each other, as (bytes, role); gives where they end."""
        for n_bytes, role in parts:
            if role:
                self.fields.append(Field(start, n_bytes, big, role))
            start += n_bytes
        return start


_MOST_SPANS = 60
_CONTAINER_ATOMS = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"udta", b"ilst", b"moof", b"traf", b"dinf", b"mvex")


def find_layout(kind: str, data: bytes) -> Layout:
    """The layout of a file of a kind of `seeds.py`."""
    layout = Layout()
    start = _id3v2(data, layout)
    walk = _WALKERS[kind]
    walk(data, start, layout)
    _trailing_tags(data, layout)
    layout.header_end = min(max(layout.header_end, start + 16), len(data))
    del layout.spans[_MOST_SPANS:]
    return layout


def _id3v2(data: bytes, layout: Layout, start: int = 0) -> int:
    if data[start : start + 3] != b"ID3":
        return start
    version = data[start + 3]
    end = start + 10 + _synchsafe(data[start + 6 : start + 10])
    layout.add(start, (3, "name"), (1, "count"), (1, "number"), (1, "flags"), (4, "size"), big=True)
    layout.spans.append(Span(start, end))
    position = start + 10
    if version == 4 and data[start + 5] & 0x40:
        layout.add(position, (4, "size"), (1, "count"), (1, "flags"), big=True)
        position += _synchsafe(data[position : position + 4])
    n_name, n_header = (3, 6) if version == 2 else (4, 10)
    while position + n_header < end and data[position]:
        raw = data[position + n_name : position + 2 * n_name]
        size = _synchsafe(raw) if version == 4 else int.from_bytes(raw, "big")
        layout.add(position, (n_name, "name"), (n_name, "size"), big=True)
        if version > 2:
            layout.add(position + 8, (1, "flags"), (1, "flags"))
        layout.add(position + n_header, (1, "number"), (4, "size"), big=True)
        layout.spans.append(Span(position, position + n_header + size))
        position += n_header + size
    layout.header_end = max(layout.header_end, position)
    return end


def _synchsafe(raw: bytes) -> int:
    number = 0
    for byte in raw:
        number = number << 7 | byte
    return number


def _trailing_tags(data: bytes, layout: Layout) -> None:
    end = len(data)
    if data[-128:-125] == b"TAG":
        end -= 128
        layout.spans.append(Span(end, len(data)))
        layout.add(end, (3, "name"), (30, "name"))
    if data[end - 32 : end - 24] == b"APETAGEX":
        footer = end - 32
        layout.add(footer, (8, "name"), (4, "count"), (4, "size"), (4, "count"), (4, "flags"))
        size, n_items = struct.unpack_from("<2I", data, footer + 12)
        start = end - size
        layout.spans.append(Span(start - 32, end))
        position = start
        for _ in range(n_items):
            layout.add(position, (4, "size"), (4, "flags"))
            key_end = data.index(b"\0", position + 8)
            position, item = key_end + 1 + struct.unpack_from("<I", data, position)[0], position
            layout.spans.append(Span(item, position))


def _chunks(data: bytes, start: int, end: int, order: str) -> Iterator[tuple[bytes, int, int]]:
    while start + 8 <= end:
        name, size = struct.unpack_from(f"{order}4sI", data, start)
        if size == 0xFFFFFFFF:
            size = end - start - 8
        yield name, start, start + 8 + size
        start += 8 + size + size % 2


def _riff(data: bytes, start: int, layout: Layout) -> None:
    layout.add(start, (4, "name"), (4, "size"), (4, "name"))
    for name, begin, end in _chunks(data, start + 12, len(data), "<"):
        layout.add(begin, (4, "name"), (4, "size"))
        layout.spans.append(Span(begin, min(end + (end - begin) % 2, len(data))))
        if name == b"fmt ":
            layout.add(begin + 8, (2, "number"), (2, "channels"), (4, "rate"), (4, "number"), (2, "size"), (2, "size"))
            if end - begin > 24:
                layout.add(begin + 24, (2, "size"), (2, "size"), (4, "flags"), (4, "number"))
        elif name == b"ds64":
            layout.add(begin + 8, (8, "size"), (8, "size"), (8, "count"), (4, "count"))
        elif name in (b"cue ", b"fact", b"smpl", b"PEAK"):
            layout.add(begin + 8, (4, "count"), (4, "number"), (4, "number"))
        elif name == b"LIST":
            for _, item, item_end in _chunks(data, begin + 12, end, "<"):
                layout.add(item, (4, "name"), (4, "size"))
                layout.spans.append(Span(item, item_end))
        elif name.lower() == b"id3 ":
            _id3v2(data, layout, begin + 8)
        elif name == b"data":
            layout.header_end = begin + 8


def _aiff(data: bytes, start: int, layout: Layout) -> None:
    layout.add(start, (4, "name"), (4, "size"), (4, "name"), big=True)
    for name, begin, end in _chunks(data, start + 12, len(data), ">"):
        layout.add(begin, (4, "name"), (4, "size"), big=True)
        layout.spans.append(Span(begin, min(end + (end - begin) % 2, len(data))))
        if name == b"COMM":
            rate = ((2, "size"), (4, "number"), (4, "number"))
            layout.add(begin + 8, (2, "channels"), (4, "count"), (2, "size"), *rate, (4, "name"), big=True)
        elif name == b"ID3 ":
            _id3v2(data, layout, begin + 8)
        elif name == b"SSND":
            layout.add(begin + 8, (4, "size"), (4, "size"), big=True)
            layout.header_end = begin + 16


def _wave64(data: bytes, start: int, layout: Layout) -> None:
    layout.add(start, (16, "name"), (8, "size"), (16, "name"))
    position = start + 40
    while position + 24 <= len(data):
        (size,) = struct.unpack_from("<Q", data, position + 16)
        layout.add(position, (16, "name"), (8, "size"))
        layout.spans.append(Span(position, min(position + size, len(data))))
        if data[position : position + 4] == b"fmt ":
            layout.add(position + 24, (2, "number"), (2, "channels"), (4, "rate"), (4, "number"), (2, "size"))
        elif data[position : position + 4] == b"data":
            layout.header_end = position + 24
        position += max(-(-size // 8) * 8, 24)


def _caf(data: bytes, start: int, layout: Layout) -> None:
    position = layout.add(start, (4, "name"), (2, "count"), (2, "flags"), big=True)
    while position + 12 <= len(data):
        name, size = struct.unpack_from(">4sq", data, position)
        size = len(data) - position - 12 if size < 0 else size
        layout.add(position, (4, "name"), (8, "size"), big=True)
        layout.spans.append(Span(position, min(position + 12 + size, len(data))))
        if name == b"desc":
            parts = ((8, "number"), (4, "name"), (4, "flags"), (4, "size"), (4, "size"), (4, "channels"), (4, "size"))
            layout.add(position + 12, *parts, big=True)
        elif name == b"data":
            layout.header_end = position + 16
        position += 12 + size


def _flac(data: bytes, start: int, layout: Layout) -> None:
    position = layout.add(start, (4, "name"))
    last = False
    while not last:
        last, kind = bool(data[position] & 0x80), data[position] & 0x7F
        size = int.from_bytes(data[position + 1 : position + 4], "big")
        layout.add(position, (1, "flags"), (3, "size"), big=True)
        layout.spans.append(Span(position, position + 4 + size))
        body = position + 4
        if kind == 0:
            parts = ((2, "size"), (2, "size"), (3, "size"), (3, "size"), (3, "rate"), (1, "channels"), (4, "count"))
            layout.add(body, *parts, (16, "name"), big=True)
        elif kind == 4:
            _vorbis_comment(data, body, layout)
        elif kind == 6:
            layout.add(body, (4, "number"), (4, "size"), big=True)
            layout.add(body + 4 + 4 + data[body + 7], (4, "size"), *[(4, "number")] * 4, (4, "size"), big=True)
        elif kind == 3:
            layout.add(body, (8, "count"), (8, "size"), (2, "count"), big=True)
        position += 4 + size
    layout.header_end = position
    layout.add(position, (2, "name"), (1, "flags"), (1, "channels"), (1, "number"), (2, "size"), big=True)


def _vorbis_comment(data: bytes, position: int, layout: Layout) -> None:
    for _ in range(2):
        layout.add(position, (4, "size"))
        position += 4 + struct.unpack_from("<I", data, position)[0]
        if not _:
            layout.add(position, (4, "count"))
            position += 4
    layout.add(position, (4, "size"))


def ogg_pages(data: bytes) -> Iterator[Span]:
    """The pages of an Ogg file."""
    position = data.find(b"OggS")
    while position >= 0 and position + 27 <= len(data):
        n_segments = data[position + 26]
        end = position + 27 + n_segments + sum(data[position + 27 : position + 27 + n_segments])
        yield Span(position, min(end, len(data)))
        position = data.find(b"OggS", max(end, position + 4))


def _ogg(data: bytes, start: int, layout: Layout) -> None:
    for number, page in enumerate(ogg_pages(data)):
        parts = ((4, "name"), (1, "count"), (1, "flags"), (8, "count"), (4, "number"), (4, "count"), (4, ""))
        segments = layout.add(page.start, *parts, (1, "count"))
        body = layout.add(segments, *[(1, "size")] * min(data[segments - 1], 6)) if number < 4 else segments
        body = segments + data[segments - 1]
        layout.spans.append(page)
        if data[body : body + 7] == b"\x01vorbis":
            rates = ((4, "number"), (4, "number"), (4, "number"))
            layout.add(body + 7, (4, "count"), (1, "channels"), (4, "rate"), *rates, (1, "size"))
        elif data[body : body + 8] == b"OpusHead":
            layout.add(body + 8, (1, "count"), (1, "channels"), (2, "size"), (4, "rate"), (2, "number"), (1, "count"))
        elif data[body + 9 : body + 13] == b"fLaC":
            layout.add(body + 5, (1, "count"), (1, "count"), (2, "count"), big=True)
            layout.add(body + 27, (3, "rate"), (1, "channels"), (4, "count"), big=True)
        for mark in (b"\x03vorbis", b"OpusTags"):
            if data[body : body + len(mark)] == mark:
                _vorbis_comment(data, body + len(mark), layout)
        if number == 2:
            layout.header_end = min(body + 64, len(data))


def _mp4(data: bytes, start: int, layout: Layout) -> None:
    _atoms(data, start, len(data), layout)


def _atoms(data: bytes, position: int, end: int, layout: Layout) -> None:
    while position + 8 <= end:
        size, name = struct.unpack_from(">I4s", data, position)
        if size < 8:
            return
        layout.add(position, (4, "size"), (4, "name"), big=True)
        layout.spans.append(Span(position, position + size))
        body = position + 8
        if name in _CONTAINER_ATOMS or (name == b"meta"):
            _atoms(data, body + 4 * (name == b"meta"), position + size, layout)
        elif name == b"stsd":
            layout.add(body + 4, (4, "count"), (4, "size"), (4, "name"), big=True)
            parts = ((2, "channels"), (2, "size"), (4, "number"), (4, "rate"), (4, "size"), (4, "name"))
            layout.add(body + 32, *parts, big=True)
            layout.add(body + 52, *[(1, "size")] * 24)
        elif name == b"mdat":
            layout.header_end = max(layout.header_end, min(body + 16, len(data)))
        else:
            n_words = min((size - 8) // 4, 12)
            layout.add(body, *[(4, ("count", "number")[word % 2]) for word in range(n_words)], big=True)
        if name not in (b"mdat", b"free"):
            layout.header_end = max(layout.header_end, position + min(size, 600))
        position += size


def _asf(data: bytes, start: int, layout: Layout) -> None:
    (header,) = struct.unpack_from("<Q", data, 16)
    position = layout.add(0, (16, "name"), (8, "size"), (4, "count"), (2, "number"))
    while position + 24 <= header:
        (size,) = struct.unpack_from("<Q", data, position + 16)
        body = layout.add(position, (16, "name"), (8, "size"))
        layout.add(body, *[(2, ("count", "size", "number")[word % 3]) for word in range(min((size - 24) // 2, 50))])
        layout.spans.append(Span(position, position + size))
        position += size
    layout.header_end = layout.add(header, (16, "name"), (8, "size"), (16, "name"), (8, "count"), (2, "number"))
    layout.add(layout.header_end, *[(1, "flags"), (1, "size"), (2, "size"), (4, "number"), (4, "size"), (2, "count")])


def _wavpack(data: bytes, start: int, layout: Layout) -> None:
    position = start
    while data[position : position + 4] == b"wvpk":
        (size,) = struct.unpack_from("<I", data, position + 4)
        parts = ((4, "name"), (4, "size"), (2, "count"), (1, "number"), (1, "number"), (4, "count"), (4, "count"))
        body = layout.add(position, *parts, (4, "count"), (4, "flags"), (4, "number"))
        layout.spans.append(Span(position, position + 8 + size))
        layout.add(body, (1, "name"), (1, "size"))
        position += 8 + size
    layout.header_end = start + 64


def _tta(data: bytes, start: int, layout: Layout) -> None:
    parts = ((4, "name"), (2, "number"), (2, "channels"), (2, "size"), (4, "rate"), (4, "count"), (4, ""), (4, "size"))
    layout.header_end = layout.add(start, *parts)


def _mpeg(data: bytes, start: int, layout: Layout) -> None:
    layout.add(start, (1, "name"), (1, "flags"), (1, "rate"), (1, "channels"), big=True)
    for mark in (b"Xing", b"Info", b"LAME"):
        if (found := data.find(mark, start, start + 400)) >= 0:
            layout.add(found, (4, "name"), (4, "flags"), (4, "count"), (4, "size"), big=True)
    layout.header_end = start + 64
    position = start
    for _ in range(8):
        following = data.find(data[start : start + 2], position + 24)
        if following < 0:
            break
        layout.add(following, (2, "name"), (1, "rate"), (1, "channels"))
        layout.spans.append(Span(position, following))
        position = following


def _monkey(data: bytes, start: int, layout: Layout) -> None:
    parts = ((4, "name"), (2, "count"), (2, ""), *[(4, "size")] * 6, (16, "name"), (2, "number"), (2, "flags"))
    parts += ((4, "count"), (4, "count"), (4, "count"), (2, "size"), (2, "channels"), (4, "rate"))
    layout.header_end = layout.add(start, *parts)
    layout.spans += [Span(start, start + 52), Span(start + 52, layout.header_end)]


_Walker = Callable[[bytes, int, Layout], None]
_WALKERS: dict[str, _Walker] = {
    "riff": _riff,
    "aiff": _aiff,
    "w64": _wave64,
    "caf": _caf,
    "flac": _flac,
    "ogg": _ogg,
    "mp4": _mp4,
    "asf": _asf,
    "wavpack": _wavpack,
    "tta": _tta,
    "mpeg": _mpeg,
    "monkey": _monkey,
}
