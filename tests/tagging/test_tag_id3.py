"""ID3 tags: the version stays, and every frame that isn't ours keeps its bytes."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutagen.id3 import ID3, ID3NoHeaderError
from tag_samples import decoded, ffmpeg_tags, id3_frame, id3_frames, id3_tag, synchsafe

from tagger_app.errors import TagError
from tagger_app.tagging.containers import read_metadata
from tagger_app.tagging.fields import Changes
from tagger_app.tagging.id3 import parse_tag, tag_bytes
from tagger_app.tagging.journal import Journal
from tagger_app.tagging.metadata import UnusableTags
from tagger_app.tagging.undo import undo_writes
from tagger_app.tagging.write import write_fields

Make = Callable[..., Path]

_FOREIGN = [
    ("TIT2", b"\x01\xff\xfeD\0a\0w\0n\0"),
    ("TPE1", b"\0Ada/Bo\0"),
    ("TCON", b"\0(24)Soundtrack"),
    ("TYER", b"\x001999"),
    ("TDAT", b"\x003112"),
    ("TDRC", b"\x002001-02-03"),  # belongs into v2.4, and is found in v2.3
    ("IPLS", b"\0producer\0Eve\0"),
    ("GRP1", b"\0tense cues"),
    ("COMM", b"\0eng\0first"),
    ("COMM", b"\0eng\0second, of the same description"),
    ("TXXX", b"\0MOOD\0dark"),
    ("TXXX", b"\0FILMGENRE_NOIR\0not ours"),
    ("APIC", b"\0PNG\0\x03\0\x89PNG" + bytes(range(256)) * 4),
    ("XYZW", b"a frame nobody knows \0\xff\xfe"),
    ("TBPM", b"\x01\xff"),  # damaged
    ("RVAD", b"\x03\x10\x12\x34"),
]


@pytest.mark.parametrize("version", [3, 4])
@pytest.mark.parametrize("padding", [0, 200, 5000])
def test_other_frames_keep_their_bytes(
    version: int, padding: int, make: Make, journal: Journal, fields: Changes
) -> None:
    path = make("mp3")
    frames = [id3_frame(name, body, version) for name, body in _FOREIGN]
    frames.append(
        id3_frame("TIT3", bytes(4) + zlib.compress(b"\0packed"), version, b"\0\x80" if version == 3 else b"\0\x09")
    )
    path.write_bytes(id3_tag(frames, version, padding) + path.read_bytes())
    sound, original = decoded(path), id3_frames(path.read_bytes())

    write_fields(str(path), fields, journal, "b")

    written = id3_frames(path.read_bytes())
    assert written[0] == version
    assert written[1][: len(frames)] == original[1]
    assert {frame[0] for frame in written[1][len(frames) :]} == {b"TXXX"}
    assert decoded(path) == sound
    mutagen_tag = ID3(path, translate=False)
    assert mutagen_tag.version == (2, version, 0)
    values = ["Thriller; Sci-Fi"] if version == 3 else ["Thriller", "Sci-Fi"]
    assert mutagen_tag["TXXX:FILMGENRE"].text == values
    assert mutagen_tag["TXXX:FILMGENRE"].encoding == (1 if version == 3 else 3)
    assert ffmpeg_tags(path)["FILMGENRE_ACTION"] == "0.87"

    assert [result.error for result in undo_writes(journal)] == [None]
    assert id3_frames(path.read_bytes()) == original


def test_a_tag_of_version_2_2_stays_one(make: Make, journal: Journal, fields: Changes) -> None:
    path = make("mp3")
    frames = [id3_frame("TT2", b"\0Dawn\0", 2), id3_frame("TCO", b"\0(24)", 2), id3_frame("PIC", b"\0PNG\x03\0x", 2)]
    path.write_bytes(id3_tag(frames, 2, 10) + path.read_bytes())
    original = id3_frames(path.read_bytes())
    write_fields(str(path), fields, journal, "b")
    version, written = id3_frames(path.read_bytes())
    assert version == 2
    assert written[:3] == original[1]
    assert ID3(path)["TXXX:FILMGENRE"].text == ["Thriller; Sci-Fi"]
    assert read_metadata(path).title == "Dawn"
    assert [result.error for result in undo_writes(journal)] == [None]
    assert id3_frames(path.read_bytes()) == original


def test_a_new_tag_is_version_2_3_in_utf_16(make: Make, journal: Journal, fields: Changes) -> None:
    path = make("mp3")
    with pytest.raises(ID3NoHeaderError):
        ID3(path)
    write_fields(str(path), fields, journal, "b")
    version, frames = id3_frames(path.read_bytes())
    assert version == 3
    assert (b"TXXX", b"\0\0", b"\x01" + "FILMGENRE\0".encode("utf-16") + "Thriller; Sci-Fi".encode("utf-16")) in frames


def test_an_id3v1_tag_stays_and_is_repeated(make: Make, journal: Journal, fields: Changes) -> None:
    path = make("mp3")
    old = b"TAG" + b"Dawn".ljust(30, b"\0") + b"Ada".ljust(30) + b"Nights".ljust(30, b"\0") + b"1999"
    old += b"a remark".ljust(28, b"\0") + b"\0\x07" + b"\x18"
    original = path.read_bytes() + old
    path.write_bytes(original)
    before = ffmpeg_tags(path)

    write_fields(str(path), fields, journal, "b")

    assert path.read_bytes().endswith(old)
    after = ffmpeg_tags(path)
    # FFmpeg looks at ID3v1 only where there is no ID3v2 tag: nothing may vanish from sight.
    assert {name: after[name] for name in ("TITLE", "ARTIST", "ALBUM", "DATE", "GENRE", "TRACK")} == {
        name: before[name] for name in ("TITLE", "ARTIST", "ALBUM", "DATE", "GENRE", "TRACK")
    }
    assert ID3(path, load_v1=False)["COMM:ID3v1 Comment:eng"].text == ["a remark"]
    assert [result.error for result in undo_writes(journal)] == [None]
    assert path.read_bytes() == original


def test_texts_of_an_id3v1_tag_are_read(make: Make) -> None:
    path = make("mp3")
    path.write_bytes(path.read_bytes() + b"TAG" + b"Dawn".ljust(30, b"\0") + b"Ada\xe9".ljust(30) + bytes(64) + b"\xff")
    found = read_metadata(path)
    assert (found.title, found.artist, found.album, found.has_tag) == ("Dawn", "Adaé", "", False)


def test_an_ape_tag_in_an_mp3_is_left_alone(make: Make, journal: Journal, fields: Changes) -> None:
    path = make("mp3")
    footer = b"APETAGEX" + (2000).to_bytes(4, "little") + (32).to_bytes(4, "little") + bytes(16)
    path.write_bytes(path.read_bytes() + footer)
    write_fields(str(path), fields, journal, "b")
    assert path.read_bytes().endswith(footer)


def test_unsynchronised_tags(make: Make, journal: Journal) -> None:
    body = b"\x01\xff\xfe\xff\x00\xe4\x00"
    for version in (3, 4):
        path = make("mp3", name=f"v{version}")
        if version == 3:
            tag = id3_frame("TIT2", body).replace(b"\xff\x00", b"\xff\x00\x00").replace(b"\xff\xfe", b"\xff\x00\xfe")
        else:
            stored = body.replace(b"\xff\x00", b"\xff\x00\x00").replace(b"\xff\xfe", b"\xff\x00\xfe")
            tag = id3_frame("TIT2", stored, 4, b"\0\x02")
        path.write_bytes(id3_tag([tag], version, 64, flags=0x80) + path.read_bytes())
        assert read_metadata(path).title == "ÿä"
        write_fields(str(path), {"FILMGENRE_ACTION": ("0.50",)}, journal, "b")
        assert read_metadata(path).title == "ÿä"
        assert ID3(path)["TIT2"].text == ["ÿä"]
        assert ID3(path)["TXXX:FILMGENRE_ACTION"].text == ["0.50"]


@pytest.mark.parametrize("version", [3, 4])
def test_extended_headers_are_dropped(version: int, make: Make, journal: Journal) -> None:
    path = make("mp3")
    extended = (6).to_bytes(4, "big") + bytes(6) if version == 3 else synchsafe(6) + b"\x01\x00"
    tag = id3_tag([extended, id3_frame("TIT2", b"\0Dawn", version)], version, 16, flags=0x40)
    path.write_bytes(tag + path.read_bytes())
    assert read_metadata(path).title == "Dawn"
    write_fields(str(path), {"FILMGENRE_ACTION": ("0.50",)}, journal, "b")
    assert id3_frames(path.read_bytes())[1][0] == (b"TIT2", b"\0\0", b"\0Dawn")
    assert ID3(path)["TIT2"].text == ["Dawn"]


def test_a_footer_counts(make: Make, journal: Journal) -> None:
    path = make("mp3")
    tag = id3_tag([id3_frame("TIT2", b"\0Dawn", 4)], 4, flags=0x10)
    footer = b"3DI" + tag[3:10]
    path.write_bytes(tag + footer + path.read_bytes())
    sound = decoded(path)
    write_fields(str(path), {"FILMGENRE_ACTION": ("0.50",)}, journal, "b")
    assert footer not in path.read_bytes()
    assert decoded(path) == sound
    assert ID3(path)["TIT2"].text == ["Dawn"]


def test_plain_sizes_in_version_2_4(make: Make, journal: Journal) -> None:
    picture = b"\0image/png\0\x03\0" + bytes(range(256)) * 3
    frames = [b"APIC" + len(picture).to_bytes(4, "big") + b"\0\0" + picture, id3_frame("TIT2", b"\0Dawn", 4)]
    path = make("mp3")
    path.write_bytes(id3_tag(frames, 4, 32) + path.read_bytes())
    write_fields(str(path), {"FILMGENRE_ACTION": ("0.50",)}, journal, "b")
    assert id3_frames(path.read_bytes())[1][:2] == [(b"APIC", b"\0\0", picture), (b"TIT2", b"\0\0", b"\0Dawn")]


@pytest.mark.parametrize(
    "damaged",
    [
        id3_tag([id3_frame("TIT2", b"\0Dawn"), b"TPE1\0\0\xff\xff\0\0\0Ada"]),
        id3_tag([id3_frame("TIT2", b"\0Dawn"), b"\x01\x02\x03\x04garbage of some length"]),
        id3_tag([id3_frame("TIT2", b"\0Dawn")], version=5),
        id3_tag([id3_frame("TT2", b"\0Dawn", 2)], version=2, flags=0x40),
        id3_tag([id3_frame("TT2", b"\0Dawn", 2)], version=2, flags=0x10),
        id3_tag([id3_frame("TIT2", b"\0Dawn")], version=3, flags=0x10),
        id3_tag([id3_frame("TIT2", b"\0Dawn", 4)], version=4, flags=0x01),
    ],
)
def test_damaged_tags_are_left_alone(damaged: bytes, make: Make, journal: Journal, fields: Changes) -> None:
    path = make("mp3")
    path.write_bytes(damaged + path.read_bytes())
    original = path.read_bytes()
    with pytest.raises(TagError, match="ID3 tag"):
        write_fields(str(path), fields, journal, "b")
    assert path.read_bytes() == original
    assert list(path.parent.glob(".cuefit-*")) == []


def test_multiple_values_of_version_2_3_come_back_as_they_were(make: Make, journal: Journal) -> None:
    path = make("mp3")
    frame = id3_frame("TXXX", b"\0filmgenre\0Drama\0Crime")
    path.write_bytes(id3_tag([frame]) + path.read_bytes())
    assert read_metadata(path).fields == {"FILMGENRE": ("Drama\0Crime",)}
    write_fields(str(path), {"FILMGENRE": ("Action",)}, journal, "b")
    assert [result.error for result in undo_writes(journal)] == [None]
    assert read_metadata(path).fields == {"FILMGENRE": ("Drama\0Crime",)}


_BODIES = st.binary(min_size=1, max_size=300)
_NAMES = st.from_regex(r"[A-Z][A-Z0-9]{3}", fullmatch=True)


@given(st.sampled_from([2, 3, 4]), st.lists(st.tuples(_NAMES, _BODIES), max_size=5), st.integers(0, 3000))
def test_any_frames_survive(version: int, frames: list[tuple[str, bytes]], padding: int) -> None:
    n_name = 3 if version == 2 else 4
    rendered = [id3_frame(name[:n_name], body, version) for name, body in frames]
    data = id3_tag(rendered, version, padding)
    tag = parse_tag(data)
    assert tag is not None
    before = [(frame.name, frame.flags, frame.body) for frame in tag.frames]
    assert before == [(name[:n_name].encode(), b"" if version == 2 else b"\0\0", body) for name, body in frames]
    tag.change({"FILMGENRE": ("Drama", "Crime"), "FILMGENRE_ACTION": None})
    for granularity in (1, 2):
        again = tag.render(len(data), granularity)
        assert tag_bytes(again) == len(again)
        found_version, found = id3_frames(again)
        assert found_version == version
        assert found[:-1] == before
        assert ID3(io.BytesIO(again)).getall("TXXX:FILMGENRE")


@given(st.binary(max_size=400), st.integers(2, 4), st.integers(0, 255))
def test_rubbish_in_a_tag_is_read_or_refused(body: bytes, version: int, flags: int) -> None:
    data = id3_tag([body], version, flags=flags)
    tag = parse_tag(data)
    assert tag is not None
    tag.metadata()
    if tag.whole:
        tag.change({"FILMGENRE_ACTION": ("0.50",)})
        again = parse_tag(tag.render(0))
        assert again is not None
        assert again.whole
        assert [frame.body for frame in again.frames] == [frame.body for frame in tag.frames]
    else:
        with pytest.raises(UnusableTags):
            tag.change({"FILMGENRE_ACTION": ("0.50",)})
