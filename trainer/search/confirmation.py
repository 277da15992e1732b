"""What the best of a search is worth: measured where it was not chosen by.

The figure by which the best of many was chosen is too high, the more so the more were tried (Cawley and Talbot, "On
Over-fitting in Model Selection and Subsequent Selection Bias in Performance Evaluation", 2010). Folds by which nothing
was chosen have no such bias; their soundtracks were learned from, but never answered for. Another division of the same
soundtracks takes away the luck of the division, but not that of the soundtracks: it stays a little too high.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from trainer.configuration import Configuration
from trainer.errors import TrainingError
from trainer.search.messages import Confirmed, Failed, Task
from trainer.search.space import Point, lay_over
from trainer.search.workers import Workers

if TYPE_CHECKING:
    # It brings scikit-learn, which the process that keeps the study does without.
    from trainer.metrics import Interval


@dataclass(frozen=True)
class Confirmation:
    """The best, measured again.

    Attributes
    ----------
    where : on what, as a clause that can follow "on"
    figure : with its 95 % interval over soundtracks
    prevalence : the figure of the constant answer there
    """

    where: str
    figure: Interval
    prevalence: float


def confirm(configuration: Configuration, point: Point, workers: Workers) -> Iterator[Confirmation]:
    """Measure a point on the folds that weren't searched, and by `confirm_seed`, where there are such.

    Raises
    ------
    TrainingError
        It can't be trained there.
    """
    for where, task in _plan(lay_over(configuration, point)):
        workers.begin(0, task)
        _, answer = workers.wait()
        if isinstance(answer, Failed):
            raise TrainingError(f"the best can't be confirmed on {where}: {answer.reason}")
        if isinstance(answer, Confirmed):
            yield Confirmation(where, answer.figure, answer.prevalence)


def name_folds(first: int, stop: int, n_folds: int) -> str:
    """Folds from the one to before the other, in words."""
    if (first, stop) == (0, n_folds):
        return f"all {n_folds} folds"
    return f"fold {stop} of {n_folds}" if stop == first + 1 else f"folds {first + 1} to {stop} of {n_folds}"


def _plan(best: Configuration) -> list[tuple[str, Task]]:
    training, search = best.training, best.search
    planned = []
    if search.folds is not None and search.folds < training.folds:
        where = f"{name_folds(search.folds, training.folds, training.folds)}, by which nothing was chosen"
        planned.append((where, Task(best, search.folds, training.folds, is_confirmation=True)))
    if search.confirm_seed is not None:
        divided = replace(best, training=replace(training, seed=search.confirm_seed))
        where = f"all {training.folds} folds of another division, by seed {search.confirm_seed}"
        planned.append((where, Task(divided, 0, training.folds, is_confirmation=True)))
    return planned
