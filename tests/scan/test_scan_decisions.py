from __future__ import annotations

from tagger_app.index.ledger import list_roots
from tagger_app.scan.events import DecisionsKept, TagsFailed, TagsWritten
from tagger_app.scan.retag import undo_tags, write_decisions, write_tags
from tagger_app.tagging.containers import read_metadata
from tagger_app.tagging.journal import Journal, journal_path


def test_decisions_stand_in_index_and_file_until_they_are_undone(library):
    for number in range(2):
        library.add(f"{number}.flac", seed=number, kind="flac")
    library.scan()
    tracks = list(library.tracks().values())
    list(write_tags(tracks, library.index_path))
    events = list(write_decisions([(track, ("Crime", "-Drama")) for track in tracks], library.index_path))
    assert events == [DecisionsKept(2), *(TagsWritten(track.path, True) for track in tracks)]
    for track in library.tracks().values():
        assert track.user_genres == ("Crime", "-Drama")
        assert "Crime" in track.genres
        assert "Drama" not in track.genres
        assert read_metadata(track.path).fields["FILMGENRE_USER"] == ("Crime", "-Drama")
    library.scan_without_workers()

    with Journal.open(journal_path(library.index_path)) as journal:
        decisions, fits = journal.batches()
        assert (decisions.n_files, decisions.user_only, fits.n_files, fits.user_only) == (2, True, 2, False)
        assert decisions.started <= decisions.ended
        assert journal.count(batch=fits.batch) == (2, 2)
        assert journal.count(paths=[tracks[0].path]) == (2, 1)
        newest, second = journal.entries(limit=2)
        assert journal.entries(limit=1, offset=1) == [second]
        assert newest.entry_id > second.entry_id
    results = list(undo_tags(library.index_path, batch=decisions.batch))
    assert [result.user_genres for result in results] == [(), ()]
    assert all(not track.user_genres for track in library.tracks().values())
    assert "FILMGENRE_USER" not in read_metadata(tracks[0].path).fields
    assert "FILMGENRE_MODEL" in read_metadata(tracks[0].path).fields
    with Journal.open(journal_path(library.index_path)) as journal:
        assert [batch.batch for batch in journal.batches()] == [fits.batch]


def test_the_index_keeps_a_decision_about_a_file_that_is_gone(library):
    path = library.add("a.flac", kind="flac")
    library.scan()
    (track,) = library.tracks().values()
    path.unlink()
    kept, failed = write_decisions([(track, ("Crime",))], library.index_path)
    assert kept == DecisionsKept(1)
    assert failed == TagsFailed(str(path), "has vanished")
    assert library.tracks()["a.flac"].user_genres == ("Crime",)


def test_a_decision_is_kept_before_any_file_is_written(library):
    library.add("a.flac", kind="flac")
    library.scan()
    (track,) = library.tracks().values()
    writing = write_decisions([(track, ("Crime",))], library.index_path)
    next(writing)
    writing.close()
    assert library.tracks()["a.flac"].user_genres == ("Crime",)
    assert read_metadata(track.path).fields == {}


def test_a_file_that_is_tried_again_is_no_root(library):
    path = library.add("bad.flac", kind="flac")
    good = path.read_bytes()
    path.write_bytes(b"no music")
    library.scan()
    path.write_bytes(good)
    library.scan(path, retry_failed=True)
    assert list(library.tracks()) == ["bad.flac"]
    with library.reading() as connection:
        assert [root.path for root in list_roots(connection)] == [str(library.root)]
