from __future__ import annotations

import dataclasses
from contextlib import closing

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy
from index_samples import BUNDLE, SPEC, assert_sound, found, sample_record

from tagger_app.errors import LibraryIndexError
from tagger_app.genres import GENRES
from tagger_app.index.arrays import get_curve, get_embedding, get_embeddings, get_overview
from tagger_app.index.changes import (
    MarkMissing,
    MarkRoot,
    PutFailure,
    PutTrack,
    RecordBundle,
    SetUserGenres,
)
from tagger_app.index.connection import open_for_writing
from tagger_app.index.ledger import list_bundles, list_failures, read_statistics
from tagger_app.index.records import TrackRecord, effective_genres
from tagger_app.index.rows import decode_array, encode_array, sort_key
from tagger_app.index.tracks import find_analysis, find_by_fingerprint, get_track, known_files


class TestStoring:
    def test_a_record_comes_back_as_it_went_in(self, store, reader):
        record = sample_record("/music/a.flac", user_genres=("Thriller", "-Comedy"), short=True)
        store(PutTrack(record))
        track = get_track(reader, "/music/a.flac")
        assert track is not None
        for field in dataclasses.fields(TrackRecord):
            if field.name not in ("curve", "embedding", "overview", "sound"):
                assert getattr(track, field.name) == getattr(record, field.name), field.name
        assert (track.state, track.status, track.failure) == ("present", "present", "")
        np.testing.assert_array_equal(get_curve(reader, track.id), record.curve, strict=True)
        np.testing.assert_array_equal(get_embedding(reader, track.id), record.embedding, strict=True)
        np.testing.assert_array_equal(get_overview(reader, track.id), record.overview, strict=True)

    def test_a_track_without_scores(self, store, reader):
        nothing = np.empty(0, np.float16)
        record = sample_record(
            "/music/silence.wav",
            fits=(None, float("nan"), *[None] * 8),
            assigned=(),
            unscored="silent",
            curve=nothing.reshape(0, 10),
            embedding=nothing,
        )
        store(PutTrack(record))
        track = get_track(reader, record.path)
        assert track.fits == (None,) * 10
        assert track.unscored == "silent"
        assert get_curve(reader, track.id).shape == (0, 10)
        assert get_embedding(reader, track.id) is None
        assert find_analysis(reader, record.fingerprint, BUNDLE, SPEC).embedding.shape == (0,)

    def test_what_is_not_there(self, reader):
        assert get_track(reader, "/music/a.flac") is None
        assert get_curve(reader, 1) is None
        assert get_embedding(reader, 1) is None
        assert get_overview(reader, 1) is None
        assert find_by_fingerprint(reader, "") == []
        assert find_analysis(reader, "", BUNDLE, SPEC) is None
        assert known_files(reader, "/") == {}

    def test_analysing_again_keeps_the_id_and_replaces_the_rest(self, store, reader):
        store(PutTrack(sample_record("/music/a.flac")))
        before = get_track(reader, "/music/a.flac")
        again = sample_record("/music/a.flac", title="Zebra", bundle_id="own-1", embedding=np.empty(0, np.float16))
        store(PutTrack(again))
        after = get_track(reader, "/music/a.flac")
        assert (after.id, after.title, after.bundle_id) == (before.id, "Zebra", "own-1")
        assert get_embedding(reader, after.id) is None
        assert found(reader, "zebra") == ["/music/a.flac"]
        assert found(reader, "title:flac") == []

    @pytest.mark.parametrize("name", ["caf\udce9\udcff.flac", "a\nb\tc.flac", "أغنية\u202e.flac", "🎬" * 60 + ".flac"])
    def test_any_name_of_a_file(self, store, reader, index_path, name):
        path = f"/music/{name}"
        store(PutTrack(sample_record(path, title=name)), PutFailure(f"/bad/{name}", 1, 1, name))
        assert get_track(reader, path).path == path
        assert list(known_files(reader, "/music")) == [path]
        assert [failure.path for failure in list_failures(reader)] == [f"/bad/{name}"]
        assert_sound(index_path)

    def test_tags_of_megabytes_and_with_nul_are_cut(self, store, reader, index_path):
        store(PutTrack(sample_record("/music/a.flac", title="Ze\0ro " + "x" * 5_000_000, artist="\ud800", album="")))
        track = get_track(reader, "/music/a.flac")
        assert track.title.startswith("Ze ro x")
        assert len(track.title) == 1_000
        assert found(reader, "title:ro") == ["/music/a.flac"]
        assert_sound(index_path)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"fits": (0.5,) * 9},
            {"fits": (1.5,) + (0.5,) * 9},
            {"curve": np.zeros((3, 9), np.float16)},
            {"curve": np.zeros((3, 10), np.float32)},
            {"embedding": np.zeros((2, 2), np.float16)},
            {"overview": np.zeros(3, np.int16)},
        ],
    )
    def test_a_wrong_record_is_a_bug(self, wrong):
        with pytest.raises(ValueError, match=r"fits|curve|embedding|overview"):
            sample_record("/music/a.flac", **wrong)


class TestUserGenres:
    def test_the_user_wins_over_the_model(self):
        assert effective_genres(("Thriller", "Comedy"), ("-Comedy", "Sci-Fi")) == ("Thriller", "Sci-Fi")
        assert effective_genres(("Thriller",), ("Thriller",)) == ("Thriller",)
        assert effective_genres((), ("Noir", "-Noir", " scifi ")) == ("Sci-Fi",)

    def test_decisions_are_found_and_survive_another_analysis(self, store, reader):
        record = sample_record("/music/a.flac", assigned=("Comedy",))
        store(PutTrack(record), SetUserGenres("/music/a.flac", ("-Comedy", "Crime")), PutTrack(record))
        assert get_track(reader, "/music/a.flac").genres == ("Crime",)
        assert found(reader, "crime -comedy") == ["/music/a.flac"]
        store(PutTrack(dataclasses.replace(record, user_genres=("Drama",))))
        assert get_track(reader, "/music/a.flac").genres == ("Comedy", "Drama")
        store(SetUserGenres("/music/a.flac", ()))
        assert get_track(reader, "/music/a.flac").genres == ("Comedy",)

    def test_decisions_about_other_audio_do_not_survive(self, store, reader):
        store(
            PutTrack(sample_record("/music/a.flac", assigned=(), user_genres=("Crime",))),
            PutTrack(sample_record("/music/a.flac", assigned=(), fingerprint="other")),
        )
        assert get_track(reader, "/music/a.flac").user_genres == ()


class TestBundles:
    def test_embeddings_of_two_bundles_never_mix(self, store, reader):
        records = {
            path: sample_record(path, bundle_id=bundle, spec_fingerprint=spec, embedding=np.full(size, 0.5, np.float16))
            for path, bundle, spec, size in (
                ("/music/a", "one", "s", 4),
                ("/music/b", "two", "s", 6),
                ("/music/c", "one", "s", 4),
                ("/music/d", "one", "t", 4),
                ("/music/e", "one", "s", 0),
            )
        }
        store(*map(PutTrack, records.values()))
        ids, vectors = get_embeddings(reader, "one", "s")
        assert ids.tolist() == [get_track(reader, path).id for path in ("/music/a", "/music/c")]
        assert (vectors.shape, vectors.dtype) == ((2, 4), np.float16)
        assert get_embeddings(reader, "two", "s")[1].shape == (1, 6)
        assert [len(part) for part in get_embeddings(reader, "three", "s")] == [0, 0]

    def test_more_embeddings_than_one_part(self, store, reader, monkeypatch):
        monkeypatch.setattr("tagger_app.index.arrays._PART_ROWS", 3)
        records = [sample_record(f"/music/{number:03}") for number in range(10)]
        store(*map(PutTrack, records))
        ids, vectors = get_embeddings(reader, BUNDLE, SPEC)
        np.testing.assert_array_equal(vectors, np.stack([record.embedding for record in records]), strict=True)
        assert ids.tolist() == sorted(ids.tolist())

    def test_bundles_are_listed_with_their_manifest(self, store, reader):
        store(
            PutTrack(sample_record("/music/a")), RecordBundle(BUNDLE, SPEC, '{"a": 1}'), RecordBundle("b", SPEC, "{}")
        )
        assert [tuple(bundle) for bundle in list_bundles(reader)] == [
            (BUNDLE, SPEC, 1_000.0, '{"a": 1}'),
            ("b", SPEC, 1_000.0, "{}"),
        ]


def test_statistics(store, reader):
    assert read_statistics(reader).n_by_status == {"present": 0, "offline": 0, "missing": 0, "failed": 0}
    store(
        PutTrack(sample_record("/music/a", assigned=("Comedy", "Crime"), user_genres=("-Crime",))),
        PutTrack(sample_record("/music/b", assigned=(), bundle_id="own")),
        PutTrack(sample_record("/music/c", assigned=(), fits=(None,) * 10, unscored="silent")),
        PutTrack(sample_record("/music/gone", assigned=("Drama",))),
        PutTrack(sample_record("/nas/d", assigned=("Comedy",))),
        PutFailure("/music/bad", 1, 1, "is empty"),
        PutFailure("/music/bad and gone", 1, 1, "is empty"),
        MarkMissing(("/music/gone", "/music/bad and gone")),
        MarkRoot("/nas", False),
    )
    statistics = read_statistics(reader)
    assert statistics.n_by_status == {"present": 3, "offline": 1, "missing": 2, "failed": 1}
    assert statistics.n_by_bundle == {BUNDLE: 4, "own": 1}
    assert statistics.n_by_genre == {genre: 2 if genre == "Comedy" else 0 for genre in GENRES}
    assert (statistics.n_abstained, statistics.n_unscored) == (1, 1)
    assert statistics.duration_s == pytest.approx(4 * 181.5)


@pytest.mark.parametrize(
    ("damage", "read"),
    [
        ("UPDATE curves SET n_tiles = 8", lambda connection: get_curve(connection, 1)),
        ("UPDATE curves SET n_tiles = 'many'", lambda connection: get_curve(connection, 1)),
        ("UPDATE curves SET n_tiles = -7", lambda connection: get_curve(connection, 1)),
        ("UPDATE overviews SET data = 'text'", lambda connection: get_overview(connection, 1)),
        ("UPDATE overviews SET data = x'00'", lambda connection: get_overview(connection, 1)),
        ("UPDATE embeddings SET data = x'000000'", lambda connection: get_embedding(connection, 1)),
        ("UPDATE embeddings SET data = 5", lambda connection: get_embedding(connection, 1)),
        ("UPDATE embeddings SET data = 5", lambda connection: get_embeddings(connection, BUNDLE, SPEC)),
        ("UPDATE embeddings SET data = x'00' WHERE track_id = 2", lambda c: get_embeddings(c, BUNDLE, SPEC)),
        ("UPDATE tracks SET assigned = '{'", lambda connection: get_track(connection, "/music/a")),
        ("UPDATE tracks SET assigned = '[1]'", lambda connection: get_track(connection, "/music/a")),
        ("UPDATE tracks SET state = 9", lambda connection: get_track(connection, "/music/a")),
        ("UPDATE tracks SET state = 9", lambda connection: known_files(connection, "/music")),
        ("UPDATE tracks SET bundle = NULL, state = 'x'", lambda connection: known_files(connection, "/music")),
        ("UPDATE tracks SET fit_crime = 'much'", lambda connection: get_track(connection, "/music/a")),
        ("UPDATE tracks SET duration_s = 'long'", lambda connection: get_track(connection, "/music/a")),
        ("DELETE FROM curves", lambda connection: find_analysis(connection, "f", BUNDLE, SPEC)),
    ],
)
def test_damaged_values_are_told(store, index_path, damage, read):
    store(PutTrack(sample_record("/music/a", fingerprint="f")), PutTrack(sample_record("/music/b", fingerprint="f")))
    with closing(open_for_writing(index_path)) as connection:
        connection.execute(damage)
        with pytest.raises(LibraryIndexError, match="damaged"):
            read(connection)


@given(st_numpy.arrays(np.float16, st.tuples(st.integers(0, 5), st.just(10)), elements=st.floats(0, 1, width=16)))
def test_arrays_survive_their_bytes(array):
    decoded = decode_array(encode_array(array), np.float16, array.shape, None)
    np.testing.assert_array_equal(decoded, array, strict=True)
    big_endian = array.astype(">f2")
    assert encode_array(big_endian) == encode_array(array)


def test_sort_keys():
    assert sorted(["Zoo", "élan", "Eland", "apfel", "Äpfel"], key=sort_key) == [
        "apfel",
        "Äpfel",
        "élan",
        "Eland",
        "Zoo",
    ]
    assert sort_key("") is None
    assert sort_key("  ") is None
