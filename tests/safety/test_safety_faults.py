"""Faults of the system, injected call by call: each ends with a reason, and nothing is lost."""

from __future__ import annotations

import errno
import os
import shutil
import threading
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from safety_library import write_kind

from tagger_app.audio.fingerprint import fingerprint_stream
from tagger_app.errors import TagError
from tagger_app.tagging.containers import read_metadata
from tagger_app.tagging.journal import Journal
from tagger_app.tagging.journal_records import State
from tagger_app.tagging.undo import undo_writes
from tagger_app.tagging.write import settle, write_fields

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
    path = write_kind(tmp_path / "music", kind)
    sound = fingerprint_stream(path)
    failed = set()
    for number in count(1):
        error = ERRORS[number % len(ERRORS)]
        _forget(journal)
        path.unlink()
        write_kind(tmp_path / "music", kind)
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
    path = write_kind(tmp_path / "music", "flac")

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
    path = write_kind(tmp_path / "music", "wav16")
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
