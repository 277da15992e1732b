"""One worker that reads tags for as long as somebody asks."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator

import psutil
import pytest
from scan_samples import killing_read_task
from sound_samples import write_music

from tagger_app.errors import TagError
from tagger_app.scan import tag_reader as tag_reader_module
from tagger_app.scan.tag_reader import TagReader
from tagger_app.tagging.metadata import Metadata

PATIENCE_S = 60


@pytest.fixture
def reader() -> Iterator[TagReader]:
    reader = TagReader()
    yield reader
    reader.close()


def workers() -> set[int]:
    """Process ids of workers; the interpreter's own tracker of resources isn't one."""
    return {child.pid for child in psutil.Process().children() if _is_worker(child)}


def _is_worker(process: psutil.Process) -> bool:
    try:
        return "spawn_main" in " ".join(process.cmdline())
    except psutil.Error:  # it has just ended
        return False


def test_tags_in_the_order_of_the_paths(reader, tmp_path):
    first = write_music(tmp_path / "b.flac", 1.0, "flac")
    last = write_music(tmp_path / "a.mp3", 1.0, "mp3")
    broken = tmp_path / "c.flac"
    broken.write_bytes(b"no music")
    tags = reader.read([str(first), str(broken), str(tmp_path / "nowhere.mp3"), str(last)])
    assert [type(found) for found in tags] == [Metadata, TagError, TagError, Metadata]
    assert [found.path for found in tags if isinstance(found, TagError)] == [broken, tmp_path / "nowhere.mp3"]


def test_nothing_to_read_starts_nothing(reader):
    before = workers()
    assert reader.read([]) == []
    assert workers() == before


def test_the_worker_is_kept_and_ended(reader, tmp_path):
    path = str(write_music(tmp_path / "a.flac", 1.0, "flac"))
    before = workers()
    reader.read([path])
    (worker,) = workers() - before
    reader.read([path])
    assert workers() - before == {worker}
    reader.close()
    assert workers() == before
    assert isinstance(reader.read([path])[0], Metadata)


def test_an_idle_worker_ends(tmp_path):
    path = str(write_music(tmp_path / "a.flac", 1.0, "flac"))
    before = workers()
    reader = TagReader(idle_s=0.1)
    reader.read([path])
    deadline = time.monotonic() + PATIENCE_S
    while workers() != before:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    reader.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_a_file_that_kills_its_reader_costs_itself_alone(reader, tmp_path, monkeypatch):
    monkeypatch.setattr(tag_reader_module, "read_tags_task", killing_read_task)
    paths = [str(write_music(tmp_path / name, 1.0, "flac")) for name in ("a.flac", "crash.flac", "z.flac")]
    first, killed, last = reader.read(paths)
    assert isinstance(first, Metadata)
    assert isinstance(killed, TagError)
    assert killed.reason == f"crashed the decoder (exit status {-signal.SIGSEGV})"
    assert isinstance(last, Metadata)
    assert isinstance(reader.read(paths[:1])[0], Metadata)
