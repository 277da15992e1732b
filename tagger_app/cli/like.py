"""`cuefit like`."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import click
import numpy as np
import numpy.typing as npt
from rich.console import Console

from tagger_app.cli.options import FILES, bundle_option, index_option, json_option, limit_option
from tagger_app.cli.output import open_console, print_json
from tagger_app.cli.tables import list_tracks, track_values
from tagger_app.ensemble.choose import choose_bundle
from tagger_app.errors import DecodeError, FileError
from tagger_app.index.arrays import get_embedding
from tagger_app.index.connection import IndexConnection, open_for_reading
from tagger_app.index.records import Track
from tagger_app.index.tracks import get_track
from tagger_app.scan.listen import listen
from tagger_app.suggest.similar import MadeWith, Suggestion, suggest_like


class _Seed(NamedTuple):
    """What suggestions are to sound like."""

    embedding: npt.NDArray[np.floating]
    made_with: MadeWith
    fingerprint: str


@click.command("like")
@click.argument("file", type=FILES)
@limit_option(10)
@json_option
@bundle_option
@index_option
def command(file: str, limit: int, as_json: bool, bundle: str | None, index_path: Path) -> None:
    """Suggest tracks of the index that sound like FILE, which needn't be in it.

    The number in front is the similarity: 1 is the same, 0 unrelated. Copies of FILE are left out, other recordings
    count once however many files hold them, and an album gives three tracks at most.
    """
    path = os.path.abspath(file)  # noqa: PTH100 - bytes that aren't UTF-8 are kept
    with closing(open_for_reading(index_path)) as connection:
        seed = None if bundle else _known_seed(connection, path)
        seed = seed or _listen_to_seed(path, bundle)
        n_all = connection.fetch("SELECT count(*) FROM tracks")[0][0]
        suggestions = suggest_like(
            connection,
            seed.embedding,
            seed.made_with,
            limit or n_all,
            [path],
            exclude_fingerprints=[seed.fingerprint],
        )
    if as_json:
        for suggestion in suggestions:
            print_json({"similarity": round(suggestion.similarity, 4), **track_values(suggestion.track)})
    elif suggestions:
        print_suggestions(suggestions, open_console())
    else:
        reason = (
            f"No other track in the index has been heard by {seed.made_with.bundle_id}; scan a folder with it first."
        )
        open_console(errors=True).print(reason)


def print_suggestions(suggestions: list[Suggestion], console: Console) -> None:
    """A table of suggestions with their similarity."""
    similarity = [f"{suggestion.similarity:.2f}" for suggestion in suggestions]
    console.print(list_tracks([suggestion.track for suggestion in suggestions], console, ("Like", similarity)))


def _known_seed(connection: IndexConnection, path: str) -> _Seed | None:
    """The seed as the index knows it; None if it must be listened to."""
    track = get_track(connection, path)
    if track is None or track.failure or _has_changed(track):
        return None
    embedding = get_embedding(connection, track.id)
    if embedding is None:
        return None
    return _Seed(embedding, MadeWith(track.bundle_id, track.spec_fingerprint), track.fingerprint)


def _has_changed(track: Track) -> bool:
    """Whether the file isn't as the index knows it; one that isn't there now, on a drive that is away, hasn't."""
    try:
        status = os.stat(track.path)  # noqa: PTH116
    except OSError:
        return False
    return (status.st_size, status.st_mtime_ns) != (track.size, track.mtime_ns)


def _listen_to_seed(path: str, bundle: str | None) -> _Seed:
    chosen = choose_bundle(bundle)
    for _, heard in listen([path], chosen):
        if isinstance(heard, FileError):
            raise heard
        if heard.analysis.scores is None:
            raise DecodeError(path, f"can't be compared: {heard.analysis.unscored}")
        made_with = MadeWith(chosen.id, chosen.manifest.fingerprint)
        return _Seed(heard.analysis.scores.embedding, made_with, heard.identity.fingerprint)
    raise AssertionError("listen gives a result for every path")
