"""What dragging does to a region."""

from __future__ import annotations

from enum import Enum, auto

from tagger_app.suggest.seeds import Region

_SHORTEST_S = 0.1


class Grip(Enum):
    """What of a region is held while the mouse moves."""

    NEW = auto()
    START = auto()
    END = auto()
    BAR = auto()


def drag_region(grip: Grip, region: Region | None, pressed_s: float, now_s: float, duration_s: float) -> Region | None:
    """The region after the mouse went from one time to another; None if it would be too short to be meant.

    Parameters
    ----------
    region : as it was when the mouse was pressed; there is one unless the grip is NEW
    """
    if grip is Grip.NEW or region is None:
        start_s, end_s = sorted((pressed_s, now_s))
    elif grip is Grip.BAR:
        shift_s = min(max(now_s - pressed_s, -region.start_s), duration_s - region.end_s)
        start_s, end_s = region.start_s + shift_s, region.end_s + shift_s
    else:
        start_s, end_s = sorted((now_s, region.end_s if grip is Grip.START else region.start_s))
    return Region(max(start_s, 0.0), end_s) if end_s - start_s >= _SHORTEST_S else None
