"""The best of a search as a configuration file that every other command can be given."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import tomli_w

from tagger_app.durable import put_in_place
from tagger_app.errors import displayable
from trainer.configuration import Configuration
from trainer.errors import SearchError
from trainer.search.confirmation import Confirmation, name_folds
from trainer.search.study import Trial

METRIC_NAMES = {"macro_pr_auc": "macro PR-AUC", "macro_roc_auc": "macro ROC-AUC"}
_LONGEST_ID = 64


def write_best(
    path: Path,
    source: Path,
    configuration: Configuration,
    trials: Sequence[Trial],
    best: Trial,
    prevalence: float,
    confirmations: Sequence[Confirmation],
) -> None:
    """Write the best of a search; what is there is replaced.

    Parameters
    ----------
    path : of the file to be written
    source, configuration : that was searched
    prevalence : figure of the constant answer on the folds that were searched

    Raises
    ------
    SearchError
        It can't be written.
    """
    name = path.stem
    document: dict[str, Any] = {"base": _relative(source, path.parent)}
    for key, value in best.point.items():
        table, _, setting = key.partition(".")
        document.setdefault(table, {})[setting] = value
    document.setdefault("system", {})["name"] = name
    # Its bundle must not take the place of the one that the searched configuration makes.
    identifier = re.sub(r"[^A-Za-z0-9._-]", "-", name).lstrip("._-")[:_LONGEST_ID]
    document["bundle"] = {"id": identifier or "best", "config_name": path.name}
    lines = [
        f"The best of {displayable(source.name)}, by `cuefit-trainer search`: trial {best.number} of {len(trials)} "
        f"({tally(trials)}).",
        "",
        f"  cuefit-trainer evaluate --config {displayable(path)}",
        "",
        *describe_figures(configuration, best, prevalence, confirmations),
    ]
    head = "".join(f"# {line}".rstrip() + "\n" for line in lines)
    partial = path.with_suffix(".partial")
    try:
        partial.write_text(f"{head}\n{tomli_w.dumps(document)}", encoding="utf-8")
        put_in_place(partial, path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise SearchError(path, f"can't be written: {error.strerror or error}") from error


def tally(trials: Sequence[Trial]) -> str:
    """What became of trials, counted."""
    counts = Counter(trial.state for trial in trials)
    return ", ".join(f"{count} {state}" for state, count in counts.most_common()) or "none begun"


def describe_figures(
    configuration: Configuration, best: Trial, prevalence: float, confirmations: Sequence[Confirmation]
) -> list[str]:
    """What the best is worth, in lines for people: the figure it was chosen by, and those it wasn't."""
    metric = METRIC_NAMES[configuration.search.metric]
    n_folds = configuration.training.folds
    searched = name_folds(0, configuration.search.folds or n_folds, n_folds)
    lines = [
        f"{metric} by track on held-out soundtracks, {searched}: {best.figure:.3f}; prevalence alone {prevalence:.3f}.",
        "That is too high: the best of many was chosen by it.",
    ]
    for confirmation in confirmations:
        figure = confirmation.figure
        shown = f"{figure.value:.3f} ({figure.low:.2f}-{figure.high:.2f})"
        lines.append(f"On {confirmation.where}: {shown}; prevalence alone {confirmation.prevalence:.3f}.")
    return lines


def _relative(source: Path, folder: Path) -> str:
    """The path of the searched configuration from a folder, or the whole one where it lies on another drive."""
    try:
        return Path(os.path.relpath(source.resolve(), folder.resolve())).as_posix()
    except ValueError:
        return source.resolve().as_posix()
