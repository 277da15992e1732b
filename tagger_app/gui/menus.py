"""The menu bar and the menu of a track."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QWidget

from tagger_app.genres import GENRES, genre_key
from tagger_app.gui.actions import Actions
from tagger_app.gui.docks import Docks, move_dock
from tagger_app.gui.panel_actions import PanelActions
from tagger_app.gui.panels import Panels


def make_menus(
    window: QMainWindow, actions: Actions, panel_actions: PanelActions, panels: Panels, docks: Docks
) -> None:
    """Fill the menu bar."""
    bar = window.menuBar()
    translate = QCoreApplication.translate
    file = bar.addMenu(translate("Menus", "&File"))
    file.addActions([actions.add_folder, actions.scan_again])
    file.addSeparator()
    file.addActions([actions.write_tags, actions.write_all_tags, actions.tag_history])
    file.addSeparator()
    file.addActions([actions.settings])
    file.addSeparator()
    file.addActions([actions.close, actions.quit])
    edit = bar.addMenu(translate("Menus", "&Edit"))
    edit.addActions([actions.copy_paths, actions.select_all])
    edit.addSeparator()
    edit.addActions([actions.find, actions.clear_search])
    track = bar.addMenu(translate("Menus", "&Track"))
    _fill_track_menu(track, actions)
    view = bar.addMenu(translate("Menus", "&View"))
    view.addActions(panel_actions.show_or_hide)
    view.addSeparator()
    view.addMenu(translate("Menus", "&Go to a panel")).addActions(panel_actions.go_to)
    _add_places(view, window, docks)
    view.addSeparator()
    _add_columns(view, panels)
    _add_orders(view, panels)
    view.addSeparator()
    view.addActions([actions.reset_mixer, actions.reset_layout])
    view.addSeparator()
    view.addActions([actions.next_panel, actions.previous_panel])
    help_menu = bar.addMenu(translate("Menus", "&Help"))
    help_menu.addActions([actions.evidence, actions.shortcuts, actions.about])


def pop_up_track_menu(parent: QWidget, actions: Actions, place: QPoint) -> QMenu:
    """Show the menu of the tracks that are chosen.

    Parameters
    ----------
    place : in global coordinates
    """
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    _fill_track_menu(menu, actions)
    menu.popup(place)
    return menu


def _fill_track_menu(menu: QMenu, actions: Actions) -> None:
    menu.addActions([actions.play, actions.suggest])
    menu.addSeparator()
    menu.addActions([actions.collect, actions.correct, actions.write_tags])
    menu.addSeparator()
    menu.addActions([actions.reveal, actions.open_with, actions.copy_paths])


def _add_places(view: QMenu, window: QMainWindow, docks: Docks) -> None:
    """Moving panels by keyboard; by mouse they are dragged."""
    places = view.addMenu(QCoreApplication.translate("Menus", "&Move a panel"))
    left = QCoreApplication.translate("Menus", "To the &left")
    right = QCoreApplication.translate("Menus", "To the &right")
    names = {
        left: Qt.DockWidgetArea.LeftDockWidgetArea,
        right: Qt.DockWidgetArea.RightDockWidgetArea,
        QCoreApplication.translate("Menus", "&Below"): Qt.DockWidgetArea.BottomDockWidgetArea,
        QCoreApplication.translate("Menus", "Into a &window of its own"): None,
    }
    for dock in docks.all():
        menu = places.addMenu(dock.windowTitle())
        for name, area in names.items():
            menu.addAction(name).triggered.connect(partial(_move, window, dock, area))


def _move(window: QMainWindow, dock: QDockWidget, area: Qt.DockWidgetArea | None, _checked: bool = False) -> None:
    move_dock(window, dock, area)


def _add_columns(view: QMenu, panels: Panels) -> None:
    columns = view.addMenu(QCoreApplication.translate("Menus", "&Columns"))
    table = panels.library.table

    def fill() -> None:
        columns.clear()
        columns.addActions(table.column_actions())
        columns.addSeparator()
        columns.addActions(table.column_commands)
        columns.addAction(QCoreApplication.translate("Menus", "Arrange columns as at first"), table.reset_columns)

    columns.aboutToShow.connect(fill)


def _add_orders(view: QMenu, panels: Panels) -> None:
    """Sorting by keyboard, and by what has no column."""
    orders = view.addMenu(QCoreApplication.translate("Menus", "&Sort by"))
    names = [
        (QCoreApplication.translate("Menus", "Title"), "title"),
        (QCoreApplication.translate("Menus", "Artist"), "artist"),
        (QCoreApplication.translate("Menus", "Album"), "album"),
        (QCoreApplication.translate("Menus", "Length"), "length"),
        (QCoreApplication.translate("Menus", "Format"), "codec"),
        (QCoreApplication.translate("Menus", "Path"), "path"),
        (QCoreApplication.translate("Menus", "Latest first"), "-added"),
        *((genre, genre_key(genre)) for genre in GENRES),
    ]
    group = QActionGroup(orders)
    for name, sort in names:
        action = QAction(name, orders, checkable=True)
        action.triggered.connect(lambda _=False, sort=sort: panels.library.sort_by(sort))
        group.addAction(action)
        orders.addAction(action)

    orders.addSeparator()
    orders.addAction(QCoreApplication.translate("Menus", "The other way &round"), panels.library.reverse)

    def mark() -> None:
        now = panels.library.model.listing.sort.removeprefix("-")
        for action, (_, sort) in zip(group.actions(), names, strict=True):
            action.setChecked(sort.removeprefix("-") == now)

    orders.aboutToShow.connect(mark)
