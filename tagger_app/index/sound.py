"""What the index keeps of a track's sound besides its fits: what suggestions compare."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

LEVELS_PER_TILE = 100
"""Points of the level contour in the length of a tile."""

N_MOTION = 8
"""Values by tile in `Sound.motion`; `tagger_app.features.motion` says which."""


@dataclass(frozen=True, eq=False, slots=True)
class Sound:
    """The sound of a track, tile by tile and as a whole.

    Attributes
    ----------
    tile_s : length of a tile in seconds; tile i begins at i * tile_s, the last one ends with the track
    scale : what `tiles` are multiplied with
    tiles : embeddings of the tiles, int8 [shape=(n_tiles, d)]; all zero in silent tiles
    spread : deviation of the embeddings over the sounding tiles, float16 [shape=(d,)]
    levels : level contour, uint8 [shape=(n_points,)], `LEVELS_PER_TILE` in the length of a tile; 0.4 dB a step,
        250 = full scale
    motion : dynamics and pace by tile, float16 [shape=(n_tiles, N_MOTION)]
    dynamics, pace : of the whole track, float16 [shape=(k,)], in deviations over a large library
    """

    tile_s: float
    scale: float
    tiles: npt.NDArray[np.int8]
    spread: npt.NDArray[np.float16]
    levels: npt.NDArray[np.uint8]
    motion: npt.NDArray[np.float16]
    dynamics: npt.NDArray[np.float16]
    pace: npt.NDArray[np.float16]

    def __post_init__(self) -> None:
        n_tiles = len(self.tiles)
        arrays = (
            ("tiles", np.int8, (n_tiles, len(self.spread))),
            ("spread", np.float16, (len(self.spread),)),
            ("levels", np.uint8, (len(self.levels),)),
            ("motion", np.float16, (n_tiles, N_MOTION)),
            ("dynamics", np.float16, (len(self.dynamics),)),
            ("pace", np.float16, (len(self.pace),)),
        )
        for name, dtype, shape in arrays:
            array = getattr(self, name)
            if array.dtype != dtype or array.shape != shape:
                raise ValueError(f"{name} can't be {array.dtype} {array.shape}")
        if not (math.isfinite(self.scale) and self.scale >= 0 and math.isfinite(self.tile_s) and self.tile_s > 0):
            raise ValueError(f"not a scale and a length: {self.scale}, {self.tile_s}")

    def tile_embeddings(self) -> npt.NDArray[np.float32]:
        """Embeddings of the tiles, float32 [shape=(n_tiles, d)]; all zero in silent tiles."""
        return self.tiles.astype(np.float32) * np.float32(self.scale)


def quantise_tiles(embeddings: npt.NDArray[np.floating]) -> tuple[npt.NDArray[np.int8], float]:
    """Embeddings of tiles as int8 with one scale for all."""
    largest = float(np.abs(embeddings).max(initial=0.0))
    if not largest:
        return np.zeros(embeddings.shape, np.int8), 0.0
    return np.rint(embeddings * (127 / largest)).astype(np.int8), largest / 127
