"""What JAX finds to compute on, and whether all members are trained at once there.

JAX takes most of a GPU's memory as soon as it is asked, so it is asked in a process that ends:
``python -m trainer.learning.devices``.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Literal

from trainer.errors import TrainingError

Vectorised = Literal["auto", "always", "never"]
"""Train all members at once: where there is a GPU, wherever JAX is, never."""
Wanted = Literal["auto", "cpu", "gpu"]
"""What to train on: the best there is, the CPU even beside a GPU, or a GPU and nothing else."""
_INSTALL = "pip install 'jax[cuda13]' (or 'jax[cuda12]') into the trainer's environment, with a driver that fits it"
_LOOK_S = 120


@dataclass(frozen=True)
class Devices:
    """Devices of one kind.

    Attributes
    ----------
    platform : "cpu", "gpu" or "tpu", as JAX has it
    names : of each device
    jax : version
    """

    platform: str
    names: list[str]
    jax: str

    @property
    def is_accelerator(self) -> bool:
        """Whether this is anything but the CPU."""
        return self.platform != "cpu"


def find_devices(wanted: Wanted = "auto") -> Devices | None:
    """What JAX would use; None where it is not installed.

    Raises
    ------
    TrainingError
        JAX doesn't start, or finds no GPU where one is wanted.
    """
    if importlib.util.find_spec("jax") is None:
        if wanted == "gpu":
            raise TrainingError(f"a GPU is asked for, but JAX is not installed: {_INSTALL}")
        return None
    run = subprocess.run(
        [sys.executable, "-m", "trainer.learning.devices"],
        env=environment(wanted),
        capture_output=True,
        text=True,
        timeout=_LOOK_S,
    )
    if run.returncode:
        raise TrainingError(f"JAX doesn't start: {(run.stderr.strip().splitlines() or ['it says nothing'])[-1]}")
    found = Devices(**json.loads(run.stdout.splitlines()[-1]))
    if wanted == "gpu" and found.platform != "gpu":
        raise TrainingError(f"a GPU is asked for, but JAX {found.jax} finds none: {_INSTALL}")
    return found


def choose_devices(vectorised: Vectorised, wanted: Wanted = "auto") -> Devices | None:
    """Where to train all members at once; None says to train them one by one.

    Raises
    ------
    TrainingError
        What is asked for can't be had.
    """
    if vectorised == "never":
        return None
    found = find_devices(wanted)
    if vectorised == "always" and found is None:
        raise TrainingError(
            "all members are to be trained at once, but JAX is not installed: pip install '.[train,jax]'"
        )
    return found if found and (found.is_accelerator or vectorised == "always") else None


def describe(devices: Devices | None) -> str:
    """What training uses, for a person."""
    if devices is None:
        return f"member by member on the CPU ({os.cpu_count()} cores)"
    if not devices.is_accelerator:
        return f"all members at once, by JAX {devices.jax} on the CPU ({os.cpu_count()} cores)"
    names = ", ".join(f"{devices.names.count(name)} x {name}" for name in sorted(set(devices.names)))
    return f"all members at once, by JAX {devices.jax} on {names}"


def environment(wanted: Wanted) -> dict[str, str]:
    """Environment of a process in which Keras runs on JAX."""
    chosen = {"KERAS_BACKEND": "jax"} | ({"JAX_PLATFORMS": "cpu"} if wanted == "cpu" else {})
    return dict(os.environ) | chosen


def _look() -> None:
    import jax

    devices = jax.devices()
    print(
        json.dumps({"platform": devices[0].platform, "names": [d.device_kind for d in devices], "jax": jax.__version__})
    )


if __name__ == "__main__":
    _look()
