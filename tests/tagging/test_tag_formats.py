"""Every kind of file: written, read back by FFmpeg, undone; sound, times and all other tags as before."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import mutagen
import pytest
from tag_samples import KINDS, decoded, ffmpeg_tags

from tagger_app.errors import TagError
from tagger_app.tagging.containers import read_metadata
from tagger_app.tagging.fields import Changes, parse_fields
from tagger_app.tagging.journal import Journal
from tagger_app.tagging.undo import undo_writes
from tagger_app.tagging.write import clear_fields, write_fields

Make = Callable[..., Path]

# FFmpeg shows the first of several values there, since a NUL separates them, or each stands by itself.
_FIRST_ONLY = ("m4a", "alac", "wma", "wavpack", "tta")


@pytest.mark.parametrize("kind", KINDS)
def test_write_read_undo(kind: str, make: Make, journal: Journal, fields: Changes) -> None:
    path = make(kind)
    sound, before, others = decoded(path), read_metadata(path), ffmpeg_tags(path)
    assert not before.fields
    path.chmod(0o640)
    os.utime(path, ns=(1_600_000_000_123_456_789, 1_500_000_000_987_654_321))

    result = write_fields(str(path), fields, journal, "first")

    status = path.stat()
    assert result.changed
    assert (result.size, result.mtime_ns) == (status.st_size, status.st_mtime_ns)
    assert (status.st_atime_ns, status.st_mtime_ns) == (1_600_000_000_123_456_789, 1_500_000_000_987_654_321)
    assert status.st_mode & 0o777 == 0o640
    assert decoded(path) == sound
    tags = ffmpeg_tags(path)
    assert {name: value for name, value in tags.items() if not name.startswith("FILMGENRE")} == others
    assert tags["FILMGENRE_ACTION"] == "0.87"
    assert tags["FILMGENRE_THRILLER"] == "1.00"
    assert "FILMGENRE_ADVENTURE" not in tags
    assert tags["FILMGENRE_MODEL"] == "cuefit/open-2026.11"
    assert tags["FILMGENRE"].replace(" ", "") == ("Thriller" if kind in _FIRST_ONLY else "Thriller;Sci-Fi")
    read = read_metadata(path)
    assert (read.title, read.artist, read.album) == (before.title, before.artist, before.album)
    assert parse_fields(read.fields).assigned == ("Thriller", "Sci-Fi")
    assert parse_fields(read.fields).fits == (0.87, None, None, 0.1, 1.0, 0.0, 0.25, 0.5, 0.61, 1.0)

    identity = path.stat().st_ino
    assert not write_fields(str(path), fields, journal, "again").changed
    assert path.stat().st_ino == identity

    (undone,) = undo_writes(journal)
    assert not undone.error
    assert not undone.kept
    assert set(undone.restored) == {name for name, values in fields.items() if values}
    assert ffmpeg_tags(path) == others
    after = read_metadata(path)
    # Where the format has room for an empty list of tags, it may stay.
    assert (after.fields, after.title) == (before.fields, before.title)
    assert after.has_tag == before.has_tag or kind in ("m4a", "alac", "wma")
    assert decoded(path) == sound
    assert path.stat().st_mtime_ns == 1_500_000_000_987_654_321
    assert _names(path.parent) == [path.name]


@pytest.mark.parametrize("kind", ["mp3", "wav", "rf64", "aiff", "wavpack", "tta"])
def test_undoing_a_first_tag_brings_back_every_byte(kind: str, make: Make, journal: Journal, fields: Changes) -> None:
    path = make(kind)
    original = path.read_bytes()
    write_fields(str(path), fields, journal, "b")
    assert path.read_bytes() != original
    assert [result.error for result in undo_writes(journal)] == [None]
    assert path.read_bytes() == original


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("wavpack", "tta", "oggflac", "rf64")])
def test_a_second_write_needs_no_more_room(kind: str, make: Make, journal: Journal, fields: Changes) -> None:
    path = make(kind)
    first = write_fields(str(path), fields, journal, "b")
    more = {**fields, "FILMGENRE_ADVENTURE": ("0.33",)}
    assert write_fields(str(path), more, journal, "b").size == first.size


@pytest.mark.parametrize("kind", KINDS)
def test_fields_that_no_longer_apply_go_and_the_editors_stays(
    kind: str, make: Make, journal: Journal, fields: Changes
) -> None:
    path = make(kind)
    write_fields(str(path), {**fields, "FILMGENRE_USER": ("Crime", "Drama")}, journal, "b")
    fewer = {**dict.fromkeys(fields), "FILMGENRE_CRIME": ("0.44",)}
    write_fields(str(path), fewer, journal, "b")
    found = read_metadata(path)
    assert set(found.fields) == {"FILMGENRE_CRIME", "FILMGENRE_USER"}
    assert parse_fields(found.fields).user == ("Crime", "Drama")

    clear_fields(str(path), journal, "b")
    assert set(read_metadata(path).fields) == {"FILMGENRE_USER"}
    clear_fields(str(path), journal, "b", user_too=True)
    assert not read_metadata(path).fields


# Pages of Ogg have check sums; the next test has mutagen write them.
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("ogg", "opus", "oggflac")])
def test_field_names_match_in_any_case(kind: str, make: Make, journal: Journal, fields: Changes) -> None:
    path = make(kind)
    write_fields(str(path), {"FILMGENRE_ACTION": ("0.87",), "FILMGENRE_MODEL": ("cuefit/x",)}, journal, "b")
    data = path.read_bytes()
    for encoding in ("utf-8", "utf-16-le"):
        data = data.replace("FILMGENRE_ACTION".encode(encoding), "FilmGenre_Action".encode(encoding))
    path.write_bytes(data)
    assert read_metadata(path).fields["FILMGENRE_ACTION"] == ("0.87",)
    write_fields(str(path), {"FILMGENRE_ACTION": ("0.12",)}, journal, "b")
    assert read_metadata(path).fields["FILMGENRE_ACTION"] == ("0.12",)
    assert len([name for name in ffmpeg_tags(path) if name == "FILMGENRE_ACTION"]) == 1


@pytest.mark.parametrize("kind", ["ogg", "opus", "oggflac"])
def test_field_names_match_in_any_case_in_ogg(kind: str, make: Make, journal: Journal) -> None:
    path = make(kind)
    file = mutagen.File(path)
    file["FilmGenre_Action"] = ["0.87"]
    file.save()
    assert read_metadata(path).fields == {"FILMGENRE_ACTION": ("0.87",)}
    write_fields(str(path), {"FILMGENRE_ACTION": ("0.12",)}, journal, "b")
    assert mutagen.File(path)["filmgenre_action"] == ["0.12"]


@pytest.mark.parametrize("kind", ["ogg", "opus", "oggflac", "flac", "m4a", "wma"])
def test_common_texts(kind: str, make: Make) -> None:
    path = make(kind)
    names = {"m4a": ("©nam", "©ART", "©alb"), "wma": ("Title", "Author", "WM/AlbumTitle")}
    title, artist, album = names.get(kind, ("title", "artist", "album"))
    file = mutagen.File(path)
    file[title], file[artist], file[album] = ["Dämmerung"], ["Ada", "Bo"], ["Nächte"]
    file.save()
    found = read_metadata(path)
    assert (found.title, found.artist, found.album) == ("Dämmerung", "Ada, Bo", "Nächte")


@pytest.mark.parametrize("kind", KINDS)
def test_names_of_any_bytes(kind: str, make: Make, journal: Journal, fields: Changes) -> None:
    path = make(kind)
    odd = os.fsdecode(os.fsencode(path.parent) + b"/\xff\xfe " + b"n" * 200 + os.fsencode(path.suffix))
    try:
        path.rename(odd)
    except OSError:
        pytest.skip("this file system wants UTF-8 names")
    assert write_fields(odd, fields, journal, "b").changed
    assert read_metadata(odd).fields["FILMGENRE_ACTION"] == ("0.87",)
    (undone,) = undo_writes(journal, paths=[odd])
    assert undone.path == odd
    assert not undone.error
    assert not read_metadata(odd).fields


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n_bytes", [0, 3, 11])
def test_stumps_are_refused(kind: str, n_bytes: int, make: Make, journal: Journal, fields: Changes) -> None:
    path = make(kind)
    stump = path.read_bytes()[:n_bytes]
    path.write_bytes(stump)
    with pytest.raises(TagError) as raised:
        write_fields(str(path), fields, journal, "b")
    assert len(raised.value.reason) > 5
    assert path.read_bytes() == stump
    assert _names(path.parent) == [path.name]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.003, 0.02, 0.5, 0.99])
def test_truncated_files_lose_nothing_more(
    kind: str, share: float, make: Make, journal: Journal, fields: Changes
) -> None:
    path = make(kind)
    original = path.read_bytes()
    original = original[: round(len(original) * share)]
    path.write_bytes(original)
    try:
        write_fields(str(path), fields, journal, "b")
    except TagError:
        assert path.read_bytes() == original
    else:
        assert original[-10:] in path.read_bytes()
        (undone,) = undo_writes(journal)
        assert not undone.error
        assert not read_metadata(path).fields
    assert _names(path.parent) == [path.name]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("notes.mp3", b"These are notes, not music.\n" * 200),
        ("tagged notes.mp3", b"ID3\x03\0\0\0\0\0\x0a" + bytes(10) + b"notes" * 500),
        ("empty.flac", b""),
        ("only a tag.mp3", b"ID3\x03\0\0\0\0\0\x0a" + bytes(10)),
        ("picture.wav", b"\x89PNG\r\n\x1a\n" + bytes(500)),
        ("film.ogg", b"OggS\0\x02" + bytes(20) + b"\x01\x1e\x80theora" + bytes(300)),
        ("core.caf", b"caff\0\x01\0\0" + bytes(100)),
    ],
)
def test_what_isnt_taggable_audio(name: str, content: bytes, tmp_path: Path, journal: Journal, fields: Changes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(TagError) as raised:
        read_metadata(path)
    assert str(path) in str(raised.value)
    with pytest.raises(TagError):
        write_fields(str(path), fields, journal, "b")
    assert path.read_bytes() == content
    assert journal.entries() == []


def _names(folder: Path) -> list[str]:
    return [entry.name for entry in folder.iterdir() if entry.name != "state"]
