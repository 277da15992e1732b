"""What the window has as it was left, the next time it opens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QComboBox, QSlider, QSpinBox, QWidget
from work_samples import button

from tagger_app.gui.main_window import MainWindow
from tagger_app.gui.player.transport import TransportBar
from tagger_app.settings import Listening, Settings, Suggesting


@pytest.fixture
def open_window(qtbot, workspace) -> Iterator[object]:
    windows: list[MainWindow] = []

    def open_it(settings: Settings) -> MainWindow:
        window = MainWindow(workspace, settings)
        windows.append(window)
        window.show()
        return window

    yield open_it
    for window in windows:
        window.close()
        window.deleteLater()


def control(widget: QWidget, kind: type, name: str):
    """The one control of a kind with this accessible name."""
    (found,) = (child for child in widget.findChildren(kind) if child.accessibleName() == name)
    return found


def handles_of(window: MainWindow) -> list[bool]:
    (menu,) = (action.menu() for action in button(window.panels.player, "⠿").menu().actions() if action.menu())
    menu.aboutToShow.emit()
    return [action.isChecked() for action in menu.actions()]


def test_volume_and_handles_are_as_they_were_left(qtbot, open_window):
    window = open_window(Settings())
    player = window.panels.player
    assert window.settings.listening == Listening()
    control(player, QSlider, "Volume").setValue(35)
    (menu,) = (action.menu() for action in button(player, "⠿").menu().actions() if action.menu())
    menu.actions()[3].trigger()
    assert window.settings.listening == Listening(volume=0.35, handles_s=2.0)
    again = open_window(window.settings)
    assert control(again.panels.player, QSlider, "Volume").value() == 35
    assert again.panels.player.region_export.handles_s == 2.0
    assert handles_of(again) == [False, False, False, True, False]
    assert again.settings == window.settings


def test_a_sound_device_is_chosen_again_when_it_is_there(qtbot, open_window):
    window = open_window(Settings(listening=Listening(device=b"studio".hex())))
    bar = window.panels.player.findChild(TransportBar)
    devices = control(bar, QComboBox, "Sound device")
    assert bar.device == b"studio"
    bar.show_devices([(b"laptop", "Laptop")])
    assert devices.currentData() == b""
    bar.show_devices([(b"laptop", "Laptop"), (b"studio", "Studio monitors")])
    assert devices.currentData() == b"studio"
    devices.setCurrentIndex(1)
    devices.activated.emit(devices.currentIndex())
    assert bytes.fromhex(window.settings.listening.device) == b"laptop"
    devices.setCurrentIndex(0)
    devices.activated.emit(0)
    assert window.settings.listening.device == ""


def test_the_dials_of_the_suggestions_are_as_they_were_left(qtbot, open_window):
    window = open_window(Settings())
    panel = window.panels.suggestions
    control(panel, QSlider, "From safest to discover").setValue(10)
    control(panel, QSlider, "Weight of Timbre").setValue(5)
    control(panel, QSpinBox, "Most of an album").setValue(0)
    left = Suggesting(discover=0.5, weights={"timbre": 1.25}, most_of_an_album=0)
    qtbot.waitUntil(lambda: window.settings.suggesting == left)
    again = open_window(window.settings)
    controls = again.panels.suggestions._controls
    assert controls.setting == left
    assert controls.most_of_an_artist == 5
    controls.reset()
    qtbot.waitUntil(lambda: again.settings.suggesting == Suggesting())
