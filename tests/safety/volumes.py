"""Small file systems that tests may fill, make read-only and take away."""

from __future__ import annotations

import subprocess
from contextlib import suppress
from pathlib import Path

import pytest


class Volume:
    """A small file system of its own."""

    def __init__(self, point: Path) -> None:
        self.point = point
        self._filler = point / "filler"

    def mount(self, kib: int) -> None:
        self.point.mkdir(exist_ok=True)
        self._run("mount", "-t", "tmpfs", "-o", f"size={kib}k", "tmpfs", str(self.point))

    def fill(self) -> None:
        """Leave no room at all."""
        with self._filler.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(bytes(1024)):
                pass

    def empty(self) -> None:
        """Make room again."""
        self._filler.unlink()

    def make_read_only(self) -> None:
        self._run("mount", "-o", "remount,ro", str(self.point))

    def unmount(self) -> None:
        subprocess.run(["umount", "-l", str(self.point)], check=False, capture_output=True)

    def _run(self, *command: str) -> None:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"can't mount here: {done.stderr.strip()}")
