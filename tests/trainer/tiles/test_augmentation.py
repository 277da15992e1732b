from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.settings import AugmentationSettings
from trainer.tiles.augmentation import augment, gain_step

RNG = np.random.default_rng(7)
TILES = RNG.normal(size=(16, 8, 20)).astype(np.float32)
TARGETS = np.eye(2, dtype=np.float32)[RNG.integers(2, size=16)]


def changed(**settings):
    return augment(TILES, TARGETS, np.random.default_rng(3), AugmentationSettings(**settings), 0.5)


@given(st.integers(0, 40), st.floats(0, 12), st.integers(0, 40), st.integers(0, 20), st.floats(0, 2))
def test_shapes_and_ranges_are_kept(shift, gain, mask, band, mixup):
    settings = AugmentationSettings(
        time_shift_frames=shift, gain_db=gain, time_mask_frames=mask, coefficient_mask=band, mixup=mixup
    )
    before = TILES.copy()
    tiles, targets = augment(TILES, TARGETS, np.random.default_rng(0), settings, 0.1)
    assert tiles.shape == TILES.shape
    assert np.isfinite(tiles).all()
    np.testing.assert_allclose(targets.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(TILES, before)


def test_nothing_is_nothing():
    tiles, targets = changed()
    np.testing.assert_array_equal(tiles, TILES)
    np.testing.assert_array_equal(targets, TARGETS)


def test_a_shift_moves_whole_frames():
    tiles, _ = changed(time_shift_frames=20)
    np.testing.assert_allclose(np.sort(tiles, axis=2), np.sort(TILES, axis=2))
    assert not np.array_equal(tiles, TILES)


def test_gain_moves_the_first_coefficient_alone():
    tiles, _ = changed(gain_db=6.0)
    np.testing.assert_array_equal(tiles[:, 1:], TILES[:, 1:])
    moved = tiles[:, 0] - TILES[:, 0]
    np.testing.assert_allclose(moved, np.broadcast_to(moved[:, :1], moved.shape), atol=1e-5)
    assert np.abs(moved).max() <= 3.0


def test_ten_decibels_multiply_every_energy_by_ten():
    energies = np.array([1.0, 2.0, 3.0, 4.0])
    before, after = (np.log(scale * energies).sum() / np.sqrt(4) for scale in (1, 10))
    assert 10 * gain_step(4, deviation=2.0) == pytest.approx((after - before) / 2.0)


def test_masks_set_bands_to_the_mean():
    tiles, _ = changed(time_mask_frames=10)
    masked = (tiles == 0).all(axis=1)
    assert masked.any()
    assert masked.sum(axis=1).max() <= 10
    tiles, _ = changed(coefficient_mask=4)
    assert (tiles == 0).all(axis=2).any()


def test_mixup_mixes_labels_as_it_mixes_tiles():
    tiles, targets = changed(mixup=1.0)
    assert ((targets > 0) & (targets < 1)).any()
    assert not np.array_equal(tiles, TILES)
