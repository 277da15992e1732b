"""`cuefit info`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tagger_app.cli.options import bundle_option, index_option, json_option
from tagger_app.cli.output import count_of, open_console, print_failures, print_json, show_length
from tagger_app.cli.tables import open_table
from tagger_app.ensemble.bundle import Bundle
from tagger_app.ensemble.choose import choose_bundle
from tagger_app.ensemble.manifest import Evidence
from tagger_app.ensemble.thresholds import thresholds_of
from tagger_app.errors import displayable
from tagger_app.index.connection import IndexConnection, open_for_reading
from tagger_app.index.ledger import list_failures, list_roots, read_statistics
from tagger_app.index.records import Root


@click.command("info")
@click.option("--failures", "with_failures", is_flag=True, help="List the files that couldn't be read, and why.")
@json_option
@bundle_option
@index_option
def command(with_failures: bool, as_json: bool, bundle: str | None, index_path: Path) -> None:
    """Say what the index holds, where its music lies, and how far the models can be trusted, genre by genre."""
    console = open_console()
    values: dict[str, Any] = {"index": str(index_path)}
    if index_path.exists():
        with closing(open_for_reading(index_path)) as connection:
            if as_json:
                values.update(_library_values(connection, with_failures=with_failures))
            else:
                _print_library(connection, console, with_failures=with_failures)
    elif not as_json:
        console.print(Text(f"There is no index yet at {displayable(index_path)}."), soft_wrap=True)
    chosen = choose_bundle(bundle)
    if as_json:
        print_json({**values, "bundle": _bundle_values(chosen)})
    else:
        _print_bundle(chosen, console)


def _is_online(root: Root) -> bool:
    """Whether it was there when it was last scanned and is there now."""
    return root.online and os.path.lexists(root.path)


def _library_values(connection: IndexConnection, *, with_failures: bool) -> dict[str, Any]:
    statistics = read_statistics(connection)
    values: dict[str, Any] = {
        "tracks": statistics.n_by_status,
        "tracks_by_bundle": statistics.n_by_bundle,
        "tracks_by_genre": statistics.n_by_genre,
        "abstained": statistics.n_abstained,
        "unscored": statistics.n_unscored,
        "duration_s": round(statistics.duration_s, 3),
        "roots": [
            {"path": root.path, "online": _is_online(root), "scanned_at": _iso(root.scanned_at)}
            for root in list_roots(connection)
        ],
    }
    if with_failures:
        values["failures"] = [
            {"path": failure.path, "reason": failure.reason, "failed_at": _iso(failure.failed_at)}
            for failure in list_failures(connection)
        ]
    return values


def _iso(time_s: float | None) -> str | None:
    return None if time_s is None else datetime.fromtimestamp(time_s).astimezone().isoformat(timespec="seconds")


def _print_library(connection: IndexConnection, console: Console, *, with_failures: bool) -> None:
    statistics = read_statistics(connection)
    n_by_status = statistics.n_by_status
    n_heard = n_by_status["present"] + n_by_status["offline"]
    console.print(Text(f"Index {displayable(connection.path)}", "bold"), soft_wrap=True)
    console.print(f"  {count_of(n_heard, 'track')}, {show_length(statistics.duration_s)} of music")
    notes = (
        (n_by_status["offline"], "offline: the drive or share is away"),
        (n_by_status["missing"], "missing: the file is gone, what was heard of it is kept"),
        (n_by_status["failed"], "failed: couldn't be read" + ("" if with_failures else " (--failures lists them)")),
        (statistics.n_abstained, "without a genre: none fits well enough"),
        (statistics.n_unscored, "without fits: silent or too short"),
    )
    for number, what in notes:
        if number:
            console.print(f"  {number:,} {what}")
    for bundle_id, number in statistics.n_by_bundle.items():
        console.print(f"  {number:,} heard by {displayable(bundle_id)}")
    if n_heard:
        console.print()
        console.print(_genre_counts(statistics.n_by_genre, n_heard))
    console.print()
    table = open_table()
    table.add_column("Last scanned", no_wrap=True)
    table.add_column("")
    table.add_column("Root", overflow="fold")
    for root in list_roots(connection):
        scanned = (
            datetime.fromtimestamp(root.scanned_at).strftime("%Y-%m-%d %H:%M") if root.scanned_at else "not to its end"
        )
        table.add_row(scanned, "" if _is_online(root) else "offline", displayable(root.path))
    console.print(table)
    if with_failures:
        console.print()
        failures = [(failure.path, failure.reason) for failure in list_failures(connection)]
        print_failures(console, "couldn't be read", failures)
    console.print()


def _genre_counts(n_by_genre: dict[str, int], n_heard: int) -> Table:
    table = open_table()
    table.add_column("Genre")
    table.add_column("Tracks", justify="right")
    table.add_column("Share", justify="right")
    for genre, number in n_by_genre.items():
        table.add_row(genre, f"{number:,}", f"{number / n_heard:.0%}", style="" if number else "dim")
    return table


def _bundle_values(bundle: Bundle) -> dict[str, Any]:
    manifest = bundle.manifest
    thresholds = thresholds_of(bundle)
    return {
        "id": bundle.id,
        "folder": str(bundle.folder),
        "spec_fingerprint": manifest.fingerprint,
        "created": manifest.training.created,
        "evidence": [
            {**msgspec.to_builtins(entry), "threshold": thresholds.get(entry.genre)} for entry in manifest.evidence
        ],
        "ranking": msgspec.to_builtins(manifest.ranking),
        "corpora": msgspec.to_builtins(manifest.corpora),
    }


def _print_bundle(bundle: Bundle, console: Console) -> None:
    manifest = bundle.manifest
    console.print(Text(f"Models {bundle.id}", "bold"))
    console.print(Text(f"  {displayable(bundle.folder)}", "dim"), soft_wrap=True)
    thresholds = thresholds_of(bundle)
    table = open_table()
    for heading in ("Genre", "From", "Right", "By chance", "Found", "ROC-AUC (95 %)", "Heard"):
        table.add_column(heading, justify="left" if heading == "Genre" else "right", no_wrap=True)
    untrained = []
    for entry in manifest.evidence:
        if entry.untrained:
            untrained.append(entry)
        else:
            table.add_row(entry.genre, f"{thresholds[entry.genre]:.2f}", *_evidence_cells(entry))
    console.print()
    console.print(table)
    console.print()
    console.print(
        "From: the fit from which the genre is assigned. Right: how often that was right on soundtracks the measured "
        "model had never heard. By chance: how often a guess would be. Found: the share of the genre's tracks that was "
        "assigned it. Heard: soundtracks learned from.",
        style="dim",
    )
    if measured := [entry for entry in manifest.evidence if entry.bands and not entry.untrained]:
        console.print()
        console.print(_bands(measured))
    for entry in untrained:
        console.print(f"{entry.genre} is untrained: {entry.untrained}.", style="dim")
    ranking = manifest.ranking
    console.print(
        f"All genres of {count_of(ranking.tracks, 'track')} ranked: LRAP {ranking.lrap:.2f} "
        f"({ranking.lrap_prevalence:.2f} without listening), coverage error {ranking.coverage_error:.2f} "
        f"({ranking.coverage_error_prevalence:.2f} without listening, {ranking.coverage_error_best:.2f} at best)."
    )


def _bands(entries: Sequence[Evidence]) -> Table:
    """Of the held-out tracks with such a fit, how many were of the genre."""
    table = open_table()
    table.add_column("What a fit meant")
    for band in entries[0].bands:
        table.add_column(f"{band.low:.1f}-{band.high:.1f}", justify="right", no_wrap=True)
    for entry in entries:
        table.add_row(entry.genre, *(f"{band.right} of {band.tracks}" for band in entry.bands))
    return table


def _evidence_cells(entry: Evidence) -> list[str]:
    interval = "" if entry.roc_auc_interval is None else " ({:.2f}-{:.2f})".format(*entry.roc_auc_interval)
    return [
        _show_share(entry.precision),
        _show_share(entry.prevalence),
        _show_share(entry.recall),
        f"{'-' if entry.roc_auc is None else f'{entry.roc_auc:.2f}'}{interval}",
        f"{entry.training_soundtracks:,}",
    ]


def _show_share(share: float | None) -> str:
    return "-" if share is None else f"{share:.0%}"
