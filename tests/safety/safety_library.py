"""A folder of music and the index of it, worked on in this process or by commands in processes of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

from sound_samples import extension_of, write_music

from tagger_app.ensemble.bundle import Bundle
from tagger_app.errors import UnreadableError
from tagger_app.index.check import check_index
from tagger_app.index.connection import open_for_reading
from tagger_app.index.records import Track
from tagger_app.index.tracks import get_track, known_files
from tagger_app.scan.events import ScanEvent, TrackDone
from tagger_app.scan.scan import ScanOptions, scan
from tagger_app.scan.tag_tasks import clear_tags_task, read_tags_task, write_tags_task
from tagger_app.tagging import rewrite as rewriting
from tagger_app.tagging.containers import read_metadata
from tagger_app.tagging.fields import Changes
from tagger_app.tagging.metadata import Metadata


class SafetyLibrary:
    """Music in `root`, an index in `index_path`."""

    def __init__(self, folder: Path, bundle: Bundle) -> None:
        self.root = folder / "music"
        self.root.mkdir()
        self.index_path = folder / "state" / "library.db"
        self.bundle = bundle

    def add(self, name: str, seed: int = 1, **options: object) -> Path:
        """Put a piece of music into the folder."""
        return write_music(self.root / name, **({"seconds": 1.2, "seed": seed} | options))  # type: ignore[arg-type]

    def start_scan(self, *roots: Path, **options: object) -> Generator[ScanEvent, None, None]:
        """A scan that goes on as events are pulled."""
        chosen = ScanOptions(**({"n_workers": 1} | options))  # type: ignore[arg-type]
        return scan([str(root) for root in roots or (self.root,)], self.index_path, self.bundle, chosen)

    def scan(self, *roots: Path, **options: object) -> list[ScanEvent]:
        """A whole scan."""
        return list(self.start_scan(*roots, **options))

    def heard(self, *roots: Path, **options: object) -> dict[str, bool]:
        """A whole scan: names of the files that were done, and whether each was recognised without listening."""
        events = self.scan(*roots, **options)
        return {Path(event.record.path).name: event.recognised for event in events if isinstance(event, TrackDone)}

    def start(self, *command: str) -> subprocess.Popen[str]:
        """A command line on this index, in a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "tagger_app", *command, "--db", str(self.index_path)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def tracks(self) -> dict[str, Track]:
        """All rows of the index, by path relative to the root."""
        with closing(open_for_reading(self.index_path)) as connection:
            known = known_files(connection, str(self.root))
            tracks = {path: get_track(connection, path) for path in known}
        return {os.path.relpath(path, self.root): track for path, track in tracks.items() if track}

    def fields(self, path: Path) -> dict[str, tuple[str, ...]]:
        """Cuefit's fields in a file."""
        return dict(read_metadata(str(path)).fields)

    def check(self) -> None:
        """Nothing is wrong with the index, and no copy lies among the music."""
        assert check_index(self.index_path).problems == ()
        assert not list(self.root.rglob(".cuefit-*"))


def write_kind(folder: Path, kind: str) -> Path:
    """A file of a kind, as `sound_samples` names it, in a folder that is made if need be."""
    folder.mkdir(exist_ok=True)
    rate_hz = 48_000 if kind == "opus" else 44_100
    return write_music(folder / f"cue.{extension_of(kind)}", seconds=1.0, kind=kind, rate_hz=rate_hz)


def unreadable_task(path: str, identity: object) -> None:
    """What a worker says of a file on a failing disk."""
    raise UnreadableError(path, "can't be read (Input/output error)")


def crashing_task(
    path: str, fields: Changes, journal: Path, batch: str, fingerprint: str, new_id3_version: int
) -> object:
    """Writes tags, except that a FLAC file kills the process in the middle of its copy."""
    if path.endswith(".flac"):
        rewriting.os.replace = lambda *names: os.kill(os.getpid(), signal.SIGSEGV)  # type: ignore[attr-defined]
    return write_tags_task(path, fields, journal, batch, fingerprint, new_id3_version)


def hanging_task(path: str, user_too: bool, journal: Path, batch: str) -> object:
    """Clears tags, except that it never comes to the end of its copy."""
    rewriting.os.replace = lambda *names: time.sleep(600)  # type: ignore[attr-defined]
    return clear_tags_task(path, user_too, journal, batch)


def reading_task(path: str, new_id3_version: int) -> Metadata:
    """Reads tags, except that a FLAC file kills the process."""
    if path.endswith(".flac"):
        os.kill(os.getpid(), signal.SIGSEGV)
    return read_tags_task(path, new_id3_version)


def crashing_settle_task(change: object, journal: Path) -> bool:
    """Never finds out what became of a write."""
    os.kill(os.getpid(), signal.SIGSEGV)
    return False
