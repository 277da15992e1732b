"""Folds over soundtracks or official parts, and what is common to all systems that are trained in them."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import numpy.typing as npt

from tagger_app.errors import displayable
from tagger_app.features.mfcc import Floats
from tagger_app.genres import GENRES
from trainer.corpora.tracks import CorpusTrack
from trainer.errors import SplitError
from trainer.learning.splits import assign_folds
from trainer.settings import TrainingSettings
from trainer.tiles.dataset import Booleans, Dataset

PARTS = {"test": 0, "validation": 1, "train": -1}
"""Parts of an official split as folds. The networks of fold 0 are asked about the validation part too, by which they
are calibrated; about the training part, below 0, none is asked."""


def trainable_genres(
    dataset: Dataset, settings: TrainingSettings, folds: npt.NDArray[np.int64] | None = None
) -> dict[str, str]:
    """For each genre why it can't be trained on this corpus; an empty reason where it can.

    Parameters
    ----------
    folds : what `official_folds` says where the official split is used: each part must have the genre and other music
    """
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
        if folds is not None and enough:
            lacking = [name for name, fold in PARTS.items() if len(np.unique(positive[folds == fold])) < 2]
            reasons[genre] = f"the {' and '.join(lacking)} part has all of it or nothing" if lacking else ""
    return reasons


def tile_weights(dataset: Dataset, settings: TrainingSettings) -> Floats:
    """Weight of each tile in the loss, float32 [shape=(n_tiles,)]."""
    return dataset.track_weights(settings.cue_weight).astype(np.float32)[dataset.owner]


def folds_of(dataset: Dataset, settings: TrainingSettings) -> npt.NDArray[np.int64]:
    """Fold of each track, int64 [shape=(n_tracks,)]; a soundtrack is in one fold."""
    sizes = np.array([len(tiles) for tiles in dataset.tiles], dtype=np.float64)
    return assign_folds(dataset.soundtracks, dataset.labels, sizes, settings.folds, settings.seed)


def official_folds(dataset: Dataset) -> npt.NDArray[np.int64]:
    """The official part of each track as a number of `PARTS`, int64 [shape=(n_tracks,)].

    Raises
    ------
    SplitError
        A track belongs to no part, a part is empty, or a soundtrack lies in several.
    """
    without = [track for track in dataset.tracks if track.part is None]
    if without:
        raise SplitError(
            f'split = "official", but {len(without)} tracks, as {displayable(without[0].path)}, belong to no official '
            'part: name sources that have one in [corpus] sources ("jamendo"), or use split = "soundtrack"'
        )
    folds = np.array([PARTS[track.part] for track in dataset.tracks if track.part])
    if empty := [name for name, fold in PARTS.items() if not (folds == fold).any()]:
        raise SplitError(f'split = "official", but its {" and ".join(empty)} part has no track in the tile cache')
    first: dict[str, CorpusTrack] = {}
    for track in dataset.tracks:
        other = first.setdefault(track.soundtrack, track)
        if other.part != track.part:
            raise SplitError(
                f"the official split leaks: {track.soundtrack} is in its {other.part} and in its {track.part} part "
                f"({displayable(other.path)}, {displayable(track.path)}); correct the lists, or use "
                'split = "soundtrack"'
            )
    return folds


def learned_for(folds: npt.NDArray[np.int64], fold: int) -> Booleans:
    """Tracks that may be learned from to answer for a fold: the others, or of an official split the training part."""
    is_official = bool((folds < 0).any())
    return folds < 0 if is_official else folds != fold


def validation_tracks(dataset: Dataset, training: Booleans, settings: TrainingSettings, seed: int) -> Booleans:
    """Tracks of the training part that are kept for early stopping, whole soundtracks: bool [shape=(n_tracks,)]."""
    chosen = np.flatnonzero(training)
    sizes = np.array([len(dataset.tiles[index]) for index in chosen], dtype=np.float64)
    n_parts = round(1 / settings.validation_share)
    parts = assign_folds(dataset.soundtracks[chosen], dataset.labels[chosen], sizes, n_parts, seed)
    kept = np.zeros(len(training), dtype=np.bool_)
    kept[chosen[parts == 0]] = True
    return kept


def track_means(dataset: Dataset, tile_values: Floats) -> npt.NDArray[np.float64]:
    """Mean over the tiles of each track, float64 [shape=(n_tracks, ...)]."""
    sums = np.zeros((len(dataset.tracks), *tile_values.shape[1:]))
    np.add.at(sums, dataset.owner, tile_values)
    counts = np.bincount(dataset.owner).reshape(-1, *[1] * (tile_values.ndim - 1))
    return np.asarray(sums / counts)


def run_key(dataset: Dataset, settings: TrainingSettings, centre: str) -> str:
    """Twelve hexadecimal digits that change with the data, the settings or the centring."""
    described = {
        "settings": settings.of_result,
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
