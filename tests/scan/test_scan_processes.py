"""Processes that crash, hang, are killed or interrupted: what is committed stays, and the next scan goes on."""

from __future__ import annotations

import dataclasses
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
import scan_samples
from scan_samples import misbehaving_task, priority_task

from tagger_app.ensemble.bundle import Bundle
from tagger_app.ensemble.reference import load_referred, refer_to
from tagger_app.ensemble.thresholds import thresholds_of, with_thresholds
from tagger_app.errors import BundleError, DecodeError
from tagger_app.scan import jobs
from tagger_app.scan.events import RootListed, ScanFinished, TrackDone, TrackFailed
from tagger_app.scan.listen import Heard, listen
from tagger_app.scan.pool import WorkerPool, default_workers, time_limit_s

POSIX = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
PATIENCE_S = 30.0


@contextmanager
def _scanning_process(library, last_track: int = 0, largest_file: int = 0) -> Iterator[subprocess.Popen[str]]:
    """A scan in another process, in a session of its own as a terminal would run it."""
    process = subprocess.Popen(
        [
            *(sys.executable, scan_samples.__file__, str(library.root), str(library.index_path)),
            *(str(last_track), str(largest_file)),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def _wait_for_tracks(library, process: subprocess.Popen[str], n_tracks: int) -> None:
    """Wait until the scanning process has committed some tracks."""
    deadline = time.monotonic() + PATIENCE_S
    while not library.index_path.exists() or len(library.tracks()) < n_tracks:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, [
            f"{path.name}: {path.stat()}" for path in library.index_path.parent.iterdir()
        ]
        time.sleep(0.05)


def _workers_of(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def _wait_until_gone(processes: list[psutil.Process]) -> None:
    _, alive = psutil.wait_procs(processes, timeout=PATIENCE_S)
    assert not [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]


@POSIX
@pytest.mark.parametrize("n_workers", [1, 2])
def test_a_file_that_crashes_its_worker_costs_itself_alone(library, monkeypatch, n_workers):
    monkeypatch.setattr(jobs, "analyze_task", misbehaving_task)
    for name in ("a.wav", "crash.wav", "z.wav"):
        library.add(name, seed=ord(name[0]))
    events = library.scan(n_workers=n_workers)
    (failed,) = [event for event in events if isinstance(event, TrackFailed)]
    assert Path(failed.path).name == "crash.wav"
    assert failed.reason == f"crashed the decoder (exit status {-signal.SIGSEGV})"
    assert events[-1] == ScanFinished(n_tracks=2, n_failed=1)
    assert library.scan_without_workers()[0].n_failed_before == 1


def test_a_file_that_hangs_its_worker_costs_itself_alone(library, monkeypatch):
    monkeypatch.setattr(jobs, "analyze_task", misbehaving_task)
    monkeypatch.setattr(jobs, "time_limit_s", lambda size: 1.0 if size == hanging.stat().st_size else PATIENCE_S)
    library.add("a.wav")
    hanging = library.add("hang.wav", seconds=1.1)
    library.add("z.wav", seed=2)
    events = library.scan()
    assert [(Path(event.path).name, event.reason) for event in events if isinstance(event, TrackFailed)] == [
        ("hang.wav", "took too long to read and was given up")
    ]
    assert events[-1] == ScanFinished(n_tracks=2, n_failed=1)


def test_a_bug_in_a_task_surfaces(library, monkeypatch):
    monkeypatch.setattr(jobs, "analyze_task", len)
    library.add("a.wav")
    with pytest.raises(TypeError):
        library.scan()
    assert not psutil.Process().children(recursive=True) or all(
        "resource_tracker" in " ".join(child.cmdline()) for child in psutil.Process().children()
    )


def test_time_limits_grow_with_the_file():
    assert time_limit_s(0) >= 60
    assert time_limit_s(2_000_000_000) >= time_limit_s(0) + 1_000
    assert 1 <= default_workers() <= max(1, (os.cpu_count() or 1) // 2)


def test_a_scan_that_is_stopped_keeps_what_was_done_and_leaves_no_worker(library):
    for number in range(4):
        library.add(f"{number}.wav", seed=number)
    events = library.start_scan()
    for event in events:
        if isinstance(event, TrackDone):
            events.close()  # what both shells do to cancel
    assert len(library.tracks()) == 1
    assert not [child for child in psutil.Process().children() if "spawn_main" in " ".join(child.cmdline())]
    resumed = library.scan()
    assert (resumed[0].n_unchanged, resumed[0].n_pending) == (1, 3)
    assert resumed[-1] == ScanFinished(n_tracks=4, n_failed=0)


@POSIX
def test_a_scan_that_is_killed_is_resumed(library):
    names = {f"{number}.wav" for number in range(8)}
    for name in names:
        library.add(name, seed=int(name[0]), seconds=1.5)
    (library.root / "bad.mp3").write_text("text")
    with _scanning_process(library, last_track=3) as process:
        _wait_for_tracks(library, process, 3)
        workers = _workers_of(process)
        assert workers
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        _wait_until_gone(workers)
    library.check_integrity()
    committed = library.tracks()
    assert 3 <= len(committed) <= 4
    events = library.scan()
    listed = events[0]
    assert isinstance(listed, RootListed)
    assert listed.n_unchanged + listed.n_failed_before == len(committed)
    assert listed.n_pending == 9 - len(committed)
    heard_now = [Path(event.record.path).name for event in events if isinstance(event, TrackDone)]
    assert sorted(heard_now) == sorted(names - committed.keys())
    assert library.tracks().keys() == names | {"bad.mp3"}
    assert events[-1] == ScanFinished(n_tracks=8, n_failed=1)
    assert library.scan_without_workers()[0].n_pending == 0
    library.check_integrity()


@POSIX
def test_a_worker_that_hangs_ends_when_its_parent_is_killed(library):
    library.add("a.wav")
    library.add("hang.wav", seed=2)
    with _scanning_process(library) as process:
        _wait_for_tracks(library, process, 1)
        workers = _workers_of(process)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        _wait_until_gone(workers)


@POSIX
def test_ctrl_c_keeps_what_was_done_and_leaves_no_worker(library):
    for number in range(8):
        library.add(f"{number}.wav", seed=number, seconds=1.5)
    with _scanning_process(library, last_track=3) as process:
        _wait_for_tracks(library, process, 3)
        workers = _workers_of(process)
        os.killpg(process.pid, signal.SIGINT)  # a terminal tells every process of the group
        out, err = process.communicate(timeout=PATIENCE_S)
        _wait_until_gone(workers)
    assert "ScanFinished" not in out
    assert err.rstrip().endswith("KeyboardInterrupt")
    assert err.count("Traceback") == 1
    assert out.count("TrackDone") == 3
    assert sum(not track.failure for track in library.tracks().values()) == 3
    library.check_integrity()
    events = library.scan()
    assert events[-1] == ScanFinished(n_tracks=8, n_failed=0)


@POSIX
def test_a_full_disk_stops_the_scan_and_loses_nothing(library):
    for number in range(3):
        library.add(f"{number}.wav", seed=number, seconds=1.5)
    library.scan()
    before = library.tracks()
    for number in range(3, 6):
        library.add(f"{number}.wav", seed=number, seconds=1.5)
    with _scanning_process(library, largest_file=16_384) as process:
        _, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 1
    assert "LibraryIndexError" in err
    assert "the disk" in err
    assert library.tracks() == before
    library.check_integrity()
    assert library.scan()[-1] == ScanFinished(n_tracks=6, n_failed=0)


def test_listening_without_an_index(library, bundle):
    paths = [str(library.add("a.wav")), str(library.root / "none.wav"), str(library.add("b.flac", kind="flac", seed=2))]
    (library.root / "text.mp3").write_text("text")
    paths.append(str(library.root / "text.mp3"))
    results = dict(listen(paths, bundle, n_workers=2))
    assert list(results) == paths
    assert isinstance(results[paths[0]], Heard)
    assert isinstance(results[paths[2]], Heard)
    assert results[paths[0]].identity.fingerprint != results[paths[2]].identity.fingerprint
    assert [type(results[path]) for path in (paths[1], paths[3])] == [DecodeError, DecodeError]
    assert results[paths[1]].reason == "No such file or directory"
    assert list(listen([], bundle)) == []


def test_another_program_may_write_to_the_index_meanwhile(library):
    """Whoever closes the index last removes its log; that must not be another while the scan goes on."""
    for number in range(3):
        library.add(f"{number}.wav", seed=number, seconds=1.5)
    other = (
        "import sys; from pathlib import Path; from tagger_app.index.writer import IndexWriter; "
        "IndexWriter(Path(sys.argv[1])).close()"
    )
    count = (
        "import sqlite3, sys; print(*sqlite3.connect(sys.argv[1]).execute('SELECT count(*) FROM tracks').fetchone())"
    )
    for event in library.start_scan():
        if isinstance(event, RootListed | TrackDone):
            subprocess.run([sys.executable, "-c", other, str(library.index_path)], check=True)
        if isinstance(event, ScanFinished):
            seen = subprocess.check_output([sys.executable, "-c", count, str(library.index_path)], text=True)
            assert int(seen) == event.n_tracks == 3, (
                "what is committed is seen by others before the scan closes the index"
            )
    library.check_integrity()


@pytest.mark.parametrize(("priority", "nicer"), [("low", True), ("normal", False)])
def test_workers_have_the_priority_that_is_wanted(priority, nicer):
    own = psutil.Process().nice()
    with WorkerPool[str](None, 1, priority) as pool:
        pool.give("job", priority_task, (), 30.0)
        ((_, found),) = pool.collect()
    assert (found != own) == nicer


_DEAD_WORKERS = """
import multiprocessing, sys
from multiprocessing import resource_tracker
from tagger_app.ensemble.choose import choose_bundle
from tagger_app.scan.pool import WorkerPool

resource_tracker.ensure_running()
multiprocessing.get_context("spawn").set_executable(sys.argv[1])
with WorkerPool(choose_bundle(), 1) as pool:
    pool.give("a", len, ("abc",), 30.0)
    list(pool.collect())
"""


@POSIX
def test_workers_that_die_before_they_have_read_anything_hold_nobody_up() -> None:
    """Killed for want of memory as they start, for instance; whoever hands them more than a pipe takes would wait."""
    command = [sys.executable, "-c", _DEAD_WORKERS, shutil.which("false") or ""]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=2 * PATIENCE_S)
    assert "worker processes end before they begin a task" in ended.stderr


def test_what_a_worker_is_handed_fits_into_a_pipe(bundle: Bundle, tmp_path: Path) -> None:
    own = with_thresholds(bundle, {bundle.trained_genres[0]: 0.123})
    handed = pickle.dumps(refer_to(own))
    assert len(handed) < 16_384
    loaded = load_referred(pickle.loads(handed))
    assert thresholds_of(loaded) == thresholds_of(own)
    assert loaded.contents == own.contents
    moved = dataclasses.replace(refer_to(own), hashes=("0" * 64,))
    with pytest.raises(BundleError, match="replaced by another bundle"):
        load_referred(moved)
