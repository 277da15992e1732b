"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from tagger_app.paths import default_index_path
from tagger_app.unfinished import remove_unfinished

FILES = click.Path(path_type=str)
"""Files and folders of the user, as they are typed; bytes that aren't UTF-8 are kept."""

Command = Callable[..., Any]


def tidied(_context: click.Context, _parameter: click.Parameter, path: Path) -> Path:
    """For options that name a file of Cuefit's own: what a killed process left unfinished beside it is removed."""
    remove_unfinished(path.parent)
    return path


def index_option(command: Command) -> Command:
    """`--db`; the function gets `index_path`."""
    return click.option(
        "--db",
        "index_path",
        metavar="FILE",
        type=click.Path(dir_okay=False, path_type=Path),
        envvar="CUEFIT_DB",
        default=default_index_path,
        callback=tidied,
        help="The index to use instead of your own one (also: CUEFIT_DB).",
    )(command)


def unused_index_option(command: Command) -> Command:
    """`--db` of a command that needs no index: a script can say the same to all of them. The function gets nothing."""
    return click.option(
        "--db",
        metavar="FILE",
        type=click.Path(dir_okay=False),
        expose_value=False,
        help="Taken, as by every command, and not used: no index is read or written.",
    )(command)


def bundle_option(command: Command) -> Command:
    """`--bundle`; the function gets `bundle`, None for the default one."""
    return click.option(
        "--bundle", metavar="ID|FOLDER", help="The models to listen with instead of those that come with Cuefit."
    )(command)


def json_option(command: Command) -> Command:
    """`--json`; the function gets `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, one object a line.")(command)


def sort_option(command: Command) -> Command:
    """`--sort`; the function gets `sort`."""
    return click.option(
        "--sort",
        default="path",
        metavar="BY",
        help="A genre (best fit first), title, artist, album, length, codec, path or added; a leading - reverses.",
    )(command)


def limit_option(n_default: int) -> Callable[[Command], Command]:
    """`-n`; the function gets `limit`, 0 for all."""
    return click.option(
        "-n",
        "limit",
        type=click.IntRange(min=0),
        default=n_default,
        show_default=True,
        metavar="N",
        help="Tracks to list at most; 0 for all.",
    )
