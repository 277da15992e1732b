"""The settings dialog: what is changed counts at once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QTreeWidget
from sound_samples import write_music
from work_samples import button, hear

from tagger_app.ensemble.thresholds import thresholds_of
from tagger_app.gui.main_window import MainWindow
from tagger_app.gui.note import Note
from tagger_app.gui.settings.models_page import ModelsPage
from tagger_app.gui.tagging.preview_dialog import TagPreviewDialog
from tagger_app.settings import Settings
from tagger_app.tagging.containers import read_metadata
from tagger_app.tagging.style import TagStyle

WAIT_MS = 60_000


@pytest.fixture
def window(qtbot, workspace):
    window = MainWindow(workspace, Settings(n_workers=1))
    window.show()
    yield window
    window.panels.scans.cancel_all()
    qtbot.waitUntil(lambda: not window.panels.scans.is_busy, timeout=WAIT_MS)
    window.close()
    window.deleteLater()


def choose(dialog, label: str, row: int) -> None:
    """Choose from the list behind a label."""
    (labelled,) = (child for child in dialog.findChildren(QLabel) if child.text().replace("&", "") == label)
    box = labelled.buddy()
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(row)


def test_tags_are_written_as_the_settings_say(qtbot, window, tmp_path, index_path, ensemble):
    (track,) = hear(index_path, [write_music(tmp_path / "cue.wav", 2.0)], ensemble)
    window.panels.corrections._corrections.decide([track], "Musical", "accept")
    qtbot.waitUntil(lambda: not window.panels.corrections._corrections.is_busy, timeout=WAIT_MS)
    assert read_metadata(track.path).mirrors == {}
    dialog = window.show_settings()
    choose(dialog, "New ID3 tags:", 1)
    for name in ("the genre", "the mood"):
        button(dialog, name).click()
    assert window.settings.mirrors == ("GENRE", "MOOD")
    assert window.workspace.tag_style == TagStyle(4, ("GENRE", "MOOD"))
    dialog.close()

    preview = TagPreviewDialog(window.workspace, [track.id])
    qtbot.addWidget(preview)
    tree = preview.findChild(QTreeWidget)
    qtbot.waitUntil(lambda: tree.topLevelItemCount() == 1)
    shown = {tree.topLevelItem(0).child(row).text(0) for row in range(tree.topLevelItem(0).childCount())}
    assert {"GENRE", "MOOD"} < shown
    assert any("GENRE, MOOD" in label.text() for label in preview.findChildren(QLabel))
    with qtbot.waitSignal(preview.tags_written, timeout=WAIT_MS):
        button(preview, "Write tags").click()
    found = read_metadata(track.path)
    assert "Musical" in found.mirrors["GENRE"][0]
    assert found.mirrors["GENRE"] == found.mirrors["MOOD"]
    assert found.one_value  # the decision made the tag, and it keeps its version


def test_a_decision_is_repeated_in_mirrors_at_once(qtbot, window, tmp_path, index_path, ensemble):
    (track,) = hear(index_path, [write_music(tmp_path / "cue.flac", 2.0, "flac")], ensemble)
    window.change_settings(Settings(n_workers=1, mirrors=("GROUPING",)))
    window.panels.corrections._corrections.decide([track], "Musical", "accept")
    qtbot.waitUntil(lambda: not window.panels.corrections._corrections.is_busy, timeout=WAIT_MS)
    assert "Musical" in read_metadata(track.path).mirrors["GROUPING"]


def test_priority_and_tags_count_for_the_next_scan(qtbot, window, tmp_path, monkeypatch):
    given = []

    def take_note(roots, index_path, bundle, options):
        given.append(options)
        yield from ()

    monkeypatch.setattr("tagger_app.scan.scan.scan", take_note)
    dialog = window.show_settings()
    choose(dialog, "Priority:", 1)
    button(dialog, "Write the fits").click()
    button(dialog, "the grouping").click()
    dialog.close()
    with qtbot.waitSignal(window.panels.scans.finished, timeout=WAIT_MS):
        window.folders.scan([str(tmp_path)])
    (options,) = given
    assert (options.priority, options.write_tags, options.n_workers) == ("normal", True, 1)
    assert options.tag_style == TagStyle(3, ("GROUPING",))


def test_the_dialog_shows_what_is_set(qtbot, window):
    window.change_settings(
        Settings(priority="normal", new_id3_version=4, mirrors=("MOOD",), write_tags_after_scan=True)
    )
    dialog = window.show_settings()
    checked = [box.text().replace("&", "") for box in dialog.tags.findChildren(QCheckBox) if box.isChecked()]
    assert checked == ["Write the fits into the files' tags after listening", "the mood (MOOD, TMOO)"]
    assert dialog.tags.findChild(QComboBox).currentText() == "ID3v2.4"
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_tab_goes_through_every_page(qtbot, window):
    window.workspace.bundle_thresholds.update(thresholds_of(window.workspace.bundle))
    dialog = window.show_settings()
    for page in range(dialog.tabs.count()):
        dialog.tabs.setCurrentIndex(page)
        dialog.tabs.tabBar().setFocus()
        reached = []
        while (focused := dialog.focusWidget()) not in reached:
            reached.append(focused)
            qtbot.keyClick(focused, Qt.Key.Key_Tab)
        assert focused is dialog.tabs.tabBar(), "all round"
        on_page = [dialog.tabs.currentWidget().isAncestorOf(widget) for widget in reached]
        assert on_page == [False, *[True] * (len(reached) - 2), False], dialog.tabs.tabText(page)
        assert any(on_page)
    dialog.close()


def test_notes_are_no_higher_than_their_text(qtbot, window):
    dialog = window.show_settings()
    for page in range(dialog.tabs.count()):
        dialog.tabs.setCurrentIndex(page)
        for note in dialog.tabs.widget(page).findChildren(Note):
            qtbot.waitUntil(lambda note=note: note.height() == note.heightForWidth(note.width()))
    dialog.resize(dialog.width() // 2, dialog.height())
    (note, *_) = dialog.findChildren(Note)
    assert note.heightForWidth(note.width()) >= note.fontMetrics().height()
    dialog.close()


def test_models_that_can_not_be_used_say_why(qtbot, no_bundle_workspace):
    page = ModelsPage(no_bundle_workspace, "")
    qtbot.addWidget(page)
    assert "there are no models here" in page._message.text


def test_what_is_known_of_one_bundle_does_not_stand_under_another(qtbot, workspace, tmp_path):
    page = ModelsPage(workspace, "")
    qtbot.addWidget(page)
    assert page._evidence.widget() is not None
    qtbot.waitUntil(lambda: page._choice.count() > 1)  # they have been listed
    gone = str(tmp_path / "gone")
    page._choice.addItem(gone, gone)
    page._choice.setCurrentIndex(page._choice.count() - 1)
    qtbot.waitUntil(lambda: page._message.text != "")
    assert page._evidence.widget() is None
    assert not page._use.isEnabled()
    page._choice.setCurrentIndex(0)
    qtbot.waitUntil(lambda: page._evidence.widget() is not None)
