"""Cuts the power of the disk that Cuefit writes to, and looks at what is left.

`python tests/safety/power_cut.py --cuts 300 --filesystem ext4`

The campaign of `crash_campaign.py` over a library on a file system in an image. Whenever a command has been killed, the
image is copied as it stands, and the copy is mounted in its place: what the file system hadn't written yet is gone, as
it is when the power fails. Half of the time another program has just synced a file of its own: then the changes of
names reach the disk, and contents that nobody has synced don't. A disk that loses or reorders what it was given before
it was told to flush isn't modelled. Needs root, loop devices, and `mkfs` of the file system.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))  # for the campaign, where pytest doesn't see to it

from crash_campaign import STEPWISE, Campaign, Outcome
from crash_library import KINDS

FILESYSTEMS = {
    # Else ext4 itself writes the content of a file that takes another's place, whether or not it was synced.
    "ext4": (96, ("mkfs.ext4", "-q"), "noauto_da_alloc"),
    "xfs": (320, ("mkfs.xfs", "-q"), "defaults"),
    "btrfs": (128, ("mkfs.btrfs", "-q"), "defaults"),
}
"""Size in MiB, command that makes one, options of mounting it."""


class DiskError(Exception):
    """There can be no such disk here."""


class Disk:
    """A file system whose power can be cut.

    Parameters
    ----------
    folder : an empty folder; the image lies in it
    filesystem : one of `FILESYSTEMS`

    Attributes
    ----------
    point : where it is mounted

    Raises
    ------
    DiskError
        No root, no loop device, no `mkfs`.
    """

    def __init__(self, folder: Path, filesystem: str) -> None:
        mib, make, self._options = FILESYSTEMS[filesystem]
        self._image, self._copy = folder / "disk", folder / "disk-after"
        self.point = folder / "mounted"
        self.point.mkdir()
        with self._image.open("wb") as file:
            file.truncate(mib << 20)
        _call(*make, str(self._image))
        self._mount()

    def sync(self) -> None:
        """Write everything."""
        _call("sync", "--file-system", str(self.point))

    def sync_another_file(self) -> None:
        """What any program may do at any time: it writes a file of its own, and waits until that is on the disk."""
        with (self.point / "of another program").open("wb") as file:
            file.write(os.urandom(64))
            file.flush()
            os.fsync(file.fileno())

    def cut_power(self) -> None:
        """Lose what isn't written yet, and start again."""
        _call("cp", "--sparse=always", "--reflink=auto", str(self._image), str(self._copy))
        self.unmount()
        self._copy.replace(self._image)
        self._mount()

    def unmount(self) -> None:
        """Take the disk away."""
        _call("umount", str(self.point))

    def _mount(self) -> None:
        _call("mount", "-o", f"loop,{self._options}", str(self._image), str(self.point))


def _call(*command: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise DiskError(f"no {command[0]} here") from error
    if done.returncode:
        raise DiskError(f"{' '.join(command)}: {done.stderr.strip()}")


class PowerCuts(Campaign):
    """A campaign whose kills are cuts of the power.

    Parameters
    ----------
    folder : an empty folder
    disk : an empty one, for music, index, journal and bundles
    seed, kinds : see `Campaign`
    """

    def __init__(self, folder: Path, disk: Disk, seed: int, kinds: tuple[str, ...] = KINDS) -> None:
        self._disk = disk
        self._chance = random.Random(seed)
        super().__init__(folder, seed, kinds=kinds, place=disk.point)

    def _run(self, stage: str, **choice: Any) -> Outcome:
        """What was there before a command is on the disk: no more is asked of it than of what the command does."""
        self._disk.sync()
        outcome = super()._run(stage, **choice)
        if outcome.killed:
            if self._chance.random() < 0.5:
                self._disk.sync_another_file()
            self._disk.cut_power()
        return outcome


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cuts", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--filesystem", choices=FILESYSTEMS, default="ext4")
    parser.add_argument("--every-step-of", choices=STEPWISE, help="at each of its lines, with one FLAC file")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="cuefit-power-"))
    started = time.monotonic()
    kinds = ("flac",) if arguments.every_step_of else KINDS
    try:
        disk = Disk(folder, arguments.filesystem)
        with PowerCuts(folder, disk, arguments.seed, kinds) as campaign:
            if arguments.every_step_of:
                n_cuts = campaign.kill_at_steps(arguments.every_step_of)
            else:
                campaign.run(arguments.cuts)
                n_cuts = campaign.n_kills
    except DiskError as error:
        sys.exit(str(error))
    except AssertionError:
        print(f"a cut broke a promise; everything is left in {folder}", file=sys.stderr)
        raise
    disk.unmount()
    shutil.rmtree(folder)
    print(f"{arguments.filesystem}: {n_cuts} cuts, {campaign.n_finished} commands brought to their end,", end=" ")
    print(f"no promise broken, {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
