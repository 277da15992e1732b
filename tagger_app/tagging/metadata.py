"""What is read from the tags of one file, whatever the container."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from tagger_app.tagging.fields import MIRRORS, VALUE_SEPARATOR, Changes, Fields

MOST_ENTRIES = 100_000
"""Frames, comments, atoms or chunks of a file that are looked at: a hundred times what any real file has, and little
enough that the memory for them is small."""
_LONGEST_TEXT = 10_000
_LONGEST_FIELDS = 1 << 20
_UNREADABLE = "\ufffd"
"""What decoding puts in place of bytes that make no sense."""


class UnusableTags(Exception):  # noqa: N818 - never leaves the package; `containers` makes a TagError of it
    """Tags that can't be read, or can't be written without harm; the message is a clause that can follow "path: "."""


@dataclass(frozen=True)
class Metadata:
    """The tags of a file, as far as Cuefit cares.

    Making one raises `UnusableTags` for fields that are megabytes long.

    Attributes
    ----------
    title, artist, album : empty where absent; several artists are joined with ", "; no more than is worth showing
    fields : our fields as they stand in the file, by upper-case name; `fields.parse_fields` makes sense of them
    has_tag : whether the file holds a tag that fields could stand in, even an empty one
    one_value : the container holds one value a field (ID3v2.2 and v2.3), so several are joined
    mirrors : what stands in fields that may repeat the genres, by the names in `fields.MIRRORS`
    """

    title: str = ""
    artist: str = ""
    album: str = ""
    fields: Fields = field(default_factory=dict)
    has_tag: bool = False
    one_value: bool = False
    mirrors: Fields = field(default_factory=dict)

    @classmethod
    def of(
        cls, texts: tuple[str, str, str], found: Fields, *, has_tag: bool = True, one_value: bool = False
    ) -> Metadata:
        """From title, artist and album, and fields of both kinds."""
        fields = {name: values for name, values in found.items() if name not in MIRRORS}
        mirrors = {
            name: values if sum(map(len, values)) <= _LONGEST_TEXT else (_UNREADABLE,)
            for name, values in found.items()
            if name in MIRRORS
        }
        return cls(*texts, fields, has_tag, one_value, mirrors)

    @property
    def all_fields(self) -> Fields:
        """Fields of both kinds."""
        return {**self.fields, **self.mirrors}

    def __post_init__(self) -> None:
        # They go into the journal, and from process to process.
        if sum(len(value) for values in self.fields.values() for value in values) > _LONGEST_FIELDS:
            raise UnusableTags("its film genre fields are too long to be Cuefit's; it is left alone")

    def as_stored(self, values: tuple[str, ...]) -> tuple[str, ...]:
        """The values as they will be read back from this file."""
        return (VALUE_SEPARATOR.join(values),) if self.one_value else values

    def needed(self, changes: Changes) -> dict[str, tuple[str, ...] | None]:
        """The changes that would change something, with values as stored.

        A mirror that holds what can't be read, in an encoding that nobody named for instance, is left alone: undo
        couldn't give it back.
        """
        unreadable = {name for name, values in self.mirrors.items() if any(_UNREADABLE in value for value in values)}
        stored = {name: None if values is None else self.as_stored(values) for name, values in changes.items()}
        before = self.all_fields
        return {
            name: values for name, values in stored.items() if before.get(name) != values and name not in unreadable
        }


class TagFormat(Protocol):
    """One way of keeping tags in a file.

    Both functions raise `UnusableTags`, or `mutagen.MutagenError`, for tags they can't handle.
    """

    def read(self, source: BinaryIO) -> Metadata:
        """Read the tags of an open file."""

    def write(self, source: BinaryIO, target: BinaryIO, changes: Changes, *, remove_empty: bool) -> None:
        """Write a copy of the file with changed fields.

        Parameters
        ----------
        source : the file, open for reading
        target : an empty file, open for reading and writing
        changes : fields to set or remove; all others, and all other tags, stay as they are
        remove_empty : remove the whole tag if nothing is left in it, where the container allows
        """


@contextmanager
def parsing() -> Iterator[None]:
    """Around mutagen's parsers, which also raise these for damaged files (as feeding it Ogg, ASF and MP4 showed)."""
    try:
        yield
    except (LookupError, ValueError, OverflowError, struct.error) as error:
        raise UnusableTags(f"its tags are damaged ({type(error).__name__}: {error}); it is left alone") from error


def joined(values: tuple[str, ...]) -> str:
    """Several values as one text for people."""
    return ", ".join(value for text in values if (value := text.strip()))


def first_of(names: tuple[str, ...], texts: Mapping[str, tuple[str, ...]]) -> str:
    """The first text that isn't empty among several names."""
    return next((text for name in names if (text := joined(texts.get(name, ())))), "")[:_LONGEST_TEXT]
