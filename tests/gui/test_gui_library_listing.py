"""Reading whole listings: the same rows, however they are found."""

from __future__ import annotations

import numpy as np
import pytest
from gui_samples import fill_library, library_record, records

import tagger_app.gui.library.listing as listings
from tagger_app.gui.library.listing import Library, Listing
from tagger_app.index.changes import MarkMissing, PutFailure
from tagger_app.index.connection import open_for_reading
from tagger_app.index.query import parse_query
from tagger_app.index.search import search_ids

QUERIES = ["thriller>0.5", "orchestra -0012", "length<3:00 comedy>0.3", "00", "status:failed", "status:missing", "none"]


@pytest.fixture
def library(index_path, monkeypatch):
    changes = (MarkMissing(("/music/0003.flac",)), PutFailure("/music/bad.flac", 1, 1, "is no music"))
    fill_library(index_path, *records(150), changes=changes)
    monkeypatch.setattr(listings, "_FEW", 10)
    library = Library(index_path)
    yield library
    library.close()


def sorted_ids(index_path, query: str, sort: str):
    connection = open_for_reading(index_path)
    try:
        return search_ids(connection, parse_query(query), sort)
    finally:
        connection.close()


@pytest.mark.parametrize("sort", ["title", "-title", "artist", "-thriller", "added", "length"])
@pytest.mark.parametrize("is_order_known", [False, True])
def test_a_filter_has_its_rows_in_order(library, index_path, sort, is_order_known):
    if is_order_known:
        assert np.array_equal(library.read_ids(Listing(sort=sort)), sorted_ids(index_path, "", sort))
    lengths = []
    for query in QUERIES:
        found = library.read_ids(Listing(parse_query(query), sort))
        assert np.array_equal(found, sorted_ids(index_path, query, sort))
        lengths.append(len(found))
    assert lengths[-1] == 0
    assert lengths[4:6] == [1, 1]
    assert min(lengths[:4]) > 10


def test_many_rows_are_not_sorted_again(library, index_path, monkeypatch):
    library.read_ids(Listing(sort="title"))
    monkeypatch.setattr(listings, "search_ids", None)
    assert len(library.read_ids(Listing(parse_query("orchestra")))) == 149


def test_a_track_that_came_since_is_in_its_place(library, index_path):
    library.read_ids(Listing(sort="title"))
    fill_library(index_path, library_record("/music/0077 a.flac"))
    for _ in range(2):
        found = library.read_ids(Listing(parse_query("orchestra"), "title"))
        assert np.array_equal(found, sorted_ids(index_path, "orchestra", "title"))
        library.forget()
    assert len(library.read_ids(Listing(sort="title"))) == 150


def test_orders_are_kept_for_a_few_columns_only(library):
    for sort in ("title", "-title", "artist", "album", "length", "path"):
        library.read_ids(Listing(sort=sort))
    assert list(library._orders) == ["artist", "album", "length", "path"]
