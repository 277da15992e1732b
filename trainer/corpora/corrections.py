"""The editor's own corrections, which count more than what a film's genres say of all its tracks.

They are read from the files' own tags (`FILMGENRE_USER`) and from an index of the application, whichever has them;
where both do, the file counts. ``Thriller`` adds a genre, ``-Comedy`` takes one away; of genres that aren't named an
editor has said nothing, so of a track that is in no other corpus only the named ones are learned.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from tagger_app.audio.discover import UnreadableFolder, discover
from tagger_app.errors import TagError
from tagger_app.genres import GENRE_BY_KEY, GENRES, genre_key
from tagger_app.index.connection import open_for_reading
from tagger_app.index.rows import damaged, decode_names
from tagger_app.tagging.containers import read_metadata
from tagger_app.tagging.fields import parse_fields
from trainer.corpora.tracks import CorpusTrack
from trainer.errors import CorpusError


@dataclass(frozen=True)
class Correction:
    """What an editor said of one track.

    Attributes
    ----------
    accepted, rejected : genres, in the order of the ten
    """

    accepted: tuple[str, ...]
    rejected: tuple[str, ...]

    @property
    def named(self) -> tuple[str, ...]:
        """Genres that something was said of."""
        return tuple(genre for genre in GENRES if genre in {*self.accepted, *self.rejected})


def parse_correction(decisions: Iterable[str]) -> Correction | None:
    """Understand decisions as they are stored; None where they name none of the ten genres."""
    accepted: set[str] = set()
    rejected: set[str] = set()
    for decision in decisions:
        genre = GENRE_BY_KEY.get(genre_key(decision.strip().removeprefix("-")))
        if genre:
            (rejected if decision.strip().startswith("-") else accepted).add(genre)
    accepted -= rejected
    correction = Correction(
        tuple(genre for genre in GENRES if genre in accepted), tuple(genre for genre in GENRES if genre in rejected)
    )
    return correction if correction.named else None


def read_file_corrections(folders: Iterable[Path]) -> dict[Path, Correction]:
    """Corrections in the tags of all audio files below some folders; files whose tags can't be read have none.

    Raises
    ------
    CorpusError
        A folder can't be looked at.
    """
    corrections = {}
    for folder in folders:
        for item in discover(str(folder.absolute())):
            if isinstance(item, UnreadableFolder):
                raise CorpusError(Path(item.path), item.reason)
            try:
                fields = parse_fields(read_metadata(item.path).fields)
            except TagError:
                continue
            if correction := parse_correction(fields.user):
                corrections[Path(item.path)] = correction
    return corrections


def read_index_corrections(index: Path) -> dict[Path, Correction]:
    """Corrections in an index of the application.

    Raises
    ------
    LibraryIndexError
        It isn't there, or can't be read.
    """
    with closing(open_for_reading(index)) as connection:
        rows = connection.fetch("SELECT path, user_genres FROM tracks WHERE user_genres <> '[]' AND state <> 2")
    corrections = {}
    for path, names in rows:
        try:
            correction = parse_correction(decode_names(names))
        except ValueError as error:
            raise damaged(index) from error
        if correction:
            corrections[Path(os.fsdecode(path))] = correction
    return corrections


def apply_corrections(
    tracks: Sequence[CorpusTrack], corrections: Mapping[Path, Correction], weight: float
) -> list[CorpusTrack]:
    """The corpus with an editor's word on it: corrected tracks have other labels and weigh more.

    A corrected track that isn't in the corpus is added, with its folder for its soundtrack, and known genres only for
    what the editor named.

    Parameters
    ----------
    weight : of a corrected track in the loss, against 1
    """
    corrected = []
    known_paths = {track.path.absolute() for track in tracks}
    for track in tracks:
        correction = corrections.get(track.path.absolute())
        if correction is None:
            corrected.append(track)
            continue
        kept = {*track.genres, *correction.accepted} - set(correction.rejected)
        genres = tuple(genre for genre in GENRES if genre in kept)
        corrected.append(replace(track, genres=genres, weight=track.weight * weight))
    for path, correction in corrections.items():
        if path.absolute() not in known_paths:
            corrected.append(
                CorpusTrack(
                    path=path,
                    soundtrack=f"corrections:{path.parent}",
                    genres=correction.accepted,
                    source="corrections",
                    title=path.stem,
                    artist="",
                    licence="",
                    attribution="",
                    seconds=0.0,
                    known_genres=correction.named,
                    weight=weight,
                )
            )
    return corrected
