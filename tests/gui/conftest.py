"""Tests of the desktop application; none runs where PySide6 isn't installed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

try:
    import PySide6  # noqa: F401
except ImportError:
    collect_ignore_glob = ["test_*.py"]

if TYPE_CHECKING:
    from tagger_app.ensemble.bundle import Bundle
    from tagger_app.gui.background import Background
    from tagger_app.gui.workspace import Workspace


@pytest.fixture(scope="session", autouse=True)
def empty_clipboard() -> Iterator[None]:
    """Take back what tests copied: Qt's offscreen clipboard frees it when Python has gone already, and crashes."""
    from PySide6.QtWidgets import QApplication

    yield
    if QApplication.instance() is not None:
        QApplication.clipboard().clear()


@pytest.fixture
def index_path(tmp_path: Path) -> Path:
    """An index of no tracks."""
    from tagger_app.index.connection import open_for_writing

    path = tmp_path / "library.db"
    open_for_writing(path).close()
    return path


@pytest.fixture
def background(qapp: object) -> Iterator[Background]:
    """Threads to work on, ended with the test."""
    from tagger_app.gui.background import Background

    background = Background()
    yield background
    background.close()


@pytest.fixture
def workspace(index_path: Path, bundle: Bundle, background: Background) -> Workspace:
    """What panels are given: the index at `index_path`, the shipped bundle."""
    from tagger_app.gui.workspace import Workspace

    return Workspace(index_path, bundle, "", background)


@pytest.fixture
def no_bundle_workspace(index_path: Path, background: Background) -> Workspace:
    """The same where no models are to be had."""
    from tagger_app.gui.workspace import Workspace

    return Workspace(index_path, None, "there are no models here", background)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs PySide6."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.gui)
