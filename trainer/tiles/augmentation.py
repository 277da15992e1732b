"""Augmentation: tiles as they are learned from, a little different each time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tagger_app.features.mfcc import Floats
from trainer.settings import AugmentationSettings

_NEPERS_PER_DB = np.log(10.0) / 10.0
"""What a decibel adds to the logarithm of a mel energy."""


def augment(
    tiles: Floats, targets: Floats, rng: np.random.Generator, settings: AugmentationSettings, gain_step: float
) -> tuple[Floats, Floats]:
    """Change a batch of tiles at random, each in its own way.

    Parameters
    ----------
    tiles : float32 [shape=(batch, n_mfcc, n_frames)], standardised; left as they are
    targets : float32 [shape=(batch, n_scores)]
    gain_step : what 1 dB adds to the standardised first coefficient, see `gain_step`

    Returns
    -------
    tiles and targets, of the shapes given
    """
    tiles = tiles.copy()
    n_tiles, n_mfcc, n_frames = tiles.shape
    if settings.time_shift_frames:
        shifts = rng.integers(-settings.time_shift_frames, settings.time_shift_frames + 1, (n_tiles,))
        frames = (np.arange(n_frames) - shifts[:, np.newaxis]) % n_frames
        tiles = np.take_along_axis(tiles, frames[:, np.newaxis, :], axis=2)
    if settings.gain_db:
        gains = rng.uniform(-settings.gain_db, settings.gain_db, (n_tiles,))
        tiles[:, 0, :] += (gains * gain_step).astype(np.float32)[:, np.newaxis]
    if settings.time_mask_frames:
        tiles *= ~_bands(n_tiles, n_frames, settings.time_mask_frames, rng)[:, np.newaxis, :]
    if settings.coefficient_mask:
        tiles *= ~_bands(n_tiles, n_mfcc, settings.coefficient_mask, rng)[:, :, np.newaxis]
    if settings.mixup:
        share = rng.beta(settings.mixup, settings.mixup, (n_tiles,)).astype(np.float32)
        partner = rng.permutation(n_tiles)
        tiles = share[:, np.newaxis, np.newaxis] * tiles + (1 - share)[:, np.newaxis, np.newaxis] * tiles[partner]
        targets = share[:, np.newaxis] * targets + (1 - share)[:, np.newaxis] * targets[partner]
    return tiles, targets


def gain_step(n_mels: int, deviation: float) -> float:
    """What 1 dB adds to the first coefficient, the orthonormal sum of `n_mels` logarithms, in its deviations."""
    return float(np.sqrt(n_mels) * _NEPERS_PER_DB / deviation)


def _bands(n_tiles: int, length: int, widest: int, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """One band a tile, of 0 to `widest` neighbours: bool [shape=(n_tiles, length)]."""
    widths = rng.integers(0, min(widest, length) + 1, n_tiles)
    starts = rng.integers(0, length - widths + 1)
    places = np.arange(length)
    return np.asarray((places >= starts[:, np.newaxis]) & (places < (starts + widths)[:, np.newaxis]))
