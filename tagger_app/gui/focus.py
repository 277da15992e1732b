"""Where the keyboard goes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QWidget


def first_focusable(widget: QWidget) -> QWidget:
    """What takes the keyboard where a panel is given it; the panel itself, if nothing in it can."""
    if isinstance(widget, QScrollArea):
        widget = widget.widget() or widget
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled() and widget.focusProxy() is None:
        return widget
    following = widget.nextInFocusChain()
    while following is not None and following is not widget:
        if (
            widget.isAncestorOf(following)
            and following.focusPolicy() & Qt.FocusPolicy.TabFocus
            and following.isVisible()
            and following.isEnabled()
        ):
            return following
        following = following.nextInFocusChain()
    return widget
