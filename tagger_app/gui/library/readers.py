"""Connections to the index that threads of the background take turns with."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tagger_app.index.connection import IndexConnection, open_for_reading

_BUSY_TIMEOUT_S = 2.0


class Readers:
    """Keeps connections open between uses: what SQLite has read of the index stays in memory.

    Parameters
    ----------
    path : the index
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle: list[IndexConnection] = []
        self._lock = threading.Lock()
        self._closed = False

    @contextmanager
    def borrow(self, use: Use | None = None) -> Iterator[IndexConnection]:
        """A read-only connection, for one thread and a while.

        Parameters
        ----------
        use : where it can be interrupted from

        Raises
        ------
        LibraryIndexError
            There is no index, or it can't be read.
        """
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            connection = open_for_reading(self.path, busy_timeout_s=_BUSY_TIMEOUT_S, check_same_thread=False)
        try:
            if use is not None:
                use.begin(connection)
            yield connection
        except BaseException:
            if use is not None:
                use.end()
            connection.close()
            raise
        if use is not None:
            use.end()
        with self._lock:
            if not self._closed:
                self._idle.append(connection)
                return
        connection.close()

    def close(self) -> None:
        """Close the connections, those in use when they come back."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()


class Use:
    """One use of a connection, which another thread can cut short."""

    def __init__(self) -> None:
        self._connection: IndexConnection | None = None
        self._lock = threading.Lock()
        self._interrupted = False

    def begin(self, connection: IndexConnection) -> None:
        """The statements that follow can be interrupted."""
        with self._lock:
            self._connection = connection
            if self._interrupted:
                connection.interrupt()

    def end(self) -> None:
        """Nothing can be interrupted any more."""
        with self._lock:
            self._connection = None

    def interrupt(self) -> None:
        """Cut the statement short that runs now, if one does: it raises `sqlite3.OperationalError`."""
        with self._lock:
            self._interrupted = True
            if self._connection is not None:
                self._connection.interrupt()
