"""Playing real files, with or without a sound device."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from sound_samples import write_music, write_sound

from tagger_app.gui.player.engine import PlayerEngine

pytestmark = pytest.mark.gui


@pytest.fixture
def engine(qtbot: QtBot) -> Iterator[PlayerEngine]:
    engine = PlayerEngine()
    engine.open()
    engine.set_muted(True)
    if not engine.can_play:
        pytest.skip("Qt can't play anything here")
    yield engine
    engine.stop()


@pytest.fixture
def music(tmp_path: Path) -> Path:
    return write_music(tmp_path / "music.wav", 6.0)


def open_files() -> list[str]:
    """Files that this process has open."""
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("open files are looked up in /proc")
    found = []
    for entry in os.listdir("/proc/self/fd"):  # noqa: PTH208
        try:
            found.append(os.readlink(f"/proc/self/fd/{entry}"))  # noqa: PTH115
        except OSError:
            continue
    return found


def is_open(path: Path | str) -> bool:
    return os.fspath(path) in open_files()


def test_nothing_is_opened_before_it_is_to_be_heard(engine, music):
    engine.load(str(music), 6.0)
    assert not engine.holds_file
    assert not is_open(music)


def test_playing_moves_the_playhead(qtbot, engine, music):
    engine.load(str(music), 6.0)
    engine.seek(2.0)
    engine.play()
    qtbot.waitUntil(lambda: engine.position_s > 2.1, timeout=10_000)
    assert engine.is_playing
    assert engine.duration_s == pytest.approx(6.0, abs=0.1)
    engine.pause()
    assert not engine.is_playing


@pytest.mark.parametrize("way", ["release", "stop", "load"])
def test_the_file_is_let_go_at_once(qtbot, engine, music, way):
    engine.load(str(music), 6.0)
    engine.play()
    qtbot.waitUntil(lambda: engine.position_s > 0.1, timeout=10_000)
    assert is_open(music)
    position_s = engine.position_s
    if way == "load":
        engine.load("", 0.0)
    else:
        getattr(engine, way)()
    assert not is_open(music)
    assert not engine.is_playing
    assert engine.position_s == (position_s if way == "release" else 0.0)


def test_after_a_release_it_goes_on_from_where_it_was(qtbot, engine, music):
    engine.load(str(music), 6.0)
    engine.seek(3.0)
    engine.play()
    qtbot.waitUntil(lambda: engine.position_s > 3.1, timeout=10_000)
    engine.release()
    engine.play()
    qtbot.waitUntil(lambda: engine.position_s > 3.2, timeout=10_000)
    assert engine.position_s < 5.5


@pytest.mark.skipif(os.name != "posix", reason="names of Windows and macOS are Unicode")
@pytest.mark.skipif(sys.platform == "darwin", reason="names of Windows and macOS are Unicode")
def test_a_name_that_is_not_utf8_plays(qtbot, engine, music):
    odd = os.fsdecode(os.fsencode(music.parent) + b"/caf\xe9 #1?%20.wav")
    music.rename(odd)
    engine.load(odd, 6.0)
    engine.play()
    qtbot.waitUntil(lambda: engine.position_s > 0.1, timeout=10_000)
    engine.stop()
    assert not [name for name in open_files() if name.endswith(".wav")]


@pytest.mark.parametrize("trouble", ["deleted", "empty", "text", "no samples"])
def test_a_file_that_cannot_be_played_is_reported_once(qtbot, engine, music, trouble):
    if trouble == "deleted":
        music.unlink()
    elif trouble == "no samples":
        write_sound(music, np.zeros((0, 2), np.float32))
    else:
        music.write_bytes(b"" if trouble == "empty" else b"This is a letter.\n" * 100)
    failures = []
    engine.failed.connect(lambda: failures.append(1))
    engine.load(str(music), 0.0)
    engine.play()
    qtbot.waitUntil(lambda: not engine.is_playing, timeout=10_000)
    qtbot.wait(50)
    assert failures == [1]
    assert not engine.holds_file


def test_it_stops_at_the_end_and_begins_again(qtbot, engine, music):
    engine.load(str(music), 6.0)
    engine.seek(5.8)
    engine.play()
    qtbot.waitUntil(lambda: not engine.is_playing, timeout=10_000)
    assert engine.position_s == pytest.approx(6.0, abs=0.1)
    engine.play()
    qtbot.waitUntil(lambda: 0.1 < engine.position_s < 5.0, timeout=10_000)


def test_a_loop_returns_to_its_start(qtbot, engine, music):
    places = []
    engine.position_changed.connect(places.append)
    engine.load(str(music), 6.0)
    engine.set_loop((1.0, 1.4))
    engine.play()
    qtbot.waitUntil(lambda: sum(place == 1.0 for place in places) >= 3, timeout=10_000)
    assert max(places) < 2.5
    engine.set_loop(None)
    qtbot.waitUntil(lambda: engine.position_s > 1.6, timeout=10_000)


def test_a_loop_to_the_end_returns_too(qtbot, engine, music):
    places = []
    engine.position_changed.connect(places.append)
    engine.load(str(music), 6.0)
    engine.set_loop((5.6, 6.0))
    engine.play()
    qtbot.waitUntil(lambda: sum(place == 5.6 for place in places) >= 3, timeout=10_000)
    assert engine.is_playing


def test_shuttling_gets_faster_and_turns_around(qtbot, engine, music):
    speeds = []
    engine.speed_changed.connect(speeds.append)
    engine.load(str(music), 6.0)
    for step in (1, 1, 1, 1, -1, -1, 0):
        engine.shuttle(step)
    assert speeds == [1.0, 2.0, 4.0, -1.0, -2.0, 0.0]


def test_backwards_goes_back_and_stands_at_the_start(qtbot, engine, music):
    engine.load(str(music), 6.0)
    engine.seek(0.3)
    engine.shuttle(-1)
    qtbot.waitUntil(lambda: not engine.is_playing, timeout=10_000)
    assert engine.position_s == 0.0


def test_seeking_stays_within_the_file(engine, music):
    engine.load(str(music), 6.0)
    engine.seek(-3)
    assert engine.position_s == 0.0
    engine.seek(99)
    assert engine.position_s == 6.0


def test_devices_are_listed_or_their_lack_is_said(engine):
    assert bool(engine.lack) == (not engine.devices())
    engine.set_device(b"a device that isn't there")
    engine.set_volume(0.5)
    engine.set_volume(0.0)


def test_where_qt_cannot_play_everything_else_works(monkeypatch, qtbot, music):
    monkeypatch.setitem(sys.modules, "PySide6.QtMultimedia", None)
    engine = PlayerEngine()
    engine.open()
    assert engine.lack
    assert not engine.can_play
    assert engine.devices() == []
    engine.load(str(music), 6.0)
    engine.seek(2.0)
    engine.play()
    engine.set_volume(0.3)
    engine.set_muted(True)
    engine.release()
    assert engine.position_s == 2.0
    assert not engine.is_playing


def test_a_back_end_that_is_not_available_says_so(monkeypatch, qtbot):
    # Not even importable where a system library of sound is missing.
    multimedia = pytest.importorskip("PySide6.QtMultimedia", exc_type=ImportError)
    monkeypatch.setattr(multimedia.QMediaPlayer, "isAvailable", lambda self: False)
    engine = PlayerEngine()
    engine.open()
    assert engine.lack
    assert not engine.can_play
