"""The table of candidates: which album is labelled by which film, for a person to look through and decide.

A CSV file with a line a candidate, and one for each album without any. What `decision` says is what counts:

    auto    labelled without a person's word
    yes     labelled because a person said so; written by hand, and so are changed genres
    no      not this film
    (none)  open, so not labelled
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tagger_app.durable import put_in_place
from tagger_app.errors import displayable
from trainer.corpora.albums import Album
from trainer.corpora.film_matching import CERTAIN, Candidate
from trainer.corpora.listing import parse_genres, read_rows
from trainer.corpora.tracks import CorpusTrack
from trainer.errors import CorpusError

COLUMNS = (
    "decision", "confidence", "doubts", "folder", "album", "imdb", "kind", "film", "year", "imdb_genres", "genres",
)  # fmt: skip
ACCEPTED = ("auto", "yes")
_DECISIONS = (*ACCEPTED, "no", "")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Label:
    """What an album is labelled by: IMDb's id of the film, and genres of the ten."""

    imdb: str
    genres: tuple[str, ...]


def write_review(listing: Path, found: Iterable[tuple[Album, Sequence[Candidate]]]) -> None:
    """Write the table, whole or not at all; what a person has decided in the one that is there is kept.

    Raises
    ------
    CorpusError
        The table that is there can't be read, or the new one can't be written.
    """
    decided = _decisions(listing) if listing.exists() else {}
    partial = listing.with_name(listing.name + ".part")
    try:
        with partial.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            for album, candidates in found:
                for row in _rows(album, candidates, decided):
                    writer.writerow(row)
        put_in_place(partial, listing)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise CorpusError(listing, error.strerror or str(error)) from error


def read_labels(listing: Path) -> dict[Path, Label]:
    """The accepted label of each folder.

    Raises
    ------
    CorpusError
        The table can't be read, holds an unknown decision or genre, or accepts two films for one album.
    """
    labels: dict[Path, Label] = {}
    for line, row in read_rows(listing, COLUMNS):
        decision = row["decision"].strip().lower()
        if decision not in _DECISIONS:
            raise CorpusError(listing, f"line {line}: decision {row['decision']!r} isn't auto, yes, no or nothing")
        if decision not in ACCEPTED:
            continue
        folder = Path(row["folder"])
        if folder in labels:
            raise CorpusError(listing, f"line {line}: a second film is accepted for {displayable(folder)}")
        labels[folder] = Label(row["imdb"], parse_genres(listing, line, row["genres"]))
    return labels


def label_albums(albums: Iterable[Album], labels: Mapping[Path, Label]) -> list[CorpusTrack]:
    """The tracks of all labelled albums; albums of one film are one soundtrack."""
    return [
        CorpusTrack(
            path=path,
            soundtrack=f"film:{label.imdb or album.folder.name}",
            genres=label.genres,
            source="films",
            title=path.stem,
            artist="",
            licence="",
            attribution="",
            seconds=0.0,
        )
        for album in albums
        if (label := labels.get(album.folder))
        for path in album.files
    ]


def _decisions(listing: Path) -> dict[tuple[str, str], dict[str, str]]:
    """What a person has decided, by folder and IMDb id."""
    return {
        (row["folder"], row["imdb"]): {"decision": row["decision"], "genres": row["genres"]}
        for _, row in read_rows(listing, COLUMNS)
        if row["decision"].strip().lower() in ("yes", "no")
    }


def _rows(
    album: Album, candidates: Sequence[Candidate], decided: Mapping[tuple[str, str], dict[str, str]]
) -> list[dict[str, str]]:
    folder = str(album.folder)
    named = {"folder": folder, "album": _no_formula(album.names[0])}
    own = [decision for (of_folder, _), decision in decided.items() if of_folder == folder]
    accepted = any(decision["decision"].strip().lower() == "yes" for decision in own)
    if not candidates:
        nothing = dict.fromkeys(COLUMNS, "")
        return [{**nothing, **named, "doubts": "no film of this title", **decided.get((folder, ""), {})}]
    rows = []
    for place, candidate in enumerate(candidates):
        film = candidate.film
        certain = place == 0 and candidate.confidence >= CERTAIN and not accepted
        rows.append(
            {
                "decision": "auto" if certain else "",
                "confidence": f"{candidate.confidence:.2f}",
                "doubts": "; ".join(candidate.doubts),
                **named,
                "imdb": film.id,
                "kind": film.kind,
                "film": _no_formula(film.title),
                "year": "" if film.year is None else str(film.year),
                "imdb_genres": ",".join(film.listed_genres or ()),
                "genres": "|".join(film.genres),
                **decided.get((folder, film.id), {}),
            }
        )
    return rows


def _no_formula(text: str) -> str:
    """The text as no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text
