from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path

import pytest
from sound_samples import write_music

from tagger_app.ensemble.bundle import Bundle
from tagger_app.index.connection import IndexConnection, open_for_reading
from tagger_app.index.records import Track
from tagger_app.index.tracks import get_track, known_files
from tagger_app.scan.events import ScanEvent
from tagger_app.scan.pool import WorkerPool
from tagger_app.scan.scan import ScanOptions, scan


class Library:
    """A folder of music and the index of it."""

    def __init__(self, folder: Path, bundle: Bundle) -> None:
        self.root = folder / "music"
        self.root.mkdir()
        self.index_path = folder / "state" / "library.db"
        self.bundle = bundle

    def add(self, name: str, seed: int = 1, **options: object) -> Path:
        """Put a piece of music into the folder."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return write_music(path, seed=seed, **options)  # type: ignore[arg-type]

    def start_scan(self, *roots: Path, **options: object) -> Iterator[ScanEvent]:
        """A scan that goes on as events are pulled."""
        chosen = ScanOptions(**({"n_workers": 1} | options))  # type: ignore[arg-type]
        return scan([str(root) for root in roots or (self.root,)], self.index_path, self.bundle, chosen)

    def scan(self, *roots: Path, **options: object) -> list[ScanEvent]:
        """A whole scan."""
        return list(self.start_scan(*roots, **options))

    def scan_without_workers(self, *roots: Path, **options: object) -> list[ScanEvent]:
        """A whole scan that has nothing to listen to: starting a worker for it fails the test."""

        def refuse(*arguments: object) -> None:
            raise AssertionError("a worker was started")

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(WorkerPool, "__init__", refuse)
            return self.scan(*roots, **options)

    def reading(self) -> AbstractContextManager[IndexConnection]:
        """The index, open for reading."""
        return closing(open_for_reading(self.index_path))

    def tracks(self) -> dict[str, Track]:
        """All rows of the index, by path relative to the root."""
        with self.reading() as connection:
            known = known_files(connection, str(self.root))
            tracks = {path: get_track(connection, path) for path in known}
        return {os.path.relpath(path, self.root): track for path, track in tracks.items() if track}

    def check_integrity(self) -> None:
        """Let SQLite check the index."""
        with self.reading() as connection:
            assert connection.fetch("PRAGMA integrity_check") == [("ok",)]
            assert connection.fetch("PRAGMA foreign_key_check") == []


@pytest.fixture
def library(tmp_path: Path, bundle: Bundle) -> Library:
    return Library(tmp_path, bundle)
