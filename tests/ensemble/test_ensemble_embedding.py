"""What is said of the sound of tiles and tracks, and what is made of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagger_app.ensemble.embedding import Projection, describe_tiles, n_statistics
from tagger_app.features.spec import FeatureSpec

N_HIDDEN = 3


def _tiles(n_tiles: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(-20, 5, (n_tiles, 40, 100)).astype(np.float32)


def _hidden(n_tiles: int, seed: int = 2) -> np.ndarray:
    return np.random.default_rng(seed).random((n_tiles, N_HIDDEN), np.float32)


def _projection(n_descriptors: int, size: int = 4, seed: int = 4_321) -> Projection:
    random = np.random.default_rng(seed)
    means = random.normal(size=(2, n_descriptors)).astype(np.float32)
    axes = random.normal(size=(2, n_descriptors, size)).astype(np.float32)
    return Projection(means[0], axes[0], means[1], axes[1])


def test_descriptors_are_those_that_the_length_promises():
    descriptors = describe_tiles(_tiles(5), _hidden(5))
    assert descriptors.shape == (5, n_statistics(FeatureSpec()) + N_HIDDEN)
    assert descriptors.dtype == np.float32
    np.testing.assert_array_equal(descriptors[:, -N_HIDDEN:], _hidden(5))


def test_statistics_of_a_tile():
    tiles = _tiles(2)
    descriptors = describe_tiles(tiles, np.zeros((2, 0), np.float32))
    np.testing.assert_allclose(descriptors[:, :40], tiles.mean(axis=2), rtol=1e-5)
    np.testing.assert_allclose(descriptors[:, 40:80], tiles.std(axis=2), rtol=1e-5)
    np.testing.assert_allclose(descriptors[:, 80:120], np.diff(tiles, axis=2).std(axis=2), rtol=1e-5)
    extremes = descriptors[:, 120:].reshape(2, 20, 2)
    ordered = np.sort(tiles[:, :20], axis=2)
    np.testing.assert_array_equal(extremes[..., 0], ordered[..., 5])
    np.testing.assert_array_equal(extremes[..., 1], ordered[..., 94])


@pytest.mark.parametrize("n_tiles", [1, 63, 64, 65, 130])
def test_a_tile_is_described_alike_alone_and_among_others(n_tiles):
    tiles, hidden = _tiles(n_tiles), _hidden(n_tiles)
    together = describe_tiles(tiles, hidden)
    last = describe_tiles(tiles[-1:], hidden[-1:])
    np.testing.assert_allclose(together[-1], last[0], rtol=1e-5, atol=1e-5)


def test_the_order_of_time_does_not_matter_but_the_order_of_coefficients_does():
    tiles, hidden = _tiles(3), _hidden(3)
    forwards = describe_tiles(tiles, hidden)
    np.testing.assert_allclose(describe_tiles(tiles[:, :, ::-1], hidden), forwards, rtol=1e-4, atol=1e-4)
    assert np.abs(describe_tiles(tiles[:, ::-1], hidden) - forwards).max() > 0.1


@given(st.integers(1, 12), st.integers(0, 1000))
def test_embeddings_have_length_one(n_tiles, seed):
    descriptors = np.random.default_rng(seed).normal(size=(n_tiles, 6)).astype(np.float32)
    projection = _projection(6)
    tiles, track = projection.embed_tiles(descriptors), projection.embed_track(descriptors)
    assert tiles.dtype == track.dtype == np.float32
    assert tiles.shape == (n_tiles, projection.size)
    np.testing.assert_allclose(np.linalg.norm(tiles, axis=1), 1.0, atol=1e-5)
    assert np.linalg.norm(track) == pytest.approx(1.0, abs=1e-5)


def test_what_is_the_mean_in_everything_has_no_direction():
    projection = _projection(6)
    assert not projection.embed_tiles(projection.mean[np.newaxis]).any()
    spread = np.abs(projection.spread_mean)
    projection = Projection(projection.mean, projection.axes, spread, projection.spread_axes)
    track = projection.embed_track(np.stack([projection.mean - spread, projection.mean + spread]))
    assert np.linalg.norm(track) <= 1.0 + 1e-5


def test_a_track_of_two_halves_is_not_one_that_is_neither():
    projection = _projection(6)
    low, high = np.full((1, 6), -2.0, np.float32), np.full((1, 6), 2.0, np.float32)
    halves = projection.embed_track(np.concatenate([low, high]))
    even = projection.embed_track(np.zeros((2, 6), np.float32))
    assert halves @ even < 0.99


def test_the_order_of_tiles_does_not_matter_to_the_track():
    descriptors = describe_tiles(_tiles(9), _hidden(9))
    projection = _projection(descriptors.shape[1])
    np.testing.assert_allclose(
        projection.embed_track(descriptors), projection.embed_track(descriptors[::-1]), atol=1e-4
    )
