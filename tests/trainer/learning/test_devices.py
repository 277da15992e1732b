from __future__ import annotations

import sys

import pytest

from trainer.errors import TrainingError
from trainer.learning import devices
from trainer.learning.devices import Devices, choose_devices, describe, environment, find_devices

GPUS = Devices("gpu", ["NVIDIA H200", "NVIDIA H200"], "0.10.2")
CPU = Devices("cpu", ["cpu"], "0.10.2")


def test_jax_is_asked_in_a_process_of_its_own() -> None:
    found = find_devices("cpu")
    assert found is not None
    assert (found.platform, found.names) == ("cpu", ["cpu"])
    assert not found.is_accelerator
    assert "jax" not in sys.modules or not sys.modules["jax"]._src.xla_bridge.backends_are_initialized()


def test_a_gpu_that_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAX_PLATFORMS", "cpu")
    with pytest.raises(TrainingError, match="finds none: pip install"):
        find_devices("gpu")


def test_a_jax_that_does_not_start_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAX_PLATFORMS", "abacus")
    with pytest.raises(TrainingError, match=r"JAX doesn't start: .*abacus"):
        find_devices()


def test_without_jax_there_are_no_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices.importlib.util, "find_spec", lambda name: None)
    assert find_devices() is None
    assert choose_devices("auto") is None
    with pytest.raises(TrainingError, match="JAX is not installed"):
        find_devices("gpu")
    with pytest.raises(TrainingError, match="JAX is not installed"):
        choose_devices("always")


@pytest.mark.parametrize(
    ("found", "vectorised", "expected"),
    [
        (GPUS, "auto", GPUS),
        (CPU, "auto", None),
        (CPU, "always", CPU),
        (GPUS, "never", None),
    ],
)
def test_all_at_once_where_there_is_a_gpu_or_it_is_asked_for(
    found: Devices, vectorised: devices.Vectorised, expected: Devices | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "find_devices", lambda wanted: found)
    assert choose_devices(vectorised) == expected


def test_what_is_used_is_said() -> None:
    assert describe(GPUS) == "all members at once, by JAX 0.10.2 on 2 x NVIDIA H200"
    assert describe(CPU).startswith("all members at once, by JAX 0.10.2 on the CPU (")
    assert describe(None).startswith("member by member on the CPU (")


def test_a_process_for_the_cpu_leaves_gpus_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAX_PLATFORMS", raising=False)
    assert environment("cpu")["JAX_PLATFORMS"] == "cpu"
    assert "JAX_PLATFORMS" not in environment("auto")
    assert environment("auto")["KERAS_BACKEND"] == "jax"
