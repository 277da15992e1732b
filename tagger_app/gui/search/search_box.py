"""The search box: understands a query while it is typed, completes it, and says where it isn't understood."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QIcon, QKeyEvent, QPalette
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLabel, QLineEdit, QListView, QToolButton, QVBoxLayout, QWidget

from tagger_app.errors import QueryError, displayable
from tagger_app.gui.reasons import explain, translate_reason
from tagger_app.gui.search.completion import complete
from tagger_app.gui.theme import current_theme
from tagger_app.index.query import parse_query

_PAUSE_MS = 180
"""A query is asked once the editor stops typing for this long; Enter asks at once."""
_LONGEST_EXCERPT = 60


class QueryEdit(QLineEdit):
    """A line that completes the word at the cursor."""

    left_downwards = Signal()
    """The editor pressed Down, for what was found."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = QStringListModel(self)
        self._completer = QCompleter(self._words, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setWidget(self)
        self._completer.activated.connect(self._insert)
        self._popup = QListView(self)
        self._completer.setPopup(self._popup)
        self._popup.installEventFilter(self)
        self._place = (0, 0)
        self.textEdited.connect(self._offer)

    @property
    def offered(self) -> list[str]:
        """The words that are offered now."""
        return self._words.stringList() if self._popup.isVisible() else []

    def event(self, event: QEvent) -> bool:
        """Tab reaches no key handler: it moves the focus, unless it takes a word here."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and self._take_key(event):
            return True
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """The list of words gets the keys while it is open."""
        if (
            watched is self._popup
            and isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and self._take_key(event)
        ):
            return True
        return super().eventFilter(watched, event)

    def _take_key(self, event: QKeyEvent) -> bool:
        """Take a word with Tab, or with Enter once one is marked; Escape closes the list, then clears the line."""
        if not self._popup.isVisible():
            if event.key() == Qt.Key.Key_Escape and self.text():
                self.clear()
                return True
            if event.key() == Qt.Key.Key_Down:
                self.left_downwards.emit()
                return True
            return False
        if event.key() == Qt.Key.Key_Escape:
            self._popup.hide()
            return True
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            return False
        index = self._popup.currentIndex()
        if event.key() == Qt.Key.Key_Tab and not index.isValid():
            index = self._words.index(0)
        self._popup.hide()
        if not index.isValid():
            return False
        self._insert(str(index.data()))
        return True

    def _offer(self) -> None:
        completion = complete(self.text(), self.cursorPosition())
        self._place = (completion.start, completion.end)
        self._words.setStringList(completion.words)
        popup = self._popup
        if not completion.words or not self.hasFocus():
            popup.hide()
            return
        rect = self.cursorRect()
        width = max(map(self.fontMetrics().horizontalAdvance, completion.words))
        rect.setWidth(width + 4 * self.fontMetrics().averageCharWidth() + 20)
        self._completer.complete(rect)

    def _insert(self, word: str) -> None:
        start, end = self._place
        space = "" if word.endswith(":") or self.text()[end : end + 1] == " " else " "
        self.setText(f"{self.text()[:start]}{word}{space}{self.text()[end:]}")
        self.setCursorPosition(start + len(word) + len(space))
        self.textEdited.emit(self.text())


class SearchBox(QWidget):
    """A query to type, the place of what is wrong under it, and a button to keep it."""

    query_changed = Signal(object)
    """A `Query` that was understood."""
    save_wanted = Signal(str)
    """The editor wants to keep this query under a name."""
    rows_wanted = Signal()
    """The editor wants to go on with what was found."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = QueryEdit(self)
        self.edit.setPlaceholderText(self.tr("Search: thriller>0.7 -comedy strings length<3:00"))
        self.edit.setAccessibleName(self.tr("Search the library"))
        self.edit.setAccessibleDescription(
            self.tr("Genres with a fit such as thriller>0.7, words, length<3:00, a minus for what is not wanted")
        )
        self.edit.setClearButtonEnabled(True)
        icon = QIcon.fromTheme("edit-find")
        if not icon.isNull():
            self.edit.addAction(QAction(icon, "", self), QLineEdit.ActionPosition.LeadingPosition)
        self._save = QToolButton(self)
        self._save.setText(self.tr("&Save search …"))
        self._save.setToolTip(self.tr("Keep this search in the side bar"))
        self._save.clicked.connect(lambda: self.save_wanted.emit(self.text))
        self._fault = QLabel(self, wordWrap=True)
        self._fault.setTextFormat(Qt.TextFormat.PlainText)
        self._fault.hide()
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        self.edit.textChanged.connect(self._typed)
        self.edit.returnPressed.connect(self._ask)
        self.edit.left_downwards.connect(self.rows_wanted)
        row = QHBoxLayout()
        row.addWidget(self.edit, 1)
        row.addWidget(self._save)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 6)
        column.setSpacing(3)
        column.addLayout(row)
        column.addWidget(self._fault)
        self.setFocusProxy(self.edit)
        self._update_save()
        self._paint_fault()

    @property
    def text(self) -> str:
        """The query as it is typed."""
        return self.edit.text()

    @property
    def fault(self) -> str:
        """What is wrong with the query; empty if nothing is."""
        return "" if self._fault.isHidden() else self._fault.text()

    def set_text(self, text: str) -> None:
        """Ask another query."""
        self.edit.setText(text)
        self._ask()

    def clear(self) -> None:
        """Ask for everything."""
        self.set_text("")

    def focus(self) -> None:
        """Take the keyboard, with the query chosen."""
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.edit.selectAll()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._paint_fault()

    def _typed(self) -> None:
        self._update_save()
        self._pause.start()

    def _ask(self) -> None:
        self._pause.stop()
        try:
            query = parse_query(self.text)
        except QueryError as error:
            self._fault.setText(_explain(error))
            self._fault.setAccessibleName(explain(error))
            self._fault.show()
            self._update_save()
            return
        self._fault.hide()
        self._update_save()
        self.query_changed.emit(query)

    def _update_save(self) -> None:
        self._save.setEnabled(bool(self.text.strip()) and self._fault.isHidden())

    def _paint_fault(self) -> None:
        palette = self._fault.palette()
        colour = current_theme().problem
        if palette.color(QPalette.ColorRole.WindowText) != colour:
            palette.setColor(QPalette.ColorRole.WindowText, colour)
            self._fault.setPalette(palette)


def _explain(error: QueryError) -> str:
    """The reason, and the query with a mark where it stops making sense."""
    before = displayable(error.query[: error.position])[-_LONGEST_EXCERPT:]
    after = displayable(error.query[error.position :])[:_LONGEST_EXCERPT]
    return f"⚠ {translate_reason(error.reason)}\n{before}▸{after}"
