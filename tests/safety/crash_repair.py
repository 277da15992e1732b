"""An index with a damaged page, and what must hold of it whatever happened to its repair."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from tagger_app.index.check import check_index

_PAGE = 4096
_DAMAGE = b"\xa5" * _PAGE


class CrashRepair:
    """Damages an index where nothing is lost that doesn't stand elsewhere too; the checks raise AssertionError.

    Parameters
    ----------
    index_path : an index that is there by the time of `damage`
    """

    def __init__(self, index_path: Path) -> None:
        self._path = index_path
        self._saved = index_path.parent.with_name("sound.db")
        self._rows: list[tuple[object, ...]] = []
        self._damaged = b""

    def damage(self) -> None:
        """Overwrite the page of an index over the tracks, and keep the sound file."""
        with closing(sqlite3.connect(self._path, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
            (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'tracks_known'").fetchone()
        self._rows = _rows(self._path)
        assert self._rows
        shutil.copyfile(self._path, self._saved)
        with self._path.open("r+b") as file:
            file.seek((page - 1) * _PAGE)
            file.write(_DAMAGE)
        self._damaged = self._path.read_bytes()

    def check(self) -> bool:
        """There is an index: the damaged one as it was, which is kept, or the whole new one; whether it is the new."""
        content = self._path.read_bytes()
        kept = [path for path in self._path.parent.glob("*.damaged-*.db") if path.read_bytes() == self._damaged]
        if content == self._damaged:
            return False
        assert kept, "the damaged index isn't kept"
        assert not Path(f"{self._path}-wal").exists()
        with closing(sqlite3.connect(self._path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert _rows(self._path) == self._rows
        return True

    def check_finished(self) -> None:
        """After a repair that came to its end."""
        assert self.check()
        assert check_index(self._path).problems == ()
        # What is kept is whole, too. A repair that was killed at its very end is done; another finds a sound index.
        for path in self._path.parent.glob("*.damaged-*.db"):
            assert path.read_bytes() == self._damaged or _rows(path) == self._rows, path
        unfinished = [path for path in self._path.parent.iterdir() if path.name.startswith(".")]
        assert not unfinished, unfinished

    def put_back(self) -> None:
        """Be as before the damage."""
        for path in (*self._path.parent.glob("*.damaged-*"), *self._path.parent.glob(f"{self._path.name}*")):
            path.unlink()
        shutil.copyfile(self._saved, self._path)


def _rows(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT * FROM tracks NOT INDEXED ORDER BY id").fetchall()
