"""What a system is worth on soundtracks it has not heard: by genre, by tile and averaged over the track.

Calibrations and thresholds of a fold come from the other folds' answers, see `evidence.answer_held_out`, so
every system and baseline is measured in the same way, and no figure on what was learned from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit
from sklearn.metrics import f1_score

from tagger_app.genres import GENRES
from trainer.evaluation.evidence import answer_held_out, trained_columns
from trainer.learning.cross_validation import PARTS, learned_for
from trainer.learning.systems import Answers
from trainer.metrics import Interval, RankingFigures, macro, pr_auc, rank_genres, roc_auc, with_interval
from trainer.tiles.dataset import Booleans, Dataset

Doubles = npt.NDArray[np.float64]

_BETA = 1.0
"""Thresholds maximise F1, which is what the paper's tables compare."""
_N_BINS = 10


@dataclass(frozen=True)
class GenreFigures:
    """One genre, averaged over the track: F1 at a threshold of other folds, and areas under the curves."""

    genre: str
    f1: float
    roc_auc: float
    pr_auc: float


@dataclass(frozen=True)
class Evaluation:
    """One system beside which others can be laid.

    Attributes
    ----------
    name : of the system
    genres : figures by track of each genre that could be tried
    macro_roc_auc, macro_pr_auc : means over those genres by track, with 95 % intervals over soundtracks
    micro_roc_auc, micro_pr_auc : over all pairs of track and genre
    by_track, by_tile : ranking of genres
    calibration_before, calibration_after : expected calibration error of the bare mean logits and of the fits
    took_s : seconds that its networks were trained for; 0 for a baseline
    """

    name: str
    genres: list[GenreFigures]
    macro_roc_auc: Interval
    macro_pr_auc: Interval
    micro_roc_auc: float
    micro_pr_auc: float
    by_track: RankingFigures
    by_tile: RankingFigures | None
    calibration_before: float
    calibration_after: float
    took_s: float


def evaluate(
    name: str, dataset: Dataset, answers: Answers, folds: npt.NDArray[np.int64], weights: Doubles, seed: int
) -> Evaluation:
    """Measure the answers of a system.

    Parameters
    ----------
    folds : of each track, int64 [shape=(n_tracks,)]: what calibrations are held out by; with those of `official_folds`
        the test part is measured, and calibrated on the validation part
    weights : of each track in the calibration, float64 [shape=(n_tracks,)]
    """
    took_s = sum(part.took_s for part in answers.parts)
    doubt = None if np.isnan(answers.doubt).all() else answers.doubt
    return _measure(name, dataset, answers.track_logits, answers.tile_logits, folds, weights, seed, took_s, doubt)


def evaluate_scores(
    name: str, dataset: Dataset, scores: Doubles, folds: npt.NDArray[np.int64], weights: Doubles, seed: int
) -> Evaluation:
    """Measure a baseline's probabilities by track, float64 [shape=(n_tracks, 10)]; NaN where it has none."""
    logits = logit(np.clip(scores, 1e-6, 1 - 1e-6))
    return _measure(name, dataset, logits, None, folds, weights, seed, 0.0)


def prevalence_scores(dataset: Dataset, folds: npt.NDArray[np.int64], columns: Sequence[int]) -> Doubles:
    """The constant answer: how frequent each genre is in what is learned from, float64 [shape=(n_tracks, 10)]."""
    scores = np.full(dataset.labels.shape, np.nan)
    for fold in np.unique(folds):
        frequent = dataset.labels[learned_for(folds, fold)].mean(axis=0)
        scores[np.flatnonzero(folds == fold)[:, np.newaxis], columns] = frequent[columns]
    return scores


def calibration_error(y_true: Booleans, fits: Doubles) -> float:
    """Expected calibration error: mean distance of fit and share of positives over ten equal bins, weighed by size.

    Naeini, Cooper and Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian Binning" (2015).
    """
    bins = np.minimum((fits * _N_BINS).astype(int), _N_BINS - 1)
    distances = [abs(fits[bins == b].mean() - y_true[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins)]
    return float(np.sum(distances))


def _measure(
    name: str,
    dataset: Dataset,
    track_logits: Doubles,
    tile_logits: npt.NDArray[np.float32] | None,
    folds: npt.NDArray[np.int64],
    weights: Doubles,
    seed: int,
    took_s: float,
    doubt: Doubles | None = None,
) -> Evaluation:
    asked = folds >= 0
    is_measured = np.ones(len(folds), np.bool_) if asked.all() else folds[asked] == PARTS["test"]
    if tile_logits is not None:
        tile_logits = tile_logits[asked[dataset.owner]]
    dataset, folds, weights = dataset.subset(np.flatnonzero(asked)), folds[asked], weights[asked]
    track_logits, doubt = track_logits[asked], None if doubt is None else doubt[asked]
    columns = trained_columns(track_logits)
    held_out = answer_held_out(dataset, track_logits, folds, weights, _BETA, doubt)
    told = dataset.fully_known(columns) & is_measured
    y_true, fits = dataset.labels[told][:, columns], held_out.fits[told][:, columns]
    assigned, soundtracks = held_out.assigned[told][:, columns], dataset.soundtracks[told]
    genres = [
        GenreFigures(
            genre=GENRES[column],
            f1=float(f1_score(y_true[:, place], assigned[:, place], zero_division=0.0)),
            roc_auc=roc_auc(y_true[:, place], fits[:, place]),
            pr_auc=pr_auc(y_true[:, place], fits[:, place]),
        )
        for place, column in enumerate(columns)
    ]
    by_tile = None
    if tile_logits is not None:
        tile_told = told[dataset.owner]
        by_tile = rank_genres(
            dataset.labels[dataset.owner[tile_told]][:, columns],
            tile_logits[tile_told][:, columns].astype(np.float64),
        )
    bare = np.asarray(expit(track_logits[told][:, columns]))
    return Evaluation(
        name=name,
        genres=genres,
        macro_roc_auc=with_interval(macro(roc_auc), y_true, fits, soundtracks, seed),
        macro_pr_auc=with_interval(macro(pr_auc), y_true, fits, soundtracks, seed),
        micro_roc_auc=roc_auc(y_true.ravel(), fits.ravel()),
        micro_pr_auc=pr_auc(y_true.ravel(), fits.ravel()),
        by_track=rank_genres(y_true, fits),
        by_tile=by_tile,
        calibration_before=_mean_error(y_true, bare),
        calibration_after=_mean_error(y_true, fits),
        took_s=took_s,
    )


def _mean_error(y_true: Booleans, fits: Doubles) -> float:
    return float(np.mean([calibration_error(y_true[:, place], fits[:, place]) for place in range(fits.shape[1])]))
