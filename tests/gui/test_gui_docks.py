"""Panels are moved, made windows of, and stand there again the next time."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QDockWidget, QMenu

from tagger_app.gui.appearance import palette_of
from tagger_app.gui.docks import move_dock
from tagger_app.gui.main_window import MainWindow
from tagger_app.gui.theme import DARK, LIGHT
from tagger_app.settings import Settings

AREA = Qt.DockWidgetArea


@pytest.fixture
def open_window(qtbot, workspace):
    windows = []

    def open_it(settings: Settings) -> MainWindow:
        window = MainWindow(workspace, settings)
        windows.append(window)
        window.show()
        qtbot.wait(10)  # title bars follow
        return window

    yield open_it
    for window in windows:
        window.close()
        window.deleteLater()


def has_title(dock: QDockWidget) -> bool:
    return dock.titleBarWidget() is None


def test_a_panel_alone_or_in_a_window_has_a_title_and_one_among_tabs_has_none(qtbot, open_window):
    window = open_window(Settings())
    docks = window.docks
    assert has_title(docks.sidebar)
    assert not any(has_title(dock) for dock in docks.all() if dock is not docks.sidebar)
    move_dock(window, docks.player, None)
    qtbot.waitUntil(lambda: has_title(docks.player))
    assert docks.player.isFloating()
    assert not has_title(docks.scan)
    move_dock(window, docks.failures, AREA.LeftDockWidgetArea)
    qtbot.waitUntil(lambda: has_title(docks.scan) and not has_title(docks.sidebar))
    assert window.tabifiedDockWidgets(docks.failures) == [docks.sidebar]


def test_the_buttons_of_a_title_follow_light_and_dark(qtbot, qapp, open_window):
    window = open_window(Settings())
    buttons = [
        window.docks.sidebar.findChild(QAbstractButton, f"qt_dockwidget_{name}button") for name in ("float", "close")
    ]

    def lightness() -> list[int]:
        pictures = [button.icon().pixmap(16, 16).toImage() for button in buttons]
        colours = [[picture.pixelColor(x, y) for x in range(16) for y in range(16)] for picture in pictures]
        return [max((colour.alpha(), colour.lightness()) for colour in of_one)[1] for of_one in colours]

    before = qapp.palette()
    try:
        for theme, is_light in ((DARK, True), (LIGHT, False)):
            qapp.setPalette(palette_of(theme))
            qtbot.waitUntil(lambda is_light=is_light: all((value > 128) == is_light for value in lightness()))
    finally:
        qapp.setPalette(before)


def test_what_was_moved_stands_there_again(qtbot, open_window):
    window = open_window(Settings())
    move_dock(window, window.docks.player, None)
    move_dock(window, window.docks.bin, AREA.BottomDockWidgetArea)
    window.save_layout()
    again = open_window(window.settings)
    assert again.docks.player.isFloating()
    assert again.dockWidgetArea(again.docks.bin) is AREA.BottomDockWidgetArea
    qtbot.waitUntil(lambda: has_title(again.docks.player) and not has_title(again.docks.bin))


def test_the_layout_is_reset(qtbot, open_window):
    window = open_window(Settings())
    docks = window.docks
    first = {dock: window.dockWidgetArea(dock) for dock in docks.all()}
    for dock, area in (
        (docks.player, None),
        (docks.bin, AREA.TopDockWidgetArea),
        (docks.sidebar, AREA.RightDockWidgetArea),
    ):
        move_dock(window, dock, area)
    docks.mixer.close()
    window.actions_.reset_layout.trigger()
    assert {dock: window.dockWidgetArea(dock) for dock in docks.all()} == first
    assert not any(dock.isFloating() or dock.isHidden() for dock in docks.all())
    assert set(window.tabifiedDockWidgets(docks.player)) == {docks.scan, docks.failures}
    assert len(window.tabifiedDockWidgets(docks.mixer)) == 3


def test_panels_are_moved_by_the_menu(qtbot, open_window):
    window = open_window(Settings())
    menus = window.findChildren(QMenu)
    (view,) = (menu for menu in menus if menu.title() == "&View")
    (places,) = (menu for menu in menus if menu.menuAction() in view.actions() and menu.title() == "&Move a panel")
    by_panel = {menu.title(): menu for menu in menus if menu.menuAction() in places.actions()}
    assert len(by_panel) == len(places.actions()) == len(window.docks.all())
    moves = {action.text(): action for action in by_panel["Bin"].actions()}
    moves["Into a &window of its own"].trigger()
    assert window.docks.bin.isFloating()
    moves["To the &left"].trigger()
    assert window.dockWidgetArea(window.docks.bin) is AREA.LeftDockWidgetArea
    assert not window.docks.bin.isFloating()


def test_f6_reaches_a_panel_in_a_window_of_its_own(qtbot, open_window):
    window = open_window(Settings())
    move_dock(window, window.docks.player, None)
    window.panels.library.table.setFocus()
    seen = set()
    for _ in range(8):
        before = QApplication.focusWidget()
        window.actions_.next_panel.trigger()
        qtbot.waitUntil(lambda before=before: QApplication.focusWidget() not in (None, before))
        focus = QApplication.focusWidget()
        seen |= {dock.objectName() for dock in window.docks.all() if focus is not None and dock.isAncestorOf(focus)}
    assert "player" in seen
