"""`cuefit gui` where no window can be opened: a line that says why, no traceback."""

import importlib.util
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from tagger_app.cli import main
from tagger_app.cli.program import UNUSABLE


def test_without_qt_it_says_so(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    done = CliRunner().invoke(main, ["gui"])
    assert done.exit_code == UNUSABLE
    assert "PySide6" in done.stderr


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there is always a display")
def test_without_a_display_it_says_so(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    done = CliRunner().invoke(main, ["gui"])
    assert done.exit_code == UNUSABLE
    assert "no display" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="the suffix of a native module is another")
def test_a_library_that_the_system_lacks_is_named(tmp_path):
    """A native module that can't be loaded stands for one whose library isn't there: the loader's error is the same."""
    package = tmp_path / "PySide6"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "QtCore.abi3.so").write_bytes(b"no library")
    environment = os.environ | {"PYTHONPATH": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-m", "tagger_app", "gui"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == UNUSABLE
    assert "QtCore.abi3.so" in done.stderr
    assert "Traceback" not in done.stderr
