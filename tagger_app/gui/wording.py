"""Numbers and times as people read them, in the language of the application."""

from __future__ import annotations

import html
import math

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QGuiApplication

from tagger_app.errors import displayable, is_displayable

_LEFT_TO_RIGHT_MARK = "\u200e"
_LEFT_TO_RIGHT_ISOLATE, _END_OF_ISOLATE = "\u2066", "\u2069"


def show_count(number: int) -> str:
    """A whole number, grouped as the locale does: "12,345"."""
    return QLocale().toString(number)


def show_length(seconds: float) -> str:
    """Minutes and seconds: "3:07", "1:02:30"."""
    minutes, rest = divmod(math.floor(max(seconds, 0.0) + 0.5), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def show_position(seconds: float) -> str:
    """Minutes, seconds and thousandths: "1:23.450"."""
    thousandths = round(max(seconds, 0.0) * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes}:{rest // 1000:02}.{rest % 1000:03}"


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


def read_position(text: str) -> float | None:
    """Seconds of a time as people write it: "1:23.45", "83,45", "1:02:03"; None if it is none."""
    parts = text.strip().replace(",", ".").split(":")
    if not 1 <= len(parts) <= 3 or not all(part.strip() for part in parts):
        return None
    seconds = 0.0
    for place, part in enumerate(parts):
        is_last = place == len(parts) - 1
        digits = part.strip().replace(".", "", 1) if is_last else part.strip()
        if not (digits.isascii() and digits.isdigit()) or len(digits) > 9:
            return None
        seconds = seconds * 60 + float(part)
    return seconds


def show_path(path: str) -> str:
    """A path as it can be shown; where people read from right to left its first slash stays first."""
    is_right_to_left = QGuiApplication.layoutDirection() is Qt.LayoutDirection.RightToLeft
    return f"{_LEFT_TO_RIGHT_MARK if is_right_to_left else ''}{displayable(path)}"


def one_line(text: str) -> str:
    """Text without line breaks and control characters, of which some turn what follows them round."""
    return text if text.isprintable() else " ".join("".join(c if is_displayable(c) else " " for c in text).split())


def plain_tip(text: str) -> str:
    """Text for a tool tip, which would take what looks like markup for it."""
    lines = "<br>".join(html.escape(line) for line in text.split("\n"))
    return f"<p style='white-space: pre-wrap'>{lines}</p>" if text else ""
