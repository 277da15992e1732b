"""The processes of a search: what is given up, what is killed, and what ends by a bug."""

from __future__ import annotations

import multiprocessing
import os
from dataclasses import replace
from pathlib import Path

import pytest
from search_samples import write_config, write_corpus

from trainer.configuration import load_configuration
from trainer.search.messages import Failed, Finished, FoldFigure, Task
from trainer.search.workers import Workers


@pytest.mark.skipif(os.name != "posix", reason="kills by signals of POSIX")
def test_a_process_outlasts_what_it_gives_up_and_is_replaced_when_it_ends(tmp_path: Path, capfd) -> None:
    text = write_corpus(tmp_path / "corpus")
    configuration = load_configuration(write_config(tmp_path, text, "[search.space]\n'training.epochs' = 1"))
    task = Task(configuration, 0, 2)
    with Workers(task, 1) as pool:
        opening = pool.open()
        assert 0.4 < opening.prevalence < 0.6
        (process,) = multiprocessing.active_children()

        pool.begin(5, task)
        assert pool.n_free == 0
        number, first = pool.wait()
        assert (number, first) == (5, FoldFigure(1, pytest.approx(first.figure)))
        pool.decide(5, go_on=False)
        assert pool.n_free == 1

        pool.begin(6, task)
        assert pool.wait() == (6, first)
        pool.decide(6, go_on=True)
        number, whole = pool.wait()
        assert (number, type(whole)) == (6, Finished)
        assert multiprocessing.active_children() == [process]

        endless = replace(configuration, training=replace(configuration.training, epochs=100_000, patience=100_000))
        pool.begin(7, replace(task, configuration=endless))
        process.kill()
        assert pool.wait() == (7, Failed("its process was ended: Killed"))
        assert pool.n_free == 1

        pool.begin(8, replace(task, configuration=None))
        number, failed = pool.wait()
        assert (number, failed) == (8, Failed("its process has ended with the traceback above", is_bug=True))
        assert "AttributeError" in capfd.readouterr().err

        pool.begin(9, task)
        assert pool.wait() == (9, first)
        pool.decide(9, go_on=True)
        assert pool.wait() == (9, whole)
    assert multiprocessing.active_children() == []
