"""Systems and baselines side by side, for `cuefit-trainer evaluate`: trained if they aren't yet, and measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from tagger_app.durable import put_in_place
from tagger_app.features.spec import FeatureSpec
from tagger_app.genres import GENRES
from trainer.configuration import Configuration
from trainer.corpora.loading import load_tracks
from trainer.errors import TrainingError, writing
from trainer.evaluation.baseline import out_of_fold_regression
from trainer.evaluation.figures import Evaluation, evaluate, evaluate_scores, prevalence_scores
from trainer.learning.cross_validation import folds_of, official_folds, trainable_genres
from trainer.learning.parts import PartAnswers
from trainer.learning.systems import Answers, System
from trainer.metrics import Interval
from trainer.tiles.cache import TileCache
from trainer.tiles.dataset import Dataset, load_dataset


@dataclass(frozen=True)
class Ground:
    """What all systems are laid side by side on.

    Attributes
    ----------
    cache : where the tiles of the data set are
    folds : of each track, int64 [shape=(n_tracks,)], or its part of an official split, see `official_folds`
    weights : of each track in a calibration, float64 [shape=(n_tracks,)]
    columns : genres that can be tried
    regression : out-of-fold scores of the second baseline, float64 [shape=(n_tracks, 10)]; NaN for other genres
    seed : of what is drawn
    """

    cache: TileCache
    dataset: Dataset
    folds: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float64]
    columns: list[int]
    regression: npt.NDArray[np.float64]
    seed: int

    def measure_baselines(self) -> list[Evaluation]:
        """The constant answer and the regression."""
        constant = prevalence_scores(self.dataset, self.folds, self.columns)
        return [
            evaluate_scores(name, self.dataset, scores, self.folds, self.weights, self.seed)
            for name, scores in (("prevalence alone", constant), ("logistic regression", self.regression))
        ]

    def build_system(self, configuration: Configuration) -> System:
        """The system of a configuration, with what was kept of it."""
        return System(
            self.dataset,
            configuration.training,
            configuration.system,
            configuration.augmentation,
            configuration.bundle.work / "systems",
        )

    def measure(self, name: str, answers: Answers) -> Evaluation:
        """The figures of a system."""
        return evaluate(name, self.dataset, answers, self.folds, self.weights, self.seed)


def lay_ground(configurations: Sequence[Configuration]) -> Ground:
    """Load the corpus that the configurations share, and fit the second baseline.

    Raises
    ------
    CorpusError, TileCacheError, TrainingError
        There is nothing to train on, or the configurations can't be compared.
    SplitError
        There is no official split, or it leaks.
    """
    first = configurations[0]
    if any((other.corpus, other.training.folds, other.training.seed) != (first.corpus, first.training.folds,
            first.training.seed) for other in configurations):  # fmt: skip
        raise TrainingError("systems can only be compared on the same [corpus] and with the same folds and seed")
    is_official = first.system.split == "official"
    if any((other.system.split == "official") != is_official for other in configurations):
        raise TrainingError('systems can only be compared on the same split: split = "official" for all, or for none')
    cache = TileCache(first.corpus.tiles, FeatureSpec())
    dataset = load_dataset(cache, load_tracks(first), is_split=is_official)
    folds = official_folds(dataset) if is_official else folds_of(dataset, first.training)
    weights = dataset.track_weights(first.training.cue_weight)
    reasons = trainable_genres(dataset, first.training, folds if is_official else None)
    columns = [GENRES.index(genre) for genre, reason in reasons.items() if not reason]
    regression = out_of_fold_regression(dataset, folds, weights, columns)
    return Ground(cache, dataset, folds, weights, columns, regression, first.training.seed)


def compare_systems(configurations: Sequence[Configuration], tell: Callable[[str, int, int], None]) -> list[Evaluation]:
    """Train and measure the system of each configuration, the two baselines first.

    Parameters
    ----------
    configurations : on one corpus with the same folds; they differ in system, augmentation and training
    tell : called with what is done, how many networks are done, and how many there are

    Raises
    ------
    CorpusError, TileCacheError, TrainingError
        As `lay_ground` does.
    """
    ground = lay_ground(configurations)
    evaluations = ground.measure_baselines()
    systems = [ground.build_system(configuration) for configuration in configurations]
    n_parts, n_done = sum(len(system.parts) for system in systems), 0
    for configuration, system in zip(configurations, systems, strict=True):
        answers = _train(configuration.system.name, system, n_done, n_parts, tell)
        n_done += len(answers)
        evaluations.append(ground.measure(configuration.system.name, system.gather(answers)))
    return evaluations


def _train(
    name: str, system: System, n_before: int, n_parts: int, tell: Callable[[str, int, int], None]
) -> list[PartAnswers]:
    answers: list[PartAnswers] = []
    for answer in system.train(lambda said: tell(f"{name}: {said}", n_before + len(answers), n_parts)):
        answers.append(answer)
        tell(f"{name} {answer.part.name}: best epoch {answer.best_epoch}", n_before + len(answers), n_parts)
    return answers


def save_evaluations(evaluations: Sequence[Evaluation], path: Path) -> None:
    """Keep the figures as JSON, for the report. Raises `WorkError` where they can't be written."""
    partial = path.with_suffix(".partial")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(msgspec.json.format(msgspec.json.encode(evaluations), indent=2) + b"\n")
        put_in_place(partial, path)


def load_evaluations(path: Path) -> list[Evaluation]:
    """The figures that `save_evaluations` kept. Raises `TrainingError` where they aren't there or are damaged."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[Evaluation])
    except (OSError, msgspec.MsgspecError) as error:
        raise TrainingError(f"{path}: {error}; `cuefit-trainer evaluate` writes it") from error


def tabulate(evaluations: Sequence[Evaluation]) -> list[list[str]]:
    """The table of all systems, its head first."""
    head = [
        "system", "macro PR-AUC", "macro ROC-AUC", "micro ROC-AUC", "LRAP", "coverage error", "LRAP by tile", "F1",
        "ECE before", "after", "minutes",
    ]  # fmt: skip
    rows = [
        [
            evaluation.name,
            _shown(evaluation.macro_pr_auc),
            _shown(evaluation.macro_roc_auc),
            f"{evaluation.micro_roc_auc:.3f}",
            f"{evaluation.by_track.lrap:.3f}",
            f"{evaluation.by_track.coverage:.2f} ({evaluation.by_track.coverage_best:.2f})",
            f"{evaluation.by_tile.lrap:.3f}" if evaluation.by_tile else "",
            f"{np.mean([genre.f1 for genre in evaluation.genres]):.3f}",
            f"{evaluation.calibration_before:.3f}",
            f"{evaluation.calibration_after:.3f}",
            f"{evaluation.took_s / 60:.0f}" if evaluation.took_s else "",
        ]
        for evaluation in evaluations
    ]
    return [head, *rows]


def tabulate_change(before: Evaluation, after: Evaluation) -> list[list[str]]:
    """F1 of each class in two systems and its change, as the paper's tables have it; its head first."""
    rows = [
        [one.genre, f"{one.f1:.3f}", f"{other.f1:.3f}", f"{other.f1 - one.f1:+.3f}"]
        for one, other in zip(before.genres, after.genres, strict=True)
    ]
    return [["genre", before.name, after.name, "change"], *sorted(rows, key=lambda row: row[3], reverse=True)]


def _shown(interval: Interval) -> str:
    return f"{interval.value:.3f} ({interval.low:.2f}-{interval.high:.2f})"
