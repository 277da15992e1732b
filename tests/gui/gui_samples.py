"""Libraries to show in tests."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tagger_app.genres import GENRES, N_GENRES
from tagger_app.index.changes import Change, PutTrack
from tagger_app.index.records import Track, TrackRecord
from tagger_app.index.writer import IndexWriter

if TYPE_CHECKING:
    from tagger_app.gui.library.track_model import TrackModel
    from tagger_app.gui.main_window import MainWindow


def library_record(path: str, **changes: Any) -> TrackRecord:
    """A record of a plausible track; the same path gives the same record."""
    random = np.random.default_rng(sum(path.encode("utf-8", "surrogateescape")))
    fits = tuple(round(float(fit), 4) for fit in random.random(N_GENRES))
    best_first = sorted(range(N_GENRES), key=lambda index: -fits[index])
    fields: dict[str, Any] = {
        "path": path,
        "size": 1_000,
        "mtime_ns": 1_700_000_000_000_000_000,
        "fingerprint": f"{random.integers(1 << 62):032x}",
        "bundle_id": "test-1",
        "spec_fingerprint": "spec",
        "duration_s": float(random.integers(10, 600)),
        "rate_hz": 44_100,
        "n_channels": 2,
        "codec": "FLAC",
        "title": Path(path).stem,
        "artist": "Some Orchestra",
        "album": "Some Album",
        "fits": fits,
        "assigned": tuple(GENRES[index] for index in best_first if fits[index] > 0.6),
        "user_genres": (),
        "unscored": "",
        "short": False,
        "curve": random.random((3, N_GENRES)).astype(np.float16),
        "embedding": random.random(8).astype(np.float16),
        "overview": random.integers(0, 256, 50, np.uint8),
    }
    return TrackRecord(**(fields | changes))


def fill_library(index_path: Path, *records: TrackRecord, changes: tuple[Change, ...] = ()) -> None:
    """Put tracks into an index, then change it further."""
    with IndexWriter(index_path) as writer:
        for record in records:
            writer.put(PutTrack(record))
        for change in changes:
            writer.put(change)


def kill_task(path: str, new_id3_version: int) -> None:
    """What a hostile file does to the worker that reads its tags."""
    os.kill(os.getpid(), signal.SIGKILL)


def fits_with(**fits: float) -> tuple[float | None, ...]:
    """Fits in the order of the genres; 0 for those that aren't named."""
    return tuple(fits.get(genre.replace("-", ""), 0.0) for genre in GENRES)


def records(n_tracks: int) -> list[TrackRecord]:
    """Records of so many tracks."""
    return [library_record(f"/music/{number:04}.flac") for number in range(n_tracks)]


def titles(model: TrackModel) -> list[str | None]:
    """Titles in the order of the rows; None for what isn't read yet."""
    return [track.title if (track := model.track_at(row)) else None for row in range(model.rowCount())]


def tracks_of(window: MainWindow) -> list[Track]:
    """Tracks of a window's table, as far as they are read."""
    model = window.panels.library.model
    return [track for row in range(model.rowCount()) if (track := model.track_at(row))]
