"""`cuefit find`."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from pathlib import Path

import click

from tagger_app.cli.options import index_option, json_option, limit_option, sort_option
from tagger_app.cli.output import count_of, open_console, print_json
from tagger_app.cli.tables import list_tracks, show_fit, track_values
from tagger_app.ensemble.choose import choose_bundle
from tagger_app.errors import displayable
from tagger_app.genres import GENRE_BY_KEY, GENRES, genre_key
from tagger_app.index.connection import open_for_reading
from tagger_app.index.query import parse_query
from tagger_app.index.records import Track
from tagger_app.index.search import count, search


@click.command("find")
@click.argument("query", nargs=-1, metavar="[QUERY]")
@sort_option
@limit_option(50)
@json_option
@click.option("--paths", "as_paths", is_flag=True, help="Print the paths of the files, one a line, and nothing else.")
@index_option
def command(query: tuple[str, ...], sort: str, limit: int, as_json: bool, as_paths: bool, index_path: Path) -> None:
    """List the tracks that a QUERY finds; without one, all of them.

    \b
    A query is put in quotes and holds one or more of these, all of which must be true:
      thriller>0.7     the fit of a genre: > >= < <= =
      thriller         a genre that the track was assigned
      length<3:00      minutes and seconds
      strings          the start of a word in title, artist, album or path
      "dark strings"   these words one after the other
      title:dark       also artist: album: path: codec: model: status:
      -comedy          not; a | b either; ( ) as brackets
    """
    with closing(open_for_reading(index_path)) as connection:
        parsed = parse_query(" ".join(query))
        tracks = search(connection, parsed, sort, limit or None)
        n_found = len(tracks) if not limit or len(tracks) < limit else count(connection, parsed)
    if as_paths:
        _print_paths([track.path for track in tracks])
    elif as_json:
        for track in tracks:
            print_json(track_values(track))
    else:
        _print_tracks(tracks, n_found, sort)
        if not tracks and (unknown := _without_model(" ".join(query))):
            click.echo(f"There is no model for {', '.join(unknown)}; cuefit info says why.", err=True)


def _print_paths(paths: list[str]) -> None:
    """One a line: bytes as they are for other programs, printable characters for a terminal.

    What reads the lines would take a name with a line break for two files, so it is left out and told.
    """
    for path in paths:
        if sys.stdout.isatty():
            click.echo(displayable(path))
        elif "\n" in path or "\r" in path:
            click.echo(f"Left out, its name holds a line break: {displayable(path)}", err=True)
        else:
            click.echo(os.fsencode(path))


def _without_model(query: str) -> list[str]:
    """Genres that a query names and that the bundle in use has no member for."""
    named = [genre for genre in GENRES if genre_key(genre) in genre_key(query)]
    trained = choose_bundle().trained_genres if named else ()
    return [genre for genre in named if genre not in trained]


def _print_tracks(tracks: list[Track], n_found: int, sort: str) -> None:
    console, errors = open_console(), open_console(errors=True)
    if not tracks:
        errors.print("No track fits this query.")
        return
    genre = GENRE_BY_KEY.get(genre_key(sort.removeprefix("-")))
    fits = [show_fit(track.fits[GENRES.index(genre)]) for track in tracks] if genre else []
    console.print(list_tracks(tracks, console, (genre, fits) if genre else None))
    if n_found > len(tracks):
        errors.print(f"{len(tracks):,} of {count_of(n_found, 'track')}; -n 0 lists all.", style="dim")
