"""Versions of one cue: the same recording in another format, an edit, a cut-down, a stem.

Three signs, each enough: the same audio stream; titles that differ in what versions are called by ("30 sec", "no
drums"); a level contour that is found again in the other's. How loud each
tenth of a second is differs between any two recordings, and hardly at all between two encodings of one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import scipy.fft

from tagger_app.features.mfcc import Floats
from tagger_app.features.motion import contour_db
from tagger_app.index.records import Track
from tagger_app.index.sound import LEVELS_PER_TILE, Sound
from tagger_app.suggest.seeds import Profile

AGREEMENT, AGREEMENT_ALONE = 0.87, 0.92
"""Least correlation of the contours of one recording: where the sounds are alike, too, and where they aren't.

Measured on 13 tracks of free game music: transcodes to MP3, Opus and FLAC (48 kHz, 5 dB softer) agree by 0.988 and
more; cut-downs to 30 and 60 s with fades by 0.91; 60 s edits of beginning and end by 0.88. Of 16,000 pairs with other
tracks none agrees by more than 0.84; of 19,000 pairs of 198 tracks four by 0.87 to 0.90, which sound nothing alike."""

AGREEMENT_LONG = 0.95
"""The same for recordings that are both longer than a cut-down: two of 90,000 pairs of other packages, of 160 and
180 s, agreed by 0.88 and 0.94; copies of whole tracks do by 0.995 and more, a cut-down to 110 s by 0.97."""
_LONG_S = 100.0

_ALIKE = 0.35
_SAME_LENGTH_S = 1.5

_SMOOTHED_POINTS = 3
_LEAST_DEVIATION_DB = 0.5
_EDGE_S = 4.0
"""Left out at both ends of the shorter one, where a cut-down fades in and out."""
_SHORTEST_S = 10.0
_QUIETEST_DB = -60.0

_LENGTH = r"\d+\s*(?:s|sec|secs|second|seconds)|:\d\d|\d:\d\d"
_VERSION_WORD = rf"""(?:
    {_LENGTH} | (?:no|without|w/o|minus|less)\s+[^\W\d]+ | [^\W\d]+\s+(?:only|stems?) |
    full | main | short | long | alt | alternate | alternative | extended | radio | single | original |
    edit | edited | cut | cut\s?down | version | ver | v\s?\d+ | mix | remix | track | length | stems? | loop | looped |
    sting | stinger | bumper | instrumental | underscore | karaoke | a\s?cappella | remastered | demo | mono | stereo
)"""
_VERSION = re.compile(rf"{_VERSION_WORD}(?:\s+{_VERSION_WORD})*", re.VERBOSE)
_LAST_PART = re.compile(
    rf"""(?P<base>.*\S)(?:
        \s*\((?P<round>[^()]*)\) | \s*\[(?P<square>[^\[\]]*)\] | (?:\s+[-–]\s+|_|,\s*)(?P<apart>[^_,()\[\]]*) |
        \s+(?P<length>{_LENGTH})
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True, eq=False, slots=True)
class Recording:
    """What tells versions of one cue from other music.

    Attributes
    ----------
    levels : float32 [shape=(n_points,)], level contour in decibels
    point_s : seconds from a point to the next
    """

    fingerprint: str
    title: str
    artist: str
    album: str
    duration_s: float
    embedding: Floats
    levels: Floats
    point_s: float


def recording_of(track: Track | Profile, embedding: Floats, sound: Sound) -> Recording:
    """What is needed of a track."""
    # Two encodings begin a part of a point apart: smoothed contours care less about where points lie.
    smooth = np.convolve(
        10 ** (contour_db(sound.levels) / 10), np.full(_SMOOTHED_POINTS, 1 / _SMOOTHED_POINTS), "valid"
    )
    levels = np.maximum(10 * np.log10(np.maximum(smooth, 1e-10)), _QUIETEST_DB).astype(np.float32)
    point_s = sound.tile_s / LEVELS_PER_TILE
    texts = track.title.casefold(), track.artist.casefold(), track.album.casefold()
    return Recording(track.fingerprint, *texts, track.duration_s, embedding, levels, point_s)


def recording_of_profile(profile: Profile) -> Recording:
    """What is needed of an example."""
    return recording_of(profile, profile.embedding, profile.sound)


def are_versions(one: Recording, other: Recording) -> bool:
    """Whether two recordings are versions of one cue."""
    return _are_versions_by_name(one, other) or _are_versions_by_sound(one, other)


class Family:
    """Versions of one cue.

    What is heard in another member as a part of it needs no comparison of its own: cues with many cut-downs and formats
    would take a second otherwise.
    """

    def __init__(self, *members: Recording) -> None:
        self._members: list[Recording] = []
        self._wholes: list[Recording] = []
        for member in members:
            self.add(member)

    def __len__(self) -> int:
        return len(self._members)

    def has(self, recording: Recording) -> bool:
        """Whether it is a version of a member."""
        return any(_are_versions_by_name(recording, member) for member in self._members) or any(
            _are_versions_by_sound(recording, whole) for whole in self._wholes
        )

    def add(self, recording: Recording) -> None:
        """Let it be a member."""
        self._members.append(recording)
        if any(_is_part(recording, whole) for whole in self._wholes):
            return
        self._wholes = [whole for whole in self._wholes if not _is_part(whole, recording)]
        self._wholes.append(recording)

    def join(self, other: Family) -> None:
        """Let all members of another family be members."""
        for recording in other._members:
            self.add(recording)


def _are_versions_by_name(one: Recording, other: Recording) -> bool:
    return (bool(one.fingerprint) and one.fingerprint == other.fingerprint) or _titles_say_so(one, other)


def _are_versions_by_sound(one: Recording, other: Recording) -> bool:
    if not _may_be_edits(one, other):
        return False
    sounds_alike = float(one.embedding @ other.embedding) >= _ALIKE
    least = AGREEMENT if sounds_alike else AGREEMENT_ALONE
    if min(one.duration_s, other.duration_s) > _LONG_S:
        least = AGREEMENT_LONG
    return contour_agreement(one, other) >= least


def _is_part(part: Recording, whole: Recording) -> bool:
    return len(part.levels) <= len(whole.levels) and _are_versions_by_sound(part, whole)


def base_title(title: str) -> str:
    """A title without what versions of a cue are called by: "Night Chase (30 sec)" is "night chase"."""
    base = title.casefold().strip()
    while part := _LAST_PART.fullmatch(base):
        said = next(text for text in part.group("round", "square", "apart", "length") if text is not None)
        if not _VERSION.fullmatch(said.strip()):
            break
        base = part["base"].strip()
    return base


def _titles_say_so(one: Recording, other: Recording) -> bool:
    """The same cue by name, on one album or by one artist: one title, or both, says which version it is.

    Two of the very same name may be anything: the sound decides.
    """
    if one.artist != other.artist or one.album != other.album or not (one.artist or one.album):
        return False
    return one.title != other.title and bool(one.title) and base_title(one.title) == base_title(other.title)


def _may_be_edits(one: Recording, other: Recording) -> bool:
    """Whether one can be cut from the other: not where both say that they are of another artist and another album.

    Recordings of one length are worth a look whatever they say of themselves.
    """
    if abs(one.duration_s - other.duration_s) <= _SAME_LENGTH_S:
        return True
    of_others = one.artist and other.artist and one.artist != other.artist
    return not (of_others and one.album and other.album and one.album != other.album)


def contour_agreement(one: Recording, other: Recording) -> float:
    """How well the shorter contour is found in the longer: the lower correlation of its two halves, -1 to 1.

    Each half may lie anywhere, so that an edit that joins two parts is found too.
    """
    shorter, longer = sorted((one, other), key=lambda recording: len(recording.levels))
    edge = round(_EDGE_S / shorter.point_s)
    inner = shorter.levels[edge : max(len(shorter.levels) - edge, 0)]
    if len(inner) * shorter.point_s < _SHORTEST_S:
        return -1.0
    middle = len(inner) // 2
    spectrum_size = scipy.fft.next_fast_len(len(longer.levels), real=True)
    spectrum = scipy.fft.rfft(longer.levels, spectrum_size)
    running, running_squares = np.zeros((2, len(longer.levels) + 1))
    np.cumsum(longer.levels, dtype=np.float64, out=running[1:])
    np.cumsum(np.square(longer.levels, dtype=np.float64), out=running_squares[1:])
    correlations = []
    for half in (inner[:middle], inner[middle:]):
        n_points = len(half)
        part = half - half.sum() / n_points
        n_places = len(longer.levels) - n_points + 1
        products = scipy.fft.irfft(spectrum * scipy.fft.rfft(part, spectrum_size).conj(), spectrum_size)[:n_places]
        sums = running[n_points:] - running[:-n_points]
        squares = running_squares[n_points:] - running_squares[:-n_points] - sums**2 / n_points
        # What hardly moves is held to move by half a decibel: the noise of two encodings has a shape, too.
        least = n_points * _LEAST_DEVIATION_DB**2
        lengths = np.sqrt(np.maximum(squares, least) * max(float(part @ part), least))
        correlations.append(float((products / lengths).max()))
    return min(correlations)
