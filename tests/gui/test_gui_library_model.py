"""The model of the library's table: pages, orders, mixes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from gui_samples import fill_library, fits_with, library_record, records, titles
from PySide6.QtCore import Qt

from tagger_app.genres import GENRES
from tagger_app.gui.library.columns import COLUMNS, INDEX_BY_KEY
from tagger_app.gui.library.listing import Library, Listing
from tagger_app.gui.library.track_model import TRACK_ROLE, TrackModel
from tagger_app.gui.mixer.mix import Mix
from tagger_app.index.changes import PutTrack
from tagger_app.index.query import parse_query
from tagger_app.index.writer import IndexWriter


@pytest.fixture
def model(workspace, qtbot):
    library = Library(workspace.index_path)
    model = TrackModel(library, workspace.background)
    yield model
    library.close()


def show(qtbot, model, listing):
    """List something and wait until all of it is there."""
    with qtbot.waitSignal(model.changed):
        model.show(listing)
    qtbot.waitUntil(lambda: model.is_complete)


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
