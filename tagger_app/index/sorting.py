"""Orders of tracks: text in, the SQL that sorts so out."""

from __future__ import annotations

from dataclasses import dataclass

from tagger_app.errors import QueryError
from tagger_app.genres import GENRE_BY_KEY, genre_key


@dataclass(frozen=True, slots=True)
class Sort:
    """An order of tracks: those without a value last, equal ones by id, in the direction of the sort.

    `index` holds the listed tracks in this order; None where the table itself does.
    """

    order: str
    index: str | None


_SORT_COLUMNS = {
    "title": "title_key",
    "artist": "artist_key",
    "album": "album_key",
    "length": "duration_s",
    "codec": "codec",
}


def parse_sort(text: str) -> Sort:
    """Understand an order: a genre (best fit first), title, artist, album, length, codec, path, added; ``-`` reverses.

    Raises
    ------
    QueryError
        There is no such order.
    """
    descending = text.startswith("-")
    name = text.removeprefix("-")
    key = genre_key(name)
    if name.lower() == "path":
        return Sort(f"path {'DESC' if descending else 'ASC'}", "tracks_known")
    if name.lower() == "added":
        return Sort(f"tracks.id {'DESC' if descending else 'ASC'}", None)
    if column := _SORT_COLUMNS.get(name.lower()):
        pass
    elif key in GENRE_BY_KEY:
        column, descending = f"fit_{key}", not descending
    else:
        known = ", ".join((*GENRE_BY_KEY, *_SORT_COLUMNS, "path", "added"))
        raise QueryError(text, int(descending), f"can't sort by {name!r}; expected one of {known}")
    # SQLite takes NULL for the least of all values: last where the order descends.
    order = f"{column} DESC, tracks.id DESC" if descending else f"{column} ASC NULLS LAST, tracks.id ASC"
    return Sort(order, f"tracks_{column}")
