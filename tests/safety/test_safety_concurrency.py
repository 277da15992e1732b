"""Several programs at work on the same index and the same files at once: no corruption, clear messages."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
from safety_library import SafetyLibrary, crashing_settle_task, crashing_task, hanging_task, reading_task
from sound_samples import extension_of

from tagger_app.audio.fingerprint import fingerprint_stream
from tagger_app.errors import TagError
from tagger_app.index.writer import IndexWriter
from tagger_app.scan import retag, tag_work
from tagger_app.scan.events import ScanFinished, TagsFailed, TagsWritten
from tagger_app.scan.pool import WorkerPool
from tagger_app.scan.retag import clear_tags, undo_tags, write_tags
from tagger_app.scan.tag_work import StoppedError, read_tags
from tagger_app.tagging.containers import read_metadata
from tagger_app.tagging.journal import Journal, journal_path
from tagger_app.tagging.journal_records import State
from tagger_app.tagging.metadata import Metadata

KINDS = ("wav16", "flac", "vorbis", "mp3", "aac", "opus")
PATIENCE_S = 120.0


def _fill(library: SafetyLibrary, n_each: int = 1) -> dict[Path, str]:
    """Files of several kinds, and their sound."""
    paths = [
        library.add(
            f"{kind} {number}.{extension_of(kind)}",
            seed=10 * number + seed,
            kind=kind,
            rate_hz=48_000 if kind == "opus" else 44_100,
        )
        for number in range(n_each)
        for seed, kind in enumerate(KINDS)
    ]
    return {path: fingerprint_stream(path) for path in paths}


def _finish(*processes: subprocess.Popen[str]) -> list[tuple[int, str, str]]:
    results = []
    for process in processes:
        out, err = process.communicate(timeout=PATIENCE_S)
        assert "Traceback" not in err, err
        results.append((process.returncode, out, err))
    return results


def _check(library: SafetyLibrary, sounds: dict[Path, str]) -> None:
    library.check()
    assert {path: fingerprint_stream(path) for path in sounds} == sounds
    with Journal.open(journal_path(library.index_path)) as journal:
        assert journal.entries(states=(State.INTENDED,)) == []
        assert journal.undos() == []


def test_two_scans_on_one_index_that_write_the_same_files(library: SafetyLibrary) -> None:
    sounds = _fill(library, 2)
    command = ("scan", str(library.root), "--write-tags", "--workers", "1")
    for status, _, err in _finish(library.start(*command), library.start(*command)):
        # Whoever came second to a file may say so.
        reasons = [line for line in err.splitlines() if str(library.root) in line]
        assert status in (0, 1), err
        assert all("locked by another program" in line or "changed by another" in line for line in reasons), err
    _check(library, sounds)
    tracks = library.tracks()
    assert len(tracks) == len(sounds)
    assert all(library.fields(path)["FILMGENRE_MODEL"] for path in sounds)
    assert library.scan(write_tags=True)[-1] == ScanFinished(len(sounds), 0)
    assert library.heard() == {}


def test_a_scan_and_tag_commands_at_the_same_time(library: SafetyLibrary) -> None:
    sounds = _fill(library)
    library.scan()
    library.add("more 1.wav", seed=91)
    library.add("more 2.wav", seed=92)
    database = str(library.root)
    results = _finish(
        library.start("scan", database, "--workers", "1"),
        library.start("tags", "write", "--all"),
        library.start("tags", "clear", database, "--user-too"),
    )
    assert {status for status, _, _ in results} <= {0, 1}
    _check(library, sounds)
    assert len(library.tracks()) == len(sounds) + 2
    for path in sounds:
        fields = library.fields(path)
        assert not fields or "FILMGENRE_MODEL" in fields
    library.scan()
    assert library.heard() == {}
    list(undo_tags(library.index_path))
    assert not any(library.fields(path) for path in sounds)


EDITOR = """
import sys, mutagen
from mutagen.id3 import TIT2
print("ready", flush=True)
number = 0
while True:
    for path in sys.argv[1:]:
        number += 1
        try:
            tags = mutagen.File(path)
            if tags.tags is None:
                tags.add_tags()
            if hasattr(tags.tags, "setall"):
                tags.tags.setall("TIT2", [TIT2(encoding=3, text=["Edited %d" % number])])
            elif path.endswith(".m4a"):
                tags["\\xa9nam"] = ["Edited %d" % number]
            else:
                tags["title"] = ["Edited %d" % number]
            tags.save()
        except mutagen.MutagenError:
            pass  # what it read wasn't what it wrote to; a real editor says so
"""


def test_a_tag_editor_at_work_on_the_same_files(library: SafetyLibrary) -> None:
    sounds = _fill(library)
    library.scan()
    tracks = list(library.tracks().values())
    editor = subprocess.Popen(
        [sys.executable, "-c", EDITOR, *map(str, sounds)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert editor.stdout
    assert editor.stdout.readline() == "ready\n"
    reasons = []
    n_written = 0
    try:
        for _ in range(3):
            for event in (*write_tags(tracks, library.index_path), *clear_tags(map(str, sounds), library.index_path)):
                if isinstance(event, TagsFailed):
                    reasons.append(event.reason)
                else:
                    n_written += event.changed
    finally:
        editor.kill()
        _, err = editor.communicate()
    assert "Traceback" not in err, err
    assert n_written + len(reasons) >= len(sounds)
    for reason in reasons:
        assert reason
        assert "\n" not in reason
    # The editor was killed, so that a file it was at may be half written by it; by now no other may be.
    broken = [path for path, sound in sounds.items() if not _sounds_like(path, sound)]
    assert len(broken) <= 1
    for path in sounds.keys() - set(broken):
        assert read_metadata(str(path)).title.startswith("Edited")
    library.check()


def _sounds_like(path: Path, sound: str) -> bool:
    try:
        return fingerprint_stream(path) == sound and bool(read_metadata(str(path)).title)
    except (TagError, OSError):
        return False


def test_two_writers_of_one_file_dont_overtake_each_other(library: SafetyLibrary) -> None:
    """One is told that the file is locked, or finds it changed; the journal knows what stands in the file."""
    sounds = _fill(library)
    library.scan()
    tracks = list(library.tracks().values())
    failures: list[str] = []

    def write() -> None:
        for _ in range(2):
            events = (*write_tags(tracks, library.index_path), *clear_tags(map(str, sounds), library.index_path))
            failures.extend(event.reason for event in events if isinstance(event, TagsFailed))

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all("locked by another program" in reason or "changed by another" in reason for reason in failures), failures
    _check(library, sounds)
    with Journal.open(journal_path(library.index_path)) as journal:
        for path in sounds:
            held: dict[str, tuple[str, ...]] = {}
            for entry in reversed(journal.entries(paths=[str(path)], states=(State.DONE,))):
                assert all(held.get(name) == values for name, values in entry.old.items())
                held = {name: values for name, values in {**held, **entry.new}.items() if values is not None}
            assert library.fields(path) == held


def test_a_writer_of_the_index_beside_a_scan(library: SafetyLibrary) -> None:
    sounds = _fill(library)
    with IndexWriter(library.index_path) as writer:
        for _ in library.start_scan():
            writer.flush()
        assert len(library.tracks()) == len(sounds)
    library.check()


def test_a_hostile_file_costs_a_tag_command_itself_alone(
    library: SafetyLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    sounds = _fill(library)
    library.scan()
    tracks = list(library.tracks().values())
    hanging, hostile = map(str, list(sounds)[:2])
    with monkeypatch.context() as patch:
        patch.setattr(retag, "write_tags_task", crashing_task)
        events = {event.path: event for event in write_tags(tracks, library.index_path)}
    failed = [event for event in events.values() if isinstance(event, TagsFailed)]
    assert [event.path for event in failed] == [hostile]
    assert "crashed" in failed[0].reason
    assert sum(isinstance(event, TagsWritten) for event in events.values()) == len(tracks) - 1
    _check(library, sounds)
    with monkeypatch.context() as patch:
        patch.setattr(retag, "clear_tags_task", hanging_task)
        patch.setattr(tag_work, "time_limit_s", lambda size: 2.0)
        (event,) = clear_tags([hanging], library.index_path)
    assert event == TagsFailed(hanging, "took too long to read and was given up")
    _check(library, sounds)


def test_stopping_a_tag_command_leaves_nothing_behind(library: SafetyLibrary) -> None:
    sounds = _fill(library)
    library.scan()
    events = write_tags(list(library.tracks().values()), library.index_path)
    next(events)
    events.close()
    _check(library, sounds)
    assert not [child for child in psutil.Process().children() if "spawn_main" in " ".join(child.cmdline())]


def test_a_worker_that_dies_without_a_task_is_replaced(library: SafetyLibrary) -> None:
    with WorkerPool[str](None, 1) as pool:
        for number in range(3):
            pool.give(f"{number}", len, ("abc",), 30.0)
            assert list(pool.collect()) == [(f"{number}", 3)]
            time.sleep(0.5)  # by then it waits for the next task
            for child in psutil.Process().children():
                if "spawn_main" in " ".join(child.cmdline()):
                    child.kill()  # and let the pool find out
            time.sleep(0.5)


def test_a_hostile_file_costs_whoever_only_reads_tags_itself_alone(
    library: SafetyLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [*map(str, _fill(library)), str(library.root / "missing.flac.wav")]
    monkeypatch.setattr(tag_work, "read_tags_task", reading_task)
    found = list(read_tags(paths))
    assert [path for path, _ in found] == paths
    for path, tags in found:
        if path.endswith(".flac"):
            assert isinstance(tags, StoppedError)
            assert "crashed" in tags.reason
        else:
            assert isinstance(tags, TagError if "missing" in path else Metadata), tags


def test_a_hostile_file_waits_to_be_settled_and_holds_nobody_up(
    library: SafetyLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    sounds = _fill(library)
    library.scan()
    tracks = list(library.tracks().values())
    hostile = next(str(path) for path in sounds if path.suffix == ".flac")
    with monkeypatch.context() as patch:
        patch.setattr(retag, "write_tags_task", crashing_task)
        patch.setattr(tag_work, "settle_task", crashing_settle_task)
        events = {event.path: event for event in write_tags(tracks, library.index_path)}
        assert isinstance(events[hostile], TagsFailed)
        assert sum(isinstance(event, TagsWritten) for event in events.values()) == len(tracks) - 1
        with Journal.open(journal_path(library.index_path)) as journal:
            assert [entry.path for entry in journal.entries(states=(State.INTENDED,))] == [hostile]
    assert library.scan(write_tags=True)[-1] == ScanFinished(len(sounds), 0)
    _check(library, sounds)
    assert all(library.fields(path) for path in sounds)
