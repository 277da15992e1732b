"""What TensorFlow and its kind write past Python to standard error, kept in a file instead of on a person's terminal.

It can't be turned off there: some of it is written before anything can be set. It may tell why a process ended, so it
isn't thrown away.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trainer.errors import writing

_STANDARD_ERROR = 2


@contextmanager
def native_messages_to(path: Path) -> Iterator[None]:
    """Add what is written to the file descriptor of standard error to a file; what Python writes goes where it went.

    Raises
    ------
    WorkError
        The file can't be written.
    """
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    python = sys.stderr
    python.flush()
    before = os.dup(_STANDARD_ERROR)
    os.dup2(log, _STANDARD_ERROR)
    os.close(log)
    if _descriptor(python) == _STANDARD_ERROR:
        sys.stderr = os.fdopen(os.dup(before), "w", encoding=python.encoding, errors=python.errors, buffering=1)
    try:
        yield
    finally:
        if sys.stderr is not python:
            sys.stderr.close()
            sys.stderr = python
        os.dup2(before, _STANDARD_ERROR)
        os.close(before)


def _descriptor(stream: object) -> int | None:
    """The file descriptor of a stream; None where it has none, as in tests."""
    try:
        return stream.fileno()  # type: ignore[attr-defined, no-any-return]
    except (AttributeError, OSError, io.UnsupportedOperation):
        return None
