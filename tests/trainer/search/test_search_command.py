"""The whole command: real processes, real networks on noise, kills, and the best that comes of it."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner, Result
from search_samples import write_config, write_corpus

from trainer.cli import main
from trainer.configuration import load_configuration

WAIT_S = 600


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_corpus(tmp_path_factory.mktemp("corpus"))


def invoke(*arguments: str | Path) -> Result:
    return CliRunner(env={"COLUMNS": "300"}).invoke(main, ["search", *map(str, arguments)])


@pytest.fixture(scope="module")
def searched(corpus: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """A grid that two processes have searched."""
    search = """
method = "grid"
workers = 2
confirm_seed = 3
[search.space]
"training.learning_rate" = { values = [0.0001, 0.0003] }
"training.epochs" = { low = 1, high = 2 }
"""
    config = write_config(tmp_path_factory.mktemp("grid"), corpus, search)
    return config, invoke("--config", config)


def test_a_search_tells_what_it_tried_and_what_the_best_is_worth(searched):
    _, result = searched
    assert result.exit_code == 0, result.output
    assert "4 trials (grid) of 2 folds, pruning off; 0 were there" in result.output
    assert "2 processes train at a time. One alone uses all" in result.output
    assert "of 4 trials: 4 finished" in result.output
    assert "macro PR-AUC by track on held-out soundtracks, all 2 folds:" in result.output
    assert "; prevalence alone 0.5" in result.output
    assert "That is too high: the best of many was chosen by it." in result.output
    assert "On all 2 folds of another division, by seed 3: " in result.output


def test_the_best_is_a_configuration_that_comes_to_the_same_figure(searched, tmp_path):
    from trainer.evaluation.comparison import compare_systems

    config, result = searched
    written = config.parent / "work" / "search" / "hunt-best.toml"
    best = load_configuration(written)
    assert (best.system.name, best.bundle.id) == ("hunt-best", "hunt-best")
    assert best.bundle.config_name == "hunt-best.toml"
    assert best.system.network == "fully_connected"
    assert best.search == load_configuration(config).search
    head = written.read_text(encoding="utf-8")
    assert head.startswith("# The best of hunt.toml, by `cuefit-trainer search`: trial ")
    assert " of 4 (4 finished).\n" in head
    assert 'base = "../../hunt.toml"' in head
    with closing(sqlite3.connect(config.parent / "work" / "search" / "hunt.db")) as database:
        (figure,) = database.execute("SELECT max(value) FROM trial_values").fetchone()
    assert f"all 2 folds: {figure:.3f}; prevalence alone" in head
    assert f"all 2 folds: {figure:.3f}; prevalence alone" in result.output
    anew = replace(best, bundle=replace(best.bundle, work=tmp_path / "anew"))
    evaluation = compare_systems([anew], lambda *_: None)[-1]
    assert figure < 0.99
    assert evaluation.name == "hunt-best"
    assert evaluation.macro_pr_auc.value == pytest.approx(figure, abs=1e-6)


def test_two_processes_worked_at_a_time(searched):
    config, _ = searched
    with closing(sqlite3.connect(config.parent / "work" / "search" / "hunt.db")) as database:
        rows = database.execute("SELECT datetime_start, datetime_complete FROM trials ORDER BY number").fetchall()
    assert len(rows) == 4
    (_, first_end), (second_begin, _) = rows[:2]
    assert second_begin < first_end


def test_a_search_that_is_over_trains_nothing(searched):
    config, _ = searched
    kept = {path: path.stat().st_mtime_ns for path in (config.parent / "work" / "systems").iterdir()}
    result = invoke("--config", config, "--workers", "1")
    assert result.exit_code == 0, result.output
    assert "4 trials (grid) of 2 folds, pruning off; 4 were there" in result.output
    assert {path: path.stat().st_mtime_ns for path in (config.parent / "work" / "systems").iterdir()} == kept


def test_a_space_is_needed_and_must_make_sense(corpus, tmp_path):
    result = invoke("--config", write_config(tmp_path, corpus, "[search.space]\n'training.epoch' = 1"))
    assert result.exit_code == 1
    assert 'hunt.toml: [search.space] "training.epoch" isn\'t a setting of [training]; is "training.epochs"' in (
        result.output
    )
    result = invoke("--config", write_config(tmp_path, corpus, ""))
    assert "[search.space] is empty: name a setting" in result.output


def test_nothing_to_train_is_said_by_the_process_that_finds_out(corpus, tmp_path):
    text = corpus.replace("least_tracks = 8", "least_tracks = 800")
    config = write_config(tmp_path, text, "[search.space]\n'training.epochs' = { low = 1, high = 2 }")
    result = invoke("--config", config)
    assert result.exit_code == 1
    assert "Error: no genre has enough soundtracks to be trained" in result.output


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_search_is_stopped_then_killed_then_goes_on(corpus, tmp_path):
    search = 'method = "random"\ntrials = 6\n[search.space]\n"training.learning_rate" = { low = 1e-4, high = 1e-2 }'
    config = write_config(tmp_path, corpus, search)

    with _begun(config, "--workers", "1") as process:
        _wait_for(lambda: len(_finished(config)) >= 1, process)
        os.killpg(process.pid, signal.SIGINT)
        output, _ = process.communicate(timeout=WAIT_S)
    assert process.returncode == 130
    assert "stopped; the same command goes on from here" in output
    assert "the best is in" in output
    assert "Traceback" not in output
    stopped = _finished(config)
    assert 1 <= len(stopped) < 6
    assert load_configuration(tmp_path / "work" / "search" / "hunt-best.toml").system.name == "hunt-best"

    with _begun(config, "--workers", "2") as process:
        _wait_for(lambda: len(_finished(config)) > len(stopped), process)
        training = [
            child for child in psutil.Process(process.pid).children() if "spawn_main" in " ".join(child.cmdline())
        ]
        assert len(training) == 2
        assert "another search is at work on it" in invoke("--config", config).output
        process.kill()
        process.communicate(timeout=WAIT_S)
    assert not psutil.wait_procs(training, timeout=20)[1]
    killed = _finished(config)
    assert len(stopped) < len(killed) < 6
    assert killed.items() >= stopped.items()

    result = invoke("--config", config)
    assert result.exit_code == 0, result.output
    assert f"6 trials (random) of 2 folds, pruning off; {len(killed)} were there" in result.output
    assert "of 6 trials: 6 finished" in result.output
    assert _finished(config).items() >= killed.items()
    assert len(set(_finished(config).values())) == len(_finished(config)) == 6


def _begun(config: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "trainer.cli", "search", "--config", str(config), *arguments]
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        # What a shell runs in the background ignores Ctrl-C, and so would its children.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def _wait_for(happened: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not happened():
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _finished(config: Path) -> dict[int, tuple[object, ...]]:
    """Figure, learning rate and end of each trial that came to its end, by number."""
    file = config.parent / "work" / "search" / "hunt.db"
    query = """
        SELECT number, value, param_value, datetime_complete FROM trials
        JOIN trial_values USING (trial_id) JOIN trial_params USING (trial_id) WHERE state = 'COMPLETE'
    """
    try:
        # Not read-only: what a killed process was writing is taken back by who reads next.
        with closing(sqlite3.connect(f"file:{file}?mode=rw", uri=True)) as database:
            return {number: tuple(row) for number, *row in database.execute(query)}
    except sqlite3.OperationalError:
        return {}  # not there yet, or being written to
