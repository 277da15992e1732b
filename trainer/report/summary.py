"""The first section: the system beside the baselines, and what it leads by."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trainer.evaluation.comparison import tabulate
from trainer.metrics import Booleans, Interval, Metric, macro, pr_auc, roc_auc, with_interval
from trainer.report.material import Material
from trainer.report.page import Passage, Picture, Section, Table
from trainer.report.plots import plot_intervals

Doubles = npt.NDArray[np.float64]


def summarise(material: Material) -> Section:
    """The figures of all systems, and the lead over the regression."""
    evaluations = material.evaluations
    areas = (
        ("macro ROC-AUC", [(entry.name, entry.macro_roc_auc) for entry in evaluations]),
        ("macro PR-AUC", [(entry.name, entry.macro_pr_auc) for entry in evaluations]),
    )
    head, *rows = tabulate(evaluations)
    leads = [
        f"{name} {_signed(measure_lead(material, metric))}"
        for name, metric in (("ROC-AUC", roc_auc), ("PR-AUC", pr_auc))
    ]
    return Section(
        "summary",
        "Beside the baselines",
        [
            Passage(
                paragraphs=[
                    f"Lead of {material.name} over logistic regression, paired, with its 95 % interval. "
                    f"Macro {'; macro '.join(leads)}. An interval that reaches below zero means that the lead may be "
                    "chance."
                ],
                pictures=[
                    Picture(f"{name}, with 95 % interval", plot_intervals(entries, name, f"summary-{place}"))
                    for place, (name, entries) in enumerate(areas)
                ],
                size="half",
                tables=[
                    Table(
                        "By track, on soundtracks not heard. PR-AUC is average precision; LRAP and coverage error "
                        "(best possible in brackets) rank the genres of a track; F1 is at thresholds of the other "
                        "folds; ECE is the expected calibration error of the bare scores and of the fits.",
                        head,
                        rows,
                    )
                ],
            )
        ],
    )


def measure_lead(material: Material, metric: Metric) -> Interval:
    """Macro metric of the system less that of the regression, on the same draws of soundtracks."""
    told, columns = material.told, material.columns
    n_genres = len(columns)
    fits = np.hstack([held_out.fits[told][:, columns] for held_out in (material.held_out, material.regression)])

    def lead(y_true: Booleans, y_score: Doubles) -> float:
        return macro(metric)(y_true, y_score[:, :n_genres]) - macro(metric)(y_true, y_score[:, n_genres:])

    dataset = material.dataset
    return with_interval(lead, dataset.labels[told][:, columns], fits, dataset.soundtracks[told], material.ground.seed)


def _signed(lead: Interval) -> str:
    return f"{lead.value:+.3f} ({lead.low:+.2f} to {lead.high:+.2f})"
