"""Permission lost in the middle of a scan; root, whom no permission holds back, runs this without that power."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from safety_library import SafetyLibrary

from tagger_app.scan.events import FolderUnreadable, RootOffline, ScanFinished, TagsFailed, TrackDone, TrackFailed

pytestmark = pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")

_POWERS = "-dac_override,-dac_read_search"
_DENIED = "can't be read (Permission denied)"


def _gets_past_permissions(folder: Path) -> bool:
    closed = folder / "closed"
    closed.mkdir(mode=0)
    return os.access(closed, os.R_OK)


@pytest.fixture(autouse=True)
def without_powers(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Run the test again in a process that permissions hold back, where they don't here."""
    if not _gets_past_permissions(tmp_path):
        return
    if not (setpriv := shutil.which("setpriv")):
        pytest.skip("root gets past permissions")
    command = [setpriv, f"--bounding-set={_POWERS}", f"--inh-caps={_POWERS}", sys.executable, "-m", "pytest", "-q"]
    command += ["-p", "no:cacheprovider", request.node.nodeid]
    again = subprocess.run(command, cwd=request.config.rootpath, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stdout
    assert "1 passed" in again.stdout
    pytest.skip("passed in a process of its own, as somebody whom permissions hold back")


@contextmanager
def _closed(folder: Path) -> Iterator[None]:
    folder.chmod(0)
    try:
        yield
    finally:
        folder.chmod(0o700)


def _fill(library: SafetyLibrary, n_files: int = 8) -> set[str]:
    for number in range(n_files):
        library.add(f"{number}.wav", seed=number)
    return {f"{number}.wav" for number in range(n_files)}


def test_a_folder_that_is_closed_in_mid_scan(library: SafetyLibrary) -> None:
    """What was heard until then is kept, the rest is told, and heard when the permission is back."""
    names = _fill(library)
    events = []
    scan = library.start_scan(write_tags=True)
    for event in scan:
        events.append(event)
        if isinstance(event, TrackDone):
            break
    with _closed(library.root):
        events += scan
    failed = [event for event in events if isinstance(event, TrackFailed | TagsFailed)]
    assert failed
    assert {event.reason for event in failed if isinstance(event, TrackFailed)} == {_DENIED}
    assert all("Permission denied" in event.reason for event in failed)
    heard = {Path(event.record.path).name for event in events if isinstance(event, TrackDone)}
    assert library.tracks().keys() == heard
    assert not any(track.failure for track in library.tracks().values()), "it doesn't lie in the files"
    library.check()
    assert library.heard(write_tags=True).keys() == names - heard
    assert all(library.fields(library.root / name) for name in names)


def test_a_folder_that_is_closed_loses_no_track(library: SafetyLibrary) -> None:
    names = _fill(library, 2)
    below = library.root / "below"
    below.mkdir()
    library.add("below/a.wav", seed=9)
    library.scan()
    with _closed(below):
        events = library.scan()
    assert [type(event) for event in events if isinstance(event, FolderUnreadable)] == [FolderUnreadable]
    assert {track.state for track in library.tracks().values()} == {"present"}
    with _closed(library.root):
        events = library.scan()
    assert [event.reason for event in events if isinstance(event, RootOffline)] == ["Permission denied"]
    assert library.tracks().keys() == {*names, "below/a.wav"}
    assert library.scan()[-1] == ScanFinished(3, 0)
    assert library.heard() == {}
