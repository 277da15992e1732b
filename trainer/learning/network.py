"""The networks: the paper's binary CNN member, and those it is compared with.

All take the same tiles, standardised coefficients, so that any of them can be exported and served alike.
"""

from __future__ import annotations

from typing import Any, Literal

import keras
import numpy as np
import scipy.fft
from keras import layers

from tagger_app.features.mfcc import Floats

EMBEDDING_UNITS = 50
_FRAMES_APART = 37
"""Every so many frames are enough to measure a deviation by; no rhythm falls into step with it."""

Kind = Literal["cnn", "fully_connected", "crnn"]
_BLOCKS = ((32, 5, 0.1), (64, 3, 0.2), (128, 2, 0.3), (256, 2, 0.4))
"""Filters, kernel size and dropout of the paper's four blocks of convolution."""


def build_network(
    kind: Kind,
    tile_shape: tuple[int, int],
    n_scores: int = 1,
    activation: Literal["sigmoid", "softmax"] = "sigmoid",
    unmixing: Floats | None = None,
) -> keras.Model:
    """A network from a tile to scores.

    ``"cnn"``: the paper's four blocks of convolution, 2 x 2 pooling and dropout, then two dense layers of 50 units.
    ``"fully_connected"``: the baseline that the paper compares with; its sizes, chosen here, are one dense layer of 512
    units and dropout of a half before the same two dense layers.
    ``"crnn"``: the first three blocks, pooled over all of the frequency axis that is left but not over time, then a
    recurrent layer of 64 gated units over time (after Choi et al., "Convolutional Recurrent Neural Networks for Music
    Classification", 2017).

    Parameters
    ----------
    tile_shape : (n_mfcc, n_frames)
    n_scores : outputs
    unmixing : float32 [shape=(n_mfcc, n_mels)], the matrix that makes standardised logarithmic mel energies of
        standardised coefficients; a first layer that isn't trained applies it

    Returns
    -------
    Model from float32 [shape=(batch, n_mfcc, n_frames)] to float32 [shape=(batch, n_scores)]. Its layer ``"embedding"``
    is the last hidden layer, float32 [shape=(batch, 50)].
    """
    tile = keras.Input(tile_shape, name="tile")
    x = tile if unmixing is None else _unmix(tile, unmixing)
    if kind == "fully_connected":
        x = layers.Dense(512, activation="relu")(layers.Flatten()(x))
        x = layers.Dropout(0.5)(x)
    else:
        x = layers.Reshape((*x.shape[1:], 1))(x)
        x = _convolve(x) if kind == "cnn" else _convolve_and_recur(x)
    x = layers.Dense(50, activation="relu")(x)
    x = layers.Dropout(0.5)(x)
    x = layers.Dense(EMBEDDING_UNITS, activation="relu", dtype="float32", name="embedding")(x)
    score = layers.Dense(n_scores, activation=activation, dtype="float32", name="score")(x)
    return keras.Model(tile, score)


def mel_unmixing(deviation: Floats, tiles: Floats) -> Floats:
    """The matrix from standardised coefficients to standardised logarithms of mel energies.

    With as many coefficients as mel filters the orthonormal DCT loses nothing, so a raw mel spectrogram needs no
    features, and no tile cache, of its own. Means fall away, because the transform is linear.

    Parameters
    ----------
    deviation : of the coefficients before they were standardised, float32 [shape=(n_mfcc,)]
    tiles : float32 [shape=(n_tiles, n_mfcc, n_frames)], standardised; what the energies are standardised by

    Returns
    -------
    float32 [shape=(n_mfcc, n_mels)]
    """
    matrix = np.asarray(deviation)[:, np.newaxis] * scipy.fft.idct(np.eye(len(deviation)), axis=1, norm="ortho")
    frames = tiles.transpose(0, 2, 1).reshape(-1, len(deviation))[::_FRAMES_APART]
    deviations = (frames @ matrix).std(axis=0)
    return np.asarray(matrix / deviations, dtype=np.float32)


def _unmix(tile: Any, matrix: Floats) -> Any:
    dense = layers.Dense(matrix.shape[1], use_bias=False, trainable=False, dtype="float32", name="mel_energies")
    energies = dense(layers.Permute((2, 1))(tile))
    dense.set_weights([matrix])
    return layers.Permute((2, 1))(energies)


def _convolve(x: Any) -> Any:
    for n_filters, size, dropout in _BLOCKS:
        x = layers.Conv2D(n_filters, size, activation="relu")(x)
        x = layers.MaxPooling2D(2)(x)
        x = layers.Dropout(dropout)(x)
    return layers.Flatten()(x)


def _convolve_and_recur(x: Any) -> Any:
    for n_filters, size, dropout in _BLOCKS[:3]:
        x = layers.Conv2D(n_filters, size, activation="relu")(x)
        x = layers.MaxPooling2D(2)(x)
        x = layers.Dropout(dropout)(x)
    x = layers.MaxPooling2D((x.shape[1], 1))(x)
    x = layers.Reshape(x.shape[2:])(x)
    return layers.GRU(64, unroll=True)(x)
