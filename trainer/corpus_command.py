"""`cuefit-trainer corpus`: bring the music and its labels together, and say what there is."""

from __future__ import annotations

from collections import Counter

import click
from rich.console import Console

from tagger_app.errors import displayable
from trainer.configuration import Configuration
from trainer.console import config_option, progress_bar
from trainer.corpora.albums import find_albums
from trainer.corpora.fetch import fetch_tracks
from trainer.corpora.film_matching import match_album, wanted_titles
from trainer.corpora.imdb import find_films
from trainer.corpora.loading import load_tracks
from trainer.corpora.review import read_labels, write_review
from trainer.corpora.settings import CorpusSettings, FilmSettings
from trainer.corpora.tables import print_amounts, print_co_occurrence
from trainer.corpora.tracks import load_packaged
from trainer.errors import CorpusError


@click.command("corpus")
@config_option
def command(configuration: Configuration) -> None:
    """Bring the corpora together that the configuration names, and say what they have.

    Debian packages are downloaded with apt-get and unpacked without being installed. Soundtrack albums are looked up
    in IMDb's list of titles, and a table of candidates is written for a person to look through. What is there already
    is kept, so an interrupted run goes on where it stopped.
    """
    console = Console()
    settings = configuration.corpus
    if "free_cues" in settings.sources and not settings.free_cues.is_dir():
        raise CorpusError(settings.free_cues, "isn't a folder; set [corpus] free_cues to the one with the free cues")
    n_missing = 0
    if "debian" in settings.sources:
        n_missing += _fetch_packages(console, settings)
    if "films" in settings.sources:
        _match_albums(console, configuration.films)
    tracks = load_tracks(configuration)
    absent = [track.path for track in tracks if track.source != "debian" and not track.path.exists()]
    for path in absent:
        console.print(f"missing: {displayable(path)}: isn't there", style="yellow", markup=False)
    print_amounts(console, "Music by the lists, the demo left out", tracks)
    print_co_occurrence(console, tracks)
    if n_missing + len(absent):
        raise CorpusError(settings.audio, f"{n_missing + len(absent)} tracks are missing, each listed above")


def _fetch_packages(console: Console, settings: CorpusSettings) -> int:
    """Fetch and unpack; returns the number of tracks that couldn't be."""
    packaged = load_packaged()
    n_missing = 0
    with progress_bar(console) as progress:
        task = progress.add_task("packages", total=len({track.package for track in packaged}))
        for unpacked in fetch_tracks(packaged, settings.debs, settings.audio):
            for track, reason in unpacked.missing:
                what = f"missing: {track.package}: {displayable(track.path)}: {reason}"
                console.print(what, style="yellow", markup=False)
            n_missing += len(unpacked.missing)
            progress.advance(task)
    console.print(
        f"{len(packaged) - n_missing} of {len(packaged)} tracks of packages are in {settings.audio}", markup=False
    )
    return n_missing


def _match_albums(console: Console, settings: FilmSettings) -> None:
    albums = find_albums(settings.soundtracks)
    if not albums:
        raise CorpusError(settings.soundtracks, "holds no audio")
    with console.status(f"looking for {len(albums)} albums in {displayable(settings.titles)}"):
        films = find_films(settings.titles, wanted_titles(albums))
    found = [(album, match_album(album, films)) for album in albums]
    write_review(settings.review, found)
    labels = read_labels(settings.review)
    outcomes = Counter(
        "labelled" if album.folder in labels else "to be looked through" if candidates else "without a film"
        for album, candidates in found
    )
    counts = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common())
    where = "Decide in" if "to be looked through" in outcomes else "To decide otherwise, go to"
    console.print(
        f"{len(albums)} albums: {counts}. {where} {displayable(settings.review)}: write yes or no into its first "
        "column, then run this again",
        markup=False,
    )
