"""MTG-Jamendo's mood and theme subset (Bogdanov et al. 2019), for those who have its audio.

A list is tab-separated with the columns TRACK_ID, ARTIST_ID, ALBUM_ID, PATH, DURATION and TAGS; a line has as many tags
as follow, each ``mood/theme---<tag>``. `jamendo_tags.csv` says which film genre a tag stands for; tags that say nothing
of a film are left out, and so are tracks with no other. No tag stands for Crime or Musical.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Literal

from tagger_app.genres import GENRES
from trainer.corpora.listing import check_columns, parse_genres, parse_seconds, read_rows
from trainer.corpora.tracks import CorpusTrack
from trainer.errors import CorpusError

TAG_LIST = Path(__file__).parent / "jamendo_tags.csv"
COLUMNS = ("TRACK_ID", "ARTIST_ID", "ALBUM_ID", "PATH", "DURATION", "TAGS")
PREFIX = "mood/theme---"

Part = Literal["train", "validation", "test"]


def load_tags(listing: Path = TAG_LIST) -> dict[str, tuple[str, ...]]:
    """Film genres that each tag stands for. Raises `CorpusError` as `read_rows` does."""
    rows = read_rows(listing, ("tag", "genres"))
    return {row["tag"]: parse_genres(listing, line, row["genres"]) for line, row in rows}


def load_jamendo(listing: Path, audio: Path, part: Part | None = None) -> list[CorpusTrack]:
    """The tracks of a list that have a film genre; an artist is a soundtrack, as official splits keep artists apart.

    Parameters
    ----------
    listing : `autotagging_moodtheme.tsv`, or one of an official split (`autotagging_moodtheme-train.tsv`)
    audio : folder of the audio, laid out as the list's paths; the names with `.low.mp3` are found too
    part : of the official split that the list is

    Raises
    ------
    CorpusError
        The list can't be read, lacks a column, or holds a line that isn't as described.
    """
    tags = load_tags()
    tracks = []
    try:
        lines = listing.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise CorpusError(listing, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise CorpusError(listing, f"isn't a list of MTG-Jamendo ({error})") from error
    check_columns(listing, lines[0].split("\t") if lines else [], COLUMNS)
    for line, text in enumerate(lines[1:], start=2):
        track_id, artist, _, path, duration, *named = text.split("\t") if text.count("\t") >= 5 else [""] * 5
        inside = PurePosixPath(path)
        if not track_id or not path or inside.is_absolute() or ".." in inside.parts:
            raise CorpusError(listing, f"line {line} isn't a track: {text[:60]!r}")
        stand_for = {genre for tag in named for genre in tags.get(tag.removeprefix(PREFIX), ())}
        if not stand_for:
            continue
        tracks.append(
            CorpusTrack(
                path=_audio_path(audio, inside),
                soundtrack=f"jamendo:{artist}",
                genres=tuple(genre for genre in GENRES if genre in stand_for),
                source="jamendo",
                title=track_id,
                artist=artist,
                licence="see audio_licenses.txt of MTG-Jamendo",
                attribution=f"{track_id} by {artist}, jamendo.com",
                seconds=parse_seconds(listing, line, duration),
                part=part,
            )
        )
    return tracks


def _audio_path(audio: Path, path: PurePosixPath) -> Path:
    low = audio / path.with_suffix(".low.mp3")
    return low if low.exists() else audio / path
