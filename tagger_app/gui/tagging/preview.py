"""What a write or an undo would change, file by file; read a page at a time, off the GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from tagger_app.errors import TagError
from tagger_app.gui.reasons import translate_reason
from tagger_app.gui.workspace import Workspace
from tagger_app.index.records import Track
from tagger_app.index.search import get_tracks
from tagger_app.scan.tag_reader import TagReader
from tagger_app.scan.tag_tasks import fields_of
from tagger_app.tagging.fields import VALUE_SEPARATOR
from tagger_app.tagging.journal_records import Entry
from tagger_app.tagging.metadata import Metadata
from tagger_app.tagging.style import TagStyle

_READ_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that would change; None where it is absent."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class FilePreview:
    """What would become of a file.

    Attributes
    ----------
    changes : fields that would change, none where all is well already
    problem : why it will be left alone; empty if it won't
    """

    path: str
    changes: tuple[FieldChange, ...] = ()
    problem: str = ""


def is_writable(track: Track) -> bool:
    """Whether there is something to write, and a file to write it to."""
    return track.status == "present" and not track.unscored and bool(track.fingerprint)


def preview_writes(tracks: Sequence[Track], style: TagStyle, reader: TagReader) -> list[FilePreview]:
    """What writing the fits of tracks would change; reads the tags of their files."""
    paths = [track.path for track in tracks if is_writable(track)]
    tags = iter(reader.read(paths, style.new_id3_version))
    return [_preview_write(track, next(tags), style) if is_writable(track) else _leave_out(track) for track in tracks]


def preview_undo(entries: Sequence[Entry]) -> list[FilePreview]:
    """What undoing writes would give back, as the journal has it; no file is read."""
    return [
        FilePreview(
            entry.path,
            tuple(FieldChange(name, _text(values), _text(entry.old.get(name))) for name, values in entry.new.items()),
        )
        for entry in entries
    ]


class TrackSource:
    """Tracks by their ids, fetched as they are needed; there may be a million.

    Parameters
    ----------
    workspace : whose index holds them
    tracks : tracks, or their ids
    """

    def __init__(self, workspace: Workspace, tracks: Sequence[Track] | Sequence[int]) -> None:
        self._workspace = workspace
        self._ids = [track.id if isinstance(track, Track) else int(track) for track in tracks]

    def __len__(self) -> int:
        return len(self._ids)

    def page(self, offset: int, limit: int) -> list[Track]:
        """Some of the tracks, as the index has them now.

        Raises
        ------
        LibraryIndexError
            The index can't be read.
        """
        with closing(self._workspace.open_index()) as connection:
            return get_tracks(connection, self._ids[offset : offset + limit])

    def writable(self, announce: Callable[[list[str], int], None]) -> Iterator[Track]:
        """All tracks that can be written, in order.

        Parameters
        ----------
        announce : is told the paths of the next ones, and how many of their neighbours are left out

        Raises
        ------
        LibraryIndexError
            The index can't be read.
        """
        for offset in range(0, len(self._ids), _READ_AT_ONCE):
            tracks = self.page(offset, _READ_AT_ONCE)
            usable = [track for track in tracks if is_writable(track)]
            n_here = min(_READ_AT_ONCE, len(self._ids) - offset)
            announce([track.path for track in usable], n_here - len(usable))
            yield from usable


def _leave_out(track: Track) -> FilePreview:
    if track.unscored:
        return FilePreview(track.path, problem=translate_reason(f"has no fits: {track.unscored}"))
    return FilePreview(track.path, problem=translate_reason(track.failure or f"is {track.status}"))


def _preview_write(track: Track, tags: Metadata | TagError, style: TagStyle) -> FilePreview:
    if isinstance(tags, TagError):
        return FilePreview(track.path, problem=translate_reason(tags.reason))
    needed = tags.needed(fields_of(track, style))
    before = tags.all_fields
    changes = (FieldChange(name, _text(before.get(name)), _text(values)) for name, values in needed.items())
    return FilePreview(track.path, tuple(changes))


def _text(values: tuple[str, ...] | None) -> str | None:
    return None if values is None else VALUE_SEPARATOR.join(values)
