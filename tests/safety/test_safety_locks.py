"""An index that another program keeps locked: what is heard is kept until it lets go, and the user is told."""

from __future__ import annotations

import time
from functools import partial

import pytest
from locked_index import held_lock, scan_while_locked
from safety_library import SafetyLibrary

from tagger_app.errors import LockedIndexError
from tagger_app.index.changes import SetUserGenres
from tagger_app.index.connection import BUSY_TIMEOUT_S, open_for_writing
from tagger_app.index.writer import IndexWriter
from tagger_app.scan import scan as scanning
from tagger_app.scan.commits import Commits
from tagger_app.scan.events import IndexLocked, IndexReleased, ScanFinished, TrackDone


def test_a_scan_goes_on_while_the_index_is_locked_and_says_so(
    library: SafetyLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "Commits", partial(Commits, tell_after_s=0.3))
    for number in range(5):
        library.add(f"{number}.wav", seed=number)
    open_for_writing(library.index_path).close()
    events = []
    with held_lock(library.index_path) as holder:
        for event in library.start_scan():
            events.append(event)
            if holder.stdin and not holder.stdin.closed:
                assert library.tracks() == {}, "reading goes on"
                if {IndexLocked, TrackDone} <= set(map(type, events)) and len(events) >= 7:
                    holder.stdin.close()  # everything is heard, and told
    assert [type(event) for event in events if isinstance(event, IndexLocked | IndexReleased)] == [
        IndexLocked,
        IndexReleased,
    ]
    assert events[-1] == ScanFinished(5, 0)
    assert len(library.tracks()) == 5
    library.check()


def test_a_scan_of_the_command_line_outlasts_a_lock(library: SafetyLibrary) -> None:
    for number in range(6):
        library.add(f"{number}.flac", kind="flac", seed=number)
    scan = scan_while_locked(library, BUSY_TIMEOUT_S + 5.0)
    assert scan.status == 0, scan.errors
    assert scan.n_before == 0
    assert "library.db: is locked by another program; what is heard is kept" in scan.errors
    assert "library.db: can be written again" in scan.errors
    assert len(library.tracks()) == 6
    assert all("FILMGENRE_MODEL" in library.fields(path) for path in library.root.iterdir())
    assert library.scan(write_tags=True)[-1] == ScanFinished(6, 0)
    library.check()


def test_a_scan_that_is_cancelled_while_the_index_is_locked(
    library: SafetyLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits a while, says what is lost, and the next scan hears that again."""
    monkeypatch.setattr(scanning, "IndexWriter", partial(IndexWriter, busy_timeout_s=0.5))
    for number in range(3):
        library.add(f"{number}.wav", seed=number)
    open_for_writing(library.index_path).close()
    events = library.start_scan()
    with held_lock(library.index_path):
        for event in events:
            if isinstance(event, TrackDone):
                break
        with pytest.raises(LockedIndexError, match="is locked by another program; close it or try again later"):
            events.close()
        assert library.tracks() == {}
    assert library.scan()[-1] == ScanFinished(3, 0)
    library.check()


def test_who_waits_for_a_change_is_told_and_the_writer_goes_on(library: SafetyLibrary) -> None:
    path = str(library.add("a.wav"))
    library.scan()
    before = library.tracks()
    with IndexWriter(library.index_path, busy_timeout_s=0.2) as writer:
        with held_lock(library.index_path):
            with pytest.raises(LockedIndexError, match="is locked by another program"):
                writer.run(SetUserGenres(path, ("Drama",)))
            writer.put(SetUserGenres(path, ("Comedy",)))
            time.sleep(2.0)
            assert writer.locked_for_s > 0.0
            assert library.tracks() == before
        writer.flush()
        assert writer.locked_for_s == 0.0
    assert library.tracks()["a.wav"].user_genres == ("Comedy",)
    library.check()
