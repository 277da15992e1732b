"""Readers of stored sound find the packets that FFmpeg finds, and leave to it what isn't plain."""

from __future__ import annotations

import struct
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import mutagen
import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from mutagen.apev2 import APEv2
from mutagen.id3 import APIC, ID3, TIT2
from sound_samples import SNDFILE_KINDS, extension_of, make_music, write_music, write_sound

from tagger_app.audio.flac import read_flac
from tagger_app.audio.mpeg import read_mpeg, says_its_length
from tagger_app.audio.ogg import read_ogg
from tagger_app.audio.stored import NotPlain
from tagger_app.audio.wave import read_wave

READERS = {
    "wav16": read_wave,
    "wav24": read_wave,
    "wav32f": read_wave,
    "wav64f": read_wave,
    "flac": read_flac,
    "flac24": read_flac,
    "vorbis": read_ogg,
    "opus": read_ogg,
    "mp3": read_mpeg,
}
ID3V1 = b"TAG" + b"Title".ljust(125, b"\0")


def _stored(path: Path, kind: str) -> tuple[str, int, int, bytes]:
    with path.open("rb") as file:
        sound = READERS[kind](file)
        return sound.codec, sound.rate_hz, sound.n_channels, b"".join(sound.blocks)


def _packets(path: Path) -> tuple[str, int, int, bytes]:
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        codec = stream.codec_context
        sound = b"".join(bytes(packet) for packet in container.demux(stream))
        return codec.name, codec.sample_rate, codec.channels, sound


@cache
def _sample(kind: str) -> bytes:
    with TemporaryDirectory() as folder:
        rate_hz = 48_000 if kind == "opus" else 44_100
        return write_music(Path(folder) / "a", 0.5, kind, rate_hz=rate_hz).read_bytes()


RATES_HZ = (8_000, 16_000, 22_050, 32_000, 44_100, 48_000)
KINDS_AND_RATES = [
    (kind, rate_hz) for kind in READERS for rate_hz in ((8_000, 16_000, 48_000) if kind == "opus" else RATES_HZ)
]


@pytest.mark.parametrize("n_channels", [1, 2])
@pytest.mark.parametrize(("kind", "rate_hz"), KINDS_AND_RATES)
def test_the_packets_of_ffmpeg(tmp_path, kind, rate_hz, n_channels):
    path = write_music(tmp_path / "a", 4.0, kind, rate_hz=rate_hz, n_channels=n_channels)
    stored = _stored(path, kind)
    assert stored == _packets(path)
    assert stored[2] == n_channels
    assert len(stored[3]) > 1_000


@pytest.mark.parametrize("kind", READERS)
def test_large_files_are_read_in_blocks(tmp_path, kind):
    path = tmp_path / "a"
    music = make_music(10.0, 48_000)
    _, container, subtype = SNDFILE_KINDS[kind]
    # In pieces: libsndfile's Vorbis encoder overflows its stack with long ones.
    with soundfile.SoundFile(path, "w", 48_000, 2, format=container, subtype=subtype) as file:
        for _ in range(15):
            file.write(music)
    assert path.stat().st_size > 1 << 20
    assert _stored(path, kind) == _packets(path)
    with path.open("rb") as file:
        assert max(map(len, READERS[kind](file).blocks)) <= (1 << 20) + 4_096


@pytest.mark.parametrize("kind", READERS)
def test_tags_and_pictures_around_the_sound(tmp_path, kind):
    path = tmp_path / f"a.{extension_of(kind)}"
    path.write_bytes(_sample(kind))
    sound = _stored(path, kind)
    for title in ("A title", "so long that it fills many pages " * 9_000):
        file = mutagen.File(path)
        if file.tags is None:
            file.add_tags()
        if isinstance(file.tags, ID3):
            file.tags.add(TIT2(encoding=3, text=[title]))
            file.tags.add(APIC(encoding=3, mime="image/png", type=3, data=b"\x89PNG" + bytes(70_000)))
        else:
            file.tags["Title"] = title
        file.save()
        assert _stored(path, kind) == _packets(path) == sound


@pytest.mark.parametrize("bit_rate_mode", ["CONSTANT", "VARIABLE", "AVERAGE"])
def test_mp3_of_every_bit_rate(tmp_path, bit_rate_mode):
    path = tmp_path / "a.mp3"
    for level in (0.0, 0.4, 0.9):
        soundfile.write(path, make_music(2.0), 44_100, compression_level=level, bitrate_mode=bit_rate_mode)
        assert _stored(path, "mp3") == _packets(path)


def test_tags_behind_an_mp3(tmp_path):
    path = tmp_path / "a.mp3"
    path.write_bytes(_sample("mp3"))
    sound = _stored(path, "mp3")
    path.write_bytes(_sample("mp3") + ID3V1)
    assert _stored(path, "mp3") == _packets(path) == sound
    path.write_bytes(_sample("mp3"))
    tags = APEv2()
    tags["Title"] = "Title" * 100
    tags.save(path)
    assert _stored(path, "mp3") == _packets(path) == sound
    path.write_bytes(path.read_bytes() + ID3V1)
    assert _stored(path, "mp3") == _packets(path) == sound


def test_several_tags_before_an_mp3(tmp_path):
    path = tmp_path / "a.mp3"
    path.write_bytes(_sample("mp3"))
    sound = _stored(path, "mp3")
    tags = ID3()
    tags.add(TIT2(encoding=3, text=["Title"]))
    tags.save(tmp_path / "tag")
    path.write_bytes((tmp_path / "tag").read_bytes() * 2 + path.read_bytes())
    assert _stored(path, "mp3") == _packets(path) == sound


def test_an_mp3_that_does_not_say_how_long_it_is(tmp_path):
    """Its first frame is sound, too."""
    path = tmp_path / "a.mp3"
    data = _sample("mp3")
    path.write_bytes(data[data.index(b"\xff\xfb", 4) :])
    assert b"Info" not in path.read_bytes()
    assert b"Xing" not in path.read_bytes()
    assert _stored(path, "mp3") == _packets(path)


def test_a_header_is_trusted_where_frames_like_it_follow(tmp_path):
    """Also in the number of channels: libmpg123 looks for another beginning else."""
    stereo = write_music(tmp_path / "stereo.mp3", 1.0, "mp3")
    mono = write_music(tmp_path / "mono.mp3", 1.0, "mp3", n_channels=1)
    assert says_its_length(stereo)
    assert says_its_length(mono)
    frames = stereo.read_bytes()
    header = frames[: frames.index(b"\xff\xfb", 4)]
    stereo.write_bytes(header + mono.read_bytes())
    assert not says_its_length(stereo)


def test_wav_of_many_channels_with_chunks_around(tmp_path):
    path = write_sound(tmp_path / "a.wav", make_music(0.5, n_channels=6), kind="wav24")
    stored = _stored(path, "wav24")
    assert stored == _packets(path)
    data = path.read_bytes()
    start = data.index(b"data")
    chunk = b"bext" + struct.pack("<I", 601) + bytes(602)
    patched = data[:start] + chunk + data[start:] + chunk
    path.write_bytes(patched[:4] + struct.pack("<I", len(patched) - 8) + patched[8:])
    assert _stored(path, "wav24") == _packets(path) == stored
    assert stored[1:3] == (44_100, 6)


@pytest.mark.parametrize("kind", READERS)
def test_what_is_no_sound_at_all(tmp_path, kind):
    path = tmp_path / "a"
    for data in (b"", _sample(kind)[:4], bytes(5_000), b"ID3" + bytes(5_000), b"fLaC" + bytes(5_000)):
        path.write_bytes(data)
        with pytest.raises(NotPlain):
            _stored(path, kind)


@pytest.mark.parametrize("kind", [kind for kind in READERS if not kind.startswith("flac")])
def test_files_cut_short_are_left_to_ffmpeg(tmp_path, kind):
    """FLAC doesn't say where a frame ends: what there is counts."""
    data = _sample(kind)
    path = tmp_path / "a"
    for n_bytes in np.linspace(len(data) // 2, len(data) - 1, 9).astype(int):
        path.write_bytes(data[:n_bytes])
        try:
            stored = _stored(path, kind)
        except NotPlain:
            continue
        assert stored == _packets(path)
    path.write_bytes(data[:-1])
    with pytest.raises(NotPlain):
        _stored(path, kind)


def test_a_file_that_shrinks_while_it_is_read(tmp_path):
    path = write_music(tmp_path / "a.wav", 20.0)
    with path.open("rb") as file:
        blocks = read_wave(file).blocks
        next(blocks)
        with path.open("r+b") as other:
            other.truncate(1_100_000)
        with pytest.raises(NotPlain, match="ends too soon"):
            list(blocks)


def test_two_streams_in_an_ogg_file(tmp_path):
    path = tmp_path / "a.ogg"
    path.write_bytes(_sample("vorbis") * 2)
    with pytest.raises(NotPlain, match="in order"):
        _stored(path, "vorbis")


@pytest.mark.parametrize("trouble", ["no samples", "two chunks", "unknown length", "odd length", "compressed"])
def test_wav_that_is_not_plain(tmp_path, trouble):
    path = tmp_path / "a.wav"
    data = bytearray(_sample("wav16"))
    description, start = data.index(b"fmt "), data.index(b"data")
    match trouble:
        case "no samples":
            del data[start:]
        case "two chunks":
            data += data[start:]
        case "unknown length":
            struct.pack_into("<I", data, start + 4, 0xFFFFFFFF)
        case "odd length":
            struct.pack_into("<I", data, start + 4, len(data) - start - 8 - 3)
        case "compressed":
            struct.pack_into("<H", data, description + 8, 0x11)
    path.write_bytes(data)
    with pytest.raises(NotPlain):
        _stored(path, "wav16")


@pytest.mark.parametrize("kind", READERS)
@settings(max_examples=150)
@given(data=st.data())
def test_whatever_is_damaged_the_reader_ends(kind, data):
    """It gives no more than there is, and says nothing but that the file isn't plain."""
    damaged = bytearray(_sample(kind))
    for _ in range(data.draw(st.integers(1, 4))):
        position = data.draw(st.integers(0, min(len(damaged), 600) - 1) | st.integers(0, len(damaged) - 1))
        patch = data.draw(st.binary(max_size=8))
        damaged[position : position + data.draw(st.integers(0, 8))] = patch
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a"
        path.write_bytes(damaged)
        try:
            _, rate_hz, n_channels, sound = _stored(path, kind)
        except NotPlain:
            return
    assert rate_hz > 0 or kind == "vorbis"
    assert 0 <= n_channels < 1 << 16
    assert len(sound) <= len(damaged)
