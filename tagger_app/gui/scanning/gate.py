"""Holding and ending a generator of events from another thread."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import closing
from typing import TypeVar

Event = TypeVar("Event")


class Gate:
    """Lets events through, holds them, or ends them; from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._is_paused = False
        self._is_stopped = False

    @property
    def is_paused(self) -> bool:
        """Whether events are held."""
        return self._is_paused

    @property
    def is_stopped(self) -> bool:
        """Whether no event comes any more."""
        return self._is_stopped

    def pause(self) -> None:
        """Hold the events that come."""
        self._is_paused = True

    def resume(self) -> None:
        """Let them through again."""
        with self._changed:
            self._is_paused = False
            self._changed.notify_all()

    def stop(self) -> None:
        """End them, held or not; for good."""
        with self._changed:
            self._is_stopped = True
            self._changed.notify_all()

    def pass_on(self, events: Generator[Event, None, None]) -> Generator[Event, None, None]:
        """The events, as long as the gate lets them through; the generator is closed at the end."""
        with closing(events):
            for event in events:
                yield event
                with self._changed:
                    self._changed.wait_for(lambda: self._is_stopped or not self._is_paused)
                if self._is_stopped:
                    return
