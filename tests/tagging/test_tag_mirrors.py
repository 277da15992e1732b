"""Fields of other programs that repeat the genres, and new tags of ID3v2.4: where the user wants them, and undone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import mutagen
import pytest
from mutagen.asf import ASF
from mutagen.id3 import ID3, TCON, TIT1, TXXX
from mutagen.mp4 import MP4
from tag_samples import KINDS, decoded, ffmpeg_tags

from tagger_app.tagging.containers import read_metadata
from tagger_app.tagging.fields import MIRRORS, Changes, mirror_fields
from tagger_app.tagging.journal import Journal
from tagger_app.tagging.undo import undo_writes
from tagger_app.tagging.write import clear_fields, write_fields

Make = Callable[..., Path]
GENRES = ("Thriller", "Sci-Fi")
MIRRORED = mirror_fields(GENRES, MIRRORS)


def test_tracks_without_genres_leave_mirrors_as_they_are():
    assert mirror_fields((), MIRRORS) == {}
    assert mirror_fields(("Drama",), ("GENRE",)) == {"GENRE": ("Drama",)}


@pytest.mark.parametrize("kind", KINDS)
def test_mirrors_are_written_and_undone_in_every_format(
    kind: str, make: Make, journal: Journal, fields: Changes
) -> None:
    path = make(kind)
    sound, others, before = decoded(path), ffmpeg_tags(path), read_metadata(path)
    write_fields(str(path), {**fields, **MIRRORED}, journal, "first")
    found = read_metadata(path)
    assert set(found.mirrors) == set(MIRRORS)
    assert set(found.mirrors.values()) == {found.as_stored(GENRES)}
    assert set(found.fields) == {name for name, values in fields.items() if values}
    assert not write_fields(str(path), {**fields, **MIRRORED}, journal, "again").changed
    assert decoded(path) == sound

    clear_fields(str(path), journal, "cleared")
    assert read_metadata(path).mirrors == found.mirrors
    (undone,) = undo_writes(journal)
    assert not undone.error
    assert not undone.kept
    assert read_metadata(path).all_fields == before.all_fields
    assert ffmpeg_tags(path) == others


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("mp3", {"TCON": "Thriller; Sci-Fi", "TIT1": "Thriller; Sci-Fi", "TXXX:MOOD": "Thriller; Sci-Fi"}),
        ("flac", {"genre": "Thriller", "grouping": "Thriller", "mood": "Thriller"}),
        ("m4a", {"©gen": "Thriller", "©grp": "Thriller", "----:com.apple.iTunes:MOOD": "Thriller"}),
        ("wma", {"WM/Genre": "Thriller", "WM/ContentGroupDescription": "Thriller", "WM/Mood": "Thriller"}),
        ("wavpack", {"Genre": "Thriller", "Grouping": "Thriller", "Mood": "Thriller"}),
    ],
)
def test_other_programs_find_them_by_their_own_names(kind, names, make, journal):
    path = make(kind)
    write_fields(str(path), MIRRORED, journal, "b")
    tags = mutagen.File(path).tags
    for name, value in names.items():
        found = tags[name]
        text = found if isinstance(found, str) else found[0]
        assert (text.decode() if isinstance(text, bytes) else str(text)).replace("\0", "; ").startswith(value), name


def test_what_stood_there_comes_back(make, journal):
    mp3, flac, m4a, wma = (make(kind) for kind in ("mp3", "flac", "m4a", "wma"))
    tag = ID3()
    tag.add(TCON(encoding=0, text="Soundtrack"))
    tag.add(TIT1(encoding=3, text="Reel 3"))
    tag.add(TXXX(encoding=3, desc="Mood", text="dark"))
    tag.save(mp3, v2_version=3)
    audio = mutagen.File(flac)
    audio["GENRE"] = ["Score", "Ambient"]
    audio.save()
    for path, kind, key in ((m4a, MP4, "©gen"), (wma, ASF, "WM/Genre")):
        tagged = kind(path)
        tagged[key] = "Score"
        tagged.save()
    before = [read_metadata(path).all_fields for path in (mp3, flac, m4a, wma)]
    assert before[0] == {"GENRE": ("Soundtrack",), "GROUPING": ("Reel 3",), "MOOD": ("dark",)}
    assert before[1] == {"GENRE": ("Score", "Ambient")}
    assert before[2] == before[3] == {"GENRE": ("Score",)}
    for path in (mp3, flac, m4a, wma):
        write_fields(str(path), MIRRORED, journal, "b")
    results = list(undo_writes(journal))
    assert [result.error for result in results] == [None] * 4
    assert [read_metadata(path).all_fields for path in (mp3, flac, m4a, wma)] == before


def test_undo_leaves_a_genre_that_somebody_changed_since(make, journal, fields):
    path = make("flac")
    write_fields(str(path), {**fields, "GENRE": GENRES}, journal, "b")
    audio = mutagen.File(path)
    audio["GENRE"] = "Score"
    audio.save()
    (undone,) = undo_writes(journal)
    assert undone.kept == ("GENRE",)
    assert read_metadata(path).all_fields == {"GENRE": ("Score",)}


def test_a_genre_in_an_old_encoding_is_left_alone(make, journal, fields):
    path = make("flac")
    audio = mutagen.File(path)
    audio["GENRE"] = "Musique francXaise"
    audio.save()
    path.write_bytes(path.read_bytes().replace(b"francXaise", b"fran\xe7 aise"))
    write_fields(str(path), {**fields, **MIRRORED}, journal, "b")
    assert b"fran\xe7 aise" in path.read_bytes()
    assert read_metadata(path).mirrors["MOOD"] == GENRES
    list(undo_writes(journal))
    assert b"fran\xe7 aise" in path.read_bytes()


def test_an_id3v1_genre_is_kept_where_no_mirror_is_wanted(make, journal, fields):
    path = make("mp3")
    old = b"TAG" + b"Dawn".ljust(30, b"\0") + bytes(60) + b"1999" + bytes(30) + b"\x18"
    path.write_bytes(path.read_bytes() + old)
    original = path.read_bytes()
    for version, year in ((3, "TYER"), (4, "TDRC")):
        write_fields(str(path), fields, journal, str(version), new_id3_version=version)
        tag = ID3(path, translate=False, load_v1=False)
        assert tag.version == (2, version, 0)
        assert (tag["TCON"].text, str(tag[year]), str(tag["TIT2"])) == (["(24)"], "1999", "Dawn")
        list(undo_writes(journal, batch=str(version)))
        assert path.read_bytes() == original


@pytest.mark.parametrize("kind", ["mp3", "wav", "aiff"])
def test_new_tags_are_of_the_version_that_is_wanted_and_old_ones_keep_theirs(kind, make, journal, fields):
    path = make(kind)
    write_fields(str(path), {**fields, **MIRRORED}, journal, "b", new_id3_version=4)
    found = read_metadata(path)
    assert found.fields["FILMGENRE"] == GENRES
    assert set(found.mirrors.values()) == {GENRES}
    tags = mutagen.File(path).tags
    assert tags.version == (2, 4, 0)
    assert tags["TMOO"].text == list(GENRES)
    write_fields(str(path), {"FILMGENRE": ("Drama",)}, journal, "c", new_id3_version=3)
    assert mutagen.File(path).tags.version == (2, 4, 0)
    (undone,) = undo_writes(journal)
    assert not undone.error
    assert not read_metadata(path).all_fields
