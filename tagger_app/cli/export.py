"""`cuefit export`: lists of tracks for spreadsheets and players."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from tagger_app.audio.discover import is_audio_name
from tagger_app.cli.options import index_option, limit_option, sort_option
from tagger_app.cli.output import count_of, open_console
from tagger_app.cli.tables import show_fit
from tagger_app.errors import FileError, displayable
from tagger_app.genres import GENRES
from tagger_app.handoff.lists import BYTE_ORDER_MARK, PlaylistEntry, fits_playlist, inert, render_playlist
from tagger_app.handoff.whole_files import write_whole
from tagger_app.index.connection import open_for_reading
from tagger_app.index.query import parse_query
from tagger_app.index.records import Track
from tagger_app.index.search import search


@click.group("export")
def command() -> None:
    """Write a list of tracks as a table or a playlist."""


def _list_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """What both formats need: query, order, output, index."""
    for decorate in (
        click.argument("query", nargs=-1, metavar="[QUERY]"),
        click.option(
            "-o",
            "--output",
            required=True,
            metavar="FILE",
            type=click.Path(dir_okay=False, allow_dash=True, path_type=str),
            callback=_refuse_audio,
            help="The file to write; - for standard output. A file of this name is replaced.",
        ),
        sort_option,
        limit_option(0),
        index_option,
    ):
        function = decorate(function)
    return function


def _refuse_audio(_context: click.Context, _parameter: click.Parameter, output: str) -> str:
    if is_audio_name(output):
        raise click.BadParameter(f"{displayable(output)} is the name of an audio file, which a list would replace")
    return output


@command.command("csv")
@_list_options
def export_csv(query: tuple[str, ...], sort: str, limit: int, output: str, index_path: Path) -> None:
    """Write the tracks that a QUERY finds (see cuefit find) as a table for a spreadsheet.

    CSV in UTF-8 with a byte order mark, which spreadsheets need to recognise it. A text that a spreadsheet would take
    for a formula gets a ' in front.
    """
    tracks = _search(query, sort, limit, index_path)
    _write(output, BYTE_ORDER_MARK + render_csv(tracks).encode(), f"{count_of(len(tracks), 'track')} written")


@command.command("m3u")
@_list_options
def export_m3u(query: tuple[str, ...], sort: str, limit: int, output: str, index_path: Path) -> None:
    """Write the tracks that a QUERY finds (see cuefit find) as a playlist.

    Extended M3U in UTF-8 with absolute paths. A file whose name isn't UTF-8, or holds a line break, can't stand in such
    a playlist: it is left out and listed.
    """
    tracks = _search(query, sort, limit, index_path)
    listed = [track for track in tracks if fits_playlist(track.path)]
    skipped = [track for track in tracks if not fits_playlist(track.path)]
    _write(output, render_m3u(listed).encode(), f"{count_of(len(listed), 'track')} written")
    errors = open_console(errors=True)
    for track in skipped:
        errors.print(f"Left out, its name can't stand in a playlist: {displayable(track.path)}", soft_wrap=True)


def render_csv(tracks: Iterable[Track]) -> str:
    """A header and a line a track, as RFC 4180 has it; text is safe to open in a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(
        ("title", "artist", "album", "length", "duration_s", "genres", *GENRES, "codec", "bundle", "status", "path")
    )
    for track in tracks:
        writer.writerow(
            (
                *map(inert, (track.title, track.artist, track.album)),
                f"{int(track.duration_s // 60)}:{int(track.duration_s % 60):02}",
                f"{track.duration_s:.3f}",
                "; ".join(track.genres),
                *("" if fit is None else show_fit(fit) for fit in track.fits),
                *map(inert, (track.codec, track.bundle_id, track.status, track.path)),
            )
        )
    return text.getvalue()


def render_m3u(tracks: Iterable[Track]) -> str:
    """An extended M3U playlist."""
    return render_playlist(
        PlaylistEntry(
            track.path,
            track.title or os.path.splitext(os.path.basename(track.path))[0],  # noqa: PTH119, PTH122
            track.artist,
            track.duration_s,
        )
        for track in tracks
    )


def _search(query: tuple[str, ...], sort: str, limit: int, index_path: Path) -> list[Track]:
    with closing(open_for_reading(index_path)) as connection:
        return search(connection, parse_query(" ".join(query)), sort, limit or None)


def _write(output: str, content: bytes, done: str) -> None:
    """Write the whole file or nothing; what was there before stays until then."""
    if output == "-":
        click.echo(content, nl=False)
        return
    target = Path(output)
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(content)  # a pipe or a device can't be replaced
        else:
            write_whole(target, content)
    except OSError as error:
        raise FileError(target, f"can't be written: {error.strerror}") from error
    open_console(errors=True).print(f"{done} to {displayable(output)}", soft_wrap=True)
