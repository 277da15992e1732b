"""What commands take from the settings that the window changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from tagger_app.cli.options import tidied
from tagger_app.settings import Settings, default_settings_path, load_settings
from tagger_app.tagging.style import TagStyle


def settings_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--settings`; the function gets `settings_path`."""
    return click.option(
        "--settings",
        "settings_path",
        metavar="FILE",
        type=click.Path(dir_okay=False, path_type=Path),
        envvar="CUEFIT_SETTINGS",
        default=default_settings_path,
        callback=tidied,
        help="The settings to use instead of your own ones (also: CUEFIT_SETTINGS).",
    )(command)


def read_settings(path: Path) -> Settings:
    """The settings; what is wrong with the file is said, and the defaults count."""
    loaded = load_settings(path)
    if loaded.problem:
        click.echo(loaded.problem, err=True)
    return loaded.settings


def tag_style(settings: Settings) -> TagStyle:
    """How tags are to be written."""
    return TagStyle(settings.new_id3_version, settings.mirrors)
