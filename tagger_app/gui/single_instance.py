"""One window for one index: a second start shows the window of the first."""

from __future__ import annotations

import getpass
import hashlib
from pathlib import Path

from PySide6.QtCore import QDir, QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_TIMEOUT_MS = 1_000


class SingleInstance(QObject):
    """Says whether this process is the first with an index, and hears of those that come later.

    Parameters
    ----------
    index_path : the index
    """

    called = Signal()
    """Another process was started with the same index."""

    def __init__(self, index_path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        whose = f"{getpass.getuser()}\n{index_path.absolute()}".encode("utf-8", "surrogateescape")
        self._name = f"cuefit-{hashlib.sha256(whose).hexdigest()[:24]}"
        self._lock = QLockFile(str(Path(QDir.tempPath(), f"{self._name}.lock")))
        self._lock.setStaleLockTime(0)  # a lock holds as long as its process lives
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._hear)

    def claim(self) -> bool:
        """True if this process is the first; else the first one is called."""
        if self._lock.tryLock(0):
            QLocalServer.removeServer(self._name)
            self._server.listen(self._name)
            return True
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if socket.waitForConnected(_TIMEOUT_MS):
            socket.disconnectFromServer()
        return False

    def release(self) -> None:
        """Let another process be the first."""
        self._server.close()
        self._lock.unlock()

    def _hear(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.deleteLater()
            self.called.emit()
