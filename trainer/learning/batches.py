"""Batches of tiles for Keras, put together when they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import keras
import numpy as np
import numpy.typing as npt

from tagger_app.features.mfcc import Floats

Indices = npt.NDArray[np.int64]
Augment = Callable[[Floats, Floats, np.random.Generator], tuple[Floats, Floats]]


class TileSource(Protocol):
    """An array of tiles, or what stands for one: `trainer.tiles.standardised.StandardisedTiles`."""

    def __getitem__(self, chosen: Indices, /) -> Floats: ...


class TileBatches(keras.utils.PyDataset):  # type: ignore[misc] # Keras has no types
    """A training or validation set; the same for the same seed.

    Parameters
    ----------
    tiles : where they are taken from
    chosen : int64 [shape=(n_examples,)], the tiles that belong to this set; int64 [shape=(n_examples, n_tiles)] where
        an example is several tiles of a track
    targets : float32 [shape=(n_examples, n_scores)]
    weights : float32 [shape=(n_examples,)], in the loss
    batch_size : examples a batch
    seed : of the order, drawn anew each epoch, and of what `augment` draws; without one the order is that given
    augment : changes the tiles and targets of a batch
    """

    def __init__(
        self,
        tiles: TileSource,
        chosen: Indices,
        targets: Floats,
        weights: Floats,
        batch_size: int,
        *,
        seed: int | None = None,
        augment: Augment | None = None,
    ) -> None:
        super().__init__()
        self._tiles = tiles
        self._chosen, self._targets, self._weights = chosen, targets, weights
        self._batch_size = batch_size
        self._is_shuffled = seed is not None
        self._rng = np.random.default_rng(seed)
        self._augment = augment
        self._order = self._draw_order()

    @property
    def n_examples(self) -> int:
        """Examples an epoch."""
        return len(self._chosen)

    def __len__(self) -> int:
        return -(-len(self._order) // self._batch_size)

    def __getitem__(self, index: int) -> tuple[Floats, Floats, Floats]:
        own = self._order[index * self._batch_size : (index + 1) * self._batch_size]
        chosen = self._chosen[own]
        tiles = self._tiles[chosen.ravel()]
        tiles, targets = tiles.reshape(*chosen.shape, *tiles.shape[1:]), self._targets[own]
        if self._augment:
            tiles, targets = self._augment(tiles, targets, self._rng)
        return tiles, targets, self._weights[own]

    def on_epoch_end(self) -> None:
        """Draw another order."""
        self._order = self._draw_order()

    def _draw_order(self) -> Indices:
        return self._rng.permutation(len(self._chosen)) if self._is_shuffled else np.arange(len(self._chosen))
