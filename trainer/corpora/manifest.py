"""The general form of a corpus: a CSV file with a line a track.

    path,soundtrack,genres
    Gladiator/01 Progeny.flac,Gladiator (2000),Action|Adventure|Drama

`path` starts at the folder of the CSV file unless it is absolute, `soundtrack` names what no split may divide, `genres`
are of the ten, joined by ``|``; none at all means that the track is none of them. The columns `title`, `artist`,
`licence`, `attribution` and `seconds` may be there.
"""

from __future__ import annotations

from pathlib import Path

from trainer.corpora.listing import parse_genres, parse_seconds, read_rows
from trainer.corpora.tracks import CorpusTrack
from trainer.errors import CorpusError


def load_manifest(listing: Path) -> list[CorpusTrack]:
    """The tracks of a CSV manifest, in its order.

    Raises
    ------
    CorpusError
        It can't be read, lacks a column, names a genre that isn't of the ten, or has a line without path or soundtrack.
    """
    tracks = []
    for line, row in read_rows(listing, ("path", "soundtrack", "genres")):
        for name in ("path", "soundtrack"):
            if not row[name].strip():
                raise CorpusError(listing, f"line {line} has no {name}")
        tracks.append(
            CorpusTrack(
                path=listing.parent / row["path"],
                soundtrack=row["soundtrack"],
                genres=parse_genres(listing, line, row["genres"]),
                source="manifest",
                title=row.get("title", ""),
                artist=row.get("artist", ""),
                licence=row.get("licence", ""),
                attribution=row.get("attribution", ""),
                seconds=parse_seconds(listing, line, row["seconds"]) if row.get("seconds") else 0.0,
            )
        )
    return tracks
