"""The space of a search: which settings are tried, and with which values.

    [search.space]
    "training.learning_rate" = { low = 1e-4, high = 1e-2, log = true }
    "training.batch_tiles" = { values = [64, 128, 256] }
    "training.tiles_per_track" = { low = 4, high = 16, step = 4 }
    "system.network" = { values = ["cnn", "crnn"] }

Keys are in quotes: a table of the configuration, a dot, and a setting. `values` fits every kind of setting, a range
numbers alone. With `log` the range is drawn from evenly by order of magnitude; without `step` a range of whole numbers
has the step 1, and any other is continuous.
"""

from __future__ import annotations

import math
from dataclasses import replace
from difflib import get_close_matches
from fractions import Fraction
from pathlib import Path
from typing import Any, get_type_hints

from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution

from trainer.configuration import Configuration, converted
from trainer.errors import ConfigurationError
from trainer.settings import AugmentationSettings, SystemSettings, TrainingSettings

Space = dict[str, BaseDistribution]
Point = dict[str, Any]
"""A value for each key of a space."""

_TABLES: dict[str, type] = {
    "training": TrainingSettings,
    "system": SystemSettings,
    "augmentation": AugmentationSettings,
}
_WHOLE = "changes what is measured, so that figures can't be compared; set it above [search.space]"
_NOT_SEARCHED = {
    "training.seed": "the best seed is the luckiest one; set [search] confirm_seed to try another on the best settings",
    "training.folds": _WHOLE,
    "training.least_soundtracks": _WHOLE,
    "training.least_tracks": _WHOLE,
    "system.name": "is only a name",
    "system.split": _WHOLE,
}
_ONE_OF = "write { values = [...] } or { low = ..., high = ... }"


def read_space(path: Path, configuration: Configuration) -> Space:
    """The space that a configuration declares in its table [search.space].

    Parameters
    ----------
    path : of the configuration file, for messages

    Raises
    ------
    ConfigurationError
        It is empty, a key or its values can't be used, or the other tables don't go with a search; the message names
        the place and what to do.
    """
    _check_surroundings(path, configuration)
    table = configuration.search.space
    if not table:
        raise ConfigurationError(path, '[search.space] is empty: name a setting, such as "training.learning_rate"')
    space: Space = {}
    for key, declared in table.items():
        kind = _kind_of(path, key, declared)
        try:
            space[key] = _read_dimension(kind, declared)
        except ValueError as error:
            raise ConfigurationError(path, f'[search.space] "{key}" {error}') from error
    return space


def lay_over(configuration: Configuration, point: Point) -> Configuration:
    """The configuration with a point's values. Raises `ValueError` with a clause where they contradict one another."""
    by_table: dict[str, dict[str, Any]] = {}
    for key, value in point.items():
        table, _, setting = key.partition(".")
        by_table.setdefault(table, {})[setting] = value
    changed = {}
    for table, values in by_table.items():
        try:
            changed[table] = replace(getattr(configuration, table), **values)
        except ValueError as error:
            raise ValueError(f"[{table}] {error}") from error
    return replace(configuration, **changed)


class Grid:
    """All points of a space; the last key's values change fastest.

    Raises
    ------
    ConfigurationError
        A range is continuous, or logarithmic.
    """

    def __init__(self, path: Path, space: Space) -> None:
        self._values: dict[str, list[Any]] = {}
        for key, dimension in space.items():
            if (values := _all_values(dimension)) is None:
                reason = "has no list of points for a grid: give its range a step, and no log, or list its values"
                raise ConfigurationError(path, f'[search.space] "{key}" {reason}')
            self._values[key] = values

    def __len__(self) -> int:
        return math.prod(len(values) for values in self._values.values())

    def point(self, place: int) -> Point:
        """The point at a place from 0."""
        point = {}
        for key, values in reversed(self._values.items()):
            place, index = divmod(place, len(values))
            point[key] = values[index]
        return {key: point[key] for key in self._values}


def _check_surroundings(path: Path, configuration: Configuration) -> None:
    search, training = configuration.search, configuration.training
    if search.folds is not None and search.folds > training.folds:
        reason = f"folds is {search.folds}, but [training] folds is {training.folds}: search no more than there are"
        raise ConfigurationError(path, f"[search] {reason}")
    if search.confirm_seed == training.seed:
        reason = f"confirm_seed is {search.confirm_seed}, as [training] seed is: the best is confirmed by another"
        raise ConfigurationError(path, f"[search] {reason}")
    if configuration.system.split != "soundtrack":
        reason = f'split is "{configuration.system.split}", whose figures are no ground to choose by: "soundtrack" is'
        raise ConfigurationError(path, f"[system] {reason}")


def _kind_of(path: Path, key: str, declared: Any) -> Any:
    """Type of a setting that may be searched."""
    place = f'[search.space] "{key}"'
    table, _, setting = key.partition(".")
    if key in _TABLES and isinstance(declared, dict):
        inner = next(iter(declared), "...")
        raise ConfigurationError(path, f'[search.space] {key}.{inner} must be in quotes: "{key}.{inner}" = ...')
    if table not in _TABLES:
        raise ConfigurationError(path, f"{place} must begin with one of {', '.join(f'{name}.' for name in _TABLES)}")
    kinds = get_type_hints(_TABLES[table])
    if setting not in kinds:
        close = get_close_matches(setting, kinds, n=1)
        hint = f'is "{table}.{close[0]}" meant?' if close else f"known are {', '.join(kinds)}"
        raise ConfigurationError(path, f"{place} isn't a setting of [{table}]; {hint}")
    if reason := _NOT_SEARCHED.get(key):
        raise ConfigurationError(path, f"{place} can't be searched: {reason}")
    return kinds[setting]


def _read_dimension(kind: Any, declared: Any) -> BaseDistribution:
    """What may be drawn for a setting; raises `ValueError` with a clause that follows its key."""
    if not isinstance(declared, dict):
        raise ValueError(f"must say what is tried, not {declared!r}: {_ONE_OF}")
    known = {"values", "low", "high", "step", "log"}
    if unknown := [name for name in declared if name not in known]:
        raise ValueError(f"has {unknown[0]!r}, which isn't known: {_ONE_OF}, with step or log where wanted")
    if "values" in declared:
        if len(declared) > 1:
            raise ValueError("has both values and a range: keep one of them")
        return CategoricalDistribution(_read_values(kind, declared["values"]))
    if kind not in (int, float):
        raise ValueError("isn't a number: list what is tried, { values = [...] }")
    for name in ("low", "high"):
        if name not in declared:
            raise ValueError(f"lacks {name}: {_ONE_OF}")
    return _read_range(kind, declared)


def _read_values(kind: Any, values: Any) -> list[Any]:
    if not isinstance(values, list) or not values:
        raise ValueError(f"values must be a list of what is tried, not {values!r}")
    read: list[Any] = []
    for value in values:
        read.append(_read_value(kind, "values", value))
        if read[-1] in read[:-1]:
            raise ValueError(f"values has {value!r} twice")
    return read


def _read_range(kind: Any, declared: dict[str, Any]) -> BaseDistribution:
    low, high = (_read_value(kind, name, declared[name]) for name in ("low", "high"))
    log = _read_value(bool, "log", declared.get("log", False))
    step = _read_value(kind, "step", declared["step"]) if "step" in declared else None
    if not low < high:
        raise ValueError(f"is empty: low is {low:g}, high is {high:g}; let low be below high")
    if log and step is not None:
        raise ValueError("has both step and log: keep one of them, or list the values")
    if log and low <= 0:
        raise ValueError(f"can't be drawn by order of magnitude from {low:g}: let low be above 0, or leave log out")
    if step is not None:
        if step <= 0:
            raise ValueError(f"has the step {step:g}, but it must be above 0")
        # By what stands in the file: 0.1 + 2 * 0.1 is 0.3.
        begin, end, width = (Fraction(str(value)) for value in (low, high, step))
        if (end - begin) % width:
            last = kind(begin + (end - begin) // width * width)
            raise ValueError(f"doesn't lead from {low:g} to {high:g} by {step:g}: let high be {last:g}")
    if kind is int:
        return IntDistribution(low, high, log=log, step=1 if step is None else step)
    return FloatDistribution(low, high, log=log, step=step)


def _read_value(kind: Any, name: str, value: Any) -> Any:
    try:
        read = converted(value, kind)
    except TypeError as error:
        raise ValueError(f"{name} must be {error}, not {value!r}") from error
    if isinstance(read, float) and not math.isfinite(read):
        raise ValueError(f"{name} must be a number with an end, not {value!r}")
    return read


def _all_values(dimension: BaseDistribution) -> list[Any] | None:
    """Everything that may be drawn, None where that has no end."""
    if isinstance(dimension, CategoricalDistribution):
        return list(dimension.choices)
    if isinstance(dimension, IntDistribution) and not dimension.log:
        return list(range(dimension.low, dimension.high + 1, dimension.step))
    if isinstance(dimension, FloatDistribution) and dimension.step is not None:
        begin, end, width = (Fraction(str(value)) for value in (dimension.low, dimension.high, dimension.step))
        return [float(begin + index * width) for index in range(int((end - begin) / width) + 1)]
    return None
