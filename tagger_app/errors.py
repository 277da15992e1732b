"""Expected trouble: errors that carry a path and a reason a person can act on.

Anything that is not a `CuefitError` is a bug and surfaces with its traceback.
"""

from __future__ import annotations

import os
from pathlib import Path

_JOINERS = "\u200c\u200d"


class CuefitError(Exception):
    """Base of all expected errors; `str(error)` is one line for a person."""


class FileError(CuefitError):
    """Trouble with one file.

    Parameters
    ----------
    path : the file
    reason : what is wrong, as a clause that can follow "path: "
    """

    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(path, reason)
        self.path = Path(path)
        self.reason = reason

    def __str__(self) -> str:
        return f"{displayable(self.path)}: {self.reason}"


class DecodeError(FileError):
    """The audio of a file can't be read, or isn't audio."""


class UnreadableError(DecodeError):
    """The system can't read a file now, for a reason that doesn't lie in the file: permission, a failing disk."""


class TagError(FileError):
    """The tags of a file can't be read or written."""


class ResourceError(FileError):
    """A file that ships with Cuefit is missing."""


class BundleError(FileError):
    """A model bundle is damaged, incomplete or made for another feature spec."""


class LibraryIndexError(FileError):
    """The index can't be opened, read or written."""


class LockedIndexError(LibraryIndexError):
    """Another program has the index locked; it may let go of it."""


class HandoffError(FileError):
    """A bin, an export or a region can't be read or written."""


class TemplateError(CuefitError):
    """A template of file names that can't be used; `str(error)` says why and what it may hold."""


class SuggestionError(CuefitError):
    """Suggestions that can't be made; the message says why and what to do."""


class QueryError(CuefitError):
    """A query string that can't be understood.

    Parameters
    ----------
    query : the whole string
    position : 0-based offset of the first character that could not be understood
    reason : what was expected there
    """

    def __init__(self, query: str, position: int, reason: str) -> None:
        super().__init__(query, position, reason)
        self.query = query
        self.position = position
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.reason}, at character {self.position + 1} of {self.query!r}"


def displayable(path: Path | str) -> str:
    """The path as text that any terminal or log can print: undecodable bytes and control characters are escaped."""
    text = os.fsdecode(path).encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(character if is_displayable(character) else f"\\x{ord(character):02x}" for character in text)


def is_displayable(character: str) -> bool:
    """Whether it can be shown as it is. Joiners can, which Unicode counts among the control characters: the spelling
    of Persian, of Indian languages and of many emoji depends on them, and they turn nothing round."""
    return character.isprintable() or character in _JOINERS
