"""Training: the one loop of all systems, and the bag that a member of the ensemble learns from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import keras
import numpy as np
import numpy.typing as npt

from trainer.errors import TrainingError
from trainer.learning.batches import Indices, TileBatches
from trainer.settings import TrainingSettings


@dataclass(frozen=True)
class TrainedNetwork:
    """A trained network and how it came about.

    Attributes
    ----------
    network : the Keras model, with the parameters of its best epoch
    best_epoch : 1-based
    losses : one (training loss, validation loss) an epoch; validation NaN where nothing was kept for it
    """

    network: keras.Model
    best_epoch: int
    losses: list[tuple[float, float]]


def draw_bag(positive: npt.NDArray[np.bool_], rng: np.random.Generator) -> Indices:
    """Indices of all positive tiles and as many negatives, drawn at random without replacement; in random order."""
    positives, negatives = np.flatnonzero(positive), np.flatnonzero(~positive)
    chosen = rng.choice(negatives, size=min(len(positives), len(negatives)), replace=False)
    return np.asarray(rng.permutation(np.concatenate([positives, chosen])))


def fit_network(
    network: keras.Model,
    learned: TileBatches,
    held: TileBatches | None,
    settings: TrainingSettings,
    *,
    loss: Literal["binary_crossentropy", "categorical_crossentropy"] = "binary_crossentropy",
    epochs: int | None = None,
) -> TrainedNetwork:
    """Train any network: the one loop that all systems share.

    The learning rate falls linearly to zero over `settings.epochs`; training stops early where `held` says so, and the
    parameters of the best epoch are restored.

    Parameters
    ----------
    learned : what is learned from
    held : what is kept for early stopping
    epochs : train for exactly so many

    Raises
    ------
    TrainingError
        There is nothing to learn from.
    """
    if not learned.n_examples:
        raise TrainingError(
            "no tile is left to learn from once a fold and the validation share are held out; "
            "add soundtracks, ask for fewer [training] folds, or raise least_soundtracks to leave such genres out"
        )
    decay = keras.optimizers.schedules.PolynomialDecay(settings.learning_rate, len(learned) * settings.epochs, 0.0)
    optimizer = keras.optimizers.Adam(decay) if settings.optimizer == "adam" else keras.optimizers.SGD(decay, 0.9, True)
    network.compile(optimizer, loss=loss, weighted_metrics=[])
    stopping = keras.callbacks.EarlyStopping(
        "val_loss", patience=settings.patience, start_from_epoch=settings.first_epochs, restore_best_weights=True
    )
    history = network.fit(
        learned,
        epochs=epochs or settings.epochs,
        validation_data=held,
        callbacks=[stopping] if held is not None else [],
        verbose=0,
    ).history
    validation_losses = history.get("val_loss", [float("nan")] * len(history["loss"]))
    losses = list(zip(history["loss"], validation_losses, strict=True))
    best_epoch = _best_epoch(validation_losses, settings.first_epochs) if held is not None else len(losses)
    return TrainedNetwork(network, best_epoch, losses)


def _best_epoch(validation_losses: Sequence[float], first_epochs: int) -> int:
    """The epoch whose parameters were restored, 1-based."""
    return 1 + first_epochs + int(np.argmin(validation_losses[first_epochs:]))
