"""The report of a bundle, in Markdown: what was measured, with the baselines beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tagger_app.ensemble.manifest import Manifest
from tagger_app.genres import GENRES
from trainer.evaluation.evidence import HeldOut, trained_columns
from trainer.learning.members import ExportedMember
from trainer.learning.parts import PartAnswers
from trainer.metrics import pr_auc, rank_genres, roc_auc
from trainer.tiles.dataset import Dataset

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Measured:
    """Everything the report is written from.

    Attributes
    ----------
    networks : what those of all folds were trained like
    members : the same networks as they are exported, in the same order
    folds : int64 [shape=(n_tracks,)]
    tile_logits : out of fold, float32 [shape=(n_tiles, 10)]
    held_out : calibrated answers
    regression : out-of-fold scores of the logistic regression, float64 [shape=(n_tracks, 10)]
    """

    dataset: Dataset
    networks: Sequence[PartAnswers]
    members: Sequence[ExportedMember]
    folds: npt.NDArray[np.int64]
    tile_logits: npt.NDArray[np.float32]
    held_out: HeldOut
    regression: Doubles


def write_report(manifest: Manifest, measured: Measured) -> str:
    """The whole report."""
    sections = [
        f"# Bundle {manifest.id}\n",
        f"Made {manifest.training.created} by {manifest.training.trainer} from `{manifest.training.config}`, seed "
        f"{manifest.training.seed}. Feature spec {manifest.fingerprint}. All figures are on soundtracks that the "
        f"measured members had not heard: {len(np.unique(measured.folds))}-fold cross-validation over soundtracks; the "
        "members measured are the int8 ones, run by the application's code. Intervals are 95 %, bootstrap over "
        "soundtracks.\n",
        _corpus_section(manifest, measured.dataset),
        _genre_section(manifest),
        _band_section(manifest),
        _baseline_section(measured),
        _ranking_section(manifest, measured),
        _parity_section(measured),
        embedding_section(manifest),
    ]
    return "\n".join(sections)


def _corpus_section(manifest: Manifest, dataset: Dataset) -> str:
    rows = [
        [corpus.name, str(corpus.tracks), str(corpus.soundtracks), f"{corpus.hours:.1f}"] for corpus in manifest.corpora
    ]
    together = (
        f"{len(dataset.tracks)} tracks, {len(np.unique(dataset.soundtracks))} soundtracks, {len(dataset.owner)} tiles."
    )
    return "## Corpus\n\n" + _table(["source", "tracks", "soundtracks", "hours"], rows) + f"\n{together}\n"


def _genre_section(manifest: Manifest) -> str:
    thresholds = {entry.genre: entry.threshold for entry in manifest.calibrations}
    rows = []
    for entry in manifest.evidence:
        trained_on = [entry.genre, str(entry.training_tracks), str(entry.training_soundtracks)]
        if entry.roc_auc is None:
            rows.append([*trained_on, "", "untrained", "", "", "", "", ""])
            continue
        threshold = thresholds.get(entry.genre)
        rows.append(
            [
                *trained_on,
                _figure(entry.prevalence),
                "untrained" if threshold is None else f"{threshold:.2f}",
                _figure(entry.precision),
                _figure(entry.recall),
                _figure(entry.f1),
                f"{_figure(entry.roc_auc)} {_interval(entry.roc_auc_interval)}",
                f"{_figure(entry.pr_auc)} {_interval(entry.pr_auc_interval)}",
            ]
        )
    head = [
        "genre",
        "tracks",
        "soundtracks",
        "prevalence",
        "threshold",
        "precision",
        "recall",
        "F1",
        "ROC-AUC",
        "PR-AUC",
    ]
    note = (
        "Precision, recall and F1 at thresholds that were chosen on the other folds. Prevalence is the precision, and "
        "the PR-AUC, of an answer that knows no more than how frequent the genre is; its ROC-AUC is 0.5.\n"
    )
    reasons = "".join(
        f"- {entry.genre} is untrained: {entry.untrained}.\n" for entry in manifest.evidence if entry.untrained
    )
    return "## Genres, by track\n\n" + _table(head, rows) + "\n" + note + "\n" + reasons


def _baseline_section(measured: Measured) -> str:
    dataset, fits, regression = measured.dataset, measured.held_out.fits, measured.regression
    trained = trained_columns(fits)
    rows = []
    areas = []
    for genre in trained:
        positive = dataset.labels[:, genre]
        figures = [
            _within_folds(roc_auc, positive, fits[:, genre], measured.folds),
            _within_folds(roc_auc, positive, regression[:, genre], measured.folds),
            _within_folds(pr_auc, positive, fits[:, genre], measured.folds),
            _within_folds(pr_auc, positive, regression[:, genre], measured.folds),
            float(positive.mean()),
        ]
        if dataset.is_cue.any():
            figures.append(roc_auc(positive[dataset.is_cue], fits[dataset.is_cue, genre]))
            figures.append(roc_auc(positive[dataset.is_cue], regression[dataset.is_cue, genre]))
        areas.append(figures)
        rows.append([GENRES[genre], *map(_figure, figures)])
    rows.append(["**macro**", *(_figure(float(np.nanmean(column))) for column in zip(*areas, strict=True))])
    head = ["genre", "ROC-AUC", "regression", "PR-AUC", "regression", "prevalence"]
    if dataset.is_cue.any():
        head += ["cues: ROC-AUC", "cues: regression"]
    note = (
        "Mean of the folds' figures; `regression` is logistic regression on means and deviations of the coefficients "
        "over a track."
        + (
            " The last two columns are over production music alone, which is labelled by what it is for."
            if dataset.is_cue.any()
            else ""
        )
        + "\n"
    )
    return "## Beside the baselines\n\n" + _table(head, rows) + "\n" + note


def _ranking_section(manifest: Manifest, measured: Measured) -> str:
    dataset, ranking = measured.dataset, manifest.ranking
    trained = [GENRES.index(entry.genre) for entry in manifest.calibrations]
    labels = dataset.labels[:, trained]
    by_tile = rank_genres(labels[dataset.owner], measured.tile_logits[:, trained].astype(np.float64))
    regression = rank_genres(labels, measured.regression[:, trained])
    rows = [
        ["ensemble, averaged over the track", _figure(ranking.lrap), _figure(ranking.coverage_error)],
        ["ensemble, by tile", _figure(by_tile.lrap), _figure(by_tile.coverage)],
        ["logistic regression, by track", _figure(regression.lrap), _figure(regression.coverage)],
        ["prevalence alone", _figure(ranking.lrap_prevalence), _figure(ranking.coverage_error_prevalence)],
        ["best possible", "1.000", _figure(ranking.coverage_error_best)],
    ]
    note = (
        f"Over the {len(trained)} trained genres and the {ranking.tracks} tracks that have one. Which genres count as "
        "trained was decided by these same held-out figures, which flatters this table a little.\n"
    )
    return "## Ranking of genres\n\n" + _table(["", "LRAP", "coverage error"], rows) + "\n" + note


def _parity_section(measured: Measured) -> str:
    rows = []
    for genre in dict.fromkeys(genre for member in measured.members for genre in member.genres):
        own = [place for place, member in enumerate(measured.members) if genre in member.genres]
        parities = [measured.members[place].parities[measured.members[place].genres.index(genre)] for place in own]
        rows.append(
            [
                genre,
                ", ".join(str(measured.networks[place].best_epoch) for place in own),
                f"{np.mean([parity.mean_difference for parity in parities]):.4f}",
                f"{max(parity.mean_difference for parity in parities):.4f}",
                f"{np.mean([parity.auc_loss for parity in parities]):+.4f}",
                f"{max(parity.auc_loss for parity in parities):+.4f}",
            ]
        )
    head = ["genre", "best epochs", "mean difference", "largest of a fold", "ROC-AUC loss", "largest of a fold"]
    return "## int8 members against their float models, on held-out tiles\n\n" + _table(head, rows)


def _band_section(manifest: Manifest) -> str:
    rows = [
        [entry.genre, *(f"{band.right} of {band.tracks}" for band in entry.bands)]
        for entry in manifest.evidence
        if entry.bands and not entry.untrained
    ]
    bands = next((entry.bands for entry in manifest.evidence if entry.bands), [])
    head = ["genre", *(f"{band.low:.1f} to {band.high:.1f}" for band in bands)]
    note = "How many of the held-out tracks with such a fit were of the genre, by their labels.\n"
    return "## What a fit meant\n\n" + _table(head, rows) + "\n" + note


def embedding_section(manifest: Manifest) -> str:
    """What the embedding is worth."""
    entry = manifest.embedding
    head = f"## Embedding\n\n{entry.size} numbers. "
    if entry.evidence is None:
        return head + "There were too few soundtracks to measure it.\n"
    found = entry.evidence
    rows = [
        [
            "same soundtrack",
            f"{_figure(found.precision_soundtrack)} {_interval(found.precision_soundtrack_interval)}",
            _figure(found.precision_soundtrack_chance),
        ],
        [
            "shares a genre",
            f"{_figure(found.precision_genre)} {_interval(found.precision_genre_interval)}",
            _figure(found.precision_genre_chance),
        ],
    ]
    note = (
        f"Share of right ones among the ten nearest of {found.tracks} tracks of {found.soundtracks} soundtracks, by "
        "embedding alone, within folds that neither members nor embedding had learned from, with settings chosen on "
        f"the other folds. Average precision of the same soundtrack {_figure(found.average_precision)}, skewness of "
        f"how often a track is among the ten {found.hubness:+.2f}. What ships: {found.settings}.\n"
    )
    return head + "\n\n" + _table(["", "precision at 10", "chance"], rows) + "\n" + note


def _within_folds(
    metric: object, positive: npt.NDArray[np.bool_], scores: Doubles, folds: npt.NDArray[np.int64]
) -> float:
    assert callable(metric)
    return float(np.nanmean([metric(positive[folds == fold], scores[folds == fold]) for fold in np.unique(folds)]))


def _figure(value: float | None) -> str:
    return "none" if value is None else f"{value:.3f}"


def _interval(bounds: tuple[float, float] | None) -> str:
    return "" if bounds is None else f"({bounds[0]:.2f}-{bounds[1]:.2f})"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(cells) + " |" for cells in [head, ["---"] * len(head), *rows]]
    return "\n".join(lines) + "\n"
