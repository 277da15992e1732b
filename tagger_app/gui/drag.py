"""What is dragged out of the window or copied: files, and regions as WAV files of their own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QWidget

from tagger_app.errors import CuefitError, FileError
from tagger_app.gui.background import Background
from tagger_app.gui.file_actions import file_uri
from tagger_app.gui.reasons import explain
from tagger_app.index.records import Track
from tagger_app.suggest.seeds import Region
from tagger_app.unfinished import is_gone

URI_LIST = "text/uri-list"
_COPIED_FILES = "x-special/gnome-copied-files"
"""What GNOME's and others' file managers want, besides, to paste files."""
_SESSION = "session-"
_LONGEST_NAME_BYTES = 160
"""Most file systems take 255; times, handles and a number are to find room."""


def files_mime(tracks: Iterable[Track]) -> QMimeData:
    """The files of tracks, for drag and drop and the clipboard; each once, in order."""
    return paths_mime([track.path for track in tracks])


def paths_mime(paths: Sequence[str]) -> QMimeData:
    """Files as a list of URIs (RFC 2483); names needn't be UTF-8."""
    uris = [file_uri(path) for path in dict.fromkeys(paths)]
    mime = QMimeData()
    if uris:
        mime.setData(URI_LIST, b"".join(uri + b"\r\n" for uri in uris))
        mime.setData(_COPIED_FILES, b"\n".join([b"copy", *uris]))
    return mime


def start_drag(source: QWidget, mime: QMimeData) -> bool:
    """Drag out of a widget until the button is released; True if something took it."""
    drag = QDrag(source)
    drag.setMimeData(mime)
    return drag.exec(Qt.DropAction.CopyAction) == Qt.DropAction.CopyAction


@dataclass(frozen=True, slots=True)
class Clip:
    """A region that is to be a file: with `handles_s` more on both sides."""

    track: Track
    region: Region
    handles_s: float = 0.0

    @property
    def file_name(self) -> str:
        """A name that says what it is, on every file system."""
        title = self.track.title or Path(self.track.path).stem
        kept = "".join(letter if letter.isalnum() or letter in " -_.,'()" else "_" for letter in title)
        title = kept.encode("utf-8", "replace")[:_LONGEST_NAME_BYTES].decode("utf-8", "ignore").strip(" .") or "region"
        start, end = (f"{int(s // 60)}.{s % 60:04.1f}" for s in (self.region.start_s, self.region.end_s))
        handles = f" +{self.handles_s:g}s" if self.handles_s else ""
        return f"{title} {start}-{end}{handles}.wav"


class RegionFiles(QObject):
    """Makes WAV files of regions in the background, ahead of the drag.

    They lie in a folder of this session, which goes when it ends. Once a file was dropped somewhere it is kept, beside
    that folder: the program that took it may go on reading it there.

    Parameters
    ----------
    folder : where kept files lie
    """

    ready = Signal(object)
    """A `Clip` whose file stands."""
    problem = Signal(str)

    def __init__(self, background: Background, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._folder = folder
        self._session = folder / f"{_SESSION}{os.getpid()}"
        self._files: dict[Clip, Path] = {}
        self._waiting: set[Clip] = set()

    def prepare(self, clip: Clip) -> None:
        """Have the file made, unless it is there or being made."""
        if clip in self._waiting:
            return
        if clip in self._files:
            self.ready.emit(clip)
            return
        self._waiting.add(clip)
        self._background.submit(partial(self._make, clip), self._made, self._failed)

    def path_of(self, clip: Clip) -> Path | None:
        """The file of a region, if it stands."""
        return self._files.get(clip)

    def keep(self, clip: Clip) -> Path:
        """Take the file out of what goes with the session; where it lies from now on.

        Raises
        ------
        FileError
            It is gone.
        """
        path = self._files[clip]
        if path.parent == self._folder:
            return path
        kept = _free_name(self._folder / path.name)
        try:
            path.rename(kept)
        except OSError as error:
            raise FileError(path, error.strerror or str(error)) from error
        self._files[clip] = kept
        return kept

    def discard(self, clip: Clip) -> None:
        """Put a file that nobody took back among those that go."""
        path = self._files.pop(clip, None)
        if path is not None:
            with suppress(OSError):
                path.unlink()

    def close(self) -> None:
        """End the session."""
        shutil.rmtree(self._session, ignore_errors=True)

    def _make(self, clip: Clip) -> tuple[Clip, Path | CuefitError]:
        """Runs on another thread."""
        target = _free_name(self._session / clip.file_name)
        try:
            _remove_old_sessions(self._folder)
            self._session.mkdir(parents=True, exist_ok=True)
            from tagger_app.handoff.region_wav import write_region  # loads decoders, which no window waits for

            write_region(clip.track.path, target, clip.region.start_s, clip.region.end_s, clip.handles_s)
        except CuefitError as error:
            return clip, error
        except OSError as error:
            return clip, FileError(self._session, f"can't be created: {error.strerror}")
        return clip, target

    def _made(self, made: tuple[Clip, Path | CuefitError]) -> None:
        clip, result = made
        self._waiting.discard(clip)
        if isinstance(result, CuefitError):
            self.problem.emit(str(result))
        else:
            self._files[clip] = result
            self.ready.emit(clip)

    def _failed(self, error: CuefitError) -> None:
        self.problem.emit(explain(error))


def _free_name(path: Path) -> Path:
    number = 2
    free = path
    while free.exists():
        free = path.with_stem(f"{path.stem} ({number})")
        number += 1
    return free


def _remove_old_sessions(folder: Path) -> None:
    """Remove what programs that are gone, after a crash, have left."""
    for session in folder.glob(f"{_SESSION}*"):
        number = session.name.removeprefix(_SESSION)
        if number.isdecimal() and is_gone(int(number)):
            shutil.rmtree(session, ignore_errors=True)
