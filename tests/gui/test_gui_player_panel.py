"""The player as a person uses it: real files, a real index, mouse and keys."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QSlider
from pytestqt.qtbot import QtBot
from sound_samples import write_music
from work_samples import button, hear, read

from tagger_app.audio.discover import discover
from tagger_app.gui.appearance import palette_of
from tagger_app.gui.player.panel import PlayerPanel
from tagger_app.gui.player.region_drag import Grip, drag_region
from tagger_app.gui.player.waveform import WaveformView
from tagger_app.gui.theme import DARK, LIGHT
from tagger_app.index.changes import PutTrack
from tagger_app.index.connection import open_for_writing
from tagger_app.index.records import Track, TrackRecord
from tagger_app.index.writer import IndexWriter
from tagger_app.scan.analyze import analyze, identify
from tagger_app.scan.records import analysed_record
from tagger_app.suggest.seeds import Region

pytestmark = pytest.mark.gui

LENGTH_S = 40.0


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory, ensemble) -> TrackRecord:
    """Music, heard once for all tests."""
    path = write_music(tmp_path_factory.mktemp("heard") / "music.wav", LENGTH_S)
    (found,) = discover(str(path))
    return analysed_record(found, identify(str(path)), analyze(str(path), ensemble), ensemble.bundle)


@pytest.fixture
def track(tmp_path: Path, index_path: Path, heard: TrackRecord) -> Track:
    """A copy of it, in the test's own index."""
    path = shutil.copy2(heard.path, tmp_path / "music.wav")
    with IndexWriter(index_path) as writer:
        writer.put(PutTrack(replace(heard, path=str(path))))
    return read(index_path, path)


@pytest.fixture
def panel(qtbot: QtBot, workspace, tmp_path: Path) -> Iterator[PlayerPanel]:
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


def load(qtbot: QtBot, panel: PlayerPanel, track: Track) -> WaveformView:
    panel.load(track)
    waveform = waveform_of(panel)
    qtbot.waitUntil(lambda: waveform._sound.n_tiles > 0, timeout=10_000)
    return waveform


def waveform_of(panel: PlayerPanel) -> WaveformView:
    waveform = panel.findChild(WaveformView)
    assert waveform is not None
    return waveform


def messages(panel: PlayerPanel) -> str:
    return "\n".join(label.text() for label in panel.findChildren(QLabel) if label.isVisibleTo(panel))


def point(waveform: WaveformView, time_s: float) -> QPoint:
    """Where a time lies in the middle of the waveform."""
    layout = waveform._layout()
    x = layout.timeline(LENGTH_S).x(time_s)
    return QPoint(round(x), round(layout.waveform.center().y()))


def mark(panel: PlayerPanel, qtbot: QtBot, start_s: float, end_s: float) -> None:
    """Mark a region by keyboard."""
    for time_s, key in ((start_s, Qt.Key.Key_I), (end_s, Qt.Key.Key_O)):
        panel.engine.seek(time_s)
        qtbot.keyClick(waveform_of(panel), key)


def test_a_track_is_shown_and_its_file_left_alone(qtbot, panel, track):
    waveform = load(qtbot, panel, track)
    assert panel.track == track
    assert "music" in messages(panel)
    assert "0:00.0 / 0:40.0" in messages(panel)
    assert not panel.engine.holds_file
    assert 1 <= len(waveform._genres) <= 3


def test_a_click_plays_from_there(qtbot, panel, track):
    waveform = load(qtbot, panel, track)
    if not panel.engine.can_play:
        pytest.skip("Qt can't play anything here")
    qtbot.mouseClick(waveform, Qt.MouseButton.LeftButton, pos=point(waveform, 20.0))
    assert panel.engine.is_playing
    assert panel.engine.position_s == pytest.approx(20.0, abs=0.2)
    qtbot.waitUntil(lambda: panel.engine.position_s > 20.3, timeout=10_000)
    qtbot.keyClick(waveform, Qt.Key.Key_Space)
    assert not panel.engine.is_playing


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


def test_arrows_move_the_playhead(qtbot, panel, track):
    waveform = load(qtbot, panel, track)
    panel.engine.seek(20.0)
    qtbot.keyClick(waveform, Qt.Key.Key_Right)
    qtbot.keyClick(waveform, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(waveform, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert panel.engine.position_s == pytest.approx(10.9)
    qtbot.keyClick(waveform, Qt.Key.Key_End)
    assert panel.engine.position_s == pytest.approx(LENGTH_S)
    qtbot.keyClick(waveform, Qt.Key.Key_Home)
    assert panel.engine.position_s == 0.0


def test_up_and_down_choose_the_genre_of_the_curve(qtbot, panel, track):
    waveform = load(qtbot, panel, track)
    panel._genre_choice.show_genres(panel._workspace.bundle.trained_genres[:2])
    first = waveform.focus_genre
    qtbot.keyClick(waveform, Qt.Key.Key_Down)
    assert waveform.focus_genre != first
    qtbot.keyClick(waveform, Qt.Key.Key_Up)
    assert waveform.focus_genre == first


def test_peaks_are_jumped_to_and_around(qtbot, panel, track):
    waveform = load(qtbot, panel, track)
    genre = waveform.focus_genre
    peaks_s = panel._sound.peaks_s(genre)
    assert peaks_s
    panel.engine.seek(0.0)
    expected = [peak_s for peak_s in peaks_s if peak_s > 0.05] or peaks_s
    qtbot.keyClick(waveform, Qt.Key.Key_N)
    assert panel.engine.position_s == pytest.approx(expected[0])
    panel.engine.seek(0.0)
    qtbot.keyClick(waveform, Qt.Key.Key_P)
    assert panel.engine.position_s == pytest.approx(peaks_s[-1])
    panel.engine.seek(7.0)
    panel.jump_to_peak("Crime" if "Crime" not in panel._workspace.bundle.trained_genres else "")
    assert panel.engine.position_s == 7.0


def test_shuttle_keys(qtbot, panel, track):
    waveform = load(qtbot, panel, track)
    if not panel.engine.can_play:
        pytest.skip("Qt can't play anything here")
    qtbot.keyClick(waveform, Qt.Key.Key_L)
    qtbot.keyClick(waveform, Qt.Key.Key_L)
    assert panel.engine.speed == 2.0
    assert "2×" in messages(panel)
    qtbot.keyClick(waveform, Qt.Key.Key_J)
    assert panel.engine.speed == -1.0
    qtbot.keyClick(waveform, Qt.Key.Key_K)
    assert panel.engine.speed == 0.0


def test_a_file_deleted_under_the_player_is_said(qtbot, panel, track):
    load(qtbot, panel, track)
    if not panel.engine.can_play:
        pytest.skip("Qt can't play anything here")
    Path(track.path).unlink()
    with qtbot.waitSignal(panel.problem, timeout=10_000) as problem:
        panel.play_pause()
    assert "music.wav" in problem.args[0]
    assert "No such file" in messages(panel)
    assert not panel.engine.is_playing


def test_an_empty_file_is_said(qtbot, panel, track):
    load(qtbot, panel, track)
    if not panel.engine.can_play:
        pytest.skip("Qt can't play anything here")
    Path(track.path).write_bytes(b"")
    with qtbot.waitSignal(panel.problem, timeout=10_000) as problem:
        panel.play_pause()
    assert "it is empty" in problem.args[0]


def test_a_damaged_index_is_said(qtbot, panel, track, index_path):
    with closing(open_for_writing(index_path)) as connection:
        connection.execute("UPDATE curves SET data = x'00'")
    with qtbot.waitSignal(panel.problem, timeout=10_000) as problem:
        panel.load(track)
    assert "damaged" in problem.args[0]


def test_a_silent_track_says_why_it_has_no_fits(qtbot, panel, track, index_path):
    panel.load(replace(track, unscored="silent", fits=(None,) * 10, assigned=()))
    qtbot.waitUntil(lambda: "silent" in messages(panel), timeout=10_000)


def test_the_track_that_was_chosen_last_is_shown(qtbot, panel, track, tmp_path, index_path, ensemble):
    (other,) = hear(index_path, [write_music(tmp_path / "other.wav", 12.0, seed=2)], ensemble)
    for shown in (track, other, track, other):
        panel.load(shown)
    qtbot.waitUntil(lambda: waveform_of(panel)._sound.n_tiles > 0, timeout=10_000)
    qtbot.wait(100)
    assert waveform_of(panel)._sound.duration_s == pytest.approx(12.0)


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


def test_genres_without_training_are_greyed_with_the_reason(panel, bundle):
    for entry in bundle.manifest.evidence:
        choice = button(panel, entry.genre)
        assert choice.isEnabled() == (not entry.untrained)
        if entry.untrained:
            assert entry.untrained in choice.toolTip()


def test_chosen_genres_stay_for_the_next_track(qtbot, panel, track, tmp_path, index_path, ensemble):
    load(qtbot, panel, track)
    wanted = ensemble.bundle.trained_genres[-1]
    for genre in ensemble.bundle.trained_genres:
        if button(panel, genre).isChecked() != (genre == wanted):
            button(panel, genre).click()
    (other,) = hear(index_path, [write_music(tmp_path / "other.wav", 12.0, seed=2)], ensemble)
    panel.load(other)
    assert waveform_of(panel)._genres == (wanted,)
    button(panel, "Best").click()
    assert len(waveform_of(panel)._genres) > 1


def test_tool_tips_hold_the_numbers(qtbot, panel, track):
    waveform = load(qtbot, panel, track)
    tip = waveform.tool_tip_at(point(waveform, 20.0).toPointF())
    genre = waveform.focus_genre
    assert f"{genre} {panel._sound.fit_at(genre, 20.0):.2f}" in tip
    assert waveform.tool_tip_at(QPoint(0, 0).toPointF()) == ""


def test_everything_has_a_name_and_can_be_reached(panel):
    for kind in (QAbstractButton, QSlider, QComboBox):
        for control in panel.findChildren(kind):
            assert control.accessibleName(), control
            assert control.focusPolicy() & Qt.FocusPolicy.TabFocus, control.accessibleName()
    waveform = waveform_of(panel)
    assert waveform.accessibleName()
    assert "0:00.0" in waveform.accessibleDescription()


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_time_runs_to_the_right_whatever_the_language(qtbot, panel, track, direction):
    panel.setLayoutDirection(direction)
    waveform = load(qtbot, panel, track)
    layout = waveform._layout()
    assert point(waveform, 10).x() < point(waveform, 30).x()
    assert (layout.names.left() >= layout.waveform.right()) == (direction == Qt.LayoutDirection.RightToLeft)


def test_the_picture_has_the_track_in_it_in_light_and_dark(qtbot, qapp, panel, track):
    waveform = load(qtbot, panel, track)
    pictures = []
    before = qapp.palette()
    try:
        for theme in (LIGHT, DARK):
            qapp.setPalette(palette_of(theme))
            picture = waveform.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
            pictures.append(np.frombuffer(picture.constBits(), np.uint32).copy())
    finally:
        qapp.setPalette(before)
    assert not (pictures[0] == pictures[1]).all()
    assert all(len(np.unique(picture)) > 20 for picture in pictures)


def test_without_models_or_track_it_stands_empty(qtbot, no_bundle_workspace, tmp_path):
    panel = PlayerPanel(no_bundle_workspace, region_folder=tmp_path / "regions")
    qtbot.addWidget(panel)
    panel.show()
    panel.play_pause()
    panel.jump_to_peak("Thriller")
    panel.release()
    panel.load(None)
    for command in (panel.commands.mark_in, panel.commands.copy_region, panel.commands.collect_region):
        assert not command.isEnabled()
    panel.close_session()


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
