"""Calibration of mean logits by genre, and the threshold above which a genre is assigned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_curve

Booleans = npt.NDArray[np.bool_]
Doubles = npt.NDArray[np.float64]

_SMALLEST_SLOPE = 1e-3
"""A member that ranks no better than chance gets a flat, but not a reversed, calibration."""
_LEAST_ASSIGNED = 5


@dataclass(frozen=True)
class Calibration:
    """fit = 1 / (1 + exp(-(slope z + offset))) of a mean logit z; a genre is assigned from `threshold` up."""

    slope: float
    offset: float
    threshold: float

    def fits(self, mean_logits: Doubles) -> Doubles:
        """Calibrated fits of mean logits, float64 [shape=(n_tracks,)]."""
        return np.asarray(expit(self.slope * mean_logits + self.offset))


def calibrate(mean_logits: Doubles, positive: Booleans, weights: Doubles, beta: float) -> Calibration:
    """Calibrate a member on tracks it has not been trained on (Platt 1999).

    Parameters
    ----------
    mean_logits : float64 [shape=(n_tracks,)]
    positive : bool [shape=(n_tracks,)], with both values
    weights : float64 [shape=(n_tracks,)]
    beta : the threshold maximises F-beta; below 1, precision counts more than recall
    """
    regression = LogisticRegression(C=1e3).fit(mean_logits[:, np.newaxis], positive, sample_weight=weights)
    slope = max(float(regression.coef_[0, 0]), _SMALLEST_SLOPE)
    offset = float(regression.intercept_[0])
    fits = np.asarray(expit(slope * mean_logits + offset))
    return Calibration(slope, offset, _best_threshold(fits, positive, weights, beta))


def _best_threshold(fits: Doubles, positive: Booleans, weights: Doubles, beta: float) -> float:
    """The fit from which F-beta is largest, among those that at least five tracks reach; between two tracks' fits."""
    precision, recall, thresholds = precision_recall_curve(positive, fits, sample_weight=weights)
    precision, recall = precision[:-1], recall[:-1]
    with np.errstate(invalid="ignore", divide="ignore"):
        f_beta = np.nan_to_num((1 + beta**2) * precision * recall / (beta**2 * precision + recall))
    reached = len(fits) - np.searchsorted(np.sort(fits), thresholds, side="left")
    f_beta[reached < _LEAST_ASSIGNED] = -1.0
    best = int(np.argmax(f_beta))
    below = thresholds[best - 1] if best else 0.0
    return float((thresholds[best] + below) / 2)
