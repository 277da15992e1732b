"""Between time and pixels."""

from __future__ import annotations

from dataclasses import dataclass

_TICK_STEPS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)


@dataclass(frozen=True, slots=True)
class Timeline:
    """`duration_s` seconds over `width` pixels from `left` on. Time runs from left to right in every language."""

    left: float
    width: float
    duration_s: float

    def x(self, time_s: float) -> float:
        """Where a time lies."""
        return self.left + (time_s / self.duration_s * self.width if self.duration_s > 0 else 0.0)

    def time_s(self, x: float) -> float:
        """The time at a place, within the track."""
        if self.duration_s <= 0 or self.width <= 0:
            return 0.0
        return min(max((x - self.left) / self.width, 0.0), 1.0) * self.duration_s

    def ticks_s(self, narrowest: float) -> list[float]:
        """Round times at least `narrowest` pixels apart."""
        if self.duration_s <= 0 or self.width <= 0:
            return []
        per_pixel_s = self.duration_s / self.width
        step_s = next((step for step in _TICK_STEPS_S if step / per_pixel_s >= narrowest), None)
        if step_s is None:
            return [0.0]
        return [number * step_s for number in range(int(self.duration_s / step_s) + 1)]
