"""Members: the networks of a system as they ship, quantised and run by the application's own code.

What is measured of them is what ships. Each is kept beside the network it comes from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from tagger_app.durable import put_in_place
from tagger_app.ensemble.member import Member
from tagger_app.ensemble.scoring import logits
from tagger_app.features.mfcc import Floats
from tagger_app.genres import GENRES
from trainer.errors import TrainingError, writing
from trainer.learning.export import MOST_AUC_LOSS, MOST_MEAN_DIFFERENCE, Parity, compare, export_int8
from trainer.learning.parts import Part
from trainer.learning.systems import System

_N_REPRESENTATIVE = 256


@dataclass(frozen=True)
class ExportedMember:
    """A network as it ships.

    Attributes
    ----------
    part : which
    genres : that its scores stand for
    parities : against its float model on the fold's held-out tiles, by score; none for what heard everything
    tile_logits : of the held-out tiles, float32 [shape=(n_held_out_tiles, n_scores)]
    content : TFLite model
    """

    part: Part
    genres: list[str]
    parities: list[Parity]
    tile_logits: Floats
    content: bytes


class _Kept(msgspec.Struct):
    parities: list[Parity]


def export_members(system: System, work: Path) -> Iterator[ExportedMember]:
    """Export the networks of all folds; what an earlier run exported is kept in `work`.

    Raises
    ------
    TrainingError
        The system can't be shipped at all.
    WorkError
        They can't be kept.
    """
    if system.settings.pooling == "attention" or system.settings.split != "soundtrack":
        raise TrainingError(
            f"{system.settings.name} can be measured, but not shipped: a bundle averages over tiles, and is measured "
            'on soundtracks not heard; use pooling = "mean" and split = "soundtrack"'
        )
    with writing(work):
        work.mkdir(parents=True, exist_ok=True)
    for part in system.parts:
        path = work / f"{system.key}-{part.name}.tflite"
        if not path.exists():
            _save(_export(system, part), path)
        yield _load(system, part, path)


def check_parity(members: Sequence[ExportedMember]) -> None:
    """Refuse what loses too much as int8.

    A genre is judged by the mean over its members of all folds: one fold of few soundtracks says little, and it is not
    the fold's member that ships.

    Raises
    ------
    TrainingError
        The members of a genre are too far from their float models to stand in for them.
    """
    by_genre: dict[str, list[Parity]] = {}
    for member in members:
        for genre, parity in zip(member.genres, member.parities, strict=True):
            by_genre.setdefault(genre, []).append(parity)
    for genre, parities in by_genre.items():
        mean = Parity(
            float(np.mean([parity.mean_difference for parity in parities])),
            float(np.mean([parity.auc_loss for parity in parities])),
        )
        if not mean.within_limits:
            raise TrainingError(
                f"{genre}: the int8 members differ from their float models by {mean.mean_difference:.4f} (at most "
                f"{MOST_MEAN_DIFFERENCE}) and lose {mean.auc_loss:.4f} ROC-AUC (at most {MOST_AUC_LOSS}) on held-out "
                "tiles. Members that have hardly learned do so: raise [training] least_soundtracks to leave it out"
            )


def export_final(system: System, part: Part, genres: Sequence[str]) -> ExportedMember:
    """Export a network that heard everything, with those of its scores that are for `genres`."""
    scores = [index for index, genre in enumerate(system.genres_of(part)) if genre in genres]
    network = system.network(part)
    content = export_int8(network, _representative(system, part), scores)
    own = [system.genres_of(part)[index] for index in scores]
    return ExportedMember(part, own, [], np.zeros((0, len(own)), np.float32), content)


def _export(system: System, part: Part) -> ExportedMember:
    dataset, tiles = system.dataset, system.tiles(part.fold)
    network = system.network(part)
    content = export_int8(network, _representative(system, part))
    genres = system.genres_of(part)
    member = Member(content, tiles.shape[1:], len(genres))
    held = system.tile_folds == part.fold
    heard = tiles[held]
    positive = dataset.labels[dataset.owner[held]][:, [GENRES.index(genre) for genre in genres]]
    parities = compare(network, member, heard, positive)
    return ExportedMember(part, genres, parities, logits(member.run(heard)[0]), content)


def _representative(system: System, part: Part) -> Floats:
    """Tiles that the ranges of int8 are taken from: some of those that were learned."""
    learned = np.flatnonzero(system.spread & (system.tile_folds != part.fold))
    rng = np.random.default_rng(system.training.seed)
    return system.tiles(part.fold)[np.sort(rng.choice(learned, min(_N_REPRESENTATIVE, len(learned)), replace=False))]


def _save(member: ExportedMember, path: Path) -> None:
    partial = path.with_suffix(".partial")
    kept = np.frombuffer(msgspec.json.encode(_Kept(member.parities)), np.uint8)
    with writing(path):
        with partial.open("wb") as file:
            np.savez(file, logits=member.tile_logits, kept=kept)
        put_in_place(partial, path.with_suffix(".int8.npz"))
        partial.write_bytes(member.content)
        put_in_place(partial, path)


def _load(system: System, part: Part, path: Path) -> ExportedMember:
    with np.load(path.with_suffix(".int8.npz"), allow_pickle=False) as stored:
        kept = msgspec.json.decode(stored["kept"].tobytes(), type=_Kept)
        return ExportedMember(part, system.genres_of(part), kept.parities, stored["logits"], path.read_bytes())
