"""What the commands of the trainer share: the configuration option, progress, and errors in one line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tagger_app.errors import CuefitError
from trainer.configuration import Configuration, load_configuration

DEFAULT_CONFIG = Path(__file__).parent / "configs" / "default.toml"


class CommandGroup(click.Group):
    """Says expected errors in one line; bugs keep their traceback."""

    def invoke(self, context: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(context)
        except CuefitError as error:
            raise click.ClickException(str(error)) from error


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


def progress_bar(console: Console) -> Progress:
    """A bar with rate and time left; quiet when not a terminal."""
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=console, disable=not console.is_terminal,
    )  # fmt: skip
