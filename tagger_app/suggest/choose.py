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
from tagger_app.suggest.versions import Recording, are_versions, recording_of

_FETCHED_AT_ONCE = 50


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
    family: list[Recording]

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
    discover: float,
    n: int,
) -> list[Choice]:
    """Choose n of the candidates.

    Missing and failed files are left out, and all versions of what is blocked. What an album or artist has too much of
    comes only once there is nothing else.

    Parameters
    ----------
    embeddings : float32 [shape=(n_candidates, d)], of length 1
    """
    order = MarginalOrder(candidates.overall, embeddings, discover)
    chosen: list[Choice] = []
    held_back: list[tuple[int, Track, Recording]] = []
    kept_out = list(blocked)
    while len(chosen) < n and (position := order.next()) is not None:
        found = recordings.get(position)
        if found is None:
            continue
        track, recording = found
        if track.status not in ("present", "offline") or track.fingerprint in blocked_fingerprints:
            continue
        if any(are_versions(recording, other) for other in kept_out):
            # Two edits may have nothing in common but the whole that both were cut from.
            kept_out.append(recording)
            chosen = [choice for choice in chosen if not _is_related(recording, choice)]
            continue
        if _is_counted(recording, chosen):
            continue
        if not caps.has_room(track):
            held_back.append((position, track, recording))
            continue
        caps.take(track)
        order.take(position)
        chosen.append(Choice(position, track, [recording]))
    if candidates.is_all:
        for position, track, recording in held_back:
            if len(chosen) == n:
                break
            if not _is_counted(recording, chosen):
                chosen.append(Choice(position, track, [recording]))
    return chosen


def _is_counted(recording: Recording, chosen: list[Choice]) -> bool:
    """Whether it is a version of a chosen track, to whose family it then belongs.

    Where it shows two chosen ones to be versions of one cue, the lower one joins the family of the higher.
    """
    relatives = [choice for choice in chosen if _is_related(recording, choice)]
    if not relatives:
        return False
    first, *others = relatives
    first.family.append(recording)
    for other in others:
        first.family.extend(other.family)
        chosen.remove(other)
    return True


def _is_related(recording: Recording, choice: Choice) -> bool:
    return any(are_versions(recording, other) for other in choice.family)


def unit_rows(vectors: Floats) -> Floats:
    """Rows brought to length 1; rows of zeros stay."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1), np.float32)
