"""What a corpus has of each genre."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tagger_app.genres import GENRES
from trainer.corpora.tracks import SOURCES, CorpusTrack, Source


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
        for source in SOURCES:
            chosen = [track for track in tracks if track.source == source and belongs(track)]
            n_soundtracks = len({track.soundtrack for track in chosen})
            amounts[source] = Amount(len(chosen), n_soundtracks, sum(map(seconds, chosen)) / 3600)
        return GenreRow(genre, amounts)

    rows = [row(genre, lambda track, genre=genre: genre in track.genres) for genre in GENRES]  # type: ignore[misc]
    return [*rows, row(None, lambda track: not track.genres), row("all", lambda track: True)]
