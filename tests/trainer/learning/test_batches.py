from __future__ import annotations

import numpy as np
import pytest

from trainer.learning.batches import TileBatches

TILES = np.random.default_rng(0).normal(size=(16, 4, 5)).astype(np.float32)
CHOSEN = np.arange(2, 16)
TARGETS = np.arange(14, dtype=np.float32)[:, np.newaxis]
WEIGHTS = np.arange(14, dtype=np.float32)


def _epoch(batches: TileBatches) -> tuple[np.ndarray, ...]:
    parts = [batches[index] for index in range(len(batches))]
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))


def test_an_epoch_has_every_example_once_in_another_order() -> None:
    batches = TileBatches(TILES, CHOSEN, TARGETS, WEIGHTS, 6, seed=1)
    assert len(batches) == 3
    tiles, targets, weights = _epoch(batches)
    np.testing.assert_array_equal(tiles, TILES[CHOSEN[weights.astype(int)]])
    np.testing.assert_array_equal(targets[:, 0], weights)
    np.testing.assert_array_equal(np.sort(weights), WEIGHTS)
    batches.on_epoch_end()
    assert not np.array_equal(_epoch(batches)[2], weights)


def test_the_same_seed_gives_the_same_order_and_none_keeps_it() -> None:
    first, second = (TileBatches(TILES, CHOSEN, TARGETS, WEIGHTS, 6, seed=5) for _ in range(2))
    np.testing.assert_array_equal(_epoch(first)[2], _epoch(second)[2])
    as_given = TileBatches(TILES, CHOSEN, TARGETS, WEIGHTS, 6)
    as_given.on_epoch_end()
    np.testing.assert_array_equal(_epoch(as_given)[2], WEIGHTS)


def test_an_example_may_be_several_tiles() -> None:
    chosen = np.array([[0, 1, 1], [4, 5, 6]])
    tiles, targets, _ = TileBatches(TILES, chosen, TARGETS[:2], WEIGHTS[:2], 8)[0]
    np.testing.assert_array_equal(tiles, TILES[chosen])
    assert targets.shape == (2, 1)


def test_what_is_augmented_is_what_is_learned() -> None:
    batches = TileBatches(
        TILES, CHOSEN, TARGETS, WEIGHTS, 6, augment=lambda tiles, targets, _: (tiles * 0, targets + 1)
    )
    tiles, targets, weights = _epoch(batches)
    assert not tiles.any()
    np.testing.assert_array_equal(targets[:, 0], weights + 1)


@pytest.mark.parametrize("n_examples", [0, 1, 6, 7])
def test_the_last_batch_has_what_is_left(n_examples: int) -> None:
    batches = TileBatches(TILES, CHOSEN[:n_examples], TARGETS[:n_examples], WEIGHTS[:n_examples], 6, seed=0)
    assert batches.n_examples == n_examples
    assert sum(len(batches[index][0]) for index in range(len(batches))) == n_examples
