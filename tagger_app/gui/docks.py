"""Where panels stand around the table: docks that can be resized, moved, closed and brought back."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QAbstractButton, QDockWidget, QMainWindow, QScrollArea, QStyle, QTabWidget, QWidget

from tagger_app.gui.focus import first_focusable, order_focus
from tagger_app.gui.glyphs import draw_glyph
from tagger_app.gui.panels import Panels

_TITLE_BUTTONS = {"qt_dockwidget_floatbutton": "float", "qt_dockwidget_closebutton": "clear"}
"""Qt's names for the buttons of a title bar, and what is drawn on them."""


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
    window.setDockOptions(
        QMainWindow.DockOption.AllowTabbedDocks
        | QMainWindow.DockOption.AllowNestedDocks
        | QMainWindow.DockOption.AnimatedDocks
        | QMainWindow.DockOption.GroupedDragging  # without it a tab can't be dragged out of its group
    )
    window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
    window.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)
    window.setCorner(Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea)
    docks = Docks(
        sidebar=_dock(window, "sidebar", QCoreApplication.translate("Docks", "Folders"), panels.sidebar),
        mixer=_dock(window, "mixer", QCoreApplication.translate("Docks", "Mixer"), _scrolling(panels.mixer)),
        suggestions=_dock(
            window, "suggestions", QCoreApplication.translate("Docks", "Suggestions"), panels.suggestions
        ),
        corrections=_dock(
            window, "corrections", QCoreApplication.translate("Docks", "Genres"), _scrolling(panels.corrections)
        ),
        bin=_dock(window, "bin", QCoreApplication.translate("Docks", "Bin"), panels.bin),
        player=_dock(window, "player", QCoreApplication.translate("Docks", "Player"), panels.player),
        scan=_dock(window, "scan", QCoreApplication.translate("Docks", "Scan"), _scrolling(panels.scan)),
        failures=_dock(window, "failures", QCoreApplication.translate("Docks", "Failures"), panels.failures),
    )
    for dock in docks.all():
        order_focus(dock.widget())
    TitleBars(window, docks)
    arrange(window, docks)
    return docks


def areas(window: QMainWindow) -> tuple[Qt.DockWidgetArea, Qt.DockWidgetArea, Qt.DockWidgetArea]:
    """Where reading begins (left in most languages), where it ends, and below."""
    left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
    if window.layoutDirection() is Qt.LayoutDirection.RightToLeft:
        left, right = right, left
    return left, right, Qt.DockWidgetArea.BottomDockWidgetArea


def arrange(window: QMainWindow, docks: Docks) -> None:
    """Put the docks where they stand at first: folders where reading begins, tools opposite, player and scan below."""
    start, end, bottom = areas(window)
    below = (docks.player, docks.scan, docks.failures)
    for dock in docks.all():
        dock.setFloating(False)
        window.addDockWidget(start if dock is docks.sidebar else bottom if dock in below else end, dock)
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
    wide = window.width()  # most of a small window belongs to the table
    widths = [min(unit * 28, wide // 7), min(unit * 58, max(wide // 4, unit * 44))]
    window.resizeDocks([docks.sidebar, docks.mixer], widths, Qt.Orientation.Horizontal)
    window.resizeDocks([docks.player], [window.fontMetrics().height() * 14], Qt.Orientation.Vertical)


def show_dock(dock: QDockWidget, *, focus: bool = False) -> None:
    """Bring a dock to the front, and the keyboard to it if wanted."""
    dock.show()
    dock.raise_()
    if focus:
        dock.activateWindow()
        first_focusable(dock.widget()).setFocus(Qt.FocusReason.ShortcutFocusReason)


def move_dock(window: QMainWindow, dock: QDockWidget, area: Qt.DockWidgetArea | None) -> None:
    """Put a dock to others, in front of them; None makes a window of it."""
    dock.show()
    if area is None:
        dock.setFloating(True)
        return
    dock.setFloating(False)
    others = [
        other
        for other in window.findChildren(QDockWidget)
        if other is not dock and not other.isFloating() and window.dockWidgetArea(other) is area
    ]
    window.addDockWidget(area, dock)
    if others:
        window.tabifyDockWidget(others[-1], dock)
    dock.raise_()


class TitleBars(QObject):
    """Gives docks that stand alone, or are windows, a title to take hold of. Tabs name the others, and are held."""

    def __init__(self, window: QMainWindow, docks: Docks) -> None:
        super().__init__(window)
        self._window = window
        self._docks = docks
        # Tabs are made after the signals have been told.
        self._changed = QTimer(self, singleShot=True, interval=0)
        self._changed.timeout.connect(self._update)
        for dock in docks.all():
            for signal in (dock.topLevelChanged, dock.dockLocationChanged, dock.visibilityChanged):
                signal.connect(self._changed.start)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.PaletteChange:
            self._changed.start()
        return super().eventFilter(watched, event)

    def _update(self) -> None:
        for dock in self._docks.all():
            in_tabs = bool(self._window.tabifiedDockWidgets(dock)) and not dock.isFloating()
            has_bar = dock.titleBarWidget() is None
            if in_tabs and has_bar:
                dock.setTitleBarWidget(QWidget(dock))
            elif not in_tabs and not has_bar:
                empty = dock.titleBarWidget()
                dock.setTitleBarWidget(None)  # type: ignore[arg-type] # Qt's own; the stub forgets None
                empty.deleteLater()
            for name, glyph in _TITLE_BUTTONS.items():
                button = dock.findChild(QAbstractButton, name, Qt.FindChildOption.FindDirectChildrenOnly)
                if button is not None:
                    button.setIcon(draw_glyph(glyph, dock))  # the style's own are black on a dark ground, too


def _dock(window: QMainWindow, name: str, title: str, content: QWidget) -> QDockWidget:
    dock = QDockWidget(title, window)
    dock.setObjectName(name)
    dock.setTitleBarWidget(QWidget(dock))
    dock.setWidget(content)
    return dock


def _scrolling(panel: QWidget) -> QScrollArea:
    """A panel that is taller than a small screen can still be reached."""
    scroll = QScrollArea(widgetResizable=True)
    scroll.setFrameShape(QScrollArea.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what it holds takes the keyboard, and is scrolled to
    scroll.setWidget(panel)
    bar = scroll.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
    scroll.setMinimumWidth(panel.minimumSizeHint().width() + bar)
    return scroll
