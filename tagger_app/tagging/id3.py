"""ID3v2 tags as bytes: our `TXXX` frames come and go, every other frame keeps its bytes.

mutagen would read frames into objects and write them anew: v2.2 becomes v2.3, dates, genres and lists of people are
translated, frames with the same description merged, damaged ones dropped. Here frames are only told apart.

Sources: ID3v2.2.0, v2.3.0 and v2.4.0 informal standards (id3.org).
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from tagger_app.tagging.fields import VALUE_SEPARATOR, Changes, field_name
from tagger_app.tagging.metadata import MOST_ENTRIES, Metadata, UnusableTags, first_of
from tagger_app.tagging.splice import Splice, copy_spliced, read_range, size_of

HEADER_BYTES = 10
_PADDING_BYTES = 4096
_MOST_PADDING_BYTES = 1 << 20
_MAX_TAG_BYTES = (1 << 28) - 1
_MOST_TEXT_BYTES = 4 << 20
_UNSYNCHRONISED, _EXTENDED, _EXPERIMENTAL, _FOOTER = 0x80, 0x40, 0x20, 0x10
_DEFINED_FLAGS = {2: 0xC0, 3: 0xE0, 4: 0xF0}
_FRAME_NAME = re.compile(rb"[A-Z][A-Z0-9]{2}[A-Z0-9 \0]?")
_ENCODINGS = ("latin-1", "utf-16", "utf-16-be", "utf-8")
_TEXTS = {"TT2": "TIT2", "TP1": "TPE1", "TAL": "TALB"}
_MIRRORS = {
    2: {"GENRE": b"TCO", "GROUPING": b"TT1"},
    3: {"GENRE": b"TCON", "GROUPING": b"TIT1"},
    4: {"GENRE": b"TCON", "GROUPING": b"TIT1", "MOOD": b"TMOO"},
}
"""Frames that may repeat the genres, by version; the mood is a user-defined text before v2.4."""


@dataclass(frozen=True)
class Frame:
    """One frame as it stands in the tag.

    `name` has three letters in v2.2, else four; `flags` has two bytes, none in v2.2; `body` is as stored.
    """

    name: bytes
    flags: bytes
    body: bytes


@dataclass
class Id3Tag:
    """An ID3v2 tag.

    Attributes
    ----------
    version : 2, 3 or 4
    flags : what is kept of the header's flags
    frames : in the order of the file
    n_bytes : size in the file, with header, padding and footer
    whole : whether all of it could be told apart; otherwise it must not be written
    """

    version: int = 3
    flags: int = 0
    frames: list[Frame] = field(default_factory=list)
    n_bytes: int = 0
    whole: bool = True

    def metadata(self) -> Metadata:
        """Our fields and the common texts."""
        texts: dict[str, tuple[str, ...]] = {}
        fields: dict[str, tuple[str, ...]] = {}
        for frame in self.frames:
            name = frame.name.rstrip(b"\0 ").decode("ascii")
            name = _TEXTS.get(name, name)
            if ours := self._field_of(frame):
                fields[ours] = fields.get(ours, ()) + self._values(frame)
            elif name in _TEXTS.values() and (payload := self._payload(frame)):
                texts.setdefault(name, tuple(_decode(payload[0], payload[1:]).split("\0")))
        title, artist, album = (first_of((name,), texts) for name in _TEXTS.values())
        return Metadata.of((title, artist, album), fields, one_value=self.version < 4)

    def change(self, changes: Changes) -> None:
        """Set and remove fields of ours."""
        if not self.whole:
            raise UnusableTags("its ID3 tag is damaged; it is left alone")
        self.frames = [frame for frame in self.frames if self._field_of(frame) not in changes]
        self.frames += [self._frame(name, values) for name, values in changes.items() if values is not None]

    def render(self, n_available: int, granularity: int = 1) -> bytes:
        """The tag as bytes: `n_available` of them if it fits, else with fresh padding for later changes."""
        frames = b"".join(map(self._render_frame, self.frames))
        needed = HEADER_BYTES + len(frames)
        n_bytes = n_available
        if not needed <= n_available <= needed + _MOST_PADDING_BYTES or n_available % granularity:
            n_bytes = needed + _PADDING_BYTES
            n_bytes += -n_bytes % granularity
        if n_bytes > _MAX_TAG_BYTES:
            raise UnusableTags("its ID3 tag would grow beyond 256 MB")
        header = struct.pack(">3sBBB4s", b"ID3", self.version, 0, self.flags, _synchsafe(n_bytes - HEADER_BYTES))
        return header + frames.ljust(n_bytes - HEADER_BYTES, b"\0")

    def _field_of(self, frame: Frame) -> str | None:
        if not _is_user_defined(frame):
            name = frame.name.rstrip(b"\0 ")
            mirror = next((mirror for mirror, own in _MIRRORS[self.version].items() if own == name), None)
            return mirror if mirror and self._payload(frame) else None
        if not (payload := self._payload(frame)):
            return None
        description = _decode(payload[0], _split_description(payload)[0])
        if self.version < 4 and description.upper() == "MOOD":
            return "MOOD"
        return field_name(description)

    def _values(self, frame: Frame) -> tuple[str, ...]:
        payload = self._payload(frame)
        assert payload
        text = _decode(payload[0], _split_description(payload)[1] if _is_user_defined(frame) else payload[1:])
        # v2.3 has one value a frame: what others separated by NUL is kept so, that undo can bring it back.
        return (text,) if self.version < 4 else tuple(text.split("\0"))

    def _frame(self, name: str, values: tuple[str, ...]) -> Frame:
        own = _MIRRORS[self.version].get(name)
        description = "" if own else f"{name}\0"
        if self.version == 4:
            return Frame(own or b"TXXX", b"\0\0", b"\x03" + f"{description}{chr(0).join(values)}".encode())
        parts = filter(None, (description, VALUE_SEPARATOR.join(values)))
        body = b"\x01" + b"".join(b"\xff\xfe" + part.encode("utf-16-le") for part in parts)
        return Frame(own or b"TXX", b"", body) if self.version == 2 else Frame(own or b"TXXX", b"\0\0", body)

    def _render_frame(self, frame: Frame) -> bytes:
        if self.version == 2:
            return frame.name + struct.pack(">I", len(frame.body))[1:] + frame.body
        size = _synchsafe(len(frame.body)) if self.version == 4 else struct.pack(">I", len(frame.body))
        return frame.name + size + frame.flags + frame.body

    def _payload(self, frame: Frame) -> bytes | None:
        """The content of a text frame, encoding byte first; None if it is empty, encrypted, damaged or endless."""
        body, flags = frame.body, frame.flags[1] if frame.flags else 0
        if self.version == 3:
            grouped, encrypted, compressed, prefixed = flags & 0x20, flags & 0x40, flags & 0x80, flags & 0x80
        elif self.version == 4:
            grouped, encrypted, compressed, prefixed = flags & 0x40, flags & 0x04, flags & 0x08, flags & 0x01
            if self.flags & _UNSYNCHRONISED or flags & 0x02:
                body = body.replace(b"\xff\x00", b"\xff")
        else:
            return body or None
        if encrypted:
            return None
        body = body[(1 if grouped else 0) + (4 if prefixed else 0) :]
        if compressed:
            return _inflate(body) or None
        return body or None


def tag_bytes(header: bytes) -> int:
    """Size of the ID3v2 tag whose first ten bytes these are, with header and footer; 0 if it is none."""
    if len(header) < HEADER_BYTES or header[:3] != b"ID3" or header[3] == 0xFF or max(header[6:10]) > 0x7F:
        return 0
    footer = HEADER_BYTES if header[3] >= 4 and header[5] & _FOOTER else 0
    return HEADER_BYTES + _from_synchsafe(header[6:10]) + footer


def parse_tag(data: bytes) -> Id3Tag | None:
    """The tag that stands at the start of these bytes; None if there is none.

    Raises
    ------
    UnusableTags
        A version of ID3 from the future.
    """
    n_bytes = tag_bytes(data[:HEADER_BYTES])
    if not n_bytes:
        return None
    version, flags = data[3], data[5]
    if version not in (2, 3, 4):
        raise UnusableTags(f"its ID3 tag has an unknown version (2.{version})")
    body = data[HEADER_BYTES : HEADER_BYTES + _from_synchsafe(data[6:10])]
    # A decoder may take another way past a tag with flags that its version doesn't have than past one without.
    whole = len(data) >= n_bytes and not flags & ~_DEFINED_FLAGS[version] and not (version == 2 and flags & _EXTENDED)
    if version < 4 and flags & _UNSYNCHRONISED:
        body = body.replace(b"\xff\x00", b"\xff")
    if version > 2 and flags & _EXTENDED:
        # It holds a check sum, the size of the padding or restrictions: none of them would be true after a change.
        size = _from_synchsafe(body[:4]) if version == 4 else 4 + int.from_bytes(body[:4], "big")
        whole = whole and len(body) >= 4 and size < len(body)
        body = body[size:]
    frames, complete = _walk(body, version, synchsafe=version == 4)
    if version == 4 and not complete:
        # Old versions of iTunes wrote plain sizes into v2.4 tags.
        plain_frames, plain_complete = _walk(body, version, synchsafe=False)
        if plain_complete:
            frames, complete = plain_frames, True
    # In v2.4 the flag says that bodies are unsynchronised, and they stay as they are.
    kept = flags & (_EXPERIMENTAL | (_UNSYNCHRONISED if version == 4 else 0))
    return Id3Tag(version, kept, frames, n_bytes, whole and complete)


def _walk(body: bytes, version: int, *, synchsafe: bool) -> tuple[list[Frame], bool]:
    """Tell frames apart; the second value says whether they fill the tag up to its padding."""
    n_name, n_header = (3, 6) if version == 2 else (4, 10)
    frames: list[Frame] = []
    position = 0
    while position < len(body) and body[position]:
        if len(frames) >= MOST_ENTRIES:
            return frames, False
        header = body[position : position + n_header]
        name, size_field, flags = header[:n_name], header[n_name : 2 * n_name], header[2 * n_name :]
        if len(header) < n_header or not _FRAME_NAME.fullmatch(name) or (synchsafe and max(size_field) > 0x7F):
            return frames, False
        size = _from_synchsafe(size_field) if synchsafe else int.from_bytes(size_field, "big")
        position += n_header + size
        if position > len(body):
            return frames, False
        frames.append(Frame(name, flags, body[position - size : position]))
    return frames, True


def _is_user_defined(frame: Frame) -> bool:
    return frame.name.rstrip(b"\0 ") in (b"TXXX", b"TXX")


def _split_description(payload: bytes) -> tuple[bytes, bytes]:
    """Description and text of a user-defined text frame, still encoded."""
    width = 2 if payload[0] in (1, 2) else 1
    end = payload.find(bytes(width), 1)
    while width == 2 and end >= 0 and not end % 2:  # half of one character and half of the next
        end = payload.find(bytes(width), end + 1)
    return (payload[1:end], payload[end + width :]) if end >= 0 else (payload[1:], b"")


def _inflate(body: bytes) -> bytes:
    """A compressed frame's content; nothing if it is damaged or longer than any text, as 1 MB may inflate to 1 GB."""
    decompressor = zlib.decompressobj()
    try:
        content = decompressor.decompress(body, _MOST_TEXT_BYTES)
    except zlib.error:
        return b""
    return content if decompressor.eof else b""


def _decode(encoding: int, text: bytes) -> str:
    if encoding in (1, 2):
        text = text[: len(text) & ~1]
    codec = _ENCODINGS[encoding] if encoding < len(_ENCODINGS) else "latin-1"
    decoded = text.decode(codec, "replace").removesuffix("\0")
    # Every value of several in UTF-16 may have its own byte order mark.
    return decoded.replace("\ufeff", "")


def _synchsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def _from_synchsafe(data: bytes) -> int:
    number = 0
    for byte in data:
        number = number << 7 | byte & 0x7F
    return number


class Id3File:
    """A stream with an ID3v2 tag before it, and perhaps an ID3v1 tag behind it: MP3, MP2, TTA, AAC.

    Parameters
    ----------
    new_version : 3 or 4, of a tag for a file that has none
    """

    def __init__(self, new_version: int = 3) -> None:
        self._new_version = new_version

    def read(self, source: BinaryIO) -> Metadata:
        """See `TagFormat.read`; ID3v1 fills in for texts that the ID3v2 tag lacks."""
        tag = _leading_tag(source)
        old = Id3Tag(self._new_version, frames=_id3v1_frames(source, self._new_version)).metadata()
        if tag is None:
            return replace(old, has_tag=False)
        found = tag.metadata()
        return replace(
            found,
            title=found.title or old.title,
            artist=found.artist or old.artist,
            album=found.album or old.album,
        )

    def write(self, source: BinaryIO, target: BinaryIO, changes: Changes, *, remove_empty: bool) -> None:
        """See `TagFormat.write`.

        A new tag repeats what the ID3v1 tag says, since many readers look no further once they find an ID3v2 tag.
        """
        tag = _leading_tag(source)
        mirrored = _id3v1_frames(source, tag.version if tag else self._new_version)
        tag = tag or Id3Tag(self._new_version, frames=list(mirrored))
        tag.change(changes)
        if remove_empty and tag.frames in ([], mirrored):
            copy_spliced(source, target, [Splice(0, tag.n_bytes, b"")])
        else:
            copy_spliced(source, target, [Splice(0, tag.n_bytes, tag.render(tag.n_bytes))])


def _leading_tag(source: BinaryIO) -> Id3Tag | None:
    n_bytes = tag_bytes(read_range(source, 0, HEADER_BYTES))
    return parse_tag(read_range(source, 0, n_bytes)) if n_bytes else None


def _id3v1_frames(source: BinaryIO, version: int = 3) -> list[Frame]:
    """What an ID3v1 tag says, as frames of ID3v2.3 or, where that is the `version`, v2.4."""
    data = read_range(source, max(size_of(source) - 128, 0), 128)
    if len(data) < 128 or not data.startswith(b"TAG"):
        return []
    _, title, artist, album, year, comment, genre = struct.unpack("3s30s30s30s4s30sB", data)
    track = comment[29] if comment[28] == 0 else 0
    texts = {b"TIT2": title, b"TPE1": artist, b"TALB": album, b"TDRC" if version == 4 else b"TYER": year}
    frames = [Frame(name, b"\0\0", b"\0" + text) for name, raw in texts.items() if (text := _id3v1_text(raw))]
    if track:
        frames.append(Frame(b"TRCK", b"\0\0", b"\0%d" % track))
    if genre != 0xFF:
        frames.append(Frame(b"TCON", b"\0\0", b"\0(%d)" % genre))
    if remark := _id3v1_text(comment[:28] if track else comment):
        frames.append(Frame(b"COMM", b"\0\0", b"\0engID3v1 Comment\0" + remark))
    return frames


def _id3v1_text(field_bytes: bytes) -> bytes:
    return field_bytes.split(b"\0")[0].strip()
