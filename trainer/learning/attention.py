"""Scores of a track from several of its tiles, pooled by learned attention.

Each genre weighs the tiles by a softmax over them, from the last hidden layer, and its logit is the weighted sum of the
tiles' logits (attention-based multiple instance learning; Ilse et al. 2018, Kong et al. 2019).
"""

from __future__ import annotations

from collections.abc import Sequence

import keras
import numpy as np
import numpy.typing as npt
from keras import layers

from tagger_app.features.mfcc import Floats
from trainer.tiles.dataset import Booleans
from trainer.tiles.standardised import StandardisedTiles

Indices = npt.NDArray[np.int64]


def build_attention(network: keras.Model, n_tiles: int) -> tuple[keras.Model, keras.Model]:
    """The network of a track and the network of a tile, which share all of their parameters.

    Parameters
    ----------
    network : multi-label network of one tile, as `trainer.learning.network.build_network` makes it; its hidden layers
        are shared, and trained

    Returns
    -------
    Model from float32 [shape=(batch, n_tiles, n_mfcc, n_frames)] to scores, float32 [shape=(batch, n_scores)], and
    model from float32 [shape=(batch, n_mfcc, n_frames)] to each tile's logits and attention, both float32
    [shape=(batch, n_scores)]; `pool_by_attention` puts the tiles of a track of any length together.
    """
    hidden = keras.Model(network.input, network.get_layer("embedding").output)
    n_scores = network.output.shape[-1]
    to_logits = layers.Dense(n_scores, dtype="float32", name="logits")
    to_attention = layers.Dense(n_scores, dtype="float32", name="attention")
    tiles = keras.Input((n_tiles, *network.input.shape[1:]), name="tiles")
    heard = layers.TimeDistributed(hidden)(tiles)
    weights = keras.ops.softmax(to_attention(heard), axis=1)
    pooled = keras.ops.sum(to_logits(heard) * weights, axis=1)
    track = keras.Model(tiles, layers.Activation("sigmoid", dtype="float32")(pooled))
    heard_tile = hidden(network.input)
    return track, keras.Model(network.input, [to_logits(heard_tile), to_attention(heard_tile)])


def restore_tile_network(network: keras.Model, weights: Sequence[Floats], n_tiles: int) -> None:
    """Give a network of one tile what a network of a track has learned; its scores are the tile's own logits'.

    Parameters
    ----------
    network : as for `build_attention`
    weights : parameters of the track's network, in the order of `keras.Model.get_weights`
    """
    track_network, tile_network = build_attention(network, n_tiles)
    track_network.set_weights(weights)
    network.get_layer("score").set_weights(tile_network.get_layer("logits").get_weights())


def gather_tracks(owner: Indices, chosen: Booleans, n_tiles: int) -> Indices:
    """The tiles of each track that has some chosen ones, int64 [shape=(n_tracks, n_tiles)], repeated if fewer."""
    tracks = np.unique(owner[chosen])
    places = [np.resize(np.flatnonzero(chosen & (owner == track)), n_tiles) for track in tracks]
    return np.array(places, dtype=np.int64).reshape(len(tracks), n_tiles)


def answer_tracks(
    network: keras.Model, tiles: StandardisedTiles, chosen: Indices, owner: Indices, n_scores: int
) -> tuple[Floats, Floats]:
    """What the network of a tile says of some tiles, and what that makes of their tracks.

    Returns
    -------
    Logits of the tiles, float32 [shape=(n_chosen, n_scores)], and of their tracks, in order, float32
    [shape=(n_tracks, n_scores)].
    """
    if not len(chosen):
        return np.zeros((0, n_scores), np.float32), np.zeros((0, n_scores), np.float32)
    heard = [network.predict(chunk, batch_size=256, verbose=0) for chunk in tiles.chunks(chosen)]
    logits, attention = (np.concatenate([chunk[output] for chunk in heard]) for output in (0, 1))
    own = owner[chosen]
    pooled = [pool_by_attention(logits[own == track], attention[own == track]) for track in np.unique(own)]
    return logits, np.array(pooled, np.float32)


def pool_by_attention(logits: Floats, attention: Floats) -> Floats:
    """Logits of a track, float32 [shape=(n_scores,)], from those of its tiles, float32 [shape=(n_tiles, n_scores)]."""
    weights = np.exp(attention - attention.max(axis=0))
    return np.asarray((weights * logits).sum(axis=0) / weights.sum(axis=0), dtype=np.float32)
