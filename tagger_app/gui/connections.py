"""Who hears whom: the one place where signals of panels meet slots of others."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QInputDialog, QMainWindow, QMessageBox

from tagger_app import __version__
from tagger_app.gui.actions import Actions
from tagger_app.gui.docks import Docks, arrange, show_dock
from tagger_app.gui.evidence import EvidenceDialog
from tagger_app.gui.folders import Folders
from tagger_app.gui.keyboard import KeyboardDialog, move_focus
from tagger_app.gui.menus import pop_up_track_menu
from tagger_app.gui.panel_actions import PanelActions
from tagger_app.gui.panels import Panels
from tagger_app.gui.tag_dialogs import TagDialogs
from tagger_app.gui.workspace import Workspace
from tagger_app.index.records import Track
from tagger_app.suggest.seeds import Region


class Connections(QObject):
    """Connects everything in one window."""

    def __init__(
        self,
        window: QMainWindow,
        workspace: Workspace,
        panels: Panels,
        docks: Docks,
        actions: Actions,
        panel_actions: PanelActions,
        folders: Folders,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self._panels = panels
        self._docks = docks
        self._actions = actions
        self._panel_actions = panel_actions
        self._folders = folders
        self._tags = TagDialogs(workspace, panels, window)
        self._connect_library()
        self._connect_player()
        self._connect_scans()
        self._connect_tags()
        self._connect_commands()
        self._connect_problems()

    def _connect_library(self) -> None:
        panels = self._panels
        panels.search.query_changed.connect(panels.library.set_query)
        panels.search.query_changed.connect(lambda query: panels.sidebar.mark(query.text))
        panels.search.save_wanted.connect(self._save_search)
        panels.search.rows_wanted.connect(panels.library.go_to_rows)
        panels.library.search_cleared.connect(panels.search.clear)
        panels.library.search_cleared.connect(panels.mixer.reset)
        panels.library.filter_changed.connect(panels.suggestions.set_filter)
        panels.library.is_empty_changed.connect(panels.show_first_start)
        panels.library.context_menu_requested.connect(
            lambda place: pop_up_track_menu(self._window, self._actions, place)
        )
        panels.library.selection_changed.connect(self._select)
        panels.library.selection_changed.connect(panels.corrections.show_tracks)
        panels.mixer.mix_changed.connect(panels.library.set_mix)
        panels.sidebar.query_wanted.connect(panels.search.set_text)
        panels.sidebar.folder_wanted.connect(self._folders.choose)
        panels.sidebar.scan_wanted.connect(self._folders.scan)
        panels.sidebar.summary_read.connect(self._folders.note)
        panels.first_start.folder_wanted.connect(self._folders.choose)
        panels.first_start.demo_wanted.connect(self._folders.add_demo)
        panels.first_start.evidence_wanted.connect(self._show_evidence)

    def _connect_player(self) -> None:
        panels = self._panels
        panels.library.track_activated.connect(self._play)
        panels.suggestions.track_activated.connect(self._play)
        panels.suggestions.moment_activated.connect(self._play)
        panels.bin.track_activated.connect(self._play)
        panels.bin.region_activated.connect(self._play)
        panels.player.suggest_moments.connect(self._suggest_moments)
        panels.player.collect_region.connect(self._collect_region)
        panels.suggestions.collect.connect(self._collect)
        panels.suggestions.suggest_requested.connect(self._suggest)
        # What plays is played by the same keys wherever tracks are listed.
        for action in panels.player.actions():
            panels.library.table.addAction(action)

    def _connect_scans(self) -> None:
        panels = self._panels
        panels.scans.started.connect(panels.show_library)
        panels.scans.started.connect(lambda: show_dock(self._docks.scan))
        panels.scans.tracks_changed.connect(panels.library.refresh)
        panels.scans.tracks_changed.connect(panels.sidebar.refresh)
        panels.scans.finished.connect(panels.library.refresh)
        panels.scans.finished.connect(panels.sidebar.refresh)
        panels.scans.finished.connect(panels.failures.refresh)
        panels.scans.finished.connect(panels.suggestions.refresh)
        panels.scans.before_tags_written.connect(panels.player.release)
        panels.scan.folder_wanted.connect(lambda write_tags: self._folders.choose(write_tags=write_tags))
        panels.scan.failures_requested.connect(lambda: show_dock(self._docks.failures, focus=True))
        panels.failures.retry_requested.connect(panels.scans.retry)
        panels.failures.show_requested.connect(panels.search.set_text)

    def _connect_tags(self) -> None:
        panels = self._panels
        panels.corrections.decided.connect(panels.library.refresh)
        panels.corrections.decided.connect(panels.sidebar.refresh)
        panels.corrections.before_tags_written.connect(panels.player.release)

    def _connect_commands(self) -> None:
        actions, panels, library = self._actions, self._panels, self._panels.library
        actions.add_folder.triggered.connect(self._folders.choose)
        actions.scan_again.triggered.connect(self._folders.scan_all)
        actions.write_tags.triggered.connect(lambda: self._tags.preview(library.table.chosen_ids(10**9).tolist()))
        actions.write_all_tags.triggered.connect(lambda: self._tags.preview(library.model.ids.tolist()))
        actions.tag_history.triggered.connect(lambda: self._tags.history(library.selected_tracks))
        actions.copy_paths.triggered.connect(lambda: panels.files.copy_paths(library.selected_tracks))
        actions.select_all.triggered.connect(library.table.selectAll)
        actions.find.triggered.connect(panels.search.focus)
        actions.clear_search.triggered.connect(panels.search.clear)
        actions.play.triggered.connect(lambda: self._play(library.selected_tracks[0]))
        actions.suggest.triggered.connect(lambda: self._suggest(library.selected_tracks))
        actions.correct.triggered.connect(lambda: show_dock(self._docks.corrections, focus=True))
        actions.collect.triggered.connect(lambda: self._collect(library.selected_tracks))
        actions.reveal.triggered.connect(lambda: panels.files.reveal(library.selected_tracks[0]))
        actions.open_with.triggered.connect(lambda: panels.files.open_with(library.selected_tracks[0]))
        actions.next_panel.triggered.connect(lambda: move_focus(self._docks, panels, 1))
        actions.previous_panel.triggered.connect(lambda: move_focus(self._docks, panels, -1))
        actions.reset_layout.triggered.connect(lambda: arrange(self._window, self._docks))
        actions.reset_mixer.triggered.connect(panels.mixer.reset)
        actions.evidence.triggered.connect(self._show_evidence)
        actions.shortcuts.triggered.connect(self._show_keys)
        actions.about.triggered.connect(self._show_about)

    def _connect_problems(self) -> None:
        panels = self._panels
        for source in (panels.scans, panels.files, self._folders, panels.bin, panels.corrections, panels.failures):
            source.problem.connect(panels.message.show_problem)

    def _select(self, tracks: list[Track]) -> None:
        self._actions.set_selection(len(tracks))
        if len(tracks) == 1 and not self._panels.player.engine.speed:
            self._panels.player.load(tracks[0])

    def _play(self, track: Track, region: Region | None = None) -> None:
        show_dock(self._docks.player)
        self._panels.player.play(track, region)

    def _suggest(self, tracks: list[Track]) -> None:
        if tracks:
            show_dock(self._docks.suggestions)
            self._panels.suggestions.suggest_like(tracks)

    def _suggest_moments(self, track: Track, region: Region) -> None:
        show_dock(self._docks.suggestions)
        self._panels.suggestions.suggest_moments(track, region)

    def _collect(self, tracks: list[Track]) -> None:
        show_dock(self._docks.bin)
        self._panels.bin.add_tracks(tracks)

    def _collect_region(self, track: Track, region: Region | None) -> None:
        show_dock(self._docks.bin)
        if region is None:
            self._panels.bin.add_tracks([track])
        else:
            self._panels.bin.add_region(track, region)

    def _save_search(self, query: str) -> None:
        name, agreed = QInputDialog.getText(
            self._window, self.tr("Save search"), self.tr("Name of this search:"), text=query
        )
        if agreed:
            self._panels.sidebar.save_search(name, query)

    def _show_evidence(self) -> None:
        EvidenceDialog(self._workspace, self._window).open()

    def _show_keys(self) -> None:
        KeyboardDialog(self._actions, self._panel_actions, self._panels, self._window).open()

    def _show_about(self) -> None:
        text = self.tr(
            "Cuefit {version} listens to your music and says how well each track fits ten film genres.\n\n"
            "Free software under the GNU General Public License, version 3 or later. Made with Qt and PySide6."
        )
        box = QMessageBox(QMessageBox.Icon.NoIcon, self.tr("About Cuefit"), text.format(version=__version__))
        box.setParent(self._window, box.windowFlags())
        box.setIconPixmap(self._window.windowIcon().pixmap(64, 64))
        box.open()
