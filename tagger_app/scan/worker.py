"""What runs in a worker process: tasks that cross the process border as plain values."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from pathlib import Path

import psutil
from threadpoolctl import threadpool_limits

from tagger_app.ensemble.bundle import Bundle
from tagger_app.ensemble.scoring import Ensemble
from tagger_app.scan.analyze import Analysis, Identity, analyze, identify
from tagger_app.tagging.fields import Changes
from tagger_app.tagging.journal import Journal
from tagger_app.tagging.rewrite import WriteResult
from tagger_app.tagging.write import write_fields

_ensembles: list[Ensemble] = []
"""The ensemble of this process: made once, by `start_worker`, because interpreters can't be sent to a process."""


def start_worker(bundle: Bundle) -> None:
    """Prepare this process: low priority, one thread, deaf to Ctrl-C (the parent stops it), quiet native libraries."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS if sys.platform == "win32" else 10)
    threadpool_limits(1)
    # libmpg123 and LiteRT print to standard error, past Python, whatever they think of a file.
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 2)
    os.close(silence)
    threading.Thread(target=_end_with_parent, name="parent watcher", daemon=True).start()
    _ensembles.append(Ensemble(bundle))


def _end_with_parent() -> None:
    """End this process when its parent is gone: nobody is left to stop a decoder that hangs, or to take its result."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def identify_task(path: str) -> Identity:
    """See `identify`."""
    return identify(path)


def analyze_task(path: str, identity: Identity | None) -> tuple[Identity, Analysis]:
    """Listen to a file; identify it first unless that is done.

    Raises
    ------
    DecodeError
        As `identify` and `analyze`.
    """
    return identity or identify(path), analyze(path, _ensembles[0])


def write_tags_task(path: str, fields: Changes, journal_path: Path, batch: str, fingerprint: str) -> WriteResult:
    """Write tags where a hostile file can hang or crash no more than this process.

    Raises
    ------
    TagError, LibraryIndexError
        As `write_fields`.
    """
    with Journal.open(journal_path) as journal:
        return write_fields(path, fields, journal, batch, fingerprint=fingerprint)
