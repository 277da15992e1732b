"""Every command of the window, with its keys; menus show them, `connections` says what they do."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

Keys = str | QKeySequence.StandardKey


class Actions(QObject):
    """The commands that belong to no single panel."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        standard = QKeySequence.StandardKey
        self.add_folder = self._add(self.tr("&Add folder …"), standard.Open)
        self.scan_again = self._add(self.tr("&Scan all folders again"), standard.Refresh)
        self.write_tags = self._add(self.tr("&Write tags …"), "Ctrl+T")
        self.write_all_tags = self._add(self.tr("Write tags of &all listed tracks …"), "Ctrl+Shift+T")
        self.tag_history = self._add(self.tr("Tag &history and undo …"), "Ctrl+H")
        self.settings = self._add(self.tr("Se&ttings …"), "Ctrl+,", role=QAction.MenuRole.PreferencesRole)
        self.close = self._add(self.tr("&Close"), standard.Close)
        self.quit = self._add(self.tr("&Quit"), "Ctrl+Q", role=QAction.MenuRole.QuitRole)
        self.copy_paths = self._add(self.tr("&Copy paths"), standard.Copy)
        self.select_all = self._add(self.tr("Select &all"), standard.SelectAll)
        self.find = self._add(self.tr("&Find"), standard.Find)
        self.clear_search = self._add(self.tr("C&lear the search"), "Ctrl+Shift+F")
        self.play = self._add(self.tr("&Play"), "Ctrl+P")
        self.suggest = self._add(self.tr("Suggest &cues like this"), "Ctrl+L")
        self.correct = self._add(self.tr("Correct the &genres"), "Ctrl+G")
        self.collect = self._add(self.tr("Add to the &bin"), "Ctrl+B")
        self.reveal = self._add(self.tr("&Reveal in the file manager"), "Ctrl+Shift+R")
        self.open_with = self._add(self.tr("&Open with the system's program"), "Ctrl+Shift+O")
        self.next_panel = self._add(self.tr("&Next panel"), "F6")
        self.previous_panel = self._add(self.tr("&Previous panel"), "Shift+F6")
        self.reset_layout = self._add(self.tr("&Arrange panels as at first"))
        self.reset_mixer = self._add(self.tr("&Reset the mixer"), "Ctrl+0")
        self.evidence = self._add(self.tr("&What the models are worth"))
        self.shortcuts = self._add(self.tr("&Keyboard"), "F1")
        self.about = self._add(self.tr("&About Cuefit"), role=QAction.MenuRole.AboutRole)
        self.for_one = (self.play, self.reveal, self.open_with)
        self.for_some = (self.suggest, self.correct, self.collect, self.write_tags, self.copy_paths)
        self.set_selection(0)

    def set_selection(self, n_tracks: int) -> None:
        """Offer what can be done with this many tracks."""
        for action in self.for_one:
            action.setEnabled(n_tracks == 1)
        for action in self.for_some:
            action.setEnabled(n_tracks > 0)

    def _add(self, text: str, keys: Keys = "", *, role: QAction.MenuRole = QAction.MenuRole.NoRole) -> QAction:
        action = QAction(text, self._window)
        if isinstance(keys, str):
            action.setShortcut(QKeySequence(keys))
        else:
            action.setShortcuts(keys)
        action.setMenuRole(role)
        self._window.addAction(action)
        return action
