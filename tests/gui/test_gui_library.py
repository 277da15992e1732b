"""The library's table, as it is seen and used."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from gui_samples import fill_library, library_record, records, titles
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QAbstractItemView

from tagger_app.genres import GENRES
from tagger_app.gui.library.columns import COLUMNS, INDEX_BY_KEY
from tagger_app.gui.library.library_view import MOST_CHOSEN, LibraryView
from tagger_app.gui.mixer.mix import Mix
from tagger_app.index.changes import ForgetMissing, MarkMissing, PutFailure, SetUserGenres
from tagger_app.index.query import parse_query


@pytest.fixture
def view(workspace, qtbot):
    view = LibraryView(workspace)
    qtbot.addWidget(view)
    view.resize(1200, 500)
    view.show()
    yield view
    view.close_index()


def start(qtbot, view, sort="title"):
    with qtbot.waitSignal(view.model.changed):
        view.start(sort)
    qtbot.waitUntil(lambda: view.model.is_complete)


def test_rows_fill_while_a_scan_goes_on_and_the_choice_stays(index_path, view, qtbot):
    fill_library(index_path, *records(20))
    start(qtbot, view)
    for row in (4, 5, 9):
        view.table.selectionModel().select(
            view.model.index(row, 0), QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        )
    view.table.selectionModel().setCurrentIndex(view.model.index(9, 0), QItemSelectionModel.SelectionFlag.NoUpdate)
    qtbot.waitUntil(lambda: [track.title for track in view.selected_tracks] == ["0004", "0005", "0009"])
    fill_library(index_path, *(library_record(f"/music/0000{letter}.flac") for letter in "abc"))
    with qtbot.waitSignal(view.model.changed) as changed:
        view.refresh()
    assert changed.args == [False]
    assert view.model.rowCount() == 23
    chosen = [view.model.track_of(track_id).title for track_id in view.table.chosen_ids(100).tolist()]
    assert chosen == ["0004", "0005", "0009"]
    assert view.table.currentIndex().row() == 12
    assert [track.title for track in view.selected_tracks] == ["0004", "0005", "0009"]


def test_changed_tracks_are_read_again(index_path, view, qtbot):
    fill_library(index_path, library_record("/music/a.flac", assigned=("Action",)))
    start(qtbot, view)
    fill_library(index_path, changes=(SetUserGenres("/music/a.flac", ("Thriller",)),))
    view.refresh()
    qtbot.waitUntil(lambda: view.model.track_at(0).genres == ("Action", "Thriller"))
    assert view.model.data(view.model.index(0, INDEX_BY_KEY["genres"])) == "Action, Thriller"


def test_tracks_that_are_gone_leave_the_table_and_the_choice(index_path, view, qtbot):
    fill_library(index_path, *records(3))
    start(qtbot, view)
    view.table.selectAll()
    qtbot.waitUntil(lambda: len(view.selected_tracks) == 3)
    fill_library(index_path, changes=(MarkMissing(("/music/0001.flac",)), ForgetMissing()))
    with qtbot.waitSignal(view.selection_changed):
        view.refresh()
    assert [track.title for track in view.selected_tracks] == ["0000", "0002"]


def test_a_large_choice_is_told_up_to_a_thousand(index_path, view, qtbot):
    fill_library(index_path, *records(MOST_CHOSEN + 50))
    start(qtbot, view, "path")
    view.table.selectAll()
    qtbot.waitUntil(lambda: len(view.selected_tracks) == MOST_CHOSEN)
    assert view.table.n_chosen() == MOST_CHOSEN + 50
    assert len(view.table.chosen_ids(10**9)) == MOST_CHOSEN + 50


def test_headers_sort_and_reverse(index_path, view, qtbot):
    fill_library(index_path, *records(20))
    start(qtbot, view)
    header = view.table.horizontalHeader()

    def click(key):
        section = INDEX_BY_KEY[key]
        place = header.sectionViewportPosition(section) + 10
        qtbot.mouseClick(
            header.viewport(), Qt.MouseButton.LeftButton, pos=header.viewport().rect().center().__class__(place, 5)
        )

    with qtbot.waitSignal(view.order_changed) as order:
        click("artist")
    assert order.args == ["artist"]
    with qtbot.waitSignal(view.order_changed) as order:
        click("artist")
    assert order.args == ["-artist"]
    with qtbot.waitSignal(view.order_changed) as order:
        click("fit_action")
    assert order.args == ["action"]
    assert header.sortIndicatorSection() == INDEX_BY_KEY["fit_action"]
    assert header.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder
    click("genres")  # can't be sorted by
    assert header.sortIndicatorSection() == INDEX_BY_KEY["fit_action"]


def test_a_header_takes_over_from_the_mixer_and_gives_back(index_path, view, qtbot):
    fill_library(index_path, *records(20))
    start(qtbot, view)
    with qtbot.waitSignal(view.model.changed):
        view.set_mix(Mix.of({"Drama": 1.0}))
    match = INDEX_BY_KEY["match"]
    assert not view.table.isColumnHidden(match)
    drama = [track.fits[GENRES.index("Drama")] for row in range(20) if (track := view.model.track_at(row))]
    assert drama == sorted(drama, reverse=True)
    with qtbot.waitSignal(view.model.changed):
        view.sort_by("title")
    assert view.table.isColumnHidden(match)
    assert titles(view.model) == sorted(titles(view.model))
    with qtbot.waitSignal(view.model.changed):
        view.sort_by("match")
    assert not view.table.isColumnHidden(match)


def test_columns_are_hidden_moved_and_remembered(view, workspace, qtbot):
    header = view.table.horizontalHeader()
    header.moveSection(header.visualIndex(INDEX_BY_KEY["path"]), 0)
    actions = {action.text(): action for action in view.table.column_actions()}
    actions["Album"].setChecked(False)
    state = view.table.save_columns()
    other = LibraryView(workspace)
    qtbot.addWidget(other)
    other.table.restore_columns(state)
    assert other.table.horizontalHeader().visualIndex(INDEX_BY_KEY["path"]) == 0
    assert other.table.isColumnHidden(INDEX_BY_KEY["album"])
    other.table.reset_columns()
    assert other.table.horizontalHeader().visualIndex(INDEX_BY_KEY["path"]) == INDEX_BY_KEY["path"]
    assert not other.table.isColumnHidden(INDEX_BY_KEY["album"])
    for nonsense in ("", "nonsense", "AAAA", "ü"):
        other.table.restore_columns(nonsense)
    assert not other.table.isColumnHidden(0)
    other.close_index()


def test_columns_are_moved_and_widened_by_keyboard(index_path, view, qtbot):
    fill_library(index_path, *records(5))
    start(qtbot, view)
    table, header = view.table, view.table.horizontalHeader()
    album, artist, genres, length = (INDEX_BY_KEY[key] for key in ("album", "artist", "genres", "length"))
    header.setSectionHidden(artist, True)
    alt, shift = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
    table.setCurrentIndex(view.model.index(0, album))
    table.setFocus()
    qtbot.waitUntil(table.hasFocus)
    qtbot.keyClick(table, Qt.Key.Key_Right, alt)
    assert header.visualIndex(album) > header.visualIndex(length)
    for _ in range(3):
        qtbot.keyClick(table, Qt.Key.Key_Left, alt)
    assert header.visualIndex(album) == 0  # past the hidden one in one step, and not further
    assert table.currentIndex().column() == album
    qtbot.keyClick(table, Qt.Key.Key_Left, alt)
    assert header.visualIndex(album) == 0
    assert header.visualIndex(genres) > header.visualIndex(length)
    before = table.columnWidth(album)
    qtbot.keyClick(table, Qt.Key.Key_Right, alt | shift)
    assert table.columnWidth(album) > before
    for _ in range(100):
        qtbot.keyClick(table, Qt.Key.Key_Left, alt | shift)
    assert table.columnWidth(album) == header.minimumSectionSize()


def test_an_order_is_turned_round(index_path, view, qtbot):
    fill_library(index_path, *records(5))
    start(qtbot, view)
    for wanted in ("-title", "title"):
        with qtbot.waitSignal(view.model.changed):
            view.reverse()
        assert view.model.listing.sort == wanted
        assert titles(view.model) == sorted(titles(view.model), reverse=wanted == "-title")


@pytest.mark.parametrize("key", [Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown])
def test_the_first_arrow_key_chooses_a_row(index_path, view, qtbot, key):
    """Of a single row, too, which Qt takes for reached already."""
    fill_library(index_path, *records(5))
    start(qtbot, view)
    table = view.table
    with qtbot.waitSignal(view.model.changed):
        view.set_query(parse_query(f'"{titles(view.model)[0]}"'))
    table.clearSelection()
    table.selectionModel().setCurrentIndex(view.model.index(0, 2), QItemSelectionModel.SelectionFlag.NoUpdate)
    qtbot.keyClick(table, key)
    assert table.chosen_rows() == [range(1)]
    assert table.currentIndex().column() == 2


def test_one_column_always_stays(view):
    for action in view.table.column_actions():
        action.setChecked(False)
    header = view.table.horizontalHeader()
    assert header.count() - header.hiddenSectionCount() == 1


STRANGE = (
    "x" * 300,
    "🎬🎻 Verfolgung 🚓",
    "مطاردة في الليل",
    "<b>bold</b> & <img src=x>",
    "line\nbreak\ttab",
    "",
)


def test_strange_names_are_shown_and_break_nothing(index_path, view, qtbot):
    fill_library(
        index_path,
        *(
            library_record(f"/music/{number}.flac", title=name, artist=name, album=name)
            for number, name in enumerate(STRANGE)
        ),
        library_record("/music/caf\udce9.flac", title=""),
        library_record("/music/silent.wav", fits=(None,) * 10, assigned=(), unscored="silent", duration_s=0.0),
        changes=(PutFailure("/music/broken.mp3", 1, 1, "isn't audio <i>"),),
    )
    with qtbot.waitSignal(view.model.changed):
        view.set_query(parse_query("status:present | status:failed"))
    assert view.model.rowCount() == len(STRANGE) + 3
    view.grab()
    texts = {view.model.data(view.model.index(row, 0)) for row in range(view.model.rowCount())}
    assert {"x" * 300, "🎬🎻 Verfolgung 🚓", "line break tab", "caf\\udce9.flac", "5.flac", "broken.mp3"} <= texts
    for row in range(view.model.rowCount()):
        for column in range(view.model.columnCount()):
            tip = view.model.data(view.model.index(row, column), Qt.ItemDataRole.ToolTipRole)
            assert "<b>" not in tip
            assert "<i>" not in tip
    view.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    view.grab()


def test_every_cell_is_painted_chosen_or_not(index_path, view, qtbot):
    """Long lists of genres, one column of which there is no room for, and what the editor decided."""
    fill_library(
        index_path,
        library_record("/music/a.flac", assigned=GENRES),
        library_record("/music/b.flac", assigned=(), user_genres=("Comedy",)),
    )
    start(qtbot, view)
    plain = view.table.grab().toImage()
    view.table.selectAll()
    assert view.table.grab().toImage() != plain
    view.table.setColumnWidth(INDEX_BY_KEY["genres"], 40)
    view.set_mix(Mix.of({"Comedy": 0.5}))
    qtbot.waitUntil(lambda: view.model.mix is not None)
    view.table.grab()


def test_untrained_genres_say_why(view, workspace):
    untrained = {entry.genre: entry.untrained for entry in workspace.bundle.manifest.evidence if entry.untrained}
    for genre, reason in untrained.items():
        section = next(index for index, column in enumerate(COLUMNS) if column.genre == genre)
        assert reason in view.model.headerData(section, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)


def test_a_search_that_finds_nothing_says_so_and_can_be_cleared(index_path, view, qtbot):
    fill_library(index_path, *records(2))
    start(qtbot, view)
    with qtbot.waitSignal(view.model.changed):
        view.set_query(parse_query("nosuchword"))
    assert not view.table.isVisible()
    buttons = [button for button in view.findChildren(type(view._message._button)) if button.isVisible()]
    with qtbot.waitSignal(view.search_cleared):
        qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)


def test_an_empty_library_is_told(index_path, view, qtbot):
    with qtbot.waitSignal(view.is_empty_changed) as told:
        view.start("title")
    assert told.args == [True]
    fill_library(index_path, *records(1))
    with qtbot.waitSignal(view.is_empty_changed) as told:
        view.refresh()
    assert told.args == [False]


def test_a_locked_index_is_named_where_the_eye_is_and_read_later(index_path, view, qtbot):
    fill_library(index_path, *records(3))
    with closing(sqlite3.connect(index_path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        view.start("title")
        qtbot.waitUntil(lambda: "locked" in view._message.text, timeout=15_000)
        assert view.model.rowCount() == 0
        other.execute("ROLLBACK")
    with qtbot.waitSignal(view.model.changed):
        view._message._button.click()
    assert view.model.rowCount() == 3
    assert view._message.text == ""


def test_an_index_of_another_program_is_named(tmp_path, workspace, qtbot):
    path = tmp_path / "other.db"
    path.write_bytes(b"this is no database at all" * 100)
    view = LibraryView(replace(workspace, index_path=path))
    qtbot.addWidget(view)
    view.show()
    view.start("title")
    qtbot.waitUntil(lambda: bool(view._message.text))
    assert "other.db" in view._message.text
    view.close_index()


def test_enter_plays_and_letters_do_not_search(index_path, view, qtbot):
    fill_library(index_path, *records(3))
    start(qtbot, view)
    view.table.select_row(1)
    with qtbot.waitSignal(view.track_activated) as activated:
        qtbot.keyClick(view.table, Qt.Key.Key_Return)
    assert activated.args[0].title == "0001"
    qtbot.keyClicks(view.table, "0002")
    assert view.table.currentIndex().row() == 1


def test_rows_are_dragged_as_files(index_path, view, qtbot):
    fill_library(index_path, *records(3))
    start(qtbot, view)
    indexes = [view.model.index(row, column) for row in (2, 0) for column in (0, 1)]
    urls = [url.toLocalFile() for url in view.model.mimeData(indexes).urls()]
    assert urls == ["/music/0000.flac", "/music/0002.flac"]
    assert view.table.dragDropMode() is QAbstractItemView.DragDropMode.DragOnly


def test_rows_grow_with_the_font(view):
    font = QFont(view.font())
    font.setPointSizeF(font.pointSizeF() * 2)
    view.table.setFont(font)
    assert view.table.verticalHeader().defaultSectionSize() > QFontMetrics(font).height()
