"""What is handed to a process that trains, and what it hands back; neither side needs the other's Keras backend.

Keras chooses its backend when it is imported: members are exported by TensorFlow, and trained at once by JAX, so the
two live in processes of their own and exchange files of plain arrays.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from tagger_app.features.mfcc import Floats
from trainer.learning.batches import TileSource
from trainer.settings import TrainingSettings

TILES, BAGS, REQUEST, MEMBERS, REFUSAL = "tiles.npy", "bags.npz", "request.json", "members.npz", "refusal.txt"
"""Files in the folder that a process is given."""
_CHUNK_TILES = 4096


@dataclass(frozen=True)
class Bag:
    """What one member learns from; the tiles themselves are shared by all members.

    Attributes
    ----------
    learned : int64 [shape=(n_learned,)], the tiles it learns from
    held : int64 [shape=(n_held,)], tiles kept for early stopping; where there are none, the last epoch is the best
    targets : float32 [shape=(n_tiles, n_scores)], of all tiles
    weights : float32 [shape=(n_tiles,)], of all tiles in the loss
    seed : of the initial parameters, dropout and order
    epochs : train for at most so many, the learning rate still falling over `TrainingSettings.epochs`
    initial : parameters to begin with instead, in the order of ``keras.Model.get_weights()``
    """

    learned: npt.NDArray[np.int64]
    held: npt.NDArray[np.int64]
    targets: Floats
    weights: Floats
    seed: int
    epochs: int | None = None
    initial: Sequence[Floats] = ()


@dataclass(frozen=True)
class FittedMember:
    """What became of a bag.

    Attributes
    ----------
    weights : parameters of the best epoch, in the order of ``keras.Model.get_weights()``
    best_epoch : 1-based
    losses : one (training loss, validation loss) an epoch; validation NaN where nothing was kept for it
    """

    weights: list[Floats]
    best_epoch: int
    losses: list[tuple[float, float]]


@dataclass(frozen=True)
class NetworkPlan:
    """The arguments of `trainer.learning.network.build_network`, but for the unmixing matrix and the tiles' shape."""

    kind: Literal["cnn", "fully_connected", "crnn"] = "cnn"
    n_scores: int = 1
    activation: Literal["sigmoid", "softmax"] = "sigmoid"


@dataclass(frozen=True)
class Request:
    """What is to be trained, besides the arrays."""

    plan: NetworkPlan
    settings: TrainingSettings
    loss: str
    members_at_once: int | None


def write_request(
    folder: Path, request: Request, tiles: TileSource, bags: Sequence[Bag], unmixing: Floats | None
) -> None:
    """Write what a process needs into its folder; of the tiles, only those that a bag names."""
    used = np.unique(np.concatenate([places for bag in bags for places in (bag.learned, bag.held)]))
    _write_tiles(folder / TILES, tiles, used)
    (folder / REQUEST).write_text(json.dumps(asdict(request)), encoding="utf-8")
    arrays: dict[str, npt.NDArray[np.generic]] = {} if unmixing is None else {"unmixing": unmixing}
    for number, bag in enumerate(bags):
        arrays[f"learned-{number}"] = np.searchsorted(used, bag.learned)
        arrays[f"held-{number}"] = np.searchsorted(used, bag.held)
        arrays[f"targets-{number}"], arrays[f"weights-{number}"] = bag.targets[used], bag.weights[used]
        arrays |= {f"initial-{number}-{place}": array for place, array in enumerate(bag.initial)}
    arrays["seeds"] = np.array([bag.seed for bag in bags], np.int64)
    arrays["epochs"] = np.array([bag.epochs or 0 for bag in bags], np.int64)
    _write(folder / BAGS, arrays)


def read_request(folder: Path) -> tuple[Request, Floats, list[Bag], Floats | None]:
    """Read what `write_request` wrote, the bags counting the tiles that are there; these are mapped, not read."""
    described = json.loads((folder / REQUEST).read_text(encoding="utf-8"))
    plan, settings = NetworkPlan(**described.pop("plan")), TrainingSettings(**described.pop("settings"))
    request = Request(plan=plan, settings=settings, **described)
    tiles = np.load(folder / TILES, mmap_mode="r", allow_pickle=False)
    with np.load(folder / BAGS, allow_pickle=False) as stored:
        bags = [
            Bag(
                learned=stored[f"learned-{number}"],
                held=stored[f"held-{number}"],
                targets=stored[f"targets-{number}"],
                weights=stored[f"weights-{number}"],
                seed=int(seed),
                epochs=int(epochs) or None,
                initial=_numbered(stored, f"initial-{number}-"),
            )
            for number, (seed, epochs) in enumerate(zip(stored["seeds"], stored["epochs"], strict=True))
        ]
        return request, tiles, bags, stored.get("unmixing")


def write_members(folder: Path, members: Sequence[FittedMember]) -> None:
    """Write what was trained."""
    arrays: dict[str, npt.NDArray[np.generic]] = {
        "best_epochs": np.array([member.best_epoch for member in members], np.int64)
    }
    for number, member in enumerate(members):
        arrays[f"losses-{number}"] = np.array(member.losses, np.float64)
        arrays |= {f"weights-{number}-{place}": array for place, array in enumerate(member.weights)}
    _write(folder / MEMBERS, arrays)


def read_members(folder: Path) -> list[FittedMember]:
    """Read what `write_members` wrote."""
    with np.load(folder / MEMBERS, allow_pickle=False) as stored:
        return [
            FittedMember(
                weights=_numbered(stored, f"weights-{number}-"),
                best_epoch=int(best_epoch),
                losses=[(float(training), float(validation)) for training, validation in stored[f"losses-{number}"]],
            )
            for number, best_epoch in enumerate(stored["best_epochs"])
        ]


def _numbered(stored: Mapping[str, Floats], name: str) -> list[Floats]:
    """The arrays ``<name>0``, ``<name>1`` and so on."""
    return [stored[f"{name}{place}"] for place in range(sum(key.startswith(name) for key in stored))]


def _write_tiles(path: Path, tiles: TileSource, used: npt.NDArray[np.int64]) -> None:
    """Write these tiles as one array, some at a time."""
    shape = (len(used), *tiles[used[:1]].shape[1:])
    with path.open("wb") as file:
        # Not into a mapped file: where the disk is full, that ends the process instead of raising an error.
        np.lib.format.write_array_header_1_0(file, {"descr": "<f4", "fortran_order": False, "shape": shape})
        for start in range(0, len(used), _CHUNK_TILES):
            file.write(np.ascontiguousarray(tiles[used[start : start + _CHUNK_TILES]], "<f4").data)


def _write(path: Path, arrays: dict[str, npt.NDArray[np.generic]]) -> None:
    with path.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]
