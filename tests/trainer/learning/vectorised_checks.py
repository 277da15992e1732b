"""Trains tiny networks at once and alone, by JAX on four devices made of the CPU, and prints what came of it as JSON.

Keras has one backend a process, and that of the tests is TensorFlow: ``test_vectorised.py`` runs this in another one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import jax
import keras
import numpy as np
from keras import layers

from trainer.errors import TrainingError
from trainer.learning import vectorised
from trainer.learning.exchange import Bag, FittedMember
from trainer.learning.vectorised import draw_batches, train_vectorised
from trainer.settings import TrainingSettings

N_TILES, N_LEARNED, SHAPE = 120, 90, (10, 12)
RNG = np.random.default_rng(0)
TILES = RNG.normal(size=(N_TILES, *SHAPE)).astype(np.float32)
POSITIVE = (TILES[:, 0].mean(axis=1) > 0).astype(np.float32)[:, np.newaxis]
WEIGHTS = np.linspace(0.5, 2, N_TILES).astype(np.float32)
SETTINGS = TrainingSettings(
    optimizer="adam", learning_rate=0.01, epochs=12, patience=2, first_epochs=2, batch_tiles=16, precision="float32"
)
WHOLE = replace(SETTINGS, batch_tiles=N_TILES, epochs=20)
"""With one batch an epoch the order is no matter."""
ONE = jax.devices()[:1]


def build(dropout: float = 0.0) -> keras.Model:
    tile = keras.Input(SHAPE)
    x = layers.Reshape((*SHAPE, 1))(tile)
    x = layers.Conv2D(4, 3, activation="relu")(x)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Conv2D(6, (1, 2), activation="relu")(x)
    x = layers.Dropout(dropout)(layers.Flatten()(x))
    return keras.Model(tile, layers.Dense(1, activation="sigmoid", dtype="float32")(x))


def build_dropping() -> keras.Model:
    return build(dropout=0.3)


def make_bag(n_learned: int, seed: int, *, n_held: int = 30, wrong: bool = False, epochs: int | None = None) -> Bag:
    """`wrong` bags are told the opposite of what they are asked on the held tiles, so that they stop early."""
    targets = POSITIVE.copy()
    if wrong:
        targets[:N_LEARNED] = 1 - targets[:N_LEARNED]
    held = N_LEARNED + np.arange(n_held)
    return Bag(RNG.permutation(N_LEARNED)[:n_learned], held, targets, WEIGHTS, seed, epochs)


BAGS = [make_bag(90, 1), make_bag(50, 2, wrong=True), make_bag(33, 3, n_held=0), make_bag(40, 4, epochs=3)]


def differ(one: FittedMember, other: FittedMember) -> float:
    return max(float(np.abs(a - b).max()) for a, b in zip(one.weights, other.weights, strict=True))


def compiled(bag: Bag, settings: TrainingSettings, dropout: float) -> keras.Model:
    keras.utils.set_random_seed(bag.seed)
    network = build(dropout)
    n_steps = -(-len(bag.learned) // settings.batch_tiles) * settings.epochs
    decay = keras.optimizers.schedules.PolynomialDecay(settings.learning_rate, n_steps, 0.0)
    optimizer = keras.optimizers.Adam(decay) if settings.optimizer == "adam" else keras.optimizers.SGD(decay, 0.9, True)
    network.compile(optimizer, loss="binary_crossentropy", weighted_metrics=[])
    return network


def fit_alone(bag: Bag, settings: TrainingSettings) -> FittedMember:
    """By `model.fit` and Keras' own early stopping, in one batch."""
    network = compiled(bag, settings, 0.0)
    stopping = keras.callbacks.EarlyStopping(
        "val_loss", patience=settings.patience, start_from_epoch=settings.first_epochs, restore_best_weights=True
    )
    held = (TILES[bag.held], bag.targets[bag.held], bag.weights[bag.held]) if len(bag.held) else None
    history = network.fit(
        TILES[bag.learned], bag.targets[bag.learned], sample_weight=bag.weights[bag.learned], validation_data=held,
        batch_size=N_TILES, epochs=bag.epochs or settings.epochs, callbacks=[stopping] if held else [], verbose=0,
    ).history  # fmt: skip
    validation = history.get("val_loss", [float("nan")] * len(history["loss"]))
    best_epoch = stopping.best_epoch + 1 if held else len(validation)
    return FittedMember(network.get_weights(), best_epoch, list(zip(history["loss"], validation)))  # noqa: B905


def step_alone(bag: Bag, settings: TrainingSettings, n_epochs: int) -> FittedMember:
    """By `train_on_batch` on the very batches that all members are trained on."""
    network, epochs, losses = (
        compiled(bag, settings, 0.3),
        draw_batches(bag.learned, settings.batch_tiles, bag.seed),
        [],
    )
    for _, batches in zip(range(n_epochs), epochs):  # noqa: B905
        total = 0.0
        for batch in batches:
            own = batch[batch >= 0]
            total += len(own) * float(network.train_on_batch(TILES[own], bag.targets[own], bag.weights[own]))
        losses.append((total / len(bag.learned), float("nan")))
    return FittedMember(network.get_weights(), n_epochs, losses)


def against_fit() -> Iterator[dict[str, object]]:
    members = train_vectorised(build, TILES, BAGS, WHOLE, devices=ONE)
    for bag, member in zip(BAGS[1:], members[1:], strict=True):
        alone = fit_alone(bag, WHOLE)
        yield {
            "weights": differ(member, alone),
            "losses": [np.nan_to_num(member.losses).tolist(), np.nan_to_num(alone.losses).tolist()],
            "best_epochs": [member.best_epoch, alone.best_epoch],
        }


def against_steps() -> Iterator[dict[str, object]]:
    """Batches are full, so that even dropout draws what it would draw for the member alone."""
    settings = replace(SETTINGS, optimizer="sgd")
    bags = [replace(bag, learned=bag.learned[:n], held=bag.held[:0], epochs=4) for bag, n in zip(BAGS, (80, 48))]  # noqa: B905
    for bag, member in zip(bags, train_vectorised(build_dropping, TILES, bags, settings, devices=ONE), strict=True):
        alone = step_alone(bag, settings, 4)
        yield {"weights": differ(member, alone), "losses": [[a for a, _ in own.losses] for own in (member, alone)]}


def independence() -> dict[str, list[float]]:
    """How far members move when the second gets another bag, and when they are trained two at a time."""
    together = train_vectorised(build_dropping, TILES, BAGS, SETTINGS, devices=ONE)
    changed = train_vectorised(
        build_dropping, TILES, [BAGS[0], replace(BAGS[0], seed=9), *BAGS[2:]], SETTINGS, devices=ONE
    )
    told: list[tuple[int, int]] = []
    in_parts = train_vectorised(
        build_dropping,
        TILES,
        BAGS,
        SETTINGS,
        devices=ONE,
        members_at_once=2,
        tell=lambda *how_far: told.append(how_far),
    )
    return {
        "changed": [differ(a, b) for a, b in zip(together, changed, strict=True)],
        "in_parts": [differ(a, b) for a, b in zip(together, in_parts, strict=True)],
        "told": [n for how_far in (told[0], told[-1]) for n in how_far],
    }


def sharding() -> dict[str, object]:
    """Four devices and one, with batches that can't be divided by four."""
    shares: list[tuple[int, ...]] = []
    put = vectorised._Trainer._put_batches

    def watched(self: vectorised._Trainer, batches: list, n_steps: int) -> jax.Array:
        divided = put(self, batches, n_steps)
        shares.append((len(divided.sharding.device_set), divided.addressable_shards[0].data.shape[2]))
        return divided

    vectorised._Trainer._put_batches = watched  # type: ignore[method-assign]
    settings = replace(SETTINGS, batch_tiles=14)
    one, four = (train_vectorised(build, TILES, BAGS, settings, devices=d) for d in (ONE, jax.devices()))
    vectorised._Trainer._put_batches = put  # type: ignore[method-assign]
    return {"differences": [differ(a, b) for a, b in zip(one, four, strict=True)], "shares": sorted(set(shares))}


def too_little_memory() -> str:
    def enormous() -> keras.Model:
        tile = keras.Input(SHAPE)
        x = layers.RepeatVector(10**12)(layers.Flatten()(tile))
        return keras.Model(tile, layers.GlobalMaxPooling1D()(layers.Dense(1, activation="tanh")(x)))

    try:
        train_vectorised(enormous, TILES, BAGS, SETTINGS, devices=ONE)
    except TrainingError as error:
        return str(error)
    return "it was trained"


if __name__ == "__main__":
    print(
        json.dumps(
            {
                "against_fit": list(against_fit()),
                "against_steps": list(against_steps()),
                "independence": independence(),
                "sharding": sharding(),
                "too_little_memory": too_little_memory(),
            }
        )
    )
