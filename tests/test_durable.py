"""What is put in place is synced before it has its name, its folder after; `test_power_cut.py` cuts the power."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from tagger_app.durable import put_in_place, sync


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of what is synced, in order, as they are at that moment."""
    names: list[str] = []
    fsync = os.fsync

    def note(descriptor: int) -> None:
        names.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    return names


pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="says which file a descriptor is of")


def test_a_file_takes_the_place_of_another(tmp_path: Path, synced: list[str]) -> None:
    made, target = tmp_path / "made", tmp_path / "target"
    made.write_bytes(b"new")
    target.write_bytes(b"old")
    put_in_place(made, target)
    assert target.read_bytes() == b"new"
    assert not made.exists()
    assert synced == ["made", tmp_path.name]


def test_all_of_a_folder_is_synced(tmp_path: Path, synced: list[str]) -> None:
    made, target = tmp_path / "made", tmp_path / "target"
    (made / "inner").mkdir(parents=True)
    (made / "inner" / "deep").touch(0o400)
    (made / "file").touch()
    put_in_place(made, target)
    assert (target / "inner" / "deep").exists()
    assert sorted(synced[:-1]) == ["deep", "file", "inner", "made"]
    assert synced[-1] == tmp_path.name


def test_a_folder_that_cannot_be_synced_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    file.touch()

    def refuse(descriptor: int) -> None:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(os, "fsync", refuse)
    sync(tmp_path)
    with pytest.raises(OSError, match="Invalid argument"):
        sync(file)


def test_a_disk_that_fails_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = tmp_path / "made"
    made.touch()

    def fail(descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="Input/output error"):
        put_in_place(made, tmp_path / "target")
    assert not (tmp_path / "target").exists()
    with pytest.raises(FileNotFoundError):
        sync(tmp_path / "nothing")
