"""The desktop application and commands at work on one index and the same files, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from safety_library import SafetyLibrary
from sound_samples import extension_of

from tagger_app.audio.fingerprint import fingerprint_stream
from tagger_app.scan.events import ScanFinished
from tagger_app.scan.retag import undo_tags
from tagger_app.tagging.journal import Journal, journal_path
from tagger_app.tagging.journal_records import State

pytestmark = pytest.mark.gui
pytest.importorskip("PySide6")

KINDS = ("wav16", "flac", "vorbis", "mp3", "aac", "opus")
PATIENCE_S = 180.0

WINDOW = """
import json, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from tagger_app.gui.application import Session

application = QApplication(sys.argv[:1])
session = Session(application, Path(sys.argv[1]), Path(sys.argv[2]))
problems = []

def begin():
    if session.window is None:
        QTimer.singleShot(20, begin)
        return
    scans = session.window.panels.scans
    scans.problem.connect(problems.append)
    scans.finished.connect(end)
    scans.progressed.connect(lambda: print("listening", flush=True))
    scans.scan([sys.argv[3]], write_tags=True)

def end():
    report = session.window.panels.scans.report
    told = {"problems": problems, "failed": report.failed, "untagged": report.untagged}
    told["n_tracks"] = report.finished.n_tracks if report.finished else None
    print(json.dumps(told), flush=True)
    application.quit()

session.open()
QTimer.singleShot(0, begin)
status = application.exec()
session.close()
sys.exit(status)
"""


def _start_window(library: SafetyLibrary) -> subprocess.Popen[str]:
    """The window, scanning; returns when it has begun to listen."""
    settings = library.root.with_name("settings.toml")
    process = subprocess.Popen(
        [sys.executable, "-c", WINDOW, str(library.index_path), str(settings), str(library.root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software"},
    )
    assert process.stdout
    assert process.stdout.readline() == "listening\n", process.communicate()
    return process


def _add_files(library: SafetyLibrary, first: int, n_each: int) -> dict[Path, str]:
    paths = [
        library.add(
            f"{kind} {number}.{extension_of(kind)}",
            seed=10 * number + seed,
            kind=kind,
            rate_hz=48_000 if kind == "opus" else 44_100,
        )
        for number in range(first, first + n_each)
        for seed, kind in enumerate(KINDS)
    ]
    return {path: fingerprint_stream(path) for path in paths}


def test_the_window_scans_while_commands_scan_and_write_tags(library: SafetyLibrary) -> None:
    sounds = _add_files(library, 0, 1)
    library.scan()
    sounds |= _add_files(library, 1, 3)
    window = _start_window(library)
    commands = [
        library.start("scan", str(library.root), "--write-tags", "--workers", "1"),
        library.start("tags", "write", "--all"),
        library.start("tags", "clear", str(library.root)),
    ]
    for command in commands:
        out, err = command.communicate(timeout=PATIENCE_S)
        assert command.returncode in (0, 1), err
        assert "Traceback" not in out + err
        # Whoever came second to a file may say so.
        reasons = [line for line in err.splitlines() if str(library.root) in line]
        assert all("locked by another program" in line or "changed by another" in line for line in reasons), err
    out, err = window.communicate(timeout=PATIENCE_S)
    assert window.returncode == 0, err
    assert "Traceback" not in err
    told = json.loads(out.splitlines()[-1])
    assert told["problems"] == []
    assert all("changed by another program" in why for _, why in told["failed"]), told
    assert told["n_tracks"] >= len(sounds) - len(told["failed"])
    assert all("locked by another program" in why or "changed by another" in why for _, why in told["untagged"]), told

    library.check()
    assert {path: fingerprint_stream(path) for path in sounds} == sounds
    library.scan()
    assert library.tracks().keys() == {path.name for path in sounds}
    with Journal.open(journal_path(library.index_path)) as journal:
        assert journal.entries(states=(State.INTENDED,)) == []
        assert journal.undos() == []
    assert library.heard() == {}, "the index knows every file, whoever wrote to it last"
    assert library.scan(write_tags=True)[-1] == ScanFinished(len(sounds), 0)
    list(undo_tags(library.index_path))
    assert not any(library.fields(path) for path in sounds)
    library.check()
