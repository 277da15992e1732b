"""How fast members are trained at once: ``python tests/benchmarks/training_speed.py``, on the device that JAX finds.

Made-up tiles of the paper's shape, 13,000 a class: each of ten members learns from all positives of its class and as
many negatives, less a fifth that is kept for early stopping. In the same run the same network is trained alone by
Keras' plain `model.fit`, on the same backend and device, and the device multiplies bfloat16 matrices, which is the rate
that the share is of. `train` does the same in a process of its own ([training] at_once), which tiles are handed to by
way of a file; what that costs, once a fold, is told too. On a CPU take less:
``--tiles 1300 --epochs 2 --member-epochs 2 --batch 32 --matrix 1024``.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"  # before Keras is imported, below and by the trainer

import jax
import jax.numpy as jnp
import keras
import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table

from trainer.learning.exchange import Bag, NetworkPlan, Request, write_request
from trainer.learning.member_layers import clone_for_members
from trainer.learning.network import build_network
from trainer.learning.training import draw_bag
from trainer.learning.vectorised import train_vectorised
from trainer.settings import TrainingSettings

SHAPE = (40, 100)
HELD_SHARE = 0.2
PAPER_EPOCHS = 655
TARGET_S = 600
TARGET_RATIO = 4


def make_up(n_tiles: int, n_members: int) -> tuple[npt.NDArray[np.float32], list[Bag]]:
    """Noise in which each class has a coefficient of its own a little raised, and a bag a class."""
    rng = np.random.default_rng(1)
    tiles = rng.standard_normal((n_tiles, *SHAPE), dtype=np.float32)
    classes = rng.permutation(n_tiles) % n_members
    tiles[np.arange(n_tiles), 3 * classes] += 0.3
    weights = np.ones(n_tiles, np.float32)
    bags = []
    for own in range(n_members):
        chosen = draw_bag(classes == own, rng)
        n_held = round(HELD_SHARE * len(chosen))
        targets = (classes == own).astype(np.float32)[:, np.newaxis]
        bags.append(Bag(chosen[n_held:], chosen[:n_held], targets, weights, seed=own))
    return tiles, bags


def count_flops(network: keras.Model) -> tuple[float, float]:
    """Floating-point operations of the layers' products for one tile: to hear it, and to learn from it.

    Learning costs three products where hearing costs one, less the gradient of the tile itself.
    """
    products = [
        (layer, 2.0 * np.prod(layer.kernel.shape) * np.prod(layer.output.shape[1:-1], initial=1))
        for layer in network.layers
        if isinstance(layer, keras.layers.Conv2D | keras.layers.Dense)
    ]
    hearing = sum(flops for _, flops in products)
    return hearing, 3 * hearing - products[0][1]


def train_at_once(
    build: Callable[[], keras.Model],
    clone: Callable[[keras.Model], keras.Model],
    tiles: npt.NDArray[np.float32],
    bags: list[Bag],
    settings: TrainingSettings,
) -> tuple[float, npt.NDArray[np.float64], float]:
    """Seconds to the end of the first epoch and of each further one, and the last loss."""
    times = [time.perf_counter()]
    members = train_vectorised(
        build, tiles, bags, settings, clone=clone, tell=lambda n_done, n_epochs: times.append(time.perf_counter())
    )
    spans = np.diff(times)
    return float(spans[0]), spans[1:], float(np.mean([member.losses[-1][0] for member in members]))


def hand_over(tiles: npt.NDArray[np.float32], bags: list[Bag], settings: TrainingSettings) -> float:
    """Seconds to write what a process of its own needs."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        write_request(Path(folder), Request(NetworkPlan(), settings, "binary_crossentropy", None), tiles, bags, None)
        return time.perf_counter() - started


def train_alone(
    build: Callable[[], keras.Model], tiles: npt.NDArray[np.float32], bag: Bag, settings: TrainingSettings
) -> tuple[float, npt.NDArray[np.float64], float]:
    """The same for one member, by `model.fit`."""
    keras.utils.set_random_seed(bag.seed)
    network = build()
    n_steps = -(-len(bag.learned) // settings.batch_tiles) * settings.epochs
    decay = keras.optimizers.schedules.PolynomialDecay(settings.learning_rate, n_steps, 0.0)
    network.compile(keras.optimizers.Adam(decay), loss="binary_crossentropy", weighted_metrics=[])
    times = [time.perf_counter()]
    told = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: times.append(time.perf_counter()))
    learned, held = ((tiles[own], bag.targets[own], bag.weights[own]) for own in (bag.learned, bag.held))
    history = network.fit(
        *learned[:2], sample_weight=learned[2], batch_size=settings.batch_tiles, epochs=settings.epochs,
        validation_data=held, callbacks=[told], verbose=0,
    ).history  # fmt: skip
    spans = np.diff(times)
    return float(spans[0]), spans[1:], float(history["loss"][-1])


def matrix_rate(size: int, repeats: int = 10) -> float:
    """Floating-point operations a second of one product of two random bfloat16 matrices."""
    keys = jax.random.split(jax.random.key(0))
    left, right = (jax.random.normal(key, (size, size), jnp.bfloat16) for key in keys)
    product = jax.jit(jnp.matmul)
    product(left, right).block_until_ready()
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        product(left, right).block_until_ready()
        times.append(time.perf_counter() - started)
    return 2.0 * size**3 / float(np.median(times))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tiles", type=int, default=130_000)
    parser.add_argument("--members", type=int, default=10)
    parser.add_argument("--epochs", type=int, default=6, help=f"to time; the paper has {PAPER_EPOCHS}")
    parser.add_argument("--member-epochs", type=int, default=3, help="of model.fit, for one member; 0 leaves it out")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--precision", choices=["mixed_bfloat16", "float32"], default="mixed_bfloat16")
    parser.add_argument("--layers", choices=["matrix", "keras"], default="matrix", help="keras: as they are")
    parser.add_argument("--matrix", type=int, default=8192, help="size of the product that the share is of")
    arguments = parser.parse_args()
    if min(arguments.epochs, arguments.member_epochs or 2) < 2:
        parser.error("the first epoch compiles: 2 epochs or more")

    def build() -> keras.Model:
        return build_network("cnn", SHAPE)

    keras.mixed_precision.set_dtype_policy(arguments.precision)
    settings = TrainingSettings(
        epochs=arguments.epochs, patience=arguments.epochs, batch_tiles=arguments.batch, precision=arguments.precision
    )
    tiles, bags = make_up(arguments.tiles, arguments.members)
    n_learned, n_held = sum(len(bag.learned) for bag in bags), sum(len(bag.held) for bag in bags)
    hearing, learning = count_flops(build())
    device = jax.devices()[0]
    console = Console()
    console.print(
        f"{jax.device_count()} x {device.device_kind} ({device.platform}, {os.cpu_count()} CPU cores), JAX "
        f"{jax.__version__}, Keras {keras.__version__}; {arguments.precision}, batches of {arguments.batch}; "
        f"{arguments.tiles:,} tiles, {arguments.members} members, who learn from {n_learned:,} tiles an epoch, each "
        f"counted once a member, and hear {n_held:,}; layers as {arguments.layers}"
    )
    rate = matrix_rate(arguments.matrix)
    clone = clone_for_members if arguments.layers == "matrix" else keras.models.clone_model
    first, further, loss = train_at_once(build, clone, tiles, bags, settings)
    epoch = float(np.median(further))
    flops = (n_learned * learning + n_held * hearing) / epoch
    table = Table("", "all at once", "model.fit, one by one")
    rows = {
        "first epoch, compiling, s": f"{first:.1f}",
        "an epoch, s": f"{epoch:.3f} ({further.min():.3f}-{further.max():.3f})",
        "tiles/s": f"{n_learned / epoch:,.0f}",
        "model TFLOP/s": f"{flops / 1e12:.3f}",
        f"share of {rate / 1e12:.2f} TFLOP/s (bfloat16 {arguments.matrix} x {arguments.matrix})": f"{flops / rate:.2%}",
        "handed to a process of its own, s": f"{hand_over(tiles, bags, settings):.1f}",
        f"{PAPER_EPOCHS} epochs, min (target {TARGET_S / 60:.0f})": f"{(first + (PAPER_EPOCHS - 1) * epoch) / 60:.1f}",
        "training loss at the end": f"{loss:.3f}",
    }
    alone = dict.fromkeys(rows, "")
    if arguments.member_epochs:
        bag_settings = TrainingSettings(
            epochs=arguments.member_epochs, batch_tiles=arguments.batch, precision=arguments.precision
        )
        first, further, loss = train_alone(build, tiles, bags[0], bag_settings)
        one = float(np.median(further)) * len(bags)
        flops = (n_learned * learning + n_held * hearing) / one
        values = (f"{first:.1f} (one member)", f"{one:.3f}", f"{n_learned / one:,.0f}", f"{flops / 1e12:.3f}",
                  f"{flops / rate:.2%}", "", f"{(PAPER_EPOCHS * one) / 60:.1f}", f"{loss:.3f}")  # fmt: skip
        alone = dict(zip(rows, values, strict=True))
    for what, value in rows.items():
        table.add_row(what, value, alone[what])
    console.print(table)
    if arguments.member_epochs:
        console.print(f"all at once is {one / epoch:.1f} times as fast (target {TARGET_RATIO})")


if __name__ == "__main__":
    main()
