"""Out-of-fold scores: what members say of soundtracks that they have not been trained on.

Each fold's members are exported and heard through `tagger_app.ensemble.member.Member`, so what is measured is what
ships: quantised, and run by the application's own code.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np
import numpy.typing as npt

from tagger_app.ensemble.member import Member
from tagger_app.ensemble.scoring import logits
from tagger_app.features.mfcc import Floats
from tagger_app.genres import GENRES, genre_key
from trainer.corpora.tracks import CorpusTrack
from trainer.errors import TrainingError
from trainer.learning.export import Parity, compare, export_int8
from trainer.learning.splits import assign_folds
from trainer.learning.training import train_member
from trainer.settings import TrainingSettings
from trainer.tiles.dataset import Booleans, Dataset

_N_REPRESENTATIVE = 256


@dataclass(frozen=True)
class FoldResult:
    """One genre in one fold.

    Attributes
    ----------
    genre, fold : which
    best_epoch : of the training, 1-based
    losses : one (training loss, validation loss) an epoch
    parity : the int8 member against its float model, on the fold's held-out tiles
    tile_logits : float32 [shape=(n_held_out_tiles,)], in the order of the data set's tiles
    content : the member itself, a TFLite model: the embedding is measured with it, too
    """

    genre: str
    fold: int
    best_epoch: int
    losses: list[tuple[float, float]]
    parity: Parity
    tile_logits: Floats
    content: bytes


def trainable_genres(dataset: Dataset, settings: TrainingSettings) -> dict[str, str]:
    """For each genre why it can't be trained on this corpus; an empty reason where it can."""
    reasons = {}
    for index, genre in enumerate(GENRES):
        positive = dataset.labels[:, index]
        n_tracks, n_soundtracks = int(positive.sum()), len(np.unique(dataset.soundtracks[positive]))
        enough = n_tracks >= settings.least_tracks and n_soundtracks >= settings.least_soundtracks
        reasons[genre] = (
            ""
            if enough
            else f"{n_tracks} tracks of {n_soundtracks} soundtracks; "
            f"{settings.least_tracks} of {settings.least_soundtracks} are needed"
        )
    return reasons


def tile_weights(dataset: Dataset, settings: TrainingSettings) -> Floats:
    """Weight of each tile in the loss, float32 [shape=(n_tiles,)]."""
    return dataset.track_weights(settings.cue_weight).astype(np.float32)[dataset.owner]


def folds_of(dataset: Dataset, settings: TrainingSettings) -> npt.NDArray[np.int64]:
    """Fold of each track, int64 [shape=(n_tracks,)]; a soundtrack is in one fold."""
    sizes = np.array([len(tiles) for tiles in dataset.tiles], dtype=np.float64)
    return assign_folds(dataset.soundtracks, dataset.labels, sizes, settings.folds, settings.seed)


def validation_tracks(dataset: Dataset, training: Booleans, settings: TrainingSettings, seed: int) -> Booleans:
    """Tracks of the training part that are kept for early stopping, whole soundtracks: bool [shape=(n_tracks,)]."""
    chosen = np.flatnonzero(training)
    sizes = np.array([len(dataset.tiles[index]) for index in chosen], dtype=np.float64)
    n_parts = round(1 / settings.validation_share)
    parts = assign_folds(dataset.soundtracks[chosen], dataset.labels[chosen], sizes, n_parts, seed)
    kept = np.zeros(len(training), dtype=np.bool_)
    kept[chosen[parts == 0]] = True
    return kept


def cross_validate(
    dataset: Dataset,
    settings: TrainingSettings,
    centre: Literal["corpus", "track"],
    work: Path,
    genres: Sequence[str] | None = None,
) -> Iterator[FoldResult]:
    """Train and hear every trainable genre in every fold. What an earlier run of the same settings finished is kept.

    Parameters
    ----------
    work : folder for the results of each fold
    genres : only these
    """
    work.mkdir(parents=True, exist_ok=True)
    folds = folds_of(dataset, settings)
    if genres is None:
        genres = [genre for genre, reason in trainable_genres(dataset, settings).items() if not reason]
    weights = tile_weights(dataset, settings)
    spread = dataset.spread_tiles(settings.tiles_per_track)
    run = run_key(dataset, settings, centre)
    for fold in range(settings.folds):
        training = folds != fold
        tiles = None
        for genre in genres:
            path = work / f"{run}-{genre_key(genre)}-{fold}.npz"
            if path.exists() and _member_path(path).exists():
                yield _load(path, genre, fold)
                continue
            if tiles is None:
                standardisation = dataset.fit_standardisation(training, centre)
                tiles = dataset.standardised(standardisation)
                validation = validation_tracks(dataset, training, settings, settings.seed + fold)
            seed = settings.seed + 100 * fold + GENRES.index(genre)
            positive = dataset.labels[dataset.owner, GENRES.index(genre)]
            learned = training[dataset.owner] & spread & dataset.known[dataset.owner, GENRES.index(genre)]
            try:
                trained = train_member(
                    tiles[learned],
                    positive[learned],
                    weights[learned],
                    validation[dataset.owner][learned],
                    settings,
                    seed,
                )
            except TrainingError as error:
                raise TrainingError(f"{genre}, fold {fold + 1}: {error}") from error
            held = ~training[dataset.owner]
            rng = np.random.default_rng(seed)
            representative = draw_representative(learned, rng)
            content = export_int8(trained.network, tiles[representative])
            member = Member(content, tiles.shape[1:])
            result = FoldResult(
                genre=genre,
                fold=fold,
                best_epoch=trained.best_epoch,
                losses=trained.losses,
                parity=compare(trained.network, member, tiles[held], positive[held]),
                tile_logits=logits(member.run(tiles[held])[0]),
                content=content,
            )
            _save(path, result)
            yield result


def draw_representative(learned: Booleans, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Indices of tiles that the ranges of int8 are taken from: some of those that were learned."""
    indices = np.flatnonzero(learned)
    return np.asarray(rng.choice(indices, min(_N_REPRESENTATIVE, len(indices)), replace=False))


def out_of_fold_logits(dataset: Dataset, settings: TrainingSettings, results: list[FoldResult]) -> Floats:
    """Put the folds together: logits of every tile, float32 [shape=(n_tiles, 10)]; NaN for untrained genres."""
    folds = folds_of(dataset, settings)[dataset.owner]
    together = np.full((len(folds), len(GENRES)), np.nan, dtype=np.float32)
    for result in results:
        together[folds == result.fold, GENRES.index(result.genre)] = result.tile_logits
    return together


def track_means(dataset: Dataset, tile_values: Floats) -> npt.NDArray[np.float64]:
    """Mean over the tiles of each track, float64 [shape=(n_tracks, ...)]."""
    sums = np.zeros((len(dataset.tracks), *tile_values.shape[1:]))
    np.add.at(sums, dataset.owner, tile_values)
    counts = np.bincount(dataset.owner).reshape(-1, *[1] * (tile_values.ndim - 1))
    return np.asarray(sums / counts)


def run_key(dataset: Dataset, settings: TrainingSettings, centre: str) -> str:
    """Twelve hexadecimal digits that change with the data, the settings or the centring."""
    described = {
        "settings": asdict(settings),
        "centre": centre,
        "tracks": [
            [str(track.path), track.soundtrack, track.genres, len(tiles), *_unusual(track)]
            for track, tiles in zip(dataset.tracks, dataset.tiles, strict=True)
        ],
    }
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()[:12]


def _unusual(track: CorpusTrack) -> list[object]:
    """What an editor's correction changes besides the labels; nothing for other tracks."""
    return [track.weight, track.known_genres] if (track.weight, track.known_genres) != (1.0, GENRES) else []


def _save(path: Path, result: FoldResult) -> None:
    partial = path.with_suffix(".partial")
    described = msgspec.json.encode({"best_epoch": result.best_epoch, "losses": result.losses, "parity": result.parity})
    with partial.open("wb") as file:
        np.savez(file, tile_logits=result.tile_logits, described=np.frombuffer(described, dtype=np.uint8))
    partial.replace(path)
    partial.write_bytes(result.content)
    partial.replace(_member_path(path))


def _member_path(path: Path) -> Path:
    """Where the member of a fold's result lies."""
    return path.with_suffix(".tflite")


def _load(path: Path, genre: str, fold: int) -> FoldResult:
    with np.load(path, allow_pickle=False) as stored:
        described = json.loads(stored["described"].tobytes())
        return FoldResult(
            genre=genre,
            fold=fold,
            best_epoch=described["best_epoch"],
            losses=[(training, validation) for training, validation in described["losses"]],
            parity=Parity(**described["parity"]),
            tile_logits=stored["tile_logits"],
            content=_member_path(path).read_bytes(),
        )
