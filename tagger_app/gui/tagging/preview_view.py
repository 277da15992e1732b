"""Pages of what would change: a line a file, below it a line a field."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from tagger_app.errors import CuefitError, displayable
from tagger_app.gui.background import Background, Task
from tagger_app.gui.reasons import explain
from tagger_app.gui.tagging.preview import FieldChange, FilePreview
from tagger_app.gui.theme import current_theme
from tagger_app.gui.wording import plain_tip, show_count

PAGE = 50
_FILE, _BEFORE, _AFTER = range(3)
_KIND = Qt.ItemDataRole.UserRole


class PreviewView(QWidget):
    """Shows one page at a time, each fetched in the background when it is turned to."""

    failed = Signal(str)
    shown = Signal()
    """A page is there to be looked at."""

    def __init__(self, background: Background, headers: tuple[str, str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._fetch: Callable[[int, int], list[FilePreview]] | None = None
        self._total = self._offset = 0
        self._task: Task | None = None
        self._tree = QTreeWidget()
        self._tree.setHeaderLabels(list(headers))
        self._tree.setAccessibleName(self.tr("Changes by file"))
        self._tree.setUniformRowHeights(True)
        self._tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._tree.setExpandsOnDoubleClick(True)
        header = self._tree.header()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        width = self.fontMetrics().averageCharWidth()
        header.resizeSection(_FILE, 34 * width)
        header.resizeSection(_BEFORE, 22 * width)
        self._place = QLabel()
        self._previous = QPushButton(self.tr("&Previous page"))
        self._next = QPushButton(self.tr("&Next page"))
        self._previous.clicked.connect(lambda: self._turn_to(self._offset - PAGE))
        self._next.clicked.connect(lambda: self._turn_to(self._offset + PAGE))
        pager = QHBoxLayout()
        pager.addWidget(self._place, 1)
        pager.addWidget(self._previous)
        pager.addWidget(self._next)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._tree, 1)
        layout.addLayout(pager)
        self._show_place()

    def show_pages(self, fetch: Callable[[int, int], list[FilePreview]], total: int) -> None:
        """Show other files.

        Parameters
        ----------
        fetch : gives `limit` files from `offset` on; runs in the background
        total : how many there are
        """
        self._fetch, self._total = fetch, total
        self._turn_to(0)

    def clear(self) -> None:
        """Show nothing."""
        if self._task:
            self._task.cancel()
        self._fetch, self._total, self._offset = None, 0, 0
        self._tree.clear()
        self._show_place()

    def _turn_to(self, offset: int) -> None:
        if self._task:
            self._task.cancel()
        self._offset = max(offset, 0)
        self._tree.clear()
        if self._fetch and self._total:
            self._place.setText(self.tr("Reading…"))
            self._previous.setEnabled(False)
            self._next.setEnabled(False)
            work = partial(self._fetch, self._offset, PAGE)
            self._task = self._background.submit(work, self._fill, self._fail)
        else:
            self._show_place()

    def _fill(self, files: list[FilePreview]) -> None:
        for file in files:
            self._tree.addTopLevelItem(self._file_item(file))
        self._tree.expandAll()
        if first := self._tree.topLevelItem(0):
            self._tree.setCurrentItem(first)
        self._paint()
        self._show_place()
        self.shown.emit()

    def _fail(self, error: CuefitError) -> None:
        self._show_place()
        self.failed.emit(explain(error))

    def _file_item(self, file: FilePreview) -> QTreeWidgetItem:
        name = displayable(os.path.basename(file.path))  # noqa: PTH119
        if file.problem:
            summary, kind = displayable(file.problem), "problem"
        elif not file.changes:
            summary, kind = self.tr("nothing to change"), "same"
        else:
            summary = self.tr("fields: {count}").format(count=show_count(len(file.changes)))
            kind = "file"
        item = QTreeWidgetItem([name, summary, ""])
        item.setToolTip(_FILE, plain_tip(displayable(file.path)))
        item.setToolTip(_BEFORE, plain_tip(summary))
        item.setData(_FILE, _KIND, kind)
        for change in file.changes:
            item.addChild(self._field_item(change))
        return item

    def _field_item(self, change: FieldChange) -> QTreeWidgetItem:
        absent = self.tr("(none)")
        before = absent if change.before is None else displayable(change.before)
        after = self.tr("(removed)") if change.after is None else displayable(change.after)
        item = QTreeWidgetItem([change.field, before, after])
        item.setData(_FILE, _KIND, "removed" if change.after is None else "added" if change.before is None else "field")
        for column, text in ((_BEFORE, before), (_AFTER, after)):
            item.setToolTip(column, plain_tip(text))
        return item

    def _paint(self) -> None:
        """Colours on top of what the words say already."""
        theme = current_theme()
        colours = {"problem": theme.problem, "same": theme.faint_text, "removed": theme.warning, "added": theme.good}
        for file in _children(self._tree.invisibleRootItem()):
            file.setForeground(_BEFORE, QBrush(colours.get(file.data(_FILE, _KIND), theme.faint_text)))
            for field in _children(file):
                field.setForeground(_BEFORE, QBrush(theme.faint_text))
                field.setForeground(_AFTER, QBrush(colours.get(field.data(_FILE, _KIND), theme.accent)))

    def _show_place(self) -> None:
        last = min(self._offset + PAGE, self._total)
        if self._total:
            text = self.tr("{first} to {last} of {total}")
            numbers = {"first": self._offset + 1, "last": last, "total": self._total}
            self._place.setText(text.format(**{name: show_count(number) for name, number in numbers.items()}))
        else:
            self._place.setText("")
        self._previous.setEnabled(self._offset > 0)
        self._next.setEnabled(last < self._total)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint()


def _children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    return [child for child in map(item.child, range(item.childCount())) if child is not None]
