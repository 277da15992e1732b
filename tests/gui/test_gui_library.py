from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest
from gui_samples import fill_library, fits_with, library_record
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QAbstractItemView

from tagger_app.genres import GENRES
from tagger_app.gui.library.columns import COLUMNS, INDEX_BY_KEY
from tagger_app.gui.library.library_view import MOST_CHOSEN, LibraryView
from tagger_app.gui.library.listing import Library, Listing
from tagger_app.gui.library.track_model import TRACK_ROLE, TrackModel
from tagger_app.gui.mixer.mix import Mix
from tagger_app.index.changes import ForgetMissing, MarkMissing, PutFailure, PutTrack, SetUserGenres
from tagger_app.index.query import parse_query
from tagger_app.index.writer import IndexWriter


@pytest.fixture
def model(workspace, qtbot):
    library = Library(workspace.index_path)
    model = TrackModel(library, workspace.background)
    yield model
    library.close()


@pytest.fixture
def view(workspace, qtbot):
    view = LibraryView(workspace)
    qtbot.addWidget(view)
    view.resize(1200, 500)
    view.show()
    yield view
    view.close_index()


def show(qtbot, model, listing):
    """List something and wait until all of it is there."""
    with qtbot.waitSignal(model.changed):
        model.show(listing)
    qtbot.waitUntil(lambda: model.is_complete)


def start(qtbot, view, sort="title"):
    with qtbot.waitSignal(view.model.changed):
        view.start(sort)
    qtbot.waitUntil(lambda: view.model.is_complete)


def titles(model):
    return [track.title if (track := model.track_at(row)) else None for row in range(model.rowCount())]


def records(n_tracks):
    return [library_record(f"/music/{number:04}.flac") for number in range(n_tracks)]


def test_a_model_of_no_rows_is_a_model(model, qtbot, qtmodeltester):
    show(qtbot, model, Listing())
    assert (model.rowCount(), model.columnCount()) == (0, len(COLUMNS))
    qtmodeltester.check(model)


def test_the_model_behaves_as_models_do(index_path, model, qtbot, qtmodeltester):
    fill_library(index_path, *records(30))
    show(qtbot, model, Listing())
    assert model.rowCount() == 30
    qtmodeltester.check(model)


def test_only_what_is_looked_at_is_read(index_path, model, qtbot):
    fill_library(index_path, *records(1_500))
    show(qtbot, model, Listing(sort="path"))
    assert model.rowCount() == 1_500
    assert model.track_at(0).path == "/music/0000.flac"
    assert model.track_at(1_000) is None
    assert model.data(model.index(1_000, 0)) is None
    model.look_at(1_000, 1_020)
    qtbot.waitUntil(lambda: model.track_at(1_020) is not None)
    assert model.data(model.index(1_000, 0)) == "1000"
    assert model.track_at(500) is None


@pytest.mark.parametrize("sort", ["title", "-title", "length", "-length", "thriller", "-comedy", "-added"])
def test_rows_come_in_the_order_that_is_asked_for(index_path, model, qtbot, sort):
    fill_library(index_path, *records(130))
    show(qtbot, model, Listing(sort=sort))
    model.look_at(0, 130)
    qtbot.waitUntil(lambda: model.track_at(129) is not None)
    tracks = [model.track_at(row) for row in range(130)]
    keys = {
        "title": lambda track: track.title,
        "length": lambda track: track.duration_s,
        "thriller": lambda track: -track.fits[GENRES.index("Thriller")],
        "comedy": lambda track: -track.fits[GENRES.index("Comedy")],
        "added": lambda track: track.id,
    }
    key = keys[sort.removeprefix("-")]
    assert [key(track) for track in tracks] == sorted(map(key, tracks), reverse=sort.startswith("-"))


def test_a_query_lists_what_it_finds(index_path, model, qtbot):
    fill_library(index_path, *records(40))
    show(qtbot, model, Listing(parse_query("0012 | 0013")))
    assert titles(model) == ["0012", "0013"]


def test_a_mix_ranks_the_query_by_match(index_path, model, qtbot):
    fill_library(
        index_path,
        library_record("/music/a.flac", fits=fits_with(Thriller=0.9, Comedy=0.8), assigned=("Comedy",)),
        library_record("/music/b.flac", fits=fits_with(Thriller=0.8, Comedy=0.1), assigned=("Thriller",)),
        library_record("/music/c.flac", fits=fits_with(Thriller=0.2), assigned=()),
        library_record("/other/d.flac", fits=fits_with(Thriller=1.0), assigned=()),
    )
    mix = Mix.of({"Thriller": 1.0, "Comedy": -1.0})
    show(qtbot, model, Listing(mix=mix))
    assert titles(model) == ["d", "b", "c", "a"]
    assert model.data(model.index(1, INDEX_BY_KEY["match"])) == "0.85"
    show(qtbot, model, Listing(parse_query("path:music"), mix=mix))
    assert titles(model) == ["b", "c", "a"]
    show(qtbot, model, Listing(mix=replace(mix, assigned_only=True)))
    assert titles(model) == ["b"]


def test_the_last_of_many_questions_is_answered(index_path, model, qtbot):
    fill_library(index_path, *records(300))
    for number in range(50):
        model.show(Listing(parse_query(f"{number:04}")))
    qtbot.waitUntil(lambda: model.rowCount() == 1 and model.is_complete)
    assert titles(model) == ["0049"]
    for weight in range(1, 20):
        model.show(Listing(mix=Mix.of({"Drama": weight / 20})))
    qtbot.waitUntil(lambda: model.mix == Mix.of({"Drama": 19 / 20}) and model.is_complete)
    assert model.rowCount() == 300


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


def test_a_row_is_what_its_role_says(index_path, model, qtbot):
    fill_library(index_path, *records(1))
    show(qtbot, model, Listing())
    index = model.index(0, INDEX_BY_KEY["fit_thriller"])
    track = model.data(index, TRACK_ROLE)
    fit = track.fits[GENRES.index("Thriller")]
    assert model.data(index) == f"{fit:.2f}"
    assert model.data(index, Qt.ItemDataRole.AccessibleTextRole) == f"Thriller: {fit:.2f}"
    assert model.ids.dtype == np.int64


def test_a_writer_at_work_holds_nobody_up(index_path, model, qtbot):
    fill_library(index_path, *records(3))
    with IndexWriter(index_path) as writer:
        writer.put(PutTrack(library_record("/music/zzz.flac")))
        show(qtbot, model, Listing())
        assert model.rowCount() >= 3
