"""FLAC, Ogg, MP4 and APE tags, byte by byte: nothing but our fields changes."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from pathlib import Path

import mutagen
import pytest
from mutagen.flac import FLAC
from mutagen.mp4 import MP4
from mutagen.ogg import OggPage
from tag_samples import decoded, ffmpeg_tags, id3_frame, id3_frames, id3_tag, make_fragmented_m4a

from tagger_app.errors import TagError
from tagger_app.tagging.ape import ApeFile
from tagger_app.tagging.containers import read_metadata
from tagger_app.tagging.fields import Changes
from tagger_app.tagging.journal import Journal
from tagger_app.tagging.undo import undo_writes
from tagger_app.tagging.write import write_fields

Make = Callable[..., Path]


def _flac_blocks(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    position = data.index(b"fLaC") + 4
    blocks, last = [], False
    while not last:
        last, code = bool(data[position] & 0x80), data[position] & 0x7F
        size = int.from_bytes(data[position + 1 : position + 4], "big")
        blocks.append((code, data[position + 4 : position + 4 + size]))
        position += 4 + size
    return blocks, data[position:]


def test_flac_blocks_stay(make: Make, journal: Journal, fields: Changes) -> None:
    path = make("flac")
    blocks, audio = _flac_blocks(path.read_bytes())
    comments = b"\x03\0\0\0me!" + struct.pack("<I", 3)
    for entry in (b"TITLE=Dawn", b"ARTIST=Ad\xe9 in Latin-1", b"no equals sign"):
        comments += struct.pack("<I", len(entry)) + entry
    blocks = [(code, data) for code, data in blocks if code not in (1, 4)]
    cue_sheet = bytes(395) + b"\x02" + bytes(8) + b"\x01" + bytes(26) + b"\x01" + bytes(20) + b"\xaa" + bytes(27)
    blocks += [(3, bytes(18 * 3)), (5, cue_sheet), (4, comments), (2, b"appl" + bytes(9))]
    picture = (
        struct.pack(">2I", 3, 10) + b"image/jpeg" + struct.pack(">I", 0) + bytes(16) + struct.pack(">I", 4) + b"jpeg"
    )
    blocks += [(6, picture), (17, b"a block of the future")]
    head = b"".join(
        bytes([code | (0x80 if index == len(blocks) - 1 else 0)]) + len(data).to_bytes(3, "big") + data
        for index, (code, data) in enumerate(blocks)
    )
    leading = id3_tag([id3_frame("TIT2", b"\0Dusk")], padding=7)
    path.write_bytes(leading + b"fLaC" + head + audio)
    sound = decoded(path)

    write_fields(str(path), fields, journal, "b")

    data = path.read_bytes()
    assert data.startswith(leading + b"fLaC")
    after, audio_after = _flac_blocks(data)
    assert audio_after == audio
    assert [block for block in after if block[0] not in (1, 4)] == [block for block in blocks if block[0] != 4]
    (written,) = (block[1] for block in after if block[0] == 4)
    assert written[:7] == comments[:7]
    assert written[11:].startswith(comments[11:])
    assert b"FILMGENRE_ACTION=0.87" in written
    assert decoded(path) == sound
    assert read_metadata(path).title == "Dawn"
    assert [result.error for result in undo_writes(journal)] == [None]
    assert [block for block in _flac_blocks(path.read_bytes())[0] if block[0] != 1] == blocks


def test_flac_without_comments(make: Make, journal: Journal, fields: Changes) -> None:
    path = make("flac")
    flac = FLAC(path)
    flac.delete()
    blocks = _flac_blocks(path.read_bytes())[0]
    assert not read_metadata(path).has_tag
    write_fields(str(path), fields, journal, "b")
    assert FLAC(path)["filmgenre"] == ["Thriller", "Sci-Fi"]
    assert [result.error for result in undo_writes(journal)] == [None]
    assert [block for block in _flac_blocks(path.read_bytes())[0] if block[0] != 1] == [
        block for block in blocks if block[0] != 1
    ]


def _comment_packet(path: Path) -> bytes:
    with path.open("rb") as file:
        first = OggPage(file)
        pages = [OggPage(file)]
        while not (pages[-1].complete or len(pages[-1].packets) > 1):
            pages.append(OggPage(file))
    assert first.serial == pages[0].serial
    return bytes(OggPage.to_packets(pages)[0])


@pytest.mark.parametrize(("kind", "n_prefix"), [("ogg", 7), ("opus", 8), ("oggflac", 4)])
def test_ogg_comments_in_an_old_encoding_stay(kind: str, n_prefix: int, make: Make, journal: Journal) -> None:
    path = make(kind)
    file = mutagen.File(path)
    file["artist"] = ["Ad??? in Latin-1"]
    file.save()
    with path.open("r+b") as stream:
        OggPage(stream)
        page = OggPage(stream)
        page.packets = [packet.replace(b"Ad???", b"Ad\xe9\xe8\xea") for packet in page.packets]
        stream.seek(page.offset)
        stream.write(page.write())
    before = _comment_packet(path)
    assert b"Ad\xe9\xe8\xea" in before
    sound = decoded(path)
    n_vendor = 4 + int.from_bytes(before[n_prefix : n_prefix + 4], "little")

    write_fields(str(path), {"FILMGENRE_ACTION": ("0.50",)}, journal, "b")

    after = _comment_packet(path)
    assert after[n_prefix : n_prefix + n_vendor] == before[n_prefix : n_prefix + n_vendor]
    kept = before[n_prefix + n_vendor + 4 :].rstrip(b"\0\x01")
    assert kept in after
    assert b"FILMGENRE_ACTION=0.50" in after
    assert decoded(path) == sound
    assert [result.error for result in undo_writes(journal)] == [None]
    assert _comment_packet(path)[n_prefix:].rstrip(b"\0") == before[n_prefix:].rstrip(b"\0")


def test_data_behind_opus_comments_stays(make: Make, journal: Journal) -> None:
    path = make("opus")
    file = mutagen.File(path)
    file["title"] = ["Dawn"]
    file.save()
    with path.open("r+b") as stream:
        OggPage(stream)
        old = OggPage(stream)
        new = OggPage.from_packets([old.packets[0].rstrip(b"\0") + b"\x01 kept for some program"], old.sequence)
        OggPage.replace(stream, [old], new)
    write_fields(str(path), {"FILMGENRE_ACTION": ("0.50",)}, journal, "b")
    assert _comment_packet(path).endswith(b"FILMGENRE_ACTION=0.50\x01 kept for some program")


def test_many_pages_of_ogg_comments(make: Make, journal: Journal, fields: Changes) -> None:
    path = make("ogg")
    file = mutagen.File(path)
    file["lyrics"] = ["la " * 60_000]
    file.save()
    sound = decoded(path)
    write_fields(str(path), fields, journal, "b")
    assert mutagen.File(path)["lyrics"] == ["la " * 60_000]
    assert decoded(path) == sound


@pytest.mark.parametrize("kind", ["m4a", "alac"])
def test_mp4_atoms_stay(kind: str, make: Make, journal: Journal, fields: Changes) -> None:
    path = make(kind)
    mp4 = MP4(path)
    mp4["covr"] = [b"\xff\xd8\xff cover"]
    mp4["trkn"] = [(3, 9)]
    mp4["----:com.apple.iTunes:MOOD"] = [b"dark"]
    mp4["----:org.example:FILMGENRE"] = [b"of another program"]
    # Text of four-letter atoms, turned into what mutagen would translate or drop.
    mp4["aaaa"] = "\0!"
    mp4.save()
    genre = struct.pack(">I4sI4sII", 26, b"aaaa", 18, b"data", 1, 0)
    data = path.read_bytes()
    assert data.count(genre) == 1
    path.write_bytes(data.replace(genre, struct.pack(">I4sI4sII", 26, b"gnre", 18, b"data", 0, 0)))
    before = _ilst(path)
    assert b"gnre" in [name for name, _ in before]
    sound = decoded(path)

    write_fields(str(path), fields, journal, "b")

    after = _ilst(path)
    assert sorted(atom for atom in after if b"FILMGENRE" not in atom[1] or b"org.example" in atom[1]) == sorted(before)
    assert MP4(path)["----:com.apple.iTunes:FILMGENRE"] == [b"Thriller", b"Sci-Fi"]
    assert decoded(path) == sound
    assert [result.error for result in undo_writes(journal)] == [None]
    assert sorted(_ilst(path)) == sorted(before)


def test_damage_done_by_the_tag_library_is_noticed(tmp_path: Path, journal: Journal, fields: Changes) -> None:
    # mutagen 1.48 moves the offsets of the first fragment only.
    path = make_fragmented_m4a(tmp_path)
    original = path.read_bytes()
    assert original.count(b"moof") > 2
    with pytest.raises(TagError, match="isn't that of the file"):
        write_fields(str(path), fields, journal, "b")
    assert path.read_bytes() == original
    assert list(tmp_path.glob(".cuefit-*")) == []


def _ilst(path: Path) -> list[tuple[bytes, bytes]]:
    data = path.read_bytes()
    position = data.index(b"ilst") - 4
    end = position + int.from_bytes(data[position : position + 4], "big")
    position += 8
    atoms = []
    while position < end:
        size, name = struct.unpack_from(">I4s", data, position)
        atoms.append((name, data[position + 8 : position + size]))
        position += size
    return atoms


def test_ape_items_stay(make: Make, journal: Journal, fields: Changes) -> None:
    path = make("wavpack")
    data = path.read_bytes()
    audio = data[: data.index(b"APETAGEX")]
    items = b"".join(
        struct.pack("<2I", len(value), flags) + key + b"\0" + value
        for key, flags, value in [
            (b"Title", 0, b"Dawn"),
            (b"Artist", 1, b"Ada\0Bo"),
            (b"Cover Art (Front)", 2, b"cover.jpg\0\xff\xd8\xff"),
            (b"Link", 4, b"https://example.org"),
            (b"Odd", 6, b"\xff"),
        ]
    )
    footer = b"APETAGEX" + struct.pack("<4I8x", 2000, len(items) + 32, 5, 0)
    path.write_bytes(audio + items + footer)

    write_fields(str(path), fields, journal, "b")

    data = path.read_bytes()
    assert data.startswith(audio + b"APETAGEX")
    assert data[len(audio) + 32 :].startswith(items)
    found = read_metadata(path)
    assert (found.title, found.artist) == ("Dawn", "Ada, Bo")
    assert ffmpeg_tags(path)["FILMGENRE_ACTION"] == "0.87"
    assert [result.error for result in undo_writes(journal)] == [None]
    assert items in path.read_bytes()
    assert b"FILMGENRE" not in path.read_bytes()


def test_an_id3v1_tag_behind_an_ape_tag_stays(make: Make) -> None:
    # Straight to the format: FFmpeg, and so the comparison of the audio, can't cope with both in WavPack.
    audio = make("wavpack").read_bytes()
    audio = audio[: audio.index(b"APETAGEX")]
    source = io.BytesIO(audio + b"TAG" + bytes(125))
    written, undone = io.BytesIO(), io.BytesIO()
    ApeFile().write(source, written, {"FILMGENRE_ACTION": ("0.50",)}, remove_empty=False)
    assert written.getvalue().startswith(audio + b"APETAGEX")
    assert written.getvalue().endswith(b"TAG" + bytes(125))
    assert ApeFile().read(written).fields == {"FILMGENRE_ACTION": ("0.50",)}
    ApeFile().write(written, undone, {"FILMGENRE_ACTION": None}, remove_empty=True)
    assert undone.getvalue() == source.getvalue()


@pytest.mark.parametrize("version", [1000, 2000])
def test_ape_tags_that_cant_be_written(version: int, make: Make, journal: Journal, fields: Changes) -> None:
    path = make("wavpack")
    data = path.read_bytes()
    data = data[: data.index(b"APETAGEX")]
    n_bytes = 32 if version == 1000 else 0xFFFFFF
    path.write_bytes(data + b"APETAGEX" + struct.pack("<4I8x", version, n_bytes, 0, 0))
    with pytest.raises(TagError, match="APE tag"):
        write_fields(str(path), fields, journal, "b")


def test_tta_with_an_id3_tag_keeps_it(make: Make, journal: Journal, fields: Changes) -> None:
    path = make("tta")
    data = path.read_bytes()
    path.write_bytes(id3_tag([id3_frame("TIT2", b"\0Dusk")]) + data[: data.index(b"APETAGEX")])
    write_fields(str(path), fields, journal, "b")
    assert b"APETAGEX" not in path.read_bytes()
    assert len(id3_frames(path.read_bytes())[1]) == 11


def test_aac_frames_without_a_tag_are_refused(tmp_path: Path, journal: Journal, fields: Changes) -> None:
    path = tmp_path / "cue.aac"
    path.write_bytes(b"\xff\xf1\x50\x80\x02\x1f\xfc" + bytes(10) + b"\xff\xf1\x50\x80\x02\x1f\xfc" + bytes(10))
    with pytest.raises(TagError, match="isn't audio"):
        write_fields(str(path), fields, journal, "b")
