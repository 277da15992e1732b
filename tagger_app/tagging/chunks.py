"""ID3 tags in the chunks of RIFF/WAVE and AIFF files; no other chunk is touched.

Sources: EA IFF 85; Multimedia Programming Interface and Data Specifications 1.0 (RIFF); EBU Tech 3306 (RF64).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from typing import BinaryIO, NamedTuple

from tagger_app.tagging.fields import Changes
from tagger_app.tagging.id3 import Id3Tag, parse_tag
from tagger_app.tagging.metadata import MOST_ENTRIES, Metadata, UnusableTags, first_of
from tagger_app.tagging.splice import Splice, copy_spliced, read_range, size_of

_UNKNOWN = 0xFFFFFFFF
_HEADER_BYTES = 8
_FORM_BYTES = 12
_TEXT_BYTES = 1 << 16
_MOST_TAG_BYTES = 1 << 28


class Chunk(NamedTuple):
    """A chunk of the file: its data of `n_bytes` starts at `offset`; `end` is where the next begins."""

    name: bytes
    offset: int
    n_bytes: int
    end: int

    @property
    def start(self) -> int:
        """Where its header begins."""
        return self.offset - _HEADER_BYTES


@dataclass(frozen=True)
class _Form:
    """The outermost chunk: what is in it, where it ends, and what is wrong with it, if anything."""

    magic: bytes
    chunks: tuple[Chunk, ...]
    end: int
    n_bytes: int
    trouble: str | None

    def find(self, *names: bytes) -> Chunk | None:
        return next((chunk for chunk in self.chunks if chunk.name in names), None)


class ChunkedFile:
    """A WAV file (``id3 `` chunk; RF64 and BW64 too) or an AIFF file (``ID3 `` chunk).

    Parameters
    ----------
    new_version : 3 or 4, of an ID3 tag for a file that has none
    """

    def __init__(self, new_version: int = 3) -> None:
        self._new_version = new_version

    def read(self, source: BinaryIO) -> Metadata:
        """See `TagFormat.read`; ``LIST INFO``, or AIFF's own text chunks, fill in for texts that the tag lacks."""
        form = _read_form(source)
        tag = _tag(source, form)
        found = tag.metadata() if tag else Metadata(one_value=self._new_version < 4)
        native = _native_texts(source, form)
        return replace(
            found,
            title=found.title or first_of(("INAM", "NAME"), native),
            artist=found.artist or first_of(("IART", "AUTH"), native),
            album=found.album or first_of(("IPRD",), native),
        )

    def write(self, source: BinaryIO, target: BinaryIO, changes: Changes, *, remove_empty: bool) -> None:
        """See `TagFormat.write`; a new chunk goes behind all others, so that nothing else moves."""
        form = _read_form(source)
        if form.trouble:
            raise UnusableTags(form.trouble)
        chunk = form.find(b"id3 ", b"ID3 ")
        tag = _tag(source, form) or Id3Tag(self._new_version)
        tag.change(changes)
        splices = []
        if remove_empty and not tag.frames:
            rendered = b""
        else:
            data = tag.render(chunk.n_bytes if chunk else 0, granularity=2)
            rendered = (chunk.name if chunk else _new_name(form)) + _pack(form, len(data)) + data
        if chunk:
            splices.append(Splice(chunk.start, chunk.end - chunk.start, rendered))
            growth = len(rendered) - (chunk.end - chunk.start)
        else:
            # Some programs forget the padding byte of an odd last chunk.
            rendered = bytes(form.end % 2) + rendered
            splices.append(Splice(form.end, 0, rendered))
            growth = len(rendered)
        splices.append(_size_splice(form, form.end - _HEADER_BYTES + growth))
        copy_spliced(source, target, splices)


def _read_form(source: BinaryIO) -> _Form:
    n_file = size_of(source)
    magic, size, _ = struct.unpack("4s4s4s", read_range(source, 0, _FORM_BYTES))
    order = ">" if magic == b"FORM" else "<"
    (n_bytes,) = struct.unpack(f"{order}I", size)
    n_data = None
    if magic in (b"RF64", b"BW64"):
        n_bytes, n_data = _read_ds64(source)
    end = min(n_bytes + _HEADER_BYTES, n_file)
    chunks: list[Chunk] = []
    trouble = None
    position = _FORM_BYTES
    while position < end:
        if len(chunks) >= MOST_ENTRIES:
            trouble = "its chunks are damaged; it is left alone"
            break
        header = read_range(source, position, _HEADER_BYTES)
        if end - position < _HEADER_BYTES:
            # One byte of padding, or rubbish too short to be a chunk.
            trouble = None if not any(header[: end - position]) else "its chunks are damaged; it is left alone"
            break
        name, n_chunk = struct.unpack(f"{order}4sI", header)
        if not all(0x20 <= byte < 0x7F for byte in name):
            trouble = "its chunks are damaged; it is left alone"
            break
        if name == b"data" and n_data is not None and n_chunk == _UNKNOWN:
            n_chunk = n_data
        offset = position + _HEADER_BYTES
        position = offset + n_chunk + n_chunk % 2
        if offset + n_chunk > n_file:
            trouble = "is truncated, or doesn't say where its audio ends; tags behind it would be lost"
        elif offset + n_chunk > end:
            trouble = "its chunks are damaged; it is left alone"
        chunks.append(Chunk(name, offset, min(n_chunk, n_file - offset), min(position, n_file)))
    return _Form(magic, tuple(chunks), end, n_bytes, trouble)


def _read_ds64(source: BinaryIO) -> tuple[int, int]:
    """Sizes of the form and of its audio, which stand in a chunk of their own beyond 4 GB."""
    data = read_range(source, _FORM_BYTES, _HEADER_BYTES + 16)
    if len(data) < _HEADER_BYTES + 16 or not data.startswith(b"ds64"):
        raise UnusableTags("its chunks are damaged; it is left alone")
    n_form, n_data = struct.unpack_from("<QQ", data, _HEADER_BYTES)
    return n_form, n_data


def _size_splice(form: _Form, n_bytes: int) -> Splice:
    if form.magic in (b"RF64", b"BW64"):
        return Splice(_FORM_BYTES + _HEADER_BYTES, 8, struct.pack("<Q", n_bytes))
    if n_bytes >= _UNKNOWN:
        raise UnusableTags("would grow beyond the 4 GB that its format allows")
    return Splice(4, 4, _pack(form, n_bytes))


def _pack(form: _Form, number: int) -> bytes:
    return struct.pack(">I" if form.magic == b"FORM" else "<I", number)


def _new_name(form: _Form) -> bytes:
    return b"ID3 " if form.magic == b"FORM" else b"id3 "


def _tag(source: BinaryIO, form: _Form) -> Id3Tag | None:
    chunk = form.find(b"id3 ", b"ID3 ")
    if chunk is None:
        return None
    if chunk.n_bytes > _MOST_TAG_BYTES:
        raise UnusableTags("its ID3 tag is damaged; it is left alone")
    data = read_range(source, chunk.offset, chunk.n_bytes)
    tag = parse_tag(data)
    if tag is None and any(data):
        raise UnusableTags("its ID3 tag is damaged; it is left alone")
    return tag


def _native_texts(source: BinaryIO, form: _Form) -> dict[str, tuple[str, ...]]:
    texts: dict[str, tuple[str, ...]] = {}
    for chunk in form.chunks:
        if chunk.name in (b"NAME", b"AUTH") and form.magic == b"FORM":
            raw = read_range(source, chunk.offset, min(chunk.n_bytes, _TEXT_BYTES))
            texts.setdefault(chunk.name.decode("ascii"), (_text(raw),))
        elif chunk.name == b"LIST" and form.magic != b"FORM":
            data = read_range(source, chunk.offset, min(chunk.n_bytes, _TEXT_BYTES))
            position = 4 if data.startswith(b"INFO") else len(data)
            while position + _HEADER_BYTES <= len(data):
                name, n_bytes = struct.unpack_from("<4sI", data, position)
                position += _HEADER_BYTES
                texts.setdefault(name.decode("latin-1"), (_text(data[position : position + n_bytes]),))
                position += n_bytes + n_bytes % 2
    return texts


def _text(raw: bytes) -> str:
    """Text of a chunk that doesn't name its encoding: UTF-8 if it can be, else Windows Latin-1."""
    raw = raw.split(b"\0")[0]
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")
