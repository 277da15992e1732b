"""Walking a music folder: one pass, one `stat` a file, as few objects as possible."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from operator import attrgetter
from typing import NamedTuple

AUDIO_EXTENSIONS = frozenset(
    {
        ".aac",
        ".aif",
        ".aifc",
        ".aiff",
        ".ape",
        ".caf",
        ".flac",
        ".m4a",
        ".m4b",
        ".mp2",
        ".mp3",
        ".mp4",
        ".mpc",
        ".oga",
        ".ogg",
        ".opus",
        ".tta",
        ".wav",
        ".wave",
        ".w64",
        ".wma",
        ".wv",
    }
)

_SYSTEM_FOLDERS = frozenset({"__macosx", "$recycle.bin", "system volume information", "lost+found"})
_by_name = attrgetter("name")


class FoundFile(NamedTuple):
    """An audio file, by its name alone.

    `path` is absolute; bytes of a name that aren't UTF-8 are kept as surrogates (`os.fsdecode`).
    """

    path: str
    size: int
    mtime_ns: int


class UnreadableFolder(NamedTuple):
    """A folder, or a file in it, that couldn't be looked at."""

    path: str
    reason: str


def discover(root: str) -> Iterator[FoundFile | UnreadableFolder]:
    """Audio files below a folder, or the one file that `root` names, in the order of their names.

    Hidden files (so AppleDouble ``._*`` too) and system folders are left out; extensions match in any case. Links to
    folders are followed, each real folder is entered once, so a loop of links ends. Nothing is raised for a folder that
    can't be read or vanishes: it is reported, and the walk goes on.
    """
    root = os.path.abspath(root)  # noqa: PTH100 - strings all the way: a Path a file would double the cost of a rescan
    try:
        status = os.stat(root)  # noqa: PTH116
    except OSError as error:
        yield UnreadableFolder(root, _reason(error))
        return
    if stat.S_ISREG(status.st_mode):
        yield FoundFile(root, status.st_size, status.st_mtime_ns)
        return
    # Each file costs two microseconds here, of which calls and look-ups of names would be another.
    is_regular, is_windows, new_tuple = stat.S_ISREG, os.name == "nt", tuple.__new__
    entered = {(status.st_dev, status.st_ino)}
    pending = [root]
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(folder) as entries:
                ordered = sorted(entries, key=_by_name)
        except OSError as error:
            yield UnreadableFolder(folder, _reason(error))
            continue
        subfolders = []
        for entry in ordered:
            name = entry.name
            if name[0] == ".":
                continue
            try:
                if entry.is_dir():
                    if name.lower() in _SYSTEM_FOLDERS:
                        continue
                    status = os.stat(entry.path)  # noqa: PTH116
                    if (status.st_dev, status.st_ino) not in entered:
                        entered.add((status.st_dev, status.st_ino))
                        subfolders.append(entry.path)
                elif name[name.rfind(".") :].lower() in AUDIO_EXTENSIONS:
                    status = entry.stat()
                    if is_regular(status.st_mode) and not (is_windows and _is_hidden(status)):
                        yield new_tuple(FoundFile, (entry.path, status.st_size, status.st_mtime_ns))
            except OSError as error:
                yield UnreadableFolder(entry.path, _reason(error))
        pending.extend(reversed(subfolders))


def is_audio_name(name: str) -> bool:
    """Whether a file of this name is taken for audio."""
    return name[name.rfind(".") :].lower() in AUDIO_EXTENSIONS


def _is_hidden(status: os.stat_result) -> bool:
    """Whether Windows hides a file; elsewhere only names do."""
    return bool(getattr(status, "st_file_attributes", 0) & stat.FILE_ATTRIBUTE_HIDDEN)


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
