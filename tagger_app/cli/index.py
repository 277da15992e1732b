"""`cuefit index`: looking after the index itself."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from tagger_app.cli.options import index_option, json_option
from tagger_app.cli.output import count_of, open_console, print_json
from tagger_app.cli.program import SOME_FAILED
from tagger_app.errors import displayable
from tagger_app.index.backup import back_up
from tagger_app.index.check import IndexCheck, check_index
from tagger_app.index.repair import Repair, repair_index
from tagger_app.scan.tag_work import read_tags
from tagger_app.tagging.journal import Journal, journal_path
from tagger_app.tagging.journal_check import JournaledFile, check_journal, compare_with_files

_MOST_SHOWN = 20


@click.group("index")
def command() -> None:
    """Check, back up or repair the index.

    The index holds what Cuefit heard; your music never depends on it. Beside it lies the journal of tag writes.
    """


@command.command("check")
@click.option("--files", is_flag=True, help="Also compare the journal of tag writes with every file it names.")
@json_option
@index_option
def check(files: bool, as_json: bool, index_path: Path) -> None:
    """Look for anything wrong with the index and the journal of tag writes; nothing is changed.

    Exit status 1 if something is wrong.
    """
    found = check_index(index_path)
    journal = journal_path(index_path)
    problems = list(found.problems)
    compared: list[JournaledFile] = []
    if journal.exists():
        problems += check_journal(journal)
        if files:
            with closing(Journal.open(journal)) as opened:
                compared = list(compare_with_files(opened, read_tags))
    if as_json:
        print_json(_check_as_json(found, problems, compared if files else None))
    else:
        _print_check(found, problems, compared if files else None, open_console())
    if problems:
        sys.exit(SOME_FAILED)


@command.command("backup")
@click.argument("copy", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
@click.option("--replace", is_flag=True, help="Replace FILE if it exists.")
@json_option
@index_option
def backup(copy: Path, replace: bool, as_json: bool, index_path: Path) -> None:
    """Copy the index to FILE, and the journal of tag writes beside it; both copies are verified.

    Scans may go on meanwhile. To go back, copy the two files to where they came from, or name FILE with --db.
    """
    made = {str(copy): back_up(index_path, copy, replace=replace)}
    if (journal := journal_path(index_path)).exists():
        made[str(journal_path(copy))] = back_up(journal, journal_path(copy), replace=replace)
    console = open_console()
    for path, n_bytes in made.items():
        if as_json:
            print_json({"path": path, "bytes": n_bytes})
        else:
            console.print(f"{displayable(path)}: {n_bytes:,} bytes, verified", soft_wrap=True)


@command.command("repair")
@json_option
@index_option
def repair(as_json: bool, index_path: Path) -> None:
    """Make a sound index of what can be read of a damaged one.

    The damaged index is kept beside it. What is lost is said, and heard again by the next scan.
    """
    done = repair_index(index_path)
    if as_json:
        print_json(_repair_as_json(done))
    else:
        _print_repair(done, open_console())


def _check_as_json(found: IndexCheck, problems: list[str], compared: list[JournaledFile] | None) -> dict[str, Any]:
    value: dict[str, Any] = {
        "path": str(found.path),
        "ok": not problems,
        "tracks": found.n_tracks,
        "problems": problems,
        "skipped": list(found.skipped),
    }
    if compared is not None:
        value["files"] = [
            {"path": file.path, "changed": list(file.changed), "error": file.error or None} for file in compared
        ]
    return value


def _print_check(
    found: IndexCheck, problems: list[str], compared: list[JournaledFile] | None, console: Console
) -> None:
    for problem in problems:
        console.print(displayable(problem), style="bold red", soft_wrap=True)
    for skipped in found.skipped:
        console.print(f"not checked: {displayable(skipped)}", soft_wrap=True)
    if compared is not None:
        _print_files(compared, console)
    if problems:
        console.print("cuefit index repair keeps what can be read; cuefit index backup copies a sound index")
    else:
        console.print(f"{displayable(found.path)}: {count_of(found.n_tracks, 'track')}, nothing wrong", soft_wrap=True)


def _print_files(compared: list[JournaledFile], console: Console) -> None:
    differing = [file for file in compared if file.changed]
    away = [file for file in compared if file.error]
    n_same = len(compared) - len(differing) - len(away)
    console.print(f"{count_of(n_same, 'file')} hold what was written last")
    for file in differing[:_MOST_SHOWN]:
        fields = ", ".join(file.changed)
        console.print(f"  {displayable(file.path)}: changed by another program since: {fields}", soft_wrap=True)
    for file in away[:_MOST_SHOWN]:
        console.print(f"  {displayable(file.path)}: {displayable(file.error)}", soft_wrap=True)
    if n_more := max(0, len(differing) - _MOST_SHOWN) + max(0, len(away) - _MOST_SHOWN):
        console.print(f"  and {n_more:,} more; --json lists them all")


def _repair_as_json(done: Repair) -> dict[str, Any]:
    return {
        "path": str(done.path),
        "damaged": str(done.damaged),
        "kept": done.kept,
        "dropped": done.dropped,
        "lost_files": list(done.lost_files),
    }


def _print_repair(done: Repair, console: Console) -> None:
    console.print(f"{count_of(done.kept['tracks'], 'track')} kept", soft_wrap=True)
    for table, number in done.dropped.items():
        console.print(f"{count_of(number, 'row')} of {table} dropped: what they held made no sense")
    if done.lost_files:
        console.print(f"{count_of(len(done.lost_files), 'file')} lost, which the next scan listens to again:")
        for path in done.lost_files[:_MOST_SHOWN]:
            console.print(f"  {displayable(path)}", soft_wrap=True)
        if (n_more := len(done.lost_files) - _MOST_SHOWN) > 0:
            console.print(f"  and {n_more:,} more; --json lists them all")
    console.print(f"the damaged index is kept as {displayable(done.damaged)}", soft_wrap=True)
