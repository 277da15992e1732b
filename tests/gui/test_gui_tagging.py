from __future__ import annotations

import signal
import sys
from contextlib import closing
from dataclasses import replace

import pytest
from gui_samples import kill_task
from mutagen.id3 import ID3, TXXX
from PySide6.QtCore import QDateTime, Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QListWidget, QTreeWidget
from sound_samples import extension_of, write_music
from work_samples import button, hear, read, texts

from tagger_app.gui.elided_label import ElidedLabel
from tagger_app.gui.tagging.correction_panel import CorrectionPanel
from tagger_app.gui.tagging.history_dialog import TagHistoryDialog
from tagger_app.gui.tagging.preview import TrackSource
from tagger_app.gui.tagging.preview_count import PreviewCount, count_changes
from tagger_app.gui.tagging.preview_dialog import TagPreviewDialog
from tagger_app.gui.tagging.preview_view import PAGE
from tagger_app.index.changes import PutTrack
from tagger_app.index.connection import open_for_reading
from tagger_app.index.tracks import find_analysis
from tagger_app.index.writer import IndexWriter
from tagger_app.scan import tag_reader
from tagger_app.scan.retag import write_decisions, write_tags
from tagger_app.tagging.containers import read_metadata

WAIT_MS = 60_000


@pytest.fixture
def tracks(tmp_path, index_path, ensemble):
    folder = tmp_path / "music"
    folder.mkdir()
    fight = write_music(folder / "hammock_fight.opus", 2.0, "opus", seed=1, rate_hz=48_000)
    duck = write_music(folder / "fluffing_a_duck.mp3", 2.0, "mp3", seed=2)
    return hear(index_path, [fight, duck], ensemble)


def fields(track):
    return dict(read_metadata(track.path).fields)


def rows(dialog):
    """All lines of a preview: files as text, fields as tuples."""
    tree = dialog._view._tree
    lines = []
    for number in range(tree.topLevelItemCount()):
        item = tree.topLevelItem(number)
        lines.append((item.text(0), item.text(1)))
        lines += [tuple(item.child(row).text(column) for column in range(3)) for row in range(item.childCount())]
    return lines


def writing(qtbot, dialog):
    return qtbot.waitSignal(dialog.tags_written, timeout=WAIT_MS)


# -- writing ---------------------------------------------------------------------------------------------------------


def test_a_preview_shows_what_differs_then_writes_it(qtbot, workspace, tracks):
    dialog = TagPreviewDialog(workspace, tracks)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: len(rows(dialog)) > 2)
    lines = rows(dialog)
    assert lines[0][0] == "hammock_fight.opus"
    model = f"cuefit/{workspace.bundle.id}"
    assert lines.count(("FILMGENRE_MODEL", "(none)", model)) == 2
    before = [fields(track) for track in tracks]
    assert before == [{}, {}]

    released = []
    dialog.before_tags_written.connect(released.append)
    with writing(qtbot, dialog):
        button(dialog, "Write tags").click()
    assert released == [[track.path for track in tracks]]
    assert all(fields(track)["FILMGENRE_MODEL"] == (model,) for track in tracks)
    assert any("Done. Written: 2." in text for text in texts(dialog, QLabel))
    qtbot.waitUntil(lambda: [line[1:] for line in rows(dialog)] == [("nothing to change",)] * 2)
    qtbot.waitUntil(lambda: not button(dialog, "Write tags").isEnabled())
    assert button(dialog, "Close").isDefault()


def test_return_writes(qtbot, workspace, tracks):
    dialog = TagPreviewDialog(workspace, tracks[:1])
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.keyClick(dialog._view._tree, Qt.Key.Key_Return)
    assert not dialog._job.is_busy  # nobody has seen yet what that would do
    qtbot.waitUntil(lambda: len(rows(dialog)) > 2)
    with writing(qtbot, dialog):
        qtbot.keyClick(dialog._view._tree, Qt.Key.Key_Return)
    assert "FILMGENRE_MODEL" in fields(tracks[0])


def test_only_differences_are_shown(qtbot, workspace, tracks, index_path):
    list(write_tags(tracks, index_path))
    with closing(open_for_reading(index_path)) as connection:
        record = find_analysis(connection, tracks[0].fingerprint, tracks[0].bundle_id, tracks[0].spec_fingerprint)
    fits = list(record.fits)
    place = next(number for number, fit in enumerate(fits) if fit is not None)
    fits[place] = 0.77
    with IndexWriter(index_path) as writer:
        writer.put(PutTrack(replace(record, fits=tuple(fits))))
    dialog = TagPreviewDialog(workspace, [track.id for track in tracks])
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: len(rows(dialog)) >= 2)
    assert [line for line in rows(dialog) if len(line) == 3] == [rows(dialog)[1]]
    assert rows(dialog)[1][2] == "0.77"


def test_what_can_not_be_written_is_told(qtbot, workspace, tracks, tmp_path, index_path):
    (tmp_path / "music" / "hammock_fight.opus").write_bytes(b"no music any more")
    dialog = TagPreviewDialog(workspace, tracks)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: len(rows(dialog)) > 2)
    assert "isn't audio" in rows(dialog)[0][1] or "read or write" in rows(dialog)[0][1]
    with writing(qtbot, dialog):
        button(dialog, "Write tags").click()
    listed = dialog.findChild(QListWidget)
    assert listed.count() == 1
    assert "hammock_fight.opus" in listed.item(0).text()
    assert any("Written: 1. Couldn't be written: 1." in text for text in texts(dialog, QLabel))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_a_file_that_kills_its_reader_leaves_the_window_standing(qtbot, workspace, tracks, monkeypatch):
    monkeypatch.setattr(tag_reader, "read_tags_task", kill_task)
    dialog = TagPreviewDialog(workspace, tracks)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: bool(rows(dialog)), timeout=WAIT_MS)
    assert rows(dialog)[0] == ("hammock_fight.opus", f"crashed the decoder (exit status {-signal.SIGKILL})")
    qtbot.waitUntil(lambda: any("left alone: 2" in text for text in texts(dialog, QLabel)), timeout=WAIT_MS)


def test_pages_are_read_as_they_are_turned_to(qtbot, workspace, tracks):
    ids = [tracks[0].id] * PAGE + [tracks[1].id] * 3
    dialog = TagPreviewDialog(workspace, ids)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: bool(rows(dialog)))
    assert "1 to 50 of 53" in texts(dialog, QLabel)
    button(dialog, "Next page").click()
    qtbot.waitUntil(lambda: "51 to 53 of 53" in texts(dialog, QLabel))
    assert {line[0] for line in rows(dialog) if len(line) == 2} == {"fluffing_a_duck.mp3"}
    assert not button(dialog, "Next page").isEnabled()
    button(dialog, "Previous page").click()
    qtbot.waitUntil(lambda: "1 to 50 of 53" in texts(dialog, QLabel))


def test_what_would_change_in_all_files_is_counted(qtbot, workspace, tracks, index_path, tmp_path):
    list(write_tags(tracks[1:], index_path))
    ids = [tracks[0].id] * (PAGE + 5) + [tracks[1].id] * 7
    counts = list(count_changes(TrackSource(workspace, ids), workspace.tag_style, workspace.tag_reader))
    assert [count.n_counted for count in counts] == [50, 62]
    assert counts[-1] == PreviewCount(n_changed=55, n_same=7, n_left_out=0, n_files=62)
    (tmp_path / "music" / "fluffing_a_duck.mp3").write_bytes(b"")
    dialog = TagPreviewDialog(workspace, [*ids, 10**9])
    qtbot.addWidget(dialog)
    said = "Files that would change: 55 · left alone: 8"
    qtbot.waitUntil(lambda: said in texts(dialog, QLabel), timeout=WAIT_MS)


def test_nothing_to_write_says_so(qtbot, workspace):
    dialog = TagPreviewDialog(workspace, [])
    qtbot.addWidget(dialog)
    assert not button(dialog, "Write tags").isEnabled()
    assert any("nothing to write" in text for text in texts(dialog, QLabel))


def test_closing_stops_the_writing_first(qtbot, workspace, tracks):
    dialog = TagPreviewDialog(workspace, [tracks[0].id, tracks[1].id] * 20)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(button(dialog, "Write tags").isEnabled, timeout=WAIT_MS)
    with qtbot.waitSignal(dialog.finished, timeout=WAIT_MS):
        button(dialog, "Write tags").click()
        dialog.close()
        assert dialog.isVisible()
    assert not dialog.isVisible()
    assert dialog._job.was_cancelled


# -- history ---------------------------------------------------------------------------------------------------------


def test_a_run_is_undone(qtbot, workspace, tracks, index_path):
    list(write_tags(tracks, index_path))
    dialog = TagHistoryDialog(workspace)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: button(dialog, "Undo").isEnabled())
    batches = next(tree for tree in dialog.findChildren(QTreeWidget) if tree.accessibleName().startswith("Runs"))
    assert [batches.topLevelItem(0).text(column) for column in (1, 2)] == ["2", "fits and genres"]
    qtbot.waitUntil(lambda: len(rows(dialog)) > 2)
    assert any(line[0] == "FILMGENRE_MODEL" and line[2] == "(removed)" for line in rows(dialog))
    with writing(qtbot, dialog):
        button(dialog, "Undo").click()
    assert [fields(track) for track in tracks] == [{}, {}]
    assert any("Restored: 2." in text for text in texts(dialog, QLabel))
    qtbot.waitUntil(lambda: any("all of it is undone" in text for text in texts(dialog, QLabel)))
    assert not button(dialog, "Undo").isEnabled()


def test_chosen_files_alone_are_undone(qtbot, workspace, tracks, index_path):
    list(write_tags(tracks, index_path))
    dialog = TagHistoryDialog(workspace, tracks[:1])
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: button(dialog, "Undo").isEnabled())
    with writing(qtbot, dialog):
        button(dialog, "Undo").click()
    assert fields(tracks[0]) == {}
    assert "FILMGENRE_MODEL" in fields(tracks[1])


def test_undoing_by_time(qtbot, workspace, tracks, index_path):
    list(write_tags(tracks, index_path))
    dialog = TagHistoryDialog(workspace)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: button(dialog, "Undo").isEnabled())
    dialog._since.setDateTime(QDateTime.currentDateTime().addSecs(3600))
    assert button(dialog, "Everything since").isChecked()
    qtbot.waitUntil(lambda: button(dialog, "Undo").text() == "&Undo (0)")
    assert not button(dialog, "Undo (").isEnabled()
    dialog._since.setDateTime(QDateTime.currentDateTime().addSecs(-3600))
    qtbot.waitUntil(lambda: button(dialog, "Undo (").isEnabled())
    with writing(qtbot, dialog):
        button(dialog, "Undo (").click()
    assert [fields(track) for track in tracks] == [{}, {}]


def test_a_field_changed_by_others_is_left_and_told(qtbot, workspace, tracks, index_path):
    list(write_tags(tracks[1:], index_path))
    tags = ID3(tracks[1].path)
    tags.add(TXXX(desc="FILMGENRE_MODEL", text="another program"))
    tags.save(v2_version=3)
    dialog = TagHistoryDialog(workspace)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: button(dialog, "Undo").isEnabled())
    with writing(qtbot, dialog):
        button(dialog, "Undo").click()
    assert fields(tracks[1]) == {"FILMGENRE_MODEL": ("another program",)}
    assert "FILMGENRE_MODEL" in dialog.findChild(QListWidget).item(0).text()


def test_undoing_decisions_changes_the_index_too(qtbot, workspace, tracks, index_path):
    list(write_decisions([(tracks[0], ("Crime",))], index_path))
    assert read(index_path, tracks[0].path).user_genres == ("Crime",)
    dialog = TagHistoryDialog(workspace)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: button(dialog, "Undo").isEnabled())
    with writing(qtbot, dialog):
        button(dialog, "Undo").click()
    assert fields(tracks[0]) == {}
    assert read(index_path, tracks[0].path).user_genres == ()


def test_a_library_without_history(qtbot, workspace):
    dialog = TagHistoryDialog(workspace)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: any("No tags were written yet" in text for text in texts(dialog, QLabel)))
    assert not button(dialog, "Undo").isEnabled()
    dialog.show()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


# -- corrections -----------------------------------------------------------------------------------------------------


@pytest.fixture
def panel(qtbot, workspace):
    panel = CorrectionPanel(workspace)
    qtbot.addWidget(panel)
    return panel


def settle(qtbot, panel):
    qtbot.waitUntil(lambda: not panel._corrections.is_busy, timeout=WAIT_MS)


def test_a_decision_stands_in_index_and_file_and_is_undone(qtbot, panel, tracks, index_path):
    released = []
    panel.before_tags_written.connect(released.append)
    panel.show_tracks(tracks[:1])
    with qtbot.waitSignal(panel.decided, timeout=WAIT_MS) as decided:
        button(panel, "Crime: fits").click()
    assert decided.args == [[tracks[0].id]]
    assert released == [[tracks[0].path]]
    assert "Crime" in read(index_path, tracks[0].path).genres
    settle(qtbot, panel)
    assert fields(tracks[0]) == {"FILMGENRE_USER": ("Crime",)}
    button(panel, "Drama: doesn't fit").click()
    settle(qtbot, panel)
    assert fields(tracks[0])["FILMGENRE_USER"] in (("Crime", "-Drama"), ("Crime; -Drama",))
    with qtbot.waitActive(panel):
        panel.show()
        panel.activateWindow()
    button(panel, "Undo last decision").setFocus()
    qtbot.keyClick(button(panel, "Undo last decision"), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, panel)
    assert read(index_path, tracks[0].path).user_genres == ("Crime",)
    assert button(panel, "Drama: as the model says").isChecked()
    button(panel, "Undo last decision").click()
    settle(qtbot, panel)
    assert fields(tracks[0]) == {}
    assert not button(panel, "Undo last decision").isEnabled()


def test_several_tracks_are_decided_together(qtbot, panel, tracks, index_path):
    list(write_decisions([(tracks[0], ("Crime", "whatever"))], index_path))
    both = [read(index_path, track.path) for track in tracks]
    panel.show_tracks(both)
    assert not any(button(panel, f"Crime: {state}").isChecked() for state in ("fits", "as the", "doesn't"))
    button(panel, "Crime: doesn't fit").click()
    button(panel, "Comedy: fits").click()
    assert button(panel, "Crime: doesn't fit").isChecked()
    settle(qtbot, panel)
    assert read(index_path, tracks[0].path).user_genres == ("whatever", "-Crime", "Comedy")
    assert read(index_path, tracks[1].path).user_genres == ("-Crime", "Comedy")
    button(panel, "Undo last").click()
    button(panel, "Undo last").click()
    settle(qtbot, panel)
    assert [read(index_path, track.path).user_genres for track in tracks] == [("Crime", "whatever"), ()]


def test_the_index_keeps_what_a_file_can_not(qtbot, panel, tracks, index_path, tmp_path):
    lost = tmp_path / "music" / "hammock_fight.opus"
    lost.unlink()
    panel.show_tracks(tracks)
    with qtbot.waitSignal(panel.problem, timeout=WAIT_MS) as problem:
        button(panel, "Crime: fits").click()
    assert "Kept in the index. Files that couldn't be written: 1." in problem.args[0]
    assert "hammock_fight.opus" in problem.args[0]
    assert read(index_path, lost).user_genres == ("Crime",)
    assert fields(tracks[1]) == {"FILMGENRE_USER": ("Crime",)}


def test_the_machine_never_overwrites_a_decision(qtbot, panel, workspace, tracks, index_path):
    panel.show_tracks(tracks)
    button(panel, "Crime: fits").click()
    settle(qtbot, panel)
    list(write_tags([read(index_path, track.path) for track in tracks], index_path))
    assert all(fields(track)["FILMGENRE_USER"] == ("Crime",) for track in tracks)


def test_an_index_that_is_gone_is_told(qtbot, panel, tracks, index_path):
    panel.show_tracks(tracks)
    index_path.write_bytes(b"no index" * 100)
    with qtbot.waitSignal(panel.problem, timeout=WAIT_MS):
        button(panel, "Crime: fits").click()


def test_without_tracks_it_says_what_to_do(panel):
    assert "No track is chosen" in texts(panel, QLabel)
    assert not button(panel, "Crime: fits").isEnabled()


def test_figures_are_whole_in_the_narrowest_panel(qtbot, panel, tracks):
    with qtbot.waitExposed(panel):
        panel.show()
    panel.show_tracks(tracks[:1])
    panel.resize(panel.minimumSizeHint())
    figures = [label for label in panel.findChildren(ElidedLabel) if "·" in label.text()]
    assert len(figures) == 5
    for label in figures:
        assert label.fontMetrics().horizontalAdvance("0.00") <= label.width()


def test_a_hostile_title_stays_text(panel, tracks):
    panel.show_tracks([replace(tracks[0], title="<img src=x><b>bold" + "x" * 300, artist="\u202e")])
    assert all("<img" not in label.toolTip() for label in panel.findChildren(QLabel))


def test_every_control_has_a_name(panel):
    for control in (child for child in panel.findChildren(QAbstractButton) if child.isVisibleTo(panel)):
        assert control.text() or control.accessibleName()


@pytest.mark.parametrize("kind", ["wav16", "flac", "mp3", "aac"])
def test_decisions_stand_in_every_format(qtbot, panel, tmp_path, index_path, ensemble, kind):
    file = write_music(tmp_path / f"cue.{extension_of(kind)}", 2.0, kind)
    (track,) = hear(index_path, [file], ensemble)
    panel.show_tracks([track])
    button(panel, "Thriller: doesn't fit").click()
    settle(qtbot, panel)
    assert fields(track) == {"FILMGENRE_USER": ("-Thriller",)}
