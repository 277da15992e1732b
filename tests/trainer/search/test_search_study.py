"""What a study tries, records and refuses; its processes are stood in for, so that nothing is trained."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import optuna
import psutil
import pytest

from trainer.configuration import Configuration
from trainer.errors import SearchError
from trainer.search.messages import Answer, Failed, Finished, FoldFigure, Task
from trainer.search.space import Space, read_space
from trainer.search.storage import keep_alone
from trainer.search.study import Study, Trial
from trainer.settings import TrainingSettings

RATES = {"training.learning_rate": {"low": 1e-4, "high": 1e-2, "log": True}}
GRID = {"training.epochs": {"values": [1, 2, 3]}, "system.bags": {"values": [1, 2]}}
RANDOM = {"method": "random", "trials": 6, "space": RATES}

Figures = Callable[[Configuration], list[float] | Failed]


class StandIn:
    """Answers as processes would, by a function from a configuration to its figure after each fold."""

    def __init__(self, figures: Figures, n_workers: int = 1) -> None:
        self._figures = figures
        self.n_free = n_workers
        self.tasks: list[Task] = []
        self._due: list[tuple[int, list[float] | Failed, int]] = []

    def begin(self, number: int, task: Task) -> None:
        self.n_free -= 1
        self.tasks.append(task)
        self._due.append((number, self._figures(task.configuration), 0))

    def wait(self) -> tuple[int, Answer]:
        number, figures, n_folds = self._due.pop(0)
        if isinstance(figures, Failed) or n_folds + 1 == len(figures):
            self.n_free += 1
            return number, figures if isinstance(figures, Failed) else Finished(figures[n_folds])
        self._due.append((number, figures, n_folds + 1))
        return number, FoldFigure(n_folds + 1, figures[n_folds])

    def decide(self, number: int, go_on: bool) -> None:
        if not go_on:
            self.n_free += 1
            self._due = [due for due in self._due if due[0] != number]


def by_rate(configuration: Configuration) -> list[float]:
    """Higher the faster it learns, in each of two folds."""
    return [configuration.training.learning_rate * 10, configuration.training.learning_rate * 20]


def declare(n_folds: int = 2, **settings: object) -> Configuration:
    configuration = Configuration(training=TrainingSettings(folds=n_folds))
    return replace(configuration, search=replace(configuration.search, **settings))


def begin(tmp_path: Path, configuration: Configuration, corpus: str = "music") -> Study:
    source = tmp_path / "hunt.toml"
    space: Space = read_space(source, configuration)
    return Study(tmp_path / "hunt.db", configuration, space, source, corpus)


def run(tmp_path: Path, configuration: Configuration, figures: Figures = by_rate, n_workers: int = 1) -> list[Trial]:
    study = begin(tmp_path, configuration)
    list(study.run(StandIn(figures, n_workers)))
    return study.trials


def test_a_grid_tries_every_point_once(tmp_path):
    trials = run(tmp_path, declare(method="grid", space=GRID))
    assert [tuple(trial.point.values()) for trial in trials] == [(1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (3, 2)]
    assert {trial.state for trial in trials} == {"finished"}
    assert [trial.number for trial in trials] == [1, 2, 3, 4, 5, 6]


def test_what_is_drawn_depends_on_the_seed_and_the_place_alone(tmp_path):
    def points(name: str, seed: int, trials: int) -> list[object]:
        (tmp_path / name).mkdir(exist_ok=True)
        return [trial.point for trial in run(tmp_path / name, declare(**{**RANDOM, "seed": seed, "trials": trials}))]

    whole = points("whole", 1, 6)
    assert len({str(point) for point in whole}) == 6
    assert points("other", 2, 6) != whole
    points("pieces", 1, 2)
    assert points("pieces", 1, 6) == whole


@pytest.mark.parametrize("method", ["random", "tpe"])
def test_a_search_that_was_interrupted_tries_what_it_would_have_tried(tmp_path, method):
    configuration = declare(method=method, trials=8, startup_trials=3, space=RATES)
    (tmp_path / "whole").mkdir()
    whole = run(tmp_path / "whole", configuration)
    study = begin(tmp_path, configuration)
    steps = study.run(StandIn(by_rate))
    for _ in range(9):  # the fifth trial's first fold
        assert study.n_steps_done <= 9
        next(steps)
    steps.close()
    assert len(study.trials) == 4
    assert run(tmp_path, configuration) == whole


def test_an_interrupt_cuts_nothing_that_is_recorded_in_two(tmp_path, monkeypatch, interrupts):
    recorded = []

    def record(study: optuna.Study, trial: optuna.Trial | int, *values: object, **states: object) -> None:
        signal.raise_signal(signal.SIGINT)
        tell(study, trial, *values, **states)
        recorded.append(trial)

    tell = optuna.Study.tell
    monkeypatch.setattr(optuna.Study, "tell", record)
    study = begin(tmp_path, declare(**RANDOM))
    steps = study.run(StandIn(by_rate))
    assert next(steps) is None
    assert next(steps).state == "finished"
    assert len(recorded) == 1
    with pytest.raises(KeyboardInterrupt):
        next(steps)
    assert [trial.state for trial in study.trials] == ["finished"]
    monkeypatch.undo()
    assert run(tmp_path, declare(**RANDOM))[:1] == study.trials[:1]


def test_a_trial_that_was_running_when_killed_gives_its_place_back(tmp_path):
    configuration = declare(method="grid", space=GRID)
    study = begin(tmp_path, configuration)
    steps = study.run(StandIn(lambda _: [0.1, 0.2]))
    for _ in range(3):
        next(steps)
    states = "SELECT state, count(*) FROM trials GROUP BY state"
    with closing(sqlite3.connect(tmp_path / "hunt.db")) as database:
        assert dict(database.execute(states)) == {"COMPLETE": 1, "RUNNING": 1}
        # A second study stands for the next start; the first one never gets to tidy up.
        trials = run(tmp_path, configuration, lambda _: [0.3, 0.4])
        assert dict(database.execute(states)) == {"COMPLETE": 6, "FAIL": 1}
    assert [trial.figure for trial in trials] == [0.2, 0.4, 0.4, 0.4, 0.4, 0.4]
    assert [tuple(trial.point.values()) for trial in trials] == [(1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (3, 2)]


def test_a_kill_between_planning_and_beginning_a_point_loses_none(tmp_path):
    configuration = declare(method="grid", space=GRID)
    study = begin(tmp_path, configuration)
    study._study.enqueue_trial(study._grid.point(0), user_attrs={"place": 0})
    trials = run(tmp_path, configuration, lambda _: [0.1, 0.2])
    assert len({str(trial.point) for trial in trials}) == len(trials) == 6


def test_nothing_is_tried_again_when_it_is_over(tmp_path):
    first = run(tmp_path, declare(**RANDOM))
    study = begin(tmp_path, declare(**RANDOM))
    idle = StandIn(by_rate)
    assert list(study.run(idle)) == []
    assert not idle.tasks
    assert study.trials == first


def test_tpe_draws_where_earlier_trials_did_well(tmp_path):
    trials = run(tmp_path, declare(method="tpe", trials=24, startup_trials=8, space=RATES))
    good = [trial.point["training.learning_rate"] > 5e-3 for trial in trials]
    assert sum(good[:8]) < 4
    assert sum(good[8:]) > 6  # 2.4 by chance


def test_the_best_has_the_highest_figure_of_all_folds(tmp_path):
    configuration = declare(n_folds=4, method="grid", pruning="median", startup_trials=1, space=GRID)

    def figures(tried: Configuration) -> list[float]:
        # The fifth point begins badly and would end best.
        return [0.1, 0.9, 0.9, 0.9] if tried.training.epochs == 3 else [0.5, 0.5, 0.5, tried.training.epochs / 10]

    study = begin(tmp_path, configuration)
    list(study.run(StandIn(figures)))
    assert (study.best.number, study.best.figure) == (3, 0.2)
    pruned = study.trials[4:]
    assert {(trial.state, trial.figure, trial.n_folds) for trial in pruned} == {("pruned", 0.1, 1)}
    assert study.n_steps_done == 6 * 4


@pytest.mark.parametrize(("pruning", "least", "most"), [("off", 48, 48), ("median", 12, 40), ("halving", 12, 40)])
def test_pruning_saves_folds(tmp_path, pruning, least, most):
    def figures(tried: Configuration) -> list[float]:
        return [tried.training.learning_rate * (fold + 1) for fold in range(4)]

    configuration = declare(n_folds=4, method="random", trials=12, pruning=pruning, startup_trials=2, space=RATES)
    trials = run(tmp_path, configuration, figures)
    n_trained = sum(trial.n_folds for trial in trials)
    assert least <= n_trained <= most
    assert ("pruned" in {trial.state for trial in trials}) == (pruning != "off")
    best = max(trials, key=lambda trial: trial.point["training.learning_rate"])
    assert best.state == "finished"


def test_failures_are_recorded_with_their_reason_and_the_search_goes_on(tmp_path):
    def figures(tried: Configuration) -> list[float] | Failed:
        return Failed("no tile is left to learn from") if tried.training.epochs == 2 else [0.1, 0.2]

    configuration = declare(method="grid", space={**GRID, "system.targets": {"values": ["binary", "softmax"]}})
    trials = run(tmp_path, configuration, figures)
    reasons = {tuple(trial.point.values()): trial.reason for trial in trials if trial.state == "failed"}
    contradiction = "[system] bags is 2, but only binary networks draw bags"
    assert reasons == {
        (1, 2, "softmax"): contradiction,
        (2, 2, "softmax"): contradiction,
        (3, 2, "softmax"): contradiction,
        (2, 1, "binary"): "no tile is left to learn from",
        (2, 1, "softmax"): "no tile is left to learn from",
        (2, 2, "binary"): "no tile is left to learn from",
    }
    assert len(trials) == 12
    assert run(tmp_path, configuration) == trials


def test_a_bug_ends_the_search_and_is_recorded(tmp_path):
    study = begin(tmp_path, declare(**RANDOM))
    with pytest.raises(
        SearchError, match=r"hunt.db: trial 1 was ended by a bug: its process has ended with the traceback above"
    ):
        list(study.run(StandIn(lambda _: Failed("its process has ended with the traceback above", is_bug=True))))
    assert [trial.state for trial in study.trials] == ["failed"]


def test_what_is_drawn_twice_is_trained_once(tmp_path):
    space = {"training.epochs": {"values": [1, 2]}}
    study = begin(tmp_path, declare(method="random", trials=12, space=space))
    trained = StandIn(lambda tried: Failed("too short") if tried.training.epochs == 1 else [0.1, 0.2])
    list(study.run(trained))
    assert len(trained.tasks) == 2
    figures = {(trial.point["training.epochs"], trial.state, trial.figure) for trial in study.trials}
    assert figures == {(1, "failed", None), (1, "repeated", None), (2, "finished", 0.2), (2, "repeated", 0.2)}
    assert study.best.state == "finished"


def test_several_processes_share_the_work(tmp_path):
    study = begin(tmp_path, declare(method="grid", space=GRID))
    stand_in = StandIn(lambda _: [0.1, 0.2], n_workers=4)
    over = [trial for trial in study.run(stand_in) if trial is not None]
    assert sorted(trial.number for trial in over) == [1, 2, 3, 4, 5, 6]
    assert len({str(task.configuration) for task in stand_in.tasks}) == 6
    assert stand_in.n_free == 4


def test_only_the_folds_that_are_asked_for_are_trained(tmp_path):
    study = begin(tmp_path, declare(n_folds=4, **{**RANDOM, "folds": 3, "trials": 1}))
    stand_in = StandIn(lambda _: [0.1, 0.2, 0.3])
    list(study.run(stand_in))
    assert [(task.first, task.stop) for task in stand_in.tasks] == [(0, 3)]


@pytest.mark.parametrize(
    ("change", "corpus", "named"),
    [
        ({"space": {"training.learning_rate": {"low": 1e-4, "high": 2e-2, "log": True}}}, "music", "[search.space]"),
        ({"space": {**RATES, "training.epochs": {"values": [1]}}}, "music", "[search.space]"),
        ({"metric": "macro_roc_auc"}, "music", "[search] metric"),
        ({"method": "tpe", "seed": 3}, "music", "[search] method, [search] seed"),
        ({"folds": 1}, "music", "[search] folds"),
        ({}, "other music", "music, labels or tiles"),
    ],
)
def test_a_study_of_another_search_is_refused(tmp_path, change, corpus, named):
    run(tmp_path, declare(**RANDOM))
    with pytest.raises(SearchError) as caught:
        begin(tmp_path, declare(**{**RANDOM, **change}), corpus)
    assert f"hunt.db: was begun with other {named}, so that figures can't be compared; go on" in str(caught.value)


def test_what_is_not_searched_must_stay_and_what_is_may_change(tmp_path):
    configuration = declare(**RANDOM)
    run(tmp_path, configuration)
    begin(tmp_path, replace(configuration, training=replace(configuration.training, learning_rate=0.5)))
    begin(tmp_path, replace(configuration, training=replace(configuration.training, at_once="never")))
    begin(tmp_path, declare(**{**RANDOM, "trials": 9, "workers": 3, "pruning": "median", "confirm_seed": 5}))
    with pytest.raises(SearchError, match=r"was begun with other \[training\] epochs, so"):
        begin(tmp_path, replace(configuration, training=replace(configuration.training, epochs=5)))


@pytest.mark.parametrize("content", [b"no database at all, but long enough to be looked at " * 20, b""])
def test_files_that_are_no_study(tmp_path, content):
    (tmp_path / "hunt.db").write_bytes(content)
    if content:
        with pytest.raises(SearchError, match=r"hunt.db: can't be used as a study: .*file is not a database"):
            begin(tmp_path, declare(**RANDOM))
    else:
        assert begin(tmp_path, declare(**RANDOM)).trials == []


def test_the_file_is_open_only_while_it_is_read_or_written(tmp_path):
    study = begin(tmp_path, declare(**RANDOM))
    list(study.run(StandIn(by_rate)))
    assert study.trials
    assert not [opened.path for opened in psutil.Process().open_files() if opened.path.startswith(str(study.path))]


@pytest.fixture
def volume(tmp_path: Path) -> Iterator[Path]:
    """A small file system of its own."""
    if sys.platform != "linux" or os.geteuid():
        pytest.skip("only root may mount")
    point = tmp_path / "volume"
    point.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", point], capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"can't mount here: {mounted.stderr.strip()}")
    yield point
    subprocess.run(["umount", "-l", point], check=False, capture_output=True)


def fill(volume: Path) -> None:
    with suppress(OSError), (volume / "filler").open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


def test_a_full_disk_is_said_and_the_search_goes_on_once_there_is_room(volume):
    configuration = declare(**RANDOM)

    def search_until_it_is_full() -> None:
        with keep_alone(volume / "hunt.db"):
            steps = begin(volume, configuration).run(StandIn(by_rate))
            assert next(steps) is None
            assert next(steps) is not None
            fill(volume)
            list(steps)

    with pytest.raises(SearchError, match=r"hunt.db: database or disk is full; what was tried is kept") as caught:
        search_until_it_is_full()
    assert caught.value.path == volume / "hunt.db"
    (volume / "filler").unlink()
    with keep_alone(volume / "hunt.db"):
        kept = begin(volume, configuration).trials
        assert len(kept) >= 1
        trials = run(volume, configuration)
    assert trials[: len(kept)] == kept
    assert [trial.state for trial in trials] == ["finished"] * 6


def test_a_disk_that_is_full_from_the_start_is_said(volume):
    fill(volume)
    with pytest.raises(SearchError, match=r"hunt.db: .*disk is full"), keep_alone(volume / "hunt.db"):
        begin(volume, declare(**RANDOM))


def test_a_study_is_kept_by_one_at_a_time(tmp_path):
    path = tmp_path / "search" / "hunt.db"
    with keep_alone(path), pytest.raises(SearchError, match="another search is at work on it"), keep_alone(path):
        pass
    with keep_alone(path):
        assert path.parent.is_dir()
    (tmp_path / "file").touch()
    with pytest.raises(SearchError, match=r"file: File exists|file: Not a directory"), keep_alone(tmp_path / "file/x"):
        pass
