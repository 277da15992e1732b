"""What a network is asked: the targets and weights of tiles, from the labels of their tracks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tagger_app.features.mfcc import Floats
from tagger_app.genres import GENRES
from trainer.learning.parts import Part
from trainer.settings import SystemSettings
from trainer.tiles.dataset import Booleans, Dataset


@dataclass(frozen=True)
class Targets:
    """Of all tiles of a data set.

    Attributes
    ----------
    values : float32 [shape=(n_tiles, n_scores)]
    weights : float32 [shape=(n_tiles,)], in the loss
    usable : bool [shape=(n_tiles,)], tiles whose labels say what is asked
    """

    values: Floats
    weights: Floats
    usable: Booleans


def targets_of(
    part: Part, dataset: Dataset, system: SystemSettings, columns: list[int], weights: Floats, rng: np.random.Generator
) -> Targets:
    """The targets of one network.

    Parameters
    ----------
    columns : genres that the system is trained for, as indices into `GENRES`
    weights : float32 [shape=(n_tiles,)], of the tiles by where they come from
    """
    owner = dataset.owner
    if part.genre:
        genre = GENRES.index(part.genre)
        values = dataset.labels[owner][:, [genre]].astype(np.float32)
        return Targets(values, weights, dataset.known[owner, genre])
    labels, known = dataset.labels[owner][:, columns], dataset.fully_known(columns)[owner]
    if system.targets == "multilabel":
        return Targets(labels.astype(np.float32), weights, known)
    # One label a tile, drawn from the track's; classes count alike, as the paper's balanced sample made them.
    drawn = np.argmax(labels * rng.random(labels.shape), axis=1)
    usable = labels.any(axis=1) & known
    values = np.eye(labels.shape[1], dtype=np.float32)[drawn]
    frequency = values[usable].mean(axis=0)
    balanced = weights / (len(frequency) * frequency[drawn])
    return Targets(values, balanced.astype(np.float32), usable)
