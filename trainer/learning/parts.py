"""The networks of a system, and what is kept of each, so that nothing is trained twice.

A folder holds for each network

- ``<key>-<name>.npz``: what it says of the tracks it hasn't heard, and how its training went;
- ``<key>-<name>.weights.npz``: its parameters, in the order of `keras.Model.get_weights`, written first.

Both are written under another name and renamed, so that a run may be killed at any moment.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tagger_app.durable import put_in_place
from tagger_app.features.mfcc import Floats
from tagger_app.genres import genre_key
from trainer.errors import writing


@dataclass(frozen=True)
class Part:
    """One network of a system.

    Attributes
    ----------
    fold : the fold that it doesn't hear; None where it hears everything, as those that ship do
    genre : whose fit it gives, None where it answers for all
    bag : counts draws of negatives
    """

    fold: int | None
    genre: str | None
    bag: int

    @property
    def name(self) -> str:
        """For files and progress."""
        return f"{self.answers}-{self.bag}-{'final' if self.fold is None else self.fold}"

    @property
    def answers(self) -> str:
        """Key of the genre that it answers for, or "all"."""
        return genre_key(self.genre) if self.genre else "all"


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


def is_kept(folder: Path, key: str, part: Part) -> bool:
    """Whether an earlier run finished this network."""
    return _path(folder, key, part).exists()


def keep(folder: Path, key: str, answers: PartAnswers, weights: Sequence[Floats]) -> None:
    """Keep what a network says, and its parameters. Raises `WorkError` where that can't be written."""
    path = _path(folder, key, answers.part)
    partial = path.with_suffix(".partial")
    history = json.dumps({"best_epoch": answers.best_epoch, "losses": answers.losses, "took_s": answers.took_s})
    with writing(path), _without_remains(partial):
        folder.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            np.savez(file, *[np.asarray(array, np.float32) for array in weights])
        put_in_place(partial, _weights_path(folder, key, answers.part))
        with partial.open("wb") as file:
            np.savez(file, tiles=answers.tile_logits, tracks=answers.track_logits, history=np.array(history))
        put_in_place(partial, path)


@contextmanager
def _without_remains(partial: Path) -> Iterator[None]:
    """A file half-written takes room where there is none."""
    try:
        yield
    except OSError:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise


def load(folder: Path, key: str, part: Part) -> PartAnswers:
    """What `keep` kept."""
    with np.load(_path(folder, key, part), allow_pickle=False) as stored:
        history = json.loads(str(stored["history"]))
        losses = [(training, validation) for training, validation in history["losses"]]
        return PartAnswers(part, history["best_epoch"], losses, history["took_s"], stored["tiles"], stored["tracks"])


def load_weights(folder: Path, key: str, part: Part) -> list[Floats]:
    """The parameters of a network, in the order of `keras.Model.get_weights`."""
    with np.load(_weights_path(folder, key, part), allow_pickle=False) as stored:
        return [stored[f"arr_{index}"] for index in range(len(stored.files))]


def _path(folder: Path, key: str, part: Part) -> Path:
    return folder / f"{key}-{part.name}.npz"


def _weights_path(folder: Path, key: str, part: Part) -> Path:
    return folder / f"{key}-{part.name}.weights.npz"
