"""The table's model: ids of all rows in one array, tracks of the rows that are looked at."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from tagger_app.errors import CuefitError
from tagger_app.gui.background import Background, Task
from tagger_app.gui.library.cell_text import cell_text, cell_tip
from tagger_app.gui.library.columns import COLUMNS, Kind, column_header, column_name
from tagger_app.gui.library.listing import PAGE, Ids, Library, Listing, Rows
from tagger_app.gui.library.readers import Use
from tagger_app.gui.mixer.mix import Mix
from tagger_app.index.records import Track

Index = QModelIndex | QPersistentModelIndex

TRACK_ROLE = Qt.ItemDataRole.UserRole
"""The `Track` of a row, or None while it is being read."""

_KEPT_TRACKS = 5_000
_MARGIN = 60
"""Rows read before and after those that are seen."""
_REST = 4
"""A refresh waits this many times as long as the last one took, so that a scan of a large library goes on meanwhile."""
_NO_ROW = QModelIndex()
_ROW_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled
"""Asked for many times a cell, and slow to put together."""


class TrackModel(QAbstractTableModel):
    """Adapts listings of the index.

    `show` replaces what is listed: the first page comes at once, the ids of all other rows when they are known. An
    answer that comes after another question has been asked is dropped.
    """

    about_to_change = Signal()
    """Rows are going to be others: whoever wants to keep its place takes note of ids now."""
    read_again = Signal()
    """The same rows, of which any may say something else now."""
    changed = Signal(bool)
    """Rows are others; True: of another listing, False: the same listing read again."""
    failed = Signal(object)
    """The index couldn't be read: a `CuefitError`."""
    busy_changed = Signal(bool)
    """All rows are known (False), or only the first (True)."""

    def __init__(self, library: Library, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._background = background
        self._listing = self._shown = Listing()
        self._ids: Ids = np.empty(0, np.int64)
        self._tracks: OrderedDict[int, Track] = OrderedDict()
        self._window = range(0)
        self._untrained: dict[str, str] = {}
        self._is_complete = False
        self._first: Task | None = None
        self._rest: tuple[Task, Use] | None = None
        self._refresh: Task | None = None
        self._fetch: Task | None = None
        self._refresh_wanted = False
        self._refresh_timer = QTimer(self, singleShot=True)
        self._refresh_timer.timeout.connect(self._start_refresh)

    @property
    def listing(self) -> Listing:
        """What is, or is about to be, listed."""
        return self._listing

    @property
    def mix(self) -> Mix | None:
        """What the rows that are shown are ranked by."""
        return self._shown.mix

    @property
    def is_complete(self) -> bool:
        """Whether all rows of what was asked for last are there."""
        return self._is_complete and self._first is None

    @property
    def ids(self) -> Ids:
        """Ids by row, int64 [shape=(n,)]; not to be changed."""
        return self._ids

    def show(self, listing: Listing) -> None:
        """List something else."""
        is_step = listing.mix is not None and self._listing.mix is not None and self._first is not None
        self._listing = listing
        if is_step:  # a slider moves faster than a library is ranked: what it passes meanwhile is left out
            return
        self._stop_reading()
        self.busy_changed.emit(True)
        self._start_first()

    def refresh(self) -> None:
        """Read the same listing again, soon: the index has changed."""
        self._library.forget()
        self._refresh_wanted = True
        if not self._refresh_timer.isActive() and self._refresh is None:
            self._refresh_timer.start(0)

    def set_untrained(self, reasons: dict[str, str]) -> None:
        """Say why genres aren't trained, by genre."""
        self._untrained = reasons
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(COLUMNS) - 1)
        self._repaint_all()

    def untrained_reason(self, genre: str) -> str:
        """Why a genre isn't trained; empty if it is."""
        return self._untrained.get(genre, "")

    def look_at(self, first: int, last: int) -> None:
        """Rows that are seen from now on: read what isn't there of them."""
        self._window = range(max(first, 0), last + 1)
        self._fetch_missing()

    def track_at(self, row: int) -> Track | None:
        """The track of a row, or None while it is being read."""
        return self._tracks.get(int(self._ids[row])) if 0 <= row < len(self._ids) else None

    def track_of(self, track_id: int) -> Track | None:
        """A track by its id, if it has been read."""
        return self._tracks.get(track_id)

    def rowCount(self, parent: Index = _NO_ROW) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = _NO_ROW) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column = COLUMNS[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return column.alignment
        if role not in _TRACK_ROLES:
            return None
        track = self.track_at(index.row())
        if role == TRACK_ROLE or track is None:
            return track
        if role == Qt.ItemDataRole.ToolTipRole:
            return cell_tip(track, column, self._shown.mix, self._untrained.get(column.genre, ""))
        text = cell_text(track, column, self._shown.mix)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{column_name(column)}: {text}"
        return text

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(COLUMNS):
            return None
        column = COLUMNS[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column_header(column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignCenter if column.kind is Kind.LENGTH else column.alignment
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            name = column_name(column)
            reason = self._untrained.get(column.genre, "")
            if not reason:
                return name
            return self.tr("{genre}: not trained ({reason})").format(genre=name, reason=reason)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return _ROW_FLAGS

    def mimeTypes(self) -> list[str]:  # noqa: N802
        return ["text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802
        from tagger_app.gui.drag import files_mime

        rows = sorted({index.row() for index in indexes})
        return files_mime([track for row in rows if (track := self.track_at(row)) is not None])

    def _start_first(self) -> None:
        listing = self._listing
        self._first = self._background.submit(
            lambda: (listing, self._library.read_first(listing)), self._show_first, self._fail
        )

    def _show_first(self, answer: tuple[Listing, Rows]) -> None:
        self._shown, rows = answer
        self._first = None
        self._replace(rows.ids, rows.tracks, is_new=True)
        self._is_complete = rows.is_complete
        if self._listing is not self._shown:
            self._start_first()
            return
        if rows.is_complete:
            self.busy_changed.emit(False)
            return
        listing, use = self._listing, Use()
        task = self._background.submit(lambda: self._library.read_ids(listing, use), self._show_rest, self._fail)
        self._rest = (task, use)

    def _show_rest(self, ids: Ids) -> None:
        self._rest = None
        self._is_complete = True
        n_shown = len(self._ids)
        if len(ids) >= n_shown and np.array_equal(ids[:n_shown], self._ids):
            if len(ids) > n_shown:
                self.beginInsertRows(QModelIndex(), n_shown, len(ids) - 1)
                self._ids = ids
                self.endInsertRows()
        else:  # the index changed in between
            self._replace(ids, (), is_new=False)
        self.busy_changed.emit(False)
        self._fetch_missing()

    def _start_refresh(self) -> None:
        if self._refresh is not None or self._first is not None or self._rest is not None:
            self._refresh_timer.start(100)
            return
        self._refresh_wanted = False
        listing, window = self._listing, self._window
        started = time.monotonic()

        def read() -> tuple[Ids, list[Track], float]:
            ids = self._library.read_ids(listing)
            seen = ids[window.start : min(window.stop, window.start + PAGE * 2)]
            return ids, self._library.read_tracks(seen), time.monotonic() - started

        self._refresh = self._background.submit(read, self._show_refreshed, self._fail)

    def _show_refreshed(self, answer: tuple[Ids, list[Track], float]) -> None:
        ids, tracks, took_s = answer
        self._refresh = None
        if np.array_equal(ids, self._ids):
            self._tracks.clear()
            self._keep(tracks)
            self._repaint_all()
            self.read_again.emit()
        else:
            self._replace(ids, tracks, is_new=False)
        self._is_complete = True
        self._fetch_missing()
        if self._refresh_wanted:
            self._refresh_timer.start(int(took_s * _REST * 1_000))

    def _replace(self, ids: Ids, tracks: Sequence[Track], *, is_new: bool) -> None:
        self.about_to_change.emit()
        self.beginResetModel()
        self._ids = ids
        if not is_new:
            self._tracks.clear()
        self._keep(tracks)
        self.endResetModel()
        self.changed.emit(is_new)

    def _keep(self, tracks: Sequence[Track]) -> None:
        for track in tracks:
            self._tracks[track.id] = track
            self._tracks.move_to_end(track.id)
        while len(self._tracks) > _KEPT_TRACKS:
            self._tracks.popitem(last=False)

    def _fetch_missing(self) -> None:
        """Read the tracks of rows that are looked at; one read at a time, always of what is seen by then."""
        if self._fetch is not None:
            return
        seen = self._ids[self._window.start : self._window.stop].tolist()
        if all(track_id in self._tracks for track_id in seen):
            return
        around = self._ids[max(self._window.start - _MARGIN, 0) : self._window.stop + _MARGIN].tolist()
        missing = np.array([track_id for track_id in around if track_id not in self._tracks], np.int64)
        self._fetch = self._background.submit(
            lambda: (missing, self._library.read_tracks(missing)), self._show_fetched, self._fail_fetch
        )

    def _show_fetched(self, answer: tuple[Ids, list[Track]]) -> None:
        asked, tracks = answer
        self._fetch = None
        self._keep(tracks)
        self._repaint_all()
        if len(tracks) < len(asked):
            self.refresh()  # some are gone from the index
        else:
            self._fetch_missing()

    def _repaint_all(self) -> None:
        if len(self._ids):
            first = self.index(min(self._window.start, len(self._ids) - 1), 0)
            last = self.index(min(max(self._window.stop, 1), len(self._ids)) - 1, len(COLUMNS) - 1)
            self.dataChanged.emit(first, last)

    def _fail(self, error: CuefitError) -> None:
        self._first = self._rest = self._refresh = None
        self.busy_changed.emit(False)
        self.failed.emit(error)

    def _fail_fetch(self, error: CuefitError) -> None:
        self._fetch = None
        self.failed.emit(error)

    def _stop_reading(self) -> None:
        if self._first is not None:
            self._first.cancel()
            self._first = None
        if self._rest is not None:
            task, use = self._rest
            task.cancel()
            use.interrupt()
            self._rest = None
        if self._refresh is not None:
            self._refresh.cancel()
            self._refresh = None


_TRACK_ROLES = frozenset(
    (
        TRACK_ROLE,
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.AccessibleTextRole,
    )
)
