"""Tasks that misbehave like a broken decoder, and a scan in a process of its own that can be killed.

A worker imports this module to run the tasks, so it imports no tests.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import psutil

from tagger_app.ensemble.choose import choose_bundle
from tagger_app.scan import jobs
from tagger_app.scan.analyze import Analysis, Identity
from tagger_app.scan.events import TrackDone
from tagger_app.scan.scan import ScanOptions, scan
from tagger_app.scan.tag_tasks import read_tags_task
from tagger_app.scan.worker import analyze_task
from tagger_app.tagging.metadata import Metadata


def priority_task() -> int:
    """The niceness, or the class of priority on Windows, of the worker that runs it."""
    return int(psutil.Process().nice())


def misbehaving_task(path: str, identity: Identity | None) -> tuple[Identity, Analysis]:
    """Analyse a file, except that one named "crash" kills the process, and one named "hang" never comes back."""
    if Path(path).stem == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if Path(path).stem == "hang":
        while True:
            time.sleep(60)
    return analyze_task(path, identity)


def killing_read_task(path: str, new_id3_version: int) -> Metadata:
    """Read tags, except that a file named "crash" kills the process."""
    if Path(path).stem == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    return read_tags_task(path, new_id3_version)


def main(root: str, index_path: str, last_track: int, largest_file: int) -> None:
    """Scan with one worker, and print what happens.

    Parameters
    ----------
    last_track : after so many tracks pull no more until standard input ends; 0 to go on to the end
    largest_file : bytes after which the disk is full; 0 for no such limit
    """
    # A shell that starts the tests in the background has them ignore Ctrl-C, and so this process too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if largest_file:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    jobs.analyze_task = misbehaving_task
    n_tracks = 0
    for event in scan([root], Path(index_path), choose_bundle(), ScanOptions(n_workers=1)):
        print(type(event).__name__, flush=True)
        n_tracks += isinstance(event, TrackDone)
        if last_track and n_tracks == last_track:
            sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
