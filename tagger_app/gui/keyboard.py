"""Moving between panels by keyboard, and the list of all keys."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from tagger_app.gui.actions import Actions
from tagger_app.gui.close_button import add_close_button
from tagger_app.gui.docks import Docks
from tagger_app.gui.focus import first_focusable
from tagger_app.gui.panel_actions import PanelActions
from tagger_app.gui.panels import Panels


def move_focus(docks: Docks, panels: Panels, step: int) -> None:
    """Take the keyboard to the next (1) or previous (-1) panel that is seen."""
    places = [panels.centre, *(dock.widget() for dock in docks.all())]
    # Qt moves the docks of other tabs out of the window, and calls them visible all the same.
    seen = [place for place in places if place.isVisible() and _is_inside(place)]
    focused = QApplication.focusWidget()
    now = next(
        (
            number
            for number, place in enumerate(seen)
            if focused is place or (focused is not None and place.isAncestorOf(focused))
        ),
        -step,
    )
    target = seen[(now + step) % len(seen)]
    if target is panels.centre:
        target = panels.first_start if panels.is_first_start else panels.library.table
    target.activateWindow()  # a panel may be a window of its own
    first_focusable(target).setFocus(Qt.FocusReason.ShortcutFocusReason)


def _is_inside(place: QWidget) -> bool:
    window = place.window()
    return window.rect().intersects(QRect(place.mapTo(window, QPoint(0, 0)), place.size()))


class KeyboardDialog(QDialog):
    """Every command that has a key, and its key."""

    def __init__(
        self, actions: Actions, panel_actions: PanelActions, panels: Panels, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        named = [action for action in vars(actions).values() if isinstance(action, QAction)]
        rows = [
            (_plain(action.text()), _keys(action))
            for action in (
                *named,
                *panel_actions.go_to,
                *panels.player.actions(),
                *panels.library.table.column_commands,
            )
        ]
        rows = [row for row in rows if row[1]]
        rows += [
            (self.tr("Play the current track"), QKeySequence(Qt.Key.Key_Return).toString(_NATIVE)),
            (self.tr("A slider of the mixer by 0.05"), "← →"),
        ]
        table = QTableWidget(len(rows), 2, self)
        table.setHorizontalHeaderLabels([self.tr("Command"), self.tr("Keys")])
        table.setAccessibleName(self.tr("Keyboard"))
        table.verticalHeader().setVisible(False)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        table.setTabKeyNavigation(False)
        table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                table.setItem(number, column, QTableWidgetItem(text))
        buttons = QDialogButtonBox(self)
        add_close_button(buttons).clicked.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(table, 1)
        layout.addWidget(buttons)
        self.resize(self.fontMetrics().averageCharWidth() * 70, self.fontMetrics().height() * 34)


_NATIVE = QKeySequence.SequenceFormat.NativeText


def _keys(action: QAction) -> str:
    """The keys, without those that only some keyboards have ("Copy", "F16")."""
    texts = [keys.toString(_NATIVE) for keys in action.shortcuts()[:2]]
    return "  ".join(text for text in texts if text not in ("Open", "Refresh", "Close", "Find", "Copy", "Ctrl+Ins"))


def _plain(text: str) -> str:
    return text.replace("&", "").removesuffix(" …")
