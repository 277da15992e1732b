"""Putting off a Ctrl-C over what must not be cut in two."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker


@contextmanager
def put_off_interrupts() -> Iterator[None]:
    """Put off a Ctrl-C to the end of the block.

    A generator may yield in the block: whoever pulls it deals with that value undisturbed, and the interrupt comes
    when the next is asked for.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # Python runs handlers of signals in the main thread alone
        return
    put_off: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda number, _frame: put_off.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
    if put_off:
        signal.raise_signal(signal.SIGINT)


@contextmanager
def keep_interrupts_from_children() -> Iterator[None]:
    """Put off a Ctrl-C to the end of the block, and keep it from processes that are started in it.

    A start that is interrupted leaves a process that nobody knows of. And a process can ignore Ctrl-C only once it has
    imported what it runs; until then it would end with a traceback.
    """
    with put_off_interrupts(), _blocked_interrupts():
        yield


@contextmanager
def _blocked_interrupts() -> Iterator[None]:
    """Block the signal itself: threads and processes started in the block inherit that."""
    if threading.current_thread() is not threading.main_thread() or sys.platform == "win32":
        yield
        return
    resource_tracker.ensure_running()  # else the first worker starts it, which lets the signal through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
