"""What goes into the index and what comes out of it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tagger_app.genres import GENRE_BY_KEY, GENRES, N_GENRES, genre_key
from tagger_app.index.sound import Sound

STATES = ("present", "offline", "missing")
"""Where a file is; an index holds the position. Offline: its root isn't there. Missing: its root is, the file isn't."""

STATUSES = (*STATES, "failed")


@dataclass(frozen=True, eq=False, slots=True)
class TrackRecord:
    """One analysed file, as it is stored.

    Attributes
    ----------
    path : absolute, in `os.fsdecode` form
    size, mtime_ns : of the file when it was read: bytes, nanoseconds
    fingerprint : of the audio stream
    bundle_id, spec_fingerprint : what it was analysed with
    duration_s : length in seconds
    rate_hz : samples a second
    n_channels : channels in the file
    codec : name of the format, for people
    fits : one a genre in the order of `GENRES`, 0 to 1, None = no score; the index keeps four decimals
    assigned : genres above their thresholds, best first
    user_genres : the user's own decisions: ``"Thriller"`` accepted or added, ``"-Comedy"`` rejected
    unscored : why there are no fits: "silent", "shorter than 1 s"; empty where there are
    short : the track was repeated to fill a tile
    curve : fits by tile, float16 [shape=(n_tiles, n_genres)]
    embedding : float16 [shape=(d,)], or empty
    overview : peaks of the waveform, uint8 [shape=(n_points,)], 255 = full scale
    sound : what suggestions compare; None for a track that has no embedding
    """

    path: str
    size: int
    mtime_ns: int
    fingerprint: str
    bundle_id: str
    spec_fingerprint: str
    duration_s: float
    rate_hz: int
    n_channels: int
    codec: str
    title: str
    artist: str
    album: str
    fits: tuple[float | None, ...]
    assigned: tuple[str, ...]
    user_genres: tuple[str, ...]
    unscored: str
    short: bool
    curve: npt.NDArray[np.float16]
    embedding: npt.NDArray[np.float16]
    overview: npt.NDArray[np.uint8]
    sound: Sound | None = None

    def __post_init__(self) -> None:
        if len(self.fits) != N_GENRES or not all(fit is None or math.isnan(fit) or 0 <= fit <= 1 for fit in self.fits):
            raise ValueError(f"not {N_GENRES} fits from 0 to 1: {self.fits}")
        arrays = (("curve", np.float16, 2), ("embedding", np.float16, 1), ("overview", np.uint8, 1))
        for name, dtype, n_dimensions in arrays:
            array = getattr(self, name)
            if array.dtype != dtype or array.ndim != n_dimensions:
                raise ValueError(f"{name} can't be {array.dtype} {array.shape}")
        if self.curve.shape[1] != N_GENRES:
            raise ValueError(f"a curve of {self.curve.shape[1]} genres")
        if self.sound is not None and len(self.sound.spread) != len(self.embedding):
            raise ValueError(f"a spread of {len(self.sound.spread)} values, an embedding of {len(self.embedding)}")


@dataclass(frozen=True, slots=True)
class Track:
    """One row of the index, without its arrays.

    A file that failed before it was ever analysed has no fingerprint and no bundle (both empty) and no fits. The other
    attributes are those of `TrackRecord`.

    Attributes
    ----------
    id : never used for another track
    state : one of `STATES`
    failure : why the file couldn't be analysed when it was last seen; empty if it could
    """

    id: int
    path: str
    size: int
    mtime_ns: int
    state: str
    failure: str
    fingerprint: str
    bundle_id: str
    spec_fingerprint: str
    duration_s: float
    rate_hz: int
    n_channels: int
    codec: str
    title: str
    artist: str
    album: str
    fits: tuple[float | None, ...]
    assigned: tuple[str, ...]
    user_genres: tuple[str, ...]
    unscored: str
    short: bool

    @property
    def genres(self) -> tuple[str, ...]:
        """Genres that count as the track's: the user's decisions win over the model's."""
        return effective_genres(self.assigned, self.user_genres)

    @property
    def status(self) -> str:
        """One of `STATUSES`: a missing file is missing, whatever else it was."""
        return "failed" if self.failure and self.state != "missing" else self.state


class KnownFile(NamedTuple):
    """What a rescan needs of a row: unchanged size and time mean that the file needn't be read again.

    `bundle_id` and `spec_fingerprint` are empty for a file that was never analysed. `failed`: its failure is remembered
    for this size and time.
    """

    size: int
    mtime_ns: int
    bundle_id: str
    spec_fingerprint: str
    state: str
    failed: bool


class FileFacts(NamedTuple):
    """What can change about a file without a change of its sound."""

    path: str
    size: int
    mtime_ns: int
    title: str
    artist: str
    album: str


class Failure(NamedTuple):
    """A file that couldn't be analysed; `failed_at` in UTC seconds."""

    path: str
    size: int
    mtime_ns: int
    reason: str
    failed_at: float


class Root(NamedTuple):
    """A folder that was scanned; `scanned_at` is the end of its last whole scan in UTC seconds, or None."""

    path: str
    online: bool
    scanned_at: float | None


class UsedBundle(NamedTuple):
    """A bundle that tracks were analysed with; `manifest` is its JSON text, or empty."""

    bundle_id: str
    spec_fingerprint: str
    first_used: float
    manifest: str


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts for a person.

    Attributes
    ----------
    n_by_status : tracks by `STATUSES`
    n_by_bundle : analysed tracks by bundle id
    n_by_genre : tracks assigned to each genre, the user's decisions included; present and offline ones, as all below
    n_abstained : scored tracks to which no genre is assigned
    n_unscored : tracks too short or silent to be scored
    duration_s : of all of them together
    """

    n_by_status: dict[str, int]
    n_by_bundle: dict[str, int]
    n_by_genre: dict[str, int]
    n_abstained: int
    n_unscored: int
    duration_s: float


def effective_genres(assigned: Iterable[str], user_genres: Iterable[str]) -> tuple[str, ...]:
    """What the model assigned, without what the user rejected, then what the user added.

    Names that aren't one of the ten (another program may have written them) count for nothing.
    """
    decisions = [decision.strip() for decision in user_genres]
    rejected = {genre_key(decision) for decision in decisions if decision.startswith("-")}
    accepted = [genre_key(decision) for decision in decisions if not decision.startswith("-")]
    kept = [key for key in map(genre_key, assigned) if key not in rejected]
    return tuple(GENRE_BY_KEY[key] for key in dict.fromkeys([*kept, *accepted]) if key in GENRE_BY_KEY)


def genre_mask(genres: Iterable[str]) -> int:
    """One bit a genre, the lowest for the first of `GENRES`."""
    return sum(1 << GENRES.index(genre) for genre in set(genres))
