"""Lists of cues: a table for spreadsheets, a playlist for players."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tagger_app.errors import displayable
from tagger_app.handoff.bins import BinItem

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""In front of a table: spreadsheets need it to recognise UTF-8."""
_STARTS_OF_FORMULAS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_COLUMNS = (
    "order",
    "title",
    "artist",
    "album",
    "genres",
    "start",
    "end",
    "start_s",
    "end_s",
    "length_s",
    "note",
    "path",
)


class PlaylistEntry(NamedTuple):
    """A line of a playlist; `artist` may be empty."""

    path: str
    title: str
    artist: str
    duration_s: float


def inert(text: str) -> str:
    """Text that a spreadsheet takes for text: OWASP's list of characters that begin a formula, tabs among them."""
    shown = displayable(text)
    return f"'{shown}" if shown.lstrip().startswith(_STARTS_OF_FORMULAS) or text.startswith(("\t", "\r")) else shown


def render_table(items: Iterable[BinItem]) -> bytes:
    """A bin as CSV (RFC 4180, UTF-8 with a byte order mark): a header and a line an item."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for number, item in enumerate(items, 1):
        writer.writerow(
            (
                number,
                *map(inert, (item.name, item.artist, item.album, "; ".join(item.genres))),
                show_time(item.from_s),
                show_time(item.to_s),
                *(f"{seconds:.3f}" for seconds in (item.from_s, item.to_s, item.to_s - item.from_s)),
                *map(inert, (item.note, item.path)),
            )
        )
    return BYTE_ORDER_MARK + text.getvalue().encode()


def render_playlist(entries: Iterable[PlaylistEntry]) -> str:
    """An extended M3U playlist with the paths as they are; see `fits_playlist`."""
    lines = ["#EXTM3U"]
    for path, title, artist, duration_s in entries:
        name = displayable(f"{artist} - {title}" if artist else title)
        lines += [f"#EXTINF:{math.ceil(duration_s)},{name}", path]
    return "\n".join(lines) + "\n"


def playlist_entries(items: Sequence[BinItem]) -> tuple[list[PlaylistEntry], list[str]]:
    """Entries of a bin, and the paths that can't stand in a playlist; a region counts as its whole cue."""
    listed = [item for item in items if fits_playlist(item.path)]
    entries = [PlaylistEntry(item.path, item.name, item.artist, item.duration_s) for item in listed]
    return entries, [item.path for item in items if not fits_playlist(item.path)]


def fits_playlist(path: str) -> bool:
    """Whether a path is UTF-8 and one line."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return len(path.splitlines()) == 1


def show_time(seconds: float) -> str:
    """Hours, minutes, seconds and thousandths: ``0:01:23.450``."""
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"
