from __future__ import annotations

import pytest
import soundfile
from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QListWidget, QMenu, QTableView
from sound_samples import write_music
from work_samples import button, hear, texts

from tagger_app.gui.bin.export_dialog import ExportDialog
from tagger_app.gui.bin.model import END, NOTE, START, BinModel
from tagger_app.gui.bin.panel import BinPanel
from tagger_app.gui.bin.shelf import _Writer
from tagger_app.gui.selecting import choose_row
from tagger_app.handoff.bins import BinItem, bin_path, bins_folder, list_bins, load_bin, save_bin
from tagger_app.handoff.export import LIST_FORMATS
from tagger_app.suggest.seeds import Region

WAIT_MS = 20_000


@pytest.fixture
def tracks(tmp_path, index_path, ensemble):
    (tmp_path / "music").mkdir()
    files = [write_music(tmp_path / "music" / f"{name}.wav", 3.0, seed=seed) for seed, name in enumerate("abc")]
    return hear(index_path, files, ensemble)


def opened(qtbot, workspace):
    panel = BinPanel(workspace)
    qtbot.addWidget(panel)
    qtbot.waitUntil(lambda: panel._is_open or panel._model.is_locked, timeout=WAIT_MS)
    return panel


@pytest.fixture
def panel(qtbot, workspace):
    return opened(qtbot, workspace)


def saved(qtbot, panel):
    """What the disk has of the open bin, once it has all."""
    qtbot.waitUntil(lambda: panel._shelf.is_saved, timeout=WAIT_MS)
    return load_bin(bin_path(panel._shelf.folder, panel._shelf.name))


def names(panel):
    return [item.name for item in panel.items]


def table(panel):
    return panel.findChild(QTableView)


# -- collecting and ordering -----------------------------------------------------------------------------------------


def test_what_is_collected_is_there_at_the_next_start(qtbot, workspace, panel, tracks, index_path):
    assert any("The bin is empty" in text for text in texts(panel, QLabel))
    panel.add_tracks(tracks[:2])
    panel.add_region(tracks[2], Region(0.5, 1.25))
    assert names(panel) == ["a", "b", "c"]
    assert saved(qtbot, panel) == panel.items
    assert list_bins(bins_folder(index_path)) == ["Bin"]
    again = opened(qtbot, workspace)
    assert again.items == panel.items
    assert (again.items[2].start_s, again.items[2].end_s) == (0.5, 1.25)
    assert "3 · 0:07" in texts(again, QLabel)


def test_tracks_added_before_the_bins_are_read_are_not_lost(qtbot, workspace, tracks, index_path):
    save_bin(bin_path(bins_folder(index_path), "Old"), [BinItem(file="file:///x.wav", title="x", duration_s=1.0)])
    panel = BinPanel(workspace)
    qtbot.addWidget(panel)
    panel.add_tracks(tracks[:1])
    qtbot.waitUntil(lambda: names(panel) == ["x", "a"], timeout=WAIT_MS)


def test_rows_move_by_keyboard(qtbot, panel, tracks):
    panel.add_tracks(tracks)
    view = table(panel)
    with qtbot.waitActive(panel):
        panel.show()
        panel.activateWindow()
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    choose_row(view, view.model().index(2, 0))
    qtbot.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert names(panel) == ["a", "c", "b"]
    assert [index.row() for index in view.selectionModel().selectedRows()] == [1]
    for _ in range(3):
        qtbot.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert names(panel) == ["c", "a", "b"]
    qtbot.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert names(panel) == ["a", "c", "b"]
    assert [item.name for item in saved(qtbot, panel)] == ["a", "c", "b"]


def test_what_was_collected_last_is_chosen_alone(qtbot, panel, tracks):
    """Ctrl+B: a held Ctrl must not add to what was chosen, or take it out."""
    with qtbot.waitExposed(panel):
        panel.show()
    panel.add_tracks(tracks[:1])
    qtbot.keyPress(panel, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    panel.add_tracks(tracks[1:])
    panel.add_tracks([])
    chosen = [index.row() for index in table(panel).selectionModel().selectedRows()]
    qtbot.keyRelease(panel, Qt.Key.Key_B)
    assert chosen == [2]


@pytest.mark.parametrize(
    ("rows", "before", "order", "places"),
    [
        ([0], 3, "bcad", [2]),
        ([0], 4, "bcda", [3]),
        ([3], 0, "dabc", [0]),
        ([0, 2], 4, "bdac", [2, 3]),
        ([1, 3], 0, "bdac", [0, 1]),
        ([1], 1, "abcd", [1]),
        ([1], 2, "abcd", [1]),
        ([], 2, "abcd", []),
    ],
)
def test_rows_move_together(qtbot, rows, before, order, places):
    model = BinModel()
    model.show_items([BinItem(file=f"file:///{name}.wav") for name in "abcd"])
    assert model.move_rows(rows, before) == places
    assert "".join(item.name for item in model.items) == order


def test_rows_are_dropped_where_they_are_let_go(panel, tracks):
    panel.add_tracks(tracks)
    model = table(panel).model()
    mime = model.mimeData([model.index(0, 0), model.index(0, 3)])
    assert mime.urls()[0].toLocalFile() == tracks[0].path
    # Not accepted: the view would remove the rows that it takes for copied.
    assert not model.dropMimeData(mime, Qt.DropAction.MoveAction, 2, 0, QModelIndex())
    assert names(panel) == ["b", "a", "c"]
    model.dropMimeData(mime, Qt.DropAction.MoveAction, -1, -1, QModelIndex())
    assert names(panel) == ["a", "c", "b"]


def test_what_is_removed_can_be_put_back(qtbot, panel, tracks):
    panel.add_tracks(tracks)
    view = table(panel)
    view.selectAll()
    flags = QItemSelectionModel.SelectionFlag
    view.selectionModel().select(view.model().index(1, 0), flags.Deselect | flags.Rows)
    button(panel, "Remove").click()
    assert names(panel) == ["b"]
    assert panel._message.text == "Removed: 2."
    button(panel._message, "Put back").click()
    assert names(panel) == ["a", "b", "c"]
    assert [item.name for item in saved(qtbot, panel)] == ["a", "b", "c"]


# -- editing ---------------------------------------------------------------------------------------------------------


def test_in_and_out_and_notes_are_edited(qtbot, panel, tracks):
    panel.add_tracks(tracks[:1])
    model = table(panel).model()
    assert model.setData(model.index(0, START), "0:01,5")
    assert model.setData(model.index(0, END), "0:02.25")
    assert model.setData(model.index(0, NOTE), "under the kiss\nsoft")
    (item,) = saved(qtbot, panel)
    assert (item.start_s, item.end_s, item.note) == (1.5, 2.25, "under the kiss\nsoft")
    assert model.index(0, NOTE).data() == "under the kiss soft"
    assert [model.index(0, column).data() for column in (START, END)] == ["0:01.5", "0:02.2"]
    assert [model.index(0, column).data(Qt.ItemDataRole.EditRole) for column in (START, END)] == [
        "0:01.500",
        "0:02.250",
    ]
    assert "0:01.500 – 0:02.250" in model.index(0, START).data(Qt.ItemDataRole.ToolTipRole)
    assert model.setData(model.index(0, END), "99")
    assert panel.items[0].end_s == pytest.approx(3.0)
    assert model.setData(model.index(0, START), " ")
    assert not panel.items[0].is_region


def test_a_key_of_the_menu_leaves_no_menu_behind(qtbot, panel, tracks):
    panel.add_tracks(tracks[:1])
    panel.show()
    view = table(panel)
    view.customContextMenuRequested.emit(QPoint(5, 5))
    menu = next(menu for menu in view.findChildren(QMenu) if menu.isVisible())
    note = next(action for action in menu.actions() if action.text() == "Edit &note")
    note.trigger()  # as its key does, past the menu
    assert not menu.isVisible()
    editor = view.findChild(QLineEdit)
    qtbot.keyClicks(editor, "needs a tail")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.items[0].note == "needs a tail")


@pytest.mark.parametrize(
    ("column", "text", "said"),
    [
        (START, "2.9999:0", "looks like"),
        (START, "soon", "looks like"),
        (END, "0", "In lies before"),
        (START, "3", "In lies"),
    ],
)
def test_a_time_that_can_not_be_is_refused_and_told(panel, tracks, column, text, said):
    panel.add_tracks(tracks[:1])
    before = panel.items
    model = table(panel).model()
    assert not model.setData(model.index(0, column), text)
    assert panel.items == before
    assert said in panel._message.text


def test_an_edit_that_changes_nothing_keeps_the_exact_time(panel, tracks):
    panel.add_region(tracks[0], Region(0.123456789, 1.0))
    model = table(panel).model()
    assert model.setData(model.index(0, START), model.index(0, START).data(Qt.ItemDataRole.EditRole))
    assert panel.items[0].start_s == 0.123456789


def test_the_model_keeps_the_rules(qtmodeltester, panel, tracks):
    panel.add_tracks(tracks)
    qtmodeltester.check(table(panel).model())


# -- several bins ----------------------------------------------------------------------------------------------------


def test_bins_have_names(qtbot, panel, tracks, index_path):
    panel.add_tracks(tracks[:1])
    panel.begin("Reel 2: chase?")
    assert panel.items == ()
    panel.add_tracks(tracks[1:2])
    choice = panel.findChild(QComboBox)
    assert choice.currentText() == "Reel 2_ chase_"
    assert [item.name for item in saved(qtbot, panel)] == ["b"]
    choice.setCurrentText("Bin")
    choice.activated.emit(choice.currentIndex())
    qtbot.waitUntil(lambda: names(panel) == ["a"], timeout=WAIT_MS)
    panel._shelf.rename("Old")
    qtbot.waitUntil(lambda: choice.currentText() == "Old", timeout=WAIT_MS)
    assert list_bins(bins_folder(index_path)) == ["Old", "Reel 2_ chase_"]
    with qtbot.waitSignal(panel.problem, timeout=WAIT_MS) as problem:
        panel._shelf.rename("Reel 2_ chase_")
    assert "already" in problem.args[0]
    panel.begin("OLD")
    qtbot.waitUntil(lambda: panel._is_open and choice.currentText() == "Old", timeout=WAIT_MS)


def test_a_damaged_bin_is_told_and_kept(qtbot, workspace, tracks, index_path):
    path = bin_path(bins_folder(index_path), "Reel 1")
    path.parent.mkdir()
    path.write_bytes(b"{ half a bin")
    panel = opened(qtbot, workspace)
    assert "Reel 1" in panel._message.text
    assert "damaged" in panel._message.text
    panel.add_tracks(tracks[:1])
    assert names(panel) == ["a"]
    assert [item.name for item in saved(qtbot, panel)] == ["a"]
    assert panel._shelf.name == "Bin"
    assert path.read_bytes() == b"{ half a bin"


def test_a_bin_that_can_not_be_saved_is_told_and_not_lost(qtbot, panel, tracks, index_path):
    bins_folder(index_path).write_text("in the way")
    with qtbot.waitSignal(panel.problem, timeout=WAIT_MS):
        panel.add_tracks(tracks[:1])
    assert not panel._shelf.is_saved
    bins_folder(index_path).unlink()
    panel.flush()
    assert [item.name for item in saved(qtbot, panel)] == ["a"]


def test_an_older_state_never_replaces_a_newer_one(tmp_path):
    writer = _Writer()
    first, second = writer.number(), writer.number()
    newer = (BinItem(file="file:///b.wav"),)
    writer.write(second, tmp_path / "bin.json", newer)
    writer.write(first, tmp_path / "bin.json", ())
    assert load_bin(tmp_path / "bin.json") == newer


# -- hearing ---------------------------------------------------------------------------------------------------------


def test_return_plays(qtbot, panel, tracks):
    panel.add_tracks(tracks[:1])
    panel.add_region(tracks[1], Region(0.5, 1.0))
    view = table(panel)
    view.selectRow(0)
    with qtbot.waitSignal(panel.track_activated, timeout=WAIT_MS) as whole:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert whole.args[0].id == tracks[0].id
    view.selectRow(1)
    with qtbot.waitSignal(panel.region_activated, timeout=WAIT_MS) as part:
        button(panel, "Play").click()
    assert (part.args[0].id, part.args[1]) == (tracks[1].id, Region(0.5, 1.0))


def test_a_cue_that_left_the_index_is_told(qtbot, panel):
    panel._model.append([BinItem(file="file:///gone.wav", duration_s=1.0)])
    table(panel).selectRow(0)
    with qtbot.waitSignal(panel.problem, timeout=WAIT_MS) as problem:
        button(panel, "Play").click()
    assert "gone.wav isn't in the index" in problem.args[0]


# -- export ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def dialog(qtbot, workspace, panel, tracks):
    panel.add_tracks(tracks[:1])
    panel.add_region(tracks[1], Region(0.5, 1.0))
    dialog = ExportDialog(workspace, "Reel 1", panel.items)
    qtbot.addWidget(dialog)
    return dialog


def choose(dialog, key):
    dialog._format.setCurrentIndex(dialog._format.findData(key))


@pytest.mark.parametrize("extension", LIST_FORMATS)
def test_a_bin_is_handed_off(qtbot, dialog, tmp_path, extension):
    choose(dialog, extension)
    assert dialog._target.text().endswith(f"Reel 1.{extension}")
    dialog._target.setText(str(tmp_path / "out"))
    with qtbot.waitSignal(dialog.exported, timeout=WAIT_MS) as exported:
        button(dialog, "Export (2)").click()
    assert exported.args == [str(tmp_path / f"out.{extension}")]
    content = (tmp_path / f"out.{extension}").read_text("utf-8-sig")
    assert "b.wav" in content
    rates = {"edl": "00:00:00:12 00:00:01:00", "xml": "<timebase>25</timebase>"}
    assert rates.get(extension, "") in content
    assert dialog._rate.isVisibleTo(dialog) == (extension in rates)


def test_return_exports(qtbot, dialog, tmp_path):
    dialog.show()
    dialog._target.setText(str(tmp_path / "Reel 1.m3u8"))
    with qtbot.waitSignal(dialog.exported, timeout=10_000):
        qtbot.keyClick(dialog._format, Qt.Key.Key_Return)
    assert (tmp_path / "Reel 1.m3u8").exists()


def test_regions_become_wav_files(qtbot, dialog, tmp_path):
    choose(dialog, "wav")
    example = [label.text() for label in dialog.findChildren(QLabel)]
    assert "01 a 00m00.000s.wav" in example
    dialog._template.setText("{index:03} {name}")
    assert "001 a.wav" in [label.text() for label in dialog.findChildren(QLabel)]
    dialog._target.setText(str(tmp_path / "wavs"))
    dialog._handles.setValue(0.25)
    with qtbot.waitSignal(dialog.exported, timeout=WAIT_MS):
        button(dialog, "Export (2)").click()
    assert soundfile.info(tmp_path / "wavs" / "001 a.wav").frames == 3 * 44_100
    assert soundfile.info(tmp_path / "wavs" / "002 b.wav").frames == 44_100
    assert any("Done. Written: 2." in text for text in texts(dialog, QLabel))


def test_a_bad_template_can_not_be_used(dialog):
    choose(dialog, "wav")
    dialog._template.setText("{nothing}")
    assert any("isn't known" in text for text in texts(dialog, QLabel))
    assert not button(dialog, "Export (2)").isEnabled()
    choose(dialog, "csv")
    assert button(dialog, "Export (2)").isEnabled()


def test_what_can_not_be_written_is_told(qtbot, dialog, tmp_path, tracks):
    choose(dialog, "csv")
    dialog._target.setText(str(tmp_path / "gone" / "out.csv"))
    with qtbot.waitSignal(dialog.problem, timeout=WAIT_MS):
        button(dialog, "Export (2)").click()
    assert any("can't be written" in text for text in texts(dialog, QLabel))
    (tmp_path / "music" / "b.wav").unlink()
    choose(dialog, "wav")
    dialog._target.setText(str(tmp_path / "wavs"))
    with qtbot.waitSignal(dialog.exported, timeout=WAIT_MS):
        button(dialog, "Export (2)").click()
    assert "b.wav" in dialog.findChild(QListWidget).item(0).text()


def test_an_empty_bin_has_nothing_to_export(qtbot, workspace):
    dialog = ExportDialog(workspace, "Bin", ())
    qtbot.addWidget(dialog)
    assert not button(dialog, "Export").isEnabled()
    assert any("nothing to export" in text for text in texts(dialog, QLabel))


def test_every_control_has_a_name(panel, dialog):
    for control in panel.findChildren(QAbstractButton) + dialog.findChildren(QAbstractButton):
        is_qts_own = control.objectName().startswith("qt_")
        assert is_qts_own or control.text() or control.accessibleName() or not control.isVisibleTo(panel)
    for field in (dialog._format, dialog._rate, dialog._handles, dialog._template):
        assert dialog._form.labelForField(field).buddy() is field
    assert dialog._target.accessibleName()
