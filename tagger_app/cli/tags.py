"""`cuefit tags`: the film genres in the files' own tags."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track as show_progress
from rich.text import Text

from tagger_app.cli.analyze import find_audio
from tagger_app.cli.options import FILES, index_option, json_option, unused_index_option
from tagger_app.cli.output import count_of, open_console, print_failures, print_json
from tagger_app.cli.program import SOME_FAILED
from tagger_app.cli.settings import read_settings, settings_option, tag_style
from tagger_app.cli.tables import name_fits, show_fit, spell_fits
from tagger_app.errors import TagError, displayable
from tagger_app.genres import GENRES
from tagger_app.index.connection import IndexConnection, open_for_reading
from tagger_app.index.query import parse_query
from tagger_app.index.records import Track, effective_genres
from tagger_app.index.search import search
from tagger_app.index.tracks import get_track, known_files
from tagger_app.scan.events import TagsFailed, TagsWritten
from tagger_app.scan.retag import clear_tags, undo_tags, write_tags
from tagger_app.scan.tag_tasks import fields_of
from tagger_app.scan.tag_work import read_tags
from tagger_app.tagging.fields import ASSIGNED_FIELD, parse_fields
from tagger_app.tagging.journal import Journal, journal_path
from tagger_app.tagging.journal_records import State
from tagger_app.tagging.metadata import Metadata
from tagger_app.tagging.style import TagStyle

_TIMES = ("%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
_COUNTED_AS = "file"


@click.group("tags")
def command() -> None:
    """Write, undo, show or clear the film genres in the files' own tags.

    Every write can be undone, also years later: old values are kept in a journal beside the index.
    """


@command.command("write")
@click.argument("paths", type=FILES, nargs=-1, metavar="[PATH]...")
@click.option("-q", "--query", metavar="QUERY", help="The tracks that a query finds, see cuefit find.")
@click.option("--all", "everything", is_flag=True, help="Every track in the index.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@settings_option
@index_option
def write(
    paths: tuple[str, ...],
    query: str | None,
    everything: bool,
    dry_run: bool,
    settings_path: Path,
    index_path: Path,
) -> None:
    """Write what the index knows into the tags of PATHs (files, or all tracks below folders).

    Only Cuefit's own fields are touched: FILMGENRE, FILMGENRE_MODEL and one FILMGENRE_... a genre. What you decided
    yourself, in FILMGENRE_USER, is never overwritten. Where the settings want mirrors, GENRE, MOOD or GROUPING repeat
    the genres, too.
    """
    if (bool(paths) + (query is not None) + everything) != 1:
        raise click.UsageError("say which tracks: PATHs, or --query, or --all")
    style = tag_style(read_settings(settings_path))
    with closing(open_for_reading(index_path)) as connection:
        if paths:
            tracks, failures = _tracks_below(connection, paths)
        else:
            tracks, failures = search(connection, parse_query(query or ""), "path", None), []
    usable = [track for track in tracks if track.status == "present" and not track.unscored and track.fingerprint]
    console = open_console()
    if n_others := len(tracks) - len(usable):
        console.print(f"{count_of(n_others, _COUNTED_AS)} without fits, or away, left alone")
    if dry_run:
        failures += _preview(usable, style, console)
    else:
        failures += _report_writes(write_tags(usable, index_path, style), len(usable), "tagged", console)
    _fail_with(failures, "couldn't be tagged")


@command.command("clear")
@click.argument("paths", type=FILES, nargs=-1, required=True, metavar="PATH...")
@click.option("--user-too", is_flag=True, help="Remove your own decisions (FILMGENRE_USER) as well.")
@index_option
def clear(paths: tuple[str, ...], user_too: bool, index_path: Path) -> None:
    """Remove Cuefit's fields from the tags of PATHs (files, or all audio below folders)."""
    found, failures = find_audio(paths)
    writes = clear_tags(found, index_path, user_too=user_too)
    failures += _report_writes(writes, len(found), "cleared", open_console())
    _fail_with(failures, "couldn't be cleared")


@command.command("undo")
@click.argument("paths", type=FILES, nargs=-1, metavar="[PATH]...")
@click.option(
    "--since",
    type=click.DateTime(_TIMES),
    metavar="TIME",
    help="Only writes since then: 2026-11-22 or 2026-11-22 14:30.",
)
@click.option("--batch", metavar="ID", help="Only one run's writes; last is the latest run that isn't undone.")
@click.option("--all", "everything", is_flag=True, help="Every write there ever was.")
@index_option
def undo(paths: tuple[str, ...], since: datetime | None, batch: str | None, everything: bool, index_path: Path) -> None:
    """Give the tags of PATHs (files, or everything below folders) back the values they had before.

    A field that another program changed since then is left alone.
    """
    if not (paths or since or batch or everything):
        raise click.UsageError("say what to undo: PATHs, --since, --batch last, or --all")
    if batch == "last":
        batch = _last_batch(index_path)
    console = open_console()
    if not journal_path(index_path).exists() or batch == "":
        console.print("No tags were written yet, or all of it is undone.")
        return
    n_restored = n_partly = 0
    failures = []
    results = undo_tags(index_path, paths=paths or None, since=since.astimezone() if since else None, batch=batch)
    with closing(results):
        for result in results:
            if result.error:
                failures.append((result.path, result.error.reason))
            elif result.kept:
                n_partly += 1
                fields = ", ".join(result.kept)
                console.print(f"{displayable(result.path)}: changed meanwhile and left alone: {fields}", soft_wrap=True)
            else:
                n_restored += 1
    console.print(f"{count_of(n_restored, _COUNTED_AS)} restored")
    if n_partly:
        console.print(f"{count_of(n_partly, _COUNTED_AS)} restored as far as nobody else changed the fields")
    _fail_with(failures, "couldn't be restored")


@command.command("show")
@click.argument("files", type=FILES, nargs=-1, required=True, metavar="FILE...")
@json_option
@unused_index_option
def show(files: tuple[str, ...], as_json: bool) -> None:
    """Show the film genres in the tags of FILES, whoever wrote them; no index is needed."""
    found, failures = find_audio(files)
    console = open_console()
    for path, reason in failures:
        if as_json:
            print_json({"path": path, "error": reason})
    with closing(read_tags(found)) as read:
        for path, metadata in read:
            if isinstance(metadata, TagError):
                failures.append((path, metadata.reason))
                if as_json:
                    print_json({"path": path, "error": metadata.reason})
            elif as_json:
                _print_tags_json(path, metadata)
            else:
                _print_tags(path, metadata, console)
    _fail_with(failures, "couldn't be read")


def _tracks_below(connection: IndexConnection, paths: Iterable[str]) -> tuple[list[Track], list[tuple[str, str]]]:
    """Tracks of the index that are, or lie below, paths; and the paths that it knows nothing of."""
    tracks, failures = {}, []
    for path in paths:
        absolute = os.path.abspath(path)  # noqa: PTH100 - bytes that aren't UTF-8 are kept
        known = sorted(known_files(connection, absolute))
        if not known:
            failures.append((absolute, "isn't in the index; scan it first"))
        for file in known:
            if track := get_track(connection, file):
                tracks[file] = track
    return list(tracks.values()), failures


def _preview(tracks: list[Track], style: TagStyle, console: Console) -> list[tuple[str, str]]:
    """Say what would become of each file; returns those whose tags can't be read."""
    failures = []
    n_same = n_changed = 0
    read = read_tags((track.path for track in tracks), style.new_id3_version)
    for track, (_, metadata) in zip(tracks, read, strict=True):
        if isinstance(metadata, TagError):
            failures.append((track.path, metadata.reason))
        elif needed := metadata.needed(fields_of(track, style)):
            n_changed += 1
            before = "; ".join(metadata.fields.get(ASSIGNED_FIELD, ())) or "nothing"
            fits = dict(zip(GENRES, track.fits, strict=True))
            after = ", ".join(f"{genre} {show_fit(fits[genre])}" for genre in track.assigned) or "no genre"
            console.print(Text(displayable(track.path), "bold"), soft_wrap=True)
            console.print(f"  {count_of(len(needed), 'field')}: {displayable(before)} → {after}", soft_wrap=True)
        else:
            n_same += 1
    console.print(f"{count_of(n_changed, _COUNTED_AS)} would be written, {n_same:,} have these values already")
    return failures


def _report_writes(
    writes: Generator[TagsWritten | TagsFailed, None, None], n_files: int, done: str, console: Console
) -> list[tuple[str, str]]:
    """Follow writes to their end, say how many changed, and return the failures."""
    n_changed = n_same = 0
    failures = []
    errors = open_console(errors=True)
    with closing(writes):
        for event in show_progress(
            writes, "Writing", n_files, console=errors, transient=True, disable=not errors.is_terminal
        ):
            match event:
                case TagsFailed(path, reason):
                    failures.append((path, reason))
                case TagsWritten(_, True):
                    n_changed += 1
                case TagsWritten():
                    n_same += 1
    already = f", {n_same:,} had nothing to change" if n_same else ""
    back = "; cuefit tags undo --batch last takes it back" if n_changed else ""
    console.print(f"{count_of(n_changed, _COUNTED_AS)} {done}{already}{back}")
    return failures


def _last_batch(index_path: Path) -> str:
    """The batch of the latest write that could be undone; empty if there is none."""
    if not journal_path(index_path).exists():
        return ""
    with Journal.open(journal_path(index_path)) as journal:
        entries = journal.entries(states=(State.DONE,))
    return entries[0].batch if entries else ""


def _print_tags_json(path: str, metadata: Metadata) -> None:
    tags = parse_fields(metadata.fields)
    print_json(
        {
            "path": path,
            "title": metadata.title,
            "artist": metadata.artist,
            "album": metadata.album,
            "bundle": tags.bundle_id,
            "scores": name_fits(tags.fits),
            "assigned": list(tags.assigned),
            "user": list(tags.user),
            "genres": list(effective_genres(tags.assigned, tags.user)),
        }
    )


def _print_tags(path: str, metadata: Metadata, console: Console) -> None:
    tags = parse_fields(metadata.fields)
    console.print(Text(displayable(path), "bold"), soft_wrap=True)
    known = " - ".join(displayable(text) for text in (metadata.artist, metadata.title) if text)
    by = f"written by {displayable(tags.bundle_id)}" if tags.bundle_id else ""
    if facts := "; ".join(text for text in (known, by) if text):
        console.print(f"  {facts}", style="dim", soft_wrap=True)
    if tags.user:
        console.print(f"  yours: {displayable('; '.join(tags.user))}", soft_wrap=True)
    if any(fit is not None for fit in tags.fits):
        console.print(spell_fits(tags.fits, tags.assigned, console, absent=""))
    elif not tags.user:
        console.print("  no film genres")
    console.print()


def _fail_with(failures: list[tuple[str, str]], what: str) -> None:
    print_failures(open_console(errors=True), what, failures)
    if failures:
        sys.exit(SOME_FAILED)
