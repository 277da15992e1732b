"""Having what was written on the disk, so that a power cut leaves the old or the new, and never half of one.

A file system may write a name before the content that bears it. So content is synced first, then gets its name, and
then the folder is synced that holds the name (Pillai et al. 2014, "All File Systems Are Not Created Equal", OSDI).
"""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path

REPLACES_OPEN_FILES = os.name != "nt"
"""Whether a file can be renamed, replaced and removed while somebody has it open or mapped into memory."""

_PAUSES_S = (0.05, 0.2, 0.5, 1.0)
_CANT = (errno.EINVAL, errno.ENOTSUP)


def put_in_place(made: Path, target: Path) -> None:
    """Give a file or a whole folder its name, in one step, once all of it is on the disk.

    Parameters
    ----------
    made : in the same folder as `target`; closed by whoever wrote it
    target : a file there is replaced; a folder there must be empty

    Raises
    ------
    OSError
        The disk is full or failing, or `target` can't be replaced. `made` may still be there.
    """
    if made.is_dir():
        for folder, _, names in os.walk(made):
            for name in names:
                sync(Path(folder, name))
            sync(Path(folder))
    else:
        sync(made)
    replace(made, target)
    sync(target.parent)


def replace(made: Path, target: Path) -> None:
    """Give a file or a folder another name, in one step; what bears it is replaced.

    Where open files can't be, it is tried again for nearly two seconds: virus scanners, search services and players
    open what they see, mostly for a moment.

    Raises
    ------
    OSError
        It can't be done.
    """
    for pause_s in () if REPLACES_OPEN_FILES else _PAUSES_S:
        try:
            os.replace(made, target)  # noqa: PTH105
        except PermissionError:
            time.sleep(pause_s)
        else:
            return
    os.replace(made, target)  # noqa: PTH105


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk, as far as the system can say so.

    Raises
    ------
    OSError
        It isn't there, or the disk is full or failing.
    """
    if os.name == "nt" and path.is_dir():
        return  # Windows writes names by itself, and opens no folder
    # Windows syncs only what is open for writing; a file that may only be read can be synced anywhere else.
    descriptor = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _CANT or not path.is_dir():  # some network file systems sync no folders
            raise
    finally:
        os.close(descriptor)
