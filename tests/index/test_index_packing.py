"""Numbers that come out of SQLite as text."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tagger_app.index.packing import ID_CHARACTERS, LARGEST, pack_id, pack_number, packed, unpack, unpack_ids


@given(st.lists(st.integers(0, 2**42 - 1), max_size=20))
def test_ids_come_back_in_the_order_of_the_rows(ids):
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE t (id INTEGER)")
        connection.executemany("INSERT INTO t VALUES (?)", [(number,) for number in ids])
        ((data,),) = connection.execute(f"SELECT {packed(pack_id('id'))} FROM (SELECT id FROM t ORDER BY rowid)")
    found = unpack_ids(unpack(data, ID_CHARACTERS))
    assert found.dtype == np.int64
    assert found.tolist() == ids


@given(st.lists(st.tuples(st.integers(0, LARGEST), st.integers(0, LARGEST)), max_size=20))
def test_numbers_come_back_row_by_row(rows):
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE t (a INTEGER, b INTEGER)")
        connection.executemany("INSERT INTO t VALUES (?, ?)", rows)
        columns = [pack_number("a"), pack_number("b")]
        ((data,),) = connection.execute(f"SELECT {packed(columns)} FROM (SELECT a, b FROM t ORDER BY rowid)")
    assert unpack(data, 2).tolist() == [list(row) for row in rows]


def test_many_rows_are_decoded_piece_by_piece():
    rows = np.random.default_rng(0).integers(0, LARGEST, (150_000, 2))
    text = "".join(map(chr, (rows + 1).ravel().tolist()))
    assert len(text.encode()) > 3 << 18
    assert np.array_equal(unpack(text.encode(), 2), rows)


def test_nothing_is_packed_as_nothing():
    assert unpack(None, 3).shape == (0, 3)
