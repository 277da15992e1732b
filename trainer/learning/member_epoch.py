"""One epoch of many members as one pure function, for JAX to compile; this module needs ``KERAS_BACKEND=jax``.

Every array has a leading member axis, and `jax.vmap` takes it off: the functions below it are written for one member.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import keras

from trainer.settings import TrainingSettings

Arrays = list[jax.Array]
Carry = tuple[Arrays, Arrays, Arrays]
"""Trainable parameters, fixed ones (among them how far dropout has drawn), optimiser state."""


class State(NamedTuple):
    """What changes. `best` is the trainable and the fixed parameters of the best epoch; `best_epoch` is 1-based."""

    trainable: Arrays
    fixed: Arrays
    optimizer: Arrays
    best: tuple[Arrays, Arrays]
    best_loss: jax.Array
    best_epoch: jax.Array
    waited: jax.Array
    going: jax.Array


class Members(NamedTuple):
    """What doesn't change: targets [shape=(n_members, n_tiles, n_scores)], weights [shape=(n_members, n_tiles)], and of
    each member how many tiles it learns from and has held, how many steps it has an epoch, and after how many epochs it
    ends."""

    targets: jax.Array
    weights: jax.Array
    n_learned: jax.Array
    n_held: jax.Array
    n_steps: jax.Array
    n_epochs: jax.Array


class Report(NamedTuple):
    """Of one epoch, by member: losses, and whether it goes on."""

    training: jax.Array
    validation: jax.Array
    going: jax.Array


class MemberEpoch:
    """The network, its loss and its optimiser, all Keras' own.

    Parameters
    ----------
    network : whose layers are computed; its own parameters are not used
    loss : name of a Keras loss
    """

    def __init__(self, network: keras.Model, loss: str, settings: TrainingSettings) -> None:
        self._network = network
        self._loss = keras.losses.get(loss)
        self._settings = settings
        rate = settings.learning_rate
        self._optimizer = (
            keras.optimizers.Adam(rate) if settings.optimizer == "adam" else keras.optimizers.SGD(rate, 0.9, True)
        )
        self._optimizer.build(network.trainable_variables)
        variables = self._optimizer.variables
        # Set before each step, since each member's falls by its own steps.
        self._rate_place = next(i for i, own in enumerate(variables) if own is self._optimizer.learning_rate)
        self._step_place = next(i for i, own in enumerate(variables) if own is self._optimizer.iterations)

    @property
    def optimizer_variables(self) -> list[keras.Variable]:
        """What the optimiser of one member begins with."""
        return list(self._optimizer.variables)

    def run(
        self, state: State, tiles: jax.Array, members: Members, learned: jax.Array, held: jax.Array, epoch: jax.Array
    ) -> tuple[State, Report]:
        """Learn from all batches, then hear what is held, and judge.

        Parameters
        ----------
        tiles : [shape=(n_tiles, ...)], shared by all members
        learned, held : places of tiles, int32 [shape=(n_steps, n_members, batch)]; -1 is no tile
        epoch : 0-based
        """

        def learn(carry: Carry, places: jax.Array) -> tuple[Carry, jax.Array]:
            step = jax.vmap(self._learn, in_axes=(0, None, 0, 0, 0))
            taught: tuple[Carry, jax.Array] = step(carry, tiles, members, state.going, places)
            return taught

        def hear(_: None, places: jax.Array) -> tuple[None, jax.Array]:
            total = jax.vmap(self._total_loss, in_axes=(0, 0, None, 0, 0, None))
            return None, total(trainable, fixed, tiles, members, places, False)[0]

        (trainable, fixed, optimizer), losses = jax.lax.scan(
            learn, (state.trainable, state.fixed, state.optimizer), learned
        )
        _, held_losses = jax.lax.scan(hear, None, held)
        training = losses.sum(axis=0) / members.n_learned
        validation = held_losses.sum(axis=0) / members.n_held
        state = state._replace(trainable=trainable, fixed=fixed, optimizer=optimizer)
        state = self._judge(state, members, validation, epoch)
        return state, Report(training, validation, state.going)

    def _learn(
        self, carry: Carry, tiles: jax.Array, member: Members, going: jax.Array, places: jax.Array
    ) -> tuple[Carry, jax.Array]:
        """One step of one member, from places [shape=(batch,)]; nothing changes where there are none."""
        trainable, fixed, optimizer = carry
        n_there = jnp.sum(places >= 0)

        def mean_loss(trainable: Arrays) -> tuple[jax.Array, tuple[jax.Array, Arrays]]:
            total, changed = self._total_loss(trainable, fixed, tiles, member, places, True)
            return total / jnp.maximum(n_there, 1), (total, changed)

        gradients, (total, changed) = jax.grad(mean_loss, has_aux=True)(trainable)
        done = optimizer[self._step_place] / (member.n_steps * self._settings.epochs)
        optimizer = list(optimizer)
        optimizer[self._rate_place] = self._settings.learning_rate * (1.0 - jnp.minimum(done, 1.0))
        moved, moments = self._optimizer.stateless_apply(optimizer, gradients, trainable)
        taught: Carry = _choose(going & (n_there > 0), (moved, changed, moments), carry)
        return taught, total

    def _total_loss(
        self, trainable: Arrays, fixed: Arrays, tiles: jax.Array, member: Members, places: jax.Array, training: bool
    ) -> tuple[jax.Array, Arrays]:
        """Weighted losses of a batch, added up, and the fixed parameters after it."""
        safe = jnp.maximum(places, 0)
        scores, changed = self._network.stateless_call(trainable, fixed, tiles[safe], training=training)
        weights = jnp.where(places >= 0, member.weights[safe], 0.0)
        return jnp.sum(self._loss(member.targets[safe], scores) * weights), changed

    def _judge(self, state: State, members: Members, validation: jax.Array, epoch: jax.Array) -> State:
        """Early stopping as Keras' callback does it; the first epochs, and all where nothing is held, only go by."""
        counts = (members.n_held > 0) & (epoch >= self._settings.first_epochs)
        better = state.going & (~counts | (validation < state.best_loss))
        waited = jnp.where(counts & ~better, state.waited + 1, 0)
        return state._replace(
            best=jax.vmap(_choose)(better, (state.trainable, state.fixed), state.best),
            best_loss=jnp.where(better & counts, validation, state.best_loss),
            best_epoch=jnp.where(better, epoch + 1, state.best_epoch),
            waited=waited,
            going=state.going & (waited < self._settings.patience) & (epoch + 1 < members.n_epochs),
        )


def _choose(condition: jax.Array, new: Any, old: Any) -> Any:
    """The new values or the old, for one member."""
    return jax.tree.map(lambda one, other: jnp.where(condition, one, other), new, old)
