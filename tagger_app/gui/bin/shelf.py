"""Bins on the disk, read and written in the background."""

from __future__ import annotations

import itertools
import threading
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QFile, QObject, QTimer, Signal

from tagger_app.errors import CuefitError, HandoffError
from tagger_app.gui.background import Task
from tagger_app.gui.reasons import explain, translate_reason
from tagger_app.gui.workspace import Workspace
from tagger_app.handoff.bins import BinItem, bin_path, bins_folder, list_bins, load_bin, save_bin

_SAVE_MS = 400


class _Writer:
    """Writes bins from any thread; an older state never comes after a newer one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._written: dict[Path, int] = {}

    def number(self) -> int:
        """The next state's number."""
        return next(self._numbers)

    def write(self, number: int, path: Path, items: tuple[BinItem, ...]) -> None:
        """Write a state, unless a newer one is written."""
        with self._lock:
            if number > self._written.get(path, 0):
                save_bin(path, items)
                self._written[path] = number


class BinShelf(QObject):
    """Keeps the bins of a library; saves the open one a moment after it was edited."""

    listed = Signal(list, str)
    """Names of all bins, and the one that was saved last."""
    opened = Signal(str, object)
    """Name and items of the bin that is open now."""
    unreadable = Signal(str, str)
    """Name of a bin that can't be read, and why; its file stays as it is."""
    saved = Signal()
    problem = Signal(str)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = workspace.background
        self.folder = bins_folder(workspace.index_path)
        self.name = ""
        self._unsaved: tuple[Path, tuple[BinItem, ...]] | None = None
        self._opening: Task | None = None
        self._writer = _Writer()
        self._is_saving = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SAVE_MS)
        self._timer.timeout.connect(self._save)
        if application := QCoreApplication.instance():
            application.aboutToQuit.connect(self.flush)

    @property
    def is_saved(self) -> bool:
        """Whether the disk has everything."""
        return self._unsaved is None and not self._is_saving

    def list_names(self) -> None:
        """Find all bins."""
        folder = self.folder

        def read() -> tuple[list[str], str]:
            names = list_bins(folder)
            return names, max(names, key=lambda name: _saved_at(bin_path(folder, name)), default="")

        self._background.submit(read, lambda found: self.listed.emit(*found), self._fail)

    def open(self, name: str) -> None:
        """Open a bin."""
        self.flush()
        self.name = name
        if self._opening:
            self._opening.cancel()

        def take(items: tuple[BinItem, ...]) -> None:
            self.opened.emit(name, items)

        def fail(error: CuefitError) -> None:
            self.unreadable.emit(
                name, translate_reason(error.reason) if isinstance(error, HandoffError) else explain(error)
            )

        self._opening = self._background.submit(partial(load_bin, bin_path(self.folder, name)), take, fail)

    def create(self, name: str, items: tuple[BinItem, ...] = ()) -> None:
        """Begin a bin, which is open then; it is on the disk from its first edit on."""
        self.flush()
        if self._opening:
            self._opening.cancel()
        self.name = name
        self.keep(items)
        self.opened.emit(name, items)

    def keep(self, items: tuple[BinItem, ...]) -> None:
        """Have the items of the open bin saved in a moment."""
        self._unsaved = (bin_path(self.folder, self.name), items)
        self._timer.start()

    def rename(self, name: str) -> None:
        """Give the open bin another name."""
        self.flush()
        old, new = bin_path(self.folder, self.name), bin_path(self.folder, name)

        def move() -> str:
            try:
                if new.exists() and not (old.exists() and new.samefile(old)):
                    raise HandoffError(new, "there is a bin of this name already")
                old.rename(new)
            except OSError as error:
                raise HandoffError(old, f"can't be renamed: {error.strerror}") from error
            return new.stem

        def take(stem: str) -> None:
            self.name = stem
            self.list_names()

        self._background.submit(move, take, self._fail)

    def throw_away(self) -> None:
        """Move the file of the open bin to the system's trash."""
        self._unsaved = None
        self._timer.stop()
        path = bin_path(self.folder, self.name)

        def throw() -> None:
            if path.exists() and not QFile.moveToTrash(str(path)):
                raise HandoffError(path, "can't be moved to the trash; remove the file yourself")

        def take(_: None) -> None:
            self.name = ""
            self.list_names()

        self._background.submit(throw, take, self._fail)

    def flush(self) -> None:
        """Write at once what isn't saved: before another bin is opened, and at the end of the program."""
        self._timer.stop()
        if self._unsaved is None:
            return
        (path, items), self._unsaved = self._unsaved, None
        try:
            self._writer.write(self._writer.number(), path, items)
        except HandoffError as error:
            self._unsaved = (path, items)
            self.problem.emit(explain(error))

    def _save(self) -> None:
        if self._unsaved is None or self._is_saving:
            return
        (path, items), self._unsaved = self._unsaved, None
        self._is_saving = True

        def take(_: None) -> None:
            self._is_saving = False
            self.saved.emit()
            if self._unsaved is not None:
                self._timer.start()

        def fail(error: CuefitError) -> None:
            self._is_saving = False
            if self._unsaved is None:
                self._unsaved = (path, items)  # kept for the next edit, or the end
            self._fail(error)

        write = partial(self._writer.write, self._writer.number(), path, items)
        self._background.submit(write, take, fail)

    def _fail(self, error: CuefitError) -> None:
        self.problem.emit(explain(error))


def _saved_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
