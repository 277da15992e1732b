"""Tiles: the windows of 40 coefficients x 100 frames that a member hears."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tagger_app.features.mfcc import Floats
from tagger_app.features.spec import FeatureSpec

SILENCE_POWER = 1e-7
"""Mean square below which a tile counts as silent: -70 dB relative to full scale."""


def tile_starts(n_frames: int, spec: FeatureSpec) -> npt.NDArray[np.int64]:
    """First frame of each tile, int64 [shape=(n_tiles,)].

    Tiles follow one another; the last is moved back to end with the track, so that all of it is heard.
    """
    last = max(n_frames - spec.tile_frames, 0)
    starts = np.arange(0, last + 1, spec.tile_frames)
    return starts if starts[-1] == last else np.append(starts, last)


def cut_tiles(mfcc: Floats, spec: FeatureSpec) -> Floats:
    """Cut frames into tiles; a track shorter than one tile is repeated to fill it.

    Parameters
    ----------
    mfcc : float32 [shape=(n_frames, n_mfcc)], at least one frame

    Returns
    -------
    float32 [shape=(n_tiles, n_mfcc, tile_frames)]
    """
    mfcc = repeat_frames(mfcc, spec)
    windows = np.lib.stride_tricks.sliding_window_view(mfcc, spec.tile_frames, axis=0)
    return windows[tile_starts(len(mfcc), spec)]


def sounding_tiles(power: Floats, spec: FeatureSpec) -> npt.NDArray[np.bool_]:
    """Which tiles are not silent, bool [shape=(n_tiles,)].

    Parameters
    ----------
    power : float32 [shape=(n_frames,)], mean square of each frame
    """
    power = repeat_frames(power, spec)
    windows = np.lib.stride_tricks.sliding_window_view(power, spec.tile_frames)
    return np.asarray(windows[tile_starts(len(power), spec)].mean(axis=1) >= SILENCE_POWER)


def repeat_frames(frames: Floats, spec: FeatureSpec) -> Floats:
    """Frames, repeated to fill a tile where they don't: float32 [shape=(n_frames, ...)]."""
    if len(frames) >= spec.tile_frames:
        return frames
    return np.resize(frames, (spec.tile_frames, *frames.shape[1:]))
