"""The whole window, used as a person would."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import mutagen
import pytest
from gui_samples import fill_library, library_record, tracks_of
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QStandardPaths, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFileDialog,
    QMessageBox,
)
from sound_samples import write_music
from work_samples import hear

from tagger_app.gui.main_window import MainWindow
from tagger_app.gui.menus import pop_up_track_menu
from tagger_app.gui.sidebar.library_summary import Folder, Summary
from tagger_app.gui.tagging.history_dialog import TagHistoryDialog
from tagger_app.gui.tagging.preview_dialog import TagPreviewDialog
from tagger_app.index.connection import open_for_reading
from tagger_app.index.tracks import get_track
from tagger_app.scan.retag import undo_tags
from tagger_app.settings import SavedSearch, Settings

SCAN_MS = 60_000


@pytest.fixture
def cues(tmp_path: Path, demo_folder: Path) -> Path:
    """A folder of three cues that may be written to."""
    folder = tmp_path / "My cues 🎬"
    folder.mkdir()
    for name in ("fluffing_a_duck.mp3", "frost_waltz.ogg", "rumination.flac"):
        shutil.copyfile(demo_folder / name, folder / name)
    return folder


def scan(qtbot, window: MainWindow, *paths: Path) -> None:
    with qtbot.waitSignal(window.panels.scans.finished, timeout=SCAN_MS):
        window.folders.scan([str(path) for path in paths])


def test_an_evening_with_a_library(qtbot, open_window, cues, index_path):
    """First start, scan, sort, filter, mix, hear, suggest, tag, undo, correct, collect, export."""
    window = open_window()
    panels, library = window.panels, window.panels.library
    qtbot.waitUntil(lambda: panels.is_first_start)

    scan(qtbot, window, cues)
    assert not panels.is_first_start
    qtbot.waitUntil(lambda: len(tracks_of(window)) == 3)

    library.sort_by("-length")
    qtbot.waitUntil(lambda: library.model.listing.sort == "-length" and library.model.is_complete)
    lengths = [track.duration_s for track in tracks_of(window)]
    assert lengths == sorted(lengths, reverse=True)

    panels.search.edit.setFocus()
    qtbot.keyClicks(panels.search.edit, "codec:flac")
    qtbot.waitUntil(lambda: [track.codec for track in tracks_of(window)] == ["FLAC"])
    window.actions_.clear_search.trigger()
    qtbot.waitUntil(lambda: len(tracks_of(window)) == 3)

    row = next(row for row in panels.mixer.rows if row.slider.isEnabled())
    row.slider.setFocus()
    for _ in range(5):
        qtbot.keyClick(row.slider, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: library.model.mix is not None and library.model.mix.by_genre() == {row.genre: 0.25})
    window.actions_.reset_mixer.trigger()
    qtbot.waitUntil(lambda: library.model.mix is None)

    library.table.select_row(0)
    qtbot.waitUntil(lambda: len(library.selected_tracks) == 1)
    track = library.selected_tracks[0]
    assert panels.player.track == track
    menu = pop_up_track_menu(window, window.actions_, QPoint(10, 10))
    next(action for action in menu.actions() if "like this" in action.text()).trigger()
    menu.close()
    assert window.docks.suggestions.isVisible()
    assert [example.track.id for example in panels.suggestions.examples] == [track.id]

    window.actions_.write_tags.trigger()
    preview = window.findChild(TagPreviewDialog)
    qtbot.waitUntil(lambda: preview._write.isEnabled(), timeout=SCAN_MS)
    with qtbot.waitSignal(preview.tags_written, timeout=SCAN_MS):
        preview._write.click()
    written = mutagen.File(track.path)
    assert any("FILMGENRE_MODEL" in str(key).upper() for key in written.tags)
    preview.close()

    window.actions_.tag_history.trigger()
    history = window.findChild(TagHistoryDialog)
    qtbot.waitUntil(lambda: history._undo.isEnabled(), timeout=SCAN_MS)
    with qtbot.waitSignal(history.tags_written, timeout=SCAN_MS):
        history._undo.click()
    undone = mutagen.File(track.path)
    assert not any("FILMGENRE" in str(key).upper() for key in (undone.tags or {}))
    history.close()

    window.actions_.correct.trigger()
    accept = next(
        button for button in panels.corrections.findChildren(QAbstractButton) if "Musical" in button.accessibleName()
    )
    with qtbot.waitSignal(panels.corrections.decided, timeout=SCAN_MS):
        accept.click()
    qtbot.waitUntil(lambda: "Musical" in tracks_of(window)[0].genres, timeout=SCAN_MS)

    window.actions_.collect.trigger()
    qtbot.waitUntil(lambda: len(panels.bin.items()) == 1 if callable(panels.bin.items) else len(panels.bin.items) == 1)
    with closing(open_for_reading(index_path)) as connection:
        assert "Musical" in get_track(connection, track.path).user_genres
    window.panels.player.release()


def test_the_demo_cues_are_copied_and_scanned(qtbot, open_window, index_path):
    window = open_window()
    qtbot.waitUntil(lambda: window.panels.is_first_start)
    with qtbot.waitSignal(window.panels.scans.started, timeout=SCAN_MS):
        qtbot.mouseClick(window.panels.first_start.demo, Qt.MouseButton.LeftButton)
    copies = list((index_path.parent / "Cuefit demo cues").glob("*.*"))
    assert len(copies) >= 10
    window.panels.scans.cancel_all()


def test_closing_during_a_scan_asks_then_stops(qtbot, open_window, cues):
    window = open_window()
    window.folders.scan([str(cues)])
    window.close()
    assert window.isVisible()
    box = window.findChild(QMessageBox)
    buttons = {button.text(): button for button in box.buttons()}
    buttons["&Go on scanning"].click()
    assert window.isVisible()
    if window.panels.scans.is_busy:
        window.close()
        box = next(box for box in window.findChildren(QMessageBox) if box.isVisible())
        with qtbot.waitSignal(window.closed, timeout=SCAN_MS):
            {button.text(): button for button in box.buttons()}["&Stop and close"].click()
        assert not window.panels.scans.is_busy


def test_a_folder_that_is_dropped_is_scanned(qtbot, open_window, cues):
    window = open_window()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(cues)), QUrl("https://example.org/")])
    event = QDropEvent(
        QPointF(10, 10),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        QEvent.Type.Drop,
    )
    with qtbot.waitSignal(window.panels.scans.finished, timeout=SCAN_MS):
        window.dropEvent(event)
    qtbot.waitUntil(lambda: len(tracks_of(window)) == 3)


def test_a_folder_that_is_away_is_offline_in_the_side_bar(qtbot, open_window, cues):
    window = open_window()
    scan(qtbot, window, cues)
    cues.rename(cues.with_name("elsewhere"))
    scan(qtbot, window, cues)
    tree = window.panels.sidebar.tree
    qtbot.waitUntil(lambda: any("offline" in text for text in _texts(tree)), timeout=SCAN_MS)
    assert len(tracks_of(window)) == 3


def _texts(tree):
    item, texts = tree.topLevelItem(0), []
    while item is not None:
        texts.append(item.text(0))
        item = tree.itemBelow(item)
    return texts


def test_the_side_bar_asks_queries(qtbot, open_window, index_path):
    fill_library(index_path, *(library_record(f"/music/{n}.flac", assigned=("Drama",) * (n % 2)) for n in range(6)))
    window = open_window(Settings(searches=(SavedSearch("the fourth", "title:4"),)))
    tree = window.panels.sidebar.tree
    qtbot.waitUntil(lambda: "Drama" in _texts(tree))

    def click(text):
        item = tree.topLevelItem(0)
        while item.text(0) != text:
            item = tree.itemBelow(item)
        place = tree.visualItemRect(item).center()
        qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)

    click("Drama")
    qtbot.waitUntil(lambda: len(tracks_of(window)) == 3)
    assert window.panels.search.text == "drama"
    click("the fourth")
    qtbot.waitUntil(lambda: [track.title for track in tracks_of(window)] == ["4"])
    click("All tracks")
    qtbot.waitUntil(lambda: len(tracks_of(window)) == 6)
    with qtbot.waitSignal(window.settings_changed) as changed:
        window.panels.sidebar.save_search(" dramas ", "drama")
    assert changed.args[0].searches == (SavedSearch("dramas", "drama"), SavedSearch("the fourth", "title:4"))


def test_without_models_the_library_is_still_there(qtbot, open_window, index_path):
    fill_library(index_path, library_record("/music/a.flac"))
    window = open_window(bundle=None, bundle_problem="models/x: is damaged")
    qtbot.waitUntil(lambda: len(tracks_of(window)) == 1)
    assert "models/x: is damaged" in window.panels.message.text
    window.folders.scan(["/music"])
    assert "models/x: is damaged" in window.panels.message.text
    assert not window.panels.scans.is_busy
    window.actions_.evidence.trigger()
    window.show_settings().close()


def test_a_locked_index_is_told_and_nothing_is_lost(qtbot, open_window, index_path):
    fill_library(index_path, library_record("/music/a.flac"))
    with closing(sqlite3.connect(index_path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        window = open_window()
        qtbot.waitUntil(lambda: "locked" in window.panels.library._message.text, timeout=20_000)
        other.execute("ROLLBACK")
    window.panels.library.refresh()
    qtbot.waitUntil(lambda: len(tracks_of(window)) == 1)


def test_a_decision_undone_in_the_history_is_undone_in_sight(qtbot, open_window, index_path, tmp_path, ensemble):
    (track,) = hear(index_path, [write_music(tmp_path / "cue.wav", 2.0)], ensemble)
    window = open_window()
    qtbot.waitUntil(lambda: len(tracks_of(window)) == 1)
    window.panels.library.table.select_row(0)
    corrections = window.panels.corrections
    qtbot.waitUntil(lambda: len(corrections.tracks) == 1)
    corrections._decide("Musical", "accept")
    qtbot.waitUntil(lambda: "also in the files" in corrections._message.text, timeout=SCAN_MS)
    qtbot.waitUntil(lambda: window.panels.library.selected_tracks[0].user_genres == ("Musical",))
    assert "also in the files" in corrections._message.text
    list(undo_tags(index_path, paths=[track.path]))
    window.panels.library.refresh()
    qtbot.waitUntil(lambda: corrections.tracks[0].user_genres == ())
    assert corrections._message.text == ""


def test_the_side_bar_shows_what_is_listed(qtbot, open_window, index_path):
    fill_library(index_path, library_record("/music/a.flac", assigned=("Action",)))
    window = open_window(Settings(n_workers=1, searches=(SavedSearch("Space", "scifi"),)))
    sidebar, search = window.panels.sidebar, window.panels.search
    qtbot.waitUntil(lambda: sidebar.tree.topLevelItemCount() == 3)

    def marked() -> list[str]:
        return [item.text(0) for item in sidebar.tree.selectedItems()]

    search.set_text("scifi")
    assert marked() == ["Space"]
    search.set_text("something else")
    assert marked() == []
    sidebar.set_searches(())
    assert marked() == []
    search.clear()
    assert marked() == ["All tracks"]
    sidebar.set_searches((SavedSearch("Space", "scifi"),))
    assert marked() == ["All tracks"]


def test_arrow_keys_pass_over_headings_in_the_side_bar(qtbot, open_window, index_path):
    fill_library(index_path, library_record("/music/a.flac", assigned=("Action",)))
    window = open_window(Settings(n_workers=1, searches=(SavedSearch("Space", "scifi"),)))
    tree = window.panels.sidebar.tree
    qtbot.waitUntil(lambda: tree.topLevelItemCount() == 3)
    tree.setFocus()
    seen = []
    qtbot.keyClick(tree, Qt.Key.Key_Home)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Up):
        seen.append(tree.currentItem().text(0))
        qtbot.keyClick(tree, key)
    assert seen == ["All tracks", "Space", "Action", "Action", "Space", "All tracks"]
    assert tree.currentItem().text(0) == "All tracks"


def test_folders_are_looked_for_where_music_is(qtbot, open_window, index_path, tmp_path, monkeypatch):
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _kind: str(tmp_path))
    window = open_window()
    window.actions_.add_folder.trigger()
    dialog = window.findChild(QFileDialog)
    assert dialog.directory().path() == str(tmp_path)
    dialog.close()
    dialog.deleteLater()
    (tmp_path / "albums" / "one").mkdir(parents=True)
    window.folders.note(Summary({}, {}, [Folder(str(tmp_path / "albums" / "one"), 1, is_online=True)]))
    window.folders.choose()
    dialog = window.findChildren(QFileDialog)[-1]
    assert dialog.directory().path() == str(tmp_path / "albums")
    dialog.close()


def test_the_first_window_leaves_room_for_its_frame(open_window):
    window = open_window()
    room = window.screen().availableGeometry()
    assert window.height() < room.height()


def test_where_everything_stands_is_remembered(qtbot, open_window, index_path):
    fill_library(index_path, library_record("/music/a.flac"))
    window = open_window()
    window.docks.bin.close()
    window.panels.library.table.horizontalHeader().moveSection(0, 3)
    window.panels.library.sort_by("-length")
    window.panels.mixer.rows[0].set_weight(0.5)
    window.panels.mixer.save_preset("hard")
    window.save_layout()
    again = open_window(window.settings)
    assert again.docks.bin.isHidden()
    assert not again.docks.scan.isHidden()
    assert again.panels.library.table.horizontalHeader().visualIndex(0) == 3
    qtbot.waitUntil(lambda: again.panels.library.model.listing.sort == "-length")
    assert [preset.name for preset in again.settings.presets] == ["hard"]
    odd = open_window(Settings(window="nonsense", docks="AAAA", columns="ü", sort="-length"))
    assert not odd.docks.mixer.isHidden()


def test_an_order_of_another_version_is_no_trouble(qtbot, open_window, index_path):
    fill_library(index_path, library_record("/music/a.flac"))
    window = open_window(Settings(sort="colour"))
    qtbot.waitUntil(lambda: len(tracks_of(window)) == 1)
