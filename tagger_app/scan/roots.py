"""The roots of a scan: which file lies below which, and which of them vanished while it ran."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress

from tagger_app.index.connection import IndexConnection
from tagger_app.index.ledger import list_roots


class Roots:
    """Absolute paths of folders or files, beside those that the index knows.

    Attributes
    ----------
    lost : those that vanished; whoever finds one adds it
    """

    def __init__(self, connection: IndexConnection, paths: Sequence[str]) -> None:
        self._connection = connection
        self._paths = paths
        self._known = list_roots(connection)
        self._devices: dict[str, int] = {}
        self.lost: set[str] = set()

    @property
    def outermost(self) -> list[str]:
        """Those that don't lie below another."""
        return [path for path in self._paths if not any(path != root and is_below(path, root) for root in self._paths)]

    def remember_device(self, root: str) -> None:
        """Note on which volume a root lies that is there."""
        with suppress(OSError):  # gone already; the next look at it will tell
            self._devices[root] = os.stat(root).st_dev  # noqa: PTH116

    def find_lost(self, path: str) -> str | None:
        """The root of a file, if that is gone, or is now the bare mount point of a volume that is gone."""
        return next((root for root in self._paths if is_below(path, root) and self._is_lost(root)), None)

    def is_there(self, path: str) -> bool:
        """Whether a root of a file is there, be it one that another scan was for."""
        roots = (*self._paths, *(root.path for root in list_roots(self._connection)))
        return any(os.path.lexists(root) for root in roots if is_below(path, root))

    def is_file_of_another(self, path: str) -> bool:
        """Whether a root is a file, tried once more for instance, of a folder that is a root itself."""
        is_file = os.path.isfile(path)  # noqa: PTH113
        return is_file and any(root.path != path and is_below(path, root.path) for root in self._known)

    def _is_lost(self, root: str) -> bool:
        try:
            return os.stat(root).st_dev != self._devices.get(root)  # noqa: PTH116
        except OSError:
            return True


def is_below(path: str, root: str) -> bool:
    """Whether a path is a root, or lies below it."""
    return path == root or path.startswith(os.path.join(root, ""))  # noqa: PTH118
