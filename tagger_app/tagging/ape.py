"""APEv2 tags: Monkey's Audio, Musepack, WavPack, OptimFROG, TAK.

mutagen would drop an ID3v1 tag that follows the APEv2 tag, and the flags of items; here both stay.
Source: the APEv2 specification (wiki.hydrogenaud.io).
"""

from __future__ import annotations

import struct
from typing import BinaryIO, NamedTuple

from tagger_app.tagging.fields import MIRRORS, Changes, field_or_mirror
from tagger_app.tagging.metadata import MOST_ENTRIES, Metadata, UnusableTags, first_of
from tagger_app.tagging.splice import Splice, copy_spliced, read_range, size_of

_PREAMBLE = b"APETAGEX"
_FRAME_BYTES = 32
_ID3V1_BYTES = 128
_HAS_HEADER = 1 << 31
_IS_HEADER = 1 << 29
_KIND = 0b110
_MOST_BYTES = 1 << 28


class _Item(NamedTuple):
    key: str
    flags: int
    value: bytes

    @property
    def texts(self) -> tuple[str, ...]:
        """Its values; none if it is binary."""
        return () if self.flags & _KIND else tuple(self.value.decode("utf-8", "replace").split("\0"))


class _Tag(NamedTuple):
    start: int
    n_bytes: int
    items: list[_Item]


class ApeFile:
    """A file with an APEv2 tag at its end, in front of any ID3v1 tag."""

    def read(self, source: BinaryIO) -> Metadata:
        """See `TagFormat.read`."""
        tag = _find_tag(source)
        fields: dict[str, tuple[str, ...]] = {}
        texts: dict[str, tuple[str, ...]] = {}
        for item in tag.items:
            if name := field_or_mirror(item.key):
                fields[name] = fields.get(name, ()) + item.texts
            else:
                texts.setdefault(item.key.upper(), item.texts)
        title, artist, album = (first_of((name,), texts) for name in ("TITLE", "ARTIST", "ALBUM"))
        return Metadata.of((title, artist, album), fields, has_tag=tag.n_bytes > 0)

    def write(self, source: BinaryIO, target: BinaryIO, changes: Changes, *, remove_empty: bool) -> None:
        """See `TagFormat.write`."""
        tag = _find_tag(source)
        items = [item for item in tag.items if field_or_mirror(item.key) not in changes]
        items += [
            _Item(name.capitalize() if name in MIRRORS else name, 0, "\0".join(values).encode())
            for name, values in changes.items()
            if values is not None
        ]
        rendered = b"" if remove_empty and not items else _render(items)
        copy_spliced(source, target, [Splice(tag.start, tag.n_bytes, rendered)])


def has_ape_tag(source: BinaryIO) -> bool:
    """Whether the file ends with an APE tag, perhaps followed by an ID3v1 tag."""
    return _find_footer(source)[1].startswith(_PREAMBLE)


def _find_footer(source: BinaryIO) -> tuple[int, bytes]:
    """Where a footer ends, or would end, and its bytes."""
    end = size_of(source)
    if read_range(source, max(end - _ID3V1_BYTES, 0), 3) == b"TAG":
        end -= _ID3V1_BYTES
    return end, read_range(source, max(end - _FRAME_BYTES, 0), _FRAME_BYTES)


def _find_tag(source: BinaryIO) -> _Tag:
    """The tag; an empty one, of no bytes, where a new one should stand."""
    end, footer = _find_footer(source)
    if not footer.startswith(_PREAMBLE) or len(footer) < _FRAME_BYTES:
        return _Tag(end, 0, [])
    version, n_bytes, n_items, flags = struct.unpack_from("<4I", footer, len(_PREAMBLE))
    if version != 2000:
        raise UnusableTags(f"its APE tag has version {version / 1000:g}, not 2; it is left alone")
    start = end - n_bytes
    if n_bytes < _FRAME_BYTES or start < 0 or n_bytes > _MOST_BYTES or n_items > MOST_ENTRIES:
        raise UnusableTags("its APE tag is damaged; it is left alone")
    items = _parse_items(read_range(source, start, n_bytes - _FRAME_BYTES), n_items)
    if flags & _HAS_HEADER:
        start -= _FRAME_BYTES
        if start < 0 or read_range(source, start, len(_PREAMBLE)) != _PREAMBLE:
            raise UnusableTags("its APE tag is damaged; it is left alone")
    return _Tag(start, end - start, items)


def _parse_items(data: bytes, n_items: int) -> list[_Item]:
    items = []
    position = 0
    for _ in range(n_items):
        key_end = data.find(b"\0", position + 8)
        if key_end < 0:
            raise UnusableTags("its APE tag is damaged; it is left alone")
        n_value, flags = struct.unpack_from("<2I", data, position)
        key = data[position + 8 : key_end].decode("latin-1")
        position = key_end + 1 + n_value
        if position > len(data):
            raise UnusableTags("its APE tag is damaged; it is left alone")
        items.append(_Item(key, flags, data[key_end + 1 : position]))
    if position != len(data):
        raise UnusableTags("its APE tag is damaged; it is left alone")
    return items


def _render(items: list[_Item]) -> bytes:
    body = b"".join(
        struct.pack("<2I", len(item.value), item.flags) + item.key.encode("latin-1") + b"\0" + item.value
        for item in items
    )
    ends = [
        _PREAMBLE + struct.pack("<4I8x", 2000, len(body) + _FRAME_BYTES, len(items), flags)
        for flags in (_HAS_HEADER | _IS_HEADER, _HAS_HEADER)
    ]
    return ends[0] + body + ends[1]
