"""Names for what is in the making, by which the next start knows what a process that was killed has left.

They hold the number of the process: what bears that of a process that is gone will never be finished, and is removed
by the next start, and by whoever makes something in the same folder. What a living process makes is left alone.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from pathlib import Path

_UNFINISHED = re.compile(r"\.cuefit-([0-9]{1,10})-[0-9a-f]{8}(\.[A-Za-z0-9]{1,8})?(-journal|-wal|-shm)?")
"""With what SQLite keeps beside a database while it is being made."""


def unfinished(target: Path) -> Path:
    """A hidden name beside a file or folder that is to be made, with its extension, by which decoders go.

    What others left unfinished in the same folder is removed.
    """
    remove_unfinished(target.parent)
    candidate = f".cuefit-{os.getpid()}-{secrets.token_hex(4)}"
    if _UNFINISHED.fullmatch(candidate + target.suffix):
        candidate += target.suffix
    return target.with_name(candidate)


def remove_unfinished(folder: Path) -> list[Path]:
    """Remove what processes that are gone have left unfinished in a folder (not below it).

    A folder that isn't there has none. What can't be removed now stays for the next time.

    Returns
    -------
    Paths of what was removed.
    """
    try:
        with os.scandir(folder) as entries:
            found = [(entry, match) for entry in entries if (match := _UNFINISHED.fullmatch(entry.name))]
    except OSError:
        return []
    removed = []
    for entry, match in found:
        if is_gone(int(match[1])) and _remove(entry):
            removed.append(Path(entry.path))
    return removed


def is_gone(process: int) -> bool:
    """Whether no process has a number."""
    import psutil  # here, because there is hardly ever anything to remove, and every command asks

    try:
        return not psutil.pid_exists(process)
    except OverflowError:  # a number that no process can have; nobody's but a stranger's
        return True


def _remove(entry: os.DirEntry[str]) -> bool:
    try:
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path)
        else:
            Path(entry.path).unlink()
    except OSError:
        return False
    return True
