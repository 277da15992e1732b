"""Metrics over tracks, with intervals by bootstrap over soundtracks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata
from sklearn.metrics import coverage_error, label_ranking_average_precision_score

Booleans = npt.NDArray[np.bool_]
Doubles = npt.NDArray[np.float64]
Metric = Callable[[Booleans, Doubles], float]


@dataclass(frozen=True)
class Interval:
    """A figure and its 95 % interval."""

    value: float
    low: float
    high: float


def roc_auc(y_true: Booleans, y_score: Doubles) -> float:
    """Area under the ROC curve, by ranks (Mann and Whitney 1947); NaN where only one class is there.

    Equal to scikit-learn's, which takes fifteen times as long, most of it to look at what it is given; an interval
    asks thousands of times.
    """
    n_positive = int(y_true.sum())
    n_negative = len(y_true) - n_positive
    if not n_positive or not n_negative:
        return float("nan")
    above = rankdata(y_score)[y_true].sum() - n_positive * (n_positive + 1) / 2
    return float(above / (n_positive * n_negative))


def pr_auc(y_true: Booleans, y_score: Doubles) -> float:
    """Area under the precision-recall curve as average precision, equal to scikit-learn's; NaN without positives."""
    if not y_true.any():
        return float("nan")
    order = np.argsort(-y_score, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(y_score[order])), len(order) - 1)  # equal scores are found together
    found = np.cumsum(y_true[order])[ends]
    gained = np.diff(found, prepend=0)
    return float((gained * found / (ends + 1)).sum() / found[-1])


def macro(metric: Metric) -> Metric:
    """The mean of a metric over the columns, those left out for which it isn't defined; NaN where none is left."""

    def mean(y_true: Booleans, y_score: Doubles) -> float:
        values = [metric(y_true[:, column], y_score[:, column]) for column in range(y_true.shape[1])]
        defined = [value for value in values if not np.isnan(value)]
        return float(np.mean(defined)) if defined else float("nan")

    return mean


def with_interval(
    metric: Metric,
    y_true: Booleans,
    y_score: Doubles,
    soundtracks: npt.NDArray[np.str_],
    seed: int,
    n_draws: int = 1000,
) -> Interval:
    """A metric with its percentile bootstrap interval over soundtracks.

    Whole soundtracks are drawn, because tracks of one soundtrack share composer, sound and labels (the cluster
    bootstrap; Field and Welsh 2007). Draws that hold only one class are left out.

    Parameters
    ----------
    y_true : bool [shape=(n_tracks, ...)]
    y_score : float64 [shape=(n_tracks, ...)]
    soundtracks : name of the soundtrack of each track
    """
    rng = np.random.default_rng(seed)
    members = [np.flatnonzero(soundtracks == name) for name in np.unique(soundtracks)]
    values = []
    for _ in range(n_draws):
        drawn = np.concatenate([members[index] for index in rng.integers(len(members), size=len(members))])
        if not np.isnan(value := metric(y_true[drawn], y_score[drawn])):
            values.append(value)
    low, high = np.percentile(values, [2.5, 97.5])
    return Interval(metric(y_true, y_score), float(low), float(high))


@dataclass(frozen=True)
class RankingFigures:
    """How well genres are ranked within tracks.

    `lrap` is label ranking average precision, `coverage` the coverage error (how far down the ranking one has to go to
    have all genres of a track), both as in Tsoumakas et al. (2010), over tracks that have a genre; `coverage_best` is
    the mean number of genres a track, which no ranking can go below.
    """

    lrap: float
    coverage: float
    coverage_best: float


def rank_genres(y_true: Booleans, y_score: Doubles) -> RankingFigures:
    """Ranking figures of scores, bool and float64 [shape=(n_tracks, n_genres)], over tracks with at least one genre."""
    labelled = y_true.any(axis=1)
    return RankingFigures(
        lrap=float(label_ranking_average_precision_score(y_true[labelled], y_score[labelled])),
        coverage=float(coverage_error(y_true[labelled], y_score[labelled])),
        coverage_best=float(y_true[labelled].sum(axis=1).mean()),
    )
