"""Reading tags now and then, as previews do: the worker process is kept from one time to the next."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import ExitStack

from tagger_app.errors import TagError
from tagger_app.scan.pool import WorkerPool
from tagger_app.scan.tag_tasks import read_tags_task
from tagger_app.scan.tag_work import TagJob, do_in
from tagger_app.tagging.metadata import Metadata

_IDLE_S = 20.0


class TagReader:
    """Reads tags in a worker process, which a hostile file can crash; threads take turns with it.

    Starting a worker takes most of a second, reading a file's tags a millisecond. It ends when it has had nothing to
    do for a while, and is started again when it is needed.

    Parameters
    ----------
    idle_s : how long a worker without work is kept
    """

    def __init__(self, idle_s: float = _IDLE_S) -> None:
        self._idle_s = idle_s
        self._pool: WorkerPool[str] | None = None
        self._worker = ExitStack()
        self._lock = threading.Lock()
        self._rest: threading.Timer | None = None

    def read(self, paths: Sequence[str], new_id3_version: int = 3) -> list[Metadata | TagError]:
        """What stands in the tags of files, or why that can't be read, in their order (`containers.read_metadata`)."""
        if not paths:
            return []
        with self._lock:
            self._stay_awake()
            if self._pool is None:
                self._pool = self._worker.enter_context(WorkerPool[str](None, 1, "normal"))  # somebody is waiting
            try:
                jobs = (TagJob(path, read_tags_task, (path, new_id3_version)) for path in paths)
                return [metadata for _, metadata in do_in(self._pool, jobs)]
            except BaseException:
                self._end_worker()
                raise
            finally:
                self._rest = threading.Timer(self._idle_s, self._go_to_rest)
                self._rest.daemon = True
                self._rest.start()

    def close(self) -> None:
        """End the worker, if there is one; waits for the file that it is at."""
        with self._lock:
            self._stay_awake()
            self._end_worker()

    def _go_to_rest(self) -> None:
        with self._lock:
            if self._rest is threading.current_thread():  # nobody has read since
                self._end_worker()

    def _stay_awake(self) -> None:
        if self._rest is not None:
            self._rest.cancel()
            self._rest = None

    def _end_worker(self) -> None:
        self._pool = None
        self._worker.close()
