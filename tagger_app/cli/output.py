"""What all commands print alike: consoles, JSON lines, lists of failures, numbers for people."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Sequence

import click
from rich.console import Console
from rich.text import Text

from tagger_app.errors import displayable

_UNLIMITED = 10_000


def open_console(*, errors: bool = False) -> Console:
    """A console for standard output or error; what isn't a terminal gets whole lines, however long."""
    stream = sys.stderr if errors else sys.stdout
    # Markup is off because names of files may hold square brackets.
    return Console(
        stderr=errors,
        markup=False,
        emoji=False,
        highlight=False,
        width=None if stream.isatty() or "COLUMNS" in os.environ else _UNLIMITED,
    )


def print_json(value: object) -> None:
    """One line of JSON, all ASCII, so that it can be written and read everywhere and keeps the bytes of every path."""
    click.echo(json.dumps(value, allow_nan=False))


def print_failures(console: Console, heading: str, failures: Sequence[tuple[str, str]]) -> None:
    """Say of each file why it failed.

    Parameters
    ----------
    heading : "couldn't be read", to be put after the number of files
    failures : path and reason of each
    """
    if failures:
        console.print(f"{count_of(len(failures), 'file')} {heading}:", style="bold red")
        for path, reason in failures:
            console.print(Text(f"  {displayable(path)}: {displayable(reason)}"), soft_wrap=True)


def count_of(number: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun: "1 file", "1,200 files"."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def show_length(seconds: float) -> str:
    """Minutes and seconds: "3:07", "1:02:30"."""
    minutes, rest = divmod(math.floor(seconds + 0.5), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def show_rate(heard_s: float, took_s: float) -> str:
    """How many seconds of music were heard in a second: "41x realtime"; empty where nothing was heard."""
    return f"{heard_s / took_s:,.0f}x realtime" if heard_s and took_s > 0 else ""
