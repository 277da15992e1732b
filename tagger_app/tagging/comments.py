"""Vorbis comments in Ogg Vorbis, Opus, Speex and Ogg FLAC, and in FLAC.

mutagen finds and replaces the pages and blocks; the comments themselves are kept as bytes, so that those in an old
encoding, or without a name, survive. Source: the Vorbis I specification, section 5.
"""

# mypy: disable-error-code="no-untyped-call, misc"
from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import BinaryIO

from mutagen.flac import FLAC, Padding, StreamInfo, VCFLACDict
from mutagen.ogg import OggFileType
from mutagen.oggflac import OggFLAC, OggFLACVComment
from mutagen.oggopus import OggOpus, OggOpusVComment
from mutagen.oggspeex import OggSpeex, OggSpeexVComment
from mutagen.oggvorbis import OggVCommentDict, OggVorbis

from tagger_app.tagging.fields import Changes, field_or_mirror
from tagger_app.tagging.id3 import HEADER_BYTES, tag_bytes
from tagger_app.tagging.metadata import MOST_ENTRIES, Metadata, UnusableTags, first_of, parsing
from tagger_app.tagging.splice import copy_whole, read_range

_SANE_BYTES = 1 << 28


@dataclass
class Comments:
    """A comment header: the vendor's name and comments such as ``b"TITLE=Dawn"``, as bytes."""

    vendor: bytes = b"Cuefit"
    entries: list[bytes] = field(default_factory=list)

    @classmethod
    def parse(cls, source: BinaryIO) -> Comments:
        """Read up to the end of the last comment."""
        comments = cls(_read_sized(source))
        n_entries = _read_number(source)
        if n_entries > MOST_ENTRIES:
            raise UnusableTags("its Vorbis comments are damaged; it is left alone")
        for _ in range(n_entries):
            comments.entries.append(_read_sized(source))
        return comments

    def render(self) -> bytes:
        """The header as bytes, without a framing bit."""
        parts = [_sized(self.vendor), struct.pack("<I", len(self.entries)), *map(_sized, self.entries)]
        return b"".join(parts)

    def metadata(self) -> Metadata:
        """Our fields and the common texts."""
        fields: dict[str, tuple[str, ...]] = {}
        texts: dict[str, tuple[str, ...]] = {}
        for entry in self.entries:
            name, _, raw = entry.partition(b"=")
            key, value = name.decode("latin-1").upper(), raw.decode("utf-8", "replace")
            chosen = fields if _field_of(entry) else texts
            chosen[key] = (*chosen.get(key, ()), value)
        title, artist, album = (first_of((name,), texts) for name in ("TITLE", "ARTIST", "ALBUM"))
        return Metadata.of((title, artist, album), fields)

    def change(self, changes: Changes) -> None:
        """Set and remove fields of ours."""
        self.entries = [entry for entry in self.entries if _field_of(entry) not in changes]
        for name, values in changes.items():
            self.entries += [f"{name}={value}".encode() for value in values or ()]


class _ExactComments:
    """Makes a comment class of mutagen keep the comments as `Comments`."""

    comments: Comments

    def load(self, fileobj: BinaryIO, errors: str = "replace", framing: bool = True) -> None:
        self.comments = Comments.parse(fileobj)
        if framing:
            fileobj.read(1)

    def write(self, framing: bool = True) -> bytes:
        return self.comments.render() + (b"\x01" if framing else b"")


class _FlacComments(_ExactComments, VCFLACDict):
    def load(self, fileobj: BinaryIO, errors: str = "replace", framing: bool = False) -> None:
        super().load(fileobj, errors, framing=False)

    def write(self, framing: bool = False) -> bytes:
        return super().write(framing=False)


class _VorbisComments(_ExactComments, OggVCommentDict):
    pass


class _OpusComments(_ExactComments, OggOpusVComment):
    pass


class _SpeexComments(_ExactComments, OggSpeexVComment):
    pass


class _OggFlacComments(_ExactComments, OggFLACVComment):
    pass


class _Vorbis(OggVorbis):
    _Tags = _VorbisComments


class _Opus(OggOpus):
    _Tags = _OpusComments


class _Speex(OggSpeex):
    _Tags = _SpeexComments


class _OggFlac(OggFLAC):
    _Tags = _OggFlacComments


class _Flac(FLAC):
    # Seek table, cue sheet and pictures stay blocks of bytes.
    METADATA_BLOCKS = [StreamInfo, Padding, None, None, _FlacComments]  # noqa: RUF012 - mutagen declares it


_OGG_KINDS: dict[bytes, type[OggFileType]] = {
    b"\x01vorbis": _Vorbis,
    b"OpusHead": _Opus,
    b"Speex   ": _Speex,
    b"\x7fFLAC": _OggFlac,
}


class OggFile:
    """An Ogg file; its first stream says which kind."""

    def read(self, source: BinaryIO) -> Metadata:
        """See `TagFormat.read`."""
        return _comments(_open_ogg(source)).metadata()

    def write(self, source: BinaryIO, target: BinaryIO, changes: Changes, *, remove_empty: bool) -> None:
        """See `TagFormat.write`; an Ogg file always has comments, so none are removed for being empty."""
        copy_whole(source, target)
        ogg = _open_ogg(target)
        _comments(ogg).change(changes)
        target.seek(0)
        with parsing():
            ogg.save(target)


class FlacFile:
    """A FLAC file, perhaps behind an ID3v2 tag, which stays."""

    def read(self, source: BinaryIO) -> Metadata:
        """See `TagFormat.read`."""
        tags = _open_flac(source).tags
        return tags.comments.metadata() if isinstance(tags, _FlacComments) else Metadata()

    def write(self, source: BinaryIO, target: BinaryIO, changes: Changes, *, remove_empty: bool) -> None:
        """See `TagFormat.write`."""
        copy_whole(source, target)
        flac = _open_flac(target)
        if not isinstance(flac.tags, _FlacComments):
            flac.tags = _FlacComments()
            flac.tags.comments = Comments()
            flac.metadata_blocks.append(flac.tags)
        flac.tags.comments.change(changes)
        if remove_empty and not flac.tags.comments.entries:
            flac.metadata_blocks.remove(flac.tags)
        target.seek(0)
        with parsing():
            flac.save(target)


def _open_flac(source: BinaryIO) -> _Flac:
    _check_blocks(source)
    source.seek(0)
    with parsing():
        return _Flac(source)


def _check_blocks(source: BinaryIO) -> None:
    """Refuse more blocks than mutagen should make objects of.

    Sizes of comments and pictures may be wrong, as mutagen knows; a walk that they lead astray ends at once.
    """
    position = tag_bytes(read_range(source, 0, HEADER_BYTES)) + len(b"fLaC")
    for _ in range(MOST_ENTRIES):
        header = read_range(source, position, 4)
        if len(header) < 4 or header[0] & 0x80:
            return
        position += 4 + int.from_bytes(header[1:], "big")
    raise UnusableTags("its blocks are damaged; it is left alone")


def _open_ogg(source: BinaryIO) -> OggFileType:
    first_page = read_range(source, 0, 64)
    for start, kind in _OGG_KINDS.items():
        if start in first_page:
            source.seek(0)
            with parsing():
                return kind(source)
    raise UnusableTags("is an Ogg file of a kind whose tags Cuefit doesn't know")


def _comments(ogg: OggFileType) -> Comments:
    assert isinstance(ogg.tags, _ExactComments)
    return ogg.tags.comments


def _field_of(entry: bytes) -> str | None:
    name, separator, _ = entry.partition(b"=")
    return field_or_mirror(name.decode("latin-1")) if separator else None


def _read_number(source: BinaryIO) -> int:
    data = source.read(4)
    if len(data) < 4:
        raise UnusableTags("its Vorbis comments are damaged; it is left alone")
    return int.from_bytes(data, "little")


def _read_sized(source: BinaryIO) -> bytes:
    n_bytes = _read_number(source)
    data = source.read(n_bytes) if n_bytes < _SANE_BYTES else b""
    if len(data) < n_bytes:
        raise UnusableTags("its Vorbis comments are damaged; it is left alone")
    return data


def _sized(data: bytes) -> bytes:
    return struct.pack("<I", len(data)) + data
