"""What suggestions start from: all that is known of one track's sound, and which part of it is meant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tagger_app.errors import SuggestionError, displayable
from tagger_app.features.mfcc import Floats
from tagger_app.genres import GENRE_BY_KEY, GENRES, genre_key
from tagger_app.index.arrays import get_curve, get_embedding
from tagger_app.index.connection import IndexConnection
from tagger_app.index.records import Track, TrackRecord
from tagger_app.index.search import get_tracks
from tagger_app.index.sound import Sound
from tagger_app.index.sounds import get_sounds


@dataclass(frozen=True, slots=True)
class Region:
    """From an in point to an out point, in seconds."""

    start_s: float
    end_s: float

    def __post_init__(self) -> None:
        if not 0 <= self.start_s < self.end_s:
            raise ValueError(f"not a region: {self.start_s} to {self.end_s}")


@dataclass(frozen=True, eq=False, slots=True)
class Profile:
    """All that suggestions need of one track.

    Attributes
    ----------
    track_id : None for a file that isn't in the index
    path, fingerprint, title, artist, album, duration_s : as in `Track`
    bundle_id, spec_fingerprint : what it was analysed with; those of two bundles can't be compared
    fits : float32 [shape=(n_genres,)], the editor's word in place of the model's; NaN where there is none
    curve : float32 [shape=(n_tiles, n_genres)], fits by tile; NaN in silent tiles
    embedding : float32 [shape=(d,)], of length 1
    sound : the rest of what was heard
    """

    track_id: int | None
    path: str
    fingerprint: str
    title: str
    artist: str
    album: str
    duration_s: float
    bundle_id: str
    spec_fingerprint: str
    fits: Floats
    curve: Floats
    embedding: Floats
    sound: Sound

    @property
    def made_with(self) -> tuple[str, str]:
        """Bundle id and spec fingerprint."""
        return self.bundle_id, self.spec_fingerprint


@dataclass(frozen=True, slots=True)
class Seed:
    """An example: a track, or a region of it, that suggestions are to be like, or, where it isn't `wanted`, unlike."""

    profile: Profile
    region: Region | None = None
    wanted: bool = True

    def __post_init__(self) -> None:
        if self.region is not None and self.region.start_s >= self.profile.duration_s:
            name = displayable(self.profile.title or self.profile.path)
            raise SuggestionError(f"{name} is {self.profile.duration_s:.0f} s long: the region lies behind its end")

    @property
    def length_s(self) -> float:
        """Seconds of the track that are meant."""
        if self.region is None:
            return self.profile.duration_s
        return min(self.region.end_s, self.profile.duration_s) - self.region.start_s


def profile_of(record: TrackRecord) -> Profile:
    """The profile of a file that was just listened to.

    Raises
    ------
    SuggestionError
        It is silent or too short to be compared.
    """
    if record.sound is None or not record.embedding.size:
        raise SuggestionError(f"{displayable(record.path)} can't be compared: {record.unscored or _OLD}")
    return _profile(None, record, record.curve, record.embedding, record.sound)


def load_profile(connection: IndexConnection, track_id: int) -> Profile | None:
    """The profile of a track of the index; None if the index has no such track.

    Raises
    ------
    SuggestionError
        The track has failed, is silent or too short, or was analysed by a version of Cuefit that kept less.
    LibraryIndexError
        The index can't be read.
    """
    if profiles := load_profiles(connection, [track_id]):
        return profiles[0]
    for track in get_tracks(connection, [track_id]):
        reason = track.failure or track.unscored or _OLD
        raise SuggestionError(f"{displayable(track.path)} can't be compared: {reason}")
    return None


def load_profiles(connection: IndexConnection, track_ids: list[int]) -> list[Profile]:
    """The profiles of those tracks that can be compared, in the order of their ids given.

    Raises
    ------
    LibraryIndexError
        The index can't be read.
    """
    sounds = get_sounds(connection, track_ids)
    profiles = []
    for track in get_tracks(connection, [track_id for track_id in track_ids if track_id in sounds]):
        curve, embedding = get_curve(connection, track.id), get_embedding(connection, track.id)
        if curve is not None and embedding is not None:
            profiles.append(_profile(track.id, track, curve, embedding, sounds[track.id]))
    return profiles


def effective_fits(fits: tuple[float | None, ...], user_genres: tuple[str, ...]) -> Floats:
    """Fits with the editor's word in place of the model's: 1 for a genre accepted or added, 0 for one rejected.

    Returns
    -------
    float32 [shape=(n_genres,)]; NaN where neither has said anything
    """
    effective = np.array([np.nan if fit is None else fit for fit in fits], np.float32)
    for decision in user_genres:
        rejected = decision.strip().startswith("-")
        if genre := GENRE_BY_KEY.get(genre_key(decision.strip().removeprefix("-"))):
            effective[GENRES.index(genre)] = 0.0 if rejected else 1.0
    return effective


_OLD = "it was analysed before Cuefit kept what suggestions need; scan its folder again"


def _profile(
    track_id: int | None,
    track: Track | TrackRecord,
    curve: npt.NDArray[np.floating],
    embedding: npt.NDArray[np.floating],
    sound: Sound,
) -> Profile:
    return Profile(
        track_id=track_id,
        path=track.path,
        fingerprint=track.fingerprint,
        title=track.title,
        artist=track.artist,
        album=track.album,
        duration_s=track.duration_s,
        bundle_id=track.bundle_id,
        spec_fingerprint=track.spec_fingerprint,
        fits=effective_fits(track.fits, track.user_genres),
        curve=curve.astype(np.float32),
        embedding=embedding.astype(np.float32),
        sound=sound,
    )
