from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QDesktopServices, QGuiApplication
from sound_samples import write_music
from work_samples import hear

from tagger_app.gui.file_actions import FileActions, reveal_command

pytestmark = pytest.mark.gui


@pytest.fixture
def track(tmp_path, index_path, ensemble):
    (track,) = hear(index_path, [write_music(tmp_path / "one #1.wav", 2.0)], ensemble)
    return track


@pytest.fixture
def opened(monkeypatch):
    """What was handed to the system."""
    urls = []

    def open_url(url):
        urls.append(url.toLocalFile())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    return urls


def test_each_system_has_its_command():
    assert reveal_command(r"C:\m\a b.wav", "win32") == r'explorer /select,"C:\m\a b.wav"'
    assert reveal_command("/m/a b.wav", "darwin") == ["open", "-R", "--", "/m/a b.wav"]
    assert not reveal_command("/m/a b.wav", "linux")


def test_open_with_the_default_program(qtbot, background, track, opened):
    actions = FileActions(background)
    actions.open_with(track)
    qtbot.waitUntil(lambda: opened == [track.path], timeout=10_000)


def test_without_a_file_manager_the_folder_is_opened(qtbot, background, track, opened, monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    actions = FileActions(background)
    actions.reveal(track)
    qtbot.waitUntil(lambda: opened == [str(Path(track.path).parent)], timeout=10_000)


@pytest.mark.parametrize("way", ["reveal", "open_with"])
def test_a_file_that_is_gone_is_said(qtbot, background, track, opened, way):
    Path(track.path).unlink()
    actions = FileActions(background)
    with qtbot.waitSignal(actions.problem, timeout=10_000) as problem:
        getattr(actions, way)(track)
    assert "one #1.wav" in problem.args[0]
    assert not opened


def test_a_system_that_opens_nothing_says_so(qtbot, background, track, monkeypatch):
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: False)
    actions = FileActions(background)
    with qtbot.waitSignal(actions.problem, timeout=10_000):
        actions.open_with(track)


def test_paths_are_copied_one_a_line(qapp, background, track):
    FileActions(background).copy_paths([track, track])
    assert QGuiApplication.clipboard().text() == f"{track.path}\n{track.path}"
