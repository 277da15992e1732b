"""What a scan reports, one value after the other; both shells loop over them."""

from __future__ import annotations

from dataclasses import dataclass

from tagger_app.index.records import TrackRecord


@dataclass(frozen=True, slots=True)
class RootListed:
    """A root was walked and compared with the index.

    Attributes
    ----------
    root : as it was named, absolute
    n_files : audio files in it
    n_unchanged : analysed before and unchanged since; they are skipped
    n_failed_before : failed before and unchanged since; they are skipped
    n_missing : known to the index and gone from the root
    n_pending, pending_bytes : files still to be listened to, and their size
    """

    root: str
    n_files: int
    n_unchanged: int
    n_failed_before: int
    n_missing: int
    n_pending: int
    pending_bytes: int


@dataclass(frozen=True, slots=True)
class RootOffline:
    """A root isn't there: its tracks are marked offline, nothing else about them changes."""

    root: str
    reason: str


@dataclass(frozen=True, slots=True)
class FolderUnreadable:
    """A folder, or a file in it, couldn't be looked at; what the index knows of it stays."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class TrackBegun:
    """A file was handed to a worker, which begins it at once or next; again when its tags are to be written."""

    path: str


@dataclass(frozen=True, slots=True)
class TrackDone:
    """A file was listened to, or recognised, and handed to the index.

    Attributes
    ----------
    record : what the index holds of it now
    recognised : its audio was known already: moved, copied or retagged; it wasn't listened to again
    """

    record: TrackRecord
    recognised: bool


@dataclass(frozen=True, slots=True)
class TrackFailed:
    """A file couldn't be listened to."""

    path: str
    size: int
    reason: str


@dataclass(frozen=True, slots=True)
class TagsWritten:
    """The tags of a file say what the index says; `changed` is False where they did already."""

    path: str
    changed: bool


@dataclass(frozen=True, slots=True)
class TagsFailed:
    """The tags of a file couldn't be written; the file is as it was."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class DecisionsKept:
    """The index holds the editor's own decisions about so many tracks; their files come next."""

    n_tracks: int


@dataclass(frozen=True, slots=True)
class IndexLocked:
    """Another program has kept the index locked for some seconds; what is heard is kept until it lets go."""

    path: str
    seconds: float


@dataclass(frozen=True, slots=True)
class IndexReleased:
    """The index that was locked can be written to again."""

    path: str


@dataclass(frozen=True, slots=True)
class ScanFinished:
    """The scan came to its end and everything is committed; counts of tracks are read back from the index.

    Attributes
    ----------
    n_tracks : analysed tracks below the roots that the index holds
    n_failed : files below the roots with a remembered failure
    """

    n_tracks: int
    n_failed: int


ScanEvent = (
    RootListed
    | RootOffline
    | FolderUnreadable
    | TrackBegun
    | TrackDone
    | TrackFailed
    | TagsWritten
    | TagsFailed
    | IndexLocked
    | IndexReleased
    | ScanFinished
)
