"""WAV, RF64 and AIFF, byte by byte: nothing but our fields changes."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from tag_samples import chunks, decoded, id3_frame, id3_frames, id3_tag

from tagger_app.errors import TagError
from tagger_app.tagging.containers import read_metadata
from tagger_app.tagging.fields import Changes
from tagger_app.tagging.journal import Journal
from tagger_app.tagging.undo import undo_writes
from tagger_app.tagging.write import write_fields

Make = Callable[..., Path]


def _chunk(name: bytes, data: bytes, order: str = "<") -> bytes:
    return struct.pack(f"{order}4sI", name, len(data)) + data + bytes(len(data) % 2)


def _form(parts: list[bytes], magic: bytes = b"RIFF", kind: bytes = b"WAVE", order: str = "<") -> bytes:
    body = kind + b"".join(parts)
    return magic + struct.pack(f"{order}I", len(body)) + body


def _info(**texts: str) -> bytes:
    return b"INFO" + b"".join(_chunk(name.encode(), text.encode() + b"\0") for name, text in texts.items())


def _rich_wav(path: Path, extra: list[bytes], audio: bytes | None = None) -> None:
    parts = dict(chunks(path.read_bytes()))
    body = [
        _chunk(b"bext", bytes(range(256)) * 3 + b"odd"),
        _chunk(b"fmt ", parts[b"fmt "]),
        _chunk(b"data", parts[b"data"] if audio is None else audio),
        _chunk(b"cue ", struct.pack("<I", 1) + bytes(24)),
        _chunk(b"LIST", b"adtl" + _chunk(b"labl", b"\0\0\0\x01hit")),
        _chunk(b"iXML", "<BWFXML><NOTE>é</NOTE></BWFXML>".encode()),
        _chunk(b"LIST", _info(INAM="Dawn", IART="Ada", IPRD="Nights")),
        *extra,
    ]
    path.write_bytes(_form(body))


def test_wav_chunks_stay(make: Make, journal: Journal, fields: Changes) -> None:
    path = make("wav")
    _rich_wav(path, [])
    before = chunks(path.read_bytes())
    write_fields(str(path), fields, journal, "b")
    after = chunks(path.read_bytes())
    assert after[:-1] == before
    assert after[-1][0] == b"id3 "
    version, frames = id3_frames(after[-1][1])
    assert version == 3
    assert len(frames) == 10
    found = read_metadata(path)
    assert (found.title, found.artist, found.album) == ("Dawn", "Ada", "Nights")
    # The next write fits into the padding: the same size, everything at its place.
    write_fields(str(path), {"FILMGENRE_ADVENTURE": ("0.50",)}, journal, "b")
    again = chunks(path.read_bytes())
    assert again[:-1] == before
    assert len(again[-1][1]) == len(after[-1][1])
    assert [result.error for result in undo_writes(journal)] == [None]
    assert chunks(path.read_bytes()) == before


@pytest.mark.parametrize("name", [b"id3 ", b"ID3 "])
@pytest.mark.parametrize("position", ["last", "middle"])
def test_a_wav_tag_is_changed_where_it_is(name: bytes, position: str, make: Make, journal: Journal) -> None:
    path = make("wav")
    tag = _chunk(name, id3_tag([id3_frame("TIT2", b"\0Dusk", 4), id3_frame("COMM", b"\0eng\0x", 4)], 4) + b"\0")
    _rich_wav(path, [tag] if position == "last" else [tag, _chunk(b"junk", b"12345")])
    before = chunks(path.read_bytes())
    sound = decoded(path)
    write_fields(str(path), {"FILMGENRE_ACTION": ("0.50",)}, journal, "b")
    after = chunks(path.read_bytes())
    assert [chunk[0] for chunk in after] == [chunk[0] for chunk in before]
    assert [chunk for chunk in after if chunk[0] != name] == [chunk for chunk in before if chunk[0] != name]
    version, frames = id3_frames(dict(after)[name])
    assert version == 4
    assert [frame[2] for frame in frames[:2]] == [b"\0Dusk", b"\0eng\0x"]
    assert read_metadata(path).title == "Dusk"
    assert decoded(path) == sound


def test_an_odd_wav_without_its_padding_byte(make: Make, journal: Journal, fields: Changes) -> None:
    path = make("wav")
    head = dict(chunks(path.read_bytes()))[b"fmt "]
    head = struct.pack("<HHIIHH", 1, 1, 8000, 8000, 1, 8) + head[16:]
    audio = bytes(range(128, 137)) * 999
    assert len(audio) % 2
    body = b"WAVE" + _chunk(b"fmt ", head) + struct.pack("<4sI", b"data", len(audio)) + audio
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    sound = decoded(path)
    write_fields(str(path), fields, journal, "b")
    after = chunks(path.read_bytes())
    assert [chunk[0] for chunk in after] == [b"fmt ", b"data", b"id3 "]
    assert after[1][1] == audio
    assert decoded(path) == sound


def test_what_follows_a_wav_stays_behind_it(make: Make, journal: Journal, fields: Changes) -> None:
    path = make("wav")
    path.write_bytes(path.read_bytes() + b"TAG" + bytes(125))
    write_fields(str(path), fields, journal, "b")
    data = path.read_bytes()
    assert data.endswith(b"TAG" + bytes(125))
    assert chunks(data[:-128])[-1][0] == b"id3 "


@pytest.mark.parametrize("n_data", [0xFFFFFFFF, 0x7FFFFFFF, 90_000])
def test_a_wav_that_doesnt_say_where_it_ends(n_data: int, make: Make, journal: Journal, fields: Changes) -> None:
    path = make("wav")
    data = path.read_bytes()
    at = data.index(b"data") + 4
    path.write_bytes(data[:at] + struct.pack("<I", n_data) + data[at + 4 :])
    original = path.read_bytes()
    with pytest.raises(TagError, match="where its audio ends"):
        write_fields(str(path), fields, journal, "b")
    assert path.read_bytes() == original
    assert read_metadata(path).title == ""


def test_a_wav_with_damaged_chunks(make: Make, journal: Journal, fields: Changes) -> None:
    path = make("wav")
    _rich_wav(path, [b"\0\x01\x02\x03rubbish that is no chunk at all"])
    with pytest.raises(TagError, match="damaged"):
        write_fields(str(path), fields, journal, "b")
    assert read_metadata(path).title == "Dawn"


def test_rf64(make: Make, journal: Journal, fields: Changes) -> None:
    path = make("rf64")
    original = path.read_bytes()
    write_fields(str(path), fields, journal, "b")
    data = path.read_bytes()
    assert data[:8] == b"RF64\xff\xff\xff\xff"
    (n_form,) = struct.unpack_from("<Q", data, 20)
    assert n_form == len(data) - 8
    assert data[28 : len(original)] == original[28:]
    assert data[len(original) :].startswith(b"id3 ")


def test_aiff_chunks_stay(make: Make, journal: Journal, fields: Changes) -> None:
    path = make("aiff")
    parts = [_chunk(name, data, ">") for name, data in chunks(path.read_bytes(), ">")]
    parts += [_chunk(b"NAME", b"Dawn", ">"), _chunk(b"AUTH", b"Ada", ">"), _chunk(b"MARK", b"\0\0\0", ">")]
    path.write_bytes(_form(parts, b"FORM", b"AIFF", ">"))
    before = chunks(path.read_bytes(), ">")
    write_fields(str(path), fields, journal, "b")
    after = chunks(path.read_bytes(), ">")
    assert after[:-1] == before
    assert after[-1][0] == b"ID3 "
    found = read_metadata(path)
    assert (found.title, found.artist) == ("Dawn", "Ada")
