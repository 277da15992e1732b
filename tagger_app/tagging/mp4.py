"""Freeform atoms ``----:com.apple.iTunes:NAME`` in MP4 files.

mutagen finds the list of atoms, makes room and corrects the offsets; all atoms but ours go through it as bytes, so
that it doesn't translate them (a numbered genre to a written one, for instance).
"""

# mypy: disable-error-code="no-untyped-call"
from __future__ import annotations

import struct
from typing import BinaryIO, NamedTuple

from mutagen.mp4 import MP4, MP4Tags
from mutagen.mp4._atom import _CONTAINERS, _SKIP_SIZE, Atom, Atoms

from tagger_app.tagging.fields import Changes, field_name
from tagger_app.tagging.metadata import MOST_ENTRIES, Metadata, UnusableTags, first_of, parsing
from tagger_app.tagging.splice import copy_whole, read_range, size_of

_MEAN = "com.apple.iTunes"
_UTF8 = 1
_MIRRORS = {"GENRE": "©gen", "GROUPING": "©grp"}
"""Fields that have an atom of their own; ``MOOD`` is a freeform one."""
_DEEPEST = 20


class _Data(NamedTuple):
    flags: int
    content: bytes


class _ExactTags(MP4Tags):
    """Atoms by their own four-byte name, as bytes, in `_failed_atoms`, where mutagen keeps what it can't parse."""

    _failed_atoms: dict[str, list[bytes]]

    def load(self, atoms: Atoms, fileobj: BinaryIO) -> None:
        items = atoms.path(b"moov", b"udta", b"meta", b"ilst")[-1]
        for item in items.children or ():
            complete, content = item.read(fileobj)
            if not complete:
                raise UnusableTags("its MP4 tags are damaged; it is left alone")
            self._failed_atoms.setdefault(item.name.decode("latin-1"), []).append(content)


class _Mp4(MP4):
    MP4Tags = _ExactTags


class Mp4File:
    """An MP4 file: AAC or ALAC as M4A, M4B, MP4."""

    def read(self, source: BinaryIO) -> Metadata:
        """See `TagFormat.read`."""
        tags = _open_mp4(source).tags
        if not isinstance(tags, _ExactTags):
            return Metadata()
        fields: dict[str, tuple[str, ...]] = {}
        for content in tags._failed_atoms.get("----", ()):
            if name := _field_of(content):
                values = tuple(data.content.decode("utf-8", "replace") for data in _children(content)[b"data"])
                fields[name] = fields.get(name, ()) + values
        for mirror, atom in _MIRRORS.items():
            if values := _texts(tags._failed_atoms.get(atom, [])):
                fields[mirror] = values
        texts = {name: _texts(tags._failed_atoms.get(name, [])) for name in ("©nam", "©ART", "aART", "©alb")}
        names = (("©nam",), ("©ART", "aART"), ("©alb",))
        title, artist, album = (first_of(name, texts) for name in names)
        return Metadata.of((title, artist, album), fields)

    def write(self, source: BinaryIO, target: BinaryIO, changes: Changes, *, remove_empty: bool) -> None:
        """See `TagFormat.write`; an emptied list of atoms stays."""
        copy_whole(source, target)
        mp4 = _open_mp4(target)
        if mp4.tags is None:
            mp4.add_tags()
        assert isinstance(mp4.tags, _ExactTags)
        atoms = mp4.tags._failed_atoms.setdefault("----", [])
        atoms[:] = [content for content in atoms if _field_of(content) not in changes]
        for name, values in changes.items():
            if atom := _MIRRORS.get(name):
                mp4.tags._failed_atoms.pop(atom, None)
                if values is not None:
                    mp4.tags._failed_atoms[atom] = [_render_data(values)]
            elif values is not None:
                atoms.append(_render(name, values))
        target.seek(0)
        with parsing():
            mp4.save(target)


def _open_mp4(source: BinaryIO) -> _Mp4:
    _check_atoms(source)
    source.seek(0)
    with parsing():
        return _Mp4(source)


def _check_atoms(source: BinaryIO) -> None:
    """Refuse atoms that mutagen would follow for ever: nested without end, or beyond what holds them, or too many."""
    end = size_of(source)
    ends = [end]
    position = 0
    for _ in range(MOST_ENTRIES):
        while len(ends) > 1 and position >= ends[-1]:
            ends.pop()
        if position + 8 > end:
            return
        n_bytes, name = struct.unpack(">I4s", read_range(source, position, 8))
        header = 8
        if n_bytes == 1:
            n_bytes, header = int.from_bytes(read_range(source, position + 8, 8), "big"), 16
        elif n_bytes == 0 and len(ends) == 1:
            n_bytes = end - position
        if n_bytes < header:
            break
        if name not in _CONTAINERS:
            position += n_bytes
        elif len(ends) > _DEEPEST or position + n_bytes > ends[-1]:
            break
        else:
            ends.append(position + n_bytes)
            position += header + _SKIP_SIZE.get(name, 0)
    raise UnusableTags("its MP4 atoms are damaged; it is left alone")


def _children(content: bytes) -> dict[bytes, list[_Data]]:
    """The atoms inside one atom of the list, by name."""
    children: dict[bytes, list[_Data]] = {b"mean": [], b"name": [], b"data": []}
    position = 0
    while position + 12 <= len(content):
        n_bytes, name, flags = struct.unpack_from(">I4sI", content, position)
        if n_bytes < 12:
            break
        header = 16 if name == b"data" else 12
        children.setdefault(name, []).append(
            _Data(flags & 0xFFFFFF, content[position + header : position + n_bytes]),
        )
        position += n_bytes
    return children


def _field_of(content: bytes) -> str | None:
    children = _children(content)
    mean, name = (b"".join(part.content for part in children[key]).decode("latin-1") for key in (b"mean", b"name"))
    if mean.lower() != _MEAN.lower():
        return None
    return "MOOD" if name.upper() == "MOOD" else field_name(name)


def _texts(contents: list[bytes]) -> tuple[str, ...]:
    parts = [part for content in contents for part in _children(content)[b"data"]]
    return tuple(part.content.decode("utf-8", "replace") for part in parts if part.flags in (0, _UTF8))


def _render(name: str, values: tuple[str, ...]) -> bytes:
    parts = [(b"mean", b"\0\0\0\0" + _MEAN.encode()), (b"name", b"\0\0\0\0" + name.encode())]
    return b"".join(Atom.render(atom, data) for atom, data in parts) + _render_data(values)


def _render_data(values: tuple[str, ...]) -> bytes:
    return b"".join(Atom.render(b"data", struct.pack(">2I", _UTF8, 0) + value.encode()) for value in values)
