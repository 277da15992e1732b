from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagger_app.features.spec import FeatureSpec
from tagger_app.features.tiles import SILENCE_POWER, cut_tiles, sounding_tiles, tile_starts

SPEC = FeatureSpec()


def _numbered(n_frames: int) -> np.ndarray:
    """Frames that say their own number in each coefficient."""
    return np.repeat(np.arange(n_frames, dtype=np.float32)[:, np.newaxis], SPEC.n_mfcc, axis=1)


@given(st.integers(1, 2_000))
def test_tiles_cover_every_frame_and_end_with_the_track(n_frames):
    tiles = cut_tiles(_numbered(n_frames), SPEC)
    assert tiles.shape == (max(1, -(-n_frames // 100)), 40, 100)
    assert tiles.dtype == np.float32
    assert set(tiles.ravel()) == set(range(n_frames))
    if n_frames >= 100:
        assert tiles[-1, 0, -1] == n_frames - 1
        assert (np.diff(tiles, axis=2) == 1).all(), "frames of a tile follow one another"
        assert (tiles[:-1, 0, 0] == 100 * np.arange(len(tiles) - 1)).all()


@given(st.integers(1, 99))
def test_a_short_track_is_repeated(n_frames):
    (tile,) = cut_tiles(_numbered(n_frames), SPEC)
    assert (tile == np.arange(100) % n_frames).all()


def test_coefficients_stay_in_their_rows():
    mfcc = np.random.default_rng(1).normal(size=(250, 40)).astype(np.float32)
    tiles = cut_tiles(mfcc, SPEC)
    assert np.array_equal(tiles[0], mfcc[:100].T)
    assert np.array_equal(tiles[2], mfcc[150:250].T)


@pytest.mark.parametrize(
    ("n_frames", "starts"), [(1, [0]), (100, [0]), (101, [0, 1]), (200, [0, 100]), (201, [0, 100, 101])]
)
def test_starts(n_frames, starts):
    assert tile_starts(n_frames, SPEC).tolist() == starts


def test_silent_tiles_are_found():
    power = np.zeros(350, np.float32)
    power[120] = 200 * SILENCE_POWER  # one loud frame makes its tile sound
    power[340] = 200 * SILENCE_POWER
    assert sounding_tiles(power, SPEC).tolist() == [False, True, False, True]


@given(st.lists(st.sampled_from([0.0, 1e-8, 1e-6, 0.1]), min_size=1, max_size=600))
def test_there_is_one_answer_a_tile(values):
    power = np.array(values, np.float32)
    sounding = sounding_tiles(power, SPEC)
    assert sounding.shape == (len(cut_tiles(_numbered(len(power)), SPEC)),)
    if (power >= 2 * SILENCE_POWER).all():
        assert sounding.all()
    if (power < SILENCE_POWER / 2).all():
        assert not sounding.any()
