"""The networks: the paper's binary CNN member, and those it is compared with.

All take the same tiles, standardised coefficients, so that any of them can be exported and served alike.
"""

from __future__ import annotations

from typing import Any, Literal

import keras
import numpy as np
from keras import layers

from tagger_app.features.mfcc import Floats

EMBEDDING_UNITS = 50

Kind = Literal["cnn", "fully_connected", "crnn"]
_BLOCKS = ((32, 5, 0.1), (64, 3, 0.2), (128, 2, 0.3), (256, 2, 0.4))
"""Filters, kernel size and dropout of the paper's four blocks of convolution."""


def build_member(tile_shape: tuple[int, int], n_scores: int = 1) -> keras.Model:
    """The paper's CNN with logistic outputs, as `build_network` makes it."""
    return build_network("cnn", tile_shape, n_scores)


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


def build_attention(network: keras.Model, n_tiles: int) -> tuple[keras.Model, keras.Model]:
    """Scores of a track from several of its tiles, pooled by learned attention.

    Each genre weighs the tiles by a softmax over them, from the last hidden layer, and its logit is the weighted sum of
    the tiles' logits (attention-based multiple instance learning; Ilse et al. 2018, Kong et al. 2019).

    Parameters
    ----------
    network : multi-label network of one tile, as `build_network` makes it; its hidden layers are shared, and trained

    Returns
    -------
    Model from float32 [shape=(batch, n_tiles, n_mfcc, n_frames)] to scores, float32 [shape=(batch, n_scores)], and
    model from float32 [shape=(batch, n_mfcc, n_frames)] to each tile's logits and attention, both float32
    [shape=(batch, n_scores)]; `pool_by_attention` puts the tiles of a track of any length together.
    """
    hidden = keras.Model(network.input, network.get_layer("embedding").output)
    n_scores = network.output.shape[-1]
    to_logits = layers.Dense(n_scores, dtype="float32")
    to_attention = layers.Dense(n_scores, dtype="float32")
    tiles = keras.Input((n_tiles, *network.input.shape[1:]), name="tiles")
    heard = layers.TimeDistributed(hidden)(tiles)
    weights = keras.ops.softmax(to_attention(heard), axis=1)
    pooled = keras.ops.sum(to_logits(heard) * weights, axis=1)
    track = keras.Model(tiles, layers.Activation("sigmoid", dtype="float32")(pooled))
    heard_tile = hidden(network.input)
    return track, keras.Model(network.input, [to_logits(heard_tile), to_attention(heard_tile)])


def pool_by_attention(logits: Floats, attention: Floats) -> Floats:
    """Logits of a track, float32 [shape=(n_scores,)], from those of its tiles, float32 [shape=(n_tiles, n_scores)]."""
    weights = np.exp(attention - attention.max(axis=0))
    return np.asarray((weights * logits).sum(axis=0) / weights.sum(axis=0), dtype=np.float32)


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
