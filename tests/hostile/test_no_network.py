"""Nothing that Cuefit does opens a socket to anywhere, starts another program, or writes where it wasn't told to."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.cli_samples import run_cuefit
from tests.sound_samples import write_music

_WATCH = """
import os, sys

def watch(event, arguments):
    if event.startswith("socket.") or event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"):
        with open(os.environ["CUEFIT_TEST_EVENTS"], "a") as log:
            log.write(event + " " + ascii([str(argument) for argument in arguments]) + chr(10))

sys.addaudithook(watch)
"""
"""Loaded by every Python that starts with its folder in its path, so by worker processes too."""

_LISTS = {
    "concat.mp3": "ffconcat version 1.0\nfile other.flac\n",
    "absolute.mp3": "ffconcat version 1.0\nfile {folder}/other.flac\n",
    "network.mp3": "ffconcat version 1.0\nfile http://127.0.0.1:9/a.mp3\n",
    "hls.m4a": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:2,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n",
    "session.ogg": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 9 RTP/AVP 0\n",
    "dash.mp4": '<?xml version="1.0"?><MPD profiles="urn:mpeg:dash:profile:isoff-live:2011" type="static">'
    "<Period><AdaptationSet><Representation><BaseURL>http://127.0.0.1:9/</BaseURL></Representation>"
    "</AdaptationSet></Period></MPD>",
    "script.wav": "SBaGen\n-SE\nalloff: -\nts: 200+10/30\nNOW ts\n",
}
"""Text that FFmpeg takes for lists of other files, or for scripts, whatever it is called."""


@pytest.fixture
def music(tmp_path: Path) -> Path:
    folder = tmp_path / "music"
    folder.mkdir()
    for kind, name in (("flac", "other.flac"), ("aac", "a.m4a"), ("mp3", "a.mp3"), ("wma", "a.wma")):
        write_music(folder / name, 1.3, kind, rate_hz=22_050, n_channels=1)
    for name, content in _LISTS.items():
        (folder / name).write_text(content.format(folder=folder))
    return folder


def _commands(music: Path, index: Path, out: Path) -> Iterator[list[str]]:
    for arguments in (
        ["scan", music, "--write-tags", "--workers", "1"],
        ["find", "length>0:01"],
        ["like", "path:other"],
        ["export", "csv", "-o", out / "list.csv"],
        ["export", "m3u", "-o", out / "list.m3u8"],
        ["tags", "undo", "--all"],
        ["info"],
    ):
        yield [os.fspath(argument) for argument in (*arguments, "--db", index)]


def test_lists_and_scripts_are_no_recordings(music: Path, tmp_path: Path) -> None:
    index = tmp_path / "library.db"
    run_cuefit("scan", music, "--workers", "1", "--db", index)
    found = {Path(path).name for path in run_cuefit("find", "--paths", "--db", index).stdout.split("\n") if path}
    assert found == {"other.flac", "a.m4a", "a.mp3", "a.wma"}


def test_no_socket_and_no_other_program(music: Path, tmp_path: Path) -> None:
    """Every Python that takes part tells what it opens and starts; what native code does, the next test sees."""
    (tmp_path / "watch").mkdir()
    (tmp_path / "watch" / "sitecustomize.py").write_text(_WATCH)
    (tmp_path / "out").mkdir()
    log = tmp_path / "events"
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "watch"), "CUEFIT_TEST_EVENTS": str(log)}
    check = "import socket; socket.socket().close()"
    subprocess.run([sys.executable, "-c", check], env=environment, check=True)
    assert "socket.__new__" in log.read_text(), "the watch itself must see a socket"
    log.unlink()
    for arguments in _commands(music, tmp_path / "library.db", tmp_path / "out"):
        command = [sys.executable, "-m", "tagger_app", *arguments]
        result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
        assert result.returncode in (0, 1), result.stderr
    events = log.read_text().splitlines() if log.exists() else []
    # A pair of sockets between a process and its own workers leads nowhere else.
    assert [event for event in events if "AddressFamily.AF_UNIX" not in event] == []


_TRACED = re.compile(r"(socket|connect|bind|sendto|execve)\((.*)")


def _works(strace: str | None) -> bool:
    return bool(strace) and not subprocess.run([strace, "-f", "true"], capture_output=True, check=False).returncode


@pytest.mark.skipif(not _works(shutil.which("strace")), reason="needs strace")
def test_no_socket_in_any_system_call(music: Path, tmp_path: Path) -> None:
    """All threads and processes, native libraries included; and every file opened for writing is where it should be."""
    out = tmp_path / "out"
    out.mkdir()
    allowed = tuple(os.fspath(path) for path in (music, tmp_path, "/dev/null", "/dev/shm", "/dev/tty"))
    for number, arguments in enumerate(_commands(music, tmp_path / "library.db", out)):
        trace = tmp_path / f"trace-{number}"
        command = ["strace", "-f", "-qq", "-e", "trace=%network,execve,openat,open,creat", "-o", trace]
        command += [sys.executable, "-B", "-m", "tagger_app", *arguments]
        subprocess.run(command, capture_output=True, check=False, timeout=200)
        lines = trace.read_text(errors="replace").splitlines()
        assert any("execve" in line for line in lines)
        _check_trace(lines, allowed)


def _check_trace(lines: list[str], allowed: tuple[str, ...]) -> None:
    for line in lines:
        if (call := _TRACED.search(line)) and call[1] != "execve":
            assert re.match(r"AF_(UNIX|LOCAL)|\d+", call[2]), line
            assert "AF_INET" not in line, line
        elif call:
            assert Path(call[2].split('"')[1]).name.startswith("python"), line
        elif re.search(r"O_(WRONLY|RDWR|CREAT)", line) and " = -1 " not in line:
            assert line.split('"')[1].startswith(allowed), line


_WINDOW = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from tagger_app.gui import application as starting

class Session(starting.Session):
    def _show(self, opened):
        super()._show(opened)
        scans = self.window.panels.scans
        scans.finished.connect(lambda: QTimer.singleShot(1_000, QApplication.quit))
        scans.scan([sys.argv[3]], write_tags=True)

starting.Session = Session
sys.exit(starting.run(Path(sys.argv[1]), Path(sys.argv[2])))
"""


@pytest.mark.gui
@pytest.mark.skipif(not _works(shutil.which("strace")), reason="needs strace")
def test_no_socket_in_the_window(music: Path, tmp_path: Path) -> None:
    """The window opens, scans, writes tags and closes; sockets of the desktop itself lead nowhere else."""
    pytest.importorskip("PySide6")
    trace, index = tmp_path / "trace", tmp_path / "state" / "library.db"
    home = tmp_path / "home"
    home.mkdir()
    command = ["strace", "-f", "-qq", "-e", "trace=%network,execve,openat,open,creat", "-o", trace]
    command += [sys.executable, "-B", "-c", _WINDOW, index, tmp_path / "settings.json", music]
    offscreen = {"QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software", "TMPDIR": str(tmp_path)}
    offscreen |= {"HOME": str(home), "XDG_RUNTIME_DIR": str(home)}
    result = subprocess.run(command, env=os.environ | offscreen, capture_output=True, check=False, timeout=300)
    assert result.returncode == 0, result.stderr
    assert len(run_cuefit("find", "--paths", "--db", index).stdout.split()) == 4
    lines = trace.read_text(errors="replace").splitlines()
    assert any("AF_UNIX" in line for line in lines), "a second start calls the first by one"
    _check_trace(lines, tuple(os.fspath(path) for path in (tmp_path, "/dev/null", "/dev/shm", "/dev/tty")))
