"""The file of a study: one process at a time keeps it, and it is gone on with only as what it was begun."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import optuna
from optuna.distributions import distribution_to_json
from sqlalchemy import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from trainer.configuration import Configuration
from trainer.errors import SearchError
from trainer.search.space import Space

_DECLARED = "declared"
_TROUBLE = (SQLAlchemyError, optuna.exceptions.StorageInternalError)
"""What Optuna raises where SQLite can't read or write."""


@contextmanager
def keep_alone(path: Path) -> Iterator[None]:
    """Keep others from the study at `path`. The system gives it free when this process ends, however that happens.

    Raises
    ------
    SearchError
        Another process keeps it, its folder can't be written to, or, within, it can't be read or written any more.
    """
    with ExitStack() as opened:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            lock = sqlite3.connect(path.with_suffix(".lock"), timeout=0, isolation_level=None)
            opened.enter_context(closing(lock))
            lock.execute("BEGIN EXCLUSIVE")
        except OSError as error:
            raise SearchError(path.parent, error.strerror or str(error)) from error
        except sqlite3.DatabaseError as error:
            is_kept = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            reason = "another search is at work on it; wait until it has ended, or stop it" if is_kept else str(error)
            raise SearchError(path, reason) from error
        try:
            yield
        except _TROUBLE as error:
            raise SearchError(path, f"{_reason(error)}; what was tried is kept: the same command goes on") from error


def open_study(path: Path, declared: Mapping[str, Any]) -> optuna.Study:
    """Open a study, or begin it.

    Parameters
    ----------
    path : call this within `keep_alone`
    declared : what `describe_search` says

    Raises
    ------
    SearchError
        The file is no study, or was begun with something else.
    """
    # Every trial is told of by who called; Optuna would say it again on standard error.
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    url = URL.create("sqlite", database=str(path)).render_as_string(hide_password=False)
    try:
        # Without a pool nothing stays open between two statements: Windows moves and deletes no file that is.
        storage = optuna.storages.RDBStorage(url, engine_kwargs={"poolclass": NullPool})
        study = optuna.create_study(storage=storage, study_name="search", direction="maximize", load_if_exists=True)
    except (*_TROUBLE, RuntimeError) as error:
        raise SearchError(path, f"can't be used as a study: {_reason(error)}") from error
    begun = study.user_attrs.get(_DECLARED)
    if begun is None:
        study.set_user_attr(_DECLARED, declared)
    elif differing := [name for name in declared if begun.get(name) != declared[name]]:
        raise SearchError(
            path,
            f"was begun with other {', '.join(differing)}, so that figures can't be compared; go on with what it was "
            "begun with, give the configuration file another name, or delete this study to begin anew",
        )
    return study


def describe_search(configuration: Configuration, space: Space, corpus: str) -> dict[str, Any]:
    """What gives the figures and the places of a study their meaning, by its name in a message."""
    settings = configuration.search
    declared: dict[str, Any] = {
        "[search.space]": {key: distribution_to_json(dimension) for key, dimension in space.items()},
        "music, labels or tiles": corpus,
        "[search] folds": settings.folds or configuration.training.folds,
    }
    for name in ("method", "seed", "metric"):
        declared[f"[search] {name}"] = getattr(settings, name)
    for table in ("training", "system", "augmentation"):
        own = getattr(configuration, table)
        for name, value in (own.of_result if table == "training" else asdict(own)).items():
            if f"{table}.{name}" not in {*space, "system.name"}:
                declared[f"[{table}] {name}"] = value
    return declared


def _reason(error: BaseException) -> str:
    """What SQLite said, without what Optuna and SQLAlchemy say around it."""
    while error.__cause__ is not None:
        error = error.__cause__
    return " ".join(str(error).split())
