"""The items of a bin as a table that can be edited and put into another order."""

from __future__ import annotations

import os
import struct
from collections.abc import Sequence
from typing import Any

import msgspec
from PySide6.QtCore import (
    QAbstractTableModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from tagger_app.errors import displayable
from tagger_app.gui.drag import paths_mime
from tagger_app.gui.wording import plain_tip, read_position, show_position, show_time
from tagger_app.handoff.bins import BinItem

ROWS_MIME = "application/x-cuefit-bin-rows"
TITLE, START, END, LENGTH, NOTE, FILE = range(6)
_ROOT = QModelIndex()
_EDITABLE = (START, END, NOTE)


class BinModel(QAbstractTableModel):
    """Items in order; knows nothing of files."""

    edited = Signal()
    """The items or their order have changed."""
    refused = Signal(str)
    """What was typed can't be; a line for a person."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: list[BinItem] = []
        self.is_locked = False
        self._headers = (
            self.tr("Title"),
            self.tr("In"),
            self.tr("Out"),
            self.tr("Length"),
            self.tr("Note"),
            self.tr("File"),
        )

    @property
    def items(self) -> tuple[BinItem, ...]:
        """All items, in order."""
        return tuple(self._items)

    def show_items(self, items: Sequence[BinItem]) -> None:
        """Hold others; not an edit."""
        self.beginResetModel()
        self._items = list(items)
        self.endResetModel()

    # -- edits -------------------------------------------------------------------------------------------------------

    def append(self, items: Sequence[BinItem]) -> None:
        """Put items at the end."""
        self.insert(len(self._items), items)

    def insert(self, row: int, items: Sequence[BinItem]) -> None:
        """Put items in front of a row."""
        if not items or self.is_locked:
            return
        self.beginInsertRows(_ROOT, row, row + len(items) - 1)
        self._items[row:row] = items
        self.endInsertRows()
        self.edited.emit()

    def remove(self, rows: Sequence[int]) -> list[tuple[int, BinItem]]:
        """Take rows out; what was removed, with the rows that it was in."""
        if self.is_locked:
            return []
        removed = [(row, self._items[row]) for row in sorted(rows)]
        for row, _ in reversed(removed):
            self.beginRemoveRows(_ROOT, row, row)
            del self._items[row]
            self.endRemoveRows()
        if removed:
            self.edited.emit()
        return removed

    def put_back(self, removed: Sequence[tuple[int, BinItem]]) -> None:
        """Put what was removed where it was."""
        for row, item in removed:
            row = min(row, len(self._items))
            self.beginInsertRows(_ROOT, row, row)
            self._items.insert(row, item)
            self.endInsertRows()
        if removed:
            self.edited.emit()

    def move_rows(self, rows: Sequence[int], before: int) -> list[int]:
        """Move rows together in front of row `before`; the rows that they are in then."""
        rows = sorted(rows)
        if not rows or self.is_locked:
            return list(rows)
        moved = [self._items[row] for row in rows]
        rest = [item for row, item in enumerate(self._items) if row not in rows]
        target = before - sum(row < before for row in rows)
        reordered = [*rest[:target], *moved, *rest[target:]]
        if reordered != self._items:
            self.layoutAboutToBeChanged.emit()
            order = [row for row in range(len(self._items)) if row not in rows]
            order[target:target] = rows
            place = {old: new for new, old in enumerate(order)}
            before_indexes = self.persistentIndexList()
            after_indexes = [self.index(place[index.row()], index.column()) for index in before_indexes]
            self._items = reordered
            self.changePersistentIndexList(before_indexes, after_indexes)
            self.layoutChanged.emit()
            self.edited.emit()
        return list(range(target, target + len(moved)))

    # -- the table -----------------------------------------------------------------------------------------------------

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(self._items)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(self._headers)

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self._headers[section] if orientation == Qt.Orientation.Horizontal else str(section + 1)
        return None

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags if self.is_locked else Qt.ItemFlag.ItemIsDropEnabled
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled
        if index.column() in _EDITABLE and not self.is_locked:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        item = self._items[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(item, index.column())
        if role == Qt.ItemDataRole.EditRole:
            return _exact(item, index.column()) if index.column() in _EDITABLE else self._text(item, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            times = f"{show_position(item.from_s)} – {show_position(item.to_s)}"
            lines = (displayable(item.path), self._text(item, TITLE), times, ", ".join(item.genres), item.note)
            return plain_tip("\n".join(filter(None, lines)))
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() in (START, END, LENGTH):
            return int(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _text(self, item: BinItem, column: int) -> str:
        match column:
            case 0:
                name = displayable(item.name)
                return f"{name} – {displayable(item.artist)}" if item.artist else name
            case 1:
                return show_time(item.from_s)
            case 2:
                return show_time(item.to_s)
            case 3:
                return show_time(item.to_s - item.from_s)
            case 4:
                return " ".join(item.note.split())
            case _:
                return displayable(os.path.basename(item.path))  # noqa: PTH119

    def setData(  # noqa: N802
        self, index: QModelIndex | QPersistentModelIndex, value: Any, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        if role != Qt.ItemDataRole.EditRole or not index.isValid() or self.is_locked:
            return False
        item = self._items[index.row()]
        if index.column() == NOTE:
            changed = msgspec.structs.replace(item, note=str(value))
        elif index.column() in (START, END):
            edited = self._with_time(item, index.column(), str(value))
            if edited is None:
                return False
            changed = edited
        else:
            return False
        if changed != item:
            self._items[index.row()] = changed
            self.dataChanged.emit(self.index(index.row(), 0), self.index(index.row(), FILE))
            self.edited.emit()
        return True

    def _with_time(self, item: BinItem, column: int, text: str) -> BinItem | None:
        """The item with another start or end; the whole cue where the text is empty."""
        if not text.strip():
            return msgspec.structs.replace(item, start_s=None, end_s=None)
        if text == _exact(item, column):
            return item  # shown with thousandths; the exact time stays
        seconds = read_position(text)
        if seconds is None:
            self.refused.emit(self.tr("A time looks like 1:23.450, not {text}").format(text=displayable(text)))
            return None
        start_s, end_s = (seconds, item.to_s) if column == START else (item.from_s, seconds)
        if item.duration_s:
            end_s = min(end_s, item.duration_s)
        if not start_s < end_s:
            self.refused.emit(self.tr("In lies before out, and both inside the cue"))
            return None
        return msgspec.structs.replace(item, start_s=start_s, end_s=end_s)

    # -- drag and drop -------------------------------------------------------------------------------------------------

    def supportedDragActions(self) -> Qt.DropAction:  # noqa: N802
        return Qt.DropAction.CopyAction | Qt.DropAction.MoveAction

    def supportedDropActions(self) -> Qt.DropAction:  # noqa: N802
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:  # noqa: N802
        return [ROWS_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802
        rows = sorted({index.row() for index in indexes})
        mime = paths_mime([self._items[row].path for row in rows])
        mime.setData(ROWS_MIME, QByteArray(struct.pack(f"<{len(rows)}I", *rows)))
        return mime

    def dropMimeData(  # noqa: N802
        self,
        data: QMimeData,
        action: Qt.DropAction,
        row: int,
        column: int,
        parent: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        content = bytes(data.data(ROWS_MIME).data())
        rows = [number for (number,) in struct.iter_unpack("<I", content[: len(content) // 4 * 4])]
        if rows and max(rows) < len(self._items):
            self.move_rows(rows, len(self._items) if row < 0 else row)
        # They are moved already: the view would remove what it takes for copied.
        return False


def _exact(item: BinItem, column: int) -> str:
    """What is edited."""
    return item.note if column == NOTE else show_position(item.from_s if column == START else item.to_s)
