"""What the editor asks for, and the asking: in the background, one question at a time, late answers dropped."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial

from PySide6.QtCore import QObject, Signal

from tagger_app.errors import CuefitError, SuggestionError, displayable
from tagger_app.gui.background import Task
from tagger_app.gui.workspace import Workspace
from tagger_app.index.query import parse_query
from tagger_app.index.records import Track
from tagger_app.suggest.answer import Step, Suggestion
from tagger_app.suggest.recommender import Recommender
from tagger_app.suggest.request import DEFAULT_WEIGHTS, Request
from tagger_app.suggest.seeds import Profile, Region, Seed, load_profile

N_SUGGESTIONS = 50
N_STEPS = 8


@dataclass(frozen=True, slots=True)
class Example:
    """A track, or a region of it, that suggestions are to be like, or, where it isn't `wanted`, unlike."""

    track: Track
    region: Region | None = None
    wanted: bool = True


@dataclass(frozen=True)
class Wish:
    """A question.

    Attributes
    ----------
    examples : in the order in which they were given
    is_path : the way from the first wanted example to the second is asked for
    within : a query's text; None for the whole library
    weights, discover, most_of_an_album, most_of_an_artist : as in `Request`
    """

    examples: tuple[Example, ...]
    is_path: bool = False
    within: str | None = None
    weights: Mapping[str, float] = field(default_factory=lambda: dict(DEFAULT_WEIGHTS))
    discover: float = 0.0
    most_of_an_album: int = 3
    most_of_an_artist: int = 5

    @property
    def wanted(self) -> tuple[Example, ...]:
        """Examples that suggestions are to be like."""
        return tuple(example for example in self.examples if example.wanted)


Answer = list[Suggestion] | list[Step] | CuefitError


class Advisor(QObject):
    """Answers wishes. While one is being answered only the newest of those that come in is remembered."""

    answered = Signal(object, object)
    """The wish, and a list of `Suggestion` or `Step`, or the error that says why there is none."""
    busy_changed = Signal(bool)
    preparing = Signal(int, int)
    """So many tracks, or tiles, of so many have been read from the library, which is done once."""

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._desk = _Desk(workspace, self.preparing.emit)
        self._asked: Wish | None = None
        self._task: Task | None = None

    @property
    def is_busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._task is not None

    def ask(self, wish: Wish) -> None:
        """Have a wish answered; answers to earlier ones no longer come."""
        self._asked = wish
        if self._task is None:
            self._start(wish)

    def forget(self) -> None:
        """No answer is wanted any more."""
        self._asked = None

    def stop(self) -> None:
        """Don't read the library any further; the answer says so."""
        self._desk.stop()

    def close(self) -> None:
        """Let go of the library's vectors."""
        self._asked = None
        self._desk.stop()
        self._desk.close()

    def _start(self, wish: Wish) -> None:
        self.busy_changed.emit(True)
        self._task = self._workspace.background.submit(partial(self._desk.answer, wish), self._take, self._take_error)

    def _take(self, result: tuple[Wish, Answer]) -> None:
        wish, answer = result
        self._task = None
        if self._asked is not None and self._asked is not wish:
            self._start(self._asked)
            return
        self.busy_changed.emit(False)
        if self._asked is wish:
            self.answered.emit(wish, answer)

    def _take_error(self, error: CuefitError) -> None:
        raise AssertionError("the desk gives errors as answers") from error


class _Desk:
    """Where questions are answered, off the GUI thread; holds the recommender open from one to the next.

    A recommender belongs to the thread that opened it, so the desk has a thread of its own.

    Parameters
    ----------
    progress : see `Recommender`; called on the desk's thread
    """

    def __init__(self, workspace: Workspace, progress: Callable[[int, int], None]) -> None:
        self._workspace = workspace
        self._progress = progress
        self._stop = threading.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="suggestions")
        self._recommender: Recommender | None = None
        self._is_closed = False

    def answer(self, wish: Wish) -> tuple[Wish, Answer]:
        """The wish with its answer."""
        if self._is_closed:
            return wish, SuggestionError("The library is closed")
        self._stop.clear()
        try:
            return wish, self._thread.submit(self._answer, wish).result()
        except CuefitError as error:
            return wish, error

    def stop(self) -> None:
        """Have what is being read of the library left off; the answer is an error that says so."""
        self._stop.set()

    def close(self) -> None:
        """Close the recommender once what is being answered has been."""
        self._is_closed = True
        self._thread.submit(self._close)
        self._thread.shutdown(wait=True)

    def _answer(self, wish: Wish) -> list[Suggestion] | list[Step]:
        within = None if wish.within is None else parse_query(wish.within)
        seeds = self._load_seeds(wish)
        if wish.is_path:
            wanted = [seed.profile for seed in seeds if seed.wanted]
            if len(wanted) != 2:
                raise SuggestionError("A path leads from one track to another: choose two")
            recommender = self._open(wanted[0])
            return recommender.path(wanted[0], wanted[1], N_STEPS, within, wish.weights)
        request = Request(
            seeds=seeds,
            within=within,
            weights=wish.weights,
            discover=wish.discover,
            most_of_an_album=wish.most_of_an_album,
            most_of_an_artist=wish.most_of_an_artist,
            n=N_SUGGESTIONS,
        )
        return self._open(request.seeds[0].profile).suggest(request)

    def _load_seeds(self, wish: Wish) -> tuple[Seed, ...]:
        seeds = []
        with closing(self._workspace.open_index()) as connection:
            for example in wish.examples:
                profile = load_profile(connection, example.track.id)
                if profile is None:
                    name = displayable(example.track.title or example.track.path)
                    raise SuggestionError(f"{name} is no longer in the library")
                seeds.append(Seed(profile, example.region, example.wanted))
        return tuple(seeds)

    def _open(self, profile: Profile) -> Recommender:
        """The recommender for what the seed was analysed with."""
        if self._recommender is None or self._recommender.made_with != profile.made_with:
            self._close()
            self._recommender = Recommender.open(self._workspace.index_path, *profile.made_with, self._note)
        return self._recommender

    def _note(self, n_read: int, n_rows: int) -> None:
        if self._stop.is_set():
            raise SuggestionError("Stopped before anything could be compared; ask again to begin anew")
        self._progress(n_read, n_rows)

    def _close(self) -> None:
        if self._recommender is not None:
            self._recommender.close()
            self._recommender = None
