"""Systems side by side: each is trained in every fold and answers for the soundtracks it has not heard.

A system is one or several networks (*parts*): one a genre and bag for binary targets, one for all genres otherwise.
What a part says of the held-out tiles is kept, so an interrupted comparison goes on, and systems that share parts (the
bags of `ensemble_k` begin with the network of `binary_ensemble`) train them once.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import keras
import numpy as np
import numpy.typing as npt
import scipy.fft

from tagger_app.features.mfcc import Floats
from tagger_app.genres import GENRES, N_GENRES, genre_key
from trainer.errors import TrainingError
from trainer.learning.cross_validation import (
    folds_of,
    run_key,
    tile_weights,
    track_means,
    trainable_genres,
    validation_tracks,
)
from trainer.learning.network import build_attention, build_network, pool_by_attention
from trainer.learning.training import TrainedMember, draw_bag, fit_network
from trainer.settings import AugmentationSettings, SystemSettings, TrainingSettings
from trainer.tiles.augmentation import AugmentedTiles, gain_step
from trainer.tiles.dataset import Booleans, Dataset

_LEAST_PROBABILITY = 1e-6
_FRAMES_APART = 37
"""Every so many frames are enough to measure a deviation by; no rhythm falls into step with it."""


@dataclass(frozen=True)
class Part:
    """One network of a system: `genre` is None where it answers for all, `bag` counts draws of negatives."""

    fold: int
    genre: str | None
    bag: int

    @property
    def name(self) -> str:
        """For files and progress."""
        return f"{genre_key(self.genre) if self.genre else 'all'}-{self.bag}-{self.fold}"


@dataclass(frozen=True)
class PartAnswers:
    """What one network says of the held-out tiles of its fold.

    Attributes
    ----------
    best_epoch : 1-based
    losses : one (training loss, validation loss) an epoch
    took_s : seconds of training
    tile_logits : float32 [shape=(n_held_out_tiles, n_scores)], in the order of the data set's tiles
    track_logits : float32 [shape=(n_held_out_tracks, n_scores)] where the network pools tiles itself, else of no rows
    """

    part: Part
    best_epoch: int
    losses: list[tuple[float, float]]
    took_s: float
    tile_logits: Floats
    track_logits: Floats


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
    work : folder for what each part said
    """

    def __init__(
        self,
        dataset: Dataset,
        training: TrainingSettings,
        system: SystemSettings,
        augmentation: AugmentationSettings,
        work: Path,
    ) -> None:
        self._dataset = dataset
        self._training = training
        self._system = system
        self._augmentation = augmentation
        self._work = work
        self._genres = [genre for genre, reason in trainable_genres(dataset, training).items() if not reason]
        if not self._genres:
            raise TrainingError("no genre has enough soundtracks to be trained; see [training] least_soundtracks")
        self._columns = [GENRES.index(genre) for genre in self._genres]
        self._spread = dataset.spread_tiles(training.tiles_per_track)
        self._weights = tile_weights(dataset, training)

    @property
    def parts(self) -> list[Part]:
        """All networks, fold by fold."""
        genres: Sequence[str | None] = self._genres if self._system.targets == "binary" else [None]
        return [
            Part(fold, genre, bag)
            for fold in range(self._training.folds)
            for genre in genres
            for bag in range(self._system.bags)
        ]

    @cached_property
    def tile_folds(self) -> npt.NDArray[np.int64]:
        """Fold of each tile, int64 [shape=(n_tiles,)]."""
        if self._system.split == "leaky_random":
            rng = np.random.default_rng(self._training.seed)
            return rng.integers(self._training.folds, size=len(self._dataset.owner))
        return folds_of(self._dataset, self._training)[self._dataset.owner]

    def train(self) -> Iterator[PartAnswers]:
        """Train what isn't kept from an earlier run; yields every part as it is there."""
        self._work.mkdir(parents=True, exist_ok=True)
        prepared: tuple[int, Floats, Booleans, Floats] | None = None
        for part in self.parts:
            path = self._work / f"{self._key}-{part.name}.npz"
            if not path.exists():
                if prepared is None or prepared[0] != part.fold:
                    prepared = (part.fold, *self._prepare(part.fold))
                _save(path, self._train_part(part, *prepared[1:]))
            yield _load(path, part)

    def gather(self, answers: Sequence[PartAnswers]) -> Answers:
        """Put the parts together."""
        n_tiles, n_tracks = len(self._dataset.owner), len(self._dataset.tracks)
        tile_logits = np.full((self._system.bags, n_tiles, N_GENRES), np.nan, np.float32)
        track_logits = np.full((n_tracks, N_GENRES), np.nan)
        for answer in answers:
            part = answer.part
            columns = self._columns if part.genre is None else [GENRES.index(part.genre)]
            held = np.flatnonzero(self.tile_folds == part.fold)
            tile_logits[part.bag, held[:, np.newaxis], columns] = answer.tile_logits
            if len(answer.track_logits):
                track_logits[np.unique(self._dataset.owner[held])[:, np.newaxis], columns] = answer.track_logits
        mean = tile_logits.mean(axis=0)
        if self._system.pooling == "mean":
            track_logits = track_means(self._dataset, mean)
        by_bag = np.array([track_means(self._dataset, bag) for bag in tile_logits])
        doubt = by_bag.std(axis=0, ddof=1) if len(by_bag) > 1 else np.full_like(track_logits, np.nan)
        return Answers(mean, track_logits, doubt, self.tile_folds, list(answers))

    @cached_property
    def _key(self) -> str:
        """Changes with anything that changes what a part says."""
        described = {
            "run": run_key(self._dataset, self._training, "corpus"),
            "system": {**asdict(self._system), "name": "", "bags": 0},
            "augmentation": asdict(self._augmentation),
        }
        return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()[:12]

    def _prepare(self, fold: int) -> tuple[Floats, Booleans, Floats]:
        """Standardised tiles, which of them are kept for early stopping, and deviations, for a fold."""
        dataset = self._dataset
        training = np.bincount(dataset.owner[self.tile_folds != fold], minlength=len(dataset.tracks)) > 0
        standardisation = dataset.fit_standardisation(training, "corpus")
        if self._system.split == "leaky_random":
            rng = np.random.default_rng(self._training.seed + fold)
            validation = rng.random(len(dataset.owner)) < self._training.validation_share
        else:
            seed = self._training.seed + fold
            validation = validation_tracks(dataset, training, self._training, seed)[dataset.owner]
        return dataset.standardised(standardisation), validation, standardisation.deviation

    def _train_part(self, part: Part, tiles: Floats, validation: Booleans, deviation: Floats) -> PartAnswers:
        seed = self._training.seed + 100 * part.fold + 1000 * part.bag
        seed += GENRES.index(part.genre) if part.genre else 50
        rng = np.random.default_rng(seed)
        keras.utils.set_random_seed(seed)
        keras.mixed_precision.set_dtype_policy(self._training.precision)
        inside = (self.tile_folds != part.fold) & self._spread
        held_out = tiles[self.tile_folds == part.fold]
        started = time.monotonic()
        if self._system.pooling == "attention":
            trained, tile_logits, track_logits = self._train_attention(part, tiles, inside, validation, deviation)
        else:
            targets, weights, usable = self._targets(part, rng)
            learned = np.flatnonzero(inside & ~validation & usable)
            held = np.flatnonzero(inside & validation & usable)
            if part.genre:
                positive = targets[:, 0] > 0
                learned = learned[draw_bag(positive[learned], rng)]
                held = held[draw_bag(positive[held], rng)]
            network = self._build(tiles, inside, deviation, targets.shape[1])
            trained = fit_network(
                network,
                self._examples(tiles[learned], targets[learned], weights[learned], deviation, seed),
                (tiles[held], targets[held], weights[held]),
                self._training,
                loss="categorical_crossentropy" if self._system.targets == "softmax" else "binary_crossentropy",
            )
            tile_logits = _log_odds(network.predict(held_out, batch_size=256, verbose=0))
            track_logits = np.zeros((0, targets.shape[1]), np.float32)
        took_s = time.monotonic() - started
        return PartAnswers(part, trained.best_epoch, trained.losses, took_s, tile_logits, track_logits)

    def _targets(self, part: Part, rng: np.random.Generator) -> tuple[Floats, Floats, Booleans]:
        """Targets [shape=(n_tiles, n_scores)] and weights [shape=(n_tiles,)] of all tiles, and which can be learned."""
        owner = self._dataset.owner
        labels = self._dataset.labels[owner]
        if part.genre:
            targets = labels[:, [GENRES.index(part.genre)]]
            return targets.astype(np.float32), self._weights, self._dataset.known[owner, GENRES.index(part.genre)]
        labels, known = labels[:, self._columns], self._dataset.fully_known(self._columns)[owner]
        if self._system.targets == "multilabel":
            return labels.astype(np.float32), self._weights, known
        # One label a tile, drawn from the track's; classes count alike, as the paper's balanced sample made them.
        drawn = np.argmax(labels * rng.random(labels.shape), axis=1)
        usable = labels.any(axis=1) & known
        targets = np.eye(labels.shape[1], dtype=np.float32)[drawn]
        frequency = targets[usable].mean(axis=0)
        weights = self._weights / (len(frequency) * frequency[drawn])
        return targets, weights.astype(np.float32), usable

    def _build(self, tiles: Floats, inside: Booleans, deviation: Floats, n_scores: int) -> keras.Model:
        activation: Literal["sigmoid", "softmax"] = "softmax" if self._system.targets == "softmax" else "sigmoid"
        unmixing = None
        if self._system.features == "logmel":
            unmixing = mel_unmixing(deviation, tiles[inside])
        return build_network(self._system.network, tiles.shape[1:], n_scores, activation, unmixing)

    def _examples(
        self, tiles: Floats, targets: Floats, weights: Floats, deviation: Floats, seed: int
    ) -> tuple[Floats, Floats, Floats] | AugmentedTiles:
        if not self._augmentation.is_on:
            return tiles, targets, weights
        step = gain_step(tiles.shape[1], float(deviation[0]))
        return AugmentedTiles(tiles, targets, weights, self._training.batch_tiles, self._augmentation, step, seed)

    def _train_attention(
        self, part: Part, tiles: Floats, inside: Booleans, validation: Booleans, deviation: Floats
    ) -> tuple[TrainedMember, Floats, Floats]:
        """Train on whole tracks, each given by as many tiles as `tiles_per_track`, repeated where it has fewer."""
        dataset, n_tiles = self._dataset, self._training.tiles_per_track
        labels = dataset.labels[:, self._columns].astype(np.float32)
        network = self._build(tiles, inside, deviation, len(self._columns))
        track_network, tile_network = build_attention(network, n_tiles)

        def examples(chosen: Booleans) -> tuple[Floats, Floats, Floats]:
            tracks = np.unique(dataset.owner[chosen & dataset.fully_known(self._columns)[dataset.owner]])
            places = [np.resize(np.flatnonzero(chosen & (dataset.owner == track)), n_tiles) for track in tracks]
            weights = self._weights[[place[0] for place in places]]
            return tiles[np.array(places)], labels[tracks], weights

        batch_size = max(1, self._training.batch_tiles // n_tiles)
        learned, held = examples(inside & ~validation), examples(inside & validation)
        trained = fit_network(track_network, learned, held, self._training, batch_size=batch_size)
        here = self.tile_folds == part.fold
        logits, attention = tile_network.predict(tiles[here], batch_size=256, verbose=0)
        owner = dataset.owner[here]
        pooled = [pool_by_attention(logits[owner == track], attention[owner == track]) for track in np.unique(owner)]
        return trained, logits, np.array(pooled, np.float32)


def mel_unmixing(deviation: Floats, tiles: Floats) -> Floats:
    """The matrix from standardised coefficients to standardised logarithms of mel energies.

    With as many coefficients as mel filters the orthonormal DCT loses nothing, so a raw mel spectrogram needs no
    features, and no tile cache, of its own. Means fall away, because the transform is linear.

    Parameters
    ----------
    deviation : of the coefficients before they were standardised, float32 [shape=(n_mfcc,)]
    tiles : float32 [shape=(n_tiles, n_mfcc, n_frames)], standardised; what the energies are standardised by

    Returns
    -------
    float32 [shape=(n_mfcc, n_mels)]
    """
    matrix = np.asarray(deviation)[:, np.newaxis] * scipy.fft.idct(np.eye(len(deviation)), axis=1, norm="ortho")
    frames = tiles.transpose(0, 2, 1).reshape(-1, len(deviation))[::_FRAMES_APART]
    deviations = (frames @ matrix).std(axis=0)
    return np.asarray(matrix / deviations, dtype=np.float32)


def _log_odds(probabilities: Floats) -> Floats:
    bounded = np.clip(probabilities.astype(np.float64), _LEAST_PROBABILITY, 1 - _LEAST_PROBABILITY)
    return np.asarray(np.log(bounded) - np.log1p(-bounded), dtype=np.float32)


def _save(path: Path, answers: PartAnswers) -> None:
    partial = path.with_suffix(".partial")
    history = json.dumps({"best_epoch": answers.best_epoch, "losses": answers.losses, "took_s": answers.took_s})
    with partial.open("wb") as file:
        np.savez(file, tiles=answers.tile_logits, tracks=answers.track_logits, history=np.array(history))
    partial.replace(path)


def _load(path: Path, part: Part) -> PartAnswers:
    with np.load(path, allow_pickle=False) as stored:
        history = json.loads(str(stored["history"]))
        losses = [(training, validation) for training, validation in history["losses"]]
        return PartAnswers(part, history["best_epoch"], losses, history["took_s"], stored["tiles"], stored["tracks"])
