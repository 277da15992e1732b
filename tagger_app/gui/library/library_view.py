"""The library: its table, what stands under it, and what is said in its place when there is nothing to show."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from tagger_app.errors import CuefitError, QueryError
from tagger_app.gui.background import Task
from tagger_app.gui.library.listing import Library, Listing
from tagger_app.gui.library.track_model import TrackModel
from tagger_app.gui.library.track_table import TrackTable
from tagger_app.gui.message_line import MessageLine
from tagger_app.gui.mixer.mix import Mix
from tagger_app.gui.reasons import explain
from tagger_app.gui.workspace import Workspace
from tagger_app.index.query import Query
from tagger_app.index.records import Track
from tagger_app.index.sorting import parse_sort

MOST_CHOSEN = 1_000
_SETTLE_MS = 40
_IDLE_MS = 1_000


class LibraryView(QWidget):
    """Lists what a query finds, by a column or by a mix."""

    selection_changed = Signal(list)
    """Tracks of the rows that are chosen, at most `MOST_CHOSEN`."""
    track_activated = Signal(object)
    """A track to play."""
    context_menu_requested = Signal(QPoint)
    """The menu of what is chosen is wanted here (global coordinates)."""
    filter_changed = Signal(str)
    """The text of the query whose tracks are listed."""
    order_changed = Signal(str)
    """The order that a click on a header asked for, as `parse_sort` reads it."""
    search_cleared = Signal()
    """The editor wants everything to be listed again."""
    is_empty_changed = Signal(bool)
    """The library holds no track at all (True), or some."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._background = workspace.background
        self._library = Library(workspace.index_path)
        self.model = TrackModel(self._library, workspace.background, self)
        self.table = TrackTable(self.model, self)
        self._by_match = False
        self._mix: Mix | None = None
        self._tracks: list[Track] = []
        self._reading: Task | None = None
        self._is_empty: bool | None = None
        self._settled = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settled.timeout.connect(self._read_selection)
        self._idle = QTimer(self, singleShot=True, interval=_IDLE_MS)
        self._idle.timeout.connect(self._prepare_mixer)
        self._count = QLabel(self)
        self._count.setTextFormat(Qt.TextFormat.PlainText)
        self._busy = QProgressBar(self, minimum=0, maximum=0, textVisible=False)
        self._busy.setAccessibleName(self.tr("Reading the library"))
        self._message = MessageLine(self)
        self._stack = QStackedWidget(self)
        self._build()
        self._connect()
        if workspace.bundle is not None:
            reasons = {entry.genre: entry.untrained for entry in workspace.bundle.manifest.evidence if entry.untrained}
            self.model.set_untrained(reasons)

    @property
    def selected_tracks(self) -> list[Track]:
        """Tracks that are chosen, as last told by `selection_changed`."""
        return self._tracks

    @property
    def query_text(self) -> str:
        """The query whose tracks are listed."""
        return self.model.listing.query.text

    def start(self, sort: str) -> None:
        """List the library for the first time; an order that another version may have known is passed over."""
        try:
            parse_sort(sort)
        except QueryError:
            sort = Listing().sort
        self.model.show(replace(self.model.listing, sort=sort))

    def set_query(self, query: Query) -> None:
        """List what a query finds."""
        if query.text != self.query_text:
            self.model.show(replace(self.model.listing, query=query))
            self.filter_changed.emit(query.text)

    def set_sort(self, sort: str) -> None:
        """Sort by a column; a mix stays where it is, and doesn't rank until it is moved again."""
        self._by_match = False
        self.model.show(replace(self.model.listing, sort=sort, mix=None))

    def set_mix(self, mix: Mix) -> None:
        """Rank by a mix; one in which no genre matters gives the order back to the column."""
        self._mix = None if mix.is_neutral else mix
        self._by_match = self._mix is not None
        if self._mix != self.model.listing.mix:
            self.model.show(replace(self.model.listing, mix=self._mix))

    def go_to_rows(self) -> None:
        """Take the keyboard to the rows, and choose one if none is."""
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if not self.table.n_chosen():
            self.table.choose_current()

    def refresh(self) -> None:
        """The index has changed: read again what is listed."""
        self.model.refresh()

    def close_index(self) -> None:
        """Close the connections to the index, at the end."""
        self._idle.stop()
        self._library.close()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._say_counts()

    def _build(self) -> None:
        nothing = QWidget(self)
        said = QLabel(self.tr("No track fits this search."), nothing)
        clear = QPushButton(self.tr("C&lear the search"), nothing)
        clear.clicked.connect(self.search_cleared)
        column = QVBoxLayout(nothing)
        column.addStretch(2)
        column.addWidget(said, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(clear, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        self._stack.addWidget(self.table)
        self._stack.addWidget(nothing)
        status = QHBoxLayout()
        status.setContentsMargins(8, 3, 8, 3)
        status.addWidget(self._count)
        status.addStretch(1)
        self._busy.setMaximumWidth(self.fontMetrics().averageCharWidth() * 14)
        self._busy.setMaximumHeight(max(self.fontMetrics().height() // 2, 6))
        self._busy.hide()
        status.addWidget(self._busy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._message)
        layout.addWidget(self._stack, 1)
        layout.addLayout(status)
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        self.model.changed.connect(self._rows_changed)
        self.model.rowsInserted.connect(self._say_counts)
        self.model.read_again.connect(self._settled.start)
        self.model.failed.connect(self._show_error)
        self.model.busy_changed.connect(self._busy.setVisible)
        self.model.busy_changed.connect(self._say_counts)
        self.model.busy_changed.connect(self._await_idleness)
        self.table.sort_wanted.connect(self.sort_by)
        self.table.opened.connect(self._open)
        self.table.menu_wanted.connect(self.context_menu_requested)
        self.table.selection_moved.connect(self._settled.start)
        self._message.action_wanted.connect(self.refresh)

    def sort_by(self, sort: str) -> None:
        """Sort by what `parse_sort` reads, or by "match"."""
        if sort == "match" and self._mix is not None:
            self.set_mix(self._mix)
        elif sort and sort != "match":
            self.set_sort(sort)
            self.order_changed.emit(sort)
        self._show_order()

    def reverse(self) -> None:
        """Sort by the same, the other way round."""
        sort = self.model.listing.sort
        self.sort_by(sort.removeprefix("-") if sort.startswith("-") else f"-{sort}")

    def _show_order(self) -> None:
        self.table.show_order(self.model.listing.sort, by_match=self.model.listing.mix is not None)

    def _rows_changed(self, is_new: bool) -> None:
        if is_new:
            self._show_order()
        self._message.clear()
        has_rows = self.model.rowCount() > 0
        listing = self.model.listing
        is_search = bool(listing.query.text.strip()) or bool(listing.mix and listing.mix.assigned_only)
        self._stack.setCurrentIndex(1 if is_search and not has_rows else 0)
        if has_rows or not is_search:
            is_empty = not has_rows
            if is_empty is not self._is_empty:
                self._is_empty = is_empty
                self.is_empty_changed.emit(is_empty)
        self._say_counts()
        self._settled.start()

    def _await_idleness(self, is_busy: bool) -> None:
        if is_busy:
            self._idle.stop()
        else:
            self._idle.start()

    def _prepare_mixer(self) -> None:
        """Read the fits before anybody moves a slider, but not while the editor waits for the first rows or sorts."""
        self.model.busy_changed.disconnect(self._await_idleness)
        self._background.submit(self._library.load_fits, lambda _: None, self._show_error)

    def _say_counts(self) -> None:
        n_rows, n_chosen = self.model.rowCount(), self.table.n_chosen()
        if not self.model.is_complete:
            self._count.setText(self.tr("Counting …") if n_rows else "")
            return
        locale = self.locale()
        text = self.tr("%n track(s)", "", n_rows).replace(str(n_rows), locale.toString(n_rows))
        if n_chosen:
            chosen = self.tr("{n} selected").format(n=locale.toString(n_chosen))
            text = f"{text} · {chosen}"
        self._count.setText(text)

    def _read_selection(self) -> None:
        self._say_counts()
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        ids = self.table.chosen_ids(MOST_CHOSEN)
        known = [self.model.track_of(track_id) for track_id in ids.tolist()]
        tracks = [track for track in known if track is not None]
        if len(tracks) == len(known):
            self._tell_selection(tracks)
        else:
            self._reading = self._background.submit(
                lambda: self._library.read_tracks(ids), self._tell_selection, self._show_error
            )

    def _tell_selection(self, tracks: list[Track]) -> None:
        self._reading = None
        if tracks != self._tracks:
            self._tracks = tracks
            self.selection_changed.emit(tracks)

    def _open(self, row: int) -> None:
        if (track := self.model.track_at(row)) is not None:
            self.track_activated.emit(track)

    def _show_error(self, error: CuefitError) -> None:
        self._message.show_problem(explain(error), self.tr("Try again"))
