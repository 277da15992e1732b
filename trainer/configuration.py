"""Configuration files: TOML whose tables are frozen dataclasses; what they don't declare is refused.

A new table is one more field of `Configuration`, with a frozen dataclass as its type and defaults for all its fields.
"""

from __future__ import annotations

import tomllib
import types
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from trainer.errors import ConfigurationError
from trainer.settings import BundleSettings, TrainingSettings

Section = TypeVar("Section")


@dataclass(frozen=True)
class CorpusSettings:
    """Where the music lies; relative paths start at the current folder.

    Attributes
    ----------
    audio : folder that packages are unpacked to
    free_cues : folder with the files of the free cues
    debs : folder that packages are downloaded to
    tiles : folder of the tile cache
    workers : processes that fill the cache
    time_limit_s : seconds that one file may take
    """

    audio: Path = Path("corpus-audio")
    free_cues: Path = Path("free_cues")
    debs: Path = Path("corpus-debs")
    tiles: Path = Path("corpus-tiles")
    workers: int = 1
    time_limit_s: float = 300.0

    def __post_init__(self) -> None:
        if self.workers < 1:
            raise ValueError(f"workers is {self.workers}, but must be at least 1")
        if not self.time_limit_s > 0:
            raise ValueError(f"time_limit_s is {self.time_limit_s:g}, but must be above 0")


@dataclass(frozen=True)
class Configuration:
    """Everything that a configuration file can say."""

    corpus: CorpusSettings = field(default_factory=CorpusSettings)
    training: TrainingSettings = field(default_factory=TrainingSettings)
    bundle: BundleSettings = field(default_factory=BundleSettings)


def load_configuration(path: Path) -> Configuration:
    """Read a configuration file; what it doesn't mention has its default.

    Raises
    ------
    ConfigurationError
        It can't be read, isn't TOML, or holds a table, a key or a value that isn't declared.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(path, error.strerror or str(error)) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(path, f"isn't TOML: {error}") from error
    sections = get_type_hints(Configuration)
    for name, table in document.items():
        if name not in sections:
            raise ConfigurationError(path, f"[{name}] isn't a known table{_suggestion(name, sections)}")
        if not isinstance(table, dict):
            raise ConfigurationError(path, f"{name} must be a table: [{name}]")
    return Configuration(**{name: read_section(path, name, sections[name], table) for name, table in document.items()})


def read_section(path: Path, name: str, kind: type[Section], table: Mapping[str, Any]) -> Section:
    """One table as its dataclass.

    A dataclass checks its own values in `__post_init__` and raises `ValueError` with a clause for people.

    Raises
    ------
    ConfigurationError
        See `load_configuration`.
    """
    declared = get_type_hints(kind)
    known = [field.name for field in fields(kind)]  # type: ignore[arg-type] # sections are dataclasses
    values = {}
    for key, value in table.items():
        if key not in known:
            raise ConfigurationError(path, f"[{name}] has no setting {key!r}{_suggestion(key, known)}")
        try:
            values[key] = _converted(value, declared[key])
        except TypeError as error:
            raise ConfigurationError(path, f"[{name}] {key} must be {error}, not {value!r}") from error
    try:
        return kind(**values)
    except ValueError as error:
        raise ConfigurationError(path, f"[{name}] {error}") from error


def _suggestion(name: str, known: Mapping[str, Any] | list[str]) -> str:
    if close := get_close_matches(name, list(known), n=1):
        return f"; is {close[0]!r} meant?"
    return f"; known are {', '.join(known)}"


_NAMES: dict[Any, str] = {bool: "true or false", int: "a whole number", float: "a number", str: "a string"}


def _converted(value: Any, kind: Any) -> Any:
    """The value as its declared type; raises `TypeError` with what was expected, in words."""
    if kind is Path:
        return Path(_converted(value, str))
    if kind is float and type(value) is int:
        return float(value)
    # bool is a subclass of int, but "workers = true" is a mistake.
    if kind in _NAMES and type(value) is kind:
        return value
    if kind in _NAMES:
        raise TypeError(_NAMES[kind])
    if get_origin(kind) is Literal:
        if value not in get_args(kind):
            raise TypeError("one of " + ", ".join(map(repr, get_args(kind))))
        return value
    if get_origin(kind) is tuple:
        if not isinstance(value, list):
            raise TypeError("a list")
        return tuple(_converted(item, get_args(kind)[0]) for item in value)
    if get_origin(kind) in (Union, types.UnionType):
        (inner,) = (option for option in get_args(kind) if option is not types.NoneType)
        return _converted(value, inner)
    raise NotImplementedError(f"settings of type {kind} can't be read")
