"""Files that are known, move, are copied, fail, go missing and come back."""

from __future__ import annotations

import dataclasses
import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from index_samples import BUNDLE, SPEC, assert_sound, found, sample_record

from tagger_app.index.arrays import get_curve, get_embedding, get_overview
from tagger_app.index.changes import (
    ForgetMissing,
    MarkMissing,
    MarkPresent,
    MarkRoot,
    MoveTrack,
    PutFailure,
    PutTrack,
    RecordScan,
    UpdateFile,
)
from tagger_app.index.ledger import list_failures, list_roots
from tagger_app.index.records import FileFacts, KnownFile
from tagger_app.index.rows import path_range
from tagger_app.index.tracks import (
    count_files,
    find_analysis,
    find_by_fingerprint,
    get_track,
    known_files,
    settled_files,
)
from tagger_app.index.writer import IndexWriter


class TestKnownFiles:
    def test_only_what_is_below_the_root(self, store, reader):
        paths = ["/music", "/music!/a", "/music-2/a", "/music/a", "/music/b/c", "/music/\udcff", "/music0", "/musi/c"]
        store(*(PutTrack(sample_record(path)) for path in paths))
        assert set(known_files(reader, "/music")) == {"/music", "/music/a", "/music/b/c", "/music/\udcff"}
        assert known_files(reader, "/music/") == {
            path: known for path, known in known_files(reader, "/music").items() if path != "/music"
        }
        assert set(known_files(reader, "/")) == set(paths)
        assert set(known_files(reader, "/music/a")) == {"/music/a"}

    def test_what_is_known(self, store, reader):
        store(
            PutTrack(sample_record("/music/a", size=5, mtime_ns=6)),
            PutFailure("/music/b", 7, 8, "is empty"),
            MarkMissing(("/music/b",)),
        )
        assert known_files(reader, "/music") == {
            "/music/a": KnownFile(5, 6, BUNDLE, SPEC, "present", False),
            "/music/b": KnownFile(7, 8, "", "", "missing", True),
        }

    def test_the_settled_and_the_others(self, store, reader):
        store(
            *(PutTrack(sample_record(path, size=5, mtime_ns=6)) for path in ("/music/a", "/music/\udcff", "/music2/a")),
            *(PutTrack(sample_record(path)) for path in ("/music/gone", "/music/failed")),
            PutFailure("/music/b", 7, 8, "is empty"),
            PutFailure("/music/failed", 7, 8, "is empty"),
            MarkMissing(("/music/gone",)),
        )
        settled = settled_files(reader, "/music", BUNDLE, SPEC)
        assert settled == {("/music/a", 5, 6), ("/music/\udcff", 5, 6)}
        assert settled_files(reader, "/music/a", BUNDLE, SPEC) == {("/music/a", 5, 6)}
        everything = known_files(reader, "/music")
        others = known_files(reader, "/music", unless_settled=(BUNDLE, SPEC))
        assert set(others) == {"/music/b", "/music/gone", "/music/failed"}
        assert others.items() <= everything.items()
        assert set(everything) == {path for path, _, _ in settled} | set(others)

    @pytest.mark.parametrize(("bundle_id", "spec_fingerprint"), [("another", SPEC), (BUNDLE, "another")])
    def test_nothing_is_settled_for_another_bundle(self, store, reader, bundle_id, spec_fingerprint):
        store(PutTrack(sample_record("/music/a")))
        assert settled_files(reader, "/music", bundle_id, spec_fingerprint) == set()
        unless_settled = (bundle_id, spec_fingerprint)
        assert known_files(reader, "/music", unless_settled=unless_settled) == known_files(reader, "/music")

    def test_how_many_there_are(self, store, reader):
        paths = ("/music/a", "/music/b", "/music2/a")
        store(*(PutTrack(sample_record(path)) for path in paths), PutFailure("/music/c", 7, 8, "is empty"))
        assert count_files(reader, "/music") == (2, 1)
        assert count_files(reader, "/music/c") == (0, 1)
        assert count_files(reader, "/nowhere") == (0, 0)

    def test_one_index_answers_it(self, reader):
        plan = reader.fetch(
            "EXPLAIN QUERY PLAN SELECT path, size, mtime_ns, bundle, state, failure FROM tracks "
            "INDEXED BY tracks_known WHERE path > ? AND path < ?",
            path_range("/music"),
        )
        assert [row[3] for row in plan] == ["SEARCH tracks USING COVERING INDEX tracks_known (path>? AND path<?)"]

    @given(
        folder=st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1),
        other=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
        separator=st.sampled_from(["/", "\\"]),
    )
    def test_the_range_is_the_prefix(self, folder, other, separator):
        root = separator + folder.replace(separator, "")
        first, last = path_range(root, separator)
        for path in (other, root, root + other, root + separator + other):
            encoded = os.fsencode(path)
            is_below = path.startswith(root.rstrip(separator) + separator)
            assert (first <= encoded < last) == is_below


class TestMovesAndCopies:
    facts = FileFacts("/music/new.flac", 11, 12, "New Title", "New Artist", "New Album")

    def test_a_move_keeps_id_and_analysis(self, store, reader, index_path):
        store(PutTrack(sample_record("/music/old.flac", user_genres=("Crime",))), MarkMissing(("/music/old.flac",)))
        old = get_track(reader, "/music/old.flac")
        store(MoveTrack("/music/old.flac", self.facts))
        assert get_track(reader, "/music/old.flac") is None
        assert get_track(reader, "/music/new.flac") == dataclasses.replace(old, state="present", **self.facts._asdict())
        assert len(get_curve(reader, old.id)) == 7
        assert found(reader, "path:new title:new") == ["/music/new.flac"]
        assert found(reader, "old") == []
        assert_sound(index_path)

    def test_a_move_onto_a_known_path_replaces_it(self, store, reader, index_path):
        store(PutTrack(sample_record("/music/old.flac")), PutTrack(sample_record("/music/new.flac", title="gone")))
        old = get_track(reader, "/music/old.flac")
        store(MoveTrack("/music/old.flac", self.facts))
        assert get_track(reader, "/music/new.flac").id == old.id
        assert list(known_files(reader, "/music")) == ["/music/new.flac"]
        assert found(reader, "gone") == []
        assert_sound(index_path)

    def test_a_move_of_what_is_not_there_does_nothing(self, store, reader):
        store(PutTrack(sample_record("/music/new.flac")), MoveTrack("/music/old.flac", self.facts))
        assert get_track(reader, "/music/new.flac").title == "new.flac"

    def test_a_move_to_the_same_path(self, store, reader):
        store(PutTrack(sample_record("/music/new.flac")), MoveTrack("/music/new.flac", self.facts))
        assert get_track(reader, "/music/new.flac").title == "New Title"

    def test_a_copy_uses_the_stored_analysis(self, store, reader):
        record = sample_record("/music/a.flac")
        store(PutTrack(record))
        stored = find_analysis(reader, record.fingerprint, BUNDLE, SPEC)
        assert stored is not None
        store(PutTrack(dataclasses.replace(stored, path="/music/copy.flac", size=9, mtime_ns=9)))
        tracks = find_by_fingerprint(reader, record.fingerprint)
        assert [track.path for track in tracks] == ["/music/a.flac", "/music/copy.flac"]
        assert tracks[0].fits == tracks[1].fits
        np.testing.assert_array_equal(get_curve(reader, tracks[1].id), record.curve)
        np.testing.assert_array_equal(get_embedding(reader, tracks[1].id), record.embedding)
        np.testing.assert_array_equal(get_overview(reader, tracks[1].id), record.overview)

    def test_an_analysis_by_other_models_is_none(self, store, reader):
        record = sample_record("/music/a.flac")
        store(PutTrack(record))
        assert find_analysis(reader, record.fingerprint, "other", SPEC) is None
        assert find_analysis(reader, record.fingerprint, BUNDLE, "other") is None

    def test_new_tags(self, store, reader, index_path):
        store(PutTrack(sample_record("/music/new.flac")), UpdateFile(self.facts))
        track = get_track(reader, "/music/new.flac")
        assert FileFacts(*(getattr(track, name) for name in FileFacts._fields)) == self.facts
        assert found(reader, '"new album"') == ["/music/new.flac"]
        assert_sound(index_path)


class TestFailures:
    def test_a_failure_is_remembered_until_the_file_succeeds(self, store, reader):
        store(PutFailure("/music/a.flac", 1, 2, "is empty"))
        assert [tuple(failure) for failure in list_failures(reader)] == [("/music/a.flac", 1, 2, "is empty", 1_000.0)]
        assert found(reader, "status:failed") == ["/music/a.flac"]
        assert found(reader, "a") == []
        store(PutFailure("/music/a.flac", 3, 4, "holds no audio"))
        assert [failure[1:4] for failure in list_failures(reader)] == [(3, 4, "holds no audio")]
        store(PutTrack(sample_record("/music/a.flac")))
        assert list_failures(reader) == []
        assert found(reader, "a") == ["/music/a.flac"]

    def test_an_earlier_analysis_stays_stored(self, store, reader):
        record = sample_record("/music/a.flac")
        store(PutTrack(record), PutFailure("/music/a.flac", 1, 2, "is cut short"))
        track = get_track(reader, "/music/a.flac")
        assert (track.status, track.fits) == ("failed", record.fits)
        assert find_analysis(reader, record.fingerprint, BUNDLE, SPEC) is not None

    def test_a_failed_file_that_is_gone(self, store, reader):
        store(PutFailure("/music/a.flac", 1, 2, "is empty"), MarkMissing(("/music/a.flac",)))
        assert list_failures(reader) == []
        store(MarkPresent(("/music/a.flac",)))
        assert len(list_failures(reader)) == 1


class TestStates:
    def test_a_root_goes_and_comes_back(self, store, reader):
        store(
            *(PutTrack(sample_record(path)) for path in ("/nas/a", "/nas/gone", "/nas2/b", "/nas")),
            MarkMissing(("/nas/gone",)),
            RecordScan("/nas"),
            MarkRoot("/nas", False),
        )

        def states():
            return {path: known.state for path, known in known_files(reader, "/").items()}

        assert states() == {"/nas/a": "offline", "/nas/gone": "missing", "/nas2/b": "present", "/nas": "offline"}
        assert [tuple(root) for root in list_roots(reader)] == [("/nas", False, 1_000.0)]
        store(MarkRoot("/nas", True))
        assert states() == {"/nas/a": "present", "/nas/gone": "missing", "/nas2/b": "present", "/nas": "present"}
        assert list_roots(reader)[0].online

    def test_missing_tracks_come_back(self, store, reader):
        store(PutTrack(sample_record("/music/a")), PutTrack(sample_record("/music/b")))
        before = get_track(reader, "/music/a")
        store(MarkMissing(("/music/a", "/music/never seen")))
        assert found(reader, "") == ["/music/b"]
        assert found(reader, "status:missing") == ["/music/a"]
        store(MarkPresent(("/music/a", "/music/never seen")))
        assert get_track(reader, "/music/a") == before

    def test_only_an_explicit_clean_up_removes_rows(self, store, reader, index_path):
        store(*(PutTrack(sample_record(f"/music/{name}")) for name in "abc"), MarkMissing(("/music/a", "/music/b")))
        with IndexWriter(index_path) as writer:
            assert writer.forget_missing(("/music/b", "/music/c")) == ["/music/b"]
            assert writer.forget_missing() == ["/music/a"]
            assert writer.run(ForgetMissing()) == []
        assert list(known_files(reader, "/music")) == ["/music/c"]
        assert reader.fetch("SELECT (SELECT count(*) FROM curves), (SELECT count(*) FROM embeddings)") == [(1, 1)]
        assert_sound(index_path)

    def test_an_id_is_never_used_again(self, store, reader):
        store(PutTrack(sample_record("/music/a")))
        old = get_track(reader, "/music/a")
        store(MarkMissing(("/music/a",)), ForgetMissing(), PutTrack(sample_record("/music/b")))
        assert get_track(reader, "/music/b").id > old.id
