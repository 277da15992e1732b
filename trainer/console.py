"""What the commands of the trainer share: the configuration option, progress, and errors in one line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.measure import Measurement
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from tagger_app.errors import CuefitError
from trainer.configuration import Configuration, load_configuration

INTERRUPTED = 130
"""What a shell says of a command that Ctrl-C has ended."""
_WIDEST = 1000
DEFAULT_CONFIG = Path(__file__).parent / "configs" / "default.toml"


class CommandGroup(click.Group):
    """Says expected errors, and that it was stopped, in one line; bugs keep their traceback."""

    def invoke(self, context: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(context)
        except CuefitError as error:
            raise click.ClickException(str(error)) from error
        except KeyboardInterrupt:
            click.echo("stopped; the same command goes on from here", err=True)
            context.exit(INTERRUPTED)


def config_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command its `--config`; the function gets a `configuration`."""

    def load(_context: click.Context, _parameter: click.Parameter, path: Path) -> Configuration:
        try:
            return load_configuration(path)
        except CuefitError as error:
            raise click.ClickException(str(error)) from error

    option = click.option(
        "--config",
        "configuration",
        type=click.Path(dir_okay=False, path_type=Path),
        default=DEFAULT_CONFIG,
        callback=load,
        metavar="FILE.toml",
        show_default="that of the shipped bundle",
        help="Configuration of the run.",
    )
    return option(command)


def print_table(console: Console, title: str, rows: Sequence[Sequence[str]]) -> None:
    """A table, its head first, of which nothing is cut off: where it is too wide it is laid on its side, or wraps."""
    table = _table(title, rows)
    if _width(console, table) > console.width:
        turned = _table(title, list(zip(*rows, strict=True)))
        table = turned if _width(console, turned) <= console.width else table
    if _width(console, table) > console.width:
        console = Console(file=console.file, width=_width(console, table))
    console.print(table)


def _table(title: str, rows: Sequence[Sequence[str]]) -> Table:
    table = Table(title=title)
    for place, head in enumerate(rows[0]):
        table.add_column(escape(head), justify="right" if place else "left", no_wrap=True)
    for row in rows[1:]:
        table.add_row(*map(escape, row))
    return table


def _width(console: Console, table: Table) -> int:
    """Columns that a table needs, int."""
    return Measurement.get(console, console.options.update(max_width=_WIDEST), table).maximum


def progress_bar(console: Console) -> Progress:
    """A bar with rate and time left; quiet when not a terminal."""
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=console, disable=not console.is_terminal,
    )  # fmt: skip
