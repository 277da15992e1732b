"""`cuefit path`."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import click

from tagger_app.cli.like import parse_within
from tagger_app.cli.options import FILES, bundle_option, index_option, json_option
from tagger_app.cli.output import open_console, print_json
from tagger_app.cli.seeds import find_profiles
from tagger_app.cli.tables import list_tracks, track_values
from tagger_app.index.connection import open_for_reading
from tagger_app.index.query import Query
from tagger_app.suggest.recommender import Recommender


@click.command("path")
@click.argument("start", type=FILES)
@click.argument("end", type=FILES)
@click.option("--within", callback=parse_within, metavar="QUERY", help="Only tracks that this query finds.")
@click.option(
    "-n", "limit", type=click.IntRange(1, 50), default=8, show_default=True, metavar="N", help="Tracks between the two."
)
@json_option
@bundle_option
@index_option
def command(
    start: str, end: str, within: Query | None, limit: int, as_json: bool, bundle: str | None, index_path: Path
) -> None:
    """List tracks of the index that lead from START to END in steps as small as there are.

    The number in front is how like the track before each one is, 0 to 100. START and END needn't be in the index.
    Stings come only between stings, or where there is nothing longer.
    """
    with closing(open_for_reading(index_path)) as connection:
        profiles = find_profiles(connection, [start, end], bundle)
    ends = [profiles[os.path.abspath(file)] for file in (start, end)]  # noqa: PTH100 - bytes that aren't UTF-8 are kept
    with Recommender.open(index_path, *ends[0].made_with) as recommender:
        steps = recommender.path(ends[0], ends[1], limit, within)
    if as_json:
        for step in steps:
            values = {"position": round(step.position, 4), "similarity": round(step.similarity, 2)}
            print_json({**values, **track_values(step.track)})
    elif steps:
        console = open_console()
        likeness = [f"{step.similarity:.0f}" for step in steps]
        console.print(list_tracks([step.track for step in steps], console, ("Like", likeness)))
    else:
        open_console(errors=True).print("No other track of the index can lie between the two.")
