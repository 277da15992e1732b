"""Suggestions: tracks that would do the same job in a film, and the way from one track to another."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import numpy as np

from tagger_app.errors import SuggestionError
from tagger_app.features.mfcc import Floats
from tagger_app.index.connection import IndexConnection, open_for_reading
from tagger_app.index.query import Query
from tagger_app.index.search import find_ids, get_tracks
from tagger_app.suggest.answer import Step, Suggestion
from tagger_app.suggest.candidates import Allowed, Candidates, moment_candidates, whole_candidates
from tagger_app.suggest.choose import Choice, Recordings, choose
from tagger_app.suggest.diversity import Caps
from tagger_app.suggest.explain import explain, whole_track_moments
from tagger_app.suggest.ranking import make_question
from tagger_app.suggest.request import ASPECTS, DEFAULT_WEIGHTS, Request
from tagger_app.suggest.seeds import Profile, Seed, load_profiles
from tagger_app.suggest.shelf import Scales
from tagger_app.suggest.steps import StepFinder
from tagger_app.suggest.table import Progress
from tagger_app.suggest.tables import TileTable, TrackTable, sample_tiles
from tagger_app.suggest.vectors import Layout
from tagger_app.suggest.versions import recording_of_profile

_SHORTLIST, _MOMENT_SHORTLIST = (2_000, 20), (150, 8)
"""Candidates to be looked at exactly: at least, and for each suggestion."""
_LONGEST_PATH = 50
_TRACKS_SAMPLED_FOR_TILES = 64


class Recommender:
    """Suggests tracks of one index, among those that one bundle analysed. Use it from the thread that opened it.

    What it compares lies in two files beside the index, ``<name>.vectors`` and, once a region was asked for,
    ``<name>.tiles``. They are made from the index, and made again where they are missing, damaged or out of date.

    Parameters
    ----------
    progress : is told while such a file is made, see `Table`

    Raises
    ------
    LibraryIndexError
        The index can't be read.
    """

    def __init__(
        self,
        connection: IndexConnection,
        bundle_id: str,
        spec_fingerprint: str,
        progress: Progress = lambda _n_read, _n_rows: None,
    ) -> None:
        self._connection = connection
        self.made_with = (bundle_id, spec_fingerprint)
        self._progress = progress
        self._tracks = TrackTable(connection, *self.made_with, progress)
        self._tiles: TileTable | None = None
        self._sampled_tiles: tuple[Layout, Scales] | None = None

    @classmethod
    def open(
        cls,
        index_path: Path,
        bundle_id: str,
        spec_fingerprint: str,
        progress: Progress = lambda _n_read, _n_rows: None,
    ) -> Recommender:
        """Open an index for suggestions among the tracks that a bundle analysed; `progress` as for the class.

        Raises
        ------
        LibraryIndexError
            There is no index, or it can't be read.
        """
        connection = open_for_reading(index_path)
        try:
            return cls(connection, bundle_id, spec_fingerprint, progress)
        except BaseException:
            connection.close()
            raise

    def close(self) -> None:
        """Close the index."""
        self._connection.close()

    def __enter__(self) -> Recommender:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @property
    def n_tracks(self) -> int:
        """Tracks that can be compared."""
        return len(self._tracks)

    def refresh(self) -> None:
        """Find what the index has learned since; suggestions do so by themselves.

        Raises
        ------
        LibraryIndexError
            The index can't be read.
        """
        self._tracks.refresh()
        if self._tiles is not None:
            self._tiles.refresh()

    def suggest(self, request: Request) -> list[Suggestion]:
        """The tracks that are most like what is asked for, best first; none where the filter leaves none.

        Raises
        ------
        SuggestionError
            There is nothing to compare: an empty library, examples analysed with other models, a silent region.
        LibraryIndexError
            The index can't be read.
        """
        self._check([seed.profile for seed in request.seeds])
        weights = _weights(request.weights)
        seed_ids = [seed.profile.track_id for seed in request.seeds if seed.profile.track_id is not None]
        allowed = self._allowed(request.within, request.exclude | set(seed_ids))
        with_regions = any(seed.region is not None for seed in request.seeds if seed.wanted)
        n_least, n_each = _MOMENT_SHORTLIST if with_regions else _SHORTLIST
        n_candidates = max(n_least, n_each * request.n)
        blocked = [recording_of_profile(seed.profile) for seed in request.seeds]
        fingerprints = self._fingerprints(request.exclude)
        while True:
            candidates = self._candidates(request.seeds, weights, allowed, n_candidates, with_regions=with_regions)
            embeddings = self._tracks.timbres_of(candidates.ids)
            recordings = Recordings(self._connection, candidates, embeddings)
            caps = Caps(request.most_of_an_album, request.most_of_an_artist)
            chosen = choose(
                candidates, recordings, embeddings, blocked, fingerprints, caps, request.shortest_s,
                request.discover, request.n,
            )  # fmt: skip
            self._tracks.forget(recordings.gone)
            if len(chosen) == request.n or candidates.is_all:
                return self._suggestions(request.seeds, weights, candidates, chosen)
            n_candidates *= 4

    def path(
        self,
        start: Profile,
        end: Profile,
        n: int,
        within: Query | None = None,
        weights: Mapping[str, float] = DEFAULT_WEIGHTS,
    ) -> list[Step]:
        """Up to n tracks that lead from one to the other, neither of them among the steps.

        Raises
        ------
        SuggestionError
            There is nothing to compare, or start and end are one track.
        LibraryIndexError
            The index can't be read.
        """
        # A request checks what both have in common with one for suggestions.
        request = Request((Seed(start), Seed(end)), within, weights, n=n)
        if n > _LONGEST_PATH:
            raise SuggestionError(f"A path has {_LONGEST_PATH} steps at most")
        self._check([start, end])
        ids = {profile.track_id for profile in (start, end) if profile.track_id is not None}
        allowed = self._allowed(within, frozenset(ids))
        finder = StepFinder(self._connection, self._tracks, _weights(weights))
        return finder.find(start, end, n, allowed, request.shortest_s)

    def _check(self, profiles: list[Profile]) -> None:
        """Bring everything up to date, and see that there is something to compare with."""
        self.refresh()
        others = {profile.bundle_id for profile in profiles if profile.made_with != self.made_with}
        if others:
            raise SuggestionError(
                f"The example was analysed with {' and '.join(sorted(others))}, the library with {self.made_with[0]}, "
                "or one of them by an earlier version of Cuefit: scan again, so that they can be compared"
            )
        if not self.n_tracks:
            raise SuggestionError(
                f"No track in the index has been heard by {self.made_with[0]} yet; scan a folder with it first"
            )

    def _allowed(self, within: Query | None, without: frozenset[int]) -> Allowed:
        ids = None if within is None or not within.text.strip() else find_ids(self._connection, within)
        return Allowed(ids, without)

    def _candidates(
        self, seeds: tuple[Seed, ...], weights: Floats, allowed: Allowed, n: int, *, with_regions: bool
    ) -> Candidates:
        if with_regions:
            if self._tiles is None:
                self._tiles = TileTable(self._connection, *self.made_with, self._progress)
            return moment_candidates(self._connection, self._tiles, seeds, weights, allowed, n)
        table = self._tracks
        vectors = [table.vector_of_profile(seed.profile) for seed in seeds]
        question = make_question(vectors, [seed.wanted for seed in seeds], weights, table.layout, table.scales)
        return whole_candidates(table, question, allowed, n)

    def _fingerprints(self, ids: frozenset[int]) -> frozenset[str]:
        """The audio streams of excluded tracks."""
        tracks = get_tracks(self._connection, sorted(ids))
        return frozenset(track.fingerprint for track in tracks if track.fingerprint)

    def _suggestions(
        self, seeds: tuple[Seed, ...], weights: Floats, candidates: Candidates, chosen: list[Choice]
    ) -> list[Suggestion]:
        moments = candidates.moments
        if not moments and chosen:
            profiles = load_profiles(self._connection, [choice.track.id for choice in chosen])
            layout, scales = self._tile_measures()
            moments = whole_track_moments(seeds, profiles, weights, layout, scales)
        liked = [seed.profile.track_id for seed in seeds if seed.wanted and seed.profile.track_id is not None]
        assigned = frozenset(genre for track in get_tracks(self._connection, liked) for genre in track.genres)
        suggestions = []
        for choice in chosen:
            values = (100 * candidates.aspects[choice.position]).tolist()
            aspects = dict(zip(ASPECTS, values, strict=True))
            suggestions.append(
                Suggestion(
                    track=choice.track,
                    similarity=100 * max(float(candidates.overall[choice.position]), 0.0),
                    aspects=aspects,
                    reason=explain(choice.track, aspects, weights, seeds, assigned),
                    moments=moments.get(choice.track.id, ()),
                    n_versions=choice.n_versions,
                )
            )
        return suggestions

    def _tile_measures(self) -> tuple[Layout, Scales]:
        """What tile vectors are measured by: from the table of tiles if it is open, else from those of a few tracks."""
        if self._tiles is not None:
            return self._tiles.layout, self._tiles.scales
        if self._sampled_tiles is None:
            ids = np.concatenate([shelf.ids[shelf.alive] for shelf in self._tracks.shelves])
            chosen = np.sort(ids[np.linspace(0, len(ids) - 1, min(len(ids), _TRACKS_SAMPLED_FOR_TILES)).astype(int)])
            n_embedding = len(self._tracks.layout.coarse[1])
            self._sampled_tiles = sample_tiles(self._connection, self.made_with, chosen.tolist(), n_embedding)
        return self._sampled_tiles


def _weights(weights: Mapping[str, float]) -> Floats:
    """Weights in the order of the aspects, adding up to one."""
    values = np.array([weights.get(aspect, 0.0) for aspect in ASPECTS], np.float32)
    return np.asarray(values / values.sum(), np.float32)
