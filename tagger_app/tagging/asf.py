"""Attributes of ASF files (WMA), with mutagen."""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

from typing import BinaryIO

from mutagen.asf import ASF, ASFTags
from mutagen.asf._attrs import ASFUnicodeAttribute

from tagger_app.tagging.fields import Changes, field_name
from tagger_app.tagging.metadata import Metadata, first_of, parsing
from tagger_app.tagging.splice import copy_whole


class AsfFile:
    """A WMA file."""

    def read(self, source: BinaryIO) -> Metadata:
        """See `TagFormat.read`."""
        fields: dict[str, tuple[str, ...]] = {}
        texts: dict[str, tuple[str, ...]] = {}
        for name, attribute in _attributes(_open_asf(source)):
            chosen, key = (fields, ours) if (ours := field_name(name)) else (texts, name)
            chosen[key] = (*chosen.get(key, ()), str(attribute))
        title, artist, album = (first_of((name,), texts) for name in ("Title", "Author", "WM/AlbumTitle"))
        return Metadata(title, artist, album, fields, has_tag=True)

    def write(self, source: BinaryIO, target: BinaryIO, changes: Changes, *, remove_empty: bool) -> None:
        """See `TagFormat.write`; the header objects that hold attributes stay when they are empty."""
        copy_whole(source, target)
        asf = _open_asf(target)
        tags = _attributes(asf)
        tags[:] = [(name, attribute) for name, attribute in tags if field_name(name) not in changes]
        for name, values in changes.items():
            tags.extend((name, ASFUnicodeAttribute(value)) for value in values or ())
        target.seek(0)
        with parsing():
            asf.save(target)


def _open_asf(source: BinaryIO) -> ASF:
    source.seek(0)
    with parsing():
        return ASF(source)


def _attributes(asf: ASF) -> ASFTags:
    assert asf.tags is not None  # loading sets it
    return asf.tags
