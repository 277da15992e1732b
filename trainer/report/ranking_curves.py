"""ROC curves, and precision over recall, of each genre."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from markupsafe import Markup
from sklearn.metrics import precision_recall_curve, roc_curve

from tagger_app.genres import GENRES, genre_key
from trainer.metrics import Booleans, Metric, pr_auc, roc_auc, with_interval
from trainer.report.material import Material
from trainer.report.page import Passage, Picture, Section, Table
from trainer.report.plots import Curve, plot_precision, plot_roc, shown

Doubles = npt.NDArray[np.float64]


def show_ranking(material: Material) -> Section:
    """A panel and a row a genre for each kind of curve, the baselines in each."""
    return Section(
        "ranking",
        "ROC and precision",
        [
            _show_curves(
                material,
                "ROC curves",
                "Of a track with a genre and one without it, ROC-AUC is how often the one with it has the higher fit. "
                "All on soundtracks not heard, by track. Curves and intervals pool the folds, and so also count how "
                "well calibrations of other folds carry over; the mean of the folds' own areas doesn't (Forman and "
                "Scholz 2010).",
                "ROC-AUC",
                roc_auc,
                lambda positive: 0.5,
                _plot_roc,
            ),
            _show_curves(
                material,
                "Precision over recall",
                "How much of what is found is right, the further down the list of fits one goes. PR-AUC is average "
                "precision.",
                "PR-AUC",
                pr_auc,
                lambda positive: float(positive.mean()),
                _plot_precision,
            ),
        ],
    )


def _plot_roc(genre: str, positive: Booleans, scores: dict[str, Doubles]) -> Markup:
    curves = {name: (roc_points(positive, fits), roc_auc(positive, fits)) for name, fits in scores.items()}
    return plot_roc(genre, curves, f"roc-{genre_key(genre)}")


def _plot_precision(genre: str, positive: Booleans, scores: dict[str, Doubles]) -> Markup:
    curves = {name: (precision_points(positive, fits), pr_auc(positive, fits)) for name, fits in scores.items()}
    return plot_precision(genre, curves, float(positive.mean()), f"precision-{genre_key(genre)}")


def _show_curves(
    material: Material,
    title: str,
    words: str,
    area: str,
    metric: Metric,
    constant: Callable[[Booleans], float],
    plot: Callable[[str, Booleans, dict[str, Doubles]], Markup],
) -> Passage:
    """Panels and a table; `constant` is the area of an answer that never changes."""
    pictures, rows = [], []
    for column in material.columns:
        genre = GENRES[column]
        chosen, positive = material.asked(column)
        scores = {
            "network": material.held_out.fits[chosen, column],
            "regression": material.regression.fits[chosen, column],
        }
        pictures.append(Picture(genre, plot(genre, positive, scores)))
        soundtracks, folds = material.dataset.soundtracks[chosen], material.ground.folds[chosen]
        interval = with_interval(metric, positive, scores["network"], soundtracks, material.ground.seed)
        rows.append(
            [
                genre,
                str(int(positive.sum())),
                str(len(np.unique(soundtracks[positive]))),
                shown(interval),
                f"{metric(positive, scores['regression']):.3f}",
                f"{constant(positive):.3f}",
                *(f"{mean_of_folds(metric, positive, fits, folds):.3f}" for fits in scores.values()),
            ]
        )
    head = [
        "genre", "tracks", "of soundtracks", area, "regression", "prevalence", "mean of folds", "regression's",
    ]  # fmt: skip
    caption = f"{area} by genre with 95 % intervals, bootstrap over soundtracks."
    return Passage(title, [words], pictures, [Table(caption, head, rows)])


def mean_of_folds(metric: Metric, positive: Booleans, scores: Doubles, folds: npt.NDArray[np.int64]) -> float:
    """The mean of a metric within each fold, those left out where it isn't defined."""
    values = [metric(positive[folds == fold], scores[folds == fold]) for fold in np.unique(folds)]
    defined = [value for value in values if not np.isnan(value)]
    return float(np.mean(defined)) if defined else float("nan")


def roc_points(positive: Booleans, fits: Doubles) -> Curve:
    """Share of false positives, and of true ones."""
    false, true, _ = roc_curve(positive, fits)
    return false, true


def precision_points(positive: Booleans, fits: Doubles) -> Curve:
    """Recall and precision, from the first track found."""
    precision, recall, _ = precision_recall_curve(positive, fits)
    # The last point is (0, 1) by definition and belongs to no track.
    return recall[:-1][::-1], precision[:-1][::-1]
