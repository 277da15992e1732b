from __future__ import annotations

from index_samples import BUNDLE, SPEC, sample_record

from tagger_app.index.changes import PutTrack, SetUserGenres
from tagger_app.index.query import parse_query
from tagger_app.index.reassign import Reassign
from tagger_app.index.search import search
from tagger_app.index.tracks import get_track
from tagger_app.index.writer import IndexWriter

FITS = (0.9, 0.2, None, 0.3, 0.62, 0.1, None, 0.05, 0.5, 0.55)


def reassign(index_path, thresholds, n_tracks):
    """Reassign the whole library; how many changes it took."""
    after_id, n_changes = 0, 0
    with IndexWriter(index_path) as writer:
        while after_id is not None:
            after_id = writer.run(Reassign(BUNDLE, SPEC, thresholds, after_id, n_tracks))
            n_changes += 1
    return n_changes


def test_genres_above_the_new_thresholds_are_assigned_best_first(index_path, store, reader):
    store(
        *(PutTrack(sample_record(f"/music/{number}.flac", fits=FITS, assigned=("Action",))) for number in range(5)),
        PutTrack(sample_record("/music/other.flac", fits=FITS, assigned=("Action",), bundle_id="other-1")),
        SetUserGenres("/music/3.flac", ("-Action", "Comedy")),
    )
    assert reassign(index_path, {"Thriller": 0.55, "Drama": 0.5, "Action": 0.9, "Sci-Fi": 0.7, "Comedy": 0.0}, 2) == 3
    for number in range(5):
        assert get_track(reader, f"/music/{number}.flac").assigned == ("Action", "Drama", "Thriller")
    assert get_track(reader, "/music/3.flac").genres == ("Drama", "Thriller", "Comedy")
    assert get_track(reader, "/music/other.flac").assigned == ("Action",)
    assert len(search(reader, parse_query("drama"), "path", None)) == 5
    assert len(search(reader, parse_query("action"), "path", None)) == 5


def test_what_is_assigned_already_is_left_alone(index_path, store, reader):
    store(PutTrack(sample_record("/music/a.flac", fits=FITS, assigned=("Action",))))
    before = get_track(reader, "/music/a.flac")
    assert reassign(index_path, {"Action": 0.8}, 100) == 1
    assert get_track(reader, "/music/a.flac") == before


def test_an_empty_index_has_nothing_to_assign(index_path, store):
    store()
    assert reassign(index_path, {"Action": 0.8}, 100) == 1
