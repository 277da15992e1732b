"""`cuefit analyze`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import Any

import click
import numpy as np
from rich.console import Console
from rich.text import Text

from tagger_app.audio.discover import UnreadableFolder, discover
from tagger_app.cli.options import FILES, bundle_option, json_option, unused_index_option
from tagger_app.cli.output import count_of, open_console, print_failures, print_json, show_length
from tagger_app.cli.program import SOME_FAILED
from tagger_app.cli.tables import name_fits, spell_fits
from tagger_app.ensemble.bundle import Bundle
from tagger_app.ensemble.choose import choose_bundle
from tagger_app.errors import FileError, displayable
from tagger_app.genres import GENRES
from tagger_app.scan.analyze import Analysis
from tagger_app.scan.listen import Heard, listen


@click.command("analyze")
@click.argument("files", type=FILES, nargs=-1, required=True, metavar="FILE...")
@json_option
@bundle_option
@unused_index_option
def command(files: tuple[str, ...], as_json: bool, bundle: str | None) -> None:
    """Listen to FILES, and to all audio below those that are folders, and print how well they fit each genre.

    No index is read or written. With --json each file is one line: path, duration_s, bundle, scores and fit curve by
    genre (null where there is none), assigned genres; or path and error. The curve has a value for each tile of tile_s
    seconds; the last tile ends with the track.
    """
    chosen = choose_bundle(bundle)
    found, failures = find_audio(files)
    console = open_console()
    for path, reason in failures:
        if as_json:
            print_json({"path": path, "error": reason})
    for path, heard in listen(found, chosen):
        if isinstance(heard, FileError):
            failures.append((path, heard.reason))
        if as_json:
            print_json(_values(path, heard, chosen))
        elif isinstance(heard, Heard):
            _print_analysis(path, heard.analysis, chosen, console)
    print_failures(open_console(errors=True), "couldn't be read", failures)
    if failures:
        sys.exit(SOME_FAILED)


def find_audio(files: Iterable[str]) -> tuple[list[str], list[tuple[str, str]]]:
    """Absolute paths of the audio files that are named or lie below named folders, and what couldn't be looked at."""
    found: dict[str, None] = {}
    unreadable = []
    for file in files:
        for item in discover(os.path.abspath(file)):  # noqa: PTH100 - bytes that aren't UTF-8 are kept
            if isinstance(item, UnreadableFolder):
                unreadable.append((item.path, item.reason))
            else:
                found[item.path] = None
    return list(found), unreadable


def _values(path: str, heard: Heard | FileError, bundle: Bundle) -> dict[str, Any]:
    if isinstance(heard, FileError):
        return {"path": path, "error": heard.reason}
    analysis = heard.analysis
    values: dict[str, Any] = {"path": path, "duration_s": round(analysis.duration_s, 3), "bundle": bundle.id}
    if analysis.scores is None:
        nothing = dict.fromkeys(GENRES)
        return {**values, "scores": nothing, "assigned": [], "curve": nothing, "unscored": analysis.unscored}
    curves = zip(GENRES, analysis.scores.curve.T, strict=True)
    return {
        **values,
        "scores": name_fits(analysis.scores.fits.tolist()),
        "assigned": list(analysis.scores.assigned),
        "tile_s": round(bundle.spec.tile_s, 4),
        "curve": {genre: _curve(fits) if genre in bundle.trained_genres else None for genre, fits in curves},
    }


def _curve(fits: np.ndarray[Any, Any]) -> list[float | None]:
    return [None if np.isnan(fit) else round(fit, 4) for fit in fits.tolist()]


def _print_analysis(path: str, analysis: Analysis, bundle: Bundle, console: Console) -> None:
    channels = {1: "mono", 2: "stereo"}.get(analysis.n_channels, count_of(analysis.n_channels, "channel"))
    facts = f"{show_length(analysis.duration_s)}, {analysis.codec}, {analysis.rate_hz / 1000:g} kHz, {channels}"
    console.print(Text(displayable(path), "bold"), soft_wrap=True)
    console.print(f"  {facts}; heard by {bundle.id}", style="dim")
    if analysis.scores is None:
        console.print(f"  no fits: {analysis.unscored}")
    else:
        fits = [None if np.isnan(fit) else fit for fit in analysis.scores.fits.tolist()]
        console.print(spell_fits(fits, analysis.scores.assigned, console))
    console.print()
