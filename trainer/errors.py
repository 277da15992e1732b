"""Expected trouble of the trainer: each error says what a person can do about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tagger_app.errors import CuefitError, FileError


class CorpusError(FileError):
    """A corpus list, or a folder that should hold its music, can't be used."""


class FetchError(CuefitError):
    """A package can't be downloaded or unpacked."""


class ConfigurationError(FileError):
    """A configuration file can't be read, or says something that the trainer doesn't know."""


class TileCacheError(FileError):
    """The tile cache can't be read or written."""


class SplitError(CuefitError):
    """A corpus can't be divided as asked."""


class TrainingError(CuefitError):
    """Training can't start or its result can't be used."""


class WorkError(FileError):
    """What comes of a run, or what an interrupted one goes on from, can't be written."""


class SearchError(FileError):
    """A search can't be begun, or gone on with; the path is that of its study or its configuration."""


class ReportError(FileError):
    """A report can't be written."""


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raise `WorkError` with the path of what is written where the system refuses, as a full disk makes it do."""
    try:
        yield
    except OSError as error:
        raise WorkError(path, f"can't be written: {error.strerror or error}") from error
