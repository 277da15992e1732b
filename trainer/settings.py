"""Settings of training and of the bundle that comes of it: tables of a configuration file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class TrainingSettings:
    """How members are trained.

    Attributes
    ----------
    seed : of everything that is drawn
    optimizer : "sgd" has Nesterov momentum 0.9
    learning_rate : at the start; it falls linearly to zero over `epochs`
    epochs : at most
    patience : epochs without a better validation loss after which training stops; the best parameters are restored
    first_epochs : epochs that are never the best: on few soundtracks, one that has hardly learned can win by chance
    validation_share : share of the soundtracks that is kept for early stopping
    batch_tiles : tiles a step
    tiles_per_track : at most so many tiles of a track, evenly spread, so that long tracks don't drown short ones
    cue_weight : weight of production music, labelled by what it is for, against game music, labelled by package
    precision : Keras' policy, "float32" or "mixed_bfloat16"
    folds : soundtrack-disjoint folds of the cross-validation
    least_soundtracks, least_tracks : a genre with fewer positives than either stays untrained
    """

    seed: int = 20261122
    optimizer: Literal["sgd", "adam"] = "adam"
    learning_rate: float = 0.001
    epochs: int = 20
    patience: int = 6
    first_epochs: int = 4
    validation_share: float = 0.2
    batch_tiles: int = 128
    tiles_per_track: int = 8
    cue_weight: float = 3.0
    precision: Literal["float32", "mixed_bfloat16"] = "mixed_bfloat16"
    folds: int = 4
    least_soundtracks: int = 10
    least_tracks: int = 40

    def __post_init__(self) -> None:
        if self.folds < 2:
            raise ValueError(f"folds is {self.folds}, but must be at least 2")
        if not 0.0 < self.validation_share <= 0.5:
            raise ValueError(f"validation_share is {self.validation_share:g}, but must be above 0 and at most 0.5")
        if self.least_soundtracks < self.folds:
            raise ValueError(f"least_soundtracks is {self.least_soundtracks}, but each of {self.folds} folds needs one")
        for name in ("learning_rate", "epochs", "patience", "batch_tiles", "tiles_per_track", "cue_weight"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} is {getattr(self, name):g}, but must be above 0")


@dataclass(frozen=True, kw_only=True)
class BundleSettings:
    """What becomes of the trained members.

    Attributes
    ----------
    id : of the bundle, and name of its folder
    config_name : of this configuration, for the manifest
    folder : where bundles are written
    work : folder for what an interrupted run goes on from
    centre : "corpus" or "track", see `tagger_app.ensemble.standardise.Standardisation`
    threshold_beta : thresholds maximise F-beta on held-out tracks; below 1, precision counts more than recall
    embedding_size : dimensions of the embedding
    """

    id: str = "open-2026.11"
    config_name: str = "default.toml"
    folder: Path = Path("resources/models")
    work: Path = Path("corpus-work")
    centre: Literal["corpus", "track"] = "corpus"
    threshold_beta: float = 0.5
    embedding_size: int = 64
