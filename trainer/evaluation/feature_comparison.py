"""The comparison that `tagger_app.features.spec.FeatureSpec` was frozen by: windows and standardisations, side by side.

A stand-in for the ensemble, to be done in minutes: one network of the paper's layers with ten logistic outputs, trained
alike for each choice and measured on soundtracks it has not heard.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from tagger_app.features.spec import FeatureSpec
from tagger_app.genres import GENRES
from trainer.corpora.tracks import CorpusTrack
from trainer.learning.cross_validation import folds_of
from trainer.learning.systems import System
from trainer.metrics import pr_auc, roc_auc
from trainer.settings import AugmentationSettings, SystemSettings, TrainingSettings
from trainer.tiles.cache import TileCache
from trainer.tiles.dataset import load_dataset

CHOICES: tuple[tuple[str, Literal["corpus", "track"]], ...] = (
    ("boxcar", "corpus"),
    ("hamming", "corpus"),
    ("hann", "corpus"),
    ("hann", "track"),
)
"""Windows, and what a coefficient is centred on; see `Standardisation`."""


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
    tiles: Path, corpus: Sequence[CorpusTrack], settings: TrainingSettings, work: Path
) -> Iterator[ComparedFeatures]:
    """Measure every choice, with one multi-label network a fold. The tile cache must be filled for each window.

    Parameters
    ----------
    tiles : folder of the tile caches
    work : folder for the networks
    """
    for window, centre in CHOICES:
        dataset = load_dataset(TileCache(tiles, FeatureSpec(window=window)), corpus)
        folder = work / f"{window}-{centre}"
        system = System(dataset, settings, SystemSettings(targets="multilabel"), AugmentationSettings(), folder, centre)
        yield _measure(system, window, centre)


def _measure(system: System, window: str, centre: str) -> ComparedFeatures:
    dataset = system.dataset
    logits = system.gather(list(system.train())).track_logits
    folds = folds_of(dataset, system.training)
    columns = [GENRES.index(genre) for genre in system.genres]
    figures = []
    for fold in range(system.training.folds):
        held, cues = folds == fold, (folds == fold) & dataset.is_cue
        areas = [(roc_auc, held), (pr_auc, held), (roc_auc, cues)]
        figures.append(
            [
                np.nanmean([area(dataset.labels[tracks, column], logits[tracks, column]) for column in columns])
                for area, tracks in areas
            ]
        )
    roc, pr, roc_cues = np.mean(figures, axis=0)
    return ComparedFeatures(window, centre, float(roc), float(pr), float(roc_cues))
