"""The fingerprint is the sound's: what else is in a file, and what it is called, changes nothing."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import av
import mutagen
import pytest
import soundfile
from mutagen.apev2 import APEv2
from mutagen.id3 import APIC, ID3, TIT2, TXXX
from sound_samples import FFMPEG_KINDS, SNDFILE_KINDS, extension_of, make_music, write_music, write_sound, write_video

from tagger_app.audio.decode import open_audio
from tagger_app.audio.fingerprint import fingerprint_stream
from tagger_app.errors import DecodeError

KINDS = [*SNDFILE_KINDS, *FFMPEG_KINDS]
TAGGED_ELSEWHERE = {"w64", "caf", "adts", "rf64"}
"""Formats that mutagen doesn't tag."""


def _write(path: Path, kind: str, seed: int = 1) -> Path:
    return write_music(path, 1.0, kind, seed, rate_hz=48_000 if kind == "opus" else 44_100)


@pytest.mark.parametrize("kind", KINDS)
def test_other_names_keep_it_and_other_sounds_change_it(tmp_path, kind):
    path = _write(tmp_path / f"a.{extension_of(kind)}", kind)
    fingerprint = fingerprint_stream(path)
    assert len(fingerprint) == 32
    assert set(fingerprint) <= set("0123456789abcdef")
    (tmp_path / "folder").mkdir()
    moved = shutil.move(path, tmp_path / "folder" / "another name.bin")
    assert fingerprint_stream(str(moved)) == fingerprint
    assert fingerprint_stream(_write(tmp_path / f"b.{extension_of(kind)}", kind, seed=2)) != fingerprint


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in TAGGED_ELSEWHERE])
def test_tags_and_pictures_keep_it(tmp_path, kind):
    path = _write(tmp_path / f"a.{extension_of(kind)}", kind)
    fingerprint = fingerprint_stream(path)
    for title in ("A title", "A title so long that whatever room there is won't do " * 500, "short"):
        file = mutagen.File(path)
        if file.tags is None:
            file.add_tags()
        if isinstance(file.tags, ID3):
            file.tags.add(TIT2(encoding=3, text=[title]))
            file.tags.add(APIC(encoding=3, mime="image/png", type=3, data=b"\x89PNG" + bytes(70_000)))
        elif kind in ("aac", "alac"):
            file.tags["\xa9nam"] = [title]
        else:
            file.tags["Title"] = title
        before = path.read_bytes()
        file.save()
        assert path.read_bytes() != before
        assert fingerprint_stream(path) == fingerprint
    mutagen.File(path).delete()
    assert fingerprint_stream(path) == fingerprint


def test_tags_of_every_age_around_the_same_mp3(tmp_path):
    plain = _write(tmp_path / "a.mp3", "mp3")
    fingerprint = fingerprint_stream(plain)
    music = plain.read_bytes()

    def tagged(**options):
        path = Path(shutil.copy(plain, tmp_path / "b.mp3"))
        tags = ID3()
        tags.add(TIT2(encoding=1, text=["Title"]))
        tags.add(TXXX(encoding=1, desc="FILMGENRE_ACTION", text=["0.87"]))
        tags.save(path, **options)
        return path

    ape = Path(shutil.copy(plain, tmp_path / "c.mp3"))
    APEv2().save(ape)
    tags = APEv2()
    tags["Title"] = "Title"
    tags["FILMGENRE_ACTION"] = "0.87"
    tags.save(ape)
    assert b"APETAGEX" in ape.read_bytes()
    id3v1 = tmp_path / "d.mp3"
    id3v1.write_bytes(music + b"TAG" + b"Title".ljust(125, b"\0"))
    for path in (tagged(v2_version=3), tagged(v2_version=4), tagged(v1=2), ape, id3v1):
        assert path.read_bytes() != music
        assert fingerprint_stream(path) == fingerprint
    both = Path(shutil.copy(ape, tmp_path / "e.mp3"))
    both.write_bytes(both.read_bytes() + b"TAG" + b"Title".ljust(125, b"\0"))
    assert fingerprint_stream(both) == fingerprint


def test_one_sample_more_or_less_is_another_sound(tmp_path):
    music = make_music(1.0)
    one = fingerprint_stream(write_sound(tmp_path / "a.wav", music))
    assert fingerprint_stream(write_sound(tmp_path / "b.wav", music[:-1])) != one
    changed = music.copy()
    changed[100] += 0.01
    assert fingerprint_stream(write_sound(tmp_path / "c.wav", changed)) != one
    assert fingerprint_stream(write_sound(tmp_path / "d.wav", music, 48_000)) != one, "another rate, another sound"


def test_demo_cues_differ_from_one_another(demo_folder):
    cues = [path for path in demo_folder.iterdir() if path.suffix not in (".md", ".csv")]
    assert len({fingerprint_stream(cue) for cue in cues}) == len(cues) >= 8


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "is empty"), (b"text " * 2_000, "isn't audio that can be read"), (b"ID3" + bytes(20_000), "")],
)
def test_what_is_no_audio(tmp_path, content, reason):
    path = tmp_path / "a.mp3"
    path.write_bytes(content)
    with pytest.raises(DecodeError) as raised:
        fingerprint_stream(path)
    assert raised.value.reason.startswith(reason)


def test_a_picture_without_sound(tmp_path):
    with pytest.raises(DecodeError, match="holds no audio"):
        fingerprint_stream(write_video(tmp_path / "a.mp4"))


def test_no_file(tmp_path):
    with pytest.raises(DecodeError, match="No such file"):
        fingerprint_stream(tmp_path / "gone.mp3")
    with pytest.raises(DecodeError, match="isn't a file"):
        fingerprint_stream(tmp_path)


def test_what_only_libsndfile_takes_apart_is_known_by_its_samples(tmp_path):
    """FFmpeg doesn't know this container."""
    music = make_music(2.0, n_channels=1)

    def write(name: str, samples, rate_hz: int = 44_100) -> Path:
        with (tmp_path / name).open("w+b") as file:
            soundfile.write(file, samples, rate_hz, format="MAT5", subtype="PCM_16")
        return tmp_path / name

    path = write("a.wav", music)
    with pytest.raises(av.error.InvalidDataError):
        av.open(str(path))
    with open_audio(path) as audio:
        assert sum(map(len, audio.blocks)) == 88_200
    fingerprint = fingerprint_stream(path)
    assert fingerprint_stream(path.rename(tmp_path / "b.wav")) == fingerprint
    assert fingerprint_stream(write("c.wav", music[:-1])) != fingerprint
    assert fingerprint_stream(write("d.wav", music, 48_000)) != fingerprint


@pytest.mark.skipif(os.name != "posix", reason="names of other systems are Unicode")
def test_names_that_are_not_utf8(tmp_path):
    path = _write(tmp_path / "a.flac", "flac")
    fingerprint = fingerprint_stream(path)
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.flac")
    path.rename(odd)
    assert fingerprint_stream(odd) == fingerprint
