"""Memory and handles of a long scan: `python tests/benchmarks/soak.py [--files 20000] [--write-tags]`.

Makes that many short files of different noise, scans them all, and prints what the scanning process and its workers
hold while it goes on. Neither may grow with the number of files that were heard.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import numpy as np
import psutil
import soundfile

from tagger_app.ensemble.choose import choose_bundle
from tagger_app.scan.events import RootListed, ScanFinished, TagsWritten, TrackDone, TrackFailed
from tagger_app.scan.scan import ScanOptions, scan

_RATE_HZ = 22_050
_KINDS = (("wav", {}), ("flac", {"compression_level": 0.0}), ("wav", {}), ("flac", {"compression_level": 0.0}))
_FILES_A_FOLDER = 500


class Sample(NamedTuple):
    """What processes hold, in MiB and numbers: the parent's, and the largest of the workers'."""

    n_heard: int
    seconds: float
    parent_mib: float
    parent_handles: int
    parent_threads: int
    worker_mib: float
    worker_handles: int


def make_files(root: Path, n_files: int) -> None:
    """Short files, each with another sound: a stretch of one long noise."""
    noise = (np.random.default_rng(1).normal(size=_RATE_HZ * 60) * 3000).astype(np.int16)
    starts = np.linspace(0, len(noise) - 1.1 * _RATE_HZ, n_files).astype(int)
    for number, start in enumerate(starts):
        folder = root / f"{number // _FILES_A_FOLDER:03}"
        folder.mkdir(parents=True, exist_ok=True)
        kind, options = _KINDS[number % len(_KINDS)]
        sound = noise[start : start + round(1.1 * _RATE_HZ)]
        soundfile.write(folder / f"{number:06}.{kind}", sound, _RATE_HZ, subtype="PCM_16", **options)


def take_sample(n_heard: int, started: float) -> Sample:
    """Look at this process and at those below it."""
    parent = psutil.Process()
    workers = [child for child in parent.children() if "spawn_main" in " ".join(child.cmdline())]
    return Sample(
        n_heard,
        time.monotonic() - started,
        parent.memory_info().rss / 2**20,
        _handles(parent),
        parent.num_threads(),
        max((worker.memory_info().rss / 2**20 for worker in workers), default=0.0),
        max(map(_handles, workers), default=0),
    )


def _handles(process: psutil.Process) -> int:
    return process.num_handles() if sys.platform == "win32" else process.num_fds()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--samples", type=int, default=20)
    parser.add_argument("--write-tags", action="store_true")
    arguments = parser.parse_args()
    print("| files heard | seconds | parent MiB | parent handles | threads | worker MiB | worker handles |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="cuefit-soak-") as name:
        root = Path(name, "music")
        make_files(root, arguments.files)
        options = ScanOptions(n_workers=arguments.workers, write_tags=arguments.write_tags)
        started = time.monotonic()
        step = max(1, arguments.files // arguments.samples)
        n_heard = n_failed = n_written = 0
        with closing(scan([str(root)], Path(name, "library.db"), choose_bundle(), options)) as events:
            for event in events:
                match event:
                    case TrackDone():
                        n_heard += 1
                        if n_heard in (1, 100) or n_heard % step == 0:
                            _print(take_sample(n_heard, started))
                    case TrackFailed(path, _, reason):
                        n_failed += 1
                        print(f"{path}: {reason}", file=sys.stderr)
                    case TagsWritten():
                        n_written += 1
                    case RootListed():
                        _print(take_sample(0, started))
                    case ScanFinished(n_tracks, _):
                        print(f"\n{n_tracks} tracks in the index, {n_failed} failures, {n_written} files tagged")
        _print(take_sample(n_heard, started))


def _print(sample: Sample) -> None:
    print(
        f"| {sample.n_heard:,} | {sample.seconds:.0f} | {sample.parent_mib:.0f} | {sample.parent_handles} "
        f"| {sample.parent_threads} | {sample.worker_mib:.0f} | {sample.worker_handles} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
