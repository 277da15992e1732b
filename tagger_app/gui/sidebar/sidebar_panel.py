"""The side bar: the whole library, its folders, its genres, and saved searches."""

from __future__ import annotations

import os
from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from tagger_app.errors import CuefitError, displayable
from tagger_app.genres import GENRES, genre_key
from tagger_app.gui.background import Task
from tagger_app.gui.library.cell_text import plain_tip
from tagger_app.gui.search.path_query import path_query
from tagger_app.gui.sidebar.library_summary import Summary, read_summary
from tagger_app.gui.workspace import Workspace
from tagger_app.settings import SavedSearch

_QUERY = Qt.ItemDataRole.UserRole
_FOLDER = Qt.ItemDataRole.UserRole + 1
_SEARCH = Qt.ItemDataRole.UserRole + 2
_PAUSE_MS = 1_500
_MOVE = QAbstractItemView.CursorAction
_BACKWARDS = (_MOVE.MoveUp, _MOVE.MovePrevious, _MOVE.MovePageUp, _MOVE.MoveLeft)
"""Counts are read again at most this often while a scan goes on."""


class _Tree(QTreeWidget):
    """The arrow keys pass over what can't be chosen."""

    def moveCursor(  # noqa: N802 - Qt's name
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        index = super().moveCursor(action, modifiers)
        backwards = action in _BACKWARDS
        while index.isValid() and not index.flags() & Qt.ItemFlag.ItemIsSelectable:
            index = self.indexAbove(index) if backwards else self.indexBelow(index)
        return index if index.isValid() else self.currentIndex()


class SidebarPanel(QWidget):
    """Places to look: each is a query, asked by Enter or a click."""

    query_wanted = Signal(str)
    """A query to ask."""
    folder_wanted = Signal()
    """The editor wants to add a folder."""
    scan_wanted = Signal(list)
    """Folders to scan again."""
    searches_changed = Signal(object)
    """All saved searches, a tuple of `SavedSearch`, after one was added or removed."""
    summary_read = Signal(object)
    """A `Summary` of the library."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._searches: tuple[SavedSearch, ...] = ()
        self._summary: Summary | None = None
        self._reading: Task | None = None
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._read)
        self._is_wanted = False
        self.tree = _Tree(self)
        self._build_tree()
        add = QPushButton(self.tr("&Add folder …"), self)
        add.setToolTip(self.tr("Choose a folder of music and listen to it"))
        add.clicked.connect(self.folder_wanted)
        foot = QHBoxLayout()
        foot.setContentsMargins(8, 4, 8, 8)
        foot.addWidget(add)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tree, 1)
        column.addLayout(foot)
        self._show()

    def refresh(self) -> None:
        """The index has changed: count again, soon."""
        self._is_wanted = True
        if self._reading is None and not self._pause.isActive():
            self._read()

    def mark(self, query: str) -> None:
        """Show which entry is listed now; none, if the editor asks for something else."""
        item = self._find(query)
        if item is not None:
            self.tree.setCurrentItem(item)
        else:
            self.tree.clearSelection()

    def set_searches(self, searches: Sequence[SavedSearch]) -> None:
        """Offer these saved searches."""
        self._searches = tuple(searches)
        self._show()

    def save_search(self, name: str, query: str) -> None:
        """Keep a query under a name, in place of what had that name."""
        name = name.strip()[:80]
        if name and query.strip():
            others = [other for other in self._searches if other.name != name]
            self.set_searches(tuple(sorted((*others, SavedSearch(name, query)), key=lambda one: one.name.casefold())))
            self.searches_changed.emit(self._searches)

    def _build_tree(self) -> None:
        tree = self.tree
        tree.setAccessibleName(self.tr("Library, folders and searches"))
        tree.setColumnCount(2)
        tree.setHeaderHidden(True)
        tree.setRootIsDecorated(False)
        tree.setAllColumnsShowFocus(True)
        tree.setIndentation(tree.fontMetrics().averageCharWidth() * 2)
        tree.setFrameShape(QTreeWidget.Shape.NoFrame)
        tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        tree.setUniformRowHeights(True)
        tree.viewport().setAutoFillBackground(False)  # the side bar is a panel, not a document
        header = tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        tree.itemActivated.connect(self._ask)
        tree.itemClicked.connect(self._ask)
        tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        tree.customContextMenuRequested.connect(self._offer_menu)
        delete = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), tree)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(lambda: self._remove_search(tree.currentItem()))

    def _read(self) -> None:
        if not self._is_wanted:
            return
        self._is_wanted = False
        self._reading = self._workspace.background.submit(
            lambda: read_summary(self._workspace), self._show_summary, self._drop
        )

    def _show_summary(self, summary: Summary) -> None:
        self._reading = None
        if summary != self._summary:
            self._summary = summary
            self._show()
        self.summary_read.emit(summary)
        self._pause.start()

    def _drop(self, error: CuefitError) -> None:
        self._reading = None  # the table says what is wrong with the index
        self._pause.start()

    def _show(self) -> None:
        current = self.tree.currentItem()
        chosen = current.data(0, _QUERY) if current is not None else None
        is_marked = bool(self.tree.selectedItems())
        self.tree.clear()
        self._add_library()
        self._add_folders()
        self._add_searches()
        self._add_genres()
        self.tree.expandAll()
        if chosen is not None and (item := self._find(chosen)) is not None:
            flag = QItemSelectionModel.SelectionFlag
            self.tree.setCurrentItem(item, 0, flag.ClearAndSelect | flag.Rows if is_marked else flag.NoUpdate)

    def _find(self, query: str) -> QTreeWidgetItem | None:
        item: QTreeWidgetItem | None = self.tree.topLevelItem(0)
        while item is not None and item.data(0, _QUERY) != query:
            item = self.tree.itemBelow(item)
        return item

    def _add_library(self) -> None:
        group = self._add_group(self.tr("Library"))
        summary = self._summary
        self._add(group, self.tr("All tracks"), "", summary.n_listed if summary else None)
        if summary is None:
            return
        for status, name in (
            ("offline", self.tr("Offline")),
            ("missing", self.tr("Missing")),
            ("failed", self.tr("Failed")),
        ):
            if summary.n_by_status[status]:
                self._add(group, name, f"status:{status}", summary.n_by_status[status])

    def _add_folders(self) -> None:
        if self._summary is None or not self._summary.folders:
            return
        group = self._add_group(self.tr("Folders"))
        for folder in self._summary.folders:
            name = displayable(os.path.basename(folder.path.rstrip(os.sep)) or folder.path)  # noqa: PTH119
            if not folder.is_online:
                name = self.tr("{folder} (offline)").format(folder=name)
            item = self._add(group, name, path_query(folder.path), folder.n_tracks)
            item.setData(0, _FOLDER, folder.path)
            item.setToolTip(0, plain_tip(displayable(folder.path)))
            if not folder.is_online:
                faint = self.palette().placeholderText()
                item.setForeground(0, faint)

    def _add_searches(self) -> None:
        if self._searches:
            group = self._add_group(self.tr("Saved searches"))
            for search in self._searches:
                item = self._add(group, displayable(search.name), search.query, None)
                item.setData(0, _SEARCH, search.name)
                item.setToolTip(0, plain_tip(search.query))

    def _add_genres(self) -> None:
        if self._summary is None or not any(self._summary.n_by_genre.values()):
            return
        group = self._add_group(self.tr("Assigned genres"))
        for genre in GENRES:
            if n_tracks := self._summary.n_by_genre[genre]:
                self._add(group, genre, genre_key(genre), n_tracks)

    @property
    def _row_height(self) -> int:
        return round(self.fontMetrics().height() * 1.5)

    def _add_group(self, name: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem(self.tree, [name])
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        item.setSizeHint(0, QSize(0, self._row_height))
        font = item.font(0)
        font.setBold(True)
        item.setFont(0, font)
        item.setFirstColumnSpanned(True)
        return item

    def _add(self, group: QTreeWidgetItem, name: str, query: str, n_tracks: int | None) -> QTreeWidgetItem:
        number = "" if n_tracks is None else self.locale().toString(n_tracks)
        item = QTreeWidgetItem(group, [name, number])
        item.setSizeHint(0, QSize(0, self._row_height))
        item.setTextAlignment(1, Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        item.setForeground(1, self.palette().placeholderText())
        item.setData(0, _QUERY, query)
        return item

    def _ask(self, item: QTreeWidgetItem) -> None:
        query = item.data(0, _QUERY)
        if query is not None:
            self.query_wanted.emit(query)

    def _offer_menu(self, place: QPoint) -> None:
        item = self.tree.itemAt(place) or self.tree.currentItem()
        if item is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if folder := item.data(0, _FOLDER):
            menu.addAction(self.tr("&Scan again"), lambda: self.scan_wanted.emit([folder]))
        elif item.data(0, _SEARCH):
            menu.addAction(self.tr("&Remove this search"), lambda: self._remove_search(item))
        if menu.actions():
            menu.popup(self.tree.viewport().mapToGlobal(place))

    def _remove_search(self, item: QTreeWidgetItem | None) -> None:
        name = item.data(0, _SEARCH) if item is not None else None
        if name:
            self.set_searches(tuple(search for search in self._searches if search.name != name))
            self.searches_changed.emit(self._searches)
