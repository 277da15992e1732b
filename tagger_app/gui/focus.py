"""Where the keyboard goes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QScrollArea, QTabWidget, QWidget


def first_focusable(widget: QWidget) -> QWidget:
    """What takes the keyboard where a panel is given it: what the panel names, or the first that can.

    The panel itself, if nothing in it can.
    """
    if isinstance(widget, QScrollArea):
        widget = widget.widget() or widget
    proxy = widget.focusProxy()
    if proxy is not None and proxy.isVisible() and proxy.isEnabled():
        return proxy
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled() and proxy is None:
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


def order_focus(place: QWidget) -> None:
    """Let Tab go through what a place holds as it is laid out; Qt goes by when things were made."""
    for before, after in pairwise(_laid_out(place)):
        QWidget.setTabOrder(before, after)


def _laid_out(widget: QWidget) -> Iterator[QWidget]:
    """What can have the keyboard in a widget, in the order of its layout."""
    inner = widget.widget() if isinstance(widget, QScrollArea) else None
    layout = widget.layout()
    if inner is not None:
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            yield widget
        yield from _laid_out(inner)
    elif isinstance(widget, QTabWidget):
        yield widget.tabBar()
        for number in range(widget.count()):
            if (page := widget.widget(number)) is not None:
                yield from _laid_out(page)
    elif widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
        yield widget
    elif layout is not None:
        yield from _of_layout(layout)
    else:
        for child in widget.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            if not child.isWindow():
                yield from _laid_out(child)


def _of_layout(layout: QLayout) -> Iterator[QWidget]:
    for number in range(layout.count()):
        item = layout.itemAt(number)
        if item is None:
            continue
        if (widget := item.widget()) is not None:
            yield from _laid_out(widget)
        elif (inner := item.layout()) is not None:
            yield from _of_layout(inner)
