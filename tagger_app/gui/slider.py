"""A slider with room for the ring of focus."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QSlider

SLIDER_ROOM = 6
"""Pixels above and below the handle together; without them the ring is drawn over it."""


class Slider(QSlider):
    """Qt's, somewhat higher."""

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return super().sizeHint() + QSize(0, SLIDER_ROOM)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return super().minimumSizeHint() + QSize(0, SLIDER_ROOM)
