"""Dynamics and pace are those of the music, at any rate and any level."""

from __future__ import annotations

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st
from sound_samples import make_music

from tagger_app.features.mfcc import STROKES, Frames, MfccStream
from tagger_app.features.motion import (
    COLUMNS,
    N_DYNAMICS,
    N_PACE,
    N_TILE_DYNAMICS,
    N_TILE_PACE,
    contour_db,
    level_contour,
    pool_dynamics,
    pool_pace,
    tile_dynamics_pace,
    tile_motion,
)
from tagger_app.features.spec import FeatureSpec
from tagger_app.index.sound import LEVELS_PER_TILE, N_MOTION

SPEC = FeatureSpec()


def hear(samples: np.ndarray, rate_hz: int = 44_100) -> Frames:
    stream = MfccStream(SPEC, rate_hz)
    stream.push(samples.astype(np.float32))
    return stream.finish()


def clicks(bpm: float, seconds: float = 20.0, rate_hz: int = 44_100) -> np.ndarray:
    """Decaying bursts of noise on every beat, over a soft drone."""
    random = np.random.default_rng(1)
    samples = 0.02 * np.sin(2 * np.pi * 110 * np.arange(round(seconds * rate_hz)) / rate_hz)
    burst = random.normal(size=rate_hz // 10) * np.exp(-np.linspace(0, 8, rate_hz // 10)) * 0.3
    for start in np.arange(0, seconds - 0.2, 60 / bpm):
        samples[round(start * rate_hz) :][: len(burst)] += burst
    return samples


def column(motion: np.ndarray, name: str) -> np.ndarray:
    return motion[:, COLUMNS.index(name)]


@pytest.mark.parametrize("bpm", [72, 96, 120, 150])
def test_tempo_and_onsets_of_clicks(bpm):
    motion = tile_motion(hear(clicks(bpm)), SPEC)
    octaves = np.log2(column(motion, "tempo_bpm") / bpm)
    assert octaves == pytest.approx(np.rint(octaves), abs=0.04), "half and double tempo are one"
    assert abs(octaves).max() < 1.1
    assert column(motion, "onsets_per_s") == pytest.approx(bpm / 60, rel=0.1)
    assert (column(motion, "clarity") > 0.6).all()


def test_what_has_no_beat_has_no_clarity():
    noise = np.random.default_rng(2).normal(scale=0.1, size=20 * 44_100)
    assert (column(tile_motion(hear(noise), SPEC), "clarity") < 0.35).all()


@pytest.mark.parametrize("rate_hz", [22_050, 48_000, 96_000])
def test_one_recording_moves_alike_at_any_rate(rate_hz):
    samples = make_music(30.0, seed=5)[:, 0]
    original = tile_motion(hear(samples), SPEC)
    resampled = soxr.resample(samples, 44_100, rate_hz, quality="VHQ")
    found = tile_motion(hear(resampled, rate_hz), SPEC)
    assert found.shape == original.shape
    difference = np.abs(tile_dynamics_pace(found) - tile_dynamics_pace(original))
    assert np.median(difference) < 0.1
    assert difference[:, : N_TILE_DYNAMICS + 2].max() < 0.75


def test_level_moves_the_level_alone():
    samples = clicks(100)
    loud, soft = tile_motion(hear(samples), SPEC), tile_motion(hear(samples / 4), SPEC)
    assert column(loud, "level_db") - column(soft, "level_db") == pytest.approx(12.04, abs=0.01)
    others = [number for number, name in enumerate(COLUMNS) if name != "level_db"]
    np.testing.assert_allclose(loud[:, others], soft[:, others], rtol=0.02, atol=0.02)


def test_a_rise_and_a_fall():
    fade = np.linspace(0.01, 0.5, 28 * 44_100) * np.random.default_rng(0).normal(scale=0.3, size=28 * 44_100)
    rising, falling = hear(fade), hear(fade[::-1])
    assert (column(tile_motion(rising, SPEC), "slope_db") > 1).all()
    assert (column(tile_motion(falling, SPEC), "slope_db") < -1).all()
    shapes = [
        pool_dynamics(tile_motion(frames, SPEC), contour_db(level_contour(frames.power, SPEC, LEVELS_PER_TILE)))[4]
        for frames in (rising, falling)
    ]
    assert shapes[0] == pytest.approx(-shapes[1], abs=0.2)
    assert abs(shapes[0]) > 1


def test_silence_says_nothing_and_short_sounds_are_repeated():
    music = np.concatenate([make_music(9.4)[:, 0], np.zeros(10 * 44_100)])
    motion = tile_motion(hear(music), SPEC)
    assert np.isnan(motion[-1]).all()
    assert np.isfinite(motion[0]).all()
    assert np.isfinite(pool_pace(motion)).all()
    assert tile_motion(hear(make_music(1.5)[:, 0]), SPEC).shape == (1, len(COLUMNS))
    with pytest.raises(ValueError, match="no tile sounds"):
        pool_pace(np.full((2, N_MOTION), np.nan, np.float32))


@given(seconds=st.floats(0.01, 25), seed=st.integers(0, 20), scale=st.sampled_from([0.0, 1e-4, 0.1, 1.0]))
@settings(max_examples=30)
def test_whatever_is_heard_numbers_are_numbers(seconds, seed, scale):
    samples = np.random.default_rng(seed).normal(scale=scale, size=max(1, round(seconds * 22_050)))
    frames = hear(samples, 22_050)
    motion = tile_motion(frames, SPEC)
    levels = level_contour(frames.power, SPEC, LEVELS_PER_TILE)
    assert motion.shape[1] == N_MOTION == len(COLUMNS)
    assert len(levels) == len(frames.power)
    assert frames.strokes.shape == (len(frames.power), STROKES, 2)
    sounding = motion[np.isfinite(motion[:, 0])]
    assert np.isfinite(sounding).all()
    if len(sounding):
        assert pool_dynamics(motion, contour_db(levels)).shape == (N_DYNAMICS,)
        assert pool_pace(motion).shape == (N_PACE,)
        assert tile_dynamics_pace(motion).shape == (len(motion), N_TILE_DYNAMICS + N_TILE_PACE)
        assert ((sounding[:, -1] >= 0) & (sounding[:, -1] <= 1)).all()


@given(power=st.lists(st.floats(0, 4, width=32), max_size=40), points=st.integers(1, 200))
def test_a_contour_keeps_decibels(power, points):
    levels = contour_db(level_contour(np.array(power, np.float32), SPEC, points))
    assert len(levels) == -(-len(power) * points // SPEC.tile_frames)
    if points == SPEC.tile_frames and power:
        expected = 10 * np.log10(np.maximum(power, 1e-10))
        np.testing.assert_allclose(levels, np.clip(expected, -100, 2), atol=0.21)


def test_strokes_add_up_to_frames():
    frames = hear(make_music(5.0)[:, 0])
    np.testing.assert_allclose(frames.strokes[:, :, 0].mean(axis=1), frames.power, rtol=1e-4)
