from __future__ import annotations

import av
import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sound_samples import extension_of, make_music, write_music, write_sound

from tagger_app.errors import DecodeError, HandoffError
from tagger_app.handoff.region_wav import write_region

SUBTYPES = {
    "wav16": "PCM_16",
    "wav24": "PCM_24",
    "wav32f": "FLOAT",
    "wav64f": "FLOAT",
    "rf64": "PCM_16",
    "w64": "PCM_16",
    "caf": "PCM_24",
    "aiff": "PCM_16",
    "flac": "PCM_16",
    "flac24": "PCM_24",
    "vorbis": "PCM_24",
    "opus": "PCM_24",
    "mp3": "PCM_24",
    "aac": "PCM_24",
    "alac": "PCM_24",
    "wma": "PCM_24",
    "wavpack": "PCM_16",
    "tta": "PCM_16",
}


def decode(path):
    """All samples as the decoder gives them, float64 [shape=(n_samples, n_channels)], and their rate."""
    try:
        with soundfile.SoundFile(path) as sound:
            if sound.subtype != "OPUS":
                return sound.read(always_2d=True), sound.samplerate
    except soundfile.LibsndfileError:
        pass
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="dblp")
        frames = [frame for decoded in container.decode(audio=0) for frame in resampler.resample(decoded)]
        return np.concatenate([frame.to_ndarray().T for frame in frames]), frames[0].sample_rate


@pytest.mark.parametrize("kind", SUBTYPES)
def test_a_region_holds_the_very_samples(tmp_path, kind):
    source = tmp_path / f"cue.{extension_of(kind)}"
    write_music(source, 3.0, kind, rate_hz=48_000 if kind == "opus" else 44_100)
    written = write_region(str(source), tmp_path / "region.wav", 1.2345, 2.1, handles_s=0.25)

    samples, rate_hz = decode(source)
    start, end = round((1.2345 - 0.25) * rate_hz), round((2.1 + 0.25) * rate_hz)
    region, region_rate_hz = soundfile.read(written.path, always_2d=True)
    assert (written.start_samples, written.n_samples, region_rate_hz) == (start, end - start, rate_hz)
    assert soundfile.info(written.path).subtype == written.subtype == SUBTYPES[kind]
    # What is compressed decodes to floats, which are rounded to 24 bits; all else is equal to the last bit.
    tolerance = 2.0**-23 if SUBTYPES[kind] == "PCM_24" else 2.0**-24 if kind == "wav64f" else 0.0
    assert np.abs(region - samples[start:end]).max() <= tolerance
    if kind in ("wav24", "flac24", "caf", "alac"):
        np.testing.assert_array_equal(region, samples[start:end])


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(0, 3.5), st.floats(0, 3.5), st.floats(0, 2), st.sampled_from([8_000, 22_050, 44_100, 96_000]))
def test_any_region_is_cut_to_the_sample(tmp_path_factory, first_s, second_s, handles_s, rate_hz):
    folder = tmp_path_factory.mktemp("region")
    source = write_sound(folder / "cue.wav", make_music(1.0, rate_hz), rate_hz)
    samples, _ = soundfile.read(source, dtype="int16")
    start_s, end_s = sorted((first_s, second_s))
    start, end = round(max(start_s - handles_s, 0.0) * rate_hz), round((end_s + handles_s) * rate_hz)
    expected = samples[start:end]
    if not len(expected):
        with pytest.raises(DecodeError, match="has no sound from"):
            write_region(str(source), folder / "region.wav", start_s, end_s, handles_s)
        assert [path.name for path in folder.iterdir()] == ["cue.wav"]
        return
    write_region(str(source), folder / "region.wav", start_s, end_s, handles_s)
    np.testing.assert_array_equal(soundfile.read(folder / "region.wav", dtype="int16")[0], expected)


def test_no_region_is_the_whole_recording(tmp_path):
    source = write_music(tmp_path / "cue.flac", 1.0, "flac", n_channels=1)
    written = write_region(str(source), tmp_path / "whole.wav")
    assert (written.start_samples, written.n_samples, written.n_channels) == (0, 44_100, 1)
    np.testing.assert_array_equal(soundfile.read(written.path)[0], soundfile.read(source)[0])


def test_six_channels_stay_six(tmp_path):
    source = write_music(tmp_path / "cue.wav", 1.0, "wav24", n_channels=6)
    written = write_region(str(source), tmp_path / "region.wav", 0.5, 0.75)
    info = soundfile.info(written.path)
    assert (info.channels, info.format) == (6, "WAVEX")
    np.testing.assert_array_equal(soundfile.read(written.path)[0], soundfile.read(source)[0][22_050:33_075])


def test_an_empty_region_writes_nothing(tmp_path):
    source = write_music(tmp_path / "cue.wav", 1.0)
    with pytest.raises(DecodeError, match="no sound"):
        write_region(str(source), tmp_path / "region.wav", 5.0, 6.0)
    assert [path.name for path in tmp_path.iterdir()] == ["cue.wav"]


def test_the_recording_itself_is_never_replaced(tmp_path):
    source = write_music(tmp_path / "cue.wav", 1.0)
    content = source.read_bytes()
    with pytest.raises(HandoffError, match="never replaced"):
        write_region(str(source), source, 0.0, 0.5)
    assert source.read_bytes() == content


def test_a_region_of_a_broken_file_leaves_what_was_there(tmp_path):
    (tmp_path / "cue.wav").write_bytes(b"no music")
    (tmp_path / "region.wav").write_bytes(b"kept")
    with pytest.raises(DecodeError):
        write_region(str(tmp_path / "cue.wav"), tmp_path / "region.wav", 0.0, 0.5)
    assert (tmp_path / "region.wav").read_bytes() == b"kept"


@pytest.mark.parametrize("source", ["gone.wav", "."])
def test_a_source_that_is_no_file(tmp_path, source):
    with pytest.raises(DecodeError):
        write_region(str(tmp_path / source), tmp_path / "region.wav", 0.0, 0.5)


def test_a_folder_that_is_not_there(tmp_path):
    source = write_music(tmp_path / "cue.wav", 1.0)
    with pytest.raises(HandoffError, match="can't be written"):
        write_region(str(source), tmp_path / "gone" / "region.wav", 0.0, 0.5)


def test_a_region_that_ends_before_it_starts_is_a_bug(tmp_path):
    with pytest.raises(ValueError, match="not a region"):
        write_region("cue.wav", tmp_path / "region.wav", 2.0, 1.0)
