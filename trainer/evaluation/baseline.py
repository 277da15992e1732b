"""The second baseline: logistic regression on means and deviations of the coefficients over a track."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from trainer.learning.cross_validation import learned_for
from trainer.tiles.dataset import Dataset

Doubles = npt.NDArray[np.float64]


def track_statistics(dataset: Dataset) -> Doubles:
    """Mean and deviation of each coefficient over each track, float64 [shape=(n_tracks, 2 n_mfcc)]."""
    rows = []
    for tiles in dataset.tiles:
        frames = tiles.astype(np.float64)
        rows.append(np.concatenate([frames.mean(axis=(0, 2)), frames.std(axis=(0, 2))]))
    return np.array(rows)


def out_of_fold_regression(
    dataset: Dataset, folds: npt.NDArray[np.int64], weights: Doubles, genres: list[int]
) -> Doubles:
    """Out-of-fold scores of the regressions, float64 [shape=(n_tracks, 10)]; NaN for genres not asked for.

    Parameters
    ----------
    folds : of each track, int64 [shape=(n_tracks,)], see `trainer.learning.cross_validation.learned_for`
    """
    statistics = track_statistics(dataset)
    scores = np.full(dataset.labels.shape, np.nan)
    for fold in np.unique(folds):
        here, others = folds == fold, learned_for(folds, fold)
        for genre in genres:
            regression = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=1000))
            regression.fit(
                statistics[others],
                dataset.labels[others, genre],
                logisticregression__sample_weight=weights[others],
            )
            scores[here, genre] = regression.predict_proba(statistics[here])[:, 1]
    return scores
