"""Standardisation of tiles before they are quantised; the trainer and the application do it here alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from tagger_app.features.mfcc import Floats

CLIP = 6.0
"""Standardised coefficients beyond this many deviations are clipped: the range that int8 has to resolve."""


@dataclass(frozen=True)
class Standardisation:
    """Each coefficient less its mean, divided by its deviation.

    Attributes
    ----------
    centre : "corpus" subtracts the corpus' mean, "track" the mean over the track's own sounding tiles, which takes away
        its level, its equalisation and much of its codec, and leaves what moves
    mean : float32 [shape=(n_mfcc,)], of the corpus; not used when centred on the track
    deviation : float32 [shape=(n_mfcc,)], of the corpus after centring
    """

    centre: Literal["corpus", "track"]
    mean: Floats
    deviation: Floats

    def centre_of(self, tiles: Floats, sounding: npt.NDArray[np.bool_]) -> Floats:
        """What is to be subtracted from all tiles of one track: float32 [shape=(n_mfcc,)].

        Parameters
        ----------
        tiles : float32 [shape=(n_tiles, n_mfcc, n_frames)]
        sounding : bool [shape=(n_tiles,)], at least one
        """
        if self.centre == "corpus":
            return self.mean
        return np.asarray(tiles[sounding].mean(axis=(0, 2), dtype=np.float32))

    def apply(self, tiles: Floats, centre: Floats) -> Floats:
        """Standardise tiles, all or some, of the track that `centre_of` gave the centre of.

        Returns
        -------
        float32 [shape=(n_tiles, n_mfcc, n_frames)], within `CLIP`
        """
        standardised = tiles - centre[:, np.newaxis]
        standardised /= self.deviation[:, np.newaxis]
        return np.asarray(np.clip(standardised, -CLIP, CLIP, out=standardised), dtype=np.float32)
