"""The comparison that `tagger_app.features.spec.FeatureSpec` was frozen by: windows and standardisations, side by side.

A stand-in for the ensemble, to be done in minutes: one network of the paper's layers with ten logistic outputs, trained
alike for each choice and measured on soundtracks it has not heard.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import keras
import numpy as np

from tagger_app.features.spec import FeatureSpec
from tagger_app.genres import GENRES
from trainer.corpora.tracks import CorpusTrack
from trainer.learning.cross_validation import folds_of, tile_weights, track_means, trainable_genres
from trainer.learning.network import build_member
from trainer.metrics import pr_auc, roc_auc
from trainer.settings import TrainingSettings
from trainer.tiles.cache import TileCache
from trainer.tiles.dataset import Dataset, load_dataset

CHOICES: tuple[tuple[str, Literal["corpus", "track"]], ...] = (
    ("boxcar", "corpus"),
    ("hamming", "corpus"),
    ("hann", "corpus"),
    ("hann", "track"),
)
"""Windows, and what a coefficient is centred on; see `Standardisation`."""

_EPOCHS = 10
_TILES_PER_TRACK = 6


@dataclass(frozen=True)
class ComparedFeatures:
    """One choice, measured on held-out tracks: macro averages over the trainable genres, by fold, then averaged.

    `roc_auc_cues` is over production music alone, which is labelled by what it is for.
    """

    window: str
    centre: str
    roc_auc: float
    pr_auc: float
    roc_auc_cues: float


def compare_features(
    tiles: Path, corpus: Sequence[CorpusTrack], settings: TrainingSettings
) -> Iterator[ComparedFeatures]:
    """Measure every choice. The tile cache must be filled for each window.

    Parameters
    ----------
    tiles : folder of the tile caches
    """
    for window, centre in CHOICES:
        yield _measure(load_dataset(TileCache(tiles, FeatureSpec(window=window)), corpus), settings, window, centre)


def _measure(
    dataset: Dataset, settings: TrainingSettings, window: str, centre: Literal["corpus", "track"]
) -> ComparedFeatures:
    folds = folds_of(dataset, settings)
    genres = [GENRES.index(genre) for genre, reason in trainable_genres(dataset, settings).items() if not reason]
    weights = tile_weights(dataset, settings)
    spread = dataset.spread_tiles(_TILES_PER_TRACK)
    labels = dataset.labels[:, genres]
    figures = []
    for fold in range(settings.folds):
        training = folds != fold
        tiles = dataset.standardised(dataset.fit_standardisation(training, centre))
        learned, held = training[dataset.owner] & spread, ~training[dataset.owner] & spread
        keras.utils.set_random_seed(settings.seed + fold)
        keras.mixed_precision.set_dtype_policy(settings.precision)
        network = build_member(tiles.shape[1:], len(genres))
        n_steps = -(-int(learned.sum()) // settings.batch_tiles) * _EPOCHS
        decay = keras.optimizers.schedules.PolynomialDecay(settings.learning_rate, n_steps, 0.0)
        network.compile(keras.optimizers.Adam(decay), loss="binary_crossentropy", weighted_metrics=[])
        targets = labels[dataset.owner[learned]].astype(np.float32)
        network.fit(
            tiles[learned],
            targets,
            sample_weight=weights[learned],
            batch_size=settings.batch_tiles,
            epochs=_EPOCHS,
            verbose=0,
        )
        probabilities = network.predict(tiles[held], batch_size=256, verbose=0).clip(1e-4, 1 - 1e-4)
        scores = np.zeros((len(dataset.owner), len(genres)), dtype=np.float32)
        scores[held] = np.log(probabilities / (1 - probabilities))
        means = track_means(dataset, scores)
        cues = ~training & dataset.is_cue
        columns = range(len(genres))
        figures.append(
            [
                np.nanmean([roc_auc(labels[~training, g], means[~training, g]) for g in columns]),
                np.nanmean([pr_auc(labels[~training, g], means[~training, g]) for g in columns]),
                np.nanmean([roc_auc(labels[cues, g], means[cues, g]) for g in columns]),
            ]
        )
    roc, pr, roc_cues = np.mean(figures, axis=0)
    return ComparedFeatures(window, centre, float(roc), float(pr), float(roc_cues))
