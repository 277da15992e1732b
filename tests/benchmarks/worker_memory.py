"""Peak memory of a worker on a very long file: `python tests/benchmarks/worker_memory.py [--hours 10]`."""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile

from tagger_app.ensemble.bundle import Bundle
from tagger_app.ensemble.choose import choose_bundle
from tagger_app.ensemble.reference import refer_to
from tagger_app.paths import resource_path
from tagger_app.scan.worker import analyze_task, start_worker


def listen_in_worker(bundle: Bundle, path: str) -> tuple[float, float, float]:
    """Peak memory in MiB before and after a file, and its length in hours; runs in a process of its own."""
    start_worker(refer_to(bundle))
    before = _peak_mib()
    _, analysis = analyze_task(path, None)
    return before, _peak_mib(), analysis.duration_s / 3600


def _peak_mib() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20) if sys.platform == "darwin" else peak / (1 << 10)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=10.0)
    arguments = parser.parse_args()
    cue, rate_hz = soundfile.read(resource_path("demo", "rumination.flac"), dtype="int16")
    block = np.resize(np.repeat(cue.reshape(len(cue), -1)[:, :1], 2, axis=0), 60 * 44_100)
    stereo = np.column_stack([block, block])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "long.flac")
        with soundfile.SoundFile(path, "w", 44_100, 2, subtype="PCM_16", compression_level=0.0) as sound:
            for _ in range(round(arguments.hours * 60)):
                sound.write(stereo)
        started = time.perf_counter()
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            before, after, hours = pool.apply(listen_in_worker, (choose_bundle(), str(path)))
        seconds = time.perf_counter() - started
    print(f"{hours:.1f} hours of 44.1 kHz stereo FLAC, cue at {rate_hz} Hz repeated: {seconds:.0f} s")
    print(f"peak memory of the worker: {before:.0f} MiB when started, {after:.0f} MiB in the end")


if __name__ == "__main__":
    main()
