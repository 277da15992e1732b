"""Whatever Cuefit makes is made whole or not at all: on a full disk, each says so, and what was there before stays."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from crash_bundles import CrashBundles
from crash_child import newer_migrations
from crash_repair import CrashRepair
from safety_library import SafetyLibrary
from volumes import Volume

from tagger_app.errors import CuefitError
from tagger_app.handoff.bins import bin_path, item_of, save_bin
from tagger_app.handoff.whole_files import write_whole
from tagger_app.index import migrations
from tagger_app.index.backup import back_up
from tagger_app.index.connection import open_for_writing
from tagger_app.index.repair import repair_index
from tagger_app.settings import Settings, save_settings
from tagger_app.suggest.packed import PackedWriter, read_packed
from trainer.bundle import installation

_ROOM_KIB = 6_000
Make = Callable[[], object]


def _contents(folder: Path) -> dict[str, bytes]:
    """Everything below a folder, SQLite's passing files and what fills the volume left out."""
    passing = ("filler", "-shm", "-wal", "-journal")
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(passing))
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def _try_on_full_disk(volume: Volume, make: Make) -> None:
    """Made not at all while there is no room, and then whole."""
    before = _contents(volume.point)
    volume.fill()
    with pytest.raises((CuefitError, OSError)) as raised:
        make()
    reason = str(raised.value)
    assert "No space left on device" in reason or "disk is full" in reason, reason
    assert "\n" not in reason
    assert _contents(volume.point) == before
    assert not list(volume.point.rglob(".cuefit-*"))
    volume.empty()
    make()
    assert _contents(volume.point) != before
    assert not list(volume.point.rglob(".cuefit-*"))


@pytest.fixture
def filled(volume: Volume, library: SafetyLibrary) -> SafetyLibrary:
    """A volume, and a library of three tracks whose index isn't there yet."""
    for number in range(3):
        library.add(f"{number}.flac", kind="flac", seed=number)
    library.scan()
    volume.mount(_ROOM_KIB)
    return library


def _move_index(library: SafetyLibrary, folder: Path) -> Path:
    library.index_path = Path(shutil.copyfile(library.index_path, folder / "library.db"))
    return library.index_path


def test_a_bundle(volume: Volume, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    volume.mount(_ROOM_KIB)
    bundles = CrashBundles(tmp_path)
    monkeypatch.setattr(installation, "try_members", lambda bundle: None)
    _try_on_full_disk(volume, lambda: installation.install_bundle(bundles.trained, volume.point / "models"))


def test_a_backup(volume: Volume, filled: SafetyLibrary) -> None:
    (volume.point / "copy.db").write_bytes(b"the last good backup")
    _try_on_full_disk(volume, lambda: back_up(filled.index_path, volume.point / "copy.db", replace=True))


def test_an_update_of_the_index(volume: Volume, filled: SafetyLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _move_index(filled, volume.point)
    monkeypatch.setattr(migrations, "MIGRATIONS", newer_migrations())
    _try_on_full_disk(volume, lambda: open_for_writing(path).close())


def test_a_repair_of_the_index(volume: Volume, filled: SafetyLibrary) -> None:
    (volume.point / "state").mkdir()
    path = _move_index(filled, volume.point / "state")
    repair = CrashRepair(path)
    repair.damage()
    _try_on_full_disk(volume, lambda: repair_index(path))
    repair.check_finished()


def test_settings(volume: Volume) -> None:
    volume.mount(_ROOM_KIB)
    save_settings(Settings(n_workers=1), volume.point / "settings.json")
    _try_on_full_disk(volume, lambda: save_settings(Settings(n_workers=2), volume.point / "settings.json"))


def test_a_bin_and_a_list(volume: Volume, filled: SafetyLibrary) -> None:
    items = [item_of(track) for track in filled.tracks().values()]
    path = bin_path(volume.point, "Reel")
    save_bin(path, items[:1])
    _try_on_full_disk(volume, lambda: save_bin(path, items))
    (volume.point / "list.csv").write_bytes(b"the old list")
    _try_on_full_disk(volume, lambda: write_whole(volume.point / "list.csv", b"x" * 100_000))


def test_vectors(volume: Volume) -> None:
    """They are written through memory, where a disk that has no room for a page would end the process."""
    volume.mount(_ROOM_KIB)
    path = volume.point / "library.vectors"

    def make(value: float) -> None:
        with PackedWriter(path, {"a": (np.dtype("<f4"), (100_000,))}) as writer:
            writer.arrays["a"][:] = value
            writer.commit({})

    make(1.0)
    _try_on_full_disk(volume, lambda: make(2.0))
    _, arrays = read_packed(path)
    assert (arrays["a"] == 2.0).all()
