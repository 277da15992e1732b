"""The pool of worker processes: a file that crashes or hangs a decoder costs one worker, which is replaced."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import contextmanager
from multiprocessing import resource_tracker
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from pebble import ProcessExpired, ProcessPool

from tagger_app.ensemble.bundle import Bundle
from tagger_app.errors import FileError
from tagger_app.scan.worker import start_worker

Job = TypeVar("Job")


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


class WorkerPool(Generic[Job]):
    """Worker processes, and the jobs that they are at.

    Parameters
    ----------
    bundle : what the workers listen with
    n_workers : processes

    Raises
    ------
    BundleError
        A member of the bundle can't be run.
    """

    def __init__(self, bundle: Bundle, n_workers: int) -> None:
        # Here, because a worker that can't be started has nobody to tell.
        bundle.open_members(accelerated=False)
        self.n_workers = n_workers
        # Spawned on every system: a fork would copy threads' locks, and behave unlike Windows and macOS.
        self._pool = ProcessPool(
            max_workers=n_workers,
            initializer=start_worker,
            initargs=(bundle,),
            context=multiprocessing.get_context("spawn"),
        )
        self._running: dict[Future[Any], Job] = {}

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
        with _uninterrupted():
            self._running[self._pool.schedule(task, args=arguments, timeout=limit_s)] = job

    def collect(self) -> Iterator[tuple[Job, Any]]:
        """Wait until some jobs are done, and yield each with its result.

        The result is a `FileError` or `LibraryIndexError` where the task raised one, and a `str`, the reason, where
        the worker crashed or ran out of time. Anything else that the task raised is a bug, and is raised.
        """
        for future in wait(self._running, return_when=FIRST_COMPLETED).done:
            yield self._running.pop(future), _result(future)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._pool.stop()
        self._pool.join()


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Put off a Ctrl-C to the end of the block, and keep it from processes that are started in it.

    A start that is interrupted leaves a worker that nobody knows of. And a worker can ignore Ctrl-C only once it has
    imported what it runs; until then it would end with a traceback.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # Python runs handlers of signals in the main thread alone
        return
    put_off: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda number, _frame: put_off.append(number))
    try:
        with _blocked_interrupts():
            yield
    finally:
        signal.signal(signal.SIGINT, handler)
    if put_off:
        signal.raise_signal(signal.SIGINT)


@contextmanager
def _blocked_interrupts() -> Iterator[None]:
    """Block the signal itself: threads and processes started in the block inherit that."""
    if sys.platform == "win32":
        yield
        return
    resource_tracker.ensure_running()  # else the first worker starts it, which lets the signal through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _result(future: Future[Any]) -> Any:
    try:
        return future.result()
    except FileError as error:
        return error
    except FutureTimeoutError:
        return "took too long to read and was given up"
    except ProcessExpired as error:
        return f"crashed the decoder (exit status {error.exitcode})"
