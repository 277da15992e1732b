"""The table itself: a view of rows of one height, with columns that can be moved, hidden and sorted by."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QByteArray, QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from tagger_app.gui.library.arranging import make_column_commands
from tagger_app.gui.library.columns import COLUMNS, INDEX_BY_KEY, INDEX_BY_SORT, Kind, column_name
from tagger_app.gui.library.delegates import CellDelegate, row_height
from tagger_app.gui.library.listing import Ids
from tagger_app.gui.library.track_model import TrackModel
from tagger_app.gui.selecting import choose_row
from tagger_app.gui.theme import current_theme

_MOST_KEPT = 20_000
"""Rows of a selection that are looked for again when the rows change."""


_STEPS = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)


class TrackTable(QTableView):
    """Shows a `TrackModel`; keeps what is chosen by track, wherever its row goes."""

    sort_wanted = Signal(str)
    """The editor clicked on a header: an order for `parse_sort`, or "match"."""
    opened = Signal(int)
    """The editor pressed Enter on a row or double-clicked it."""
    menu_wanted = Signal(QPoint)
    """The editor asked for the menu of what is chosen; in global coordinates."""
    selection_moved = Signal()
    """Other tracks are chosen."""

    def __init__(self, model: TrackModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._delegate = CellDelegate(model, self)
        self._kept: tuple[Ids, int, int] | None = None
        self.setAccessibleName(self.tr("Tracks"))
        self.setAccessibleDescription(
            self.tr("Enter plays the current track; the context menu offers what can be done")
        )
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAlternatingRowColors(True)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self._set_up_headers()
        self.column_commands = make_column_commands(self)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))
        self.verticalScrollBar().valueChanged.connect(self._look)
        model.about_to_change.connect(self._note_place)
        model.changed.connect(self._find_place)
        model.rowsInserted.connect(self._look)

    def chosen_rows(self) -> list[range]:
        """Rows that are chosen, as ranges, from the top."""
        ranges = [range(part.top(), part.bottom() + 1) for part in self.selectionModel().selection().toList()]
        return sorted(ranges, key=lambda part: part.start)

    def chosen_ids(self, most: int) -> Ids:
        """Ids of the first tracks that are chosen, from the top: int64 [shape=(n,)]."""
        ids = self._model.ids
        parts = [ids[part.start : part.stop][:most] for part in self.chosen_rows()]
        return np.concatenate(parts)[:most] if parts else np.empty(0, np.int64)

    def n_chosen(self) -> int:
        """How many tracks are chosen."""
        return sum(map(len, self.chosen_rows()))

    def show_order(self, sort: str, *, by_match: bool) -> None:
        """Mark the column that rows are sorted by."""
        header = self.horizontalHeader()
        header.setSectionHidden(INDEX_BY_KEY["match"], not by_match)
        if by_match:
            header.setSortIndicator(INDEX_BY_KEY["match"], Qt.SortOrder.DescendingOrder)
            return
        name, descending = sort.removeprefix("-"), sort.startswith("-")
        section = INDEX_BY_SORT.get(name, -1)
        if section >= 0 and COLUMNS[section].kind is Kind.FIT:
            descending = not descending
        header.setSortIndicator(section, Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder)

    def save_columns(self) -> str:
        """Widths, order and visibility of the columns, as text for `restore_columns`."""
        return bytes(self.horizontalHeader().saveState().toBase64().data()).decode("ascii")

    def restore_columns(self, state: str) -> None:
        """Arrange the columns as they were saved; text that isn't a saved state changes nothing."""
        header = self.horizontalHeader()
        n_columns = header.count()
        if not state or not header.restoreState(QByteArray.fromBase64(state.encode("ascii", "replace"))):
            return
        if header.count() != n_columns or header.hiddenSectionCount() == n_columns:
            self.reset_columns()

    def reset_columns(self) -> None:
        """Arrange the columns as on the first day."""
        header, metrics = self.horizontalHeader(), QFontMetrics(self.font())
        was_shown = not header.isSectionHidden(INDEX_BY_KEY["match"])
        for index, column in enumerate(COLUMNS):
            header.moveSection(header.visualIndex(index), index)
            header.setSectionHidden(index, column.is_hidden or (column.kind is Kind.MATCH and not was_shown))
            self.setColumnWidth(index, column.width * metrics.averageCharWidth())

    def column_actions(self) -> list[QAction]:
        """A checkable action for each column that can be hidden."""
        actions = []
        header = self.horizontalHeader()
        for index, column in enumerate(COLUMNS):
            if column.kind is Kind.MATCH:
                continue
            action = QAction(column_name(column), self, checkable=True, checked=not header.isSectionHidden(index))
            action.toggled.connect(lambda shown, section=index: self._show_column(section, shown))
            actions.append(action)
        return actions

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().row())
            return
        if event.key() in _STEPS and not event.modifiers() and not self.n_chosen() and self._model.rowCount():
            self.choose_current()  # of a single row Qt would say that it is there already, and choose nothing
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:  # noqa: N802
        """Nothing: rows that aren't read yet can't be searched, and letters are shortcuts."""

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            corner = self.visualRect(self.currentIndex()).bottomLeft()
            self.menu_wanted.emit(self.viewport().mapToGlobal(corner))
        else:
            self.menu_wanted.emit(event.globalPos())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._look()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._delegate.use_theme(current_theme())
        if event.type() is QEvent.Type.FontChange:
            self.verticalHeader().setDefaultSectionSize(row_height(QFontMetrics(self.font())))

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:  # noqa: N802
        super().selectionChanged(selected, deselected)
        self.selection_moved.emit()

    def choose_current(self) -> None:
        """Choose the row that the keyboard is on, or the first that is seen."""
        current = self.currentIndex()
        choose_row(self, current if current.isValid() else self._model.index(max(self.rowAt(0), 0), 0))

    def _set_up_headers(self) -> None:
        rows = self.verticalHeader()
        rows.setVisible(False)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(row_height(QFontMetrics(self.font())))
        header = self.horizontalHeader()
        header.setSectionsMovable(True)
        header.setFirstSectionMovable(True)
        header.setSectionsClickable(True)
        header.setHighlightSections(False)
        header.setSortIndicatorShown(True)
        header.setMinimumSectionSize(QFontMetrics(self.font()).averageCharWidth() * 4)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._offer_columns)
        header.sectionClicked.connect(self._ask_for_order)
        header.setAccessibleName(self.tr("Columns"))
        self.reset_columns()

    def _ask_for_order(self, section: int) -> None:
        column = COLUMNS[section]
        header = self.horizontalHeader()
        if column.kind is Kind.MATCH:
            self.sort_wanted.emit("match")
            return
        if not column.sort:
            self.sort_wanted.emit("")  # the indicator goes back to where it was
            return
        # Qt has turned the indicator already; a column that wasn't sorted by begins with the order that makes sense.
        descending = header.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder
        if self._sorted_section != section:
            descending = column.kind is Kind.FIT
        reversed_ = descending != (column.kind is Kind.FIT)
        self.sort_wanted.emit(f"-{column.sort}" if reversed_ else column.sort)

    @property
    def _sorted_section(self) -> int:
        listing = self._model.listing
        return INDEX_BY_KEY["match"] if listing.mix else INDEX_BY_SORT.get(listing.sort.removeprefix("-"), -1)

    def _offer_columns(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.addActions(self.column_actions())
        menu.addSeparator()
        menu.addActions(self.column_commands)
        menu.addAction(self.tr("Arrange columns as at first"), self.reset_columns)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.horizontalHeader().mapToGlobal(place))

    def _show_column(self, section: int, shown: bool) -> None:
        header = self.horizontalHeader()
        if shown or header.count() - header.hiddenSectionCount() > 1:
            header.setSectionHidden(section, not shown)

    def _look(self) -> None:
        """Tell the model which rows are seen."""
        first = max(self.rowAt(0), 0)
        height = max(self.verticalHeader().defaultSectionSize(), 1)
        self._model.look_at(first, first + self.viewport().height() // height + 1)

    def _note_place(self) -> None:
        current = self.currentIndex().row()
        ids = self._model.ids
        current_id = int(ids[current]) if 0 <= current < len(ids) else -1
        chosen = self.chosen_ids(_MOST_KEPT + 1)
        self._kept = (chosen if len(chosen) <= _MOST_KEPT else chosen[:0], current_id, max(self.rowAt(0), 0))

    def _find_place(self, is_new: bool) -> None:
        """Choose the same tracks again; of the same listing, show the same rows."""
        kept, self._kept = self._kept, None
        if kept is None:
            return
        chosen, current_id, top = kept
        ids = self._model.ids
        selection = QItemSelection()
        last_column = len(COLUMNS) - 1
        if len(chosen):
            rows = np.flatnonzero(np.isin(ids, chosen))
            for part in np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1):
                if len(part):
                    first = self._model.index(int(part[0]), 0)
                    selection.select(first, self._model.index(int(part[-1]), last_column))
        selection_model = self.selectionModel()
        current = np.flatnonzero(ids == current_id)
        if len(current):
            index = self._model.index(int(current[0]), 0)
            selection_model.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        if not selection.isEmpty():
            selection_model.select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if len(chosen) and sum(part.height() for part in selection.toList()) < len(chosen):
            self.selection_moved.emit()
        self.verticalScrollBar().setValue(0 if is_new else top)
        self._look()

    def select_row(self, row: int) -> None:
        """Choose one row and show it."""
        index: QModelIndex = self._model.index(row, 0)
        if index.isValid():
            choose_row(self, index)
