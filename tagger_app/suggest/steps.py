"""Looking for the tracks that lead from one to another, and for what may not be among them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from tagger_app.errors import SuggestionError
from tagger_app.features.mfcc import Floats
from tagger_app.index.connection import IndexConnection
from tagger_app.index.records import Track
from tagger_app.index.search import get_tracks
from tagger_app.index.sounds import get_sounds
from tagger_app.suggest.answer import Step
from tagger_app.suggest.candidates import Allowed
from tagger_app.suggest.hubness import similarity
from tagger_app.suggest.path import Stage, layers, smoothest_chain
from tagger_app.suggest.ranking import make_question
from tagger_app.suggest.seeds import Profile
from tagger_app.suggest.tables import TrackTable
from tagger_app.suggest.versions import Recording, are_versions, recording_of, recording_of_profile


class StepFinder:
    """Finds ways through one table.

    Parameters
    ----------
    weights : float32 [shape=(n_aspects,)], adding up to one
    """

    def __init__(self, connection: IndexConnection, table: TrackTable, weights: Floats) -> None:
        self._connection = connection
        self._table = table
        self._weights = weights

    def find(self, start: Profile, end: Profile, n: int, allowed: Allowed, shortest_s: float) -> list[Step]:
        """Up to n tracks that lead from one to the other; fewer where the library has no more.

        Missing and failed files and versions of one another are left out. What is shorter than `shortest_s` is a step
        only where there is nothing longer.

        Raises
        ------
        SuggestionError
            Start and end are one recording.
        """
        ends = [recording_of_profile(profile) for profile in (start, end)]
        if are_versions(*ends):
            raise SuggestionError("Start and end are the same recording: a path needs two different ones")
        table = self._table
        vectors = [table.vector_of_profile(profile) for profile in (start, end)]
        question = make_question(vectors, [True, True], self._weights, table.layout, table.scales)
        first, last = (
            Stage(example.vector[np.newaxis], np.reciprocal(example.reach)[np.newaxis]) for example in question.examples
        )
        ids = np.concatenate([shelf.ids for shelf in table.shelves])
        nearness = np.concatenate([shelf.nearness for shelf in table.shelves], axis=1)
        may = allowed.mask(ids)
        while True:
            found = [rows for rows in layers(table, question, may, n) if len(rows)]
            if not found:
                return self.find(start, end, n, allowed, 0.0) if shortest_s else []
            tracks = self._tracks_that_do(ids[np.concatenate(found)], shortest_s)
            fit = [rows[[track_id in tracks for track_id in ids[rows].tolist()]] for rows in found]
            may[np.setdiff1d(np.concatenate(found), np.concatenate(fit))] = False
            if not all(len(rows) for rows in fit):
                continue  # others, of which the layer had no room for, may do
            middle = [Stage(table.vectors_of(ids[rows]), nearness[:, rows].T) for rows in fit]
            chain = smoothest_chain([first, *middle, last], question.weights, table.layout)
            chosen = np.array([rows[position] for rows, position in zip(fit, chain, strict=True)])
            versions = self._versions(ids[chosen], tracks, ends)
            if not versions:
                break
            may[chosen[versions]] = False
        way = [
            first,
            *(Stage(*(part[[position]] for part in stage)) for stage, position in zip(middle, chain, strict=True)),
        ]
        return [
            Step(tracks[track_id], (number + 1) / (len(chosen) + 1), 100 * self._similarity(before, after))
            for number, (track_id, (before, after)) in enumerate(zip(ids[chosen].tolist(), pairwise(way), strict=True))
        ]

    def _tracks_that_do(self, ids: npt.NDArray[np.int64], shortest_s: float) -> dict[int, Track]:
        tracks = get_tracks(self._connection, ids.tolist())
        return {
            track.id: track
            for track in tracks
            if track.status in ("present", "offline") and track.duration_s >= shortest_s
        }

    def _versions(self, ids: npt.NDArray[np.int64], tracks: dict[int, Track], ends: list[Recording]) -> list[int]:
        """Positions of steps that are versions of an end or of an earlier step, or whose sound is gone."""
        sounds = get_sounds(self._connection, ids.tolist())
        passed, found = list(ends), []
        for position, (track_id, timbre) in enumerate(zip(ids.tolist(), self._table.timbres_of(ids), strict=True)):
            if track_id not in sounds:
                found.append(position)
                continue
            recording = recording_of(tracks[track_id], timbre, sounds[track_id])
            if any(are_versions(recording, other) for other in passed):
                found.append(position)
            else:
                passed.append(recording)
        return found

    def _similarity(self, one: Stage, other: Stage) -> float:
        """Of two tracks, 0 to 1."""
        total = 0.0
        for number, columns in enumerate(self._table.layout.columns):
            difference = one.vectors[0, columns] - other.vectors[0, columns]
            reach = one.nearness[0, number] * other.nearness[0, number]
            scaled = np.array([difference @ difference * reach], np.float32)
            total += float(self._weights[number] * similarity(scaled, float(self._table.scales.exponents[number]))[0])
        return total
