"""The two open corpora as one list of labelled tracks."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from tagger_app.errors import ResourceError
from tagger_app.genres import GENRES, N_GENRES
from trainer.corpora.grouping import PieceKey, cue_soundtrack, piece_key, unite_soundtracks
from trainer.errors import CorpusError

Source = Literal["debian", "free_cues"]
SOURCES: tuple[Source, ...] = get_args(Source)

DEBIAN_LIST = Path(__file__).parent / "debian_soundtracks.csv"
FREE_CUES_LIST = Path(__file__).parent / "free_cues.csv"

IDENTIFIED = {
    ("flare-game", "usr/share/games/flare/mods/fantasycore/music/battle_theme.ogg"): ("Battle Theme", "remaxim"),
}
"""Title and artist of tracks that turned out to be, by their sound, pieces that the list has in another package too."""

_DEBIAN_COLUMNS = ("package", "path", "title", "artist", "seconds", "genres", "licence", "container")
_CUE_COLUMNS = (
    "file", "title", "artist", "album_or_source", "licence", "attribution", "source_repository", "genres", "seconds",
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
    seconds : length according to the list
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


def load_corpus(audio: Path, free_cues: Path) -> list[CorpusTrack]:
    """All tracks of both lists that training may hear, in the order of the lists.

    Cues of the demo, and other versions of the same pieces, are left out: the demo must be music that no model has
    heard. Soundtracks that share a piece are one.

    Parameters
    ----------
    audio : folder that the Debian packages were unpacked to
    free_cues : folder with the files of the free cues

    Raises
    ------
    CorpusError
        A list is missing, damaged or names a genre that doesn't exist.
    """
    tracks = load_debian(audio) + load_free_cues(free_cues)
    held_back = demo_pieces(find_demo_list())
    tracks = [track for track in tracks if track.piece is None or track.piece not in held_back]
    soundtracks = unite_soundtracks([track.soundtrack for track in tracks], [[track.piece for track in tracks]])
    return [replace(track, soundtrack=soundtrack) for track, soundtrack in zip(tracks, soundtracks, strict=True)]


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


def load_debian(audio: Path, listing: Path = DEBIAN_LIST) -> list[CorpusTrack]:
    """The game music in Debian packages; a package is a soundtrack. Raises `CorpusError` as `load_corpus` does."""
    tracks = []
    for line, row in _rows(listing, _DEBIAN_COLUMNS):
        packaged = _packaged(listing, line, row)
        title, artist = IDENTIFIED.get((packaged.package, packaged.path), (row["title"], row["artist"].strip("; ")))
        credit = f"{artist or 'see its copyright file'}, Debian package {packaged.package}, {row['licence']}"
        tracks.append(
            CorpusTrack(
                path=packaged.unpacked_path(audio),
                soundtrack=f"debian:{packaged.package}",
                genres=_genres(listing, line, row["genres"]),
                source="debian",
                title=title,
                artist=artist,
                licence=row["licence"],
                attribution=credit,
                seconds=_seconds(listing, line, row["seconds"]),
            )
        )
    return tracks


def load_packaged(listing: Path = DEBIAN_LIST) -> list[PackagedTrack]:
    """Where the game music lies in its packages, in the order of `load_debian`."""
    return [_packaged(listing, line, row) for line, row in _rows(listing, _DEBIAN_COLUMNS)]


def load_free_cues(folder: Path, listing: Path = FREE_CUES_LIST) -> list[CorpusTrack]:
    """The production music. Raises `CorpusError` as `load_corpus` does."""
    return [
        CorpusTrack(
            path=folder / PurePosixPath(row["file"]).name,
            soundtrack=cue_soundtrack(row["artist"], row["album_or_source"], row["source_repository"]),
            genres=_genres(listing, line, row["genres"]),
            source="free_cues",
            title=row["title"],
            artist=row["artist"],
            licence=row["licence"],
            attribution=row["attribution"],
            seconds=_seconds(listing, line, row["seconds"]),
        )
        for line, row in _rows(listing, _CUE_COLUMNS)
    ]


def find_demo_list() -> Path:
    """The list of the demo cues: `resources/` of the source tree, or of the installed application.

    Raises
    ------
    ResourceError
        It isn't there. Training on the demo by accident must not go unnoticed.
    """
    root = Path(__file__).parents[2]
    for base in (root / "resources", root / "tagger_app" / "resources"):
        if (listing := base / "demo" / "cues.csv").exists():
            return listing
    raise ResourceError(Path("resources/demo/cues.csv"), "missing from this installation of Cuefit; install it again")


def demo_pieces(listing: Path) -> frozenset[PieceKey]:
    """The pieces that the demo plays. Raises `CorpusError` where one has no title or artist."""
    pieces = set()
    for line, row in _rows(listing, ("file", "title", "artist")):
        piece = piece_key(row["artist"], row["title"])
        if piece is None:
            raise CorpusError(listing, f"line {line} has no title or no artist")
        pieces.add(piece)
    return frozenset(pieces)


def _rows(listing: Path, columns: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """Rows with the number of the line they end on."""
    try:
        with listing.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            missing = [column for column in columns if column not in (reader.fieldnames or ())]
            if missing:
                raise CorpusError(listing, f"lacks the column{'s' * (len(missing) > 1)} {', '.join(missing)}")
            rows = []
            for row in reader:
                if None in row or None in row.values():
                    raise CorpusError(listing, f"line {reader.line_num} has not as many fields as the first line")
                rows.append((reader.line_num, row))
    except OSError as error:
        raise CorpusError(listing, error.strerror or str(error)) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise CorpusError(listing, f"isn't a CSV file in UTF-8 ({error})") from error
    return rows


def _packaged(listing: Path, line: int, row: dict[str, str]) -> PackagedTrack:
    for name in ("package", "path", "container"):
        parts = PurePosixPath(row[name]).parts
        if ".." in parts or row[name].startswith("/") or "\\" in row[name] or (not parts and name != "container"):
            raise CorpusError(listing, f"line {line}: {name} {row[name]!r} isn't a path inside the package")
    if "/" in row["package"]:
        raise CorpusError(listing, f"line {line}: {row['package']!r} isn't the name of a package")
    return PackagedTrack(row["package"], row["path"], row["container"] or None)


def _genres(listing: Path, line: int, joined: str) -> tuple[str, ...]:
    named = set(joined.split("|")) - {""}
    if unknown := sorted(named - set(GENRES)):
        raise CorpusError(listing, f"line {line} names {unknown[0]!r}, which isn't one of the ten genres")
    return tuple(genre for genre in GENRES if genre in named)


def _seconds(listing: Path, line: int, text: str) -> float:
    try:
        seconds = float(text)
    except ValueError as error:
        raise CorpusError(listing, f"line {line}: {text!r} isn't a length in seconds") from error
    if not 0 < seconds < float("inf"):
        raise CorpusError(listing, f"line {line}: {text!r} isn't a length in seconds")
    return seconds
