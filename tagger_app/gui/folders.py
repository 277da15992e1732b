"""Folders of music: choosing, dropping and scanning them; the cues to try."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QStandardPaths, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from tagger_app.errors import CuefitError, FileError
from tagger_app.gui.reasons import explain
from tagger_app.gui.scanning.controller import ScanController
from tagger_app.gui.sidebar.library_summary import Folder, Summary
from tagger_app.gui.workspace import Workspace
from tagger_app.paths import resource_path

_DEMO_FOLDER = "Cuefit demo cues"


class Folders(QObject):
    """Starts scans."""

    problem = Signal(str)
    changed = Signal(list)
    """The folders of the library, a list of `Folder`."""

    def __init__(self, workspace: Workspace, scans: ScanController, window: QWidget) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._scans = scans
        self._window = window
        self.write_tags = False
        self.known: list[Folder] = []

    def note(self, summary: Summary) -> None:
        """These are the folders that were scanned."""
        self.known = summary.folders
        self.changed.emit(self.known)

    def choose(self, *, write_tags: bool | None = None) -> None:
        """Ask for a folder and scan it.

        Parameters
        ----------
        write_tags : whether the fits go into its files; None does what the settings say
        """
        dialog = QFileDialog(self._window, self.tr("Choose a folder of music"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly, True)
        dialog.setDirectory(self._likely_place())
        dialog.filesSelected.connect(partial(self.scan, write_tags=write_tags))
        dialog.open()

    def _likely_place(self) -> str:
        """Beside a folder that was added before, or where the system keeps music."""
        for folder in reversed(self.known):
            if folder.is_online:
                return os.path.dirname(folder.path)  # noqa: PTH120
        return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MusicLocation) or str(Path.home())

    def scan(self, paths: Sequence[str], *, write_tags: bool | None = None) -> None:
        """Listen to everything new in these folders."""
        wanted = self.write_tags if write_tags is None else write_tags
        self._scans.scan([os.path.abspath(path) for path in paths], write_tags=wanted)  # noqa: PTH100

    def scan_all(self) -> None:
        """Look for new and changed files in all folders."""
        if self.known:
            self.scan([folder.path for folder in self.known])

    def add_demo(self) -> None:
        """Copy the cues that come with Cuefit to a folder of the user's, and scan it."""
        folder = self._workspace.index_path.parent / _DEMO_FOLDER
        self._workspace.background.submit(lambda: _copy_cues(folder), lambda path: self.scan([path]), self._fail)

    def _fail(self, error: CuefitError) -> None:
        self.problem.emit(explain(error))


def dropped_paths(mime: QMimeData) -> list[str]:
    """Folders and files of this computer that were dropped."""
    return [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]


def _copy_cues(folder: Path) -> str:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for cue in sorted(resource_path("demo").iterdir()):
            if cue.is_file() and not (folder / cue.name).exists():
                shutil.copyfile(cue, folder / cue.name)
    except OSError as error:
        raise FileError(folder, f"the cues can't be copied: {error.strerror}") from error
    return str(folder)
