"""An index made by hand, and ways to run the command line."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
from click.testing import CliRunner, Result

from tagger_app.cli import main
from tagger_app.genres import GENRES, N_GENRES
from tagger_app.index.changes import PutTrack
from tagger_app.index.records import TrackRecord
from tagger_app.index.writer import IndexWriter

TILES = 3


class Demo(NamedTuple):
    """What `cuefit demo` did."""

    folder: Path
    result: Result

    @property
    def index_path(self) -> Path:
        return self.folder / "cuefit-demo.db"


def run_cuefit(*arguments: str | os.PathLike[str], **environment: str) -> Result:
    """Run a command in this process, as if its output went to a pipe."""
    # Set here, because a terminal that the tests run in may set others.
    nowhere = str(Path(tempfile.gettempdir(), "no settings of cuefit.json"))
    quiet = {"COLUMNS": None, "CUEFIT_DB": None, "CUEFIT_SETTINGS": nowhere, **environment}
    return CliRunner().invoke(main, [os.fspath(argument) for argument in arguments], env=quiet, catch_exceptions=False)


def start_cuefit(*arguments: str | os.PathLike[str], **options: object) -> subprocess.Popen[bytes]:
    """Start a command in a process of its own."""
    return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
        [sys.executable, "-m", "tagger_app", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options
    )


def make_record(path: str, number: int = 0, **changes: object) -> TrackRecord:
    """An analysed track; one that exists is described as it is."""
    try:
        status = os.stat(path)  # noqa: PTH116
        size, mtime_ns = status.st_size, status.st_mtime_ns
    except OSError:
        size, mtime_ns = 1, 1
    random = np.random.default_rng(number)
    values: dict[str, object] = {
        "path": path,
        "size": size,
        "mtime_ns": mtime_ns,
        "fingerprint": f"{number:032x}",
        "bundle_id": "test-1",
        "spec_fingerprint": "spec",
        "duration_s": 61.4,
        "rate_hz": 44_100,
        "n_channels": 2,
        "codec": "FLAC",
        "title": f"Title {number}",
        "artist": "Artist",
        "album": f"Album {number}",
        "fits": (0.91, 0.2, None, 0.3, 0.62, 0.1, None, 0.05, 0.5, 0.55),
        "assigned": ("Action", "Drama"),
        "user_genres": (),
        "unscored": "",
        "short": False,
        "curve": np.zeros((TILES, N_GENRES), np.float16),
        "embedding": random.normal(size=8).astype(np.float16),
        "overview": np.zeros(4, np.uint8),
    }
    return TrackRecord(**(values | changes))  # type: ignore[arg-type]


def store(index_path: Path, *records: TrackRecord) -> None:
    """Put tracks into an index."""
    with IndexWriter(index_path) as writer:
        for record in records:
            writer.put(PutTrack(record))


def fits_of(**fits: float) -> tuple[float | None, ...]:
    """Fits in the order of the genres: `fits_of(Thriller=0.8)`."""
    return tuple(fits.get(genre.replace("-", "")) for genre in GENRES)
