"""Labelled tracks, and the two open corpora of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Literal

import numpy as np
import numpy.typing as npt

from tagger_app.genres import GENRES, N_GENRES
from trainer.corpora.feels import parse_feels
from trainer.corpora.grouping import PieceKey, cue_soundtrack, piece_key, unite_soundtracks
from trainer.corpora.listing import parse_genres, parse_seconds, read_rows
from trainer.errors import CorpusError

Source = Literal["debian", "free_cues", "manifest", "films", "jamendo", "corrections"]

DEBIAN_LIST = Path(__file__).parent / "debian_soundtracks.csv"
FREE_CUES_LIST = Path(__file__).parent / "free_cues.csv"

IDENTIFIED = {
    ("flare-game", "usr/share/games/flare/mods/fantasycore/music/battle_theme.ogg"): ("Battle Theme", "remaxim"),
}
"""Title and artist of tracks that turned out to be, by their sound, pieces that the list has in another package too."""

_DEBIAN_COLUMNS = ("package", "path", "title", "artist", "seconds", "genres", "licence", "container")
_CUE_COLUMNS = (
    "file", "title", "artist", "album_or_source", "licence", "attribution", "source_repository", "genres", "evidence",
    "seconds",
)  # fmt: skip


@dataclass(frozen=True)
class CorpusTrack:
    """A labelled recording.

    Attributes
    ----------
    path : where its file lies, or should lie
    soundtrack : name of the group that no split may divide
    genres : film genres in the order of `GENRES`; none at all is a negative of every genre
    source : the list it stands in
    title, artist : as the list says, either may be empty
    licence, attribution : what must ship wherever the recording, or a model trained on it, ships
    seconds : length according to the list; 0 where it doesn't say
    known_genres : those that the labels say something of; of the others it isn't known whether the track has them
    weight : in the loss, against 1
    part : of an official split, where the list has one
    feels : its composer's words for how it feels, where the list quotes them; they measure and never train
    """

    path: Path
    soundtrack: str
    genres: tuple[str, ...]
    source: Source
    title: str
    artist: str
    licence: str
    attribution: str
    seconds: float
    known_genres: tuple[str, ...] = GENRES
    weight: float = 1.0
    part: Literal["train", "validation", "test"] | None = None
    feels: frozenset[str] = frozenset()

    @property
    def piece(self) -> PieceKey | None:
        """The same for all versions of one piece."""
        return piece_key(self.artist, self.title)


@dataclass(frozen=True)
class PackagedTrack:
    """Where a track lies in its Debian package.

    Attributes
    ----------
    package : name of the package
    path : of the file in the package, or in the container
    container : path of the zip, pk3 or love archive in the package that holds it; None: it lies there as it is
    """

    package: str
    path: str
    container: str | None

    def unpacked_path(self, audio: Path) -> Path:
        """Where it lies once unpacked below the folder `audio`."""
        return audio / "debian" / self.package / self.path


def unite_shared_streams(tracks: Sequence[CorpusTrack], fingerprints: Mapping[Path, str]) -> list[CorpusTrack]:
    """Join soundtracks that hold the very same recording.

    Parameters
    ----------
    fingerprints : stream fingerprint by path; a track without one shares nothing
    """
    soundtracks = unite_soundtracks(
        [track.soundtrack for track in tracks], [[fingerprints.get(track.path) for track in tracks]]
    )
    return [replace(track, soundtrack=soundtrack) for track, soundtrack in zip(tracks, soundtracks, strict=True)]


def label_matrix(tracks: Sequence[CorpusTrack]) -> npt.NDArray[np.bool_]:
    """Which genres each track has, bool [shape=(n_tracks, 10)]."""
    labels = np.zeros((len(tracks), N_GENRES), dtype=np.bool_)
    for row, track in zip(labels, tracks, strict=True):
        row[[GENRES.index(genre) for genre in track.genres]] = True
    return labels


def known_matrix(tracks: Sequence[CorpusTrack]) -> npt.NDArray[np.bool_]:
    """Which genres the labels of each track say something of, bool [shape=(n_tracks, 10)]."""
    known = np.zeros((len(tracks), N_GENRES), dtype=np.bool_)
    for row, track in zip(known, tracks, strict=True):
        row[[GENRES.index(genre) for genre in track.known_genres]] = True
    return known


def load_debian(audio: Path, listing: Path = DEBIAN_LIST) -> list[CorpusTrack]:
    """The game music in Debian packages; a package is a soundtrack. Raises `CorpusError` as `read_rows` does."""
    tracks = []
    for line, row in read_rows(listing, _DEBIAN_COLUMNS):
        packaged = _packaged(listing, line, row)
        title, artist = IDENTIFIED.get((packaged.package, packaged.path), (row["title"], row["artist"].strip("; ")))
        credit = f"{artist or 'see its copyright file'}, Debian package {packaged.package}, {row['licence']}"
        tracks.append(
            CorpusTrack(
                path=packaged.unpacked_path(audio),
                soundtrack=f"debian:{packaged.package}",
                genres=parse_genres(listing, line, row["genres"]),
                source="debian",
                title=title,
                artist=artist,
                licence=row["licence"],
                attribution=credit,
                seconds=parse_seconds(listing, line, row["seconds"]),
            )
        )
    return tracks


def load_packaged(listing: Path = DEBIAN_LIST) -> list[PackagedTrack]:
    """Where the game music lies in its packages, in the order of `load_debian`."""
    return [_packaged(listing, line, row) for line, row in read_rows(listing, _DEBIAN_COLUMNS)]


def load_free_cues(folder: Path, listing: Path = FREE_CUES_LIST) -> list[CorpusTrack]:
    """The production music. Raises `CorpusError` as `read_rows` does."""
    return [
        CorpusTrack(
            path=folder / PurePosixPath(row["file"]).name,
            soundtrack=cue_soundtrack(row["artist"], row["album_or_source"], row["source_repository"]),
            genres=parse_genres(listing, line, row["genres"]),
            source="free_cues",
            title=row["title"],
            artist=row["artist"],
            licence=row["licence"],
            attribution=row["attribution"],
            seconds=parse_seconds(listing, line, row["seconds"]),
            feels=parse_feels(row["evidence"]),
        )
        for line, row in read_rows(listing, _CUE_COLUMNS)
    ]


def demo_pieces(listing: Path) -> frozenset[PieceKey]:
    """The pieces that the demo plays. Raises `CorpusError` where one has no title or artist."""
    pieces = set()
    for line, row in read_rows(listing, ("file", "title", "artist")):
        piece = piece_key(row["artist"], row["title"])
        if piece is None:
            raise CorpusError(listing, f"line {line} has no title or no artist")
        pieces.add(piece)
    return frozenset(pieces)


def _packaged(listing: Path, line: int, row: dict[str, str]) -> PackagedTrack:
    for name in ("package", "path", "container"):
        parts = PurePosixPath(row[name]).parts
        if ".." in parts or row[name].startswith("/") or "\\" in row[name] or (not parts and name != "container"):
            raise CorpusError(listing, f"line {line}: {name} {row[name]!r} isn't a path inside the package")
    if "/" in row["package"]:
        raise CorpusError(listing, f"line {line}: {row['package']!r} isn't the name of a package")
    return PackagedTrack(row["package"], row["path"], row["container"] or None)
