"""How settings are searched for: the table [search] of a configuration file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, kw_only=True)
class SearchSettings:
    """What is tried, and what it is judged by.

    Attributes
    ----------
    method : "grid" tries every point of the space; "random" draws points; "tpe" draws them where earlier ones did well
        (tree-structured Parzen estimator, Bergstra et al. 2011)
    trials : points to draw, 30 unless set; a grid tries all that it has
    seed : of what is drawn
    metric : by track, on soundtracks that were held out; higher is better
    folds : only so many of the folds are trained, all unless set; the others then measure the best without bias
    pruning : after each fold, a trial is given up whose figure so far is below the "median" of others at that fold, or
        not in the better half ("halving", asynchronous successive halving, Li et al. 2020); "off" trains all folds
    startup_trials : trials at the beginning that "tpe" draws at random, and before which the median prunes nothing
    workers : processes that train, a trial each. One training uses all cores of a processor, so that more than one only
        pay where a GPU or cores are left over
    confirm_seed : the best is also measured with soundtracks divided by this `[training] seed`; not at all unless set
    space : which settings are tried, see `trainer.search.space`
    """

    method: Literal["grid", "random", "tpe"] = "tpe"
    trials: int | None = None
    seed: int = 20261122
    metric: Literal["macro_pr_auc", "macro_roc_auc"] = "macro_pr_auc"
    folds: int | None = None
    pruning: Literal["off", "median", "halving"] = "off"
    startup_trials: int = 10
    workers: int = 1
    confirm_seed: int | None = None
    space: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("trials", "folds", "startup_trials", "workers"):
            if (value := getattr(self, name)) is not None and value < 1:
                raise ValueError(f"{name} is {value}, but must be at least 1")
        if self.seed < 0:
            raise ValueError(f"seed is {self.seed}, but must not be below 0")
        if self.method == "grid" and self.trials is not None:
            raise ValueError(f"trials is {self.trials}, but a grid tries all its points: leave it out")
        if self.pruning != "off" and self.folds == 1:
            raise ValueError(f'pruning is "{self.pruning}", but with folds = 1 there is nothing left to give up')
