"""How fast a scan is, and how long it has still to go."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

_WINDOW_S = 60.0
_SHORTEST_S = 2.0


class Pace:
    """Speed over the last minute that wasn't spent pausing.

    Parameters
    ----------
    clock : gives seconds
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._started = clock()
        self._paused_at: float | None = None
        self._paused_s = 0.0
        self._samples: deque[tuple[float, float, float]] = deque([(0.0, 0.0, 0.0)])

    @property
    def active_s(self) -> float:
        """Seconds since the start, without pauses."""
        now = self._clock() if self._paused_at is None else self._paused_at
        return now - self._started - self._paused_s

    def pause(self) -> None:
        """Stop the clock."""
        if self._paused_at is None:
            self._paused_at = self._clock()

    def resume(self) -> None:
        """Let it go on."""
        if self._paused_at is not None:
            self._paused_s += self._clock() - self._paused_at
            self._paused_at = None

    def note(self, done_bytes: float, heard_s: float) -> None:
        """Note how much is done by now."""
        now = self.active_s
        self._samples.append((now, done_bytes, heard_s))
        while len(self._samples) > 2 and self._samples[1][0] < now - _WINDOW_S:
            self._samples.popleft()

    def left_s(self, left_bytes: float) -> float | None:
        """Seconds until that much is done too; None while it can't be told."""
        took_s, done_bytes, _ = self._recently()
        return left_bytes * took_s / done_bytes if done_bytes > 0 else None

    @property
    def times_realtime(self) -> float | None:
        """Seconds of music heard in a second; None while it can't be told."""
        took_s, _, heard_s = self._recently()
        return heard_s / took_s if heard_s > 0 else None

    def _recently(self) -> tuple[float, float, float]:
        first, last = self._samples[0], self._samples[-1]
        took_s = last[0] - first[0]
        return (took_s, last[1] - first[1], last[2] - first[2]) if took_s >= _SHORTEST_S else (1.0, 0.0, 0.0)
