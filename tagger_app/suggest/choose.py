"""From candidates to a list: versions collapsed, nobody flooding it, as diverse as asked for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from tagger_app.features.mfcc import Floats
from tagger_app.index.connection import IndexConnection
from tagger_app.index.records import Track
from tagger_app.index.search import get_tracks
from tagger_app.index.sounds import get_sounds
from tagger_app.suggest.candidates import Candidates
from tagger_app.suggest.diversity import Caps, MarginalOrder
from tagger_app.suggest.versions import Family, Recording, are_versions, recording_of

_FETCHED_AT_ONCE = 50
_LONGEST_CUT_S = 100.0
"""Of what is no longer the whole that it may have been cut from is looked for among those that sound most like it."""
_WHOLES_LOOKED_AT = 12
"""Of 14 cues, the wholes of 53 of 56 cut-downs were among so many nearest of a library of 112 files."""


@dataclass(eq=False, slots=True)
class Choice:
    """A track that was chosen.

    Attributes
    ----------
    position : among the candidates
    family : its recording, and those of the candidates that are versions of it, or of one another
    """

    position: int
    track: Track
    family: Family

    @property
    def n_versions(self) -> int:
        """Recordings that it stands for, itself among them."""
        return len(self.family)


class Recordings:
    """Tracks with what tells versions apart, fetched from the index some at a time."""

    def __init__(self, connection: IndexConnection, candidates: Candidates, embeddings: Floats) -> None:
        self._connection = connection
        self._candidates = candidates
        self._embeddings = embeddings
        self._known: dict[int, tuple[Track, Recording] | None] = {}
        self._last = -1

    def get(self, position: int) -> tuple[Track, Recording] | None:
        """The candidate at a position; None if the index has it no more."""
        if position not in self._known:
            # Who asks for one after the other will ask for the next ones, too; who leaps from here to there won't.
            n_ahead = _FETCHED_AT_ONCE if position == self._last + 1 else 1
            ahead = range(position, min(position + n_ahead, len(self._candidates.ids)))
            self._fetch([number for number in ahead if number not in self._known])
        self._last = position
        return self._known[position]

    def _fetch(self, positions: list[int]) -> None:
        ids = self._candidates.ids[positions].tolist()
        tracks = {track.id: track for track in get_tracks(self._connection, ids)}
        sounds = get_sounds(self._connection, ids)
        for position, track_id in zip(positions, ids, strict=True):
            if track_id in tracks and track_id in sounds:
                track = tracks[track_id]
                recording = recording_of(track, self._embeddings[position], sounds[track_id])
                self._known[position] = (track, recording)
            else:
                self._known[position] = None

    def nearest(self, recording: Recording) -> list[int]:
        """Positions of the few candidates that sound most like a recording, fetched together."""
        cosines = self._embeddings @ recording.embedding
        n_nearest = min(_WHOLES_LOOKED_AT, len(cosines))
        positions: list[int] = np.argpartition(-cosines, n_nearest - 1)[:n_nearest].tolist() if n_nearest else []
        if missing := [position for position in positions if position not in self._known]:
            self._fetch(missing)
        return positions

    @property
    def gone(self) -> list[int]:
        """Ids that the index turned out not to have."""
        return [int(self._candidates.ids[position]) for position, found in self._known.items() if found is None]


def choose(
    candidates: Candidates,
    recordings: Recordings,
    embeddings: Floats,
    blocked: Collection[Recording],
    blocked_fingerprints: Collection[str],
    caps: Caps,
    shortest_s: float,
    discover: float,
    n: int,
) -> list[Choice]:
    """Choose n of the candidates.

    Missing and failed files are left out, and all versions of what is blocked. What an album or artist has too much of,
    and what is shorter than `shortest_s`, comes only once there is nothing else.

    Parameters
    ----------
    embeddings : float32 [shape=(n_candidates, d)], of length 1
    """
    order = MarginalOrder(candidates.overall, embeddings, discover)
    chosen: list[Choice] = []
    held_back: list[tuple[int, Track, list[Recording]]] = []
    kept_out = [Family(recording) for recording in blocked]

    def may(track: Track) -> bool:
        return track.status in ("present", "offline") and track.fingerprint not in blocked_fingerprints

    def find_wholes(cut: Recording) -> list[Recording]:
        wholes = []
        for position in recordings.nearest(cut) if cut.duration_s <= _LONGEST_CUT_S else ():
            found = recordings.get(position)
            if found and may(found[0]) and found[1].duration_s > cut.duration_s and are_versions(cut, found[1]):
                order.leave_out(position)
                wholes.append(found[1])
        return wholes

    def keep_out(versions: list[Recording]) -> bool:
        families = [family for family in kept_out if any(map(family.has, versions))]
        if families:
            for version in versions:
                families[0].add(version)
            chosen[:] = [choice for choice in chosen if not any(map(choice.family.has, versions))]
        return bool(families)

    for family, recording in zip(kept_out, blocked, strict=True):
        for whole in find_wholes(recording):
            family.add(whole)
    while len(chosen) < n and (position := order.next()) is not None:
        found = recordings.get(position)
        if found is None or not may(found[0]):
            continue
        track, recording = found
        versions = [recording]
        if keep_out(versions) or _are_counted(versions, chosen):
            continue
        if track.duration_s < shortest_s:
            held_back.append((position, track, versions))
            continue
        # Two edits may have nothing in common but the whole that both were cut from.
        versions += find_wholes(recording)
        if len(versions) > 1 and (keep_out(versions) or _are_counted(versions, chosen)):
            continue
        if not caps.has_room(track):
            held_back.append((position, track, versions))
            continue
        caps.take(track)
        order.take(position)
        chosen.append(Choice(position, track, Family(*versions)))
    if candidates.is_all:
        for position, track, versions in held_back:
            if len(chosen) == n:
                break
            if not _are_counted(versions, chosen):
                chosen.append(Choice(position, track, Family(*versions)))
    return chosen


def _are_counted(versions: list[Recording], chosen: list[Choice]) -> bool:
    """Whether they are versions of a chosen track, to whose family they then belong.

    Where they show two chosen ones to be versions of one cue, the lower one joins the family of the higher.
    """
    relatives = [choice for choice in chosen if any(map(choice.family.has, versions))]
    if not relatives:
        return False
    first, *others = relatives
    for version in versions:
        first.family.add(version)
    for other in others:
        first.family.join(other.family)
        chosen.remove(other)
    return True
