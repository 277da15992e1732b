"""All members of an ensemble trained at once, by JAX; this module needs ``KERAS_BACKEND=jax``.

What `trainer.learning.training.fit_network` does for one network is done here for many along a leading member axis of
parameters and optimiser state: an epoch is compiled once and scans its steps, tiles lie on the device once and are
gathered by place, and a member that has stopped stays as it is while others go on.

Members need equal shapes, so the one with the most tiles sets the number of steps; others sit out what they lack.
Of several devices each computes a share of every batch (data-parallel, by JAX's sharding).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import jax
import keras
import numpy as np
import numpy.typing as npt
from jax.sharding import AxisType, Mesh, NamedSharding, PartitionSpec

from tagger_app.features.mfcc import Floats
from trainer.errors import TrainingError
from trainer.learning.exchange import Bag, FittedMember
from trainer.learning.member_epoch import MemberEpoch, Members, Report, State
from trainer.learning.member_layers import clone_for_members
from trainer.settings import TrainingSettings

Places = npt.NDArray[np.int32]


def train_vectorised(
    build: Callable[[], keras.Model],
    tiles: Floats,
    bags: Sequence[Bag],
    settings: TrainingSettings,
    *,
    loss: str = "binary_crossentropy",
    members_at_once: int | None = None,
    devices: Sequence[jax.Device] | None = None,
    clone: Callable[[keras.Model], keras.Model] = clone_for_members,
    tell: Callable[[int, int], None] = lambda n_done, n_epochs: None,
) -> list[FittedMember]:
    """Train one network a bag, many at once.

    Parameters
    ----------
    build : makes the network; called once a member, after Keras has been seeded for it
    tiles : float32 [shape=(n_tiles, ...)], what a `Bag` counts
    loss : name of a Keras loss
    members_at_once : train so many at a time; all, unless given
    devices : share every batch; all that JAX finds, unless given
    clone : makes of a network the one that is computed
    tell : called after each epoch with how many are done, and how many there are at most

    Raises
    ------
    TrainingError
        A bag is empty, or the device has too little memory.
    """
    if not all(len(bag.learned) for bag in bags):
        raise TrainingError("a member has no tile to learn from; add soundtracks, or ask for fewer [training] folds")
    at_once = min(members_at_once or len(bags), len(bags))
    n_parts = -(-len(bags) // at_once)
    devices = list(devices or jax.devices())
    keras.mixed_precision.set_dtype_policy(settings.precision)
    try:
        trainer = _Trainer(build, clone(build()), tiles, bags, settings, loss, devices)
        return [
            member
            for part in range(n_parts)
            for member in trainer.train(bags[part * at_once : (part + 1) * at_once], part, n_parts, tell)
        ]
    except jax.errors.JaxRuntimeError as error:
        if not _is_about_memory(error):
            raise
        raise TrainingError(
            f"{devices[0].device_kind} has too little memory to train {at_once} members at once with "
            f"[training] batch_tiles = {settings.batch_tiles}; train fewer at a time, by [training] "
            "members_at_once, or take smaller batches"
        ) from error


def draw_batches(learned: npt.NDArray[np.int64], batch: int, seed: int) -> Iterator[Places]:
    """A member's batches, an epoch at a time, each in another order.

    Yields
    ------
    int32 [shape=(n_steps, batch)], places of tiles; -1 fills up the last batch
    """
    rng = np.random.default_rng(seed)
    while True:
        yield _in_batches(rng.permutation(learned), batch)


class _Trainer:
    """The compiled epoch and the tiles, on their devices.

    Parameters
    ----------
    network : what is computed; `build` makes what members begin with
    bags : all that will be trained, so that an epoch of some of them has the shape that any has
    """

    def __init__(
        self,
        build: Callable[[], keras.Model],
        network: keras.Model,
        tiles: Floats,
        bags: Sequence[Bag],
        settings: TrainingSettings,
        loss: str,
        devices: list[jax.Device],
    ) -> None:
        self._build = build
        self._network = network
        self._settings = settings
        self._epoch = MemberEpoch(network, loss, settings)
        mesh = Mesh(np.array(devices), ("batch",), axis_types=(AxisType.Auto,))
        everywhere, by_batch = PartitionSpec(), PartitionSpec(None, None, "batch")  # type: ignore[no-untyped-call]
        self._put = partial(jax.device_put, device=NamedSharding(mesh, everywhere))
        self._divide = partial(jax.device_put, device=NamedSharding(mesh, by_batch))
        self._width = -(-settings.batch_tiles // len(devices)) * len(devices)
        self._n_steps = max(self._count_steps(bag.learned) for bag in bags)
        self._n_held_steps = max(self._count_steps(bag.held) for bag in bags)
        self._tiles = self._put(tiles)
        self._run = jax.jit(self._epoch.run, donate_argnums=0, out_shardings=NamedSharding(mesh, everywhere))

    def train(
        self, bags: Sequence[Bag], part: int, n_parts: int, tell: Callable[[int, int], None]
    ) -> list[FittedMember]:
        """Train these members, one part of all of them, to their ends."""
        n_epochs = max(bag.epochs or self._settings.epochs for bag in bags)
        batch = self._settings.batch_tiles
        state, members = self._begin(bags), self._describe(bags)
        held = self._put_batches([_in_batches(bag.held, batch) for bag in bags], self._n_held_steps)
        orders = [draw_batches(bag.learned, batch, bag.seed) for bag in bags]
        reports: list[Report] = []
        for epoch in range(n_epochs):
            # Drawn and handed over while the device computes the epoch before.
            learned = self._put_batches([next(order) for order in orders], self._n_steps)
            if reports:
                if not np.any(reports[-1].going):
                    break
                tell(part * n_epochs + epoch, n_parts * n_epochs)
            state, report = self._run(state, self._tiles, members, learned, held, np.int32(epoch))
            reports.append(report)
        trained = self._gather(jax.device_get(state), jax.device_get(reports))
        tell((part + 1) * n_epochs, n_parts * n_epochs)
        return trained

    def _begin(self, bags: Sequence[Bag]) -> State:
        """What each member begins with: unless its bag says it, what it would begin with alone."""
        trainable, fixed = [], []
        for bag in bags:
            keras.utils.set_random_seed(bag.seed)
            network = self._build()
            if bag.initial:
                network.set_weights(bag.initial)
            trainable.append([np.asarray(variable) for variable in network.trainable_variables])
            fixed.append([np.asarray(variable) for variable in network.non_trainable_variables])
        begun = tuple([np.stack(own) for own in zip(*kind, strict=True)] for kind in (trainable, fixed))
        n_members = len(bags)
        return State(
            trainable=self._put(begun[0]),
            fixed=self._put(begun[1]),
            optimizer=self._put([np.stack([np.asarray(own)] * n_members) for own in self._epoch.optimizer_variables]),
            best=self._put(begun),
            best_loss=self._put(np.full(n_members, np.inf, np.float32)),
            best_epoch=self._put(np.zeros(n_members, np.int32)),
            waited=self._put(np.zeros(n_members, np.int32)),
            going=self._put(np.ones(n_members, np.bool_)),
        )

    def _describe(self, bags: Sequence[Bag]) -> Members:
        return Members(
            targets=self._put(np.stack([bag.targets for bag in bags])),
            weights=self._put(np.stack([bag.weights for bag in bags])),
            n_learned=self._put(np.array([len(bag.learned) for bag in bags], np.int32)),
            n_held=self._put(np.array([len(bag.held) for bag in bags], np.int32)),
            n_steps=self._put(np.array([self._count_steps(bag.learned) for bag in bags], np.int32)),
            n_epochs=self._put(np.array([bag.epochs or self._settings.epochs for bag in bags], np.int32)),
        )

    def _gather(self, state: State, reports: Sequence[Report]) -> list[FittedMember]:
        variables = [*self._network.trainable_variables, *self._network.non_trainable_variables]
        place = {id(variable): number for number, variable in enumerate(variables)}
        best = [*state.best[0], *state.best[1]]
        in_order = [np.asarray(best[place[id(variable)]]) for variable in self._network.weights]
        trained = []
        for member, best_epoch in enumerate(np.asarray(state.best_epoch).tolist()):
            n_epochs = 1 + sum(bool(report.going[member]) for report in reports[:-1])
            own = reports[:n_epochs]
            losses = [(float(report.training[member]), float(report.validation[member])) for report in own]
            trained.append(FittedMember([array[member] for array in in_order], best_epoch, losses))
        return trained

    def _count_steps(self, places: npt.NDArray[np.int64]) -> int:
        return -(-len(places) // self._settings.batch_tiles)

    def _put_batches(self, batches: Sequence[Places], n_steps: int) -> jax.Array:
        """Batches of all members, int32 [shape=(n_steps, n_members, width)], divided among the devices."""
        together = np.full((n_steps, len(batches), self._width), -1, np.int32)
        for member, own in enumerate(batches):
            together[: len(own), member, : own.shape[1]] = own
        divided: jax.Array = self._divide(together)
        return divided


def _is_about_memory(error: jax.errors.JaxRuntimeError) -> bool:
    """A GPU says the first, the CPU the second; JAX has no type for it."""
    return "RESOURCE_EXHAUSTED" in str(error) or "Out of memory" in str(error)


def _in_batches(places: npt.NDArray[np.int64], batch: int) -> Places:
    filled = np.full((-(-len(places) // batch), batch), -1, np.int32)
    filled.flat[: len(places)] = places
    return filled
