"""Evidence: what a bundle's fits are worth on soundtracks that its members have not heard.

Calibration and threshold of a fold come from the other folds' out-of-fold logits, so no figure is measured on a track
that took any part in what is measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tagger_app.ensemble.manifest import Evidence, FitBand, Ranking
from tagger_app.genres import GENRES, N_GENRES
from trainer.evaluation.calibration import Calibration, calibrate
from trainer.metrics import Interval, pr_auc, rank_genres, roc_auc, with_interval
from trainer.tiles.dataset import Booleans, Dataset

Doubles = npt.NDArray[np.float64]

_N_BANDS = 5
_UNPROVEN = (
    "may be no better than chance on soundtracks it hasn't heard: ROC-AUC {:.2f}, 95 % interval {:.2f} to {:.2f}"
)


@dataclass(frozen=True)
class HeldOut:
    """Held-out answers for every track; columns of untrained genres are NaN or false.

    Attributes
    ----------
    fits : float64 [shape=(n_tracks, 10)]
    assigned : bool [shape=(n_tracks, 10)]
    prevalence : share of each genre in the other folds, the constant answer: float64 [shape=(n_tracks, 10)]
    """

    fits: Doubles
    assigned: Booleans
    prevalence: Doubles


def answer_held_out(
    dataset: Dataset,
    mean_logits: Doubles,
    folds: npt.NDArray[np.int64],
    weights: Doubles,
    beta: float,
    doubt: Doubles | None = None,
) -> HeldOut:
    """Calibrate each fold on the others and answer for it.

    Parameters
    ----------
    mean_logits : float64 [shape=(n_tracks, 10)], out of fold; NaN in the columns of untrained genres
    folds : int64 [shape=(n_tracks,)]
    weights : float64 [shape=(n_tracks,)], of the tracks in the calibration
    beta : see `calibrate`
    doubt : deviations between members, float64 [shape=(n_tracks, 10)]; None where each genre has one
    """
    fits = np.full(mean_logits.shape, np.nan)
    assigned = np.zeros(mean_logits.shape, dtype=np.bool_)
    prevalence = np.zeros(mean_logits.shape)
    for fold in np.unique(folds):
        here, others = folds == fold, folds != fold
        prevalence[here] = dataset.labels[others].sum(axis=0) / dataset.known[others].sum(axis=0)
        for genre in trained_columns(mean_logits):
            told = others & dataset.known[:, genre]
            doubted = [None, None] if doubt is None else [doubt[told, genre], doubt[here, genre]]
            calibration = calibrate(
                mean_logits[told, genre], dataset.labels[told, genre], weights[told], beta, doubted[0]
            )
            fits[here, genre] = calibration.fits(mean_logits[here, genre], doubted[1])
            assigned[here, genre] = fits[here, genre] >= calibration.threshold
    return HeldOut(fits, assigned, prevalence)


def calibrate_all(
    dataset: Dataset, mean_logits: Doubles, weights: Doubles, beta: float, doubt: Doubles | None = None
) -> dict[str, Calibration]:
    """Calibration of each trained genre on all out-of-fold logits: what the bundle gets."""
    calibrations = {}
    for genre in trained_columns(mean_logits):
        told = dataset.known[:, genre]
        calibrations[GENRES[genre]] = calibrate(
            mean_logits[told, genre], dataset.labels[told, genre], weights[told], beta,
            None if doubt is None else doubt[told, genre],
        )  # fmt: skip
    return calibrations


def gather_evidence(dataset: Dataset, held_out: HeldOut, untrained: dict[str, str], seed: int) -> list[Evidence]:
    """Held-out figures of each genre.

    A genre is also untrained if its members may be no better than chance: where the interval of its ROC-AUC reaches
    down to 0.5. Its figures are given all the same.
    """
    entries = []
    for index, genre in enumerate(GENRES):
        told = dataset.known[:, index]
        positive, soundtracks = dataset.labels[told, index], dataset.soundtracks[told]
        n_tracks, n_soundtracks = int(positive.sum()), len(np.unique(soundtracks[positive]))
        if reason := untrained[genre]:
            entries.append(
                Evidence(genre=genre, training_tracks=n_tracks, training_soundtracks=n_soundtracks, untrained=reason)
            )
            continue
        fits, assigned = held_out.fits[told, index], held_out.assigned[told, index]
        right = int((assigned & positive).sum())
        precision = right / assigned.sum() if assigned.any() else None
        recall = right / n_tracks
        roc = with_interval(roc_auc, positive, fits, soundtracks, seed)
        area = with_interval(pr_auc, positive, fits, soundtracks, seed)
        bounds = _bounds(roc)
        entries.append(
            Evidence(
                genre=genre,
                training_tracks=n_tracks,
                training_soundtracks=n_soundtracks,
                untrained="" if bounds[0] > 0.5 else _UNPROVEN.format(roc.value, *bounds),
                held_out_tracks=len(positive),
                prevalence=_rounded(positive.mean()),
                precision=None if precision is None else _rounded(precision),
                recall=_rounded(recall),
                f1=_rounded(2 * right / (assigned.sum() + n_tracks)),
                roc_auc=_rounded(roc.value),
                roc_auc_interval=bounds,
                pr_auc=_rounded(area.value),
                pr_auc_interval=_bounds(area),
                bands=_bands(fits, positive),
            )
        )
    return entries


def _bands(fits: Doubles, positive: Booleans) -> list[FitBand]:
    """What fits of each fifth meant."""
    bands = np.minimum((fits * _N_BANDS).astype(int), _N_BANDS - 1)
    return [
        FitBand(
            low=band / _N_BANDS,
            high=(band + 1) / _N_BANDS,
            tracks=int((bands == band).sum()),
            right=int(positive[bands == band].sum()),
        )
        for band in range(_N_BANDS)
    ]


def gather_ranking(dataset: Dataset, held_out: HeldOut, genres: Sequence[str]) -> Ranking:
    """How well these genres are ranked within held-out tracks, beside the ranking by prevalence alone."""
    trained = [GENRES.index(genre) for genre in genres]
    told = dataset.fully_known(trained)
    labels = dataset.labels[told][:, trained]
    ours = rank_genres(labels, held_out.fits[told][:, trained])
    constant = rank_genres(labels, held_out.prevalence[told][:, trained])
    return Ranking(
        tracks=int(labels.any(axis=1).sum()),
        lrap=_rounded(ours.lrap),
        lrap_prevalence=_rounded(constant.lrap),
        coverage_error=_rounded(ours.coverage),
        coverage_error_prevalence=_rounded(constant.coverage),
        coverage_error_best=_rounded(ours.coverage_best),
    )


def trained_columns(values: Doubles) -> list[int]:
    """Genres that have values."""
    return [genre for genre in range(N_GENRES) if not np.isnan(values[:, genre]).any()]


def _rounded(value: float | np.floating[npt.NBitBase]) -> float:
    return round(float(value), 4)


def _bounds(interval: Interval) -> tuple[float, float]:
    return (_rounded(interval.low), _rounded(interval.high))
