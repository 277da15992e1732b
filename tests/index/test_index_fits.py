from __future__ import annotations

from contextlib import closing

import numpy as np
import pytest
from index_samples import sample_record

from tagger_app.errors import LibraryIndexError
from tagger_app.genres import GENRES, N_GENRES, genre_key
from tagger_app.index.changes import MarkMissing, PutFailure, PutTrack, SetUserGenres
from tagger_app.index.connection import open_for_writing
from tagger_app.index.fits import NO_FIT, read_fits
from tagger_app.index.query import parse_query
from tagger_app.index.search import search, search_ids


def test_an_empty_index_gives_an_empty_table(reader):
    table = read_fits(reader)
    assert table.ids.shape == (0,)
    assert table.fits.shape == (0, N_GENRES)
    assert table.genres.shape == (0,)


def test_the_table_says_what_the_rows_say(store, reader):
    fits = (None, 0.0, 1.0, 0.1234, 0.9999, *(0.5,) * 5)
    store(
        *(PutTrack(sample_record(f"/music/{number}.flac")) for number in range(40)),
        PutTrack(sample_record("/music/edge.flac", fits=fits, assigned=("Comedy", "Drama"))),
        SetUserGenres("/music/edge.flac", ("-Comedy", "Thriller", "Action")),
        PutTrack(sample_record("/music/gone.flac")),
        MarkMissing(("/music/gone.flac",)),
        PutFailure("/music/broken.flac", 1, 1, "isn't audio"),
    )
    table = read_fits(reader)
    tracks = {track.id: track for track in search(reader, parse_query(""), "added", None)}
    assert table.ids.tolist() == search_ids(reader, parse_query(""), "added").tolist()
    assert len(table.ids) == 41
    for track_id, row, mask in zip(table.ids.tolist(), table.fits.tolist(), table.genres.tolist(), strict=True):
        expected = [NO_FIT if fit is None else round(fit * 10_000) for fit in tracks[track_id].fits]
        assert row == expected
        assert {genre for bit, genre in enumerate(GENRES) if mask >> bit & 1} == set(tracks[track_id].genres)


def test_large_ids_are_kept_whole(index_path, reader):
    with closing(open_for_writing(index_path)) as connection:
        PutTrack(sample_record("/music/a.flac")).apply(connection, 0.0)
        connection.execute("UPDATE sqlite_sequence SET seq = 2000000000000 WHERE name = 'tracks'")
        PutTrack(sample_record("/music/b.flac")).apply(connection, 0.0)
    connection.close()
    assert read_fits(reader).ids.tolist() == [1, 2_000_000_000_001]


def test_a_fit_that_is_none_is_refused(index_path, store, reader):
    store(PutTrack(sample_record("/music/a.flac")))
    connection = open_for_writing(index_path)
    connection.execute(f"UPDATE tracks SET fit_{genre_key(GENRES[0])} = 20000")
    connection.close()
    with pytest.raises(LibraryIndexError, match="damaged"):
        read_fits(reader)


def test_arrays_are_small(store, reader):
    store(PutTrack(sample_record("/music/a.flac")))
    table = read_fits(reader)
    assert (table.ids.dtype, table.fits.dtype, table.genres.dtype) == (np.int64, np.uint16, np.uint16)
