"""A system whose networks are trained at once, by JAX in a process of its own, against one whose networks are not."""

from __future__ import annotations

import errno
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from trainer_samples import LEARNING, SETTINGS, make_dataset

from tagger_app.ensemble.bundle import load_bundle
from trainer.configuration import Configuration
from trainer.errors import TrainingError, WorkError
from trainer.learning import at_once, devices, teacher
from trainer.learning.systems import System
from trainer.metrics import roc_auc
from trainer.settings import AugmentationSettings, SystemSettings, TrainingSettings
from trainer.tiles.dataset import Dataset
from trainer.train_command import export_bundle, train_bundle

ALWAYS = replace(LEARNING, at_once="always")
BINARY = SystemSettings(network="fully_connected")


@pytest.fixture(autouse=True)
def on_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tested here is the way, which is the same on a GPU."""
    monkeypatch.setenv("JAX_PLATFORMS", "cpu")


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return make_dataset()


def make_system(
    dataset: Dataset, work: Path, training: TrainingSettings = ALWAYS, settings: SystemSettings = BINARY
) -> System:
    return System(dataset, training, settings, AugmentationSettings(), work)


def mtimes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("*.npz")}


def test_a_fold_is_trained_at_once_and_answers_like_one_network_after_the_other(
    dataset: Dataset, tmp_path: Path
) -> None:
    together, alone = make_system(dataset, tmp_path / "together"), make_system(dataset, tmp_path / "alone", LEARNING)
    said: list[str] = []
    ours, theirs = together.gather(list(together.train(said.append))), alone.gather(list(alone.train()))
    assert said[0].startswith("all members at once, by JAX")
    assert "fold 1, 2 networks at once: 12 of at most 12 epochs" in said
    assert [own.part for own in ours.parts] == [own.part for own in theirs.parts]
    for column, genre in ((0, "Action"), (4, "Drama")):
        positive = dataset.labels[:, column]
        assert roc_auc(positive, ours.track_logits[:, column]) > 0.95, genre
        # Another backend draws other numbers, but both have learned the same difference.
        assert np.corrcoef(ours.track_logits[:, column], theirs.track_logits[:, column])[0, 1] > 0.9, genre
    for own in ours.parts:
        assert own.best_epoch == 1 + int(np.argmin([validation for _, validation in own.losses]))


def test_what_is_half_trained_goes_on_either_way(dataset: Dataset, tmp_path: Path) -> None:
    """Networks trained one by one first, the rest of the fold at once, the other fold one by one again."""
    first = make_system(dataset, tmp_path, LEARNING)
    next(iter(first.train()))
    (before,) = {name for name in mtimes(tmp_path) if not name.endswith(".weights.npz")}
    kept = mtimes(tmp_path)
    second = make_system(dataset, tmp_path)
    assert second.key == first.key
    steps = second.train()
    done = [next(steps), next(steps)]
    assert [answers.part.fold for answers in done] == [0, 0]
    assert mtimes(tmp_path)[before] == kept[before]
    assert not second.is_complete
    third = make_system(dataset, tmp_path, LEARNING)
    answers = list(third.train())
    assert third.is_complete
    np.testing.assert_array_equal(answers[1].tile_logits, done[1].tile_logits)


def test_networks_at_once_become_a_bundle(configuration: Configuration, tmp_path: Path) -> None:
    """Cross-validated, exported, and trained on everything, two members at a time."""
    asked = replace(
        configuration,
        training=replace(ALWAYS, members_at_once=2),
        system=replace(BINARY, name="ensemble_k", bags=2),
        bundle=replace(configuration.bundle, id="at-once", work=tmp_path / "work"),
    )
    folder = train_bundle(asked, lambda *_: None)
    members = load_bundle(folder).manifest.members
    assert [entry.file for entry in members] == ["action.tflite", "action-2.tflite", "drama.tflite", "drama-2.tflite"]
    trained = mtimes(tmp_path / "work" / "systems")
    assert len(trained) == 2 * 2 * (2 * 2 + 2)
    again = replace(asked, training=replace(asked.training, at_once="never"))
    assert export_bundle(again, lambda *_: None) == folder
    assert mtimes(tmp_path / "work" / "systems") == trained


@pytest.mark.parametrize(
    "settings",
    [
        SystemSettings(name="logmel", targets="multilabel", network="fully_connected", features="logmel"),
        SystemSettings(name="softmax", targets="softmax", network="fully_connected"),
        SystemSettings(name="leaky", targets="multilabel", network="fully_connected", split="leaky_random"),
    ],
    ids=lambda settings: settings.name,
)
def test_other_systems_can_be_trained_so(dataset: Dataset, tmp_path: Path, settings: SystemSettings) -> None:
    system = make_system(dataset, tmp_path, replace(ALWAYS, epochs=2), settings)
    answers = next(iter(system.train()))
    assert np.isfinite(answers.tile_logits).all()
    again = teacher.hear(system.network(answers.part), system.tiles(0), np.flatnonzero(system.tile_folds == 0))
    np.testing.assert_allclose(again, answers.tile_logits, atol=1e-3)


@pytest.mark.parametrize(
    ("settings", "augmentation", "reason"),
    [
        (SystemSettings(targets="multilabel", pooling="attention"), AugmentationSettings(), "attention learns from"),
        (SystemSettings(), AugmentationSettings(gain_db=3.0), r"\[augmentation\] changes"),
    ],
)
def test_what_cannot_be_trained_at_once_is_said(
    dataset: Dataset, tmp_path: Path, settings: SystemSettings, augmentation: AugmentationSettings, reason: str
) -> None:
    system = System(dataset, ALWAYS, settings, augmentation, tmp_path)
    with pytest.raises(TrainingError, match=f"one after the other: {reason}"):
        next(iter(system.train()))
    assert at_once.choose(replace(SETTINGS, at_once="auto"), settings, augmentation) is None


def test_without_jax_it_is_said(dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once._chosen.cache_clear()
    monkeypatch.setattr(devices.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(TrainingError, match=r"JAX is not installed: pip install '\.\[train,jax\]'"):
        next(iter(make_system(dataset, tmp_path).train()))
    assert not list(tmp_path.glob("*.npz"))
    at_once._chosen.cache_clear()


def test_auto_takes_the_other_way_only_where_there_is_a_gpu(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The choice itself is `test_devices`'; here that a system follows it."""
    auto = replace(SETTINGS, epochs=1, at_once="auto")
    at_once._chosen.cache_clear()
    said: list[str] = []
    next(iter(make_system(dataset, tmp_path / "cpu", auto).train(said.append)))
    assert said[0].startswith("member by member on the CPU")
    monkeypatch.setattr(at_once, "_chosen", lambda wanted: devices.Devices("gpu", ["NVIDIA H200"], "0.10.2"))
    asked: list[int] = []

    def refuse(plan: object, tiles: object, bags: list[object], *_: object, **__: object) -> None:
        asked.append(len(bags))
        raise TrainingError("the GPU has too little memory")

    monkeypatch.setattr(teacher, "train_in_process", refuse)
    with pytest.raises(TrainingError, match="2 networks at once, fold 1: the GPU has too little memory"):
        next(iter(make_system(dataset, tmp_path / "gpu", auto).train(said.append)))
    assert asked == [2]
    assert said[-1] == "all members at once, by JAX 0.10.2 on 1 x NVIDIA H200"


def test_a_full_disk_is_said_and_leaves_nothing(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(WorkError, match=r"action-0-0\.npz: can't be written: No space left on device"):
        next(iter(make_system(dataset, tmp_path / "work", replace(SETTINGS, epochs=1)).train()))
    assert not list((tmp_path / "work").iterdir())
    with pytest.raises(WorkError, match="tiles can't be handed to JAX: No space left on device"):
        next(iter(make_system(dataset, tmp_path / "work").train()))


def test_settings_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="members_at_once is 0"):
        TrainingSettings(members_at_once=0)
