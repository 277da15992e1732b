"""Cuts of the power, on a disk in an image; `power_cut.py` makes as many as one likes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from power_cut import Disk, DiskError, PowerCuts

from tagger_app.durable import put_in_place


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    try:
        disk = Disk(tmp_path, "ext4")
    except DiskError as error:
        pytest.skip(f"can't mount here: {error}")
    yield disk
    disk.unmount()


def test_twenty_cuts_break_no_promise(tmp_path: Path, disk: Disk) -> None:
    with PowerCuts(tmp_path, disk, seed=3) as campaign:
        campaign.run(20)
    assert campaign.n_kills == 20


def test_cuts_where_a_bundle_gets_its_name(tmp_path: Path, disk: Disk) -> None:
    with PowerCuts(tmp_path, disk, seed=3, kinds=("flac",)) as campaign:
        assert campaign.kill_at_steps("install", n_spread=3, n_last=12) >= 14


def test_what_is_not_synced_is_lost(disk: Disk) -> None:
    """Else the campaign would find nothing."""
    file = disk.point / "file"
    file.write_bytes(b"new")
    disk.sync_another_file()
    disk.cut_power()
    assert not file.exists() or file.read_bytes() == b""


def test_what_was_put_in_place_is_there_whole(disk: Disk) -> None:
    made, target = disk.point / "made", disk.point / "target"
    (made / "sub").mkdir(parents=True)
    (made / "sub" / "file").write_bytes(b"new" * 5000)
    put_in_place(made, target)
    disk.cut_power()
    assert not made.exists()
    assert (target / "sub" / "file").read_bytes() == b"new" * 5000
