"""The training set in memory: the tiles of every labelled track, and which tiles a member learns from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from tagger_app.ensemble.standardise import Standardisation
from tagger_app.errors import displayable
from trainer.corpora.tracks import CorpusTrack, known_matrix, label_matrix, unite_shared_streams
from trainer.errors import CorpusError, SplitError
from trainer.tiles.cache import TileCache, TileRecord
from trainer.tiles.standardised import StandardisedTiles

Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Dataset:
    """Labelled tracks and their sounding tiles.

    Attributes
    ----------
    tracks : those that the tile cache has; one recording is there once
    tiles : of each track, float16 [shape=(n_tiles, n_mfcc, n_frames)], memory-mapped, not standardised
    fingerprints : of each track's audio stream; empty where the tiles come from elsewhere than a tile cache
    """

    tracks: list[CorpusTrack]
    tiles: list[npt.NDArray[np.float16]]
    fingerprints: tuple[str, ...] = ()

    @cached_property
    def labels(self) -> Booleans:
        """Genres of each track, bool [shape=(n_tracks, 10)]."""
        return label_matrix(self.tracks)

    @cached_property
    def known(self) -> Booleans:
        """Genres that the labels of each track say something of, bool [shape=(n_tracks, 10)]."""
        return known_matrix(self.tracks)

    def fully_known(self, columns: Sequence[int]) -> Booleans:
        """Tracks whose labels say something of each of some genres, bool [shape=(n_tracks,)]."""
        return np.asarray(self.known[:, columns].all(axis=1))

    @cached_property
    def soundtracks(self) -> npt.NDArray[np.str_]:
        """Soundtrack of each track, [shape=(n_tracks,)]."""
        return np.array([track.soundtrack for track in self.tracks])

    @cached_property
    def is_cue(self) -> Booleans:
        """Which tracks are production music, bool [shape=(n_tracks,)]."""
        return np.array([track.source == "free_cues" for track in self.tracks])

    def track_weights(self, cue_weight: float) -> npt.NDArray[np.float64]:
        """Weight of each track in the loss, float64 [shape=(n_tracks,)]; that of production music by `cue_weight`."""
        own = np.array([track.weight for track in self.tracks])
        return own * np.where(self.is_cue, cue_weight, 1.0)

    @cached_property
    def owner(self) -> npt.NDArray[np.int64]:
        """Track of each tile, all tracks' tiles side by side: int64 [shape=(n_tiles,)]."""
        return np.repeat(np.arange(len(self.tiles)), [len(tiles) for tiles in self.tiles])

    def spread_tiles(self, most_per_track: int) -> Booleans:
        """At most so many tiles of each track, evenly spread over it: bool [shape=(n_tiles,)]."""
        chosen = []
        for tiles in self.tiles:
            mask = np.zeros(len(tiles), dtype=np.bool_)
            mask[np.linspace(0, len(tiles) - 1, min(most_per_track, len(tiles))).round().astype(int)] = True
            chosen.append(mask)
        return np.concatenate(chosen)

    def fit_standardisation(self, training: Booleans, centre: Literal["corpus", "track"]) -> Standardisation:
        """Mean and deviation of each coefficient over the tracks that `training` marks, each track counting alike.

        Parameters
        ----------
        training : bool [shape=(n_tracks,)]
        """
        means, variances = [], []
        for index in np.flatnonzero(training):
            tiles = self.tiles[index].astype(np.float32)
            means.append(tiles.mean(axis=(0, 2)))
            variances.append(tiles.var(axis=(0, 2)))
        within = np.mean(variances, axis=0)
        between = np.var(means, axis=0) if centre == "corpus" else 0.0
        return Standardisation(centre, np.mean(means, axis=0), np.sqrt(within + between).astype(np.float32))

    def subset(self, chosen: npt.NDArray[np.int64]) -> Dataset:
        """Some of the tracks, by index."""
        fingerprints = tuple(self.fingerprints[index] for index in chosen) if self.fingerprints else ()
        return Dataset([self.tracks[index] for index in chosen], [self.tiles[index] for index in chosen], fingerprints)

    def standardised(self, standardisation: Standardisation) -> StandardisedTiles:
        """All tiles side by side, as members hear them."""
        return StandardisedTiles(self.tiles, standardisation)


def load_dataset(cache: TileCache, corpus: Sequence[CorpusTrack], *, is_split: bool = False) -> Dataset:
    """Everything of the corpus that the tile cache has.

    Soundtracks that hold the same recording are united, so that no split can divide it, and only the first copy of it
    is kept; silent tiles are left out.

    Parameters
    ----------
    is_split : the corpus is used with its official split, where copies of one recording must lie in one part

    Raises
    ------
    CorpusError
        The cache has nothing of this corpus.
    SplitError
        They don't.
    """
    records = {track.path: record for track in corpus if isinstance(record := cache.find(track.path), TileRecord)}
    united = unite_shared_streams(corpus, {path: record.fingerprint for path, record in records.items()})
    tracks, tiles = [], []
    seen: dict[str, CorpusTrack] = {}
    for track in united:
        record = records.get(track.path)
        if record is None:
            continue
        first = seen.setdefault(record.fingerprint, track)
        if is_split and first.part != track.part:
            raise SplitError(
                f"the official split leaks: {displayable(first.path)} in its {first.part} part and "
                f"{displayable(track.path)} in its {track.part} part are the same recording; take one out of the lists"
            )
        if first is not track:
            continue
        tracks.append(track)
        own, sounding = cache.tiles(record.fingerprint), cache.sounding(record.fingerprint)
        tiles.append(own if sounding.all() else own[sounding])  # taking some of them would copy them
    if not tracks:
        raise CorpusError(cache.folder, "has no tiles of this corpus; run cuefit-trainer prepare first")
    return Dataset(tracks, tiles, tuple(seen))
