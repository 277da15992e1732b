"""Tests of the desktop application; none runs where PySide6 isn't installed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

try:
    import PySide6  # noqa: F401
except ImportError:
    collect_ignore_glob = ["test_*.py"]

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tagger_app.ensemble.bundle import Bundle
    from tagger_app.ensemble.scoring import Ensemble
    from tagger_app.gui.background import Background
    from tagger_app.gui.main_window import MainWindow
    from tagger_app.gui.player.panel import PlayerPanel
    from tagger_app.gui.workspace import Workspace
    from tagger_app.index.records import Track, TrackRecord


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
def workspace(index_path: Path, bundle: Bundle, background: Background) -> Iterator[Workspace]:
    """What panels are given: the index at `index_path`, the shipped bundle."""
    from tagger_app.gui.workspace import Workspace

    workspace = Workspace(index_path, bundle, "", background)
    yield workspace
    background.close()
    workspace.tag_reader.close()


@pytest.fixture(scope="session")
def heard_music(tmp_path_factory: pytest.TempPathFactory, ensemble: Ensemble) -> TrackRecord:
    """Music of `player_samples.LENGTH_S`, heard once for all tests of the player."""
    from player_samples import hear_music

    return hear_music(tmp_path_factory.mktemp("heard"), ensemble)


@pytest.fixture
def player_track(tmp_path: Path, index_path: Path, heard_music: TrackRecord) -> Track:
    """A copy of it, in the test's own index."""
    from player_samples import copy_music

    return copy_music(heard_music, tmp_path, index_path)


@pytest.fixture
def player_panel(qtbot: QtBot, workspace: Workspace, tmp_path: Path) -> Iterator[PlayerPanel]:
    """A muted player that keeps regions in the test's own folder."""
    from tagger_app.gui.player.panel import PlayerPanel

    panel = PlayerPanel(workspace, region_folder=tmp_path / "regions")
    qtbot.addWidget(panel)
    panel.resize(900, 420)
    panel.commands.mute.setChecked(True)
    with qtbot.waitExposed(panel):
        panel.show()
    qtbot.waitUntil(lambda: panel.engine.lack != panel.tr("Sound isn't ready yet."), timeout=10_000)
    panel.engine.set_muted(True)
    yield panel
    panel.close_session()


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


@pytest.fixture
def open_window(qtbot: QtBot, workspace: Workspace) -> Iterator[Callable[..., MainWindow]]:
    """Opens windows on the index and closes them at the end."""
    from dataclasses import replace

    from tagger_app.gui.main_window import MainWindow
    from tagger_app.settings import Settings

    windows = []

    def open_it(settings: Settings | None = None, **changes: Any) -> MainWindow:
        # Not given to qtbot, which deletes what it has before a scan can have ended.
        window = MainWindow(replace(workspace, **changes), settings or Settings(n_workers=1))
        window.show()
        window.start()
        windows.append(window)
        return window

    yield open_it
    for window in windows:
        window.panels.scans.cancel_all()
        qtbot.waitUntil(lambda window=window: not window.panels.scans.is_busy, timeout=60_000)
        window.close()
        window.deleteLater()
