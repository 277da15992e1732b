"""A system on a data set: trained in every fold, it answers for the soundtracks it has not heard.

A system is one or several networks (*parts*): one a genre and bag for binary targets, one for all genres otherwise.
Each is kept, so an interrupted run goes on, and systems that share parts (the bags of `ensemble_k` begin with the
network of `binary_ensemble`) train them once. How many are trained at a time is no matter to what is kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property, lru_cache
from itertools import groupby
from pathlib import Path
from typing import Literal

import keras
import numpy as np
import numpy.typing as npt

from tagger_app.ensemble.standardise import Standardisation
from tagger_app.features.mfcc import Floats
from tagger_app.genres import GENRES, N_GENRES
from trainer.errors import TrainingError
from trainer.learning import parts as kept
from trainer.learning.at_once import choose
from trainer.learning.attention import restore_tile_network
from trainer.learning.cross_validation import (
    PARTS,
    folds_of,
    learned_for,
    official_folds,
    run_key,
    track_means,
    trainable_genres,
    validation_tracks,
)
from trainer.learning.devices import Devices, describe
from trainer.learning.lessons import Lessons
from trainer.learning.network import build_network
from trainer.learning.origin import Origin
from trainer.learning.parts import Part, PartAnswers
from trainer.learning.teacher import Teacher
from trainer.settings import AugmentationSettings, SystemSettings, TrainingSettings
from trainer.tiles.dataset import Dataset
from trainer.tiles.standardised import StandardisedTiles


@dataclass(frozen=True)
class Answers:
    """Out-of-fold answers of a whole system; columns of genres that can't be trained are NaN.

    Attributes
    ----------
    tile_logits : float32 [shape=(n_tiles, 10)]
    track_logits : float64 [shape=(n_tracks, 10)]
    doubt : deviation of the bags' mean logits, float64 [shape=(n_tracks, 10)]; NaN where there is one bag
    tile_folds : int64 [shape=(n_tiles,)]
    parts : every network
    """

    tile_logits: Floats
    track_logits: npt.NDArray[np.float64]
    doubt: npt.NDArray[np.float64]
    tile_folds: npt.NDArray[np.int64]
    parts: list[PartAnswers]


class System:
    """A system on a data set.

    Parameters
    ----------
    work : folder for the networks
    centre : see `tagger_app.ensemble.standardise.Standardisation`; that of `origin` counts where there is one
    origin : networks to go on from, instead of from random parameters

    Raises
    ------
    TrainingError
        No genre can be trained, or the settings contradict one another.
    """

    def __init__(
        self,
        dataset: Dataset,
        training: TrainingSettings,
        system: SystemSettings,
        augmentation: AugmentationSettings,
        work: Path,
        centre: Literal["corpus", "track"] = "corpus",
        origin: Origin | None = None,
    ) -> None:
        self.dataset = dataset
        self.training = training
        self.settings = system
        self._augmentation = augmentation
        self._work = work
        self._centre: Literal["corpus", "track"] = centre
        self._origin = origin
        self.genres = _genres_to_train(dataset, training, system, origin)
        if system.pooling == "attention" and augmentation.is_on:
            raise TrainingError("[augmentation] is for single tiles, and attention learns from tracks: turn one off")
        self.spread = dataset.spread_tiles(training.tiles_per_track)
        self._teacher = Teacher(dataset, training, system, augmentation, self.genres, origin)
        self._prepared = lru_cache(maxsize=1)(self._prepare)

    @property
    def parts(self) -> list[Part]:
        """The networks that are measured, fold by fold."""
        return [replace(part, fold=fold) for fold in range(self._n_folds) for part in self.final_parts]

    @property
    def final_parts(self) -> list[Part]:
        """The networks that learn from everything, to be shipped."""
        genres: Sequence[str | None] = self.genres if self.settings.targets == "binary" else [None]
        return [Part(None, genre, bag) for genre in genres for bag in range(self.settings.bags)]

    def genres_of(self, part: Part) -> list[str]:
        """Genres that the outputs of a network stand for, in order."""
        return [part.genre] if part.genre else self.genres

    @cached_property
    def tile_folds(self) -> npt.NDArray[np.int64]:
        """Fold of each tile, int64 [shape=(n_tiles,)]; of an official split as `official_folds` has it."""
        if self.settings.split == "official":
            return official_folds(self.dataset)[self.dataset.owner]
        if self.settings.split == "leaky_random":
            rng = np.random.default_rng(self.training.seed)
            return rng.integers(self.training.folds, size=len(self.dataset.owner))
        return folds_of(self.dataset, self.training)[self.dataset.owner]

    def standardisation(self, fold: int | None) -> Standardisation:
        """How tiles are standardised for the networks of a fold; None for those that ship."""
        return self._prepared(fold).standardisation

    def tiles(self, fold: int | None) -> StandardisedTiles:
        """All tiles, as the networks of a fold hear them."""
        return self._prepared(fold).tiles

    @property
    def is_complete(self) -> bool:
        """Whether every network that is measured has been trained."""
        return all(kept.is_kept(self._work, self.key, part) for part in self.parts)

    def train(self, tell: Callable[[str], None] = lambda said: None) -> Iterator[PartAnswers]:
        """Train what isn't kept from an earlier run; yields every part as it is there, fold by fold.

        Parameters
        ----------
        tell : called with what networks are trained on, and with how far those of a fold are that are trained at once
        """
        if not self.is_complete:
            tell(describe(self._devices))
        for _, parts in groupby(self.parts, lambda part: part.fold):
            yield from self._trained([(part, None) for part in parts], tell)

    def train_final(
        self,
        answers: Sequence[PartAnswers],
        parts: Sequence[Part],
        tell: Callable[[str], None] = lambda said: None,
    ) -> Iterator[PartAnswers]:
        """Train networks that ship on everything, each for the median of its folds' best epochs.

        Parameters
        ----------
        answers : what `train` yielded
        parts : some of `final_parts`
        """

        def epochs(part: Part) -> int:
            return round(float(np.median([own.best_epoch for own in answers if replace(own.part, fold=None) == part])))

        yield from self._trained([(part, epochs(part)) for part in parts], tell)

    def network(self, part: Part) -> keras.Model:
        """A trained network of one tile again, in float32."""
        n_scores = len(self.genres_of(part))
        n_mfcc = self.dataset.tiles[0].shape[1]
        # Its place is taken by the weights that were kept.
        unmixing = np.eye(n_mfcc, dtype=np.float32) if self.settings.features == "logmel" else None
        keras.mixed_precision.set_dtype_policy("float32")
        network = build_network(
            self.settings.network, self.dataset.tiles[0].shape[1:], n_scores, self._teacher.activation, unmixing
        )
        if self.settings.pooling == "attention":
            restore_tile_network(network, self.weights(part), self.training.tiles_per_track)
        else:
            network.set_weights(self.weights(part))
        return network

    def weights(self, part: Part) -> list[Floats]:
        """Parameters of a trained network, in the order of `keras.Model.get_weights`."""
        return kept.load_weights(self._work, self.key, part)

    def gather(self, answers: Sequence[PartAnswers]) -> Answers:
        """Put the parts together."""
        n_tiles, n_tracks = len(self.dataset.owner), len(self.dataset.tracks)
        tile_logits = np.full((self.settings.bags, n_tiles, N_GENRES), np.nan, np.float32)
        track_logits = np.full((n_tracks, N_GENRES), np.nan)
        for answer in answers:
            columns = [GENRES.index(genre) for genre in self.genres_of(answer.part)]
            held = self._outside(answer.part.fold)
            tile_logits[answer.part.bag, held[:, np.newaxis], columns] = answer.tile_logits
            if len(answer.track_logits):
                track_logits[np.unique(self.dataset.owner[held])[:, np.newaxis], columns] = answer.track_logits
        mean = tile_logits.mean(axis=0)
        if self.settings.pooling == "mean":
            track_logits = track_means(self.dataset, mean)
        by_bag = np.array([track_means(self.dataset, bag) for bag in tile_logits])
        doubt = by_bag.std(axis=0) if len(by_bag) > 1 else np.full_like(track_logits, np.nan)
        return Answers(mean, track_logits, doubt, self.tile_folds, list(answers))

    @cached_property
    def key(self) -> str:
        """Changes with anything that changes what a part says."""
        described = {
            **({"origin": self._origin.name} if self._origin else {}),
            "run": run_key(self.dataset, self.training, self._centre),
            "system": {**asdict(self.settings), "name": "", "bags": 0},
            "augmentation": asdict(self._augmentation),
        }
        return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()[:12]

    @property
    def _n_folds(self) -> int:
        return 1 if self.settings.split == "official" else self.training.folds

    def _outside(self, fold: int | None) -> npt.NDArray[np.int64]:
        """Tiles that the networks of a fold answer for, int64 [shape=(n_held_out_tiles,)]."""
        if fold is None:
            return np.zeros(0, np.int64)
        is_official = self.settings.split == "official"
        return np.flatnonzero(self.tile_folds >= 0 if is_official else self.tile_folds == fold)

    @cached_property
    def _devices(self) -> Devices | None:
        """What the networks of a fold are trained on at once; None where they are trained one after the other."""
        return choose(self.training, self.settings, self._augmentation)

    def _prepare(self, fold: int | None) -> Lessons:
        dataset = self.dataset
        outside = np.zeros(len(dataset.owner), dtype=np.bool_) if fold is None else self.tile_folds == fold
        learned = ~outside if fold is None else learned_for(self.tile_folds, fold)
        tracks = np.bincount(dataset.owner[learned], minlength=len(dataset.tracks)) > 0
        standardisation = (
            self._origin.standardisation if self._origin else dataset.fit_standardisation(tracks, self._centre)
        )
        if fold is None:
            validation = outside  # nothing is kept back
        elif self.settings.split == "official":
            validation = self.tile_folds == PARTS["validation"]
        elif self.settings.split == "leaky_random":
            rng = np.random.default_rng(self.training.seed + fold)
            validation = rng.random(len(dataset.owner)) < self.training.validation_share
        else:
            seed = self.training.seed + fold
            validation = validation_tracks(dataset, tracks, self.training, seed)[dataset.owner]
        return Lessons(
            standardisation, dataset.standardised(standardisation), ~outside & self.spread, validation,
            self._outside(fold),
        )  # fmt: skip

    def _trained(self, parts: Sequence[tuple[Part, int | None]], tell: Callable[[str], None]) -> Iterator[PartAnswers]:
        """These networks of one fold, each with the number of epochs to train it for; what is kept isn't trained."""
        missing = [(part, epochs) for part, epochs in parts if not kept.is_kept(self._work, self.key, part)]
        if missing and self._devices:
            for answers, weights in self._teacher.train_at_once(missing, self._prepared(missing[0][0].fold), tell):
                kept.keep(self._work, self.key, answers, weights)
        for part, epochs in parts:
            if not kept.is_kept(self._work, self.key, part):
                answers, weights = self._teacher.train(part, self._prepared(part.fold), epochs)
                kept.keep(self._work, self.key, answers, weights)
            yield kept.load(self._work, self.key, part)


def _genres_to_train(
    dataset: Dataset, training: TrainingSettings, system: SystemSettings, origin: Origin | None
) -> list[str]:
    folds = official_folds(dataset) if system.split == "official" else None
    reasons = trainable_genres(dataset, training, folds)
    genres = [genre for genre, reason in reasons.items() if not reason and (not origin or genre in origin.genres)]
    if not genres:
        raise TrainingError("no genre has enough soundtracks to be trained; see [training] least_soundtracks")
    if origin and origin.is_whole and (lacking := [genre for genre in origin.genres if genre not in genres]):
        because = "; ".join(f"{genre} has {reasons[genre]}" for genre in lacking)
        raise TrainingError(
            f"{origin.name} has one network for all of its genres, which needs music of each: {because}"
        )
    return list(origin.genres) if origin and origin.is_whole else genres
