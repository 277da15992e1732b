"""Tracks and their fits as tables, and as values for JSON."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tagger_app.cli.output import show_length
from tagger_app.errors import displayable
from tagger_app.genres import GENRES
from tagger_app.index.records import Track

BAR_CELLS = 6
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_NO_FIT = "-"
_ASSIGNED = "bold green"


def open_table(*, header: bool = True) -> Table:
    """A table without lines but the one below its header."""
    return Table(box=box.SIMPLE_HEAD, show_header=header, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))


def show_fit(fit: float | None) -> str:
    """Two decimals; "-" for an untrained genre."""
    return _NO_FIT if fit is None or math.isnan(fit) else f"{fit:.2f}"


def draw_bar(fit: float | None, console: Console, cells: int = BAR_CELLS) -> str:
    """A bar as long as the fit, as many cells wide as a fit of 1, without spaces at its end."""
    if fit is None or math.isnan(fit):
        return ""
    if not console.encoding.lower().startswith("utf"):
        return "#" * round(fit * cells)
    whole, eighths = divmod(round(fit * cells * 8), 8)
    return ("█" * whole + _EIGHTHS[eighths]).rstrip()


def track_name(track: Track) -> str:
    """Title, or else the name of the file, safe to print."""
    return displayable(track.title or os.path.basename(track.path))  # noqa: PTH119


def best_fits(track: Track, console: Console) -> Text:
    """The track's genres, best first, each with its fit and a bar; or why there are none."""
    if track.failure:
        return Text(displayable(track.failure), "red")
    if track.unscored:
        return Text(f"no fits: {displayable(track.unscored)}", "dim")
    fits = dict(zip(GENRES, track.fits, strict=True))
    text = Text()
    for genre in track.genres:
        text.append("  " if text else "")
        text.append(genre, _ASSIGNED)
        yours = "" if genre in track.assigned else " (yours)"
        text.append(f" {show_fit(fits[genre])}{yours}")
        if bar := draw_bar(fits[genre], console):
            text.append(f" {bar}", "green")
    if text:
        return text
    scored = [(fit, genre) for genre, fit in fits.items() if fit is not None]
    best, genre = max(scored, default=(None, ""))
    nearest = f", nearest {genre} {show_fit(best)}" if genre else ""
    return Text(f"none assigned{nearest}", "dim")


def list_tracks(tracks: Sequence[Track], console: Console, lead: tuple[str, Sequence[str]] | None = None) -> Table:
    """A row a track: title, artist, length, genres.

    Parameters
    ----------
    lead : heading and values of a column in front of the others
    """
    table = open_table()
    if lead:
        table.add_column(lead[0], justify="right", no_wrap=True)
    table.add_column("Title", no_wrap=True, max_width=32)
    if any(track.artist for track in tracks):
        table.add_column("Artist", no_wrap=True, max_width=20)
    table.add_column("Length", justify="right", no_wrap=True, min_width=6)
    table.add_column("Genres", no_wrap=True, overflow="ellipsis", min_width=22)
    for number, track in enumerate(tracks):
        cells: list[str | Text] = [lead[1][number]] if lead else []
        cells.append(track_name(track))
        if any(track.artist for track in tracks):
            cells.append(displayable(track.artist))
        table.add_row(*cells, show_length(track.duration_s), best_fits(track, console))
    return table


def tabulate_fits(rows: Iterable[tuple[str, Sequence[float | None], Sequence[str]]]) -> Table:
    """All ten fits of each track in one row; the assigned ones stand out and bear an asterisk.

    Parameters
    ----------
    rows : name, fits in the order of `GENRES`, and assigned genres of each track
    """
    table = open_table()
    table.add_column("", no_wrap=True, overflow="ellipsis")
    for genre in GENRES:
        table.add_column(genre.replace("-", "")[:4], justify="right", no_wrap=True, min_width=5)
    for name, fits, assigned in rows:
        cells = [
            Text(f"{show_fit(fit)}*", _ASSIGNED) if genre in assigned else Text(f"{show_fit(fit)} ", "dim")
            for genre, fit in zip(GENRES, fits, strict=True)
        ]
        table.add_row(displayable(name), *cells)
    return table


def spell_fits(fits: Sequence[float | None], assigned: Sequence[str], console: Console) -> Table:
    """A row a genre: fit, bar, and whether it is assigned; assigned genres first, untrained ones last."""
    table = open_table(header=False)
    order = sorted(zip(GENRES, fits, strict=True), key=lambda pair: _rank(*pair, assigned))
    for genre, fit in order:
        is_assigned = genre in assigned
        style = _ASSIGNED if is_assigned else "" if fit is not None else "dim"
        remark = "assigned" if is_assigned else "" if fit is not None else "untrained"
        bar = Text(draw_bar(fit, console, 20), "green" if is_assigned else "dim")
        table.add_row(Text(f"  {genre}", style), Text(show_fit(fit), style, justify="right"), bar, Text(remark, style))
    return table


def _rank(genre: str, fit: float | None, assigned: Sequence[str]) -> tuple[int, float]:
    return (list(assigned).index(genre) - len(GENRES) if genre in assigned else 0, math.inf if fit is None else -fit)


def name_fits(fits: Sequence[float | None]) -> dict[str, float | None]:
    """Fits by genre, for JSON; None for an untrained genre."""
    return {
        genre: None if fit is None or math.isnan(fit) else round(float(fit), 4)
        for genre, fit in zip(GENRES, fits, strict=True)
    }


def track_values(track: Track) -> dict[str, Any]:
    """A track for JSON."""
    return {
        "path": track.path,
        "title": track.title,
        "artist": track.artist,
        "album": track.album,
        "duration_s": round(track.duration_s, 3),
        "codec": track.codec,
        "rate_hz": track.rate_hz,
        "n_channels": track.n_channels,
        "bundle": track.bundle_id,
        "scores": name_fits(track.fits),
        "assigned": list(track.assigned),
        "user": list(track.user_genres),
        "genres": list(track.genres),
        "unscored": track.unscored,
        "status": track.status,
        "failure": track.failure,
    }
