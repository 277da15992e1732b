from __future__ import annotations

import subprocess
import sys
from dataclasses import asdict, fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagger_app.features.spec import FeatureSpec

SPEC = FeatureSpec()


def test_sizes_are_those_of_the_design():
    assert SPEC.frame_samples(44_100) == SPEC.hop_samples(44_100) == 4096
    assert SPEC.tile_shape == (40, 100)
    assert SPEC.tile_s == pytest.approx(9.288, abs=1e-3)
    assert SPEC.hop_samples(48_000) == 4458


@given(st.integers(22_050, 400_000))
def test_a_frame_has_a_fast_length_near_the_hop(rate_hz):
    n_samples = SPEC.frame_samples(rate_hz)
    assert abs(n_samples - SPEC.hop_samples(rate_hz)) <= 0.02 * n_samples
    for prime in (2, 3, 5, 7, 11):
        while n_samples % prime == 0:
            n_samples //= prime
    assert n_samples == 1


@pytest.mark.parametrize("rate_hz", [44_100, 48_000, 88_200, 96_000, 192_000])
def test_frames_of_the_usual_rates_are_within_a_thousandth(rate_hz):
    assert SPEC.frame_samples(rate_hz) / rate_hz == pytest.approx(SPEC.frame_s, rel=1e-3)


@pytest.mark.parametrize(
    ("rate_hz", "analysed_hz"), [(8_000, 22_050), (22_049, 22_050), (22_050, 22_050), (96_000, 96_000)]
)
def test_only_low_rates_are_resampled(rate_hz, analysed_hz):
    assert SPEC.analysis_rate_hz(rate_hz) == analysed_hz


@pytest.mark.parametrize("name", [field.name for field in fields(FeatureSpec)])
def test_the_fingerprint_changes_with_every_choice(name):
    value = getattr(SPEC, name)
    changed = replace(SPEC, **{name: "hamming" if name == "window" else value * 2 + 1})
    assert changed.fingerprint() != SPEC.fingerprint()


def test_the_fingerprint_is_the_same_everywhere():
    assert FeatureSpec(**asdict(SPEC)).fingerprint() == SPEC.fingerprint()
    script = "from tagger_app.features.spec import FeatureSpec; print(FeatureSpec().fingerprint())"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == SPEC.fingerprint()
    assert len(SPEC.fingerprint()) == 16
