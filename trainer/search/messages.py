"""What the process that keeps the study and those that train say to each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trainer.configuration import Configuration

if TYPE_CHECKING:
    # It brings scikit-learn, which the process that keeps the study does without.
    from trainer.metrics import Interval


@dataclass(frozen=True)
class Task:
    """Networks to train and to measure.

    Attributes
    ----------
    configuration : with the values that are tried
    first, stop : folds from the one to before the other are measured; those before are trained as well
    is_confirmation : measure with an interval and beside the prevalence, and don't ask after each fold
    """

    configuration: Configuration
    first: int
    stop: int
    is_confirmation: bool = False


@dataclass(frozen=True)
class Opening:
    """A process is ready.

    Attributes
    ----------
    corpus : changes with the music and its labels
    prevalence : the figure of the constant answer on the folds that are searched
    """

    corpus: str
    prevalence: float


@dataclass(frozen=True)
class FoldFigure:
    """The figure after so many folds, but not the last; the answer is whether to go on."""

    n_folds: int
    figure: float


@dataclass(frozen=True)
class Finished:
    """The figure after the last fold."""

    figure: float


@dataclass(frozen=True)
class Confirmed:
    """The figure of a confirmation with its 95 % interval over soundtracks, and that of the constant answer."""

    figure: Interval
    prevalence: float


@dataclass(frozen=True)
class Failed:
    """Nothing came of a task.

    Attributes
    ----------
    reason : in one line
    is_bug : the process ended by itself, and its traceback has been printed
    """

    reason: str
    is_bug: bool = False


Answer = FoldFigure | Finished | Confirmed | Failed
