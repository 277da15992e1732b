"""What a trial is trained and measured on, with real networks on noise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from search_samples import write_config, write_corpus

from tagger_app.features.spec import FeatureSpec
from trainer.configuration import Configuration, load_configuration
from trainer.corpora.loading import load_tracks
from trainer.errors import TrainingError
from trainer.evaluation.figures import evaluate
from trainer.learning.cross_validation import folds_of
from trainer.learning.systems import System
from trainer.metrics import macro, pr_auc
from trainer.search.messages import Answer, Confirmed, Failed, Finished, FoldFigure, Task
from trainer.search.trials import Bench, ScoresByFold
from trainer.tiles.cache import TileCache
from trainer.tiles.dataset import load_dataset


@pytest.fixture(scope="module")
def configuration(tmp_path_factory: pytest.TempPathFactory) -> Configuration:
    folder = tmp_path_factory.mktemp("trials")
    # So slow that the networks make mistakes: figures that are all 1 would agree whatever they were of.
    text = write_corpus(folder / "corpus").replace("folds = 2", "folds = 3").replace("rate = 0.003", "rate = 0.0002")
    return load_configuration(write_config(folder, text, "[search.space]\n'training.epochs' = { low = 1, high = 2 }"))


@pytest.fixture(scope="module")
def bench(configuration: Configuration) -> Bench:
    return Bench(configuration)


def n_trained(configuration: Configuration) -> int:
    return len([path for path in (configuration.bundle.work / "systems").glob("*.npz") if "weights" not in path.name])


def in_folder(configuration: Configuration, folder: Path) -> Configuration:
    return replace(configuration, bundle=replace(configuration.bundle, work=folder))


def types(answers: Iterator[Answer]) -> list[type]:
    return [type(answer) for answer in answers]


def test_all_folds_come_to_the_figure_of_an_evaluation(bench, configuration, tmp_path):
    tried = in_folder(configuration, tmp_path)
    first, second, whole = bench.answers(Task(tried, 0, 3))
    assert (first.n_folds, second.n_folds) == (1, 2)
    dataset = load_dataset(TileCache(tried.corpus.tiles, FeatureSpec()), load_tracks(tried))
    system = System(dataset, tried.training, tried.system, tried.augmentation, tmp_path / "again")
    answers = list(system.train())
    folds, weights = folds_of(dataset, tried.training), np.ones(len(dataset.tracks))
    evaluation = evaluate("again", dataset, system.gather(answers), folds, weights, seed=0)
    assert evaluation.macro_pr_auc.value < 0.99
    assert whole == Finished(pytest.approx(evaluation.macro_pr_auc.value, abs=1e-6))
    held = folds == 0
    columns = np.flatnonzero(dataset.labels.any(axis=0))
    logits = system.gather(answers).track_logits[held][:, columns]
    expected = macro(pr_auc)(dataset.labels[held][:, columns], logits)
    assert first == FoldFigure(1, pytest.approx(expected, abs=1e-6))


def test_only_the_folds_of_a_task_are_trained_and_those_given_up_are_not(bench, configuration, tmp_path):
    tried = in_folder(configuration, tmp_path)
    given_up = bench.answers(Task(tried, 0, 3))
    assert next(given_up).n_folds == 1
    given_up.close()
    assert n_trained(tried) == 1
    assert types(bench.answers(Task(tried, 0, 2))) == [FoldFigure, Finished]
    assert n_trained(tried) == 2


def test_the_folds_that_were_left_out_confirm(bench, configuration, tmp_path):
    tried = in_folder(configuration, tmp_path)
    (confirmed,) = bench.answers(Task(tried, 1, 3, is_confirmation=True))
    assert isinstance(confirmed, Confirmed)
    assert n_trained(tried) == 3
    *_, first_alone = bench.answers(Task(tried, 0, 1))
    *_, first_two = bench.answers(Task(tried, 0, 2))
    second = 2 * first_two.figure - first_alone.figure
    *_, third = bench.answers(Task(tried, 2, 3))
    assert confirmed.figure.value == pytest.approx((second + third.figure) / 2)
    assert confirmed.figure.low <= confirmed.figure.value <= confirmed.figure.high
    assert confirmed.figure.low < confirmed.figure.high
    assert confirmed.prevalence == pytest.approx(0.5, abs=0.1)


def test_another_division_confirms(bench, configuration, tmp_path):
    tried = in_folder(configuration, tmp_path)
    divided = replace(tried, training=replace(tried.training, seed=7))
    (confirmed,) = bench.answers(Task(divided, 0, 3, is_confirmation=True))
    *_, by_search = bench.answers(Task(tried, 0, 3))
    assert n_trained(tried) == 6
    assert confirmed.figure.value != by_search.figure
    assert confirmed.figure.low < confirmed.figure.value < confirmed.figure.high


def test_what_cannot_be_trained_fails_with_its_reason(bench, configuration):
    hopeless = replace(configuration, training=replace(configuration.training, least_tracks=800))
    (failed,) = bench.answers(Task(hopeless, 0, 3))
    assert failed == Failed("no genre has enough soundtracks to be trained; see [training] least_soundtracks")
    with pytest.raises(TrainingError, match="no genre has enough soundtracks"):
        bench.open(Task(hopeless, 0, 3))


def test_too_little_memory_costs_the_trial_alone(bench, configuration, monkeypatch):
    def fail(_system: System) -> Iterator[object]:
        raise MemoryError
        yield

    monkeypatch.setattr(System, "train", fail)
    assert list(bench.answers(Task(configuration, 0, 3))) == [Failed("there isn't enough memory for it")]


def test_the_key_of_the_corpus_changes_with_the_music_alone(bench, configuration, tmp_path):
    task = Task(configuration, 0, 3)
    slower = replace(configuration, training=replace(configuration.training, learning_rate=0.5))
    assert bench.open(task) == bench.open(replace(task, configuration=slower))
    listing = configuration.manifest.file.read_text(encoding="utf-8").replace("soundtrack 5", "soundtrack 4")
    other = configuration.manifest.file.with_name("other.csv")
    other.write_text(listing, encoding="utf-8")
    united = replace(configuration, manifest=replace(configuration.manifest, file=other))
    assert Bench(united).open(task).corpus != bench.open(task).corpus


def test_folds_are_ranked_by_themselves():
    y_true = np.array([[True], [False], [True], [False]])
    scores = np.array([[0.9], [0.8], [0.2], [0.1]])
    soundtracks = np.array(["a", "b", "c", "d"])
    by_fold = ScoresByFold(y_true, scores, np.array([0, 0, 1, 1]), soundtracks)
    assert by_fold.figure(macro(pr_auc)) == 1.0
    together = ScoresByFold(y_true, scores, np.zeros(4, np.int64), soundtracks)
    assert together.figure(macro(pr_auc)) == pytest.approx((1 + 2 / 3) / 2)
    empty = ScoresByFold(y_true, scores, np.array([0, 0, 1, 1]), soundtracks)
    with pytest.raises(TrainingError, match="hold no track of a genre"):
        replace(empty, y_true=np.zeros((4, 1), dtype=np.bool_)).figure(macro(pr_auc))
