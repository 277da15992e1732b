"""The one thread that writes to the index."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from tagger_app.errors import LibraryIndexError, LockedIndexError
from tagger_app.index.changes import Change, ForgetMissing
from tagger_app.index.connection import IndexConnection, index_errors, open_for_writing

_QUEUE_LENGTH = 1_024
_ATTEMPT_S = 1.0


@dataclass(slots=True, eq=False)
class _Item:
    """A change that was handed over, and who waits for it, until what monotonic time."""

    change: Change
    future: Future[object] | None = None
    until: float = float("inf")

    @property
    def is_given_up(self) -> bool:
        """Whether the one who waited was told that it isn't done."""
        return self.future is not None and self.future.done()


class _Flush:
    """Commit now."""

    def apply(self, connection: IndexConnection, now: float) -> None:
        return None


class IndexWriter:
    """Takes changes from any thread and commits them in whole batches from its own.

    A process that is killed leaves every batch that was committed, and nothing of the others. An error in the thread
    (a full disk) is raised by the caller's next call or by `close`; what was committed before stays, and nothing more
    is written. While another program has the index locked, what was handed over is kept, and tried again until that
    program lets go; only callers who wait, and `close`, give up.

    Parameters
    ----------
    path : the index; created, or brought up to date, if need be
    batch_size : changes after which a batch is committed
    batch_s : seconds after which a batch is committed that isn't full
    busy_timeout_s : how long `run`, `flush` and `close` wait for another program's lock
    clock : gives UTC seconds

    Raises
    ------
    LibraryIndexError
        The index can't be opened for writing.
    """

    def __init__(
        self,
        path: Path,
        *,
        batch_size: int = 64,
        batch_s: float = 1.0,
        busy_timeout_s: float = 60.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.path = Path(path)
        self._batch_size = batch_size
        self._batch_s = batch_s
        self._busy_timeout_s = busy_timeout_s
        self._clock = clock
        self._connection = open_for_writing(self.path, busy_timeout_s=busy_timeout_s, check_same_thread=False)
        # By short attempts, so that whoever waits can be told in time.
        self._connection.execute(f"PRAGMA busy_timeout = {round(1000 * min(busy_timeout_s, _ATTEMPT_S))}")
        self._changes: queue.Queue[_Item | None] = queue.Queue(_QUEUE_LENGTH)
        self._error: BaseException | None = None
        self._closed = False
        self._close_by = float("inf")
        self._locked_since: float | None = None
        self._impatient: list[_Item] = []
        self._impatient_lock = threading.Lock()
        # A program that ends without closing the writer must not hang on it; the batches committed are whole.
        self._thread = threading.Thread(target=self._run, name="index writer", daemon=True)
        self._thread.start()

    @property
    def locked_for_s(self) -> float:
        """Seconds for which another program's lock has kept a commit from being made; 0 if none does."""
        since = self._locked_since
        return 0.0 if since is None else time.monotonic() - since

    @property
    def is_far_behind(self) -> bool:
        """Whether so much waits to be committed that whoever has the choice hands over no more for now."""
        return self._changes.qsize() > _QUEUE_LENGTH // 2

    def put(self, change: Change) -> None:
        """Hand over a change; waits while the thread is far behind.

        Raises
        ------
        LibraryIndexError
            The thread has failed, now or earlier.
        """
        self._send(_Item(change))

    def flush(self) -> None:
        """Wait until everything handed over so far is committed.

        Raises
        ------
        LockedIndexError
            Another program keeps the index locked; what was handed over is kept, and still tried.
        LibraryIndexError
            The thread has failed, now or earlier.
        """
        self.run(_Flush())

    def begin_flush(self) -> Future[object]:
        """Have everything handed over so far committed, however long the index is locked; the result tells when it is.

        Raises
        ------
        LibraryIndexError
            The thread has failed earlier; if it fails now, the result raises it.
        """
        future: Future[object] = Future()
        self._send(_Item(_Flush(), future))
        return future

    def run(self, change: Change) -> object:
        """Hand over a change, wait until it is committed, and return its result.

        Raises
        ------
        LockedIndexError
            Another program keeps the index locked, and the change isn't made.
        LibraryIndexError
            The thread has failed, now or earlier.
        """
        future: Future[object] = Future()
        item = _Item(change, future, time.monotonic() + self._busy_timeout_s)
        with self._impatient_lock:
            self._impatient.append(item)
        try:
            self._send(item)
            return future.result()
        finally:
            with self._impatient_lock:
                self._impatient.remove(item)

    def forget_missing(self, paths: tuple[str, ...] | None = None) -> list[str]:
        """Remove the rows of missing files (of these paths, if given) and return what was removed."""
        removed = self.run(ForgetMissing(paths))
        assert isinstance(removed, list)
        return removed

    def close(self) -> None:
        """Commit what was handed over, end the thread, close the index.

        Raises
        ------
        LibraryIndexError
            The thread has failed, or another program keeps the index locked; what isn't committed is lost.
        """
        if self._closed:
            return
        self._closed = True
        self._close_by = time.monotonic() + self._busy_timeout_s
        self._changes.put(None)
        self._thread.join()
        self._connection.close()
        if self._error is not None:
            raise self._error

    def __enter__(self) -> IndexWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            self.close()
        except LibraryIndexError as failure:
            # Whoever only stopped pulling, or pressed Ctrl-C, must hear what became of what was handed over.
            if not isinstance(error, Exception):
                raise
            if error is not failure:
                error.add_note(str(failure))

    def _send(self, item: _Item) -> None:
        if self._closed:
            raise ValueError("the index writer is closed")
        if self._error is not None:
            raise self._error
        self._changes.put(item)

    def _run(self) -> None:
        is_last = False
        while not is_last:
            batch, is_last = self._collect()
            if self._error is None:
                self._commit(batch)
            if self._error is not None:
                # Go on taking changes, or callers who wait for room or for a result would wait for ever.
                for item in batch:
                    if item.future is not None and not item.future.done():
                        item.future.set_exception(self._error)

    def _collect(self) -> tuple[list[_Item], bool]:
        """The next batch, and whether it is the last."""
        batch: list[_Item] = []
        commit_at: float | None = None
        while len(batch) < self._batch_size:
            try:
                item = self._changes.get(timeout=None if commit_at is None else max(0.0, commit_at - time.monotonic()))
            except queue.Empty:
                break
            if item is None:
                return batch, True
            if item.is_given_up:
                continue
            batch.append(item)
            if item.future is not None:
                break  # somebody waits for it
            commit_at = commit_at or time.monotonic() + self._batch_s
        return batch, False

    def _commit(self, batch: list[_Item]) -> None:
        """Commit a batch, as soon as no other program keeps that from being done."""
        while batch and self._error is None:
            try:
                results = self._attempt(batch)
            except LockedIndexError as error:
                self._locked_since = self._locked_since or time.monotonic()
                self._give_up(batch, error)
            except BaseException as error:  # a bug too: it is raised where somebody sees it, in the caller's thread
                self._error = error
            else:
                for item, result in zip(batch, results, strict=True):
                    if item.future is not None:
                        item.future.set_result(result)
                break
        self._locked_since = None

    def _attempt(self, batch: list[_Item]) -> list[object]:
        connection = self._connection
        try:
            with index_errors(self.path):
                connection.execute("BEGIN IMMEDIATE")
                now = self._clock()
                results = [item.change.apply(connection, now) for item in batch]
                connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.rollback()
            raise
        return results

    def _give_up(self, batch: list[_Item], error: LockedIndexError) -> None:
        """Tell those who have waited long enough, and end it all where the writer is to be closed."""
        now = time.monotonic()
        with self._impatient_lock:
            for item in self._impatient:
                if item.until <= now and item.future is not None and not item.future.done():
                    item.future.set_exception(error)
        batch[:] = [item for item in batch if not item.is_given_up]
        if now >= self._close_by:
            self._error = error
