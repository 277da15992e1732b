"""Tracks and their fits as tables, and as values for JSON."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tagger_app.cli.output import show_length
from tagger_app.errors import displayable
from tagger_app.genres import GENRES
from tagger_app.index.records import Track

_BAR_CELLS = 4
_LENGTH_CELLS = 6
_GAP = 2
_WIDE = 100
"""Cells from which there is room for the artist."""
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_NO_FIT = "-"
_ASSIGNED = "bold green"


def open_table(*, header: bool = True) -> Table:
    """A table without lines but the one below its header."""
    return Table(box=box.SIMPLE_HEAD, show_header=header, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))


def show_fit(fit: float | None) -> str:
    """Two decimals; "-" for an untrained genre."""
    return _NO_FIT if fit is None or math.isnan(fit) else f"{fit:.2f}"


def draw_bar(fit: float | None, console: Console, cells: int = _BAR_CELLS) -> str:
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


def best_fits(track: Track, console: Console, room: int) -> Text:
    """The track's genres, best first, each with its fit and a bar; or why there are none.

    Parameters
    ----------
    room : cells that the text may take; genres that find no room are counted
    """
    if track.failure:
        return Text(displayable(track.failure), "red")
    if track.unscored:
        return Text(f"no fits: {displayable(track.unscored)}", "dim")
    fits = dict(zip(GENRES, track.fits, strict=True))
    genres = track.genres
    if not genres:
        scored = [(fit, genre) for genre, fit in fits.items() if fit is not None]
        best, genre = max(scored, default=(None, ""))
        return Text(f"none; nearest {genre} {show_fit(best)}" if genre else "none", "dim")
    text = Text()
    for number, genre in enumerate(genres):
        yours = "" if genre in track.assigned else " (yours)"
        part = Text.assemble(
            (genre, _ASSIGNED), f" {show_fit(fits[genre])}{yours} ", (draw_bar(fits[genre], console), "green")
        )
        n_left = len(genres) - number - 1
        if text and text.cell_len + part.cell_len + (5 if n_left else 2) > room:
            return text.append(f"  +{n_left + 1}", "dim")
        text = Text("  ").join([text, part]) if text else part
    return text


def list_tracks(tracks: Sequence[Track], console: Console, lead: tuple[str, Sequence[str]] | None = None) -> Table:
    """A row a track: title, artist where there is room for it, length, genres.

    Parameters
    ----------
    lead : heading and values of a column in front of the others
    """
    names = [Text(track_name(track)) for track in tracks]
    artists = [Text(displayable(track.artist)) for track in tracks]
    with_artists = console.width >= _WIDE and any(artists)
    name_cells = min(max((name.cell_len for name in names), default=0), max(12, console.width * 3 // 10))
    artist_cells = min(max((artist.cell_len for artist in artists), default=0), console.width // 5)
    lead_cells = len(lead[0]) + _GAP if lead else 0
    room = console.width - lead_cells - name_cells - with_artists * (artist_cells + _GAP) - _LENGTH_CELLS - 2 * _GAP
    table = open_table()
    if lead:
        table.add_column(lead[0], justify="right", no_wrap=True, min_width=len(lead[0]))
    table.add_column("Title", no_wrap=True, width=max(name_cells, 5))
    if with_artists:
        table.add_column("Artist", no_wrap=True, width=max(artist_cells, 6))
    table.add_column("Length", justify="right", no_wrap=True, min_width=_LENGTH_CELLS)
    table.add_column("Genres", no_wrap=True, overflow="ellipsis")
    for number, track in enumerate(tracks):
        cells: list[str | Text] = [lead[1][number], names[number]] if lead else [names[number]]
        if with_artists:
            cells.append(artists[number])
        table.add_row(*cells, show_length(track.duration_s), best_fits(track, console, room))
    return table


def tabulate_fits(tracks: Sequence[Track], console: Console) -> Table:
    """All ten fits of each track in one row, some 80 cells wide; the track's own genres bear an asterisk."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=0)
    fit_cells = len("0.00*")
    names = [Text(track_name(track)) for track in tracks]
    widest = max(8, console.width - len(GENRES) * (fit_cells + 1))
    table.add_column("", no_wrap=True, width=min(max((name.cell_len for name in names), default=0), widest))
    for genre in GENRES:
        heading = genre.replace("-", "")
        table.add_column(heading if len(heading) <= fit_cells else heading[:3], justify="right", width=fit_cells)
    for name, track in zip(names, tracks, strict=True):
        cells = [
            Text(f"{show_fit(fit)}*", _ASSIGNED) if genre in track.genres else Text(f"{show_fit(fit)} ", "dim")
            for genre, fit in zip(GENRES, track.fits, strict=True)
        ]
        table.add_row(name, *cells)
    return table


def spell_fits(
    fits: Sequence[float | None], assigned: Sequence[str], console: Console, absent: str = "untrained"
) -> Table:
    """A row a genre: fit, bar, and whether it is assigned; assigned genres first, those without a fit last.

    Parameters
    ----------
    absent : what to say of a genre without a fit
    """
    table = open_table(header=False)
    order = sorted(zip(GENRES, fits, strict=True), key=lambda pair: _rank(pair[0], pair[1], assigned))
    for genre, fit in order:
        is_assigned = genre in assigned
        style = _ASSIGNED if is_assigned else "" if fit is not None else "dim"
        remark = "assigned" if is_assigned else "" if fit is not None else absent
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
