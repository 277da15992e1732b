"""The coefficients equal those of python_speech_features, and depend on nothing but the samples."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import python_speech_features
import scipy.signal
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st
from sound_samples import make_music

from tagger_app.audio.decode import open_audio
from tagger_app.features.mfcc import Frames, MfccStream, mel_filters
from tagger_app.features.spec import FeatureSpec

SPEC = FeatureSpec()
GOLDEN = Path(__file__).parent / "golden" / "hard_boiled.npz"
"""First ten seconds of the demo cue of this name, made by running this module with ``PYTHONPATH=tests``.

To be built again only where `FeatureSpec` changes, and every bundle with it.
"""


def hear(samples: np.ndarray, rate_hz: int, cuts: list[int] | None = None, spec: FeatureSpec = SPEC) -> Frames:
    """Frames of samples pushed in blocks that end at the cuts."""
    stream = MfccStream(spec, rate_hz)
    for block in np.split(samples, sorted(cuts or [])):
        stream.push(block)
    return stream.finish()


def same(one: Frames, other: Frames) -> bool:
    """Equal to the bit."""
    arrays = ("mfcc", "power", "peak", "strokes")
    return (one.n_samples, one.rate_hz) == (other.n_samples, other.rate_hz) and all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in arrays
    )


def golden_frames(demo_folder: Path) -> Frames:
    """The frames that the golden file keeps."""
    with open_audio(demo_folder / "hard_boiled.ogg") as audio:
        stream = MfccStream(SPEC, audio.rate_hz)
        stream.push(np.concatenate(list(audio.blocks))[: 10 * audio.rate_hz])
    return stream.finish()


@pytest.mark.parametrize("rate_hz", [22_050, 44_100, 48_000, 96_000])
def test_equal_to_python_speech_features(rate_hz):
    samples = make_music(3.0, rate_hz, 1)[:, 0] + 1e-3 * np.random.default_rng(1).normal(size=3 * rate_hz)
    samples = samples.astype(np.float32)
    n_frame, hop = SPEC.frame_samples(rate_hz), SPEC.hop_samples(rate_hz)
    reference = python_speech_features.mfcc(
        samples.astype(np.float64) * np.sqrt(4096 / n_frame),
        rate_hz,
        winlen=n_frame / rate_hz,
        winstep=hop / rate_hz,
        numcep=SPEC.n_mfcc,
        nfilt=SPEC.n_mels,
        nfft=n_frame,
        lowfreq=SPEC.min_hz,
        highfreq=SPEC.max_hz,
        preemph=0,
        ceplifter=0,
        appendEnergy=False,
        winfunc=lambda n_samples: scipy.signal.get_window("hann", n_samples, fftbins=False),
    )
    ours = hear(samples, rate_hz)
    assert ours.mfcc.shape == reference.shape
    assert ours.mfcc.dtype == np.float32
    assert np.abs(ours.mfcc - reference).max() < 1e-3


@pytest.mark.parametrize("rate_hz", [22_050, 44_100, 48_000])
def test_filters_equal_those_of_python_speech_features(rate_hz):
    n_fft = SPEC.frame_samples(rate_hz)
    reference = python_speech_features.get_filterbanks(SPEC.n_mels, n_fft, rate_hz, SPEC.min_hz, SPEC.max_hz).T
    ours = mel_filters(SPEC, rate_hz)
    np.testing.assert_allclose(ours, reference[: len(ours)], atol=1e-6)
    assert not reference[len(ours) :].any()
    assert (ours.max(axis=0) == 1.0).all(), "no filter is empty"


@settings(max_examples=60)
@given(
    rate_hz=st.sampled_from([8_000, 16_000, 22_050, 44_100, 48_000, 192_000]),
    n_frames=st.floats(0.0, 80.0),
    cuts=st.lists(st.floats(0.0, 1.0), max_size=12),
    seed=st.integers(0, 9),
)
def test_the_size_of_blocks_changes_nothing(rate_hz, n_frames, cuts, seed):
    n_samples = round(n_frames * SPEC.frame_s * rate_hz)
    samples = np.random.default_rng(seed).normal(scale=0.1, size=n_samples).astype(np.float32)
    whole = hear(samples, rate_hz)
    assert same(hear(samples, rate_hz, [round(cut * n_samples) for cut in cuts]), whole)
    assert whole.mfcc.dtype == whole.power.dtype == whole.peak.dtype == np.float32
    assert len(whole.mfcc) == len(whole.power) == len(whole.peak)
    assert np.isfinite(whole.mfcc).all()


def test_blocks_of_one_sample():
    samples = make_music(0.5, 22_050, 1)[:, 0]
    assert same(hear(samples, 22_050, list(range(len(samples)))), hear(samples, 22_050))


@given(rate_hz=st.sampled_from([22_050, 44_100, 48_000, 96_000]), n_samples=st.integers(0, 300_000))
@settings(max_examples=40)
def test_every_sample_is_in_a_frame_and_no_frame_is_empty(rate_hz, n_samples):
    frames = hear(np.ones(n_samples, np.float32), rate_hz)
    n_frame, hop = SPEC.frame_samples(rate_hz), SPEC.hop_samples(rate_hz)
    n_frames = len(frames.mfcc)
    assert frames.n_samples == n_samples
    assert (frames.peak == 1.0).all()
    if n_samples == 0:
        assert n_frames == 0
    else:
        assert (n_frames - 1) * hop + n_frame >= n_samples
        assert n_frames == 1 or (n_frames - 2) * hop + n_frame < n_samples


def test_power_and_peak_are_those_of_the_samples():
    n_frame, hop = SPEC.frame_samples(48_000), SPEC.hop_samples(48_000)
    samples = np.random.default_rng(3).normal(scale=0.2, size=40 * hop).astype(np.float32)
    frames = hear(samples, 48_000)
    for number in (0, 17, 38):
        frame = samples[number * hop : number * hop + n_frame]
        assert frames.power[number] == pytest.approx(np.square(frame.astype(float)).mean(), rel=1e-5)
        assert frames.peak[number] == np.abs(frame).max()


def test_a_last_frame_is_padded_with_zeros():
    hop = SPEC.hop_samples(44_100)
    samples = make_music(3.0, 44_100, 1)[: 20 * hop + 1000, 0]
    padded = np.concatenate([samples, np.zeros(hop - 1000, np.float32)])
    assert np.array_equal(hear(samples, 44_100).mfcc, hear(padded, 44_100).mfcc)


def test_silence_is_the_floor_and_no_trouble():
    frames = hear(np.zeros(44_100, np.float32), 44_100)
    assert np.isfinite(frames.mfcc).all()
    np.testing.assert_allclose(frames.mfcc[:, 0], np.log(SPEC.energy_floor) * np.sqrt(SPEC.n_mels), rtol=1e-5)
    np.testing.assert_allclose(frames.mfcc[:, 1:], 0.0, atol=1e-3)
    assert not frames.power.any()


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 16_000])
def test_low_rates_are_heard_as_if_resampled_first(rate_hz):
    samples = make_music(2.0, rate_hz, 1)[:, 0]
    resampled = soxr.resample(samples, rate_hz, 22_050, quality="HQ")
    ours, reference = hear(samples, rate_hz), hear(resampled, 22_050)
    assert ours.rate_hz == 22_050
    assert abs(ours.n_samples - round(2.0 * 22_050)) <= 1
    np.testing.assert_allclose(ours.mfcc, reference.mfcc, atol=0.05)


def test_one_recording_gives_one_result_at_any_rate():
    samples = make_music(4.0, 48_000, 1)[:, 0] + 0.01 * np.random.default_rng(1).normal(size=192_000)
    original = hear(samples.astype(np.float32), 48_000).mfcc[:42]
    for rate_hz in (44_100, 88_200, 96_000, 192_000):
        resampled = soxr.resample(samples.astype(np.float32), 48_000, rate_hz, quality="VHQ")
        # Filters lie on whole bins, so they move by up to half a bin from rate to rate.
        assert np.abs(hear(resampled, rate_hz).mfcc[:42] - original).mean() < 0.1


def test_level_moves_the_first_coefficient_alone():
    samples = make_music(2.0, 44_100, 1)[:, 0] + 0.01 * np.random.default_rng(1).normal(size=88_200).astype(np.float32)
    loud, soft = hear(samples, 44_100).mfcc, hear(samples / 2, 44_100).mfcc
    np.testing.assert_allclose(loud[:, 1:], soft[:, 1:], atol=1e-3)
    np.testing.assert_allclose(loud[:, 0] - soft[:, 0], np.log(4) * np.sqrt(SPEC.n_mels), atol=1e-3)


def test_other_specs_are_heard_by_other_rules():
    samples = make_music(2.0, 44_100, 1)[:, 0]
    smaller = replace(SPEC, n_mfcc=13, n_mels=26, frame_s=0.05, window="hamming")
    frames = hear(samples, 44_100, spec=smaller)
    assert frames.mfcc.shape == (40, 13)


def test_the_features_of_a_cue_stay_what_they_were(demo_folder):
    """Members are trained on these numbers: a change of them makes every bundle wrong."""
    with np.load(GOLDEN, allow_pickle=False) as golden:
        kept = {name: golden[name] for name in ("mfcc", "power", "peak", "fingerprint")}
    assert str(kept["fingerprint"]) == SPEC.fingerprint(), "another spec: build the golden file again"
    frames = golden_frames(demo_folder)
    assert frames.mfcc.shape == kept["mfcc"].shape
    # Decoders of Vorbis round differently from machine to machine.
    np.testing.assert_allclose(frames.mfcc, kept["mfcc"], atol=0.02)
    np.testing.assert_allclose(frames.power, kept["power"], rtol=1e-2, atol=1e-6)
    np.testing.assert_allclose(frames.peak, kept["peak"], atol=1e-3)


if __name__ == "__main__":
    from tagger_app.paths import resource_path

    made = golden_frames(resource_path("demo"))
    np.savez_compressed(
        GOLDEN, mfcc=made.mfcc, power=made.power, peak=made.peak, fingerprint=np.array(SPEC.fingerprint())
    )
