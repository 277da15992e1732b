from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from trainer.evaluation.calibration import calibrate


def test_a_known_logistic_is_found_again() -> None:
    rng = np.random.default_rng(1)
    logits = rng.normal(scale=2.0, size=20_000)
    positive = rng.random(20_000) < expit(0.7 * logits - 1.0)
    calibration = calibrate(logits, positive, np.ones(20_000), beta=0.5)
    assert calibration.slope == pytest.approx(0.7, abs=0.05)
    assert calibration.offset == pytest.approx(-1.0, abs=0.05)


@given(st.integers(0, 10_000))
def test_fits_rise_with_logits_and_some_tracks_reach_the_threshold(seed: int) -> None:
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=60)
    positive = rng.random(60) < 0.3
    positive[:2] = (True, False)
    calibration = calibrate(logits, positive, np.ones(60), beta=0.5)
    fits = calibration.fits(np.sort(logits))
    assert (np.diff(fits) >= 0).all()
    assert ((fits > 0) & (fits < 1)).all()
    assert (fits >= calibration.threshold).sum() >= 5


def test_threshold_leaves_out_the_tracks_that_would_cost_precision() -> None:
    logits = np.linspace(-3, 3, 40)
    positive = logits > 1.0
    calibration = calibrate(logits, positive, np.ones(40), beta=0.5)
    assert ((calibration.fits(logits) >= calibration.threshold) == positive).all()


def test_caution_is_taken_where_members_that_disagree_are_wrong() -> None:
    rng = np.random.default_rng(3)
    logits, doubt = rng.normal(scale=2.0, size=4000), rng.exponential(size=4000)
    positive = rng.random(4000) < expit(logits - 2.0 * doubt)
    cautious = calibrate(logits, positive, np.ones(4000), 0.5, doubt)
    assert cautious.caution == 2.0
    np.testing.assert_array_equal(cautious.fits(logits, doubt), cautious.fits(logits - 2.0 * doubt))
    unmoved = rng.random(4000) < expit(logits)
    assert calibrate(logits, unmoved, np.ones(4000), 0.5, doubt).caution == 0.0
