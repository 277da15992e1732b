"""What a corpus has of each genre, and which recordings it has more than once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tagger_app.genres import GENRES
from trainer.corpora.tracks import CorpusTrack, Source, label_matrix


@dataclass(frozen=True)
class Amount:
    """How much music there is: `tracks`, `soundtracks` they come from, and `hours` they last."""

    tracks: int
    soundtracks: int
    hours: float


@dataclass(frozen=True)
class GenreRow:
    """How much one genre has in each source; `genre` is None for tracks without any, and "all" sums up everything."""

    genre: str | None
    amounts: dict[Source, Amount]


def measure_corpus(
    tracks: Sequence[CorpusTrack], seconds: Callable[[CorpusTrack], float] = lambda track: track.seconds
) -> list[GenreRow]:
    """Rows for the ten genres, for tracks without genre, and for all tracks.

    Parameters
    ----------
    seconds : length of a track: as the lists say, or as measured
    """

    def row(genre: str | None, belongs: Callable[[CorpusTrack], bool]) -> GenreRow:
        amounts = {}
        for source in dict.fromkeys(track.source for track in tracks):
            chosen = [track for track in tracks if track.source == source and belongs(track)]
            n_soundtracks = len({track.soundtrack for track in chosen})
            amounts[source] = Amount(len(chosen), n_soundtracks, sum(map(seconds, chosen)) / 3600)
        return GenreRow(genre, amounts)

    rows = [row(genre, lambda track, genre=genre: genre in track.genres) for genre in GENRES]  # type: ignore[misc]
    return [*rows, row(None, lambda track: not track.genres), row("all", lambda track: True)]


def count_co_occurrence(tracks: Sequence[CorpusTrack]) -> npt.NDArray[np.int64]:
    """Tracks that have both of two genres, int64 [shape=(10, 10)]; the diagonal counts those of one."""
    labels = label_matrix(tracks).astype(np.int64)
    return np.asarray(labels.T @ labels)


def find_duplicates(tracks: Sequence[CorpusTrack], fingerprints: Mapping[Path, str]) -> list[list[CorpusTrack]]:
    """Tracks that are the very same recording, those of one together, in the order of the tracks.

    Parameters
    ----------
    fingerprints : stream fingerprint by path
    """
    by_stream: dict[str, list[CorpusTrack]] = defaultdict(list)
    for track in tracks:
        if fingerprint := fingerprints.get(track.path):
            by_stream[fingerprint].append(track)
    return [copies for copies in by_stream.values() if len(copies) > 1]
