"""Opening the dialogs about tags, each with what its writing needs of the other panels."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from tagger_app.gui.panels import Panels
from tagger_app.gui.tagging.history_dialog import TagHistoryDialog
from tagger_app.gui.tagging.preview_dialog import TagPreviewDialog
from tagger_app.gui.workspace import Workspace
from tagger_app.index.records import Track


class TagDialogs(QObject):
    """Opens them; the player lets go of its file before any is written, and the table reads again afterwards."""

    def __init__(self, workspace: Workspace, panels: Panels, window: QWidget) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._panels = panels
        self._window = window

    def preview(self, tracks: Sequence[Track] | Sequence[int]) -> TagPreviewDialog:
        """Show what writing the fits of tracks would change."""
        dialog = TagPreviewDialog(self._workspace, tracks, self._window)
        self._open(dialog)
        return dialog

    def history(self, tracks: Sequence[Track]) -> TagHistoryDialog:
        """Show what was written, to take it back."""
        dialog = TagHistoryDialog(self._workspace, tracks, self._window)
        self._open(dialog)
        return dialog

    def _open(self, dialog: TagPreviewDialog | TagHistoryDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.before_tags_written.connect(self._panels.player.release)
        dialog.tags_written.connect(self._panels.library.refresh)
        dialog.problem.connect(self._panels.message.show_problem)
        dialog.open()
