"""Faults of the system, injected call by call, and real ones: each ends with a reason, and nothing is lost."""

from __future__ import annotations

import errno
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from safety_library import SafetyLibrary, unreadable_task
from sound_samples import extension_of, write_music

from tagger_app.audio.fingerprint import fingerprint_stream
from tagger_app.errors import DecodeError, LibraryIndexError, TagError, UnreadableError
from tagger_app.index.connection import open_for_writing
from tagger_app.index.writer import IndexWriter
from tagger_app.scan import pool as pooling
from tagger_app.scan import scan as scanning
from tagger_app.scan.events import RootListed, RootOffline, ScanFinished, TagsFailed, TrackDone, TrackFailed
from tagger_app.scan.retag import undo_tags, write_tags
from tagger_app.scan.worker import identify_task
from tagger_app.tagging import journal as journaling
from tagger_app.tagging.containers import read_metadata
from tagger_app.tagging.journal import Journal
from tagger_app.tagging.journal_records import State
from tagger_app.tagging.undo import undo_writes
from tagger_app.tagging.write import settle, write_fields

POSIX = pytest.mark.skipif(os.name != "posix", reason="POSIX only")
FIELDS = {"FILMGENRE_ACTION": ("0.87",), "FILMGENRE": ("Action",)}
ERRORS = (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EROFS)


class FaultyCalls:
    """Counts the calls of the system that a change of tags makes, and has one of them fail."""

    NAMES = ("open", "stat", "fsync", "replace", "utime")

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.calls: list[str] = []
        self.fail_at = 0
        self.error = 0
        for name in self.NAMES:
            patch.setattr(os, name, self._wrapped(name, getattr(os, name)))
        patch.setattr(os, "fdopen", self._fdopen(os.fdopen))
        patch.setattr(shutil, "copystat", self._wrapped("copystat", shutil.copystat))

    def take(self, name: str) -> None:
        """One call; fails if it is the chosen one."""
        if threading.current_thread() is not threading.main_thread():
            return
        self.calls.append(name)
        if len(self.calls) == self.fail_at:
            raise OSError(self.error, os.strerror(self.error), name)

    def _wrapped(self, name: str, whole: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            self.take(name)
            return whole(*arguments, **options)

        return call

    def _fdopen(self, whole: Callable[..., Any]) -> Callable[..., Any]:
        def fdopen(descriptor: int, mode: str) -> Any:
            return FaultyFile(whole(descriptor, mode), self)

        return fdopen


class FaultyFile:
    """A file whose reads, writes and flushes count as calls."""

    def __init__(self, file: Any, calls: FaultyCalls) -> None:
        self._file = file
        self._calls = calls

    def write(self, data: bytes) -> int:
        self._calls.take("write")
        return int(self._file.write(data))

    def flush(self) -> None:
        self._calls.take("flush")
        self._file.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> FaultyFile:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.open(tmp_path / "state" / "library.tag-journal.db") as opened:
        yield opened


def _file(folder: Path, kind: str) -> Path:
    folder.mkdir(exist_ok=True)
    rate_hz = 48_000 if kind == "opus" else 44_100
    return write_music(folder / f"cue.{extension_of(kind)}", seconds=1.0, kind=kind, rate_hz=rate_hz)


def _expected(change: Callable[[Path, Journal], None]) -> dict[str, tuple[str, ...]]:
    return FIELDS if change is _write else {}


def _forget(journal: Journal) -> None:
    journal._connection.execute("DELETE FROM write")


def _write(path: Path, journal: Journal) -> None:
    write_fields(str(path), FIELDS, journal, "b")


def _undo(path: Path, journal: Journal) -> None:
    for result in undo_writes(journal):
        if result.error:
            raise result.error


@pytest.mark.parametrize("change", [_write, _undo])
@pytest.mark.parametrize("kind", ["flac", "vorbis", "aac", "wav16"])
def test_every_call_of_the_system_may_fail(
    tmp_path: Path, journal: Journal, kind: str, change: Callable[[Path, Journal], None]
) -> None:
    path = _file(tmp_path / "music", kind)
    sound = fingerprint_stream(path)
    failed = set()
    for number in count(1):
        error = ERRORS[number % len(ERRORS)]
        _forget(journal)
        path.unlink()
        _file(tmp_path / "music", kind)
        if change is _undo:
            _write(path, journal)
        content = path.read_bytes()
        with pytest.MonkeyPatch.context() as patch:
            calls = FaultyCalls(patch)
            calls.fail_at, calls.error = number, error
            try:
                change(path, journal)
            except TagError as raised:
                reason = raised.reason
            else:
                if len(calls.calls) < number:
                    break
                # A look at a file may fail where nothing depends on it; then the change was made.
                assert calls.calls[number - 1] == "stat"
                assert dict(read_metadata(path).fields) == _expected(change)
                assert fingerprint_stream(path) == sound
                continue
        name = calls.calls[number - 1]
        failed.add(name)
        assert reason
        assert "\n" not in reason
        # Syncing the folder comes after the replacement; all before that leaves the file as it was.
        done = "replace" in calls.calls[: number - 1]
        assert (path.read_bytes() == content) != done, name
        assert fingerprint_stream(path) == sound
        assert [entry.name for entry in path.parent.iterdir()] == [path.name]
        assert settle(journal) == []
        expected = {_write: (State.ABANDONED, State.DONE), _undo: (State.DONE, State.UNDONE)}[change]
        states = [entry.state for entry in journal.entries()]
        assert states == [expected[done]] or (states == [] and change is _write), name
    assert failed >= {"open", "write", "flush", "fsync", "replace", "copystat"}


def test_a_copy_that_cant_be_removed_is_removed_later(
    tmp_path: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _file(tmp_path / "music", "flac")

    def fail(*arguments: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", fail)
        patch.setattr(os, "unlink", fail)
        with pytest.raises(TagError, match="Input/output error"):
            _write(path, journal)
    assert len(list(path.parent.iterdir())) == 2
    assert settle(journal) == []
    assert list(path.parent.iterdir()) == [path]


def test_a_file_that_cant_be_read_to_its_end(tmp_path: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _file(tmp_path / "music", "wav16")
    content = path.read_bytes()

    def fail(source: Any, target: Any, length: int = 0) -> None:
        target.write(source.read(2000))
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copyfileobj", fail)
        with pytest.raises(TagError, match="Input/output error"):
            _write(path, journal)
    assert path.read_bytes() == content
    assert list(path.parent.iterdir()) == [path]
    assert [entry.state for entry in journal.entries()] == [State.ABANDONED]


class Volume:
    """A small file system of its own."""

    def __init__(self, point: Path) -> None:
        self.point = point

    def mount(self, kib: int) -> None:
        self.point.mkdir(exist_ok=True)
        self._run("mount", "-t", "tmpfs", "-o", f"size={kib}k", "tmpfs", str(self.point))

    def make_read_only(self) -> None:
        self._run("mount", "-o", "remount,ro", str(self.point))

    def unmount(self) -> None:
        subprocess.run(["umount", "-l", str(self.point)], check=False, capture_output=True)

    def _run(self, *command: str) -> None:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"can't mount here: {done.stderr.strip()}")


@pytest.fixture
def volume(tmp_path: Path) -> Iterator[Volume]:
    if sys.platform != "linux" or os.geteuid():
        pytest.skip("only root may mount")
    made = Volume(tmp_path / "volume")
    yield made
    made.unmount()


def test_a_disk_that_is_really_full(volume: Volume, journal: Journal) -> None:
    volume.mount(700)
    path = _file(volume.point / "music", "wav16")
    (volume.point / "filler").write_bytes(random.Random(1).randbytes(400_000))
    content = path.read_bytes()
    with pytest.raises(TagError, match="no room for a copy beside it"):
        _write(path, journal)
    assert path.read_bytes() == content
    assert list(path.parent.iterdir()) == [path]
    assert [entry.state for entry in journal.entries()] == [State.ABANDONED]
    (volume.point / "filler").unlink()
    _write(path, journal)
    assert dict(read_metadata(path).fields) == FIELDS


def test_an_index_and_a_journal_on_a_full_disk(volume: Volume, library: SafetyLibrary) -> None:
    volume.mount(4000)
    paths = [library.add(f"{number}.flac", kind="flac", seed=number) for number in range(4)]
    library.index_path = volume.point / "library.db"
    library.scan(paths[0])
    before = library.tracks()
    filler = volume.point / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(1024)):
            pass
    content = [path.read_bytes() for path in paths]
    with pytest.raises(LibraryIndexError, match=r"disk|journal of tag writes can't be used"):
        library.scan(write_tags=True)
    with pytest.raises(LibraryIndexError, match=r"disk|journal of tag writes can't be used"):
        list(write_tags(before.values(), library.index_path))
    assert [path.read_bytes() for path in paths] == content
    filler.unlink()
    assert library.tracks() == before
    assert library.scan(write_tags=True)[-1] == ScanFinished(4, 0)
    library.check()


def test_a_volume_that_is_read_only(volume: Volume, library: SafetyLibrary) -> None:
    volume.mount(2000)
    library.root = volume.point
    paths = [library.add(f"{number}.flac", kind="flac", seed=number) for number in range(2)]
    content = [path.read_bytes() for path in paths]
    volume.make_read_only()
    events = library.scan(write_tags=True)
    assert len([event for event in events if isinstance(event, TrackDone)]) == 2
    reasons = [event.reason for event in events if isinstance(event, TagsFailed)]
    assert len(reasons) == 2
    assert all("read-only" in reason.lower() for reason in reasons), reasons
    assert [path.read_bytes() for path in paths] == content
    library.check()


def test_a_volume_that_is_unmounted_in_mid_scan(volume: Volume, library: SafetyLibrary) -> None:
    volume.mount(4000)
    library.root = volume.point
    for number in range(8):
        library.add(f"{number}.wav", seed=number)
    library.scan(library.root / "0.wav")
    events = []
    for event in library.start_scan():
        events.append(event)
        if isinstance(event, TrackDone) and library.root.is_mount():
            volume.unmount()
    assert any(isinstance(event, RootOffline) for event in events), events
    assert not any(isinstance(event, TrackFailed) for event in events), "files of a lost volume haven't failed"
    assert isinstance(events[-1], ScanFinished)
    assert {track.state for track in library.tracks().values()} == {"offline"}
    assert not any(track.failure for track in library.tracks().values())
    library.check()


def test_a_root_that_is_taken_away_in_mid_scan(library: SafetyLibrary, tmp_path: Path) -> None:
    for number in range(8):
        library.add(f"{number}.wav", seed=number)
    events = []
    for event in library.start_scan():
        events.append(event)
        if isinstance(event, TrackDone) and library.root.exists():
            library.root.rename(tmp_path / "unplugged")
    assert [type(event) for event in events if isinstance(event, RootOffline | TrackFailed)] == [RootOffline]
    (tmp_path / "unplugged").rename(library.root)
    assert library.scan()[-1] == ScanFinished(8, 0)
    library.check()


@POSIX
def test_who_is_to_blame_when_a_file_cant_be_read(common_folder: Any) -> None:
    path = write_music(common_folder.path / "a.wav", seconds=1.2)
    (common_folder.path / "text.mp3").write_text("text")
    with common_folder.as_ordinary_user():
        path.chmod(0)
        with pytest.raises(UnreadableError, match=r"can't be read \(Permission denied\)"):
            identify_task(str(path))
        with pytest.raises(DecodeError) as raised:
            identify_task(str(common_folder.path / "text.mp3"))
        assert not isinstance(raised.value, UnreadableError)


def test_a_trouble_of_the_system_is_not_remembered_as_one_of_the_file(
    library: SafetyLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add("a.wav")
    library.add("b.wav", seed=2)
    with monkeypatch.context() as patch:
        patch.setattr(scanning, "analyze_task", unreadable_task)
        failed = [event for event in library.scan() if isinstance(event, TrackFailed)]
    assert [event.reason for event in failed] == ["can't be read (Input/output error)"] * 2
    assert library.tracks() == {}
    assert library.heard() == {"a.wav": False, "b.wav": False}
    assert library.scan()[-1] == ScanFinished(2, 0)


HOLD = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
time.sleep(float(sys.argv[2]))
"""


def _hold_lock(index_path: Path, seconds: float) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(index_path), str(seconds)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def test_an_index_that_another_process_locks_for_a_while_is_waited_for(library: SafetyLibrary) -> None:
    for number in range(3):
        library.add(f"{number}.wav", seed=number)
    open_for_writing(library.index_path).close()
    with _hold_lock(library.index_path, 2.0):
        events = library.scan()
    assert events[-1] == ScanFinished(3, 0)
    library.check()


def test_an_index_that_stays_locked_is_told_and_nothing_is_lost(library: SafetyLibrary) -> None:
    library.add("a.wav")
    library.scan()
    before = library.tracks()
    process = _hold_lock(library.index_path, 60.0)
    try:
        with pytest.raises(LibraryIndexError, match="is locked by another program; close it or try again later"):
            IndexWriter(library.index_path, busy_timeout_s=0.2)
        assert library.tracks() == before, "reading goes on"
    finally:
        process.kill()
        process.communicate()
    IndexWriter(library.index_path, busy_timeout_s=0.2).close()
    library.check()


def test_a_clock_that_is_set_back_or_forward_condemns_no_file(
    library: SafetyLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        library.add(f"{number}.wav", seed=number)
    whole = time.time
    day_s = 86_400.0
    with monkeypatch.context() as patch:
        for event in library.start_scan():
            if isinstance(event, RootListed):
                patch.setattr(time, "time", lambda: whole() + random.choice((-day_s, day_s)))
            assert not isinstance(event, TrackFailed)
    assert library.scan()[-1] == ScanFinished(3, 0)


def test_the_last_write_is_undone_first_though_the_clock_was_set_back(
    library: SafetyLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = library.add("a.flac", kind="flac")
    with Journal.open(tmp_path / "j.db") as journal:
        write_fields(str(path), {"FILMGENRE_ACTION": ("0.10",)}, journal, "first")

        class Yesterday(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> datetime:
                return datetime(2020, 1, 1, tzinfo=UTC)

        monkeypatch.setattr(journaling, "datetime", Yesterday)
        write_fields(str(path), {"FILMGENRE_ACTION": ("0.20",)}, journal, "second")
        monkeypatch.undo()
        assert [entry.batch for entry in journal.entries()] == ["second", "first"]
        assert len(list(undo_writes(journal, since=datetime.now(UTC) - timedelta(hours=1)))) == 1
        list(undo_writes(journal))
    assert library.fields(path) == {}


def test_a_computer_that_sleeps_condemns_no_file(library: SafetyLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    """Time in which the parent doesn't run isn't time in which a worker was slow."""
    library.add("a.wav")
    whole, slept_s = time.monotonic, 0.0

    class Clock:
        monotonic = staticmethod(lambda: whole() + slept_s)

    monkeypatch.setattr(pooling, "time", Clock)
    for event in library.start_scan():
        if isinstance(event, RootListed):
            slept_s = 36_000.0
        assert not isinstance(event, TrackFailed)
    assert library.tracks().keys() == {"a.wav"}


def test_an_undo_of_files_on_a_volume_that_is_away_can_be_made_later(library: SafetyLibrary, tmp_path: Path) -> None:
    path = library.add("a.flac", kind="flac")
    sound = fingerprint_stream(path)
    library.scan(write_tags=True)
    library.root.rename(tmp_path / "away")
    (result,) = undo_tags(library.index_path)
    assert result.error
    assert result.error.reason == "has vanished"
    (tmp_path / "away").rename(library.root)
    (result,) = undo_tags(library.index_path)
    assert result.error is None
    assert library.fields(path) == {}
    assert fingerprint_stream(path) == sound
    library.check()
