"""Processes that train the points of a search, one each at a time.

One that crashes, or is killed for its memory, costs its point alone. All end with the process that started them,
however that ends, and that one needs neither Keras nor TensorFlow.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any

from tagger_app.errors import CuefitError
from trainer.errors import TrainingError
from trainer.native_messages import native_messages_to
from trainer.search.messages import Answer, Failed, FoldFigure, Opening, Task

if sys.platform == "win32":
    from multiprocessing.connection import PipeConnection as Connection
else:
    from multiprocessing.connection import Connection

_TRACEBACK = 1
"""What Python exits with after an exception."""


@dataclass
class _Worker:
    """A process, what it is talked to by, and the number of what it works on."""

    process: BaseProcess
    connection: Connection
    number: int | None = None


class Workers:
    """A pool of processes that train; a context manager that ends them.

    Parameters
    ----------
    opening : what each is asked before anything else
    n_workers : processes
    """

    def __init__(self, opening: Task, n_workers: int) -> None:
        self._opening = opening
        self._n_workers = n_workers
        self._workers: list[_Worker] = []

    def __enter__(self) -> Workers:
        self._workers = [self._start() for _ in range(self._n_workers)]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.process.terminate()
        for worker in self._workers:
            worker.process.join()
            worker.connection.close()

    @property
    def n_free(self) -> int:
        """How many have nothing to do."""
        return sum(worker.number is None for worker in self._workers)

    def open(self) -> Opening:
        """What the first that is ready says of the corpus.

        Raises
        ------
        CuefitError
            There is nothing to train on.
        """
        answer: Opening | Answer | None = None
        while not isinstance(answer, Opening):
            _, answer = self._receive()
        return answer

    def begin(self, number: int, task: Task) -> None:
        """Give a task to one that is free; `number` names it in what is said of it."""
        worker = next(worker for worker in self._workers if worker.number is None)
        worker.number = number
        _send(worker, task)

    def decide(self, number: int, go_on: bool) -> None:
        """Answer a `FoldFigure`."""
        worker = next(worker for worker in self._workers if worker.number == number)
        if not go_on:
            worker.number = None
        _send(worker, go_on)

    def wait(self) -> tuple[int, Answer]:
        """Wait for what is said next, and of which task.

        Raises
        ------
        CuefitError
            Nothing more can be trained, as where the disk is full.
        """
        while True:
            number, answer = self._receive()
            if number is not None and not isinstance(answer, Opening):
                return number, answer

    def _receive(self) -> tuple[int | None, Opening | Answer]:
        ready = wait([worker.connection for worker in self._workers])[0]
        worker = next(worker for worker in self._workers if worker.connection is ready)
        number = worker.number
        try:
            answer = worker.connection.recv()
        except (EOFError, ConnectionResetError):
            return number, self._replace(worker)
        if isinstance(answer, CuefitError):
            raise answer
        if not isinstance(answer, FoldFigure | Opening):
            worker.number = None
        return number, answer

    def _replace(self, worker: _Worker) -> Failed:
        """Start another process for one that has ended; raises `TrainingError` where that is of no use."""
        worker.process.join()
        worker.connection.close()
        code = worker.process.exitcode
        if worker.number is None:
            raise TrainingError(f"a process that should train has ended by itself, with code {code}")
        self._workers[self._workers.index(worker)] = self._start()
        if code == _TRACEBACK:
            return Failed("its process has ended with the traceback above", is_bug=True)
        how = signal.strsignal(-code) if code is not None and code < 0 else f"code {code}"
        return Failed(f"its process was ended: {how}")

    def _start(self) -> _Worker:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(theirs, self._opening), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)


def _send(worker: _Worker, message: object) -> None:
    # One that has just ended is noticed when it is listened to.
    with suppress(BrokenPipeError):
        worker.connection.send(message)


def _work(connection: Connection, opening: Task) -> None:
    """What a process does until it is ended."""
    # Ctrl-C reaches the whole group; the parent decides what becomes of it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # Unless told so, TensorFlow and JAX take the memory of a GPU at once, and leave other processes none.
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    try:
        with native_messages_to(opening.configuration.bundle.work / "tensorflow.log"):
            _answer(connection, opening)
    except CuefitError as error:
        connection.send(error)  # nothing to train on, or a full disk, which no other point would fare better with


def _answer(connection: Connection, opening: Task) -> None:
    # Keras and TensorFlow: the parent does without.
    from trainer.search.trials import Bench

    bench = Bench(opening.configuration)
    connection.send(bench.open(opening))
    while True:
        task: Task = _hear(connection)
        for answer in bench.answers(task):
            connection.send(answer)
            if isinstance(answer, FoldFigure) and not _hear(connection):
                break


def _hear(connection: Connection) -> Any:
    try:
        return connection.recv()
    except EOFError:
        raise SystemExit from None  # the parent has ended


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)
