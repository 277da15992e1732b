"""The region as a file: dragged out of the window, or copied."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QEnterEvent, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication, QMenu, QToolButton, QWidget

from tagger_app.errors import FileError
from tagger_app.gui.drag import Clip, RegionFiles, paths_mime, start_drag
from tagger_app.gui.reasons import explain
from tagger_app.gui.wording import show_time
from tagger_app.index.records import Track
from tagger_app.suggest.seeds import Region

HANDLES_S = (0.0, 0.5, 1.0, 2.0, 5.0)


class RegionHandle(QToolButton):
    """Pull it out of the window to drag the region as a file; press it for the menu of what else can be done.

    The file is asked for as soon as the mouse or the focus is on it, so that it stands by the time of the drag.
    """

    wanted = Signal()
    """The file will be needed soon."""
    dragged = Signal()
    """The drag may begin, once the file stands."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pressed_at: QPoint | None = None
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.clicked.connect(self._pop_up)
        self.show_length(None)

    def _pop_up(self) -> None:
        """Not `showMenu`, which would wait in it."""
        if (menu := self.menu()) is not None:
            menu.popup(self.mapToGlobal(QPoint(0, self.height())))

    def show_length(self, length_s: float | None) -> None:
        """Say how long the region is; None where there is none."""
        self.setEnabled(length_s is not None)
        text = self.tr("No region") if length_s is None else self.tr("Region {time}").format(time=show_time(length_s))
        self.setText(f"⠿ {text}")
        self.setAccessibleName(text)
        self.setToolTip(self.tr("Drag this into another program: the region as a WAV file of its own"))
        self.setAccessibleDescription(self.toolTip())

    @property
    def is_pulled(self) -> bool:
        """Whether somebody is waiting for the drag to begin, the button held down."""
        return bool(QApplication.mouseButtons() & Qt.MouseButton.LeftButton) and self._pressed_at is not None

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        if self.isEnabled():
            self.wanted.emit()
        super().enterEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._pressed_at is not None:
            way = event.position().toPoint() - self._pressed_at
            if way.manhattanLength() >= QApplication.startDragDistance():
                self.dragged.emit()
                return
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._pressed_at = None
        super().mouseReleaseEvent(event)

    def end_drag(self) -> None:
        """The drag is over; its release came to another window."""
        self._pressed_at = None
        self.setDown(False)


class RegionExport(QObject):
    """Has the file of the current region made when it is about to be needed, and hands it on."""

    problem = Signal(str)
    handles_chosen = Signal()
    """The editor chose other handles."""

    def __init__(self, handle: RegionHandle, files: RegionFiles, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._handle = handle
        self._files = files
        self._track: Track | None = None
        self._region: Region | None = None
        self._to_copy: Clip | None = None
        self._handles_s = 0.0
        handle.wanted.connect(self._prepare)
        handle.dragged.connect(self._drag)
        files.ready.connect(self._use)
        files.problem.connect(self.problem)

    @property
    def handles_s(self) -> float:
        """Seconds that the file has more on both sides."""
        return self._handles_s

    def set_handles(self, handles_s: float) -> None:
        """Change them, for files made from now on."""
        self._handles_s = max(handles_s, 0.0)

    def show(self, track: Track | None, region: Region | None) -> None:
        """The region is another one."""
        self._track = track
        self._region = region
        self._handle.show_length(None if region is None else region.end_s - region.start_s)

    def make_handles_menu(self, parent: QWidget) -> QMenu:
        """A menu to choose how much more than the region its file has."""
        menu = QMenu(self.tr("&Handles"), parent)
        group = QActionGroup(menu)
        for handles_s in HANDLES_S:
            text = self.tr("{n} s on both sides").format(n=f"{handles_s:g}") if handles_s else self.tr("None")
            action = QAction(text, group)
            action.setCheckable(True)
            action.setData(handles_s)
            action.triggered.connect(partial(self._choose_handles, handles_s))
            menu.addAction(action)
        menu.aboutToShow.connect(partial(self._mark_handles, group))
        self._mark_handles(group)
        return menu

    def _mark_handles(self, group: QActionGroup) -> None:
        for action in group.actions():
            action.setChecked(action.data() == self._handles_s)

    def _choose_handles(self, handles_s: float, _checked: bool = False) -> None:
        self.set_handles(handles_s)
        self.handles_chosen.emit()

    def copy(self) -> None:
        """Put the region's file on the clipboard, once it stands."""
        if clip := self._clip():
            self._to_copy = clip
            self._files.prepare(clip)

    def close(self) -> None:
        """Remove files that nobody took."""
        self._files.close()

    def _clip(self) -> Clip | None:
        if self._track is None or self._region is None:
            return None
        return Clip(self._track, self._region, self._handles_s)

    def _prepare(self) -> None:
        if clip := self._clip():
            self._files.prepare(clip)

    def _drag(self) -> None:
        clip = self._clip()
        if clip is None:
            return
        if self._files.path_of(clip) is None:
            self._files.prepare(clip)  # the drag begins once it stands, if the button is still down
            return
        path = self._keep(clip)
        if path is None:
            return
        taken = start_drag(self._handle, paths_mime([path]))
        self._handle.end_drag()
        if not taken:
            self._files.discard(clip)

    def _use(self, clip: Clip) -> None:
        if clip == self._to_copy:
            self._to_copy = None
            if path := self._keep(clip):
                QGuiApplication.clipboard().setMimeData(paths_mime([path]))
        elif clip == self._clip() and self._handle.is_pulled:
            self._drag()

    def _keep(self, clip: Clip) -> str | None:
        try:
            return str(self._files.keep(clip))
        except FileError as error:
            self.problem.emit(explain(error))
            return None
