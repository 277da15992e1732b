"""Writing a file whole or not at all; what was there before stays until then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tagger_app.durable import put_in_place
from tagger_app.errors import HandoffError
from tagger_app.unfinished import unfinished


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A temporary file in the target's folder, with the target's extension; it takes its place if the block succeeds.

    Raises
    ------
    HandoffError
        The file can't be written.
    """
    temporary = unfinished(target)
    try:
        try:
            yield temporary
            put_in_place(temporary, target)
        except BaseException:
            # What went wrong first is what counts.
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise HandoffError(target, f"can't be written: {error.strerror or error}") from error


def write_whole(target: Path, content: bytes) -> None:
    """Write a file.

    Raises
    ------
    HandoffError
        As `replacing`.
    """
    with replacing(target) as temporary:
        temporary.write_bytes(content)
