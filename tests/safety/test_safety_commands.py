"""A file that kills whoever opens it: each command loses a worker, says so, and goes on with the other files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from safety_library import SafetyLibrary

from tagger_app.ensemble.bundle import Bundle
from tagger_app.scan.events import ScanFinished

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a process ends itself by a signal of POSIX")

_HOSTILE = """
import os, signal, sys

hostile = os.environ.get("CUEFIT_TEST_HOSTILE", "")

def watch(event, arguments):
    if event == "open" and hostile and isinstance(arguments[0], (str, bytes)) and os.fsdecode(arguments[0]) == hostile:
        os.kill(os.getpid(), signal.SIGSEGV)

sys.addaudithook(watch)
"""
"""Loaded by every Python that starts with its folder in its path, so by worker processes too."""


class HostileLibrary(SafetyLibrary):
    """Three tagged files, one of which no process survives opening."""

    def __init__(self, folder: Path, bundle: Bundle) -> None:
        super().__init__(folder, bundle)
        for number, name in enumerate(("a.flac", "b.mp3", "c.wav")):
            self.add(name, seed=number, kind={"a": "flac", "b": "mp3", "c": "wav16"}[name[0]])
        assert self.scan(write_tags=True)[-1] == ScanFinished(3, 0)
        self.hostile = self.root / "b.mp3"
        self._watch = folder / "watch"
        self._watch.mkdir()
        (self._watch / "sitecustomize.py").write_text(_HOSTILE)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run Python while the file is hostile."""
        path = os.pathsep.join(filter(None, (str(self._watch), os.environ.get("PYTHONPATH"))))
        environment = os.environ | {"PYTHONPATH": path, "CUEFIT_TEST_HOSTILE": str(self.hostile), "COLUMNS": "200"}
        return subprocess.run(
            [sys.executable, *command], env=environment, capture_output=True, text=True, check=False, timeout=120
        )


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, bundle: Bundle) -> HostileLibrary:
    return HostileLibrary(tmp_path_factory.mktemp("hostile"), bundle)


def test_the_file_is_hostile(hostile: HostileLibrary) -> None:
    """Else nothing would be proved."""
    reading = "import sys; from tagger_app.tagging.containers import read_metadata; read_metadata(sys.argv[1])"
    assert hostile.run("-c", reading, str(hostile.hostile)).returncode == -11
    assert hostile.run("-c", reading, str(hostile.root / "a.flac")).returncode == 0


@pytest.mark.parametrize(
    ("command", "others"),
    [
        ("tags show ROOT", "c.wav"),
        ("tags show --json ROOT", 'c.wav", "title"'),
        ("index check --files --db INDEX", "2 files hold what was written last"),
        ("index check --files --json --db INDEX", 'c.wav", "changed": [], "error": null'),
        ("tags write --all --dry-run --db INDEX", "2 have these values already"),
        ("tags write ROOT --db INDEX", "2 had nothing to change"),
        ("tags clear ROOT --db INDEX", "2 files cleared"),
        ("tags undo ROOT --db INDEX", "2 files restored"),
        ("analyze ROOT", "c.wav"),
        ("analyze --json ROOT", 'c.wav", "duration_s"'),
        ("like HOSTILE --db INDEX", ""),
        ("path HOSTILE ROOT/a.flac --db INDEX", ""),
        ("scan ROOT --workers 1 --write-tags --db INDEX", "holds 2 tracks from here and remembers 1 failure"),
        ("info --failures --db INDEX", "2 tracks"),
    ],
)
def test_no_command_ends_with_a_hostile_file(hostile: HostileLibrary, command: str, others: str) -> None:
    os.utime(hostile.hostile)  # so that whoever goes by its time takes it for changed
    words = command
    for name, value in (("ROOT", hostile.root), ("INDEX", hostile.index_path), ("HOSTILE", hostile.hostile)):
        words = words.replace(name, str(value))
    result = hostile.run("-m", "tagger_app", *words.split(" "))
    told = result.stdout + result.stderr
    assert result.returncode in (0, 1), told
    assert "Traceback" not in told
    assert "crashed the decoder" in told
    assert others in told
    hostile.check()
