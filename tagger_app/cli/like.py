"""`cuefit like`."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from tagger_app.cli.options import FILES, bundle_option, index_option, json_option
from tagger_app.cli.output import open_console, print_json, show_length
from tagger_app.cli.seeds import find_profiles
from tagger_app.cli.tables import open_table, track_name, track_values
from tagger_app.index.connection import open_for_reading
from tagger_app.index.query import Query, parse_query
from tagger_app.suggest.answer import Moment, Suggestion
from tagger_app.suggest.recommender import Recommender
from tagger_app.suggest.request import ASPECTS, DEFAULT_WEIGHTS, Request
from tagger_app.suggest.seeds import Region, Seed

_CLOCK = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,4}):)?(\d{1,6}(?:\.\d+)?)")
_MOST = 1_000
_DEFAULT = ",".join(f"{aspect}={weight:g}" for aspect, weight in DEFAULT_WEIGHTS.items())


def parse_region(context: click.Context, parameter: click.Parameter, text: str | None) -> Region | None:
    """A region from in and out point: "1:02-1:20", "62-80"."""
    if text is None:
        return None
    start, _, end = text.partition("-")
    try:
        return Region(_seconds(start), _seconds(end))
    except ValueError:
        reason = f"{text!r} isn't a region; give in and out point as in 1:02-1:20"
        raise click.BadParameter(reason, context, parameter) from None


def parse_weights(context: click.Context, parameter: click.Parameter, text: str | None) -> Mapping[str, float]:
    """Weights from "fit=1,timbre=0.5"; aspects that aren't named weigh nothing."""
    if text is None:
        return DEFAULT_WEIGHTS
    weights = {}
    for part in text.split(","):
        aspect, _, weight = part.partition("=")
        try:
            number = float(weight)
        except ValueError:
            number = math.nan
        if aspect.strip() not in ASPECTS or not 0 <= number < math.inf:
            reason = f"{part!r} isn't one of {', '.join(ASPECTS)} with a weight, as in fit=1,timbre=2"
            raise click.BadParameter(reason, context, parameter)
        weights[aspect.strip()] = number
    return weights


def parse_within(context: click.Context, parameter: click.Parameter, text: str | None) -> Query | None:
    """A query, as for `cuefit find`; `QueryError` says what is wrong with it."""
    return None if text is None else parse_query(text)


@click.command("like")
@click.argument("files", type=FILES, nargs=-1, required=True, metavar="FILE...")
@click.option("--not", "unwanted", type=FILES, multiple=True, metavar="FILE", help="Nothing like this; repeatable.")
@click.option("--region", callback=parse_region, metavar="IN-OUT", help="A part of FILE, as in 1:02-1:20.")
@click.option("--within", callback=parse_within, metavar="QUERY", help="Only tracks that this query finds.")
@click.option(
    "--discover",
    type=click.FloatRange(0, 1),
    default=0.0,
    metavar="0..1",
    help="From the nearest (0, the default) to the diverse that still fit (1).",
)
@click.option(
    "--weights",
    callback=parse_weights,
    metavar="ASPECT=W,...",
    help=f"What counts how much; {_DEFAULT} unless given.",
)
@click.option(
    "-n",
    "limit",
    type=click.IntRange(1, _MOST),
    default=10,
    show_default=True,
    metavar="N",
    help="Tracks at most.",
)
@json_option
@bundle_option
@index_option
def command(
    files: tuple[str, ...],
    unwanted: tuple[str, ...],
    region: Region | None,
    within: Query | None,
    discover: float,
    weights: Mapping[str, float],
    limit: int,
    as_json: bool,
    bundle: str | None,
    index_path: Path,
) -> None:
    """Suggest tracks of the index that are like FILEs, which needn't be in it.

    All similarities go from 0 to 100: 100 is the same, 50 as near as the nearest sixteenth of your library usually is.
    The last columns say where a track is most like FILE. Copies and other versions of FILE are left out, versions of
    one cue count once. As long as there are others, an album gives three tracks, and stings come only for a sting.
    """
    if region is not None and len(files) > 1:
        raise click.UsageError("--region is a part of one FILE; name no others")
    with closing(open_for_reading(index_path)) as connection:
        profiles = find_profiles(connection, [*files, *unwanted], bundle)
    liked = [Seed(profiles[os.path.abspath(file)], region) for file in files]  # noqa: PTH100 - bytes that aren't UTF-8
    disliked = [Seed(profiles[os.path.abspath(file)], wanted=False) for file in unwanted]  # noqa: PTH100
    request = Request((*liked, *disliked), within, weights, discover, n=limit)
    with Recommender.open(index_path, *liked[0].profile.made_with) as recommender:
        suggestions = recommender.suggest(request)
    if as_json:
        for suggestion in suggestions:
            print_json(suggestion_values(suggestion))
    elif suggestions:
        print_suggestions(suggestions, open_console())
    else:
        reason = "No other track in the index can be suggested" if within is None else "No other track fits this query"
        open_console(errors=True).print(f"{reason}.")


def print_suggestions(suggestions: list[Suggestion], console: Console) -> None:
    """A row a suggestion: similarities, title, length, where to listen, and why."""
    table = open_table()
    for heading in ("Like", *(aspect.title() for aspect in ASPECTS)):
        table.add_column(heading, justify="right", no_wrap=True)
    title_cells = max(12, console.width // 3)
    table.add_column("Title", no_wrap=True, max_width=title_cells, overflow="ellipsis")
    table.add_column("Length", justify="right", no_wrap=True)
    table.add_column("Best moments", no_wrap=True)
    table.add_column("Because", no_wrap=True, overflow="ellipsis")
    for suggestion in suggestions:
        track = suggestion.track
        versions = f" (+{suggestion.n_versions - 1})" if suggestion.n_versions > 1 else ""
        table.add_row(
            f"{suggestion.similarity:.0f}",
            *(f"{suggestion.aspects[aspect]:.0f}" for aspect in ASPECTS),
            track_name(track) + versions,
            show_length(track.duration_s),
            "  ".join(map(show_moment, suggestion.moments[:2])),
            str(suggestion.reason),
        )
    console.print(table)


def show_moment(moment: Moment) -> str:
    """In and out point: "1:02-1:20"."""
    return f"{show_length(moment.start_s)}-{show_length(moment.end_s)}"


def suggestion_values(suggestion: Suggestion) -> dict[str, Any]:
    """A suggestion for JSON: its track as everywhere, and what suggests it."""
    return {
        "similarity": round(suggestion.similarity, 2),
        "aspects": {aspect: round(value, 2) for aspect, value in suggestion.aspects.items()},
        "moments": [
            {"start_s": moment.start_s, "end_s": moment.end_s, "similarity": round(moment.similarity, 2)}
            for moment in suggestion.moments
        ],
        "because": {
            "aspects": list(suggestion.reason.aspects),
            "genres": list(suggestion.reason.genres),
            "foremost": suggestion.reason.foremost,
        },
        "n_versions": suggestion.n_versions,
        **track_values(suggestion.track),
    }


def _seconds(text: str) -> float:
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    hours, minutes, seconds = found.groups()
    return 3_600 * int(hours or 0) + 60 * int(minutes or 0) + float(seconds)
