"""The editor's own decisions on their way into index and files, one set after the other, each with a way back."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from tagger_app.errors import CuefitError
from tagger_app.gui.reasons import explain
from tagger_app.gui.workspace import Workspace
from tagger_app.index.records import Track
from tagger_app.scan.events import DecisionsKept, TagsFailed, TagsWritten
from tagger_app.scan.retag import write_decisions
from tagger_app.tagging.fields import change_decision

_MOST_REMEMBERED = 200

Decisions = tuple[tuple[Track, tuple[str, ...]], ...]


@dataclass(frozen=True)
class _Correction:
    """What is to be kept, and what was before."""

    after: Decisions
    before: Decisions


class Corrections(QObject):
    """Keeps decisions; remembers the last ones to undo them."""

    kept = Signal(list)
    """Tracks, as the index has them now."""
    written = Signal(int, list)
    """How many files say so too, and `TagsFailed` of those that don't."""
    before_tags_written = Signal(list)
    undo_changed = Signal()
    problem = Signal(str)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._waiting: deque[Decisions] = deque()
        self._current: Decisions | None = None
        self._done: list[_Correction] = []
        self._n_written = 0
        self._failures: list[TagsFailed] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is a decision to take back."""
        return bool(self._done)

    @property
    def is_busy(self) -> bool:
        """Whether decisions are still on their way."""
        return self._current is not None

    def decide(self, tracks: Sequence[Track], genre: str, decision: str) -> list[Track]:
        """Accept ("accept", or add), reject ("reject") or leave to the machine ("") a genre of tracks.

        Returns
        -------
        The tracks, as they are to be.
        """
        after = tuple((track, change_decision(track.user_genres, genre, decision)) for track in tracks)
        changed = tuple((track, genres) for track, genres in after if genres != track.user_genres)
        if changed:
            before = tuple((_with(track, genres), track.user_genres) for track, genres in changed)
            self._done.append(_Correction(changed, before))
            del self._done[:-_MOST_REMEMBERED]
            self._put(changed)
            self.undo_changed.emit()
        return [_with(track, genres) for track, genres in after]

    def undo(self) -> list[Track]:
        """Take the last decision back; the tracks that it was about, as they are to be."""
        if not self._done:
            return []
        correction = self._done.pop()
        self._put(correction.before)
        self.undo_changed.emit()
        return [_with(track, genres) for track, genres in correction.before]

    def _put(self, decisions: Decisions) -> None:
        self._waiting.append(decisions)
        if self._current is None:
            self._start_next()

    def _start_next(self) -> None:
        if not self._waiting:
            return
        decisions = self._current = self._waiting.popleft()
        self._n_written, self._failures = 0, []
        self.before_tags_written.emit([track.path for track, _ in decisions])
        index_path, style = self._workspace.index_path, self._workspace.tag_style

        def events() -> Generator[DecisionsKept | TagsWritten | TagsFailed, None, None]:
            return write_decisions(decisions, index_path, style)

        self._workspace.background.follow(events, self._take, self._end, self._fail)

    def _take(self, event: DecisionsKept | TagsWritten | TagsFailed) -> None:
        match event:
            case DecisionsKept():
                self.kept.emit([_with(track, genres) for track, genres in self._current or ()])
            case TagsWritten():
                self._n_written += 1
            case TagsFailed():
                self._failures.append(event)

    def _fail(self, error: CuefitError) -> None:
        self.problem.emit(explain(error))
        self._current = None
        self._start_next()

    def _end(self) -> None:
        self._current = None
        self.written.emit(self._n_written, self._failures)
        self._start_next()


def _with(track: Track, user_genres: tuple[str, ...]) -> Track:
    return replace(track, user_genres=user_genres)
