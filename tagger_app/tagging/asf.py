"""Attributes of ASF files (WMA), with mutagen."""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

import struct
from typing import BinaryIO

from mutagen.asf import ASF, ASFTags
from mutagen.asf._attrs import ASFUnicodeAttribute
from mutagen.asf._objects import HeaderExtensionObject

from tagger_app.tagging.fields import Changes, field_name
from tagger_app.tagging.metadata import MOST_ENTRIES, Metadata, UnusableTags, first_of, parsing
from tagger_app.tagging.splice import copy_whole, read_range, size_of

_HEADER_BYTES = 30
_OBJECT_BYTES = 24
_EXTENSION_BYTES = 46
"""Of an extension of the header, up to the objects that it holds."""


_MIRRORS = {"GENRE": "WM/Genre", "MOOD": "WM/Mood", "GROUPING": "WM/ContentGroupDescription"}
_MIRROR_OF = {name: mirror for mirror, name in _MIRRORS.items()}


class AsfFile:
    """A WMA file."""

    def read(self, source: BinaryIO) -> Metadata:
        """See `TagFormat.read`."""
        fields: dict[str, tuple[str, ...]] = {}
        texts: dict[str, tuple[str, ...]] = {}
        for name, attribute in _attributes(_open_asf(source)):
            chosen, key = (fields, ours) if (ours := _field_of(name)) else (texts, name)
            chosen[key] = (*chosen.get(key, ()), str(attribute))
        title, artist, album = (first_of((name,), texts) for name in ("Title", "Author", "WM/AlbumTitle"))
        return Metadata.of((title, artist, album), fields)

    def write(self, source: BinaryIO, target: BinaryIO, changes: Changes, *, remove_empty: bool) -> None:
        """See `TagFormat.write`; the header objects that hold attributes stay when they are empty."""
        copy_whole(source, target)
        asf = _open_asf(target)
        tags = _attributes(asf)
        tags[:] = [(name, attribute) for name, attribute in tags if _field_of(name) not in changes]
        for name, values in changes.items():
            tags.extend((_MIRRORS.get(name, name), ASFUnicodeAttribute(value)) for value in values or ())
        target.seek(0)
        with parsing():
            asf.save(target)


def _field_of(name: str) -> str | None:
    return _MIRROR_OF.get(name) or field_name(name)


def _open_asf(source: BinaryIO) -> ASF:
    _check_objects(source)
    source.seek(0)
    with parsing():
        return ASF(source)


def _check_objects(source: BinaryIO) -> None:
    """Refuse a header that mutagen would read for ever: objects too small to be any, or too many."""
    n_header, n_objects = struct.unpack("<QI", read_range(source, 16, 12).ljust(12, b"\0"))
    pending = [(_HEADER_BYTES, min(n_header, size_of(source)))]
    seen = 0
    while pending:
        position, end = pending.pop()
        while position + _OBJECT_BYTES <= end:
            kind, n_bytes = struct.unpack("<16sQ", read_range(source, position, _OBJECT_BYTES))
            seen += 1
            if n_bytes < _OBJECT_BYTES or seen > MOST_ENTRIES:
                raise UnusableTags("its header is damaged; it is left alone")
            if kind == HeaderExtensionObject.GUID:
                pending.append((position + _EXTENSION_BYTES, min(position + n_bytes, end)))
            position += n_bytes
    if n_objects > MOST_ENTRIES:
        raise UnusableTags("its header is damaged; it is left alone")


def _attributes(asf: ASF) -> ASFTags:
    assert asf.tags is not None  # loading sets it
    return asf.tags
