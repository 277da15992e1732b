"""Having files opened for their tags in a worker process: one that crashes or hangs it costs itself alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from tagger_app.errors import FileError, LibraryIndexError, TagError
from tagger_app.scan.pool import WorkerPool, time_limit_s
from tagger_app.scan.tag_tasks import read_tags_task, settle_task
from tagger_app.tagging.journal import Journal
from tagger_app.tagging.journal_records import Entry, State, Undo
from tagger_app.tagging.metadata import Metadata


class TagJob(NamedTuple):
    """One file, and what is done with it in a worker."""

    path: str
    task: Callable[..., Any]
    arguments: tuple[Any, ...]


class StoppedError(TagError):
    """A worker crashed, or was stopped, in the middle of what it was at."""


def do_each(jobs: Iterable[TagJob]) -> Iterator[tuple[str, Any]]:
    """Do some jobs; each file, in the order given, with what the task returned or a `TagError`.

    Raises
    ------
    LibraryIndexError
        A task raised it: the journal can't be used.
    """
    waiting = iter(jobs)
    job = next(waiting, None)
    if job is None:
        return
    # One worker: disks and network drives write one file at a time best, and results come in order.
    with WorkerPool[str](None, 1) as pool:
        yield from do_in(pool, chain((job,), waiting))


def do_in(pool: WorkerPool[str], jobs: Iterable[TagJob]) -> Iterator[tuple[str, Any]]:
    """The same in a pool of one worker that others use before and after; it is left idle once all is done."""
    waiting = iter(jobs)
    job = next(waiting, None)
    while job or not pool.is_idle:
        while job and pool.has_room:
            pool.give(job.path, job.task, job.arguments, time_limit_s(_size(job.path)))
            job = next(waiting, None)
        for path, result in pool.collect():
            if isinstance(result, LibraryIndexError):
                raise result
            if isinstance(result, str):
                yield path, StoppedError(path, result)
            elif isinstance(result, FileError):
                yield path, TagError(path, result.reason)
            else:
                yield path, result


def read_tags(paths: Iterable[str], new_id3_version: int = 3) -> Generator[tuple[str, Metadata | TagError], None, None]:
    """What stands in the tags of files, or why that can't be read, in their order; see `containers.read_metadata`."""
    yield from do_each(TagJob(path, read_tags_task, (path, new_id3_version)) for path in paths)


def settle_journal(path: Path) -> None:
    """Tidy up after writes that were interrupted, by a crash of ours for instance; see `tagging.write.settle`.

    What crashes or hangs even the worker that looks at it waits for another time.

    Raises
    ------
    LibraryIndexError
        The journal can't be used.
    """
    if not path.exists():
        return
    with Journal.open(path) as journal:
        waiting: list[Entry | Undo] = [*journal.entries(states=(State.INTENDED,)), *journal.undos()]
    for _ in do_each(TagJob(change.real_path, settle_task, (change, path)) for change in waiting):
        pass


@contextmanager
def settled(path: Path) -> Iterator[None]:
    """A journal without writes that are neither made nor given up: before, and when a worker was stopped at one."""
    settle_journal(path)
    try:
        yield
    finally:
        settle_journal(path)


def _size(path: str) -> int:
    """Bytes; 0 for a file that can't be looked at, which fails soon enough."""
    try:
        return os.stat(path).st_size  # noqa: PTH116
    except OSError:
        return 0
