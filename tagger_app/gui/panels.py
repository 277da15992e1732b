"""All panels of one window, made once; who they are, not where they stand."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from tagger_app.gui.bin.panel import BinPanel
from tagger_app.gui.file_actions import FileActions
from tagger_app.gui.first_start import FirstStart
from tagger_app.gui.library.library_view import LibraryView
from tagger_app.gui.message_line import MessageLine
from tagger_app.gui.mixer.mixer_panel import MixerPanel
from tagger_app.gui.player.panel import PlayerPanel
from tagger_app.gui.scanning.controller import ScanController
from tagger_app.gui.scanning.failures import FailuresPanel
from tagger_app.gui.scanning.panel import ScanPanel
from tagger_app.gui.search.search_box import SearchBox
from tagger_app.gui.sidebar.sidebar_panel import SidebarPanel
from tagger_app.gui.suggestions.panel import SuggestionsPanel
from tagger_app.gui.tagging.correction_panel import CorrectionPanel
from tagger_app.gui.workspace import Workspace


class Panels(QObject):
    """The panels of a window.

    Attributes
    ----------
    centre : what stands in the middle: first start, or the search box over the library
    """

    def __init__(self, workspace: Workspace, window: QWidget) -> None:
        super().__init__(window)
        self.files = FileActions(workspace.background, self)
        self.scans = ScanController(workspace, self)
        self.message = MessageLine(window)
        self.search = SearchBox(window)
        self.library = LibraryView(workspace, window)
        self.first_start = FirstStart(workspace, window)
        self.sidebar = SidebarPanel(workspace, window)
        self.mixer = MixerPanel(workspace, window)
        self.player = PlayerPanel(workspace, window)
        self.suggestions = SuggestionsPanel(workspace, window)
        self.corrections = CorrectionPanel(workspace, window)
        self.bin = BinPanel(workspace, window)
        self.scan = ScanPanel(self.scans, window)
        self.failures = FailuresPanel(workspace, window)
        self.centre = QWidget(window)
        self._pages = QStackedWidget(self.centre)
        library = QWidget(self._pages)
        column = QVBoxLayout(library)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.search)
        column.addWidget(self.library, 1)
        self._pages.addWidget(library)
        self._pages.addWidget(self.first_start)
        whole = QVBoxLayout(self.centre)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.message)
        whole.addWidget(self._pages, 1)

    @property
    def is_first_start(self) -> bool:
        """Whether the library is empty and says what to do."""
        return self._pages.currentWidget() is self.first_start

    def show_library(self) -> None:
        """Show the table."""
        self._pages.setCurrentIndex(0)

    def show_first_start(self, is_empty: bool) -> None:
        """Say what to do first, if the library is empty and nothing is on its way into it."""
        self._pages.setCurrentIndex(1 if is_empty and not self.scans.is_busy else 0)
