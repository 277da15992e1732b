"""The networks: the paper's binary CNN member."""

from __future__ import annotations

import keras
from keras import layers

EMBEDDING_UNITS = 50


def build_member(tile_shape: tuple[int, int], n_scores: int = 1) -> keras.Model:
    """The paper's CNN with a logistic output.

    Four blocks of convolution, 2 x 2 pooling and dropout, then two dense layers of 50 units.

    Parameters
    ----------
    tile_shape : (n_mfcc, n_frames)
    n_scores : logistic outputs; one but for the multi-label network of the feature comparison

    Returns
    -------
    Model from float32 [shape=(batch, n_mfcc, n_frames)] to the logistic score, float32 [shape=(batch, n_scores)]. Its
    layer ``"embedding"`` is the last hidden layer, float32 [shape=(batch, 50)].
    """
    tile = keras.Input(tile_shape, name="tile")
    x = layers.Reshape((*tile_shape, 1))(tile)
    for n_filters, size, dropout in ((32, 5, 0.1), (64, 3, 0.2), (128, 2, 0.3), (256, 2, 0.4)):
        x = layers.Conv2D(n_filters, size, activation="relu")(x)
        x = layers.MaxPooling2D(2)(x)
        x = layers.Dropout(dropout)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(50, activation="relu")(x)
    x = layers.Dropout(0.5)(x)
    x = layers.Dense(EMBEDDING_UNITS, activation="relu", dtype="float32", name="embedding")(x)
    score = layers.Dense(n_scores, activation="sigmoid", dtype="float32", name="score")(x)
    return keras.Model(tile, score)
