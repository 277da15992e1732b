"""What a process of a search does: train the networks of a point fold by fold, and measure them so far.

Every figure is of soundtracks that the network asked had not heard. With all folds trained it is that of
`cuefit-trainer evaluate`. With some of them it is the mean over folds, each ranked by itself, because what makes folds
comparable, their calibration, needs the other folds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from tensorflow.errors import ResourceExhaustedError

from tagger_app.features.spec import FeatureSpec
from tagger_app.genres import GENRES
from trainer.configuration import Configuration
from trainer.corpora.loading import load_tracks
from trainer.errors import TrainingError
from trainer.evaluation.evidence import trained_columns
from trainer.evaluation.figures import evaluate, evaluate_scores, prevalence_scores
from trainer.learning.cross_validation import folds_of, run_key, trainable_genres
from trainer.learning.parts import PartAnswers
from trainer.learning.systems import Answers, System
from trainer.metrics import Interval, Metric, macro, pr_auc, roc_auc, with_interval
from trainer.search.messages import Answer, Confirmed, Failed, Finished, FoldFigure, Opening, Task
from trainer.settings import TrainingSettings
from trainer.tiles.cache import TileCache
from trainer.tiles.dataset import Booleans, load_dataset

Doubles = npt.NDArray[np.float64]

_METRICS: dict[str, Metric] = {"macro_pr_auc": macro(pr_auc), "macro_roc_auc": macro(roc_auc)}


@dataclass(frozen=True)
class ScoresByFold:
    """Scores of tracks that were held out in some of the folds, for the genres that can be tried.

    Attributes
    ----------
    y_true : bool [shape=(n_tracks, n_genres)]
    y_score : float64 [shape=(n_tracks, n_genres)]
    folds : of each track, int64 [shape=(n_tracks,)]; scores of two aren't comparable
    soundtracks : of each track, [shape=(n_tracks,)]
    """

    y_true: Booleans
    y_score: Doubles
    folds: npt.NDArray[np.int64]
    soundtracks: npt.NDArray[np.str_]

    def figure(self, metric: Metric) -> float:
        """The mean over folds. Raises `TrainingError` where none has tracks to measure it with."""
        if np.isnan(figure := self._mean(metric, np.arange(len(self.folds)))):
            raise TrainingError("the folds that are searched hold no track of a genre that can be trained")
        return figure

    def interval(self, metric: Metric, seed: int) -> Interval:
        """The figure with its 95 % interval over soundtracks."""
        # What is drawn are the tracks' places, so that a draw knows their folds.
        places: Any = np.arange(len(self.folds))
        return with_interval(lambda drawn, _: self._mean(metric, drawn), places, places, self.soundtracks, seed)

    def _mean(self, metric: Metric, places: npt.NDArray[Any]) -> float:
        by_fold = [places[self.folds[places] == fold] for fold in np.unique(self.folds[places])]
        figures = [metric(self.y_true[held], self.y_score[held]) for held in by_fold]
        defined = [figure for figure in figures if not np.isnan(figure)]
        return float(np.mean(defined)) if defined else float("nan")


class Bench:
    """The corpus of a search, and how points are trained and measured on it.

    Raises
    ------
    CorpusError, TileCacheError
        There is nothing to train on.
    """

    def __init__(self, configuration: Configuration) -> None:
        self._dataset = load_dataset(TileCache(configuration.corpus.tiles, FeatureSpec()), load_tracks(configuration))
        self._name = configuration.search.metric
        self._metric = _METRICS[self._name]

    def open(self, task: Task) -> Opening:
        """What is known before anything is trained; raises `TrainingError` where nothing can be."""
        # The key is of the music alone: settings that are searched must not change it.
        return Opening(run_key(self._dataset, TrainingSettings(), "corpus"), self._prevalence(task))

    def answers(self, task: Task) -> Iterator[Answer]:
        """Train and measure fold by fold; stop pulling to give up.

        Yields
        ------
        what is said of each fold, but for a confirmation, and at last of them all
        """
        # Keras keeps what every network was built of, which over many trials fills the memory.
        keras.utils.clear_session()
        try:
            for fold, gathered in self._train(task):
                is_last = fold + 1 == task.stop
                if is_last and task.is_confirmation:
                    yield Confirmed(self._interval(task, gathered), self._prevalence(task))
                elif is_last and _is_whole(task):
                    yield Finished(self._evaluated(task, gathered).value)
                elif is_last:
                    yield Finished(self._by_fold(task, task.stop, gathered.track_logits).figure(self._metric))
                elif not task.is_confirmation:
                    figure = self._by_fold(task, fold + 1, gathered.track_logits).figure(self._metric)
                    yield FoldFigure(fold + 1 - task.first, figure)
        except TrainingError as error:
            yield Failed(str(error))
        except (MemoryError, ResourceExhaustedError):
            yield Failed("there isn't enough memory for it")

    def _train(self, task: Task) -> Iterator[tuple[int, Answers]]:
        """Each fold that is measured, and what was answered so far."""
        configuration = task.configuration
        system = System(
            self._dataset, configuration.training, configuration.system, configuration.augmentation,
            configuration.bundle.work / "systems",
        )  # fmt: skip
        left = Counter(part.fold for part in system.parts if part.fold in range(task.stop))
        answers: list[PartAnswers] = []
        for answer in islice(system.train(), left.total()):
            fold = answer.part.fold
            answers.append(answer)
            left[fold] -= 1
            if not left[fold] and fold is not None and fold >= task.first:
                yield fold, system.gather(answers)

    def _interval(self, task: Task, answers: Answers) -> Interval:
        if _is_whole(task):
            return self._evaluated(task, answers)
        scores = self._by_fold(task, task.stop, answers.track_logits)
        return scores.interval(self._metric, task.configuration.training.seed)

    def _prevalence(self, task: Task) -> float:
        """The figure of the constant answer on a task's folds."""
        training = task.configuration.training
        reasons = trainable_genres(self._dataset, training)
        columns = [GENRES.index(genre) for genre, reason in reasons.items() if not reason]
        if not columns:
            raise TrainingError("no genre has enough soundtracks to be trained; see [training] least_soundtracks")
        constant = prevalence_scores(self._dataset, folds_of(self._dataset, training), columns)
        if _is_whole(task):
            return self._evaluated(task, constant).value
        return self._by_fold(task, task.stop, constant).figure(self._metric)

    def _evaluated(self, task: Task, answers: Answers | Doubles) -> Interval:
        """The figure of a system, or of a baseline's scores, that answered in all folds."""
        training = task.configuration.training
        ground = folds_of(self._dataset, training), self._dataset.track_weights(training.cue_weight), training.seed
        if isinstance(answers, np.ndarray):
            evaluation = evaluate_scores("prevalence alone", self._dataset, answers, *ground)
        else:
            evaluation = evaluate(task.configuration.system.name, self._dataset, answers, *ground)
        return {"macro_pr_auc": evaluation.macro_pr_auc, "macro_roc_auc": evaluation.macro_roc_auc}[self._name]

    def _by_fold(self, task: Task, stop: int, scores: Doubles) -> ScoresByFold:
        """Scores or logits [shape=(n_tracks, 10)] of the tracks in a task's folds before `stop`."""
        folds = folds_of(self._dataset, task.configuration.training)
        chosen = (folds >= task.first) & (folds < stop)
        columns = trained_columns(scores[chosen])
        told = chosen & self._dataset.fully_known(columns)
        return ScoresByFold(
            self._dataset.labels[told][:, columns], scores[told][:, columns], folds[told],
            self._dataset.soundtracks[told],
        )  # fmt: skip


def _is_whole(task: Task) -> bool:
    """Whether all folds are measured."""
    return (task.first, task.stop) == (0, task.configuration.training.folds)
