"""The study of a search: what was tried and what came of it, kept in SQLite by Optuna, so that a search can go on.

One process keeps the study, and tells others what to train (`trainer.search.workers`). Every trial has a *place*, from
0 on: the point of a grid, or the seed of what is drawn. A trial that was interrupted gives its place back, so a search
that is stopped, or killed, tries what it would have tried without that.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import optuna
from optuna.trial import FrozenTrial, TrialState

from tagger_app.interrupts import put_off_interrupts
from trainer.configuration import Configuration
from trainer.errors import SearchError
from trainer.search.messages import Answer, Failed, Finished, FoldFigure, Task
from trainer.search.settings import SearchSettings
from trainer.search.space import Grid, Point, Space, lay_over
from trainer.search.storage import describe_search, open_study
from trainer.search.workers import Workers

_TRIALS = 30
_PLACE, _REASON, _REPEATS = "place", "reason", "repeats"
_HALVING = 2
"""The best of so many goes on to twice as many folds."""


@dataclass(frozen=True)
class Trial:
    """A trial that is over.

    Attributes
    ----------
    number : from 1 on
    point : what was tried
    state : "repeated" had been tried already, and has the figure of then
    figure : after the last fold that was trained; None where it failed
    n_folds : how many were trained
    reason : why it failed
    """

    number: int
    point: Point
    state: Literal["finished", "pruned", "failed", "repeated"]
    figure: float | None
    n_folds: int
    reason: str = ""


class Study:
    """A study, begun or gone on with.

    Parameters
    ----------
    path : of its file; call this within `keep_alone`
    configuration : that is searched
    source : file of the configuration, for messages
    corpus : see `Opening`

    Raises
    ------
    SearchError
        The file is no study, or of another search.
    ConfigurationError
        The space has no points for a grid.
    """

    def __init__(self, path: Path, configuration: Configuration, space: Space, source: Path, corpus: str) -> None:
        self.path = path
        self._configuration = configuration
        self._settings = configuration.search
        self._space = space
        self._grid = Grid(source, space) if self._settings.method == "grid" else None
        self.n_trials = len(self._grid) if self._grid else self._settings.trials or _TRIALS
        self.n_folds = self._settings.folds or configuration.training.folds
        self._study = open_study(path, describe_search(configuration, space, corpus))
        self._study.pruner = _make_pruner(self._settings)
        self._give_back_places()

    @property
    def trials(self) -> list[Trial]:
        """Everything that is over, in the order of the numbers."""
        trials = [_describe(trial) for trial in self._placed() if trial.state.is_finished()]
        return sorted(trials, key=lambda trial: trial.number)

    @property
    def best(self) -> Trial | None:
        """The one with the highest figure of all folds; None where there is none."""
        finished = [trial for trial in self.trials if trial.state == "finished"]
        return max(finished, key=lambda trial: trial.figure or 0.0, default=None)

    @property
    def n_steps_done(self) -> int:
        """Folds that were trained, or need not be any more, of `n_trials` times `n_folds`."""
        return sum(
            self.n_folds if trial.state.is_finished() else len(trial.intermediate_values) for trial in self._placed()
        )

    def run(self, workers: Workers) -> Generator[Trial | None, None, None]:
        """Try what is left.

        A Ctrl-C interrupts the waiting for the next answer, nothing else: what writes into the study, or closes a
        connection to it in a finalizer, is never cut in two.

        Yields
        ------
        each trial that is over, and None after other folds

        Raises
        ------
        SearchError
            A trial was ended by a bug.
        """
        running: dict[int, optuna.Trial] = {}
        try:
            while True:
                with put_off_interrupts():
                    while workers.n_free and (place := self._next_place()) is not None:
                        trial = self._ask(place)
                        if (task := self._task(trial)) is None:
                            yield self._over(trial)
                        else:
                            running[trial.number] = trial
                            workers.begin(trial.number, task)
                if not running:
                    return
                number, answer = workers.wait()  # nearly all the time goes by here, and a Ctrl-C ends it
                with put_off_interrupts():
                    if isinstance(answer, FoldFigure) and self._report(running[number], answer.n_folds, answer.figure):
                        workers.decide(number, go_on=True)
                        yield None
                        continue
                    if isinstance(answer, FoldFigure):
                        workers.decide(number, go_on=False)
                    trial = running.pop(number)
                    self._tell(trial, answer)
                    over = self._over(trial)
                    yield over
                if isinstance(answer, Failed) and answer.is_bug:
                    raise SearchError(self.path, f"trial {over.number} was ended by a bug: {answer.reason}")
        finally:
            with put_off_interrupts():
                self._give_back_places()

    def _next_place(self) -> int | None:
        taken = {trial.user_attrs[_PLACE] for trial in self._placed()}
        return next((place for place in range(self.n_trials) if place not in taken), None)

    def _ask(self, place: int) -> optuna.Trial:
        """Begin the trial of a place."""
        if self._grid:
            if not self._study.get_trials(deepcopy=False, states=(TrialState.WAITING,)):
                self._study.enqueue_trial(self._grid.point(place), user_attrs={_PLACE: place})
            return self._study.ask(self._space)
        self._study.sampler = _make_sampler(self._settings, place)
        trial = self._study.ask(self._space)
        trial.set_user_attr(_PLACE, place)
        return trial

    def _task(self, trial: optuna.Trial) -> Task | None:
        """What is to be trained; None where that is settled without."""
        placed = [other for other in self._placed() if other.number != trial.number]
        if (earlier := next((other for other in placed if other.params == trial.params), None)) is not None:
            trial.set_user_attr(_REPEATS, earlier.user_attrs[_PLACE])
            if earlier.state == TrialState.COMPLETE:
                self._study.tell(trial, earlier.value)
            else:
                self._fail(trial, f"trial {earlier.user_attrs[_PLACE] + 1} is the same")
            return None
        try:
            return Task(lay_over(self._configuration, trial.params), 0, self.n_folds)
        except ValueError as error:
            self._fail(trial, str(error))
            return None

    def _report(self, trial: optuna.Trial, n_folds: int, figure: float) -> bool:
        """Record the figure after so many folds; whether to go on."""
        trial.report(figure, n_folds)
        return not trial.should_prune()

    def _tell(self, trial: optuna.Trial, answer: Answer) -> None:
        """Record what has become of a trial."""
        match answer:
            case FoldFigure():
                self._study.tell(trial, state=TrialState.PRUNED)
            case Finished(figure):
                trial.report(figure, self.n_folds)
                self._study.tell(trial, figure)
            case Failed(reason):
                self._fail(trial, reason)

    def _fail(self, trial: optuna.Trial, reason: str) -> None:
        trial.set_user_attr(_REASON, reason)
        self._study.tell(trial, state=TrialState.FAIL)

    def _over(self, trial: optuna.Trial) -> Trial:
        return next(_describe(other) for other in self._placed() if other.number == trial.number)

    def _placed(self) -> list[FrozenTrial]:
        """All that were begun, but those that gave their place back."""
        return [
            trial
            for trial in self._study.get_trials(deepcopy=False)
            if _PLACE in trial.user_attrs
            and trial.state != TrialState.WAITING
            and (trial.state != TrialState.FAIL or _REASON in trial.user_attrs)
        ]

    def _give_back_places(self) -> None:
        """Nothing is being trained now: what is recorded as running was interrupted. A failure needs a reason."""
        for trial in self._study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
            self._study.tell(trial.number, state=TrialState.FAIL)


def _make_pruner(settings: SearchSettings) -> optuna.pruners.BasePruner:
    match settings.pruning:
        case "median":
            return optuna.pruners.MedianPruner(n_startup_trials=settings.startup_trials)
        case "halving":
            return optuna.pruners.SuccessiveHalvingPruner(min_resource=1, reduction_factor=_HALVING)
        case "off":
            return optuna.pruners.NopPruner()


def _make_sampler(settings: SearchSettings, place: int) -> optuna.samplers.BaseSampler:
    """What draws the trial of a place, by its own seed: a search that goes on must not draw from the start again."""
    seed = int(np.random.SeedSequence([settings.seed, place]).generate_state(1)[0])
    if settings.method == "random":
        return optuna.samplers.RandomSampler(seed)
    return optuna.samplers.TPESampler(
        n_startup_trials=settings.startup_trials, seed=seed, constant_liar=settings.workers > 1
    )


def _describe(trial: FrozenTrial) -> Trial:
    states: dict[TrialState, Literal["finished", "pruned", "failed"]] = {
        TrialState.COMPLETE: "finished",
        TrialState.PRUNED: "pruned",
        TrialState.FAIL: "failed",
    }
    return Trial(
        number=trial.user_attrs[_PLACE] + 1,
        point=trial.params,
        state="repeated" if _REPEATS in trial.user_attrs else states[trial.state],
        figure=trial.value,
        n_folds=len(trial.intermediate_values),
        reason=trial.user_attrs.get(_REASON, ""),
    )
