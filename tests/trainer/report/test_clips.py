"""Clips: who may be quoted, where they lie, and what can't be heard."""

from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile

from tagger_app.errors import DecodeError
from tagger_app.features.spec import FeatureSpec
from trainer.corpora.tracks import load_debian, load_free_cues
from trainer.report.clips import cut_clip, licence_link, may_be_quoted, tile_start_s
from trainer.tiles.cache import TileRecord

SPEC = FeatureSpec()


@pytest.mark.parametrize(
    "licence",
    [
        "CC0-1.0", "CC-BY-4.0 (older copies CC-BY-3.0)", "CC-BY-SA-3.0+", "GPL-2+", "GPL-3 or CC-BY-3.0", "Expat",
        "CC-BY-3.0 / CC-BY-SA-3.0 (per-track .tags file)", "public-domain",
    ],
)  # fmt: skip
def test_free_licences_may_be_quoted(licence):
    assert may_be_quoted(licence)


@pytest.mark.parametrize(
    "licence",
    [
        "", " ", "unknown", "CC-BY-NC-4.0", "CC-BY-ND-4.0", "CC-BY-4.0 and CC-BY-NC-4.0", "(CC0-1.0)", "GPLish",
        "see audio_licenses.txt of MTG-Jamendo", "Drascula-License (free redistribution+modification)",
        "All rights reserved", "CC-BY-4.0, all rights reserved",
    ],
)  # fmt: skip
def test_others_may_not(licence):
    assert not may_be_quoted(licence)


def test_most_of_the_open_corpora_may_be_quoted(tmp_path):
    licences = [track.licence for track in (*load_debian(tmp_path), *load_free_cues(tmp_path))]
    assert np.mean([may_be_quoted(licence) for licence in licences]) > 0.9


def test_creative_commons_licences_are_linked():
    assert licence_link("CC-BY-SA-3.0+") == "https://creativecommons.org/licenses/by-sa/3.0/"
    assert licence_link("CC0-1.0") == "https://creativecommons.org/publicdomain/zero/1.0/"
    assert licence_link("GPL-2+") == ""


def make_record(duration_s, rate_hz, path="a.wav"):
    return TileRecord(path, 1, 1, "f", 0, 0, duration_s, rate_hz)


def test_tiles_follow_one_another_and_the_last_ends_with_the_track():
    record = make_record(25.0, 44_100)
    assert tile_start_s(record, 1, SPEC) == pytest.approx(SPEC.tile_s)
    # 25 s are 269.1 frames: 270, of which the last hundred are a tile.
    assert tile_start_s(record, 2, SPEC) == pytest.approx(170 * SPEC.frame_s)
    assert tile_start_s(make_record(4.0, 44_100), 0, SPEC) == 0.0


def write_tone(path, rate_hz=44_100, seconds=6.0, n_channels=2):
    times = np.arange(round(seconds * rate_hz)) / rate_hz
    tone = np.where(times < 3, np.sin(2 * np.pi * 440 * times), np.sin(2 * np.pi * 880 * times))
    soundfile.write(path, np.stack([tone * 0.5] * n_channels, axis=1), rate_hz)
    return path


@pytest.mark.parametrize(("start_s", "frequency_hz"), [(0.5, 440), (3.4, 880)])
def test_a_clip_is_the_seconds_asked_for(tmp_path, start_s, frequency_hz):
    flac = cut_clip(write_tone(tmp_path / "tone.wav"), start_s, 2.0)
    samples, rate_hz = soundfile.read(io.BytesIO(flac))
    assert rate_hz == 22_050
    assert samples.shape == (44_100,)
    spectrum = np.abs(np.fft.rfft(samples))
    assert np.argmax(spectrum) * rate_hz / len(samples) == pytest.approx(frequency_hz, abs=1)
    assert samples[0] == samples[-1] == 0


def test_a_clip_is_never_longer_than_three_seconds(tmp_path):
    flac = cut_clip(write_tone(tmp_path / "tone.wav"), 0.0, 60.0)
    assert soundfile.info(io.BytesIO(flac)).duration == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("start_s", "level", "reason"), [(7.0, 0.5, "ends before 7.0 s"), (1.0, 0.0, "is silent at 1.0 s")]
)
def test_nothing_to_hear_is_said(tmp_path, start_s, level, reason):
    path = tmp_path / "a.wav"
    soundfile.write(path, np.full(4 * 8_000, level), 8_000)
    with pytest.raises(DecodeError, match=reason):
        cut_clip(path, start_s, 2.0)


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(DecodeError):
        cut_clip(tmp_path / "gone.wav", 0.0, 2.0)
