"""Rescan of an unchanged tree beside a bare walk of it: `python tests/benchmarks/rescan_speed.py [--files 100000]`."""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from tagger_app.audio.discover import FoundFile, discover
from tagger_app.ensemble.bundle import Bundle
from tagger_app.ensemble.choose import choose_bundle
from tagger_app.genres import N_GENRES
from tagger_app.index.changes import PutTrack
from tagger_app.index.records import TrackRecord
from tagger_app.index.writer import IndexWriter
from tagger_app.scan.events import RootListed
from tagger_app.scan.scan import ScanOptions, scan

_FILES_PER_FOLDER = 12


def walk(folder: str) -> int:
    """The floor: every entry of a tree and its `stat`."""
    n_files = 0
    pending = [folder]
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in entries:
                if entry.is_dir():
                    pending.append(entry.path)
                else:
                    entry.stat()
                    n_files += 1
    return n_files


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=100_000)
    arguments = parser.parse_args()
    bundle = choose_bundle()
    with tempfile.TemporaryDirectory() as temporary:
        root, index_path = Path(temporary, "music"), Path(temporary, "library.db")
        for number in range(arguments.files):
            folder = root / f"artist {number // 120:04}" / f"album {number // _FILES_PER_FOLDER:05}"
            if number % _FILES_PER_FOLDER == 0:
                folder.mkdir(parents=True)
            (folder / f"{number:06} cue.mp3").write_bytes(b"not empty")
        with IndexWriter(index_path, batch_size=1000) as writer:
            for found in discover(str(root)):
                assert isinstance(found, FoundFile)
                writer.put(PutTrack(_record(found, bundle)))
        table = Table(title=f"{arguments.files:,} unchanged files, best of 5")
        for heading in ("", "seconds", "times the walk"):
            table.add_column(heading, justify="right" if heading else "left")
        bare, again = [], []
        for _ in range(5):
            started = time.perf_counter()
            assert walk(str(root)) == arguments.files
            bare.append(time.perf_counter() - started)
            started = time.perf_counter()
            for event in scan([str(root)], index_path, bundle, ScanOptions(1)):
                assert not isinstance(event, RootListed) or event.n_unchanged == arguments.files
            again.append(time.perf_counter() - started)
        table.add_row("bare os.scandir walk with stat", f"{min(bare):.2f}", "1.00")
        table.add_row("rescan", f"{min(again):.2f}", f"{min(again) / min(bare):.2f}")
        Console().print(table)


def _record(found: FoundFile, bundle: Bundle) -> TrackRecord:
    return TrackRecord(
        path=found.path, size=found.size, mtime_ns=found.mtime_ns, fingerprint=f"{hash(found.path):032x}"[-32:],
        bundle_id=bundle.id, spec_fingerprint=bundle.manifest.fingerprint, duration_s=120.0, rate_hz=44_100,
        n_channels=2, codec="MP3", title=Path(found.path).stem, artist="An artist", album="An album",
        fits=(0.5,) * N_GENRES, assigned=(), user_genres=(), unscored="", short=False,
        curve=np.zeros((13, N_GENRES), np.float16), embedding=np.zeros(64, np.float16),
        overview=np.zeros(1000, np.uint8),
    )  # fmt: skip


if __name__ == "__main__":
    main()
