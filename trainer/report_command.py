"""`cuefit-trainer report`: a page and a model card of what a system has learned."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click
from rich.console import Console
from rich.markup import escape

from tagger_app.errors import displayable
from trainer.configuration import load_configuration
from trainer.native_messages import native_messages_to


@click.command("report")
@click.option(
    "--config",
    "paths",
    type=click.Path(dir_okay=False, path_type=Path),
    multiple=True,
    required=True,
    metavar="FILE.toml",
    help="Configuration of the system; give more to lay others beside it.",
)
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    show_default="report-<name of the system>, beside what evaluate kept",
    help="Where the page and the model card are written.",
)
@click.option(
    "--clips",
    type=click.Choice(["free", "all", "none"]),
    default="free",
    show_default=True,
    help="Tracks that may be heard in the page: under a free licence, all (keep such a page to yourself), or none.",
)
def command(paths: tuple[Path, ...], folder: Path | None, clips: Literal["free", "all", "none"]) -> None:
    """Write what a system has learned, and where it is wrong, as one page (report.html) and a model card.

    Needs what `evaluate` keeps of each configuration. The page holds all its plots and clips, and loads nothing.
    """
    console = Console()
    configurations = [load_configuration(path) for path in paths]
    first = configurations[0]
    folder = folder or first.bundle.work / ("report-" + "".join(_plain(letter) for letter in first.system.name))
    with native_messages_to(first.bundle.work / "tensorflow.log"), console.status("") as status:
        from trainer.report.composition import report_system

        report_system(configurations, folder, clips, lambda doing: status.update(escape(doing)))
    console.print(f"report.html and MODEL_CARD.md are in {displayable(folder)}", markup=False)


def _plain(letter: str) -> str:
    """A letter that any file system takes."""
    return letter if letter.isalnum() else "-"
