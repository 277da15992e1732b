"""Moving and widening the current column by keyboard; by mouse its header is dragged."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QTableView

_STEP = 2
"""Characters by which a column gets wider or narrower."""


def make_column_commands(table: QTableView) -> list[QAction]:
    """Commands about the column of the current cell; their keys work while the table has the keyboard."""
    translate = QCoreApplication.translate
    commands = []
    for text, keys, act in (
        (translate("ColumnCommands", "Move the column to the left"), "Alt+Left", partial(_move, table, -1)),
        (translate("ColumnCommands", "Move the column to the right"), "Alt+Right", partial(_move, table, 1)),
        (translate("ColumnCommands", "Make the column narrower"), "Alt+Shift+Left", partial(_widen, table, -1)),
        (translate("ColumnCommands", "Make the column wider"), "Alt+Shift+Right", partial(_widen, table, 1)),
    ):
        action = QAction(text, table)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(act)
        table.addAction(action)
        commands.append(action)
    return commands


def _move(table: QTableView, step: int, _checked: bool = False) -> None:
    """Past the next column that is shown."""
    header, index = table.horizontalHeader(), table.currentIndex()
    if not index.isValid():
        return
    if table.layoutDirection() is Qt.LayoutDirection.RightToLeft:
        step = -step
    place = header.visualIndex(index.column())
    target = place + step
    while 0 <= target < header.count() and header.isSectionHidden(header.logicalIndex(target)):
        target += step
    if 0 <= target < header.count():
        header.moveSection(place, target)
        table.scrollTo(index)


def _widen(table: QTableView, step: int, _checked: bool = False) -> None:
    index = table.currentIndex()
    if index.isValid():
        width = table.columnWidth(index.column()) + step * _STEP * table.fontMetrics().averageCharWidth()
        table.setColumnWidth(index.column(), max(width, table.horizontalHeader().minimumSectionSize()))
