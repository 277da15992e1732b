"""What can be done with files from the desktop: copying paths, showing in the file manager, opening elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from urllib.parse import quote_from_bytes

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication

from tagger_app.errors import CuefitError, FileError, displayable
from tagger_app.gui.background import Background
from tagger_app.gui.reasons import explain
from tagger_app.index.records import Track


class FileActions(QObject):
    """Does them for tracks; trouble comes as `problem`, a line for a person.

    A path is looked at in the background first: on a network drive that has gone away that can take long.
    """

    problem = Signal(str)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background

    def copy_paths(self, tracks: Sequence[Track]) -> None:
        """Put the paths of the tracks on the clipboard, one a line."""
        QGuiApplication.clipboard().setText("\n".join(displayable(track.path) for track in tracks))

    def reveal(self, track: Track) -> None:
        """Show the file of a track, selected, in the system's file manager."""
        self._when_there(track.path, self._reveal)

    def open_with(self, track: Track) -> None:
        """Open the file of a track with the program that the system has for it."""
        self._when_there(track.path, self._open)

    def _when_there(self, path: str, act: Callable[[str], None]) -> None:
        self._background.submit(partial(_check_exists, path), act, self._say)

    def _say(self, error: CuefitError) -> None:
        self.problem.emit(explain(error))

    def _reveal(self, path: str) -> None:
        if command := reveal_command(path, sys.platform):
            # Explorer and open return at once; nobody waits for what they say.
            self._background.submit(partial(_run, command, path), self._done, self._say)
            return
        self._show_through_dbus(path)

    def _show_through_dbus(self, path: str) -> None:
        """Ask the desktop's file manager by freedesktop.org's interface; where there is none, open the folder."""
        from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher

        bus = QDBusConnection.sessionBus()
        if not bus.isConnected():
            self._open_folder(path)
            return
        name, place = "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1"
        message = QDBusMessage.createMethodCall(name, place, name, "ShowItems")
        message.setArguments([[file_uri(path).decode("ascii")], ""])
        watcher = QDBusPendingCallWatcher(bus.asyncCall(message), self)

        def answered(call: QDBusPendingCallWatcher) -> None:
            if call.isError():
                self._open_folder(path)
            call.deleteLater()

        watcher.finished.connect(answered)

    def _open_folder(self, path: str) -> None:
        self._open(os.path.dirname(path))  # noqa: PTH120 - bytes that aren't UTF-8 are kept

    def _open(self, path: str) -> None:
        if not QDesktopServices.openUrl(file_url(path)):
            reason = self.tr("no program of this system opens it")
            self.problem.emit(f"{displayable(path)}: {reason}")

    def _done(self, _result: None) -> None:
        """Nothing is left to do once the file manager has been started."""


def reveal_command(path: str, platform: str) -> list[str] | str:
    """How the file manager is told to show a file, where that takes a command; empty elsewhere.

    Parameters
    ----------
    platform : as in `sys.platform`

    Returns
    -------
    A command line for Windows, whose Explorer wants the quotation marks around the path alone; arguments elsewhere.
    """
    if platform == "win32":
        return f'explorer /select,"{path}"'
    if platform == "darwin":
        return ["open", "-R", "--", path]
    return []


def file_uri(path: str) -> bytes:
    """The ``file:`` URI of an absolute path (RFC 8089), percent-encoded by bytes: names needn't be UTF-8."""
    if os.name == "nt":
        return Path(path).as_uri().encode("ascii")
    return b"file://" + quote_from_bytes(os.fsencode(path)).encode("ascii")


def file_url(path: str) -> QUrl:
    """The same for Qt; `QUrl.fromLocalFile` would lose bytes that aren't UTF-8."""
    return QUrl.fromEncoded(file_uri(path))


def _check_exists(path: str) -> str:
    try:
        os.stat(path)  # noqa: PTH116
    except OSError as error:
        raise FileError(path, error.strerror or str(error)) from error
    return path


def _run(command: list[str] | str, path: str) -> None:
    try:
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).wait()
    except OSError as error:
        raise FileError(path, f"can't be shown in the file manager: {error.strerror}") from error
