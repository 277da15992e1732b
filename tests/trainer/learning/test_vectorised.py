"""Members trained at once, against the same members trained alone; by JAX, so in processes of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from trainer.errors import TrainingError
from trainer.learning.devices import environment
from trainer.learning.exchange import Bag, NetworkPlan
from trainer.learning.network import build_network
from trainer.learning.vectorised_process import train_in_process
from trainer.metrics import roc_auc
from trainer.settings import TrainingSettings

CHECKS = Path(__file__).with_name("vectorised_checks.py")
XLA_FLAGS = "--xla_force_host_platform_device_count=4 --xla_backend_optimization_level=0"
TIME_LIMIT_S = 600
SETTINGS = TrainingSettings(epochs=5, patience=5, first_epochs=1, learning_rate=0.003, batch_tiles=16)


@pytest.fixture(scope="module")
def checks() -> dict[str, Any]:
    """What `vectorised_checks` found."""
    run = subprocess.run(
        [sys.executable, CHECKS],
        env=environment("cpu") | {"XLA_FLAGS": XLA_FLAGS},
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT_S,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_members_become_what_model_fit_makes_of_them_alone(checks: dict[str, Any]) -> None:
    """With early stopping, with nothing held, and with a number of epochs."""
    assert [len(found["losses"][0]) for found in checks["against_fit"]] == [5, 20, 3]
    for found in checks["against_fit"]:
        assert found["weights"] < 1e-4
        assert found["best_epochs"][0] == found["best_epochs"][1]
        np.testing.assert_allclose(*found["losses"], atol=1e-4)


def test_members_with_fewer_batches_sit_out_the_others_steps(checks: dict[str, Any]) -> None:
    for found in checks["against_steps"]:
        assert found["weights"] < 1e-4
        np.testing.assert_allclose(*found["losses"], atol=1e-4)


def test_members_know_nothing_of_one_another(checks: dict[str, Any]) -> None:
    first, second, *others = checks["independence"]["changed"]
    assert first == 0
    assert second > 0.01
    assert others == [0, 0]


def test_members_may_be_trained_a_few_at_a_time(checks: dict[str, Any]) -> None:
    assert max(checks["independence"]["in_parts"]) < 1e-4
    assert checks["independence"]["told"] == [1, 24, 24, 24]


def test_four_devices_share_every_batch_and_find_what_one_finds(checks: dict[str, Any]) -> None:
    assert checks["sharding"]["shares"] == [[1, 14], [4, 4]]
    assert max(checks["sharding"]["differences"]) < 1e-4


def test_too_little_memory_says_what_to_do(checks: dict[str, Any]) -> None:
    assert "too little memory to train 4 members at once" in checks["too_little_memory"]
    assert "train fewer at a time" in checks["too_little_memory"]


def _sound(n_tiles: int) -> tuple[np.ndarray, np.ndarray]:
    """Tiles of the real shape of which every second has low coefficients that move up and down."""
    tiles = np.random.default_rng(3).normal(size=(n_tiles, 40, 100)).astype(np.float32)
    tiles[::2, :8] += 3 * np.sin(np.arange(100, dtype=np.float32) / 4)
    return tiles, (np.arange(n_tiles) % 2 == 0).astype(np.float32)[:, np.newaxis]


def test_what_jax_trained_is_heard_by_this_keras() -> None:
    """The paper's network in mixed bfloat16, of which tiles lie apart from one another in a larger array."""
    tiles, targets = _sound(120)
    weights = np.ones(len(tiles), np.float32)
    network = build_network("cnn", (40, 100))
    begun = network.get_weights()
    begun[-1] = np.full(1, 3, np.float32)
    learned, held = np.arange(4, 68), np.arange(68, 92)
    bags = [
        Bag(learned, held, targets, weights, seed=1),
        Bag(learned, held, 1 - targets, weights, seed=2, initial=begun),
    ]
    told: list[tuple[int, int]] = []
    members = train_in_process(
        NetworkPlan("cnn"), tiles, bags, SETTINGS, wanted="cpu", tell=lambda *how_far: told.append(how_far)
    )
    assert told == [(epoch, 5) for epoch in range(1, 6)]
    network.compile(loss="binary_crossentropy")
    unheard = np.arange(92, 120)
    assert members[1].losses[0][0] > 1 > members[0].losses[0][0]  # its bias said that all are positive, to begin with
    for bag, member in zip(bags, members, strict=True):
        network.set_weights(member.weights)
        scores = network.predict(tiles[unheard], verbose=0)[:, 0].astype(np.float64)
        assert roc_auc(bag.targets[unheard, 0] > 0, scores) > 0.95
        validation = [loss for _, loss in member.losses]
        assert member.best_epoch == 2 + int(np.argmin(validation[1:]))
        heard = network.evaluate(tiles[bag.held], bag.targets[bag.held], verbose=0)
        assert heard == pytest.approx(validation[member.best_epoch - 1], abs=0.05)


def test_a_process_that_refuses_says_why() -> None:
    tiles, targets = _sound(4)
    nothing = Bag(np.arange(0), np.arange(4), targets, np.ones(4, np.float32), 0)
    with pytest.raises(TrainingError, match="no tile to learn from"):
        train_in_process(NetworkPlan("cnn"), tiles, [nothing], SETTINGS, wanted="cpu")


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for the process")
@pytest.mark.parametrize(
    ("script", "error", "said"),
    [
        ("kill -9 $$", TrainingError, "train fewer at a time"),
        ("echo Traceback of a mistake >&2; exit 1", RuntimeError, "Traceback of a mistake"),
    ],
)
def test_a_process_that_ends_is_an_error(
    script: str, error: type[Exception], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    tiles, targets = _sound(4)
    bag = Bag(np.arange(4), np.arange(0), targets, np.ones(4, np.float32), 0)
    with pytest.raises(error, match=said):
        train_in_process(NetworkPlan("cnn"), tiles, [bag], SETTINGS, wanted="cpu")
