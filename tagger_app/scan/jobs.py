"""What a scan has its workers do: recognise a file, listen to it, write its tags."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tagger_app.audio.discover import FoundFile
from tagger_app.errors import FileError, LibraryIndexError
from tagger_app.index.records import Track, TrackRecord
from tagger_app.scan.analyze import Identity
from tagger_app.scan.pool import WorkerPool, time_limit_s
from tagger_app.scan.tag_tasks import fields_of, write_tags_task
from tagger_app.scan.worker import analyze_task, identify_task
from tagger_app.tagging.journal import new_batch
from tagger_app.tagging.style import TagStyle


@dataclass(frozen=True, slots=True)
class Identify:
    """Take the fingerprint of a file whose audio may be known."""

    file: FoundFile

    @property
    def path(self) -> str:
        """The file."""
        return self.file.path


@dataclass(frozen=True, slots=True)
class Analyze:
    """Listen to a file.

    Attributes
    ----------
    identity : if it has been taken
    """

    file: FoundFile
    identity: Identity | None = None

    @property
    def path(self) -> str:
        """The file."""
        return self.file.path


@dataclass(frozen=True, slots=True)
class WriteTags:
    """Write the fits of a track into its file."""

    record: TrackRecord | Track

    @property
    def path(self) -> str:
        """The file."""
        return self.record.path


Job = Identify | Analyze | WriteTags


class Assigner:
    """Gives jobs to a pool.

    Parameters
    ----------
    journal_path : of the journal that tags are written with, all of one scan as one batch
    """

    def __init__(self, pool: WorkerPool[Job], journal_path: Path, tag_style: TagStyle) -> None:
        self._pool = pool
        self._journal_path = journal_path
        self._tag_style = tag_style
        self._batch = new_batch()

    def give(self, job: Job) -> None:
        """Have a worker do a job."""
        match job:
            case Identify(file):
                self._pool.give(job, identify_task, (file.path,), time_limit_s(file.size))
            case Analyze(file, identity):
                self._pool.give(job, analyze_task, (file.path, identity), time_limit_s(file.size))
            case WriteTags(record):
                style = self._tag_style
                fields = fields_of(record, style)
                version = style.new_id3_version
                arguments = (record.path, fields, self._journal_path, self._batch, record.fingerprint, version)
                self._pool.give(job, write_tags_task, arguments, time_limit_s(record.size))


def failure_of(result: object) -> str | None:
    """The reason why a job failed that costs one file; trouble with the journal costs the scan, and is raised."""
    if isinstance(result, LibraryIndexError):
        raise result
    if isinstance(result, FileError):
        return result.reason
    return result if isinstance(result, str) else None
