"""`cuefit gui`, and `cuefit` without a command."""

from __future__ import annotations

import importlib.util
import os
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import NoReturn

import click

from tagger_app.cli.options import index_option
from tagger_app.cli.program import UNUSABLE
from tagger_app.cli.settings import settings_option


@click.command("gui")
@settings_option
@index_option
def command(settings_path: Path, index_path: Path) -> None:
    """Open the window on the index; a second start brings the first one's window to the front."""
    if importlib.util.find_spec("PySide6") is None:
        _refuse("the window needs PySide6, which isn't installed; every other command works without it")
    if not _has_display():
        _refuse('there is no display to open a window on; "cuefit --help" lists what a terminal can do')
    try:
        from tagger_app.gui.application import run
    except ImportError as problem:
        if not _is_of_the_system(problem):
            raise
        _refuse(f"the window needs a library that the system hasn't got: {problem}; see the README for what Qt wants")

    sys.exit(run(index_path, settings_path))


def _has_display() -> bool:
    """Whether Qt would find a display; where it finds none it ends the process."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _is_of_the_system(problem: ImportError) -> bool:
    """Whether a native module was found and couldn't be loaded, as where a bare Linux lacks what Qt is linked to."""
    return problem.path is not None and problem.path.endswith(tuple(EXTENSION_SUFFIXES))


def _refuse(reason: str) -> NoReturn:
    click.echo(f"Error: {reason}", err=True)
    sys.exit(UNUSABLE)
