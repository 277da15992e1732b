"""What a scan does with a library that changes between two scans."""

from __future__ import annotations

import dataclasses
import os
import shutil
from pathlib import Path

import msgspec
import mutagen
import numpy as np
import pytest
from sound_samples import write_music, write_sound

from tagger_app.index.changes import SetUserGenres
from tagger_app.index.ledger import list_bundles, list_roots
from tagger_app.index.writer import IndexWriter
from tagger_app.scan.events import (
    RootListed,
    RootOffline,
    ScanFinished,
    TagsFailed,
    TagsWritten,
    TrackBegun,
    TrackDone,
    TrackFailed,
)
from tagger_app.scan.report import ScanReport
from tagger_app.tagging.containers import read_metadata


def _done(events):
    """Names of the files that were done, and whether each was recognised."""
    return {Path(event.record.path).name: event.recognised for event in events if isinstance(event, TrackDone)}


def test_a_first_scan_keeps_all_that_is_heard(library, bundle):
    library.add("first.flac", kind="flac", seconds=12.0)
    library.add("Album/second.wav", seed=2)
    (library.root / "cover.jpg").write_bytes(b"no music")
    events = library.scan(n_workers=2)
    files = [path for path in library.root.rglob("*") if path.suffix in (".flac", ".wav")]
    assert events[0] == RootListed(
        str(library.root), 2, 0, 0, 0, n_pending=2, pending_bytes=sum(path.stat().st_size for path in files)
    )
    assert events[-1] == ScanFinished(n_tracks=2, n_failed=0)
    assert _done(events) == {"first.flac": False, "second.wav": False}
    record = next(
        event.record for event in events if isinstance(event, TrackDone) and event.record.path.endswith("flac")
    )
    assert record.duration_s == pytest.approx(12.0)
    assert (record.bundle_id, record.spec_fingerprint) == (bundle.id, bundle.spec.fingerprint())
    assert (record.codec, record.rate_hz, record.n_channels, record.short) == ("FLAC", 44_100, 2, False)
    assert record.curve.shape == (2, 10)
    assert record.embedding.shape == (bundle.manifest.embedding.size,)
    assert len(record.overview) == 130
    assert 110 <= record.overview.max() <= 130, "the music peaks at half of full scale"
    assert [fit is None for fit in record.fits] == [
        genre not in bundle.trained_genres for genre in bundle.manifest.genres
    ]
    stored = library.tracks()
    assert stored.keys() == {"first.flac", "Album/second.wav"}
    assert stored["first.flac"].fits == tuple(fit and round(fit, 4) for fit in record.fits)
    assert stored["Album/second.wav"].short
    with library.reading() as connection:
        (root,) = list_roots(connection)
        (used,) = list_bundles(connection)
    assert root.path == str(library.root)
    assert root.online
    assert root.scanned_at
    assert used.bundle_id == bundle.id
    assert bundle.id in used.manifest

    again = library.scan_without_workers()
    assert again == [RootListed(str(library.root), 2, 2, 0, 0, 0, 0), ScanFinished(2, 0)]


def test_files_that_change_move_and_multiply(library):
    changed = library.add("changed.wav", seed=1)
    moved = library.add("moved.flac", kind="flac", seed=2)
    copied = library.add("copied.flac", kind="flac", seed=3)
    retagged = library.add("retagged.mp3", kind="mp3", seed=4)
    deleted = library.add("deleted.wav", seed=5)
    library.scan(n_workers=2)
    before = library.tracks()
    with IndexWriter(library.index_path) as writer:
        writer.put(SetUserGenres(str(moved), ("Musical",)))

    write_music(changed, seed=11)
    (library.root / "new folder").mkdir()
    moved.rename(library.root / "new folder" / "renamed.flac")
    shutil.copy(copied, library.root / "copy.flac")
    tags = mutagen.File(retagged, easy=True)
    tags["title"] = ["A new title"]
    tags["artist"] = ["Somebody"]
    tags.save()
    deleted.unlink()
    events = library.scan()

    assert _done(events) == {"changed.wav": False, "renamed.flac": True, "copy.flac": True, "retagged.mp3": True}
    assert (events[0].n_files, events[0].n_unchanged, events[0].n_pending) == (5, 1, 4)
    after = library.tracks()
    assert {name: track.state for name, track in after.items()} == {
        "changed.wav": "present",
        "new folder/renamed.flac": "present",
        "copied.flac": "present",
        "copy.flac": "present",
        "retagged.mp3": "present",
        "deleted.wav": "missing",
    }
    for name in ("changed.wav", "copied.flac", "retagged.mp3", "deleted.wav"):
        assert after[name].id == before[name].id
    assert after["changed.wav"].fingerprint != before["changed.wav"].fingerprint
    renamed = after["new folder/renamed.flac"]
    assert renamed.id == before["moved.flac"].id
    assert renamed.fits == before["moved.flac"].fits
    assert renamed.user_genres == ("Musical",)
    assert after["copy.flac"].id not in {track.id for track in before.values()}
    assert after["copy.flac"].fits == before["copied.flac"].fits
    assert after["copy.flac"].user_genres == ()
    assert (after["retagged.mp3"].title, after["retagged.mp3"].artist) == ("A new title", "Somebody")
    assert after["retagged.mp3"].fits == before["retagged.mp3"].fits
    assert events[-1] == ScanFinished(n_tracks=6, n_failed=0)
    library.check_integrity()

    # A missing file that is back, as it was, needs nobody to listen to it.
    write_music(deleted, seed=5)
    os.utime(deleted, ns=(0, before["deleted.wav"].mtime_ns))
    events = library.scan_without_workers()
    assert events[0].n_unchanged == 6
    assert library.tracks()["deleted.wav"].state == "present"


def test_two_swapped_files_keep_their_own_sound(library):
    one, other = library.add("one.wav", seed=1), library.add("other.wav", seed=2)
    library.scan(n_workers=2)
    before = library.tracks()
    one.rename(library.root / "between.wav")
    other.rename(one)
    (library.root / "between.wav").rename(other)
    os.utime(one, ns=(0, 1))
    os.utime(other, ns=(0, 1))
    assert _done(library.scan()) == {"one.wav": True, "other.wav": True}
    after = library.tracks()
    assert after.keys() == before.keys()
    assert after["one.wav"].fingerprint == before["other.wav"].fingerprint
    assert after["other.wav"].fits == before["one.wav"].fits


def test_a_root_that_is_away(library, tmp_path):
    library.add("a.wav")
    library.add("b/b.wav", seed=2)
    (library.root / "bad.mp3").write_text("text")
    library.scan()
    before = library.tracks()

    library.root.rename(tmp_path / "unplugged")
    events = library.scan_without_workers()
    assert events == [RootOffline(str(library.root), "No such file or directory"), ScanFinished(2, 1)]
    assert {track.state for track in library.tracks().values()} == {"offline"}

    library.root.mkdir()  # the mount point alone
    events = library.scan_without_workers()
    assert isinstance(events[0], RootOffline)
    assert "is its volume mounted?" in events[0].reason
    assert {track.state for track in library.tracks().values()} == {"offline"}
    with library.reading() as connection:
        assert [root.online for root in list_roots(connection)] == [False]

    library.root.rmdir()
    (tmp_path / "unplugged").rename(library.root)
    events = library.scan_without_workers()
    assert events == [RootListed(str(library.root), 3, 2, 1, 0, 0, 0), ScanFinished(2, 1)]
    assert library.tracks() == before
    with library.reading() as connection:
        assert [root.online for root in list_roots(connection)] == [True]


def test_a_root_that_is_away_does_not_hold_up_the_others(library, tmp_path):
    library.add("a.wav")
    events = library.scan(tmp_path / "never there", library.root)
    assert [type(event) for event in events] == [RootOffline, RootListed, TrackBegun, TrackDone, ScanFinished]


def test_roots_that_overlap_and_a_file_as_a_root(library):
    one = library.add("one.wav")
    two = library.add("folder/two.wav", seed=2)
    events = library.scan(library.root, two.parent, one, n_workers=2)
    assert sorted(_done(events)) == ["one.wav", "two.wav"]
    assert [type(event) for event in events].count(TrackDone) == 2
    assert events[-1] == ScanFinished(2, 0)
    assert library.scan_without_workers(one)[0] == RootListed(str(one), 1, 1, 0, 0, 0, 0)


def test_what_workers_have_is_told_until_it_is_done(library):
    music, broken = str(library.add("a.flac", kind="flac")), str(library.root / "b.mp3")
    Path(broken).write_bytes(b"no music")
    report, at_once = ScanReport(), []
    for event in library.start_scan(write_tags=True):
        report.add(event)
        at_once.append(tuple(report.in_work))
        if isinstance(event, TrackBegun):
            assert event.path in report.in_work
        if isinstance(event, TrackDone | TrackFailed | TagsWritten):
            assert music not in report.in_work or broken not in report.in_work
    assert (music, broken) in at_once
    assert at_once[-1] == ()
    assert report.n_tagged == 1


def test_an_empty_folder(library):
    assert library.scan_without_workers() == [RootListed(str(library.root), 0, 0, 0, 0, 0, 0), ScanFinished(0, 0)]


@pytest.mark.skipif(os.name != "posix", reason="names of other systems are Unicode")
def test_names_that_are_not_text(library):
    odd = os.fsdecode(os.fsencode(library.root) + b"/caf\xe9 \x01.wav")
    odd_opus = os.fsdecode(os.fsencode(library.root) + b"/\xff.opus")
    shutil.copy(library.add("a.wav"), odd)
    shutil.copy(library.add("a.opus", kind="opus", rate_hz=48_000), odd_opus)
    events = library.scan(n_workers=2, write_tags=True)
    assert events[-1] == ScanFinished(4, 0)
    assert {event.path for event in events if isinstance(event, TagsWritten)} >= {odd, odd_opus}
    assert {odd, odd_opus} <= {str(library.root / name) for name in library.tracks()}
    assert read_metadata(odd_opus).fields["FILMGENRE_MODEL"]
    assert library.scan_without_workers()[-1] == ScanFinished(4, 0)


def test_an_analysis_by_another_bundle_is_stale(library, bundle):
    library.add("a.wav")
    library.scan()
    library.bundle = dataclasses.replace(bundle, manifest=msgspec.structs.replace(bundle.manifest, id="mine-1"))
    events = library.scan()
    assert _done(events) == {"a.wav": False}
    assert library.tracks()["a.wav"].bundle_id == "mine-1"


def test_tags_are_written_and_the_index_knows_it(library, bundle):
    music = library.add("music.flac", kind="flac")
    library.add("video sound.aac", kind="adts", seed=2)
    silence = library.root / "silence.wav"
    write_sound(silence, np.zeros((44_100 * 2, 1), np.float32))
    audio_before = music.read_bytes()
    events = library.scan(n_workers=2, write_tags=True)

    assert {event.path: event.changed for event in events if isinstance(event, TagsWritten)} == {str(music): True}
    (failed,) = [event for event in events if isinstance(event, TagsFailed)]
    assert failed.path.endswith(".aac")
    tags = {name.upper(): values for name, values in mutagen.File(music).tags.as_dict().items()}
    assert tags["FILMGENRE_MODEL"] == [f"cuefit/{bundle.id}"]
    track = library.tracks()["music.flac"]
    fits = dict(zip(bundle.manifest.genres, track.fits, strict=True))
    for genre in bundle.trained_genres:
        key = f"FILMGENRE_{genre.replace('-', '').upper()}"
        assert float(tags[key][0]) == pytest.approx(fits[genre], abs=0.0051)
    assert tags.get("FILMGENRE", []) == list(track.assigned)
    assert music.read_bytes() != audio_before
    status = music.stat()
    assert (track.size, track.mtime_ns) == (status.st_size, status.st_mtime_ns)
    assert library.scan_without_workers()[0].n_unchanged == 3


def test_tags_of_tracks_that_were_scanned_without_writing_them(library):
    music = library.add("music.flac", kind="flac")
    library.scan()
    assert not read_metadata(str(music)).fields
    events = library.scan(write_tags=True)
    assert [type(event) for event in events] == [RootListed, TrackBegun, TagsWritten, ScanFinished]
    assert read_metadata(str(music)).fields["FILMGENRE_MODEL"]
    assert [type(event) for event in library.scan_without_workers(write_tags=True)] == [RootListed, ScanFinished]


def test_the_editors_own_decision_is_read_from_the_tags(library):
    music = library.add("music.flac", kind="flac")
    tags = mutagen.File(music)
    tags["FILMGENRE_USER"] = ["thriller", "Musical"]
    tags.save()
    library.scan()
    assert library.tracks()["music.flac"].user_genres == ("Thriller", "Musical")
