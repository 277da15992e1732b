"""All tiles of a data set as members hear them, standardised when they are asked for.

A corpus of 130,000 tiles is 1 GB of float16 in the cache and would be 2 GB of float32: what lies in the cache is mapped
into memory, and no more of it is copied than a batch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from tagger_app.ensemble.standardise import CLIP, Standardisation
from tagger_app.features.mfcc import Floats

_CHUNK_TILES = 4096


class StandardisedTiles:
    """Tiles of several tracks, one track after the other.

    Parameters
    ----------
    tiles : of each track, float16 [shape=(n_tiles, n_mfcc, n_frames)], all of them sounding
    """

    def __init__(self, tiles: Sequence[npt.NDArray[np.float16]], standardisation: Standardisation) -> None:
        self._tiles = tiles
        counts = [len(own) for own in tiles]
        self._owner = np.repeat(np.arange(len(tiles)), counts)
        self._starts = np.cumsum([0, *counts[:-1]])
        self._deviation = standardisation.deviation[:, np.newaxis]
        if standardisation.centre == "corpus":
            self._means = [standardisation.mean[:, np.newaxis]] * len(tiles)
        else:
            self._means = [own.mean(axis=(0, 2), dtype=np.float32)[:, np.newaxis] for own in tiles]

    def __len__(self) -> int:
        return len(self._owner)

    @property
    def shape(self) -> tuple[int, int, int]:
        """(n_tiles, n_mfcc, n_frames)."""
        n_mfcc, n_frames = self._tiles[0].shape[1:]
        return (len(self), n_mfcc, n_frames)

    def __getitem__(self, chosen: npt.NDArray[np.int64] | npt.NDArray[np.bool_]) -> Floats:
        """These tiles, by index or by mask: float32 [shape=(n_chosen, n_mfcc, n_frames)]."""
        indices = np.flatnonzero(chosen) if chosen.dtype == np.bool_ else chosen
        gathered = np.empty((len(indices), *self.shape[1:]), dtype=np.float32)
        for place, (index, track) in enumerate(zip(indices, self._owner[indices], strict=True)):
            np.subtract(self._tiles[track][index - self._starts[track]], self._means[track], out=gathered[place])
        gathered /= self._deviation
        return np.clip(gathered, -CLIP, CLIP, out=gathered)

    def chunks(self, chosen: npt.NDArray[np.int64] | npt.NDArray[np.bool_]) -> Iterator[Floats]:
        """These tiles, some thousands at a time."""
        indices = np.flatnonzero(chosen) if chosen.dtype == np.bool_ else chosen
        for start in range(0, len(indices), _CHUNK_TILES):
            yield self[indices[start : start + _CHUNK_TILES]]
