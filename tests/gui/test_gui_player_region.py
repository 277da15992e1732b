"""A region of the player: marked, moved, copied, dragged out and handed on."""

from __future__ import annotations

from pathlib import Path

import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from player_samples import load, mark, point, waveform_of
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from work_samples import button

from tagger_app.gui.player.panel import PlayerPanel
from tagger_app.gui.player.region_drag import Grip, drag_region
from tagger_app.index.records import Track
from tagger_app.suggest.seeds import Region

pytestmark = pytest.mark.gui


@pytest.fixture
def panel(player_panel: PlayerPanel) -> PlayerPanel:
    return player_panel


@pytest.fixture
def track(player_track: Track) -> Track:
    return player_track


def test_dragging_marks_a_region_and_moves_its_edges(qtbot, panel, track):
    waveform = load(qtbot, panel, track)
    regions = []
    panel.region_changed.connect(regions.append)

    def drag(start: QPoint, end: QPoint) -> Region:
        qtbot.mousePress(waveform, Qt.MouseButton.LeftButton, pos=start)
        qtbot.mouseMove(waveform, (start + end) / 2)
        qtbot.mouseMove(waveform, end)
        qtbot.mouseRelease(waveform, Qt.MouseButton.LeftButton, pos=end)
        assert panel.region is not None
        assert regions[-1] == panel.region
        return panel.region

    first = drag(point(waveform, 10), point(waveform, 20))
    assert (first.start_s, first.end_s) == pytest.approx((10, 20), abs=0.2)
    wider = drag(point(waveform, 20), point(waveform, 30))
    assert (wider.start_s, wider.end_s) == pytest.approx((10, 30), abs=0.2)
    bar = QPoint(point(waveform, 20).x(), round(waveform._layout().ruler.center().y()))
    moved = drag(bar, bar + QPoint(10_000, 0))
    assert (moved.start_s, moved.end_s) == pytest.approx((20, 40), abs=0.2)
    turned = drag(point(waveform, 20), QPoint(0, point(waveform, 20).y()))
    assert (turned.start_s, turned.end_s) == pytest.approx((0, 40), abs=0.2)
    assert not panel.engine.is_playing


def test_in_and_out_points_by_keyboard(qtbot, panel, track):
    load(qtbot, panel, track)
    mark(panel, qtbot, 12.0, 18.0)
    assert panel.region == Region(12.0, 18.0)
    panel.engine.seek(25.0)
    qtbot.keyClick(waveform_of(panel), Qt.Key.Key_I)
    assert panel.region == Region(25.0, panel.engine.duration_s)
    panel.engine.seek(20.0)
    qtbot.keyClick(waveform_of(panel), Qt.Key.Key_O)
    assert panel.region == Region(0.0, 20.0)
    qtbot.keyClick(waveform_of(panel), Qt.Key.Key_X, Qt.KeyboardModifier.AltModifier)
    assert panel.region is None


def test_a_region_is_copied_as_a_file(qtbot, panel, track):
    load(qtbot, panel, track)
    mark(panel, qtbot, 5.0, 6.5)
    panel.region_export.set_handles(0.25)
    QGuiApplication.clipboard().setText("")
    with qtbot.waitSignal(QGuiApplication.clipboard().dataChanged, timeout=10_000):
        panel.commands.copy_region.trigger()
    (url,) = QGuiApplication.clipboard().mimeData().urls()
    assert soundfile.info(url.toLocalFile()).duration == pytest.approx(2.0, abs=0.001)


def test_a_region_is_handed_on(qtbot, panel, track):
    load(qtbot, panel, track)
    assert not panel.commands.suggest_moments.isEnabled()
    mark(panel, qtbot, 5.0, 6.5)
    with qtbot.waitSignal(panel.suggest_moments) as asked:
        panel.commands.suggest_moments.trigger()
    assert asked.args == [track, Region(5.0, 6.5)]
    with qtbot.waitSignal(panel.collect_region) as collected:
        panel.commands.collect_region.trigger()
    assert collected.args == [track, Region(5.0, 6.5)]


def test_the_region_is_dragged_out_as_a_file(qtbot, panel, track, monkeypatch, tmp_path):
    load(qtbot, panel, track)
    mark(panel, qtbot, 5.0, 6.5)
    dragged = []

    def drag(source, mime):
        dragged.extend(url.toLocalFile() for url in mime.urls())
        return len(dragged) == 1

    monkeypatch.setattr("tagger_app.gui.player.region_export.start_drag", drag)
    handle = button(panel, "⠿")
    with qtbot.waitSignal(panel.region_export._files.ready, timeout=10_000):
        handle.wanted.emit()
    centre = handle.rect().center()
    for _ in range(2):
        qtbot.mousePress(handle, Qt.MouseButton.LeftButton, pos=centre)
        qtbot.mouseMove(handle, centre + QPoint(0, 200))
    assert len(dragged) == 2
    assert not Path(dragged[1]).exists()  # the second time nobody took it
    assert Path(dragged[0]).parent == tmp_path / "regions"


def test_handles_are_chosen_in_a_menu(qtbot, panel, track):
    load(qtbot, panel, track)
    mark(panel, qtbot, 5.0, 6.5)
    (handles,) = [action.menu() for action in button(panel, "⠿").menu().actions() if action.menu()]
    assert [action.isChecked() for action in handles.actions()] == [True, False, False, False, False]
    handles.actions()[2].trigger()
    assert panel.region_export.handles_s == 1.0


@given(
    grip=st.sampled_from(list(Grip)),
    start_s=st.floats(0, 50),
    length_s=st.floats(0.1, 50),
    pressed_s=st.floats(0, 100),
    now_s=st.floats(0, 100),
)
def test_dragging_keeps_the_region_within_the_track(grip, start_s, length_s, pressed_s, now_s):
    before = Region(start_s, start_s + length_s)
    after = drag_region(grip, before, pressed_s, now_s, 100.0)
    if after is not None:
        assert 0 <= after.start_s < after.end_s <= 100.0 + 1e-9
        if grip is Grip.BAR:
            assert after.end_s - after.start_s == pytest.approx(length_s, abs=1e-6)
        if grip is Grip.START:
            assert before.end_s in (after.start_s, after.end_s)


def test_the_handle_is_pressed_for_its_menu(qtbot, player_panel, player_track):
    player_panel.load(player_track)
    player_panel._set_region(Region(0.5, 1.5))
    handle = player_panel._handle
    menu = handle.menu()
    handle.click()
    assert menu.isVisible()
    assert player_panel.commands.suggest_moments in menu.actions()
    menu.close()
