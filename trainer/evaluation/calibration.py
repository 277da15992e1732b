"""Calibration of mean logits by genre, and the threshold above which a genre is assigned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, precision_recall_curve

Booleans = npt.NDArray[np.bool_]
Doubles = npt.NDArray[np.float64]

_SMALLEST_SLOPE = 1e-3
"""A member that ranks no better than chance gets a flat, but not a reversed, calibration."""
_LEAST_ASSIGNED = 5


_CAUTIONS = (0.0, 0.5, 1.0, 2.0)
"""Tried where a genre has several members; 0 does without."""


@dataclass(frozen=True)
class Calibration:
    """From mean logits to fits, see `tagger_app.ensemble.manifest.CalibrationEntry`."""

    slope: float
    offset: float
    threshold: float
    caution: float = 0.0

    def fits(self, mean_logits: Doubles, doubt: Doubles | None = None) -> Doubles:
        """Calibrated fits, float64 [shape=(n_tracks,)], of mean logits and the deviations between members."""
        cautious = mean_logits if doubt is None else mean_logits - self.caution * doubt
        return np.asarray(expit(self.slope * cautious + self.offset))


def calibrate(
    mean_logits: Doubles, positive: Booleans, weights: Doubles, beta: float, doubt: Doubles | None = None
) -> Calibration:
    """Calibrate a genre's members on tracks they have not been trained on (Platt 1999).

    Where there are several, caution is that of a few values with which the fits are likeliest.

    Parameters
    ----------
    mean_logits : float64 [shape=(n_tracks,)]
    positive : bool [shape=(n_tracks,)], with both values
    weights : float64 [shape=(n_tracks,)]
    beta : the threshold maximises F-beta; below 1, precision counts more than recall
    doubt : deviations between the members' mean logits, float64 [shape=(n_tracks,)]; None where there is one
    """
    best, least = Calibration(0.0, 0.0, 0.0), np.inf
    for caution in (0.0,) if doubt is None else _CAUTIONS:
        cautious = mean_logits if doubt is None else mean_logits - caution * doubt
        regression = LogisticRegression(C=1e3).fit(cautious[:, np.newaxis], positive, sample_weight=weights)
        slope = max(float(regression.coef_[0, 0]), _SMALLEST_SLOPE)
        offset = float(regression.intercept_[0])
        fits = np.asarray(expit(slope * cautious + offset))
        loss = log_loss(positive, fits, sample_weight=weights)
        if loss < least:
            best, least = Calibration(slope, offset, _best_threshold(fits, positive, weights, beta), caution), loss
    return best


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
