"""Waiting for the index in a scan, and telling when another program keeps it locked."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import wait

from tagger_app.index.connection import BUSY_TIMEOUT_S
from tagger_app.index.writer import IndexWriter
from tagger_app.scan.events import IndexLocked, IndexReleased

_TICK_S = 0.2

LockEvents = Iterator[IndexLocked | IndexReleased]


class Commits:
    """Looks after what a scan hands over to the index; each method yields what there is to tell.

    Parameters
    ----------
    writer : what the scan hands it over to
    tell_after_s : how long the index may be locked before that is told
    """

    def __init__(self, writer: IndexWriter, tell_after_s: float = BUSY_TIMEOUT_S) -> None:
        self._writer = writer
        self._tell_after_s = tell_after_s
        self._told = False

    def look(self) -> LockEvents:
        """Tell, once each, that another program keeps the index locked, and that it no longer does."""
        locked_s = self._writer.locked_for_s
        if locked_s >= self._tell_after_s and not self._told:
            self._told = True
            yield IndexLocked(str(self._writer.path), locked_s)
        elif not locked_s and self._told:
            self._told = False
            yield IndexReleased(str(self._writer.path))

    def wait_for_room(self) -> LockEvents:
        """Wait while so much isn't committed yet that it would fill the memory."""
        yield from self.look()
        while self._writer.is_far_behind:
            time.sleep(_TICK_S)
            yield from self.look()

    def wait_for_all(self) -> LockEvents:
        """Wait until everything that was handed over is committed.

        Raises
        ------
        LibraryIndexError
            It can't be, for another reason than a lock.
        """
        flushed = self._writer.begin_flush()
        while not wait((flushed,), _TICK_S).done:
            yield from self.look()
        flushed.result()
        yield from self.look()
