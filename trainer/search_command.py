"""`cuefit-trainer search`: try settings, and write the best ones out."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from tagger_app.errors import displayable
from tagger_app.interrupts import put_off_interrupts
from trainer.configuration import Configuration, load_configuration
from trainer.console import INTERRUPTED, print_table, progress_bar
from trainer.errors import SearchError

if TYPE_CHECKING:
    # Optuna takes a second to import; the other commands do without.
    from trainer.search.study import Study, Trial
    from trainer.search.workers import Workers

_N_LISTED = 5


@click.command("search")
@click.option(
    "--config",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    metavar="FILE.toml",
    help="Configuration with a table [search.space].",
)
@click.option("--workers", type=click.IntRange(min=1), help="Processes that train, a trial each.")
@click.pass_context
def command(context: click.Context, path: Path, workers: int | None) -> None:
    """Search for better settings, and write the best out as a configuration.

    The table [search] says how and for how long, [search.space] which settings are tried. Every trial is measured on
    soundtracks that were held out. What was tried is kept, so a search that was stopped goes on with the same command;
    Ctrl-C stops it and writes the best so far.
    """
    from trainer.search.messages import Task
    from trainer.search.space import read_space
    from trainer.search.storage import keep_alone
    from trainer.search.study import Study
    from trainer.search.workers import Workers

    configuration = load_configuration(path)
    if workers:
        configuration = replace(configuration, search=replace(configuration.search, workers=workers))
    space = read_space(path, configuration)
    n_folds = configuration.search.folds or configuration.training.folds
    file = configuration.bundle.work / "search" / f"{path.stem}.db"
    with keep_alone(file), Workers(Task(configuration, 0, n_folds), configuration.search.workers) as pool:
        opening = pool.open()
        console = Console()
        with put_off_interrupts():
            study = Study(file, configuration, space, path, opening.corpus)
            _introduce(console, configuration, study)
        is_whole = _search(console, path, configuration, study, pool, opening.prevalence)
    if not is_whole:
        context.exit(INTERRUPTED)


def _search(
    console: Console, path: Path, configuration: Configuration, study: Study, pool: Workers, prevalence: float
) -> bool:
    """Try what is left, and write and tell the best; whether it came to its end."""
    from trainer.search.best import describe_figures, tally, write_best
    from trainer.search.confirmation import Confirmation, confirm

    confirmations: list[Confirmation] = []
    is_whole = False
    try:
        _try_points(console, study, pool)
        if study.best:
            with console.status("measuring the best where it was not chosen by"):
                for confirmation in confirm(configuration, study.best.point, pool):
                    confirmations.append(confirmation)
        is_whole = True
    except KeyboardInterrupt:
        console.print("stopped; the same command goes on from here")
    with put_off_interrupts():
        trials, best = study.trials, study.best
    console.print(f"of {study.n_trials} trials: {tally(trials)}", markup=False)
    if best is None and is_whole:
        raise SearchError(study.path, f"no trial came to its end; the last: {trials[-1].reason or trials[-1].state}")
    if best is not None:
        _list_best(console, trials)
        for line in describe_figures(configuration, best, prevalence, confirmations):
            console.print(line, markup=False)
        written = study.path.with_name(f"{path.stem}-best.toml")
        write_best(written, path, configuration, trials, best, prevalence, confirmations)
        console.print(f"the best is in {displayable(written)}", markup=False)
    return is_whole


def _introduce(console: Console, configuration: Configuration, study: Study) -> None:
    settings = configuration.search
    console.print(
        f"{study.n_trials} trials ({settings.method}) of {study.n_folds} folds, pruning {settings.pruning}; "
        f"{len(study.trials)} were there",
        markup=False,
    )
    if settings.workers > 1:
        console.print(
            f"{settings.workers} processes train at a time. One alone uses all {os.cpu_count()} cores of a processor: "
            "several are faster only where it leaves cores, or a GPU, idle",
            style="yellow",
            markup=False,
        )


def _try_points(console: Console, study: Study, pool: Workers) -> None:
    with progress_bar(console) as progress, closing(study.run(pool)) as steps:
        total = study.n_trials * study.n_folds
        task = progress.add_task("folds", total=total, completed=study.n_steps_done)
        for trial in steps:
            progress.update(task, completed=study.n_steps_done)
            if trial is not None:
                style = None if trial.state == "finished" else "yellow" if trial.state == "failed" else "dim"
                console.print(_describe(trial), style=style, markup=False)


def _describe(trial: Trial) -> str:
    point = ", ".join(f"{key} = {_shown(value)}" for key, value in trial.point.items())
    figure = "" if trial.figure is None else f" {trial.figure:.3f}"
    folds = f" after {trial.n_folds} folds" if trial.state == "pruned" else ""
    reason = f": {trial.reason}" if trial.reason else ""
    return f"{trial.number} {trial.state}{figure}{folds} ({point}){reason}"


def _list_best(console: Console, trials: list[Trial]) -> None:
    finished = sorted(
        (trial for trial in trials if trial.state == "finished"), key=lambda trial: trial.figure or 0.0, reverse=True
    )
    rows = [["trial", "figure", *finished[0].point]]
    rows += [
        [str(trial.number), f"{trial.figure:.3f}", *map(_shown, trial.point.values())] for trial in finished[:_N_LISTED]
    ]
    print_table(console, "The best trials", rows)


def _shown(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
