"""How the networks of a system are begun and trained: one after the other, or all of a fold at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Literal

import keras
import numpy as np
import numpy.typing as npt

from tagger_app.features.mfcc import Floats
from tagger_app.genres import GENRES
from trainer.errors import TrainingError
from trainer.learning.attention import answer_tracks, build_attention, gather_tracks
from trainer.learning.batches import Augment, TileBatches
from trainer.learning.cross_validation import tile_weights
from trainer.learning.exchange import NetworkPlan
from trainer.learning.lessons import Lessons
from trainer.learning.network import build_network
from trainer.learning.origin import Origin
from trainer.learning.parts import Part, PartAnswers
from trainer.learning.targets import Targets, targets_of
from trainer.learning.training import TrainedNetwork, fit_network
from trainer.learning.vectorised_process import train_in_process
from trainer.settings import AugmentationSettings, SystemSettings, TrainingSettings
from trainer.tiles.augmentation import augment, gain_step
from trainer.tiles.dataset import Booleans, Dataset
from trainer.tiles.standardised import StandardisedTiles

Trained = tuple[PartAnswers, list[Floats]]
"""What a network says, and its parameters in the order of `keras.Model.get_weights`."""

_LEAST_PROBABILITY = 1e-6
_TOLD_TIMES = 10
"""So often it is told how far networks that are trained at once are."""


@dataclass(frozen=True)
class Teacher:
    """What all networks of a system have in common.

    Attributes
    ----------
    genres : that can be trained, in the order of `GENRES`, or in that of the scores of `origin`
    origin : networks to go on from, instead of from random parameters
    """

    dataset: Dataset
    training: TrainingSettings
    system: SystemSettings
    augmentation: AugmentationSettings
    genres: Sequence[str]
    origin: Origin | None = None

    @property
    def activation(self) -> Literal["sigmoid", "softmax"]:
        """Of the scores."""
        return "softmax" if self.system.targets == "softmax" else "sigmoid"

    def train(self, part: Part, lessons: Lessons, epochs: int | None) -> Trained:
        """Train one network.

        Parameters
        ----------
        lessons : of its fold
        epochs : train for exactly so many

        Raises
        ------
        TrainingError
            There is nothing to learn from, or `origin` has other networks.
        """
        started = time.monotonic()
        with _naming(part.genre or "all genres", part.fold):
            targets, network = self._begin(part, lessons)
            if self.system.pooling == "attention":
                track_network, tile_network = build_attention(network, self.training.tiles_per_track)
                trained = self._fit_tracks(track_network, part, lessons, targets, epochs)
                tile_logits, track_logits = answer_tracks(
                    tile_network, lessons.tiles, lessons.outside, self.dataset.owner, targets.values.shape[1]
                )
            else:
                trained = self._fit_tiles(network, part, lessons, targets, epochs)
                tile_logits = hear(network, lessons.tiles, lessons.outside)
                track_logits = tile_logits[:0]
        took_s = time.monotonic() - started
        answers = PartAnswers(part, trained.best_epoch, trained.losses, took_s, tile_logits, track_logits)
        return answers, trained.network.get_weights()

    def train_at_once(
        self, parts: Sequence[tuple[Part, int | None]], lessons: Lessons, tell: Callable[[str], None]
    ) -> Iterator[Trained]:
        """Train networks of one fold at once, by JAX in a process of its own.

        Parameters
        ----------
        parts : each with the number of epochs to train it for, or None to let early stopping say it
        lessons : of their fold
        tell : called with how far they are

        Raises
        ------
        TrainingError
            As `train_in_process` does, or `origin` has other networks.
        """
        started = time.monotonic()
        fold = parts[0][0].fold
        what = f"{len(parts)} networks at once" if len(parts) > 1 else "1 network"

        def tell_epoch(n_done: int, n_epochs: int) -> None:
            if n_done * _TOLD_TIMES // n_epochs > (n_done - 1) * _TOLD_TIMES // n_epochs:
                tell(f"{_fold_name(fold)}, {what}: {n_done} of at most {n_epochs} epochs")

        with _naming(what, fold):
            bags = []
            for part, epochs in parts:
                targets, network = self._begin(part, lessons)
                initial = network.get_weights() if self.origin else ()
                bags.append(lessons.draw(part, targets, self.seed(part), epochs=epochs, initial=initial))
            members = train_in_process(
                NetworkPlan(self.system.network, bags[0].targets.shape[1], self.activation),
                lessons.tiles,
                bags,
                self.training,
                loss=self._loss,
                unmixing=self._unmixing(lessons),
                members_at_once=self.training.members_at_once,
                tell=tell_epoch,
            )
        took_s = (time.monotonic() - started) / len(parts)
        for (part, _), member in zip(parts, members, strict=True):
            _, network = self._begin(part, lessons)
            network.set_weights(member.weights)
            heard = hear(network, lessons.tiles, lessons.outside)
            yield PartAnswers(part, member.best_epoch, member.losses, took_s, heard, heard[:0]), member.weights

    def seed(self, part: Part) -> int:
        """Of everything that is drawn for one network."""
        fold = self.training.folds if part.fold is None else part.fold
        own = GENRES.index(part.genre) if part.genre else 50
        return self.training.seed + 100 * fold + 1000 * part.bag + own

    @property
    def _loss(self) -> Literal["binary_crossentropy", "categorical_crossentropy"]:
        return "categorical_crossentropy" if self.system.targets == "softmax" else "binary_crossentropy"

    @cached_property
    def _columns(self) -> list[int]:
        return [GENRES.index(genre) for genre in self.genres]

    @cached_property
    def _weights(self) -> Floats:
        return tile_weights(self.dataset, self.training)

    def _unmixing(self, lessons: Lessons) -> Floats | None:
        return lessons.unmixing if self.system.features == "logmel" else None

    def _begin(self, part: Part, lessons: Lessons) -> tuple[Targets, keras.Model]:
        """What a network is asked, and the network before it has learned anything."""
        seed = self.seed(part)
        keras.utils.set_random_seed(seed)
        keras.mixed_precision.set_dtype_policy(self.training.precision)
        targets = targets_of(part, self.dataset, self.system, self._columns, self._weights, np.random.default_rng(seed))
        network = build_network(
            self.system.network,
            lessons.tiles.shape[1:],
            targets.values.shape[1],
            self.activation,
            self._unmixing(lessons),
        )
        if self.origin:
            try:
                network.set_weights(self.origin.weights(part))
            except ValueError as error:
                reason = f"its networks aren't what [system] describes, network = {self.system.network!r}"
                raise TrainingError(f"{self.origin.name}: {reason}") from error
        return targets, network

    def _fit_tiles(
        self, network: keras.Model, part: Part, lessons: Lessons, targets: Targets, epochs: int | None
    ) -> TrainedNetwork:
        bag = lessons.draw(part, targets, self.seed(part))
        step = gain_step(lessons.tiles.shape[1], float(lessons.standardisation.deviation[0]))
        change = partial(augment, settings=self.augmentation, gain_step=step) if self.augmentation.is_on else None

        def batches(chosen: npt.NDArray[np.int64], seed: int | None, change: Augment | None) -> TileBatches:
            return TileBatches(
                lessons.tiles, chosen, bag.targets[chosen], bag.weights[chosen], self.training.batch_tiles,
                seed=seed, augment=change,
            )  # fmt: skip

        return fit_network(
            network,
            batches(bag.learned, bag.seed, change),
            batches(bag.held, None, None) if len(bag.held) else None,
            self.training,
            loss=self._loss,
            epochs=epochs,
        )

    def _fit_tracks(
        self, network: keras.Model, part: Part, lessons: Lessons, targets: Targets, epochs: int | None
    ) -> TrainedNetwork:
        """Train on whole tracks, each given by as many tiles as `tiles_per_track`, repeated where it has fewer."""
        n_tiles = self.training.tiles_per_track
        batch_size = max(1, self.training.batch_tiles // n_tiles)

        def batches(chosen: Booleans, seed: int | None) -> TileBatches:
            places = gather_tracks(self.dataset.owner, chosen & targets.usable, n_tiles)
            first = places[:, 0]
            values, weights = targets.values[first], targets.weights[first]
            return TileBatches(lessons.tiles, places, values, weights, batch_size, seed=seed)

        learned = batches(lessons.inside & ~lessons.validation, self.seed(part))
        held = batches(lessons.inside & lessons.validation, None)
        return fit_network(network, learned, held if held.n_examples else None, self.training, epochs=epochs)


def hear(network: keras.Model, tiles: StandardisedTiles, chosen: npt.NDArray[np.int64]) -> Floats:
    """Log odds that a network gives some tiles, float32 [shape=(n_chosen, n_scores)]."""
    heard = [network.predict(chunk, batch_size=256, verbose=0) for chunk in tiles.chunks(chosen)]
    probabilities = np.concatenate(heard) if heard else np.zeros((0, network.output.shape[-1]))
    bounded = np.clip(probabilities.astype(np.float64), _LEAST_PROBABILITY, 1 - _LEAST_PROBABILITY)
    return np.asarray(np.log(bounded) - np.log1p(-bounded), dtype=np.float32)


@contextmanager
def _naming(what: str, fold: int | None) -> Iterator[None]:
    """Say in an error what it is about."""
    try:
        yield
    except TrainingError as error:
        raise TrainingError(f"{what}, {_fold_name(fold)}: {error}") from error


def _fold_name(fold: int | None) -> str:
    return "all soundtracks" if fold is None else f"fold {fold + 1}"
