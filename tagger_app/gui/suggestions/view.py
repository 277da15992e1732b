"""The table of suggestions."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from tagger_app.gui.selecting import choose_row
from tagger_app.gui.suggestions.delegates import SuggestionDelegate
from tagger_app.gui.suggestions.model import ASPECT_COLUMNS, SCORE_COLUMNS, Column, SuggestionsModel
from tagger_app.index.records import Track
from tagger_app.suggest.answer import Step, Suggestion

_WIDTHS = {
    **dict.fromkeys(SCORE_COLUMNS, 6),
    Column.ARTIST: 16,
    Column.WHY: 30,
    Column.MOMENTS: 30,
    Column.VERSIONS: 10,
    Column.LENGTH: 9,
    Column.ALBUM: 22,
}
"""In average characters; the title has what they leave of the view's width, so that all numbers are seen."""
_LEAST_TITLE, _LARGEST_TITLE = 10, 40


class SuggestionsView(QTableView):
    """Rows in the order of the recommender. Enter plays, dragging takes the files along."""

    track_activated = Signal(object)
    moment_activated = Signal(object, object)
    current_changed = Signal(object)
    """The `Row`, or None."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.suggestions = SuggestionsModel(self)
        self.setModel(self.suggestions)
        delegate = SuggestionDelegate(self)
        delegate.moment_clicked.connect(self.moment_activated)
        self.setItemDelegate(delegate)
        self.setAccessibleName(self.tr("Suggestions"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionsMovable(True)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(round(self.fontMetrics().height() * 1.7))
        character = self.fontMetrics().averageCharWidth()
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, width * character)
        self._title_is_own = self._is_fitting = False
        self.horizontalHeader().sectionResized.connect(self._note_width)
        self.activated.connect(self._play)
        self.doubleClicked.connect(self._play)
        self.selectionModel().currentRowChanged.connect(self._say_current)

    def show_answer(self, answer: Sequence[Suggestion] | Sequence[Step], *, is_path: bool) -> None:
        """Show suggestions, or the steps of a path, which have no aspects; the first row is chosen."""
        with QSignalBlocker(self):
            self.suggestions.show(answer)
            for column in (*ASPECT_COLUMNS.values(), Column.MOMENTS, Column.VERSIONS):
                self.setColumnHidden(column, is_path)
            self._fit_title()
            if answer:
                choose_row(self, self.suggestions.index(0, Column.OVERALL))
                self.scrollToTop()
        self._say_current(self.currentIndex())

    def selected_tracks(self) -> list[Track]:
        """Tracks of the selected rows, from top to bottom."""
        rows = sorted(self.selectionModel().selectedRows(), key=lambda index: index.row())
        return [self.suggestions.row(index).track for index in rows]

    def event(self, event: QEvent) -> bool:
        """Keys of this table's own actions mean those, though the window has actions with the same keys."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._action_of(event):
            event.accept()
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._fit_title()

    def _fit_title(self) -> None:
        """Give the title what the numbers leave, unless the editor has chosen another width."""
        if self._title_is_own:
            return
        character = self.fontMetrics().averageCharWidth()
        numbers = sum(self.columnWidth(column) for column in SCORE_COLUMNS)
        room = min(max(self.viewport().width() - numbers, _LEAST_TITLE * character), _LARGEST_TITLE * character)
        self._is_fitting = True
        self.setColumnWidth(Column.TITLE, room)
        self._is_fitting = False

    def _note_width(self, column: int) -> None:
        if column == Column.TITLE and not self._is_fitting:
            self._title_is_own = True

    def _action_of(self, event: QKeyEvent) -> QAction | None:
        # "+" is pressed with Shift on many keyboards: the sign counts, too.
        pressed = [QKeySequence(event.keyCombination())]
        if event.text() in ("+", "-"):
            pressed.append(QKeySequence(event.text()))
        return next((action for action in self.actions() if action.shortcut() in pressed), None)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._play(self.currentIndex())
            return
        if action := self._action_of(event):
            action.trigger()
            return
        super().keyPressEvent(event)

    def _play(self, index: QModelIndex) -> None:
        self.track_activated.emit(self.suggestions.row(index).track)

    def _say_current(self, index: QModelIndex, _before: QModelIndex | None = None) -> None:
        self.current_changed.emit(self.suggestions.row(index) if index.isValid() else None)
