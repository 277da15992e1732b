"""Training: the one loop of all systems, and the bag that a member of the ensemble learns from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import keras
import numpy as np
import numpy.typing as npt

from tagger_app.features.mfcc import Floats
from trainer.errors import TrainingError
from trainer.learning.network import build_member
from trainer.settings import TrainingSettings

Indices = npt.NDArray[np.int64]
Examples = tuple[Floats, Floats, Floats]
"""Tiles, targets and weights in the loss, of equal length."""


@dataclass(frozen=True)
class TrainedMember:
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


def train_member(
    tiles: Floats,
    positive: npt.NDArray[np.bool_],
    weights: Floats,
    validation: npt.NDArray[np.bool_],
    settings: TrainingSettings,
    seed: int,
    epochs: int | None = None,
) -> TrainedMember:
    """Train the binary network of one genre.

    Parameters
    ----------
    tiles : float32 [shape=(n_tiles, n_mfcc, n_frames)], standardised
    positive : bool [shape=(n_tiles,)]
    weights : float32 [shape=(n_tiles,)], of the tiles in the loss
    validation : bool [shape=(n_tiles,)], tiles kept for early stopping; none where `epochs` is given
    seed : of the bag, the initial weights, dropout and order
    epochs : train for exactly so many, the learning rate still falling over `settings.epochs`
    """
    rng = np.random.default_rng(seed)
    keras.utils.set_random_seed(seed)
    keras.mixed_precision.set_dtype_policy(settings.precision)
    training = np.flatnonzero(~validation)
    training = training[draw_bag(positive[training], rng)]
    held = np.flatnonzero(validation)
    if len(held):
        held = held[draw_bag(positive[held], rng)]
    return fit_network(
        build_member(tiles.shape[1:]),
        (tiles[training], positive[training].astype(np.float32), weights[training]),
        (tiles[held], positive[held].astype(np.float32), weights[held]) if len(held) else None,
        settings,
        epochs=epochs,
    )


def fit_network(
    network: keras.Model,
    learned: Examples | keras.utils.PyDataset,
    held: Examples | None,
    settings: TrainingSettings,
    *,
    loss: str = "binary_crossentropy",
    batch_size: int | None = None,
    epochs: int | None = None,
) -> TrainedMember:
    """Train any network: the one loop that all systems share.

    The learning rate falls linearly to zero over `settings.epochs`; training stops early where `held` says so, and the
    parameters of the best epoch are restored.

    Parameters
    ----------
    learned : tiles, targets and weights, or batches of them
    held : the same, kept for early stopping
    batch_size : `settings.batch_tiles` unless given
    epochs : train for exactly so many

    Raises
    ------
    TrainingError
        There is nothing to learn from.
    """
    batch_size = batch_size or settings.batch_tiles
    batched = isinstance(learned, keras.utils.PyDataset)
    n_steps = len(learned) if batched else -(-len(learned[0]) // batch_size)
    if not n_steps:
        raise TrainingError(
            "no tile is left to learn from once a fold and the validation share are held out; "
            "add soundtracks, ask for fewer [training] folds, or raise least_soundtracks to leave such genres out"
        )
    decay = keras.optimizers.schedules.PolynomialDecay(settings.learning_rate, n_steps * settings.epochs, 0.0)
    optimizer = keras.optimizers.Adam(decay) if settings.optimizer == "adam" else keras.optimizers.SGD(decay, 0.9, True)
    network.compile(optimizer, loss=loss, weighted_metrics=[])
    callbacks = []
    if held:
        callbacks.append(
            keras.callbacks.EarlyStopping(
                "val_loss",
                patience=settings.patience,
                start_from_epoch=settings.first_epochs,
                restore_best_weights=True,
            )
        )
    examples = {"x": learned} if batched else {"x": learned[0], "y": learned[1], "sample_weight": learned[2]}
    history = network.fit(
        **examples,
        batch_size=None if batched else batch_size,
        epochs=epochs or settings.epochs,
        validation_data=held,
        validation_batch_size=batch_size,
        callbacks=callbacks,
        verbose=0,
    ).history
    validation_losses = history.get("val_loss", [float("nan")] * len(history["loss"]))
    losses = list(zip(history["loss"], validation_losses, strict=True))
    best_epoch = _best_epoch(validation_losses, settings.first_epochs) if held else len(losses)
    return TrainedMember(network, best_epoch, losses)


def _best_epoch(validation_losses: Sequence[float], first_epochs: int) -> int:
    """The epoch whose parameters were restored, 1-based."""
    return 1 + first_epochs + int(np.argmin(validation_losses[first_epochs:]))
