"""Listening to files without an index, in worker processes: a file that crashes a decoder costs itself alone."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tagger_app.ensemble.bundle import Bundle
from tagger_app.errors import FileError
from tagger_app.scan.analyze import Analysis, Identity
from tagger_app.scan.pool import WorkerPool, default_workers, time_limit_s
from tagger_app.scan.worker import analyze_task


class Heard(NamedTuple):
    """What was heard in a file, and whose audio it is."""

    identity: Identity
    analysis: Analysis


def listen(
    paths: Sequence[str], bundle: Bundle, n_workers: int = default_workers()
) -> Iterator[tuple[str, Heard | FileError]]:
    """Listen to files.

    Parameters
    ----------
    paths : files
    n_workers : worker processes at most

    Yields
    ------
    each path, in the order given, with what was heard or why nothing was
    """
    if not paths:
        return
    waiting = deque(enumerate(paths))
    done: dict[int, Heard | FileError] = {}
    next_one = 0
    with WorkerPool[int](bundle, min(n_workers, len(paths))) as pool:
        while next_one < len(paths):
            while waiting and pool.has_room:
                number, path = waiting.popleft()
                pool.give(number, analyze_task, (path, None), time_limit_s(_size(path)))
            for number, result in pool.collect():
                match result:
                    case FileError():
                        done[number] = result
                    case str():
                        done[number] = FileError(paths[number], result)
                    case _:
                        done[number] = Heard(*result)
            while next_one in done:
                yield paths[next_one], done.pop(next_one)
                next_one += 1


def _size(path: str) -> int:
    """Bytes; 0 for a file that can't be looked at, which fails soon enough."""
    try:
        return os.stat(path).st_size  # noqa: PTH116
    except OSError:
        return 0
