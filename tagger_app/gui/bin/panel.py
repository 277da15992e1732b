"""The bin as a panel: collect, order, annotate, hand off."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import closing

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QMenu,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from tagger_app.errors import CuefitError, displayable
from tagger_app.gui.bin.model import END, FILE, NOTE, START, TITLE, BinModel
from tagger_app.gui.bin.shelf import BinShelf
from tagger_app.gui.bin.table import BinTable
from tagger_app.gui.message_line import MessageLine
from tagger_app.gui.popup import pop_up
from tagger_app.gui.reasons import explain
from tagger_app.gui.selecting import choose_row
from tagger_app.gui.wording import show_count, show_length
from tagger_app.gui.workspace import Workspace
from tagger_app.handoff.bins import BinItem, item_of
from tagger_app.handoff.names import distinct_name, safe_name
from tagger_app.index.records import Track
from tagger_app.index.tracks import get_track
from tagger_app.suggest.seeds import Region


class BinPanel(QWidget):
    """One bin at a time, of those that a library has; everything is saved as it is done."""

    track_activated = Signal(object)
    """`Track` of a whole cue that the editor wants to hear."""
    region_activated = Signal(object, object)
    """`Track` and `Region` that the editor wants to hear."""
    problem = Signal(str)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._model = BinModel(self)
        self._shelf = BinShelf(workspace, self)
        self._names: list[str] = []
        self._removed: list[tuple[int, BinItem]] = []
        self._waiting_items: list[BinItem] = []
        self._is_open = False
        self._actions: dict[str, QAction] = {}
        self._build()
        self._model.edited.connect(self._keep)
        self._model.refused.connect(self._message.show_problem)
        self._shelf.listed.connect(self._take_names)
        self._shelf.opened.connect(self._show_bin)
        self._shelf.unreadable.connect(self._show_unreadable)
        self._shelf.problem.connect(self._show_problem)
        self._message.action_wanted.connect(self._put_back)
        self._show_state()
        self._shelf.list_names()

    # -- layout ------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._table = BinTable(self._model)
        self._table.setAccessibleName(self.tr("Cues and regions of the bin"))
        self._table.activated.connect(self._play)
        self._table.customContextMenuRequested.connect(self._show_menu)
        self._table.selectionModel().selectionChanged.connect(self._show_state)
        self._make_actions()
        self._empty = QLabel(
            self.tr("The bin is empty.\n\nAdd cues from the table, or a region from the player, in the order in which ")
            + self.tr("the sequence needs them.")
        )
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._table)
        self._message = MessageLine()
        self._summary = QLabel()
        layout = QVBoxLayout(self)
        layout.addLayout(self._build_top())
        layout.addWidget(self._message)
        layout.addWidget(self._pages, 1)
        layout.addLayout(self._build_bottom())
        self.setFocusProxy(self._table)  # the keyboard comes for the cues, not for the list of bins

    def _make_actions(self) -> None:
        for key, text, shortcuts, call in (
            ("play", self.tr("&Play"), [], self._play),
            ("up", self.tr("Move &up"), ["Alt+Up"], lambda: self._move(-1)),
            ("down", self.tr("Move &down"), ["Alt+Down"], lambda: self._move(1)),
            ("in", self.tr("Edit &in"), ["I"], lambda: self._edit(START)),
            ("out", self.tr("Edit &out"), ["O"], lambda: self._edit(END)),
            ("note", self.tr("Edit &note"), ["N"], lambda: self._edit(NOTE)),
            ("remove", self.tr("&Remove"), [QKeySequence.StandardKey.Delete], self._remove),
        ):
            action = QAction(text, self)
            action.setShortcuts([QKeySequence(shortcut) for shortcut in shortcuts])
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(call)
            self._table.addAction(action)
            self._actions[key] = action

    def _show_menu(self, place: QPoint) -> None:
        groups = [("play",), ("in", "out", "note"), ("up", "down", "remove")]
        commands = ([self._actions[key] for key in keys] for keys in groups)
        pop_up(self._table, self._table.viewport().mapToGlobal(place), *commands)

    def _build_top(self) -> QHBoxLayout:
        self._choice = QComboBox()
        self._choice.setAccessibleName(self.tr("Bin"))
        self._choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._choice.setMinimumContentsLength(12)
        self._choice.activated.connect(self._choose)
        label = QLabel(self.tr("Bin:"))
        label.setBuddy(self._choice)
        more = QToolButton()
        more.setText(self.tr("⋯"))
        more.setAccessibleName(self.tr("More about bins"))
        more.setToolTip(self.tr("New, rename, throw away"))
        more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(more)
        menu.addAction(self.tr("&New bin …"), self._ask_new)
        self._rename = menu.addAction(self.tr("&Rename …"), self._ask_rename)
        self._throw = menu.addAction(self.tr("Move to &trash"), self._shelf.throw_away)
        more.setMenu(menu)
        row = QHBoxLayout()
        row.addWidget(label)
        row.addWidget(self._choice, 1)
        row.addWidget(more)
        return row

    def _build_bottom(self) -> QHBoxLayout:
        row = QHBoxLayout()
        for key, text in (("up", "▲"), ("down", "▼"), ("remove", "✕"), ("play", "▶")):
            action = self._actions[key]
            button = QToolButton()
            button.setText(text)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            name = action.text().replace("&", "")
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            button.setAccessibleName(name)
            button.setToolTip(f"{name} ({keys})" if keys else name)
            button.clicked.connect(action.trigger)
            action.changed.connect(lambda button=button, action=action: button.setEnabled(action.isEnabled()))
            row.addWidget(button)
        self._export = QPushButton(self.tr("E&xport …"))
        self._export.clicked.connect(self.export)
        row.addStretch(1)
        row.addWidget(self._summary)
        row.addWidget(self._export)
        return row

    # -- collecting --------------------------------------------------------------------------------------------------

    def add_tracks(self, tracks: Sequence[Track]) -> None:
        """Put whole cues at the end."""
        self._add([item_of(track) for track in tracks if track.duration_s])

    def add_region(self, track: Track, region: Region) -> None:
        """Put a region at the end."""
        self._add([item_of(track, region.start_s, region.end_s)])

    def _add(self, items: list[BinItem]) -> None:
        if not items:
            return
        if not self._is_open:
            # The bins are being read; or the one that is open can't be.
            self._waiting_items += items
            if self._model.is_locked:
                self._shelf.create(self._new_name())
            return
        self._message.clear()
        self._model.append(items)
        choose_row(self._table, self._model.index(self._model.rowCount() - 1, TITLE))

    @property
    def items(self) -> tuple[BinItem, ...]:
        """What is in the bin that is open."""
        return self._model.items

    # -- bins --------------------------------------------------------------------------------------------------------

    def _take_names(self, names: list[str], latest: str) -> None:
        self._names = names
        if self._shelf.name and (self._is_open or self._shelf.name in names):
            self._show_names()
        elif latest:
            self._open(latest)
        else:
            self._show_bin(self._new_name(), ())

    def _new_name(self) -> str:
        taken: set[str] = set()
        for name in self._names:
            distinct_name(name, taken)
        return distinct_name(self.tr("Bin"), taken)

    def _open(self, name: str) -> None:
        self._is_open = False
        self._shelf.open(name)

    def _choose(self) -> None:
        if (name := self._choice.currentText()) != self._shelf.name:
            self._open(name)

    def _show_names(self) -> None:
        self._choice.clear()
        self._choice.addItems(self._names)
        self._choice.setCurrentText(self._shelf.name)

    def _show_bin(self, name: str, items: Sequence[BinItem]) -> None:
        self._shelf.name = name
        if name not in self._names:
            self._names = sorted([*self._names, name], key=str.casefold)
        self._is_open = True
        self._model.is_locked = False
        self._model.show_items(items)
        self._message.clear()
        self._show_names()
        self._show_state()
        waiting, self._waiting_items = self._waiting_items, []
        self._add(waiting)

    def _show_unreadable(self, name: str, reason: str) -> None:
        self._is_open = False
        self._model.show_items(())
        self._model.is_locked = True
        self._show_names()
        text = self.tr("The bin “{name}” {reason}. Choose another, or begin a new one.")
        self._show_problem(text.format(name=displayable(name), reason=reason))
        self._show_state()
        if self._waiting_items:
            self._shelf.create(self._new_name())

    def _ask_new(self) -> None:
        name, is_given = QInputDialog.getText(self, self.tr("New bin"), self.tr("&Name:"), text=self._new_name())
        if is_given:
            self.begin(name)

    def begin(self, name: str) -> None:
        """Begin a bin of a name; another that has it already is opened instead."""
        name = safe_name(name)
        known = {known.casefold(): known for known in self._names}
        if name.casefold() in known:
            self._open(known[name.casefold()])
        else:
            self._shelf.create(name)

    def _ask_rename(self) -> None:
        title, old = self.tr("Rename the bin"), self._shelf.name
        name, is_given = QInputDialog.getText(self, title, self.tr("&Name:"), text=old)
        if is_given and (name := safe_name(name)) != old:
            self._shelf.keep(self._model.items)
            self._shelf.rename(name)

    # -- what is shown -----------------------------------------------------------------------------------------------

    def _keep(self) -> None:
        self._shelf.keep(self._model.items)
        self._show_state()

    def _show_state(self) -> None:
        items = self._model.items
        self._pages.setCurrentWidget(self._table if items else self._empty)
        self._empty.setVisible(not items)
        rows = self._rows()
        total_s = sum(item.to_s - item.from_s for item in items)
        text = self.tr("{count} · {length}").format(count=show_count(len(items)), length=show_length(total_s))
        self._summary.setText(text if items else "")
        self._summary.setAccessibleName(self.tr("Number of items and their length"))
        self._export.setEnabled(bool(items))
        self._rename.setEnabled(self._is_open)
        self._throw.setEnabled(self._is_open)
        for key in ("remove", "up", "down"):
            self._actions[key].setEnabled(bool(rows))
        for key in ("in", "out", "note", "play"):
            self._actions[key].setEnabled(len(rows) == 1)

    def _show_problem(self, text: str) -> None:
        self._message.show_problem(text)
        self.problem.emit(text)

    def _rows(self) -> list[int]:
        return sorted(index.row() for index in self._table.selectionModel().selectedRows())

    # -- what the editor does ----------------------------------------------------------------------------------------

    def _move(self, step: int) -> None:
        rows = self._rows()
        if not rows:
            return
        before = max(rows[0] - 1, 0) if step < 0 else min(rows[-1] + 2, self._model.rowCount())
        self._select(self._model.move_rows(rows, before))

    def _select(self, rows: Sequence[int]) -> None:
        selection = QItemSelection()
        for row in rows:
            selection.select(self._model.index(row, TITLE), self._model.index(row, FILE))
        model = self._table.selectionModel()
        if rows:
            model.setCurrentIndex(self._model.index(rows[0], TITLE), QItemSelectionModel.SelectionFlag.NoUpdate)
        model.select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _edit(self, column: int) -> None:
        if len(rows := self._rows()) == 1:
            index = self._model.index(rows[0], column)
            choose_row(self._table, index)
            self._table.edit(index)

    def _remove(self) -> None:
        rows = self._rows()
        self._removed = self._model.remove(rows)
        if self._removed:
            self._select([min(rows[0], self._model.rowCount() - 1)] if self._model.rowCount() else [])
            text = self.tr("Removed: {count}.").format(count=show_count(len(self._removed)))
            self._message.show_notice(text, self.tr("Put back"))

    def _put_back(self) -> None:
        self._message.clear()
        self._model.put_back(self._removed)
        self._select([row for row, _ in self._removed])
        self._removed = []

    def _play(self) -> None:
        if len(rows := self._rows()) != 1:
            return
        item = self._model.items[rows[0]]

        def find() -> Track | None:
            with closing(self._workspace.open_index()) as connection:
                return get_track(connection, item.path)

        self._workspace.background.submit(find, self._player_of(item), self._fail)

    def _player_of(self, item: BinItem) -> Callable[[Track | None], None]:
        def play(track: Track | None) -> None:
            if track is None:
                name = displayable(os.path.basename(item.path))  # noqa: PTH119
                self._show_problem(self.tr("{name} isn't in the index any more").format(name=name))
            elif item.is_region:
                self.region_activated.emit(track, Region(item.from_s, item.to_s))
            else:
                self.track_activated.emit(track)

        return play

    def _fail(self, error: CuefitError) -> None:
        self._show_problem(explain(error))

    def export(self) -> None:
        """Open the dialog that hands the bin off: the chosen rows if there are several, else all."""
        from tagger_app.gui.bin.export_dialog import ExportDialog  # loads decoders, which no window waits for

        rows = self._rows()
        items = [self._model.items[row] for row in rows] if len(rows) > 1 else self._model.items
        dialog = ExportDialog(self._workspace, self._shelf.name, items, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.problem.connect(self.problem)
        dialog.open()

    def flush(self) -> None:
        """Have everything on the disk, at the end of the program."""
        self._shelf.flush()
