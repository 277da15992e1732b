"""From tiles to what is said of a track: fits, assigned genres, fit curve and embedding."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from tagger_app.ensemble.bundle import Bundle
from tagger_app.ensemble.embedding import describe_tiles
from tagger_app.ensemble.manifest import CalibrationEntry
from tagger_app.ensemble.member import Member
from tagger_app.features.mfcc import Floats
from tagger_app.genres import GENRES, N_GENRES

_TILES_AT_ONCE = 64
_HALF_STEP = 1 / 512
"""Half a step of an int8 score: the nearest to 0 or 1 that a score can be said to be."""


@dataclass(frozen=True)
class Scores:
    """What the ensemble says of one track. Genres in the order of `GENRES`; NaN where a genre is untrained.

    Attributes
    ----------
    fits : float32 [shape=(10,)], calibrated, 0 to 1
    assigned : genres whose fit reaches their threshold, best first; empty where the ensemble abstains
    curve : float32 [shape=(n_tiles, 10)], calibrated fit of each tile; NaN in silent tiles
    embedding : float32 [shape=(size,)], of length 1
    tile_embeddings : float32 [shape=(n_tiles, size)], of length 1; all zero in silent tiles
    """

    fits: Floats
    assigned: tuple[str, ...]
    curve: Floats
    embedding: Floats
    tile_embeddings: Floats


def logits(scores: Floats) -> Floats:
    """Log odds of the members' int8 scores."""
    bounded = np.clip(scores, _HALF_STEP, 1.0 - _HALF_STEP)
    return np.asarray(np.log(bounded) - np.log1p(-bounded), dtype=np.float32)


def calibrated(by_member: Floats, calibration: CalibrationEntry) -> Floats:
    """Fits from what the members of a genre say, see `CalibrationEntry`.

    Parameters
    ----------
    by_member : logits, float32 [shape=(n_members, n)]

    Returns
    -------
    float32 [shape=(n,)]
    """
    cautious = by_member.mean(axis=0) - calibration.caution * by_member.std(axis=0)
    return np.asarray(expit(calibration.slope * cautious + calibration.offset), dtype=np.float32)


class Ensemble:
    """The members of a bundle, ready to hear.

    Making one takes about a tenth of a second: make one a process. Use it from the thread that made it.

    Raises
    ------
    BundleError
        A member can't be run, or doesn't fit the bundle.
    """

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self._members: list[Member] = bundle.open_members()

    def score(self, tiles: Floats, sounding: npt.NDArray[np.bool_]) -> Scores:
        """Hear one track.

        The track's fit is calibrated from the mean of the logits over its sounding tiles.

        Parameters
        ----------
        tiles : float32 [shape=(n_tiles, n_mfcc, n_frames)], as `tagger_app.features.tiles.cut_tiles` gives them
        sounding : bool [shape=(n_tiles,)], at least one
        """
        manifest, projection = self.bundle.manifest, self.bundle.projection
        answers, descriptors = self._hear(tiles, sounding)
        fits = np.full(N_GENRES, np.nan, dtype=np.float32)
        curve = np.full((len(tiles), N_GENRES), np.nan, dtype=np.float32)
        assigned = []
        for calibration in manifest.calibrations:
            genre = GENRES.index(calibration.genre)
            by_member = np.stack(answers[calibration.genre])
            curve[sounding, genre] = calibrated(by_member, calibration)
            fits[genre] = calibrated(by_member.mean(axis=1, keepdims=True), calibration)[0]
            if fits[genre] >= calibration.threshold:
                assigned.append(genre)
        tile_embeddings = np.zeros((len(tiles), projection.size), dtype=np.float32)
        tile_embeddings[sounding] = projection.embed_tiles(descriptors)
        assigned.sort(key=lambda genre: -fits[genre])
        return Scores(
            fits=fits,
            assigned=tuple(GENRES[genre] for genre in assigned),
            curve=curve,
            embedding=projection.embed_track(descriptors),
            tile_embeddings=tile_embeddings,
        )

    def _hear(self, tiles: Floats, sounding: npt.NDArray[np.bool_]) -> tuple[dict[str, list[Floats]], Floats]:
        """Logits by genre, float32 [shape=(n_sounding,)] of each of its members, and descriptors of sounding tiles."""
        standardisation = self.bundle.standardisation
        centre = standardisation.centre_of(tiles, sounding)
        places = np.flatnonzero(sounding)
        by_member: list[list[Floats]] = [[] for _ in self._members]
        descriptors = []
        # Tiles of ten hours are 62 MB, which needn't be there once more.
        for start in range(0, len(places), _TILES_AT_ONCE):
            part = tiles[places[start : start + _TILES_AT_ONCE]]
            heard = standardisation.apply(part, centre)
            hidden = []
            for member, said in zip(self._members, by_member, strict=True):
                scores, hidden_layer = member.run(heard)
                said.append(logits(scores))
                hidden.append(hidden_layer)
            descriptors.append(describe_tiles(part, np.concatenate(hidden, axis=1)))
        answers: dict[str, list[Floats]] = {genre: [] for genre in self.bundle.trained_genres}
        for entry, said in zip(self.bundle.manifest.members, by_member, strict=True):
            for name, tile_logits in zip(entry.genres, np.concatenate(said).T, strict=True):
                answers[name].append(tile_logits)
        return answers, np.concatenate(descriptors)
