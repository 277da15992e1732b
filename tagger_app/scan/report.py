"""Adding up what a scan reports, for both shells."""

from __future__ import annotations

from dataclasses import dataclass, field

from tagger_app.scan.events import (
    FolderUnreadable,
    IndexLocked,
    IndexReleased,
    RootListed,
    RootOffline,
    ScanEvent,
    ScanFinished,
    TagsFailed,
    TagsWritten,
    TrackBegun,
    TrackDone,
    TrackFailed,
)


@dataclass
class ScanReport:
    """What a scan has done so far.

    Attributes
    ----------
    listed : roots that were walked
    offline, unreadable : path and reason of roots and folders that couldn't be
    failed, untagged : path and reason of files that couldn't be read, or whose tags couldn't be written
    n_listened, n_recognised : tracks done, by listening or by their fingerprint
    heard_s : length of those listened to
    n_tagged, n_tagged_before : files whose tags were written, or said the same already
    done_bytes : of tracks done and failed
    took_s : seconds it ran
    in_work : files that workers have, those begun first before the others
    is_held_up : another program keeps the index locked
    finished : the counts of its end; None if it was stopped
    """

    listed: list[RootListed] = field(default_factory=list)
    offline: list[tuple[str, str]] = field(default_factory=list)
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    untagged: list[tuple[str, str]] = field(default_factory=list)
    n_listened: int = 0
    n_recognised: int = 0
    heard_s: float = 0.0
    n_tagged: int = 0
    n_tagged_before: int = 0
    done_bytes: int = 0
    took_s: float = 0.0
    in_work: dict[str, None] = field(default_factory=dict)
    is_held_up: bool = False
    finished: ScanFinished | None = None

    @property
    def n_pending(self) -> int:
        """Files that there were to listen to."""
        return sum(root.n_pending for root in self.listed)

    @property
    def pending_bytes(self) -> int:
        """Their size."""
        return sum(root.pending_bytes for root in self.listed)

    @property
    def n_done(self) -> int:
        """Files of them that are done with, failed ones included."""
        return self.n_listened + self.n_recognised + len(self.failed)

    @property
    def has_failures(self) -> bool:
        """Whether anything couldn't be done."""
        return bool(self.offline or self.unreadable or self.failed or self.untagged)

    def add(self, event: ScanEvent) -> None:
        """Take account of an event."""
        match event:
            case RootListed():
                self.listed.append(event)
            case RootOffline(path, reason):
                self.offline.append((path, reason))
                self.in_work.clear()  # what is there will be begun, or done, soon enough
            case FolderUnreadable(path, reason):
                self.unreadable.append((path, reason))
            case TrackBegun(path):
                self.in_work[path] = None
            case TrackDone(record, recognised):
                self.in_work.pop(record.path, None)
                self.done_bytes += record.size
                if recognised:
                    self.n_recognised += 1
                else:
                    self.n_listened += 1
                    self.heard_s += record.duration_s
            case TrackFailed(path, size, reason):
                self.in_work.pop(path, None)
                self.done_bytes += size
                self.failed.append((path, reason))
            case TagsWritten(path, changed):
                self.in_work.pop(path, None)
                self.n_tagged += changed
                self.n_tagged_before += not changed
            case TagsFailed(path, reason):
                self.in_work.pop(path, None)
                self.untagged.append((path, reason))
            case IndexLocked():
                self.is_held_up = True
            case IndexReleased():
                self.is_held_up = False
            case ScanFinished():
                self.in_work.clear()
                self.finished = event
