from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from tagger_app.genres import N_GENRES
from tagger_app.index.changes import MarkMissing, PutTrack
from tagger_app.index.connection import IndexConnection, open_for_reading, open_for_writing
from tagger_app.index.records import TrackRecord
from tagger_app.index.writer import IndexWriter
from tagger_app.suggest.similar import MadeWith, cosine_similarity, suggest_like

MADE_WITH = MadeWith("bundle-1", "spec-1")
EAST = np.array([1.0, 0.0], np.float16)


class Shelf:
    """An index with tracks whose embeddings point in chosen directions."""

    def __init__(self, index_path: Path) -> None:
        self.index_path = index_path
        open_for_writing(index_path).close()

    def put(self, name: str, degrees: float, album: str = "", fingerprint: str = "", bundle: str = "bundle-1") -> None:
        angle = np.radians(degrees)
        record = TrackRecord(
            path=f"/music/{name}",
            size=1,
            mtime_ns=1,
            fingerprint=fingerprint or name,
            bundle_id=bundle,
            spec_fingerprint="spec-1",
            duration_s=60.0,
            rate_hz=44_100,
            n_channels=2,
            codec="FLAC",
            title=name,
            artist="Artist",
            album=album,
            fits=(0.5,) * N_GENRES,
            assigned=(),
            user_genres=(),
            unscored="",
            short=False,
            curve=np.zeros((1, N_GENRES), np.float16),
            embedding=np.array([np.cos(angle), np.sin(angle)], np.float16),
            overview=np.zeros(1, np.uint8),
        )
        with IndexWriter(self.index_path) as writer:
            writer.put(PutTrack(record))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "library.db")


@pytest.fixture
def connection(shelf: Shelf) -> Iterator[IndexConnection]:
    with closing(open_for_reading(shelf.index_path)) as opened:
        yield opened


def test_nearest_first_without_the_seed(shelf: Shelf, connection: IndexConnection) -> None:
    for name, degrees in (("seed", 0), ("north", 90), ("near", 10), ("west", 180), ("nearer", -5)):
        shelf.put(name, degrees)
    found = suggest_like(connection, EAST, MADE_WITH, 3, ["/music/seed"])
    assert [suggestion.track.title for suggestion in found] == ["nearer", "near", "north"]
    expected = [np.cos(np.radians(degrees)) for degrees in (5, 10, 90)]
    assert [suggestion.similarity for suggestion in found] == pytest.approx(expected, abs=1e-3)
    assert suggest_like(connection, EAST, MADE_WITH, 0) == []


def test_copies_count_once_and_those_of_the_seed_not_at_all(shelf: Shelf, connection: IndexConnection) -> None:
    shelf.put("seed", 0, fingerprint="a")
    shelf.put("copy of seed", 0, fingerprint="a")
    shelf.put("other", 20, fingerprint="b")
    shelf.put("copy of other", 20, fingerprint="b")
    shelf.put("third", 30, fingerprint="c")
    found = suggest_like(connection, EAST, MADE_WITH, 9, ["/music/seed"])
    assert [suggestion.track.title for suggestion in found] == ["other", "third"]
    found = suggest_like(connection, EAST, MADE_WITH, 9, exclude_fingerprints=["a", "c"])
    assert [suggestion.track.title for suggestion in found] == ["other"]


def test_an_album_gives_a_few_tracks_and_no_album_is_no_album(shelf: Shelf, connection: IndexConnection) -> None:
    for number in range(100):
        shelf.put(f"album {number}", number / 10, album="Greatest Hits")
    for number in range(5):
        shelf.put(f"loose {number}", 60 + number)
    titles = [suggestion.track.title for suggestion in suggest_like(connection, EAST, MADE_WITH, 6)]
    assert titles == ["album 0", "album 1", "album 2", "loose 0", "loose 1", "loose 2"]
    titles = [suggestion.track.title for suggestion in suggest_like(connection, EAST, MADE_WITH, 6, most_of_an_album=1)]
    assert titles == ["album 0", *(f"loose {number}" for number in range(5))]


def test_other_bundles_and_missing_files_are_left_out(shelf: Shelf, connection: IndexConnection) -> None:
    shelf.put("here", 0)
    shelf.put("gone", 1)
    shelf.put("of another bundle", 2, bundle="bundle-2")
    with IndexWriter(shelf.index_path) as writer:
        writer.put(MarkMissing(("/music/gone",)))
    assert [suggestion.track.title for suggestion in suggest_like(connection, EAST, MADE_WITH, 9)] == ["here"]
    assert suggest_like(connection, EAST, MadeWith("bundle-3", "spec-1"), 9) == []


@given(
    npst.arrays(np.float16, st.tuples(st.integers(1, 20), st.just(4)), elements=st.floats(-8, 8, width=16)),
    npst.arrays(np.float32, 4, elements=st.floats(-8, 8, width=32)),
)
def test_cosine(vectors: np.ndarray, vector: np.ndarray) -> None:
    similarity = cosine_similarity(vectors, vector)
    assert similarity.dtype == np.float32
    assert np.all(np.abs(similarity) <= 1 + 1e-3)
    for row, found in zip(vectors.astype(np.float64), similarity, strict=True):
        lengths = np.linalg.norm(row) * np.linalg.norm(vector)
        if lengths > 1e-3:
            assert found == pytest.approx(row @ vector / lengths, abs=2e-3)
        elif not row.any() or not vector.any():
            assert found == 0
