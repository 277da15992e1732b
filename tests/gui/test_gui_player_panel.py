"""The player as a person uses it: real files, a real index, mouse and keys."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from player_samples import LENGTH_S, load, point, waveform_of
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QSlider
from sound_samples import write_music
from work_samples import button, hear

from tagger_app.gui.appearance import palette_of
from tagger_app.gui.elided_label import ElidedLabel
from tagger_app.gui.player.panel import PlayerPanel
from tagger_app.gui.theme import DARK, LIGHT
from tagger_app.index.connection import open_for_writing
from tagger_app.index.records import Track

pytestmark = pytest.mark.gui


@pytest.fixture
def panel(player_panel: PlayerPanel) -> PlayerPanel:
    return player_panel


@pytest.fixture
def track(player_track: Track) -> Track:
    return player_track


def messages(panel: PlayerPanel) -> str:
    return "\n".join(label.text() for label in panel.findChildren(QLabel) if label.isVisibleTo(panel))


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


def test_odd_names_stay_on_one_line_and_turn_nothing_round(player_panel: PlayerPanel, player_track: Track) -> None:
    odd = replace(player_track, title="line\nbreak \u202eevil " + "long " * 200, artist="<b>one</b>\ttwo")
    player_panel.load(odd)
    title, about = (
        label for label in player_panel.findChildren(ElidedLabel) if "line" in label.text() or "one" in label.text()
    )
    assert title.text().startswith("line break evil long")
    assert about.text().startswith("<b>one</b> two")
    assert title.width() < player_panel.width()
    assert about.width() >= about.minimumSizeHint().width()
