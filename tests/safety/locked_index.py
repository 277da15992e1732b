"""A scan while another program keeps the index locked: `python tests/safety/locked_index.py --seconds 60`.

The scan is Cuefit's own command, the lock one of SQLite's, held by a third process.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))  # for sound_samples, where pytest doesn't see to it

from safety_library import SafetyLibrary

from tagger_app.ensemble.choose import choose_bundle
from tagger_app.index.connection import open_for_writing

_HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held_lock(index_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has an index locked, until its input is closed."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(index_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    try:
        yield process
    finally:
        assert process.stdin
        process.stdin.close()
        process.wait()
        process.stdout.close()


class LockedScan(NamedTuple):
    """What became of a scan whose index was locked from its beginning."""

    status: int
    output: str
    errors: str
    n_before: int
    took_s: float


def scan_while_locked(library: SafetyLibrary, seconds: float) -> LockedScan:
    """Scan a library and write its tags, with the index locked for so long; `n_before` tracks were in it meanwhile."""
    open_for_writing(library.index_path).close()
    started = time.monotonic()
    with held_lock(library.index_path):
        scan = library.start("scan", str(library.root), "--write-tags", "--workers", "1")
        try:
            scan.wait(seconds)
        except subprocess.TimeoutExpired:
            n_before = len(library.tracks())
        else:
            n_before = -1  # it gave up, or wrote past the lock
    output, errors = scan.communicate(timeout=120.0)
    return LockedScan(scan.returncode, output, errors, n_before, time.monotonic() - started)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--files", type=int, default=300)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cuefit-locked-") as name:
        library = SafetyLibrary(Path(name), choose_bundle())
        for number in range(arguments.files):
            library.add(f"{number}.flac", kind="flac", seed=number)
        scan = scan_while_locked(library, arguments.seconds)
        print(f"{scan.output}{scan.errors}exit status {scan.status} after {scan.took_s:.0f} s")
        print(f"tracks in the index while it was locked: {scan.n_before}; afterwards: {len(library.tracks())}")
        library.check()


if __name__ == "__main__":
    main()
