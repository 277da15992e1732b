"""Tables of what a corpus has, for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.console import Console
from rich.table import Table

from tagger_app.genres import GENRES
from trainer.corpora.report import count_co_occurrence, measure_corpus
from trainer.corpora.tracks import CorpusTrack

_HEAD_LETTERS = 5
"""Ten genres must fit side by side into 80 columns."""


def print_amounts(
    console: Console,
    title: str,
    tracks: Sequence[CorpusTrack],
    seconds: Callable[[CorpusTrack], float] = lambda track: track.seconds,
) -> None:
    """Tracks, soundtracks and hours of each genre in each source; no hours where a source doesn't say them."""
    rows = measure_corpus(tracks, seconds)
    table = Table(title=title)
    table.add_column("genre")
    for source in rows[0].amounts:
        table.add_column(f"{source}: tracks", justify="right")
        table.add_column("soundtracks", justify="right")
        table.add_column("hours", justify="right")
    for row in rows:
        cells = []
        for amount in row.amounts.values():
            is_known = amount.hours or not amount.tracks
            cells += [str(amount.tracks), str(amount.soundtracks), f"{amount.hours:.2f}" if is_known else ""]
        table.add_row(row.genre or "none", *cells, end_section=row.genre is None)
    console.print(table)


def print_co_occurrence(console: Console, tracks: Sequence[CorpusTrack]) -> None:
    """How many tracks have both of two genres."""
    counts = count_co_occurrence(tracks)
    table = Table(title="Tracks with both genres", padding=(0, 0))
    table.add_column("", no_wrap=True)
    for genre in GENRES:
        table.add_column(genre[:_HEAD_LETTERS], justify="right", min_width=_HEAD_LETTERS)
    for genre, row in zip(GENRES, counts, strict=True):
        table.add_row(genre, *(str(count) if count else "" for count in row))
    console.print(table)
