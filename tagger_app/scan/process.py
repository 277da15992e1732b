"""What every worker process does before its first task."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading

import psutil

if sys.platform == "linux":
    import resource

MEMORY_LIMIT_BYTES = 4 << 30
"""What a worker may allocate, ten times what ten hours of music take; a file that claims more costs itself alone."""


def prepare_process(priority: str = "low") -> None:
    """A limit of memory, deaf to Ctrl-C, quiet native libraries, and no life after the parent's.

    Parameters
    ----------
    priority : "low", or "normal" for that of the parent
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if priority == "low":
        psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS if sys.platform == "win32" else 10)
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_LIMIT_BYTES, MEMORY_LIMIT_BYTES))
    # libmpg123 and LiteRT print to standard error, past Python, whatever they think of a file.
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 2)
    os.close(silence)
    threading.Thread(target=_end_with_parent, name="parent watcher", daemon=True).start()


def _end_with_parent() -> None:
    """End this process when its parent is gone: nobody is left to stop a decoder that hangs, or to take its result."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
