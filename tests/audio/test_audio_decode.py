from __future__ import annotations

import os
import struct

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sound_samples import (
    FFMPEG_KINDS,
    SNDFILE_KINDS,
    extension_of,
    make_music,
    patch_wav_rate,
    truncate,
    write_music,
    write_sound,
    write_video,
)

from tagger_app.audio.decode import open_audio
from tagger_app.errors import DecodeError

LOSSY = {"vorbis", "opus", "mp3", "aac", "adts", "wma", "mp2"}
SLACK_S = {"adts": 0.1, "mp2": 0.06, "aac": 0.06, "wma": 0.1}
"""Encoders' delay and padding, where the container doesn't tell how much of it to cut."""


def decode(path) -> tuple[np.ndarray, int]:
    """All samples and their rate."""
    with open_audio(path) as audio:
        blocks = list(audio.blocks)
        return np.concatenate(blocks), audio.rate_hz


def reason(path) -> str:
    """Why a file can't be decoded to its end."""
    with pytest.raises(DecodeError) as raised:
        decode(path)
    assert "\n" not in str(raised.value)
    assert raised.value.path == path
    return raised.value.reason


@pytest.mark.parametrize("kind", [*SNDFILE_KINDS, *FFMPEG_KINDS])
def test_every_format(tmp_path, kind):
    rate_hz = 48_000 if kind == "opus" else 44_100
    music = make_music(2.0, rate_hz)
    path = write_sound(tmp_path / f"music.{extension_of(kind)}", music, rate_hz, kind)
    with open_audio(path) as audio:
        blocks = list(audio.blocks)
        assert (audio.rate_hz, audio.n_channels) == (rate_hz, 2)
        assert audio.codec
    assert all(block.dtype == np.float32 and block.ndim == 1 for block in blocks)
    mono = np.concatenate(blocks)
    assert abs(len(mono) / rate_hz - 2.0) <= SLACK_S.get(kind, 0.001)
    wanted = music.mean(axis=1)
    if kind in LOSSY:
        # Level, and the same sound once the encoder's delay is taken away.
        assert np.sqrt(np.square(mono).mean()) == pytest.approx(np.sqrt(np.square(wanted).mean()), rel=0.05)
        spectrum = np.fft.rfft(mono, 1 << 18) * np.conj(np.fft.rfft(wanted, 1 << 18))
        alike = np.fft.irfft(spectrum).max() / np.sqrt(np.square(mono).sum() * np.square(wanted).sum())
        assert alike > 0.95
    elif kind not in ("wavpack", "tta"):  # FFmpeg's encoders of these take 8 bits
        np.testing.assert_allclose(mono, wanted, atol=2e-4)


@pytest.mark.parametrize("n_channels", [1, 2, 3, 6, 8])
def test_mono_is_the_mean_of_all_channels(tmp_path, n_channels):
    samples = np.random.default_rng(1).uniform(-0.9, 0.9, (100_000, n_channels)).astype(np.float32)
    path = write_sound(tmp_path / "noise.wav", samples, kind="wav32f")
    mono, _ = decode(path)
    np.testing.assert_allclose(mono, samples.mean(axis=1), atol=1e-6)


def test_channels_out_of_phase_are_silent(tmp_path):
    music = make_music(1.0, n_channels=1)
    mono, _ = decode(write_sound(tmp_path / "phase.flac", np.hstack([music, -music]), kind="flac24"))
    assert np.abs(mono).max() < 1e-6


def test_studio_wav(tmp_path):
    path = write_music(tmp_path / "studio.wav", 1.0, "wav24", rate_hz=192_000, n_channels=6)
    with open_audio(path) as audio:
        assert (audio.rate_hz, audio.n_channels, audio.codec) == (192_000, 6, "WAV")
        assert sum(map(len, audio.blocks)) == 192_000


def test_samples_above_full_scale_are_kept(tmp_path):
    mono, _ = decode(write_sound(tmp_path / "loud.wav", 8 * make_music(1.0), kind="wav32f"))
    assert mono.max() > 1.5


@pytest.mark.parametrize("kind", ["wav32f", "wav64f"])
@pytest.mark.parametrize("n_channels", [1, 2, 6])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 3e38, -1e7])
def test_samples_that_are_not_numbers(tmp_path, kind, n_channels, value):
    samples = make_music(2.0, n_channels=n_channels)
    samples[70_000] = value
    path = write_sound(tmp_path / "bad.wav", samples, kind=kind)
    assert reason(path) == "holds samples that aren't numbers at 1.5 s (NaN, infinite or absurd)"


def test_infinities_that_cancel_each_other(tmp_path):
    samples = make_music(1.0)
    samples[500] = np.inf, -np.inf
    assert "aren't numbers" in reason(write_sound(tmp_path / "bad.wav", samples, kind="wav32f"))


def test_no_file_and_no_sound(tmp_path):
    assert reason(tmp_path / "gone.mp3") == "No such file or directory"
    (tmp_path / "empty.mp3").touch()
    assert reason(tmp_path / "empty.mp3") == "is empty"
    (tmp_path / "text.mp3").write_text("This is no music. " * 1_000)
    assert reason(tmp_path / "text.mp3").startswith("isn't audio that can be read")
    assert reason(tmp_path) == "isn't a file"
    assert reason(write_video(tmp_path / "video.m4a")) == "holds no audio"
    assert reason(tmp_path / "nul\0.mp3")


@pytest.mark.skipif(os.name != "posix", reason="POSIX only")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.wav")
    assert reason(tmp_path / "pipe.wav") == "isn't a file"


def test_a_file_without_permission(common_folder):
    path = write_music(common_folder.path / "closed.wav", 0.1)
    path.chmod(0)
    with common_folder.as_ordinary_user():
        assert "Permission denied" in reason(path)


@pytest.mark.parametrize("kind", ["wav16", "wav24", "rf64", "w64", "flac", "mp3", "aiff", "aac", "alac", "adts"])
@pytest.mark.parametrize("share", [0.3, 0.6])
def test_truncated_files_are_told(tmp_path, kind, share):
    path = truncate(write_music(tmp_path / f"cut.{extension_of(kind)}", 4.0, kind), share)
    found = reason(path)
    assert any(words in found for words in ("is truncated", "is damaged at", "isn't audio that can be read")), found


@pytest.mark.parametrize("kind", ["vorbis", "opus"])
def test_formats_that_promise_no_length_are_heard_as_far_as_they_go(tmp_path, kind):
    path = write_music(tmp_path / f"cut.{extension_of(kind)}", 4.0, kind, rate_hz=48_000)
    mono, rate_hz = decode(truncate(path, 0.8))
    assert 1.0 < len(mono) / rate_hz < 3.9


@pytest.mark.parametrize("size", [0xFFFF_FFFF, 0x7FFF_FFFF])
def test_a_streamed_wav_does_not_know_its_length(tmp_path, size):
    path = write_music(tmp_path / "streamed.wav", 2.0)
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, data.index(b"data") + 4, size)
    struct.pack_into("<I", data, 4, 0xFFFF_FFFF)
    path.write_bytes(data)
    mono, rate_hz = decode(path)
    assert len(mono) == 2 * rate_hz


def test_a_few_bytes_less_than_promised_are_no_damage(tmp_path):
    path = write_music(tmp_path / "nearly.wav", 3.0)
    path.write_bytes(path.read_bytes()[:-44_100])
    mono, rate_hz = decode(path)
    assert len(mono) == 2.75 * rate_hz


@pytest.mark.parametrize("rate_hz", [0, 2_000_000, 0xFFFF_FFFF])
def test_rates_that_no_recording_has(tmp_path, rate_hz):
    path = write_music(tmp_path / "odd.wav", 0.5)
    patch_wav_rate(path, rate_hz)
    assert reason(path)


def test_damage_in_the_middle_is_told_or_heard_over(tmp_path):
    path = write_music(tmp_path / "damaged.flac", 4.0, "flac")
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 2_000] = bytes(2_000)
    path.write_bytes(data)
    assert "is damaged at" in reason(path)


def test_trouble_of_the_caller_is_not_the_files(tmp_path):
    """A bug in the code that listens must not look like a broken file."""

    def listen(path):
        with open_audio(path) as audio:
            next(audio.blocks)
            raise ValueError("a bug")

    for kind in ("wav16", "aac"):
        path = write_music(tmp_path / f"music.{extension_of(kind)}", 1.0, kind)
        with pytest.raises(ValueError, match="a bug"):
            listen(path)


@pytest.mark.skipif(os.name != "posix", reason="names of other systems are Unicode")
@pytest.mark.parametrize("kind", ["wav16", "mp3", "vorbis", "opus", "aac"])
def test_names_that_are_not_utf8(tmp_path, kind):
    plain = write_music(tmp_path / "plain", 1.0, kind, rate_hz=48_000)
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9\xff")
    plain.rename(odd)
    with open_audio(odd) as audio:
        assert sum(map(len, audio.blocks)) / audio.rate_hz == pytest.approx(1.0, abs=0.1)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(["wav16", "flac", "mp3", "vorbis", "opus", "aac", "aiff", "alac", "wma"]),
    flips=st.lists(st.tuples(st.floats(0, 0.9999), st.integers(1, 255)), min_size=1, max_size=30),
    kept=st.floats(0.05, 1.0),
)
def test_no_damage_does_more_than_raise_decode_error(tmp_path, pristine, kind, flips, kept):
    data = bytearray(pristine[kind])
    for position, change in flips:
        data[int(position * len(data))] ^= change
    path = tmp_path / f"damaged.{extension_of(kind)}"
    path.write_bytes(data[: int(kept * len(data))])
    try:
        with open_audio(path) as audio:
            for block in audio.blocks:
                assert np.isfinite(block).all()
            assert 0 < audio.rate_hz <= 1_000_000
    except DecodeError:
        pass


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pristine")
    kinds = ["wav16", "flac", "mp3", "vorbis", "opus", "aac", "aiff", "alac", "wma"]
    rates = {"opus": 48_000}
    return {kind: write_music(folder / kind, 0.4, kind, rate_hz=rates.get(kind, 44_100)).read_bytes() for kind in kinds}


def test_what_soundfile_says_is_what_is_heard(demo_folder):
    """The demo cues, decoded whole by both libraries where both can."""
    for path in sorted(demo_folder.glob("*.ogg")):
        mono, rate_hz = decode(path)
        reference, reference_rate_hz = soundfile.read(path, dtype="float32")
        assert rate_hz == reference_rate_hz
        np.testing.assert_allclose(mono, reference.mean(axis=1), atol=1e-6)
