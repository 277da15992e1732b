"""Kills of the campaign, and at every step of what is short; `crash_campaign.py` makes as many as one likes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from crash_campaign import Campaign
from crash_library import CrashLibrary

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills by signals of POSIX")


def test_fifty_kills_break_no_promise(tmp_path: Path) -> None:
    with Campaign(tmp_path, seed=5, share_whole=0.04) as campaign:
        campaign.run(50)
    assert campaign.n_kills == 50
    assert {stage for stage, _ in campaign.kills} >= {"scan", "write", "undo"}


def test_kills_at_steps_of_an_installation_and_of_a_repair(tmp_path: Path) -> None:
    """All over them, and at each of the last, where the new takes the old one's place."""
    with Campaign(tmp_path, seed=5) as campaign:
        assert campaign.kill_at_steps("install", n_spread=25, n_last=15) >= 35
        assert campaign.kill_at_steps("repair", n_spread=8, n_last=56) >= 60


def test_kills_at_steps_of_an_update_and_of_a_tag_write(tmp_path: Path) -> None:
    """Of the index, and of one file: spread over all lines, and at each of the last, where the new takes its place."""
    with Campaign(tmp_path, seed=5, kinds=("flac",)) as campaign:
        assert campaign.kill_at_steps("migrate", n_spread=12, n_last=8) >= 16
        assert campaign.kill_at_steps("write", n_spread=25, n_last=15) >= 35
        assert campaign.kill_at_steps("undo", n_spread=15) >= 12
        assert campaign.kill_at_steps("scan", n_spread=10) >= 8


def test_the_checks_can_fail(tmp_path: Path) -> None:
    library = CrashLibrary(tmp_path)
    library.check_files()
    for name, harm, message in (
        ("flac.flac", lambda data: data[:-700] + bytes(700), "sounds otherwise"),
        ("vorbis.ogg", lambda data: data.replace(b"ENCODER", b"encodes"), "other tags|sounds otherwise"),
    ):
        path = library.root / name
        content, status = path.read_bytes(), path.stat()
        path.write_bytes(harm(content))
        os.utime(path, ns=(status.st_mtime_ns, status.st_mtime_ns))
        with pytest.raises(Exception, match=f"{message}|Invalid data"):
            library.check_files()
        path.write_bytes(content)
        os.utime(path, ns=(status.st_mtime_ns, status.st_mtime_ns))
    library.check_files()
    (library.root / "odd.txt").write_text("x")
    with pytest.raises(AssertionError, match="appeared"):
        library.check_files()
