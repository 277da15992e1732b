"""Disks that are full, read-only, unmounted, taken away or not to be read: each told, and nothing lost."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import pytest
from safety_library import SafetyLibrary, unreadable_task, write_kind
from sound_samples import write_music
from volumes import Volume

from tagger_app.audio.fingerprint import fingerprint_stream
from tagger_app.errors import DecodeError, LibraryIndexError, TagError, UnreadableError
from tagger_app.scan import jobs
from tagger_app.scan.events import RootOffline, ScanFinished, TagsFailed, TrackDone, TrackFailed
from tagger_app.scan.retag import undo_tags, write_tags
from tagger_app.scan.worker import identify_task
from tagger_app.tagging.containers import read_metadata
from tagger_app.tagging.journal import Journal
from tagger_app.tagging.journal_records import State
from tagger_app.tagging.write import write_fields

FIELDS = {"FILMGENRE_ACTION": ("0.87",), "FILMGENRE": ("Action",)}


def test_a_disk_that_is_really_full(volume: Volume, journal: Journal) -> None:
    volume.mount(700)
    path = write_kind(volume.point / "music", "wav16")
    (volume.point / "filler").write_bytes(random.Random(1).randbytes(400_000))
    content = path.read_bytes()
    with pytest.raises(TagError, match="no room for a copy beside it"):
        write_fields(str(path), FIELDS, journal, "b")
    assert path.read_bytes() == content
    assert list(path.parent.iterdir()) == [path]
    assert [entry.state for entry in journal.entries()] == [State.ABANDONED]
    (volume.point / "filler").unlink()
    write_fields(str(path), FIELDS, journal, "b")
    assert dict(read_metadata(path).fields) == FIELDS


def test_an_index_and_a_journal_on_a_full_disk(volume: Volume, library: SafetyLibrary) -> None:
    volume.mount(4000)
    paths = [library.add(f"{number}.flac", kind="flac", seed=number) for number in range(4)]
    library.index_path = volume.point / "library.db"
    library.scan(paths[0])
    before = library.tracks()
    volume.fill()
    content = [path.read_bytes() for path in paths]
    with pytest.raises(LibraryIndexError, match=r"disk|journal of tag writes can't be used"):
        library.scan(write_tags=True)
    with pytest.raises(LibraryIndexError, match=r"disk|journal of tag writes can't be used"):
        list(write_tags(before.values(), library.index_path))
    assert [path.read_bytes() for path in paths] == content
    volume.empty()
    assert library.tracks() == before
    assert library.scan(write_tags=True)[-1] == ScanFinished(4, 0)
    library.check()


def test_a_volume_that_is_read_only(volume: Volume, library: SafetyLibrary) -> None:
    volume.mount(2000)
    library.root = volume.point
    paths = [library.add(f"{number}.flac", kind="flac", seed=number) for number in range(2)]
    content = [path.read_bytes() for path in paths]
    volume.make_read_only()
    events = library.scan(write_tags=True)
    assert len([event for event in events if isinstance(event, TrackDone)]) == 2
    reasons = [event.reason for event in events if isinstance(event, TagsFailed)]
    assert len(reasons) == 2
    assert all("read-only" in reason.lower() for reason in reasons), reasons
    assert [path.read_bytes() for path in paths] == content
    library.check()


def test_a_volume_that_is_unmounted_in_mid_scan(volume: Volume, library: SafetyLibrary) -> None:
    volume.mount(4000)
    library.root = volume.point
    for number in range(8):
        library.add(f"{number}.wav", seed=number)
    library.scan(library.root / "0.wav")
    events = []
    for event in library.start_scan():
        events.append(event)
        if isinstance(event, TrackDone) and library.root.is_mount():
            volume.unmount()
    assert any(isinstance(event, RootOffline) for event in events), events
    assert not any(isinstance(event, TrackFailed) for event in events), "files of a lost volume haven't failed"
    assert isinstance(events[-1], ScanFinished)
    assert {track.state for track in library.tracks().values()} == {"offline"}
    assert not any(track.failure for track in library.tracks().values())
    library.check()


def test_a_root_that_is_taken_away_in_mid_scan(library: SafetyLibrary, tmp_path: Path) -> None:
    for number in range(8):
        library.add(f"{number}.wav", seed=number)
    events = []
    for event in library.start_scan():
        events.append(event)
        if isinstance(event, TrackDone) and library.root.exists():
            library.root.rename(tmp_path / "unplugged")
    assert [type(event) for event in events if isinstance(event, RootOffline | TrackFailed)] == [RootOffline]
    (tmp_path / "unplugged").rename(library.root)
    assert library.scan()[-1] == ScanFinished(8, 0)
    library.check()


@pytest.mark.skipif(os.name != "posix", reason="POSIX only")
def test_who_is_to_blame_when_a_file_cant_be_read(common_folder: Any) -> None:
    path = write_music(common_folder.path / "a.wav", seconds=1.2)
    (common_folder.path / "text.mp3").write_text("text")
    with common_folder.as_ordinary_user():
        path.chmod(0)
        with pytest.raises(UnreadableError, match=r"can't be read \(Permission denied\)"):
            identify_task(str(path))
        with pytest.raises(DecodeError) as raised:
            identify_task(str(common_folder.path / "text.mp3"))
        assert not isinstance(raised.value, UnreadableError)


def test_a_trouble_of_the_system_is_not_remembered_as_one_of_the_file(
    library: SafetyLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add("a.wav")
    library.add("b.wav", seed=2)
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "analyze_task", unreadable_task)
        failed = [event for event in library.scan() if isinstance(event, TrackFailed)]
    assert [event.reason for event in failed] == ["can't be read (Input/output error)"] * 2
    assert library.tracks() == {}
    assert library.heard() == {"a.wav": False, "b.wav": False}
    assert library.scan()[-1] == ScanFinished(2, 0)


def test_an_undo_of_files_on_a_volume_that_is_away_can_be_made_later(library: SafetyLibrary, tmp_path: Path) -> None:
    path = library.add("a.flac", kind="flac")
    sound = fingerprint_stream(path)
    library.scan(write_tags=True)
    library.root.rename(tmp_path / "away")
    (result,) = undo_tags(library.index_path)
    assert result.error
    assert result.error.reason == "has vanished"
    (tmp_path / "away").rename(library.root)
    (result,) = undo_tags(library.index_path)
    assert result.error is None
    assert library.fields(path) == {}
    assert fingerprint_stream(path) == sound
    library.check()
