"""Bins: cues and regions collected for a sequence, each bin a JSON file in a folder of bins.

A bin holds what is to be shown and exported even where the index or the file itself is away.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit
from urllib.request import url2pathname

import msgspec

from tagger_app.errors import HandoffError
from tagger_app.handoff.names import safe_name
from tagger_app.handoff.whole_files import write_whole
from tagger_app.index.records import Track

FORMAT = 1
_SUFFIX = ".json"


class BinItem(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A cue, or a region of one.

    Attributes
    ----------
    file : URL of the file, which keeps names that aren't UTF-8
    start_s, end_s : of the region; both None for the whole cue
    genres : that count as the track's
    note : the editor's own words
    """

    file: str
    title: str = ""
    artist: str = ""
    album: str = ""
    genres: tuple[str, ...] = ()
    duration_s: float = 0.0
    n_channels: int = 2
    start_s: float | None = None
    end_s: float | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if urlsplit(self.file).scheme != "file":
            raise ValueError(f"not the URL of a file: {self.file!r}")
        if not 0 <= self.duration_s < float("inf"):
            raise ValueError(f"not a length: {self.duration_s}")
        if (self.start_s is None) != (self.end_s is None):
            raise ValueError("a region with one end")
        if self.start_s is not None and self.end_s is not None and not 0 <= self.start_s < self.end_s < float("inf"):
            raise ValueError(f"not a region: {self.start_s} to {self.end_s} s")

    @property
    def path(self) -> str:
        """The file, in `os.fsdecode` form."""
        return _path_of_url(self.file)

    @property
    def is_region(self) -> bool:
        """Whether it is a part of the cue."""
        return self.start_s is not None

    @property
    def from_s(self) -> float:
        """Where it starts in the file."""
        return self.start_s or 0.0

    @property
    def to_s(self) -> float:
        """Where it ends in the file."""
        return self.duration_s if self.end_s is None else self.end_s

    @property
    def name(self) -> str:
        """Its title, or the name of the file."""
        return self.title or os.path.splitext(os.path.basename(self.path))[0]  # noqa: PTH119, PTH122


class Bin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a file holds: the version of its format, and the items in order."""

    cuefit_bin: int
    items: tuple[BinItem, ...] = ()


class _Versioned(msgspec.Struct):
    cuefit_bin: int


def item_of(track: Track, start_s: float | None = None, end_s: float | None = None) -> BinItem:
    """A track, or a region of it, for a bin."""
    return BinItem(
        file=Path(track.path).as_uri(),
        title=track.title,
        artist=track.artist,
        album=track.album,
        genres=track.genres,
        duration_s=track.duration_s or 0.0,
        n_channels=track.n_channels or 2,
        start_s=start_s,
        end_s=end_s,
    )


def bins_folder(index_path: Path) -> Path:
    """Where the bins of an index lie: ``library.bins/`` beside ``library.db``."""
    return index_path.with_name(f"{index_path.stem}.bins")


def bin_path(folder: Path, name: str) -> Path:
    """The file of a bin; its name is what stands there, so it loses what names of files can't hold."""
    return folder / f"{safe_name(name)}{_SUFFIX}"


def list_bins(folder: Path) -> list[str]:
    """Names of the bins, in order; none where there is no folder.

    Raises
    ------
    HandoffError
        The folder can't be read.
    """
    try:
        names = [entry.name for entry in os.scandir(folder) if entry.name.endswith(_SUFFIX) and entry.is_file()]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise HandoffError(folder, f"can't be read: {error.strerror}") from error
    return sorted((name.removesuffix(_SUFFIX) for name in names if not name.startswith(".")), key=str.casefold)


def load_bin(path: Path) -> tuple[BinItem, ...]:
    """The items of a bin; nothing is written, whatever is wrong with the file.

    Raises
    ------
    HandoffError
        It can't be read, is damaged, or was written by a newer version.
    """
    try:
        content = path.read_bytes()
        if msgspec.json.decode(content, type=_Versioned).cuefit_bin > FORMAT:
            raise HandoffError(path, "was written by a newer version of Cuefit; install that version to use it")
        return msgspec.json.decode(content, type=Bin).items
    except OSError as error:
        raise HandoffError(path, f"can't be read: {error.strerror}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise HandoffError(path, f"is damaged ({error}); it is kept as it is") from error


def save_bin(path: Path, items: Sequence[BinItem]) -> None:
    """Write a bin, whole or not at all; its folder is created.

    Raises
    ------
    HandoffError
        It can't be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HandoffError(path.parent, f"can't be created: {error.strerror}") from error
    # Texts of tags may hold halves of characters, which JSON can't.
    clean = tuple(
        msgspec.structs.replace(
            item, **{name: _clean(getattr(item, name)) for name in ("title", "artist", "album", "note")}
        )
        for item in items
    )
    write_whole(path, msgspec.json.format(msgspec.json.encode(Bin(FORMAT, clean)), indent=1) + b"\n")


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _path_of_url(url: str) -> str:
    quoted = urlsplit(url).path
    if os.name == "nt":
        host = urlsplit(url).netloc
        return url2pathname(f"//{host}{quoted}" if host else quoted)
    return os.fsdecode(unquote_to_bytes(quoted))
