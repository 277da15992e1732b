"""What the filters of a network respond to: kernels of its first layer, and what excites the last convolution most."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import keras
import numpy as np
import numpy.typing as npt

from tagger_app.features.mfcc import Floats
from trainer.metrics import Booleans, roc_auc

Indices = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]

_LEAST_PROBABILITY = 1e-6
_BATCH_TILES = 128


@dataclass(frozen=True)
class LateLayer:
    """The last convolution of a network; its last hidden layer where it has none.

    Attributes
    ----------
    hears : model from tiles to activations, [shape=(batch, height, width, n_filters)] or (batch, n_filters)
    answers : model from those to scores
    step_frames, width_frames : from one place of an activation to the next along time, and how much each place hears
    is_convolution : whether it is one
    """

    hears: keras.Model
    answers: keras.Model
    step_frames: int
    width_frames: int
    is_convolution: bool

    @property
    def n_filters(self) -> int:
        """Number of filters, or of hidden units."""
        return int(self.hears.output.shape[-1])


@dataclass(frozen=True)
class Excitement:
    """How much tiles excite each filter.

    Attributes
    ----------
    means : mean activation, float32 [shape=(n_tiles, n_filters)]
    peaks : place along time where it is largest, int64 [shape=(n_tiles, n_filters)]
    """

    means: Floats
    peaks: Indices


def first_kernels(network: keras.Model, tile_shape: tuple[int, int]) -> Floats:
    """Weights of the first layer that learns, [shape=(n_kernels, height, width)], those of the largest norm first.

    A dense layer's weights are as large as the tile.
    """
    for layer in network.layers:
        if isinstance(layer, keras.layers.Conv2D):
            kernels = np.moveaxis(layer.get_weights()[0][:, :, 0, :], -1, 0)
            break
        if isinstance(layer, keras.layers.Dense) and layer.trainable:
            kernels = layer.get_weights()[0].T.reshape(-1, *tile_shape)
            break
    norms = np.square(kernels).sum(axis=(1, 2))
    return np.asarray(kernels[np.argsort(-norms, kind="stable")], dtype=np.float32)


def find_late_layer(network: keras.Model) -> LateLayer:
    """The last convolution and its receptive field along time.

    Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks" (2019).
    """
    last, step, width = network.get_layer("embedding"), 1, int(network.input.shape[-1])
    here, heard = 1, 1
    for layer in network.layers:
        if isinstance(layer, keras.layers.Conv2D):
            heard += (layer.kernel_size[1] - 1) * here
            here *= layer.strides[1]
            last, step, width = layer, here, heard
        elif isinstance(layer, keras.layers.MaxPooling2D):
            heard += (layer.pool_size[1] - 1) * here
            here *= layer.strides[1]
    return LateLayer(
        keras.Model(network.input, last.output),
        keras.Model(last.output, network.output),
        step,
        width,
        isinstance(last, keras.layers.Conv2D),
    )


def excite(layer: LateLayer, chunks: Iterable[Floats]) -> Excitement:
    """Hear tiles, float32 [shape=(n_tiles, n_mfcc, n_frames)] a chunk."""
    means, peaks = [], []
    for chunk in chunks:
        for start in range(0, len(chunk), _BATCH_TILES):
            heard = np.asarray(layer.hears.predict_on_batch(chunk[start : start + _BATCH_TILES]), dtype=np.float32)
            along_time = heard.sum(axis=1) if heard.ndim == 4 else heard[:, np.newaxis]
            means.append(along_time.mean(axis=1) / (heard.shape[1] if heard.ndim == 4 else 1))
            peaks.append(along_time.argmax(axis=1))
    return Excitement(np.concatenate(means), np.concatenate(peaks))


def measure_raise(layer: LateLayer, tiles: Floats) -> Doubles:
    """By how much each filter raises the log odds of each score: the mean fall when it is silenced.

    Parameters
    ----------
    tiles : float32 [shape=(n_tiles, n_mfcc, n_frames)]

    Returns
    -------
    float64 [shape=(n_filters, n_scores)]
    """
    heard = np.asarray(layer.hears.predict_on_batch(tiles), dtype=np.float32)
    whole = _log_odds(layer.answers.predict_on_batch(heard))
    raised = np.zeros((layer.n_filters, whole.shape[1]))
    for number in np.flatnonzero(heard.reshape(-1, layer.n_filters).any(axis=0)):
        silenced = heard.copy()
        silenced[..., number] = 0.0
        raised[number] = (whole - _log_odds(layer.answers.predict_on_batch(silenced))).mean(axis=0)
    return raised


def most_excited(means: Floats, soundtracks: npt.NDArray[np.str_], n_tiles: int) -> Indices:
    """Tiles that excite a filter most, no two of one soundtrack, the most excited first.

    Parameters
    ----------
    means : of one filter, float32 [shape=(n_tiles,)]
    soundtracks : of each tile
    """
    found: list[int] = []
    seen: set[str] = set()
    for tile in np.argsort(-means, kind="stable"):
        if len(found) == n_tiles or means[tile] <= 0:
            break
        if str(soundtracks[tile]) not in seen:
            seen.add(str(soundtracks[tile]))
            found.append(int(tile))
    return np.array(found, dtype=np.int64)


def tell_apart(means: Floats, positive: Booleans) -> float:
    """How often a tile of the genre excites a filter more than another; NaN where all or none have it."""
    return roc_auc(positive, means.astype(np.float64))


def _log_odds(scores: npt.NDArray[np.floating]) -> Doubles:
    bounded = np.clip(np.asarray(scores, dtype=np.float64), _LEAST_PROBABILITY, 1 - _LEAST_PROBABILITY)
    return np.asarray(np.log(bounded) - np.log1p(-bounded))
