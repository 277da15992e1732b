"""Between time and pixels; how times are written."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

_TICK_STEPS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)
_LEFT_TO_RIGHT_ISOLATE, _END_OF_ISOLATE = "\u2066", "\u2069"


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


def show_time(time_s: float, *, tenths: bool = True) -> str:
    """Minutes and seconds, ``3:07.4``; with hours where there are any."""
    units = round(time_s * 10) if tenths else int(time_s) * 10
    minutes, rest = divmod(units, 600)
    hours, minutes = divmod(minutes, 60)
    seconds = f"{rest // 10:02d}.{rest % 10}" if tenths else f"{rest // 10:02d}"
    return f"{hours}:{minutes:02d}:{seconds}" if hours else f"{minutes}:{seconds}"


def show_range(start_s: float, end_s: float, *, tenths: bool = True) -> str:
    """From when to when, ``1:02–1:20``; where people read from right to left its beginning stays first."""
    text = f"{show_time(start_s, tenths=tenths)}–{show_time(end_s, tenths=tenths)}"
    is_right_to_left = QGuiApplication.layoutDirection() is Qt.LayoutDirection.RightToLeft
    return f"{_LEFT_TO_RIGHT_ISOLATE}{text}{_END_OF_ISOLATE}" if is_right_to_left else text
