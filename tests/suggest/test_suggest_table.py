"""The vectors beside the index: made from it, brought up to date, made again where anything is odd."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from suggest_samples import MADE_WITH, Shelf, make_record

from tagger_app.genres import N_GENRES
from tagger_app.index.changes import SetUserGenres
from tagger_app.index.connection import open_for_reading
from tagger_app.suggest import table as table_module
from tagger_app.suggest.first_look import first_look
from tagger_app.suggest.packed import DamagedFileError, PackedWriter, read_packed
from tagger_app.suggest.ranking import exact_aspects, make_question
from tagger_app.suggest.shelf import GrowingShelf, Rows, choose_sample, choose_scales
from tagger_app.suggest.tables import TileTable, TrackTable
from tagger_app.suggest.vectors import track_layout, track_vectors

KINDS = [TrackTable, TileTable]


def contents(table: TrackTable | TileTable) -> dict[int, np.ndarray]:
    """The coarse vectors of every track, in whichever shelf they lie."""
    found: dict[int, list[np.ndarray]] = {}
    for shelf in table.shelves:
        for track_id, row, alive in zip(shelf.ids.tolist(), shelf.coarse, shelf.alive, strict=True):
            if alive:
                found.setdefault(track_id, []).append(row * table.scales.steps)
    return {track_id: np.stack(rows) for track_id, rows in found.items()}


def file_of(shelf: Shelf, kind: type) -> Path:
    return shelf.index_path.with_name(f"library{kind.suffix}")


@pytest.mark.parametrize("kind", KINDS)
class TestUpToDate:
    def open(self, shelf: Shelf, kind: type, made_with: tuple[str, str] = MADE_WITH):
        connection = open_for_reading(shelf.index_path)
        return connection, kind(connection, *made_with)

    def test_rows_are_those_of_the_index_however_they_came(self, shelf, kind, monkeypatch):
        monkeypatch.setattr(table_module, "_MANY_ADDED", 3)
        shelf.put_around(10)
        connection, table = self.open(shelf, kind)
        with closing(connection):
            written = file_of(shelf, kind).stat().st_mtime_ns
            shelf.put_around(8, seed=1)
            table.refresh()
            assert file_of(shelf, kind).stat().st_mtime_ns != written, "many are added to the file"
            shelf.write(SetUserGenres("/music/around 0-3.flac", ("Drama",)))
            shelf.put(make_record("around 0-4", np.eye(8)[:2]))
            table.refresh()
            merged = contents(table)
        file_of(shelf, kind).unlink()
        connection, table = self.open(shelf, kind)
        with closing(connection):
            anew = contents(table)
        assert merged.keys() == anew.keys()
        for track_id, rows in merged.items():
            assert rows.shape == anew[track_id].shape
            np.testing.assert_allclose(rows, anew[track_id], atol=0.15)

    def test_the_file_is_used_again_and_what_is_new_is_added(self, shelf, kind):
        shelf.put_around(5)
        self.open(shelf, kind)[0].close()
        before = file_of(shelf, kind).read_bytes()
        shelf.put(make_record("new", np.eye(8)[:1]))
        connection, table = self.open(shelf, kind)
        with closing(connection):
            assert len(contents(table)) == 6
            assert len(table.shelves[1]) == 1
        assert file_of(shelf, kind).read_bytes() == before

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda data: b"",
            lambda data: data[: len(data) // 2],
            lambda data: b"x" * 300,
            lambda data: data[:-5] + bytes([data[-5] ^ 1]) + data[-4:],
            lambda data: data[:40] + b"\xff" + data[41:],
            lambda data: data[:8] + b"\xff\xff\xff\xff" + data[12:],
        ],
    )
    def test_a_damaged_file_is_made_again(self, shelf, kind, spoil):
        shelf.put_around(5)
        connection, table = self.open(shelf, kind)
        expected = contents(table)
        connection.close()
        path = file_of(shelf, kind)
        good = path.read_bytes()
        path.write_bytes(spoil(good))
        connection, table = self.open(shelf, kind)
        with closing(connection):
            found = contents(table)
        assert found.keys() == expected.keys()
        assert all(np.array_equal(found[track_id], expected[track_id]) for track_id in found)
        assert path.read_bytes() == good

    def test_the_file_of_another_index_bundle_or_past_is_not_used(self, shelf, kind, tmp_path):
        shelf.put_around(5)
        self.open(shelf, kind)[0].close()
        other = Shelf(tmp_path / "other" / "library.db")
        other.put_around(5, seed=7)
        shutil.copyfile(file_of(shelf, kind), file_of(other, kind))
        connection, table = self.open(other, kind)
        with closing(connection), closing(open_for_reading(other.index_path)) as again:
            file_of(other, kind).unlink()
            assert contents(kind(again, *MADE_WITH)).keys() == contents(table).keys()
            np.testing.assert_array_equal(contents(kind(again, *MADE_WITH))[1], contents(table)[1])
        connection, table = self.open(other, kind, ("bundle-9", "spec-1"))
        with closing(connection):
            assert contents(table) == {}

    def test_an_index_that_went_back_in_time(self, shelf, kind):
        shelf.put_around(4)
        backup = shelf.index_path.with_name("backup.db")
        with closing(sqlite3.connect(shelf.index_path)) as source, closing(sqlite3.connect(backup)) as target:
            source.backup(target)
        shelf.put_around(3, seed=1)
        self.open(shelf, kind)[0].close()
        for path in shelf.index_path.parent.glob("library.db*"):
            path.unlink()
        backup.replace(shelf.index_path)
        connection, table = self.open(shelf, kind)
        with closing(connection):
            assert len(contents(table)) == 4
            shelf.put_around(3, seed=2)
            table.refresh()
            assert len(contents(table)) == 7


shapes = st.dictionaries(
    st.sampled_from(["a", "b", "c"]),
    st.tuples(st.sampled_from(["<i8", "i1", "<f4", "<f2"]), st.lists(st.integers(0, 5), min_size=1, max_size=3)),
)


@given(shapes=shapes, seed=st.integers(0, 9))
@settings(max_examples=40)
def test_what_is_packed_comes_back(tmp_path_factory, shapes, seed):
    path = tmp_path_factory.mktemp("packed") / "arrays"
    random = np.random.default_rng(seed)
    expected = {}
    with PackedWriter(
        path, {name: (np.dtype(dtype), tuple(shape)) for name, (dtype, shape) in shapes.items()}
    ) as writer:
        for name, array in writer.arrays.items():
            array[...] = random.integers(-100, 100, array.shape)
            expected[name] = array.copy()
        writer.commit({"seed": seed})
    meta, found = read_packed(path)
    assert meta == {"seed": seed}
    assert found.keys() == expected.keys()
    for name, array in expected.items():
        np.testing.assert_array_equal(found[name], array, strict=True)
        assert not found[name].flags.writeable
    assert list(path.parent.iterdir()) == [path]


def test_a_writer_that_is_stopped_leaves_the_old_file(tmp_path):
    path = tmp_path / "arrays"
    path.write_bytes(b"old")
    with pytest.raises(RuntimeError), PackedWriter(path, {"a": (np.dtype("<f4"), (3,))}):
        raise RuntimeError
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("arrays", b"old")]
    with pytest.raises(DamagedFileError):
        read_packed(path)


@given(seed=st.integers(0, 99), n_rows=st.integers(1, 300), n_embedding=st.integers(1, 40))
@settings(max_examples=25)
def test_the_first_look_is_near_the_exact_one(seed, n_rows, n_embedding):
    """With no course over time, which only the exact look compares, both say the same."""
    random = np.random.default_rng(seed)
    layout = track_layout(n_embedding, 8, 7)
    embeddings = random.normal(size=(n_rows, n_embedding))
    embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)
    fits = random.uniform(0, 1, (n_rows, N_GENRES)).astype(np.float32)
    n_tiles = np.ones(n_rows, np.int64)
    moving = random.normal(size=(n_rows, 15))
    vectors = track_vectors(fits, fits, n_tiles, embeddings, moving[:, :8], moving[:, 8:])
    assert vectors.shape == (n_rows, layout.width)
    scales = choose_scales(choose_sample(vectors), layout)
    growing = GrowingShelf(layout, scales, with_fine=True)
    for part in np.array_split(np.arange(n_rows), 3):
        growing.add(Rows(part + 1, part.astype(np.uint64), vectors[part]))
    growing.remove(1)
    shelf = growing.shelf
    question = make_question([vectors[-1]], [True], np.array([1, 2, 0.5, 0.5], np.float32), layout, scales)
    nearly = first_look(shelf, question, layout, scales)
    exact = exact_aspects(shelf, np.arange(n_rows), question.examples[0], layout, scales) @ question.weights
    assert nearly[0] == -1
    assert ((nearly[1:] >= 0) & (nearly[1:] <= 1.001)).all()
    np.testing.assert_allclose(nearly[1:], exact[1:], atol=0.06)
