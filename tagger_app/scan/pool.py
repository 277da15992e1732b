"""The pool of worker processes: a file that crashes or hangs a decoder costs one worker, which is replaced."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, Self, TypeVar, cast

from pebble import ProcessExpired, ProcessPool

from tagger_app.ensemble.bundle import Bundle
from tagger_app.ensemble.reference import refer_to
from tagger_app.ensemble.trial import try_members
from tagger_app.errors import FileError
from tagger_app.interrupts import keep_interrupts_from_children
from tagger_app.scan.process import prepare_process

Job = TypeVar("Job")

_TICK_S = 0.5
_MOST_REPLACED = 3


def default_workers() -> int:
    """Half the cores that this process may use, so that the editor's own work goes on."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)) // 2)
    return max(1, (os.cpu_count() or 1) // 2)


def time_limit_s(size: int) -> float:
    """Seconds that a worker may take for a file of `size` bytes: two minutes, and a second a megabyte.

    On the slowest machine measured a megabyte takes some 0.05 s.
    """
    return 120.0 + size / 1e6


@dataclass
class _Assignment(Generic[Job]):
    """A job, what it takes to give it again, and how long a worker has been at it."""

    job: Job
    task: Callable[..., Any]
    arguments: tuple[Any, ...]
    limit_s: float
    spent_s: float = 0.0


class WorkerPool(Generic[Job]):
    """Worker processes, and the jobs that they are at.

    Parameters
    ----------
    bundle : what the workers listen with; None for workers that only write tags
    n_workers : processes
    priority : "low" leaves the processor to whoever else wants it, "normal" takes a share

    Raises
    ------
    BundleError
        A member of the bundle can't be run.
    """

    def __init__(self, bundle: Bundle | None, n_workers: int, priority: str = "low") -> None:
        if bundle is not None:
            # Here, because a worker that can't be started has nobody to tell.
            try_members(bundle)
        self.n_workers = n_workers
        self._bundle = bundle
        self._priority = priority
        self._pool = self._new_pool()
        self._n_replaced = 0
        self._running: dict[Future[Any], _Assignment[Job]] = {}
        self._looked_at_s = time.monotonic()

    @property
    def has_room(self) -> bool:
        """Whether a job given now would be begun soon: two a worker keep all of them busy."""
        return len(self._running) < 2 * self.n_workers

    @property
    def is_idle(self) -> bool:
        """Whether no job is under way."""
        return not self._running

    def give(self, job: Job, task: Callable[..., Any], arguments: tuple[Any, ...], limit_s: float) -> None:
        """Start a task for a job; `limit_s` counts from when a worker begins it."""
        self._schedule(_Assignment(job, task, arguments, limit_s))

    def collect(self) -> Iterator[tuple[Job, Any]]:
        """Wait until some jobs are done, and yield each with its result; one worker's in the order they were given.

        The result is a `FileError` or `LibraryIndexError` where the task raised one, and a `str`, the reason, where
        the worker crashed, ran out of time or out of memory. Anything else that the task raised is a bug, and is
        raised.
        """
        while self._running:
            ended = wait(self._running, timeout=_TICK_S, return_when=FIRST_COMPLETED).done
            # In the order in which they were given, in which one worker does them.
            done = [future for future in self._running if future in ended and not _is_pool_broken(future)]
            self._stop_overdue()
            if not self._pool.active:
                self._give_again([future for future in self._running if future not in done])
            for future in done:
                self._n_replaced = 0
                yield self._running.pop(future).job, _result(future)
            if done:
                return

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._pool.stop()
        self._pool.join()

    def _new_pool(self) -> ProcessPool:
        from tagger_app.scan.worker import start_worker  # loads decoders, which no window waits for

        # Spawned on every system: a fork would copy threads' locks, and behave unlike Windows and macOS.
        return ProcessPool(
            max_workers=self.n_workers,
            initializer=start_worker if self._bundle else prepare_process,
            initargs=(refer_to(self._bundle), self._priority) if self._bundle else (self._priority,),
            context=cast(Any, multiprocessing.get_context("spawn")),  # pebble's types don't know the pipes of Windows
        )

    def _schedule(self, assignment: _Assignment[Job]) -> None:
        with keep_interrupts_from_children():
            if not self._pool.active:
                self._replace_pool()
            self._running[self._pool.schedule(assignment.task, args=assignment.arguments)] = assignment

    def _stop_overdue(self) -> None:
        """Stop workers that are at a file for too long.

        Not left to the pool, which goes by the time of day: a clock that is set, or a computer that slept, would
        condemn files that are well. Time in which this process itself didn't run doesn't count.
        """
        now_s = time.monotonic()
        elapsed_s = min(now_s - self._looked_at_s, 2 * _TICK_S)
        self._looked_at_s = now_s
        for future, assignment in self._running.items():
            if future.running():
                assignment.spent_s += elapsed_s
                if assignment.spent_s >= assignment.limit_s:
                    future.cancel()

    def _give_again(self, unfinished: Iterable[Future[Any]]) -> None:
        """Have new workers do what the old ones haven't done.

        The pool gives up when a worker dies that has no task, killed by the system for want of memory for instance.
        """
        for future in unfinished:
            assignment = self._running.pop(future)
            assignment.spent_s = 0.0
            self._schedule(assignment)

    def _replace_pool(self) -> None:
        self._n_replaced += 1
        if self._n_replaced > _MOST_REPLACED:
            raise RuntimeError("worker processes end before they begin a task")
        self._pool.stop()
        self._pool.join()
        self._pool = self._new_pool()


def _is_pool_broken(future: Future[Any]) -> bool:
    return not future.cancelled() and isinstance(future.exception(), BrokenProcessPool)


def _result(future: Future[Any]) -> Any:
    try:
        return future.result()
    except FileError as error:
        return error
    except CancelledError:
        return "took too long to read and was given up"
    except MemoryError:
        return "needs more memory than a worker may have"
    except ProcessExpired as error:
        return f"crashed the decoder (exit status {error.exitcode})"
