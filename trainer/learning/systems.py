"""A system on a data set: trained in every fold, it answers for the soundtracks it has not heard.

A system is one or several networks (*parts*): one a genre and bag for binary targets, one for all genres otherwise.
Each is kept, so an interrupted run goes on, and systems that share parts (the bags of `ensemble_k` begin with the
network of `binary_ensemble`) train them once.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property, lru_cache, partial
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
from trainer.learning.attention import answer_tracks, build_attention, gather_tracks, restore_tile_network
from trainer.learning.batches import TileBatches
from trainer.learning.cross_validation import (
    folds_of,
    run_key,
    tile_weights,
    track_means,
    trainable_genres,
    validation_tracks,
)
from trainer.learning.network import build_network, mel_unmixing
from trainer.learning.origin import Origin
from trainer.learning.parts import Part, PartAnswers
from trainer.learning.targets import Targets, targets_of
from trainer.learning.training import TrainedNetwork, draw_bag, fit_network
from trainer.settings import AugmentationSettings, SystemSettings, TrainingSettings
from trainer.tiles.augmentation import augment, gain_step
from trainer.tiles.dataset import Booleans, Dataset
from trainer.tiles.standardised import StandardisedTiles

_LEAST_PROBABILITY = 1e-6
_UNMIXED_TILES = 2000
"""About so many tell the deviations of mel energies."""


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


@dataclass(frozen=True)
class _Prepared:
    """What all networks of a fold share.

    Attributes
    ----------
    inside : tiles that may be learned from, bool [shape=(n_tiles,)]
    validation : which of them are kept for early stopping, bool [shape=(n_tiles,)]
    """

    standardisation: Standardisation
    tiles: StandardisedTiles
    inside: Booleans
    validation: Booleans


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
        self.genres = _genres_to_train(dataset, training, origin)
        if system.pooling == "attention" and augmentation.is_on:
            raise TrainingError("[augmentation] is for single tiles, and attention learns from tracks: turn one off")
        self._columns = [GENRES.index(genre) for genre in self.genres]
        self.spread = dataset.spread_tiles(training.tiles_per_track)
        self._weights = tile_weights(dataset, training)
        self._prepared = lru_cache(maxsize=1)(self._prepare)

    @property
    def parts(self) -> list[Part]:
        """The networks that are measured, fold by fold."""
        return [replace(part, fold=fold) for fold in range(self.training.folds) for part in self.final_parts]

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
        """Fold of each tile, int64 [shape=(n_tiles,)]."""
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

    def train(self) -> Iterator[PartAnswers]:
        """Train what isn't kept from an earlier run; yields every part as it is there."""
        for part in self.parts:
            yield self._trained(part, epochs=None)

    def train_final(self, answers: Sequence[PartAnswers], parts: Sequence[Part]) -> Iterator[PartAnswers]:
        """Train networks that ship on everything, each for the median of its folds' best epochs.

        Parameters
        ----------
        answers : what `train` yielded
        parts : some of `final_parts`
        """
        for part in parts:
            best = [own.best_epoch for own in answers if replace(own.part, fold=None) == part]
            yield self._trained(part, epochs=round(float(np.median(best))))

    def network(self, part: Part) -> keras.Model:
        """A trained network of one tile again, in float32."""
        n_scores = len(self.genres_of(part))
        n_mfcc = self.dataset.tiles[0].shape[1]
        # Its place is taken by the weights that were kept.
        unmixing = np.eye(n_mfcc, dtype=np.float32) if self.settings.features == "logmel" else None
        keras.mixed_precision.set_dtype_policy("float32")
        network = build_network(
            self.settings.network, self.dataset.tiles[0].shape[1:], n_scores, self._activation, unmixing
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
            held = np.flatnonzero(self.tile_folds == answer.part.fold)
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
    def _activation(self) -> Literal["sigmoid", "softmax"]:
        return "softmax" if self.settings.targets == "softmax" else "sigmoid"

    def _prepare(self, fold: int | None) -> _Prepared:
        dataset = self.dataset
        outside = np.zeros(len(dataset.owner), dtype=np.bool_) if fold is None else self.tile_folds == fold
        tracks = np.bincount(dataset.owner[~outside], minlength=len(dataset.tracks)) > 0
        standardisation = (
            self._origin.standardisation if self._origin else dataset.fit_standardisation(tracks, self._centre)
        )
        if fold is None:
            validation = outside  # nothing is kept back
        elif self.settings.split == "leaky_random":
            rng = np.random.default_rng(self.training.seed + fold)
            validation = rng.random(len(dataset.owner)) < self.training.validation_share
        else:
            seed = self.training.seed + fold
            validation = validation_tracks(dataset, tracks, self.training, seed)[dataset.owner]
        return _Prepared(standardisation, dataset.standardised(standardisation), ~outside & self.spread, validation)

    def _trained(self, part: Part, epochs: int | None) -> PartAnswers:
        if not kept.is_kept(self._work, self.key, part):
            self._work.mkdir(parents=True, exist_ok=True)
            try:
                answers, network = self._train_part(part, epochs)
            except TrainingError as error:
                where = "all soundtracks" if part.fold is None else f"fold {part.fold + 1}"
                raise TrainingError(f"{part.genre or 'all genres'}, {where}: {error}") from error
            kept.keep(self._work, self.key, answers, network.get_weights())
        return kept.load(self._work, self.key, part)

    def _train_part(self, part: Part, epochs: int | None) -> tuple[PartAnswers, keras.Model]:
        prepared = self._prepared(part.fold)
        seed = self.training.seed + 100 * (self.training.folds if part.fold is None else part.fold) + 1000 * part.bag
        seed += GENRES.index(part.genre) if part.genre else 50
        keras.utils.set_random_seed(seed)
        keras.mixed_precision.set_dtype_policy(self.training.precision)
        started = time.monotonic()
        targets = targets_of(
            part, self.dataset, self.settings, self._columns, self._weights, np.random.default_rng(seed)
        )
        unmixing = None
        if self.settings.features == "logmel":
            some = np.flatnonzero(prepared.inside)[:: max(1, int(prepared.inside.sum()) // _UNMIXED_TILES)]
            unmixing = mel_unmixing(prepared.standardisation.deviation, prepared.tiles[some])
        network = build_network(
            self.settings.network, prepared.tiles.shape[1:], targets.values.shape[1], self._activation, unmixing
        )
        if self._origin:
            try:
                network.set_weights(self._origin.weights(part))
            except ValueError as error:
                reason = f"its networks aren't what [system] describes, network = {self.settings.network!r}"
                raise TrainingError(f"{self._origin.name}: {reason}") from error
        outside = np.flatnonzero(self.tile_folds == part.fold)
        if self.settings.pooling == "attention":
            track_network, tile_network = build_attention(network, self.training.tiles_per_track)
            trained = self._fit_tracks(track_network, prepared, targets, seed, epochs)
            tile_logits, track_logits = answer_tracks(
                tile_network, prepared.tiles, outside, self.dataset.owner, targets.values.shape[1]
            )
        else:
            trained = self._fit_tiles(network, part, prepared, targets, seed, epochs)
            tile_logits = hear(network, prepared.tiles, outside)
            track_logits = np.zeros((0, targets.values.shape[1]), np.float32)
        took_s = time.monotonic() - started
        answers = PartAnswers(part, trained.best_epoch, trained.losses, took_s, tile_logits, track_logits)
        return answers, trained.network

    def _fit_tiles(
        self, network: keras.Model, part: Part, prepared: _Prepared, targets: Targets, seed: int, epochs: int | None
    ) -> TrainedNetwork:
        rng = np.random.default_rng(seed)
        learned = np.flatnonzero(prepared.inside & ~prepared.validation & targets.usable)
        held = np.flatnonzero(prepared.inside & prepared.validation & targets.usable)
        if part.genre:
            positive = targets.values[:, 0] > 0
            learned = learned[draw_bag(positive[learned], rng)]
            held = held[draw_bag(positive[held], rng)]
        step = gain_step(prepared.tiles.shape[1], float(prepared.standardisation.deviation[0]))
        change = partial(augment, settings=self._augmentation, gain_step=step) if self._augmentation.is_on else None
        size = self.training.batch_tiles
        return fit_network(
            network,
            TileBatches(prepared.tiles, learned, targets.values[learned], targets.weights[learned], size,
                        seed=seed, augment=change),
            TileBatches(prepared.tiles, held, targets.values[held], targets.weights[held], size) if len(held) else None,
            self.training,
            loss="categorical_crossentropy" if self.settings.targets == "softmax" else "binary_crossentropy",
            epochs=epochs,
        )  # fmt: skip

    def _fit_tracks(
        self, network: keras.Model, prepared: _Prepared, targets: Targets, seed: int, epochs: int | None
    ) -> TrainedNetwork:
        """Train on whole tracks, each given by as many tiles as `tiles_per_track`, repeated where it has fewer."""
        n_tiles = self.training.tiles_per_track
        batch_size = max(1, self.training.batch_tiles // n_tiles)

        def batches(chosen: Booleans, seed: int | None) -> TileBatches:
            places = gather_tracks(self.dataset.owner, chosen & targets.usable, n_tiles)
            first = places[:, 0]
            values, weights = targets.values[first], targets.weights[first]
            return TileBatches(prepared.tiles, places, values, weights, batch_size, seed=seed)

        learned = batches(prepared.inside & ~prepared.validation, seed)
        held = batches(prepared.inside & prepared.validation, None)
        return fit_network(network, learned, held if held.n_examples else None, self.training, epochs=epochs)


def _genres_to_train(dataset: Dataset, training: TrainingSettings, origin: Origin | None) -> list[str]:
    reasons = trainable_genres(dataset, training)
    genres = [genre for genre, reason in reasons.items() if not reason and (not origin or genre in origin.genres)]
    if not genres:
        raise TrainingError("no genre has enough soundtracks to be trained; see [training] least_soundtracks")
    if origin and origin.is_whole and (lacking := [genre for genre in origin.genres if genre not in genres]):
        because = "; ".join(f"{genre} has {reasons[genre]}" for genre in lacking)
        raise TrainingError(
            f"{origin.name} has one network for all of its genres, which needs music of each: {because}"
        )
    return list(origin.genres) if origin and origin.is_whole else genres


def hear(network: keras.Model, tiles: StandardisedTiles, chosen: npt.NDArray[np.int64]) -> Floats:
    """Log odds that a network gives some tiles, float32 [shape=(n_chosen, n_scores)]."""
    heard = [network.predict(chunk, batch_size=256, verbose=0) for chunk in tiles.chunks(chosen)]
    probabilities = np.concatenate(heard) if heard else np.zeros((0, network.output.shape[-1]))
    bounded = np.clip(probabilities.astype(np.float64), _LEAST_PROBABILITY, 1 - _LEAST_PROBABILITY)
    return np.asarray(np.log(bounded) - np.log1p(-bounded), dtype=np.float32)
