"""The one thread that writes to the index."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType

from tagger_app.errors import LibraryIndexError
from tagger_app.index.changes import Change, ForgetMissing
from tagger_app.index.connection import IndexConnection, index_errors, open_for_writing

_QUEUE_LENGTH = 1_024

_Item = tuple[Change, Future[object] | None]


class _Flush:
    """Commit now."""

    def apply(self, connection: IndexConnection, now: float) -> None:
        return None


class IndexWriter:
    """Takes changes from any thread and commits them in whole batches from its own.

    A process that is killed leaves every batch that was committed, and nothing of the others. An error in the thread
    (a full disk, a lock that isn't released) is raised by the caller's next call or by `close`; what was committed
    before stays, and nothing more is written.

    Parameters
    ----------
    path : the index; created, or brought up to date, if need be
    batch_size : changes after which a batch is committed
    batch_s : seconds after which a batch is committed that isn't full
    busy_timeout_s : how long a commit waits for another program's lock
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
        self._clock = clock
        self._connection = open_for_writing(self.path, busy_timeout_s=busy_timeout_s, check_same_thread=False)
        self._changes: queue.Queue[_Item | None] = queue.Queue(_QUEUE_LENGTH)
        self._error: BaseException | None = None
        self._closed = False
        # A program that ends without closing the writer must not hang on it; the batches committed are whole.
        self._thread = threading.Thread(target=self._run, name="index writer", daemon=True)
        self._thread.start()

    def put(self, change: Change) -> None:
        """Hand over a change; waits while the thread is far behind.

        Raises
        ------
        LibraryIndexError
            The thread has failed, now or earlier.
        """
        self._send((change, None))

    def flush(self) -> None:
        """Wait until everything handed over so far is committed.

        Raises
        ------
        LibraryIndexError
            The thread has failed, now or earlier.
        """
        self.run(_Flush())

    def run(self, change: Change) -> object:
        """Hand over a change, wait until it is committed, and return its result.

        Raises
        ------
        LibraryIndexError
            The thread has failed, now or earlier.
        """
        future: Future[object] = Future()
        self._send((change, future))
        return future.result()

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
            The thread has failed and no call has raised it yet.
        """
        if self._closed:
            return
        self._closed = True
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
            if error is None:
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
                for _, future in batch:
                    if future is not None and not future.done():
                        future.set_exception(self._error)

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
            batch.append(item)
            if item[1] is not None:
                break  # somebody waits for it
            commit_at = commit_at or time.monotonic() + self._batch_s
        return batch, False

    def _commit(self, batch: list[_Item]) -> None:
        if not batch:
            return
        connection = self._connection
        try:
            with index_errors(self.path):
                connection.execute("BEGIN IMMEDIATE")
                now = self._clock()
                results = [change.apply(connection, now) for change, _ in batch]
                connection.execute("COMMIT")
        except BaseException as error:  # a bug too: it is raised where somebody sees it, in the caller's thread
            self._error = error
            if connection.in_transaction:
                connection.rollback()
        else:
            for (_, future), result in zip(batch, results, strict=True):
                if future is not None:
                    future.set_result(result)
