"""Where panels stand around the table: docks that can be resized, closed and brought back."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QScrollArea, QTabWidget, QWidget

from tagger_app.gui.panels import Panels


@dataclass(frozen=True)
class Docks:
    """The docks of a window, by what they hold."""

    sidebar: QDockWidget
    mixer: QDockWidget
    suggestions: QDockWidget
    corrections: QDockWidget
    bin: QDockWidget
    player: QDockWidget
    scan: QDockWidget
    failures: QDockWidget

    def all(self) -> tuple[QDockWidget, ...]:
        """All of them, in the order of the menu."""
        return (
            self.sidebar,
            self.mixer,
            self.suggestions,
            self.corrections,
            self.bin,
            self.player,
            self.scan,
            self.failures,
        )


def make_docks(window: QMainWindow, panels: Panels) -> Docks:
    """Put every panel into a dock: folders left, tools right, player and scan below."""
    left, right, bottom = (
        Qt.DockWidgetArea.LeftDockWidgetArea,
        Qt.DockWidgetArea.RightDockWidgetArea,
        Qt.DockWidgetArea.BottomDockWidgetArea,
    )
    if window.layoutDirection() is Qt.LayoutDirection.RightToLeft:
        left, right = right, left
    window.setDockOptions(
        QMainWindow.DockOption.AllowTabbedDocks
        | QMainWindow.DockOption.AllowNestedDocks
        | QMainWindow.DockOption.AnimatedDocks
    )
    window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
    window.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)
    window.setCorner(Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea)
    docks = Docks(
        sidebar=_dock(window, "sidebar", QCoreApplication.translate("Docks", "Folders"), panels.sidebar, left),
        mixer=_dock(window, "mixer", QCoreApplication.translate("Docks", "Mixer"), _scrolling(panels.mixer), right),
        suggestions=_dock(
            window, "suggestions", QCoreApplication.translate("Docks", "Suggestions"), panels.suggestions, right
        ),
        corrections=_dock(
            window, "corrections", QCoreApplication.translate("Docks", "Genres"), _scrolling(panels.corrections), right
        ),
        bin=_dock(window, "bin", QCoreApplication.translate("Docks", "Bin"), panels.bin, right),
        player=_dock(window, "player", QCoreApplication.translate("Docks", "Player"), panels.player, bottom),
        scan=_dock(window, "scan", QCoreApplication.translate("Docks", "Scan"), _scrolling(panels.scan), bottom),
        failures=_dock(window, "failures", QCoreApplication.translate("Docks", "Failures"), panels.failures, bottom),
    )
    arrange(window, docks)
    return docks


def arrange(window: QMainWindow, docks: Docks) -> None:
    """Put the docks where they stand at first."""
    for dock in docks.all():
        dock.show()
    for first, second in (
        (docks.mixer, docks.suggestions),
        (docks.suggestions, docks.corrections),
        (docks.corrections, docks.bin),
        (docks.player, docks.scan),
        (docks.scan, docks.failures),
    ):
        window.tabifyDockWidget(first, second)
    docks.mixer.raise_()
    docks.player.raise_()
    unit = window.fontMetrics().averageCharWidth()
    window.resizeDocks([docks.sidebar, docks.mixer], [unit * 28, unit * 54], Qt.Orientation.Horizontal)
    window.resizeDocks([docks.player], [window.fontMetrics().height() * 14], Qt.Orientation.Vertical)


def show_dock(dock: QDockWidget, *, focus: bool = False) -> None:
    """Bring a dock to the front, and the keyboard to it if wanted."""
    dock.show()
    dock.raise_()
    if focus:
        dock.widget().setFocus(Qt.FocusReason.ShortcutFocusReason)


def _dock(window: QMainWindow, name: str, title: str, content: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
    dock = QDockWidget(title, window)
    dock.setObjectName(name)
    # Tabs name the docks already: a title bar would say it twice. The menu closes them and brings them back.
    dock.setTitleBarWidget(QWidget(dock))
    dock.setFeatures(QDockWidget.DockWidgetFeature.DockWidgetClosable)
    dock.setWidget(content)
    window.addDockWidget(area, dock)
    return dock


def _scrolling(panel: QWidget) -> QScrollArea:
    """A panel that is taller than a small screen can still be reached."""
    scroll = QScrollArea(widgetResizable=True)
    scroll.setFrameShape(QScrollArea.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setWidget(panel)
    return scroll
