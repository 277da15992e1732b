"""Whether a system's networks are trained at once, and on what."""

from __future__ import annotations

from functools import lru_cache

from trainer.errors import TrainingError
from trainer.learning.devices import Devices, choose_devices
from trainer.settings import AugmentationSettings, SystemSettings, TrainingSettings


def reason_against(system: SystemSettings, augmentation: AugmentationSettings) -> str:
    """Why the networks of a system can only be trained one after the other; empty where they needn't be."""
    if system.pooling == "attention":
        return "attention learns from whole tracks"
    if augmentation.is_on:
        return "[augmentation] changes tiles as each network asks for them"
    return ""


def choose(training: TrainingSettings, system: SystemSettings, augmentation: AugmentationSettings) -> Devices | None:
    """What all networks of a fold are trained on at once; None where they are trained one after the other.

    Raises
    ------
    TrainingError
        They are to be trained at once, but can't be.
    """
    if reason := reason_against(system, augmentation):
        if training.at_once == "always":
            raise TrainingError(
                f'[training] at_once = "always", but the networks of {system.name} can only be trained one after the '
                f'other: {reason}; use "auto"'
            )
        return None
    return _chosen(training.at_once)


# JAX is asked once, in a process of its own that takes seconds.
_chosen = lru_cache(choose_devices)
