from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import psutil
import pytest
from cli_samples import run_cuefit, start_cuefit
from sound_samples import write_music, write_sound

from tagger_app.errors import LibraryIndexError
from tagger_app.index.connection import open_for_reading
from tagger_app.index.ledger import list_roots, read_statistics
from tagger_app.scan.events import ScanFinished
from tagger_app.scan.pool import default_workers
from tagger_app.tagging.style import TagStyle


def count_tracks(index_path: Path) -> int:
    try:
        with closing(open_for_reading(index_path)) as connection:
            return read_statistics(connection).n_by_status["present"]
    except LibraryIndexError:
        return 0


def test_a_scan_lists_each_failure_with_its_reason(tmp_path: Path, index_path: Path) -> None:
    music = tmp_path / "music"
    music.mkdir()
    write_music(music / "good.flac", kind="flac")
    (music / "letter.mp3").write_text("Dear editor, ...")
    (music / "empty [bold].wav").touch()
    result = run_cuefit("scan", music, "--db", index_path, "--workers", "1")
    assert result.exit_code == 1
    heading, empty, letter = result.stderr.splitlines()
    assert heading == "2 files couldn't be read:"
    assert empty.startswith(f"  {music}/empty [bold].wav: ")
    assert letter.startswith(f"  {music}/letter.mp3: isn't audio")
    lines = result.stdout.splitlines()
    assert lines[0].startswith("3 files looked at in 0:0")
    assert lines[1:] == [
        "  1 listened to, 0:03 of music",
        "  2 failed",
        "The index now holds 1 track from here and remembers 2 failures.",
    ]
    again = run_cuefit("scan", music, "--db", index_path)
    assert (again.exit_code, again.stderr) == (0, "")
    assert "  1 unchanged since the last scan\n  2 failed before" in again.stdout
    info = run_cuefit("info", "--failures", "--db", index_path)
    assert "2 failed: couldn't be read" in info.stdout
    assert f"{music}/letter.mp3: isn't audio" in info.stdout
    music.rename(tmp_path / "unplugged")
    offline = run_cuefit("scan", music, "--db", index_path)
    assert offline.exit_code == 1
    assert f"Offline: {music}: " in offline.stderr
    assert "1 offline" in run_cuefit("info", "--db", index_path).stdout


def test_a_misspelt_folder_is_wrong_usage_and_leaves_no_trace(tmp_path: Path, index_path: Path) -> None:
    result = run_cuefit("scan", tmp_path / "musik", "--db", index_path)
    assert result.exit_code == 2
    assert f"there is no file or folder {tmp_path}/musik" in result.stderr
    assert not index_path.exists()
    (tmp_path / "music").mkdir()
    assert run_cuefit("scan", tmp_path / "music", "--db", index_path).exit_code == 0
    assert run_cuefit("scan", tmp_path / "musik", "--db", index_path).exit_code == 2
    with closing(open_for_reading(index_path)) as connection:
        assert [root.path for root in list_roots(connection)] == [str(tmp_path / "music")]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_keeps_what_was_done_and_says_how_to_go_on(tmp_path: Path, index_path: Path) -> None:
    music = tmp_path / "music"
    music.mkdir()
    noise = np.random.default_rng(1).normal(scale=0.1, size=(22_050 * 300, 1)).astype(np.float32)
    original = write_sound(tmp_path / "long.wav", noise, 22_050)
    for number in range(300):
        os.link(original, music / f"{number}.wav")
    process = start_cuefit("scan", music, "--db", index_path, "--workers", "1", start_new_session=True)
    deadline = time.monotonic() + 60
    while count_tracks(index_path) == 0 and time.monotonic() < deadline:
        assert process.poll() is None
        time.sleep(0.05)
    for _ in range(3):  # impatient, and heard by the workers too
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.05)
    out, error = process.communicate(timeout=30)
    assert (process.returncode, error) == (130, b"")
    assert out.decode().endswith("Stopped. What was done is kept; the same command goes on from here.\n")
    n_tracks = count_tracks(index_path)
    assert 0 < n_tracks < 300
    assert f" {n_tracks} listened to" in out.decode()
    with closing(open_for_reading(index_path)) as connection:
        assert connection.fetch("PRAGMA integrity_check") == [("ok",)]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_while_workers_start_leaves_nothing_behind(tmp_path: Path, index_path: Path) -> None:
    write_music(tmp_path / "a.wav")
    process = start_cuefit("scan", tmp_path, "--db", index_path, "--workers", "2", start_new_session=True)
    deadline = time.monotonic() + 60
    while not index_path.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.3)
    os.killpg(process.pid, signal.SIGINT)
    out, error = process.communicate(timeout=30)
    # Where the machine is quick the scan may be at its end by now.
    assert (process.returncode, error) in ((130, b""), (0, b""))
    assert b"Traceback" not in out
    assert not has_processes(process.pid)


def has_processes(group: int) -> bool:
    """Whether any process of a group is still running after some seconds."""
    for _ in range(100):
        if not any(is_running_in(process, group) for process in psutil.process_iter()):
            return False
        time.sleep(0.05)
    return True


def is_running_in(process: psutil.Process, group: int) -> bool:
    try:
        return os.getpgid(process.pid) == group and process.status() != psutil.STATUS_ZOMBIE
    except (ProcessLookupError, psutil.NoSuchProcess):
        return False


def test_a_scan_listens_as_the_settings_say(tmp_path: Path, index_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def take_note(roots, index, bundle, options):
        asked.append(options)
        yield ScanFinished(0, 0)

    monkeypatch.setattr("tagger_app.cli.scan.scan", take_note)
    settings = tmp_path / "settings.json"
    settings.write_text('{"priority": "normal", "n_workers": 3, "mirrors": ["MOOD"], "new_id3_version": 4}')
    for options in ((), ("--settings", settings), ("--settings", settings, "--priority", "low", "--workers", "1")):
        assert run_cuefit("scan", tmp_path, "--db", index_path, *options).exit_code == 0
    plain, set_so, told = asked
    assert (plain.priority, plain.n_workers) == ("low", default_workers())
    assert (set_so.priority, set_so.n_workers) == ("normal", 3)
    assert set_so.tag_style == TagStyle(4, ("MOOD",))
    assert (told.priority, told.n_workers) == ("low", 1)
