"""What the user chose: declared once, typed, bounded; kept in one JSON file.

Settings are read by the shells alone and passed on as values. A file that can't be understood is kept under another
name, and everything is as on the first day.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import msgspec
import platformdirs

from tagger_app.durable import put_in_place
from tagger_app.errors import FileError, displayable
from tagger_app.unfinished import unfinished

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
Weight = Annotated[float, msgspec.Meta(ge=-1.0, le=1.0)]
Share = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
Appearance = Literal["system", "light", "dark"]
Priority = Literal["low", "normal"]
Mirror = Literal["GENRE", "MOOD", "GROUPING"]
MOST_WORKERS = 64
_FILE_NAME = "settings.json"
_LONGEST_FILE = 4 << 20


class MixerPreset(msgspec.Struct, frozen=True):
    """A mix that the editor named: weights from -1 to +1 by genre, those of 0 left out."""

    name: Name
    weights: dict[str, Weight]
    assigned_only: bool = False


class SavedSearch(msgspec.Struct, frozen=True):
    """A query that the editor named."""

    name: Name
    query: Annotated[str, msgspec.Meta(max_length=2_000)]


class Listening(msgspec.Struct, frozen=True):
    """How the player was left.

    Attributes
    ----------
    volume : as it is perceived
    device : the sound device's id, in hexadecimal digits; empty for the system's choice
    handles_s : how much more than the region its file has, on both sides
    """

    volume: Share = 0.8
    device: Annotated[str, msgspec.Meta(pattern=r"^([0-9a-f]{2})*\Z", max_length=4_000)] = ""
    handles_s: Annotated[float, msgspec.Meta(ge=0.0, le=60.0)] = 0.0


class Suggesting(msgspec.Struct, frozen=True):
    """How the dials of the suggestions were left.

    Attributes
    ----------
    discover : 0 (safest) to 1
    weights : by aspect; where there is none, the one that came with Cuefit counts
    most_of_an_album, most_of_an_artist : 0 for no limit
    """

    discover: Share = 0.0
    weights: dict[str, Annotated[float, msgspec.Meta(ge=0.0, le=4.0)]] = {}
    most_of_an_album: Annotated[int, msgspec.Meta(ge=0, le=99)] = 3
    most_of_an_artist: Annotated[int, msgspec.Meta(ge=0, le=99)] = 5


class Settings(msgspec.Struct, frozen=True):
    """All settings.

    Attributes
    ----------
    appearance : light, dark, or as the system is
    language : code of a language such as "de"; empty for the system's
    n_workers : processes that listen; 0 for half the cores
    priority : of the processes that listen, against the user's other programs
    write_tags_after_scan : write the fits into the files that a scan listens to
    new_id3_version : of an ID3 tag for a file that has none; Windows Explorer reads no 2.4
    mirrors : fields of other programs that repeat the genres, as `tagger_app.tagging.fields.MIRRORS` names them
    scan_at_start : look for new and changed files in all folders when the program starts
    bundle : id or folder of the models; empty for the newest that came with Cuefit
    thresholds : the editor's own, by genre; where there is none the bundle's counts
    presets, searches : by name, in the editor's order
    window, docks, columns : what Qt saved of the window, in base 64; empty at first
    sort : order of the library, as `tagger_app.index.sorting.parse_sort` reads it
    listening, suggesting : how the player and the suggestions were left
    """

    appearance: Appearance = "system"
    language: Annotated[str, msgspec.Meta(pattern=r"^([a-z]{2,3}(_[A-Z]{2})?)?\Z")] = ""
    n_workers: Annotated[int, msgspec.Meta(ge=0, le=MOST_WORKERS)] = 0
    priority: Priority = "low"
    write_tags_after_scan: bool = False
    new_id3_version: Literal[3, 4] = 3
    mirrors: tuple[Mirror, ...] = ()
    scan_at_start: bool = False
    bundle: Annotated[str, msgspec.Meta(max_length=4_096)] = ""
    thresholds: dict[str, Share] = {}
    presets: tuple[MixerPreset, ...] = ()
    searches: tuple[SavedSearch, ...] = ()
    window: str = ""
    docks: str = ""
    columns: str = ""
    sort: Annotated[str, msgspec.Meta(max_length=40)] = "title"
    listening: Listening = Listening()
    suggesting: Suggesting = Suggesting()


class LoadedSettings(NamedTuple):
    """Settings, and what was wrong with the file; empty if nothing was."""

    settings: Settings
    problem: str


def default_settings_path() -> Path:
    """The settings file used unless another is named."""
    return Path(platformdirs.user_config_dir("Cuefit", appauthor=False)) / _FILE_NAME


def load_settings(path: Path) -> LoadedSettings:
    """Read the settings; defaults where there is no file.

    A damaged file is renamed to ``<name>.damaged`` and named in `problem`; nothing is raised.
    """
    try:
        if path.stat().st_size > _LONGEST_FILE:
            raise msgspec.ValidationError("it is larger than any settings file")
        return LoadedSettings(msgspec.json.decode(path.read_bytes(), type=Settings), "")
    except FileNotFoundError:
        return LoadedSettings(Settings(), "")
    except OSError as error:
        reason = f"The settings can't be read ({error.strerror}); Cuefit uses its defaults."
        return LoadedSettings(Settings(), reason)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        kept = path.with_name(f"{path.name}.damaged")
        try:
            path.replace(kept)
        except OSError:
            kept = path
        reason = f"The settings were damaged ({error}); Cuefit uses its defaults. The old file: {displayable(kept)}"
        return LoadedSettings(Settings(), reason)


def save_settings(settings: Settings, path: Path) -> None:
    """Write the settings, whole or not at all.

    Raises
    ------
    FileError
        The file can't be written; the old one is as it was.
    """
    content = msgspec.json.format(msgspec.json.encode(settings), indent=1) + b"\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = unfinished(path)
        try:
            temporary.touch(0o600, exist_ok=False)
            temporary.write_bytes(content)
            put_in_place(temporary, path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise FileError(path, f"the settings can't be saved: {error.strerror}") from error
