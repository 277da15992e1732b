"""What the journal of tag writes holds: writes, undos that have begun, and the runs that writes belong to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tagger_app.tagging.fields import Changes

COPY_NAME = re.compile(r"\.cuefit-[0-9a-f]{16}(\.[A-Za-z0-9]{1,8})?")
"""What the copy of a file is called, in the file's folder, until it takes the file's place."""


class State(StrEnum):
    """What became of a write."""

    INTENDED = "intended"
    DONE = "done"
    UNDONE = "undone"
    ABANDONED = "abandoned"


@dataclass(frozen=True)
class Entry:
    """One write to one file.

    Attributes
    ----------
    entry_id : grows with every write
    batch : the run that it belongs to
    time : when it was intended, UTC
    path : the file as it was named
    real_path : the same without symbolic links
    temporary : name of the copy that is to take its place, in the same folder
    fingerprint : of its audio stream
    had_tag : whether the file held a tag before
    old, new : values before and after of every field that was changed; None where absent
    state : what became of it
    """

    entry_id: int
    batch: str
    time: datetime
    path: str
    real_path: str
    temporary: str
    fingerprint: str
    had_tag: bool
    old: Changes
    new: Changes
    state: State


@dataclass(frozen=True)
class Undo:
    """An undo of one file that has begun.

    Attributes
    ----------
    undo_id : grows with every undo
    real_path : the file, without symbolic links
    temporary : name of the copy that is to take its place, in the same folder
    restored : values that the file is to hold
    entry_ids : the writes that are being undone
    """

    undo_id: int
    real_path: str
    temporary: str
    restored: Changes
    entry_ids: tuple[int, ...]


@dataclass(frozen=True)
class Batch:
    """A run whose writes can be undone.

    Attributes
    ----------
    batch : its name
    started, ended : when its first and last write were intended, UTC
    n_files : files that still hold what it wrote, as far as the journal knows
    user_only : it wrote the editor's own decisions and nothing else
    """

    batch: str
    started: datetime
    ended: datetime
    n_files: int
    user_only: bool
