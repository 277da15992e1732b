"""`cuefit demo`: the whole of Cuefit on ten short cues."""

from __future__ import annotations

import csv
import os
import shlex
import shutil
import sys
import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import click
from rich.console import Console
from rich.text import Text

from tagger_app.audio.discover import is_audio_name
from tagger_app.cli.like import print_suggestions
from tagger_app.cli.options import bundle_option
from tagger_app.cli.output import open_console
from tagger_app.cli.program import INTERRUPTED, SOME_FAILED
from tagger_app.cli.scan_progress import follow_scan, one_interrupt, print_report
from tagger_app.cli.tables import list_tracks, show_fit, tabulate_fits
from tagger_app.ensemble.choose import choose_bundle
from tagger_app.errors import FileError, displayable
from tagger_app.genres import GENRES, genre_key
from tagger_app.index.connection import IndexConnection, open_for_reading
from tagger_app.index.query import parse_query
from tagger_app.index.records import Track
from tagger_app.index.search import search
from tagger_app.paths import resource_path
from tagger_app.scan.scan import ScanOptions, scan
from tagger_app.suggest.recommender import Recommender
from tagger_app.suggest.request import Request
from tagger_app.suggest.seeds import Seed, load_profiles

_INDEX_NAME = "cuefit-demo.db"
_N_FOUND = 10


class DemoCue(NamedTuple):
    """A piece of music that comes with Cuefit."""

    path: Path
    title: str
    attribution: str


def demo_cues() -> list[DemoCue]:
    """The cues in `resources/demo/`.

    Raises
    ------
    ResourceError
        They are missing.
    """
    with resource_path("demo", "cues.csv").open(encoding="utf-8", newline="") as file:
        return [
            DemoCue(resource_path("demo", row["file"]), row["title"], row["attribution"])
            for row in csv.DictReader(file)
        ]


@click.command("demo")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), required=False)
@click.option(
    "--db",
    "index_path",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help=f"The index to keep the cues in.  [default: {_INDEX_NAME} in FOLDER]",
)
@bundle_option
def command(folder: Path | None, index_path: Path | None, bundle: str | None) -> None:
    """Copy ten short cues to FOLDER (a new temporary one unless named), listen to them, tag them, and search them.

    Your own index is left alone, unless --db names it.
    """
    chosen = choose_bundle(bundle)
    cues = demo_cues()
    folder = _copy_cues(cues, folder, index_path)
    index_path = index_path or folder / _INDEX_NAME
    console, errors = open_console(), open_console(errors=True)
    console.print(Text(f"{len(cues)} cues copied to {displayable(folder)}"), soft_wrap=True)
    console.print("The models have never heard these cues: nothing of them was learned from.", style="bold")
    with one_interrupt():
        report = follow_scan(scan([str(folder)], index_path, chosen, ScanOptions(write_tags=True)), errors)
        print_report(report, console, errors)
    if report.finished is None:
        sys.exit(INTERRUPTED)
    with closing(open_for_reading(index_path)) as connection:
        tracks = search(connection, parse_query(""), "title", None)
        tracks = [track for track in tracks if Path(track.path).parent == folder]  # --db may hold others
        genre = _commonest_genre(tracks) or GENRES[0]
        _show_library(connection, tracks, genre, console)
    _say_where(folder, index_path, genre, console)
    for cue in cues:
        console.print(Text(cue.attribution, "dim"), soft_wrap=True)
    if report.has_failures:
        sys.exit(SOME_FAILED)


def _copy_cues(cues: list[DemoCue], folder: Path | None, index_path: Path | None) -> Path:
    """Copy the cues to a folder that holds nothing else, so that nobody's own music is tagged; those there stay."""
    try:
        if folder is None:
            folder = Path(tempfile.mkdtemp(prefix="cuefit-demo-"))
        folder = Path(os.path.abspath(folder))  # noqa: PTH100 - links stay as they are named
        folder.mkdir(parents=True, exist_ok=True)
        ours = {cue.path.name for cue in cues}
        beside = (".", f"{(index_path or Path(_INDEX_NAME)).stem}.")
        for entry in folder.iterdir():
            if entry.name not in ours and (not entry.name.startswith(beside) or is_audio_name(entry.name)):
                raise click.UsageError(f"{displayable(folder)} isn't empty; name a new folder, or none at all")
        for cue in cues:
            if not (folder / cue.path.name).exists():
                shutil.copyfile(cue.path, folder / cue.path.name)
    except OSError as error:
        raise FileError(error.filename or folder or "", f"the cues can't be copied: {error.strerror}") from error
    return folder


def _show_library(connection: IndexConnection, tracks: list[Track], genre: str, console: Console) -> None:
    console.print("\nHow well each cue fits each genre (* assigned, - no model for this genre):\n")
    console.print(tabulate_fits(tracks, console))
    key = genre_key(genre)
    console.print(f"\ncuefit find {key} --sort {key} -n {_N_FOUND}\n", style="bold")
    found = search(connection, parse_query(key), key, _N_FOUND)
    fits = [show_fit(track.fits[GENRES.index(genre)]) for track in found]
    console.print(list_tracks(found, console, (genre, fits)))
    for profile in load_profiles(connection, [track.id for track in tracks[:1]]):
        console.print(f"\ncuefit like {displayable(os.path.basename(profile.path))} -n 3\n", style="bold")  # noqa: PTH119
        with Recommender.open(connection.path, *profile.made_with) as recommender:
            print_suggestions(recommender.suggest(Request((Seed(profile),), n=3)), console)


def _commonest_genre(tracks: list[Track]) -> str | None:
    counts = Counter(genre for track in tracks for genre in track.genres)
    return min(counts, key=lambda genre: (-counts[genre], genre), default=None)


def _say_where(folder: Path, index_path: Path, genre: str, console: Console) -> None:
    console.print("\nTry it yourself:", style="bold")
    index = index_path.name if index_path.parent == folder else _typed(Path(os.path.abspath(index_path)))  # noqa: PTH100
    for line in (
        f"cd {_typed(folder)}",
        f"cuefit find '{genre_key(genre)}>0.3 length<0:40' --db {index}",
        f"cuefit tags show {displayable(demo_cues()[0].path.name)}",
        f"cuefit tags undo . --db {index}",
    ):
        console.print(f"  {line}", soft_wrap=True)
    console.print("\nThe music:", style="bold")


def _typed(path: Path) -> str:
    """A path as it can be typed in a shell."""
    return shlex.quote(str(path)) if path.as_posix().isprintable() else displayable(path)
