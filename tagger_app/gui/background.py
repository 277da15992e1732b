"""Work off the GUI thread, its results back on it.

Everything that touches a disk, the index, audio or a model runs through one `Background`. The GUI thread waits for it
at the end of the program alone.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

from tagger_app.errors import CuefitError

_N_THREADS = 6
_MOST_WAITING = 2_000
"""Events that a generator may be ahead of the GUI thread before it has to wait."""

Result = TypeVar("Result")
Event = TypeVar("Event")


class Task:
    """One piece of work that was handed over; made by `Background` alone."""

    def __init__(self) -> None:
        self._answered = threading.Event()
        self._ended = threading.Event()
        self._cancelled = threading.Event()

    @property
    def is_running(self) -> bool:
        """Neither at its end nor cancelled."""
        return not self._answered.is_set() and not self._cancelled.is_set()

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody no longer wants the result."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Forget the result: nothing is called back from now on; a generator is closed once it gives an event."""
        self._cancelled.set()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until the work itself has ended, whether cancelled or not; for the end of the program and for tests."""
        return self._ended.wait(timeout_s)


class Background(QObject):
    """Runs work on threads of its own and calls back on the thread that it was made on."""

    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(_N_THREADS, thread_name_prefix="background")
        self._tasks: set[Task] = set()
        self._closed = False
        self._posted.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def submit(
        self, work: Callable[[], Result], done: Callable[[Result], None], failed: Callable[[CuefitError], None]
    ) -> Task:
        """Run `work` on a thread; call `done` with its result, or `failed` with an expected error, on this thread.

        A bug in `work` is raised on this thread. Nothing is called once the task is cancelled, or once the QObject
        whose method a callback is has been deleted.
        """
        task = self._new_task()
        if self._closed:
            return task

        def run() -> None:
            answer: Callable[[], None] | None = None
            try:
                if not task.is_cancelled:
                    result = work()
                    answer = _bind(done, result)
            except CuefitError as error:
                answer = _bind(failed, error)
            except BaseException as bug:  # raised again on the GUI thread
                answer = _raising(bug)
            self._finish(task, answer)

        self._pool.submit(run)
        return task

    def follow(
        self,
        events: Callable[[], Generator[Event, None, Any]],
        each: Callable[[Event], None],
        done: Callable[[], None],
        failed: Callable[[CuefitError], None],
    ) -> Task:
        """Pull a generator on a thread of its own; call `each` for every event in order, then `done` or `failed`.

        Events come in batches, so that a fast generator doesn't flood the event loop; one that is far ahead waits.
        `cancel` closes the generator, on its own thread, once it has come to its next event.
        """
        task = self._new_task()
        if self._closed:
            return task
        mailbox: _Mailbox[Event] = _Mailbox()

        def deliver() -> None:
            for event in mailbox.take():
                if task.is_cancelled or not _is_alive(each):
                    return
                each(event)

        def run() -> None:
            answer: Callable[[], None] | None = None
            generator: Generator[Event, None, Any] | None = None
            try:
                generator = events()
                for event in generator:
                    if task.is_cancelled:
                        break
                    if mailbox.put(event, task):
                        self._post(deliver)
                answer = _bind(done)
            except CuefitError as error:
                answer = _bind(failed, error)
            except BaseException as bug:
                answer = _raising(bug)
            finally:
                if generator is not None:
                    generator.close()
            self._finish(task, answer)

        threading.Thread(target=run, name="events", daemon=True).start()
        return task

    def close(self, timeout_s: float = 10.0) -> None:
        """Cancel everything and wait until it has ended, for the end of the program.

        No callback runs any more, and work that is handed over later is never begun.
        """
        self._closed = True
        for task in tuple(self._tasks):
            task.cancel()
        self._pool.shutdown(wait=False, cancel_futures=True)
        for task in tuple(self._tasks):
            task.wait(timeout_s)

    def _new_task(self) -> Task:
        task = Task()
        if self._closed:  # a timer of a window that is going, too, may still ask for something
            task.cancel()
            task._ended.set()
        else:
            self._tasks.add(task)
        return task

    def _finish(self, task: Task, answer: Callable[[], None] | None) -> None:
        def finish() -> None:
            self._tasks.discard(task)
            task._answered.set()
            if answer is not None and not task.is_cancelled:
                answer()

        task._ended.set()
        self._post(finish)

    def _post(self, call: Callable[[], None]) -> None:
        if not self._closed and shiboken6.isValid(self):
            self._posted.emit(call)

    def _call(self, call: Callable[[], None]) -> None:
        if not self._closed:
            call()


class _Mailbox(deque[Event]):
    """Events on their way from one thread to another."""

    def __init__(self) -> None:
        super().__init__()
        self._changed = threading.Condition()

    def put(self, event: Event, task: Task) -> bool:
        """Add an event, when there is room; True if the other side has to be told that there are some."""
        with self._changed:
            while len(self) >= _MOST_WAITING and not task.is_cancelled:
                self._changed.wait(0.1)
            self.append(event)
            return len(self) == 1

    def take(self) -> list[Event]:
        """All events that have come in."""
        with self._changed:
            events = list(self)
            self.clear()
            self._changed.notify()
        return events


def _bind(call: Callable[..., None], *arguments: object) -> Callable[[], None]:
    def answer() -> None:
        if _is_alive(call):
            call(*arguments)

    return answer


def _raising(bug: BaseException) -> Callable[[], None]:
    def answer() -> None:
        raise bug

    return answer


def _is_alive(call: Callable[..., object]) -> bool:
    """Whether what a callback belongs to still exists: Qt deletes widgets while Python holds on to their methods."""
    owner = getattr(call, "__self__", None)
    return not isinstance(owner, QObject) or shiboken6.isValid(owner)
