"""The command line: `cuefit COMMAND`."""

from tagger_app.cli.program import main

__all__ = ["main"]
