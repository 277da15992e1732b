"""The `cuefit` command: finds the module of a subcommand when it is called for, and says what went wrong in one line.

Exit status: 0 all well, 1 some files failed, 2 wrong usage, 3 unusable index or bundle, 130 stopped with Ctrl-C.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

import click

from tagger_app import __version__
from tagger_app.errors import BundleError, CuefitError, LibraryIndexError, QueryError, ResourceError, displayable
from tagger_app.paths import user_bundles_path
from tagger_app.unfinished import remove_unfinished

SOME_FAILED = 1
WRONG_USAGE = 2
UNUSABLE = 3
INTERRUPTED = 130

_COMMANDS = {
    "gui": "Open the window: browse, mix, hear and tag the library.",
    "scan": "Listen to folders of music and keep what is heard in the index.",
    "find": "List the tracks that a query finds.",
    "like": "Suggest tracks that would do the same job as others.",
    "path": "List tracks that lead from one to another.",
    "analyze": "Listen to files without touching the index.",
    "tags": "Write, undo, show or clear the film genres in the files' own tags.",
    "export": "Write a list of tracks as a table or a playlist.",
    "info": "Say what the index holds and how far the models can be trusted.",
    "index": "Check, back up or repair the index itself.",
    "demo": "Try it all on ten short cues that come with Cuefit.",
    "self-test": "Check that this installation hears what it should.",
}
"""Each is `command` in the module of its name; listed here so that help and version import none of them."""


class Program(click.Group):
    """A group whose commands are imported when they are called for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the help."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None if there is no such command."""
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"tagger_app.cli.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what goes wrong as expected is said in one line, bugs keep their traceback."""
        for stream in (sys.stdout, sys.stderr):
            if reconfigure := getattr(stream, "reconfigure", None):
                reconfigure(errors="backslashreplace")  # a terminal that lacks a letter must not end the program
        try:
            return super().invoke(ctx)
        except QueryError as error:
            _explain_query(error)
            ctx.exit(WRONG_USAGE)
        except (BundleError, LibraryIndexError, ResourceError) as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(UNUSABLE)
        except CuefitError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(SOME_FAILED)
        except KeyboardInterrupt:
            click.echo("Stopped.", err=True)
            ctx.exit(INTERRUPTED)


def _explain_query(error: QueryError) -> None:
    """The query with a caret under the character that couldn't be understood."""
    from rich.cells import cell_len

    before = displayable(error.query[: error.position])[-60:]
    after = displayable(error.query[error.position :])[:60]
    click.echo(f"Error: {error.reason}\n  {before}{after}\n  {' ' * cell_len(before)}^", err=True)


@click.group(
    cls=Program,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="Cuefit", message="%(prog)s %(version)s")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Cuefit listens to your music and says how well each track fits ten film genres.

    Without a command it opens its window. In a terminal, begin with "cuefit scan FOLDER", then try
    "cuefit find 'thriller>0.7 length<3:00'" and "cuefit like FILE".
    """
    remove_unfinished(user_bundles_path())
    if ctx.invoked_subcommand is None and (command := main.get_command(ctx, "gui")) is not None:
        with command.make_context("gui", [], parent=ctx) as gui:
            command.invoke(gui)
