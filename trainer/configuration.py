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

from trainer.corpora.settings import (
    CorpusSettings,
    CorrectionSettings,
    FilmSettings,
    JamendoSettings,
    ManifestSettings,
)
from trainer.errors import ConfigurationError
from trainer.search.settings import SearchSettings
from trainer.settings import AugmentationSettings, BundleSettings, SystemSettings, TrainingSettings

Section = TypeVar("Section")


@dataclass(frozen=True)
class Configuration:
    """Everything that a configuration file can say."""

    corpus: CorpusSettings = field(default_factory=CorpusSettings)
    manifest: ManifestSettings = field(default_factory=ManifestSettings)
    films: FilmSettings = field(default_factory=FilmSettings)
    jamendo: JamendoSettings = field(default_factory=JamendoSettings)
    corrections: CorrectionSettings = field(default_factory=CorrectionSettings)
    system: SystemSettings = field(default_factory=SystemSettings)
    augmentation: AugmentationSettings = field(default_factory=AugmentationSettings)
    training: TrainingSettings = field(default_factory=TrainingSettings)
    bundle: BundleSettings = field(default_factory=BundleSettings)
    search: SearchSettings = field(default_factory=SearchSettings)


def load_configuration(path: Path) -> Configuration:
    """Read a configuration file; what it doesn't mention has its default.

    With ``base = "other.toml"`` at its head it only says what is different from the other file, which may have a base,
    too. The path starts at the folder of the file that names it.

    Raises
    ------
    ConfigurationError
        It can't be read, isn't TOML, holds a table, a key or a value that isn't declared, or is a base of itself.
    """
    document = _read_on_base(path, ())
    sections = get_type_hints(Configuration)
    for name, table in document.items():
        if name not in sections:
            raise ConfigurationError(path, f"[{name}] isn't a known table{_suggestion(name, sections)}")
        if not isinstance(table, dict):
            raise ConfigurationError(path, f"{name} must be a table: [{name}]")
    return Configuration(**{name: read_section(path, name, sections[name], table) for name, table in document.items()})


def _read_on_base(path: Path, above: tuple[Path, ...]) -> dict[str, Any]:
    """The tables of a file, laid over those of its base; `above` are the files that have led to it."""
    document = _read(path)
    if (base := document.pop("base", None)) is None:
        return document
    if not isinstance(base, str):
        raise ConfigurationError(path, f"base must be the name of a configuration file, not {base!r}")
    above = (*above, path.resolve())
    below = path.parent / base
    if below.resolve() in above:
        raise ConfigurationError(path, f"base is {base!r}, which has this file for a base itself")
    return _laid_over(_read_on_base(below, above), document)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(path, error.strerror or str(error)) from error
    except RecursionError as error:
        raise ConfigurationError(path, "isn't TOML: it is nested too deep") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(path, f"isn't TOML: {error}") from error


def _laid_over(base: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """The base's tables with the document's settings on them; anything else is the document's."""
    merged = dict(base)
    for name, table in document.items():
        below = base.get(name)
        merged[name] = {**below, **table} if isinstance(below, dict) and isinstance(table, dict) else table
    return merged


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
            values[key] = converted(value, declared[key])
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


def converted(value: Any, kind: Any) -> Any:
    """The value as its declared type; raises `TypeError` with what was expected, in words."""
    if kind is Path:
        return Path(converted(value, str))
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
    if get_origin(kind) is dict:
        if not isinstance(value, dict):
            raise TypeError("a table")
        return value
    if get_origin(kind) is tuple:
        if not isinstance(value, list):
            raise TypeError("a list")
        return tuple(converted(item, get_args(kind)[0]) for item in value)
    if get_origin(kind) in (Union, types.UnionType):
        (inner,) = (option for option in get_args(kind) if option is not types.NoneType)
        return converted(value, inner)
    raise NotImplementedError(f"settings of type {kind} can't be read")
