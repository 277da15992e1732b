"""Choosing from what is near: not only the nearest, and not all from one place.

With a dial above 0 each choice weighs nearness against likeness to what was chosen before (maximal marginal relevance:
Carbonell and Goldstein 1998): diverse in sound, while everything still fits.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from tagger_app.features.mfcc import Floats
from tagger_app.index.records import Track

_MOST_WEIGHT = 0.5
"""At the end of the dial likeness to what was chosen counts so much, and nearness the rest."""
_STILL_FITTING = 0.5
"""What has less than this share of the best score comes after everything else, however diverse it is."""


@dataclass(slots=True)
class Caps:
    """How many tracks one album and one artist may give; 0 for no limit. No album, or artist, is no limit."""

    most_of_an_album: int
    most_of_an_artist: int
    _albums: Counter[tuple[str, str]] = field(default_factory=Counter)
    _artists: Counter[str] = field(default_factory=Counter)

    def has_room(self, track: Track) -> bool:
        """Whether the track's album and artist may give one more."""
        album, artist = _album(track), track.artist.casefold()
        if track.album and 0 < self.most_of_an_album <= self._albums[album]:
            return False
        return not (artist and 0 < self.most_of_an_artist <= self._artists[artist])

    def take(self, track: Track) -> None:
        """Count a track."""
        self._albums[_album(track)] += 1
        self._artists[track.artist.casefold()] += 1


class MarginalOrder:
    """Candidates in the order in which they are to be offered.

    Parameters
    ----------
    scores : float32 [shape=(n,)], 0 to 1
    vectors : float32 [shape=(n, d)], how the candidates sound, of length 1
    discover : 0 (by score alone) to 1
    """

    def __init__(self, scores: Floats, vectors: Floats, discover: float) -> None:
        self._weight = np.float32(_MOST_WEIGHT * discover)
        # Scores of a sparse library are low, likenesses aren't: what counts is how near the best each one comes.
        share = scores / max(float(scores.max(initial=0.0)), 1e-6)
        self._nearness = (1 - self._weight) * share - (share < _STILL_FITTING) * (2 * self._weight)
        self._vectors = vectors
        self._likeness = np.zeros(len(scores), np.float32)
        self._is_left = np.ones(len(scores), bool)

    def next(self) -> int | None:
        """The best candidate that wasn't offered before; None if none is left."""
        if not self._is_left.any():
            return None
        marginal = np.where(self._is_left, self._nearness - self._weight * self._likeness, -np.inf)
        best = int(marginal.argmax())
        self._is_left[best] = False
        return best

    def leave_out(self, position: int) -> None:
        """Don't offer this one."""
        self._is_left[position] = False

    def take(self, chosen: int) -> None:
        """From now on, offer rather what is unlike this one."""
        if self._weight:
            # Two tracks that have nothing in common are at a right angle; beyond that they don't get more diverse.
            cosines = self._vectors @ self._vectors[chosen]
            np.maximum(self._likeness, cosines, out=self._likeness)


def _album(track: Track) -> tuple[str, str]:
    return track.album.casefold(), track.artist.casefold()
