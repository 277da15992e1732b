"""Settings of training and of the bundle that comes of it: tables of a configuration file."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal


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
    at_once : train the networks of a fold together, by JAX: "auto" where it finds a GPU, "always" on whatever it finds,
        "never" by `model.fit`, one after the other
    members_at_once : at most so many together, all of them unless set; fewer need less memory
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
    at_once: Literal["auto", "always", "never"] = "auto"
    members_at_once: int | None = None

    def __post_init__(self) -> None:
        if self.members_at_once is not None and self.members_at_once < 1:
            raise ValueError(f"members_at_once is {self.members_at_once}, but must be at least 1")
        if self.folds < 2:
            raise ValueError(f"folds is {self.folds}, but must be at least 2")
        if not 0.0 < self.validation_share <= 0.5:
            raise ValueError(f"validation_share is {self.validation_share:g}, but must be above 0 and at most 0.5")
        if self.least_soundtracks < self.folds:
            raise ValueError(f"least_soundtracks is {self.least_soundtracks}, but each of {self.folds} folds needs one")
        for name in ("learning_rate", "epochs", "patience", "batch_tiles", "tiles_per_track", "cue_weight"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} is {getattr(self, name):g}, but must be above 0")

    @property
    def of_result(self) -> dict[str, Any]:
        """What changes a network that is trained, by name: not how many of them are trained at a time."""
        return {name: value for name, value in asdict(self).items() if name not in ("at_once", "members_at_once")}


@dataclass(frozen=True, kw_only=True)
class SystemSettings:
    """What is trained: the kind of network, what it answers, and how answers become those of a track.

    Attributes
    ----------
    name : of the system, for tables and cached results
    network : "cnn" has the paper's layers; the others are described in `trainer.learning.network`
    features : what the first layer sees: the coefficients, or the logarithms of mel energies that they came from
    targets : "binary", a network a genre on all its positives and a bag of negatives (the paper's ensemble);
        "multilabel", one network with a logistic output a genre; "softmax", one network and one label a tile, drawn
        from the track's labels (the paper's multi-class network)
    bags : networks a genre, each with another draw of negatives; their mean is the answer, their spread the doubt
    pooling : of tiles to the track: "mean" of the logits, or "attention", weights learned with a multi-label network
    split : "soundtrack" keeps a soundtrack on one side. "leaky_random" divides tiles at random, as the paper did, so
        that the network is asked about tracks it has heard; it exists to show the difference. "official" is that of the
        corpus, if all of it has one, as MTG-Jamendo's lists do: learned from their training part, stopped early and
        calibrated by their validation part, measured on their test part, without folds
    """

    name: str = "binary_ensemble"
    network: Literal["cnn", "fully_connected", "crnn"] = "cnn"
    features: Literal["mfcc", "logmel"] = "mfcc"
    targets: Literal["binary", "multilabel", "softmax"] = "binary"
    bags: int = 1
    pooling: Literal["mean", "attention"] = "mean"
    split: Literal["soundtrack", "leaky_random", "official"] = "soundtrack"

    def __post_init__(self) -> None:
        if self.bags < 1:
            raise ValueError(f"bags is {self.bags}, but must be at least 1")
        if self.bags > 1 and self.targets != "binary":
            raise ValueError(f"bags is {self.bags}, but only binary networks draw bags")
        if self.pooling == "attention" and self.targets != "multilabel":
            raise ValueError('pooling is "attention", which is learned with targets = "multilabel" only')
        if self.pooling == "attention" and self.split == "leaky_random":
            raise ValueError('pooling is "attention", which needs whole tracks: split = "soundtrack"')


@dataclass(frozen=True, kw_only=True)
class AugmentationSettings:
    """What is done to tiles each time they are learned from; zero is off.

    Attributes
    ----------
    time_shift_frames : a tile is rotated in time by up to so many frames either way
    gain_db : level is changed by up to so much either way, which moves the first coefficient
    time_mask_frames : a stretch of up to so many frames is set to the mean
    coefficient_mask : a band of up to so many coefficients is set to the mean (with the time mask: after SpecAugment,
        Park et al. 2019)
    mixup : alpha of the beta distribution that two tiles and their labels are mixed by (Zhang et al. 2018)
    """

    time_shift_frames: int = 0
    gain_db: float = 0.0
    time_mask_frames: int = 0
    coefficient_mask: int = 0
    mixup: float = 0.0

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if value < 0:
                raise ValueError(f"{name} is {value:g}, but must not be below 0")

    @property
    def is_on(self) -> bool:
        """Whether anything is done at all."""
        return any(vars(self).values())


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

    id: str = "open-2026.11c"
    config_name: str = "default.toml"
    folder: Path = Path("resources/models")
    work: Path = Path("corpus-work")
    centre: Literal["corpus", "track"] = "corpus"
    threshold_beta: float = 0.5
    embedding_size: int = 64
