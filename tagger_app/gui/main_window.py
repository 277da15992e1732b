"""The main window: puts panels, docks, menus and connections together, and does nothing itself."""

from __future__ import annotations

import base64

import msgspec
from PySide6.QtCore import QByteArray, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QMessageBox

from tagger_app.gui.actions import Actions
from tagger_app.gui.connections import Connections
from tagger_app.gui.docks import arrange, make_docks
from tagger_app.gui.folders import Folders, dropped_paths
from tagger_app.gui.menus import make_menus
from tagger_app.gui.panel_actions import PanelActions
from tagger_app.gui.panel_letters import PanelLetters
from tagger_app.gui.panels import Panels
from tagger_app.gui.settings.settings_dialog import SettingsDialog
from tagger_app.gui.workspace import Workspace
from tagger_app.scan.pool import default_workers
from tagger_app.settings import Settings
from tagger_app.tagging.style import TagStyle

_LAYOUT_VERSION = 1


class MainWindow(QMainWindow):
    """One window on one library."""

    settings_changed = Signal(object)
    """New `Settings` that count from now on."""
    closed = Signal()
    """The window is gone, and nothing runs in it any more."""

    def __init__(self, workspace: Workspace, settings: Settings) -> None:
        super().__init__()
        self.workspace = workspace
        self.settings = settings
        self._is_closing = False
        self.setObjectName("main")
        self.setWindowTitle(self.tr("Cuefit"))
        self.setAcceptDrops(True)
        self.panels = Panels(workspace, self)
        self.setCentralWidget(self.panels.centre)
        self.folders = Folders(workspace, self.panels.scans, self)
        self.docks = make_docks(self, self.panels)
        self.actions_ = Actions(self)
        self.panel_actions = PanelActions(self, self.docks)
        PanelLetters(self, self.docks)
        make_menus(self, self.actions_, self.panel_actions, self.panels, self.docks)
        self.connections = Connections(
            self, workspace, self.panels, self.docks, self.actions_, self.panel_actions, self.folders
        )
        self._connect_settings()
        self._restore(settings)
        self.use_settings(settings)
        if workspace.bundle is None:
            self.panels.message.show_problem(
                self.tr("Cuefit can't listen: {reason}").format(reason=workspace.bundle_problem)
            )

    def start(self) -> None:
        """Read the library."""
        self.panels.library.start(self.settings.sort)
        self.panels.sidebar.refresh()
        self.panels.failures.refresh()
        self.docks.player.raise_()
        self.panels.library.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def use_settings(self, settings: Settings) -> None:
        """Follow settings that were changed elsewhere."""
        self.settings = settings
        self.panels.scans.n_workers = settings.n_workers or default_workers()
        self.panels.scans.priority = settings.priority
        self.folders.write_tags = settings.write_tags_after_scan
        self.workspace.tag_style = TagStyle(settings.new_id3_version, settings.mirrors)

    def show_settings(self) -> SettingsDialog:
        """Open the settings."""
        dialog = SettingsDialog(self.workspace, self.settings, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show_folders(self.folders.known)
        self.folders.changed.connect(dialog.show_folders)
        dialog.folder_wanted.connect(self.folders.choose)
        dialog.scan_wanted.connect(self.folders.scan)
        dialog.changed.connect(self.change_settings)
        dialog.open()
        return dialog

    def change_settings(self, settings: Settings) -> None:
        """The editor wants other settings; what the window keeps for itself stays as it is."""
        kept = {name: getattr(self.settings, name) for name in _OWN}
        self._change(**{name: getattr(settings, name) for name in settings.__struct_fields__} | kept)

    def save_layout(self) -> None:
        """Keep where everything stands."""
        self._change(
            window=_encode(self.saveGeometry()),
            docks=_encode(self.saveState(_LAYOUT_VERSION)),
            columns=self.panels.library.table.save_columns(),
        )

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        if self.panels.scans.is_busy and not self._is_closing:
            event.ignore()
            self._ask_to_stop()
            return
        self.save_layout()
        self.panels.bin.flush()
        self.panels.suggestions.close_session()
        self.panels.player.close_session()
        self.panels.library.close_index()
        event.accept()
        self.closed.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        if event.source() is None and dropped_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        if paths := dropped_paths(event.mimeData()):
            event.acceptProposedAction()
            self.folders.scan(paths)

    def _connect_settings(self) -> None:
        self.actions_.settings.triggered.connect(self.show_settings)
        self.actions_.close.triggered.connect(self.close)
        self.actions_.quit.triggered.connect(self.close)
        self.panels.library.order_changed.connect(lambda sort: self._change(sort=sort))
        self.panels.mixer.presets_changed.connect(lambda presets: self._change(presets=presets))
        self.panels.sidebar.searches_changed.connect(lambda searches: self._change(searches=searches))
        self.panels.player.left_otherwise.connect(lambda listening: self._change(listening=listening))
        self.panels.suggestions.left_otherwise.connect(lambda suggesting: self._change(suggesting=suggesting))

    def _restore(self, settings: Settings) -> None:
        self.panels.mixer.set_presets(settings.presets)
        self.panels.sidebar.set_searches(settings.searches)
        self.panels.library.table.restore_columns(settings.columns)
        self.panels.player.restore(settings.listening)
        self.panels.suggestions.restore(settings.suggesting)
        metrics = self.fontMetrics()
        size = QSize(metrics.averageCharWidth() * 210, metrics.height() * 58)
        room = self.screen().availableGeometry().size() - QSize(metrics.height(), metrics.height() * 3)  # for the frame
        self.resize(size.boundedTo(room))
        if settings.window:
            self.restoreGeometry(_decode(settings.window))
        if not settings.docks or not self.restoreState(_decode(settings.docks), _LAYOUT_VERSION):
            arrange(self, self.docks)

    def _change(self, **values: object) -> None:
        settings = msgspec.structs.replace(self.settings, **values)
        if settings != self.settings:
            self.use_settings(settings)
            self.settings_changed.emit(settings)

    def _ask_to_stop(self) -> None:
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("A scan is running"))
        box.setText(self.tr("Stop the scan and close Cuefit?"))
        box.setInformativeText(self.tr("What has been heard is kept; the next scan goes on from there."))
        stop = box.addButton(self.tr("&Stop and close"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(self.tr("&Go on scanning"), QMessageBox.ButtonRole.RejectRole)
        stop.clicked.connect(self._stop_and_close)
        box.open()

    def _stop_and_close(self) -> None:
        self._is_closing = True
        self.panels.scans.finished.connect(self.close, Qt.ConnectionType.QueuedConnection)
        self.panels.scans.cancel_all()
        if not self.panels.scans.is_busy:
            self.close()


_OWN = ("presets", "searches", "window", "docks", "columns", "sort", "listening", "suggesting")
"""Settings that the window's panels change, not the dialog."""


def _encode(state: QByteArray) -> str:
    return base64.b64encode(state.data()).decode("ascii")


def _decode(text: str) -> QByteArray:
    return QByteArray.fromBase64(text.encode("ascii", "replace"))
