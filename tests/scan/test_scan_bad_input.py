"""Each bad file gets one clear message, and the scan goes on."""

from __future__ import annotations

import dataclasses
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from sound_samples import extension_of, make_music, patch_wav_rate, truncate, write_music, write_sound, write_video

from tagger_app.errors import BundleError, LibraryIndexError
from tagger_app.index.connection import open_for_reading
from tagger_app.index.ledger import list_failures
from tagger_app.scan.events import (
    FolderUnreadable,
    RootListed,
    RootOffline,
    ScanFinished,
    TrackBegun,
    TrackDone,
    TrackFailed,
)


def _fill_with_bad_files(folder: Path) -> dict[str, str]:
    """Files that can't be listened to, and a part of the reason for each."""
    (folder / "text.mp3").write_text("This is no music.\n" * 500)
    (folder / "empty.flac").touch()
    (folder / "garbage.m4a").write_bytes(np.random.default_rng(1).bytes(50_000))
    drm = bytes.fromhex("0000001c") + b"ftypM4P \0\0\0\0M4P mp42isom\0\0\0\0" + np.random.default_rng(2).bytes(9_000)
    (folder / "drm.m4a").write_bytes(drm)
    for kind in ("wav16", "flac", "mp3", "aiff", "aac"):
        truncate(write_music(folder / f"truncated.{extension_of(kind)}", 4.0, kind))
    for name, value in (("nan", np.nan), ("infinite", -np.inf), ("absurd", 3e38)):
        samples = make_music(2.0)
        samples[50_000] = value
        write_sound(folder / f"{name}.wav", samples, kind="wav32f")
    patch_wav_rate(write_music(folder / "no_rate.wav", 1.0), 0)
    patch_wav_rate(write_music(folder / "high_rate.wav", 1.0), 2_000_000_000)
    write_video(folder / "picture.mp4")
    return {
        "text.mp3": "isn't audio that can be read",
        "empty.flac": "is empty",
        "garbage.m4a": "isn't audio that can be read",
        "drm.m4a": "isn't audio that can be read",
        "truncated.wav": "is truncated",
        "truncated.flac": "is damaged at",
        "truncated.mp3": "is truncated",
        "truncated.aiff": "is truncated",
        "truncated.m4a": "isn't audio that can be read",
        "nan.wav": "aren't numbers",
        "infinite.wav": "aren't numbers",
        "absurd.wav": "aren't numbers",
        "no_rate.wav": "",
        "high_rate.wav": "sample rate",
        "picture.mp4": "holds no audio",
    }


def _fill_with_odd_files(folder: Path) -> dict[str, str]:
    """Files that are unusual and sound, and why they get no fits; empty where they do."""
    write_sound(folder / "silence.wav", np.zeros((44_100 * 3, 2), np.float32))
    write_sound(folder / "nearly_silence.flac", 1e-4 * make_music(3.0), kind="flac")
    write_music(folder / "blip.wav", 0.2)
    write_music(folder / "telephone.wav", 3.0, rate_hz=8_000, n_channels=1)
    write_music(folder / "surround.wav", 2.0, "wav24", rate_hz=192_000, n_channels=6)
    write_sound(folder / "clipped.wav", 40.0 * make_music(2.0), kind="wav32f")
    write_music(folder / "really a flac.mp3", 2.0, "flac")
    # Ogg promises no length, so what is there counts.
    truncate(write_music(folder / "cut.ogg", 4.0, "vorbis"), 0.8)
    truncate(write_music(folder / "cut.opus", 4.0, "opus", rate_hz=48_000), 0.8)
    return {
        "silence.wav": "silent",
        "nearly_silence.flac": "silent",
        "blip.wav": "shorter than 1 s",
        "telephone.wav": "",
        "surround.wav": "",
        "clipped.wav": "",
        "really a flac.mp3": "",
        "cut.ogg": "",
        "cut.opus": "",
    }


def test_bad_files_cost_themselves_alone(library, tmp_path):
    reasons = _fill_with_bad_files(library.root)
    unscored = _fill_with_odd_files(library.root)
    events = library.scan(n_workers=2)

    failed = {Path(event.path).name: event.reason for event in events if isinstance(event, TrackFailed)}
    assert failed.keys() == reasons.keys()
    assert [name for name, reason in reasons.items() if reason not in failed[name]] == []
    assert all(len(reason) < 200 and "\n" not in reason for reason in failed.values())
    assert not any(os.fspath(tmp_path) in reason for reason in failed.values()), "the path is told already"
    done = {Path(event.record.path).name: event.record.unscored for event in events if isinstance(event, TrackDone)}
    assert done == unscored
    assert events[-1] == ScanFinished(n_tracks=len(unscored), n_failed=len(reasons))
    with closing(open_for_reading(library.index_path)) as connection:
        remembered = {Path(failure.path).name: failure.reason for failure in list_failures(connection)}
    assert remembered == failed
    tracks = library.tracks()
    assert {name for name, track in tracks.items() if any(fit is not None for fit in track.fits)} == {
        name for name, reason in unscored.items() if not reason
    }
    assert all(not tracks[name].assigned for name, reason in unscored.items() if reason)
    assert (tracks["surround.wav"].n_channels, tracks["surround.wav"].rate_hz) == (6, 192_000)
    assert (tracks["telephone.wav"].n_channels, tracks["telephone.wav"].rate_hz) == (1, 8_000)
    library.check_integrity()

    # Failures are remembered: nothing is tried again...
    again = library.scan_without_workers()
    assert again[0].n_failed_before == len(reasons)
    assert again[0].n_unchanged == len(unscored)
    assert again[1:] == events[-1:]
    # ...until a file changes...
    write_music(library.root / "text.mp3", 1.5, "mp3", seed=7)
    events = library.scan()
    assert [type(event) for event in events] == [RootListed, TrackBegun, TrackDone, ScanFinished]
    assert events[-1] == ScanFinished(n_tracks=len(unscored) + 1, n_failed=len(reasons) - 1)
    assert library.tracks()["text.mp3"].failure == ""
    # ...or it is asked for.
    for name in reasons:
        if name not in ("text.mp3", "empty.flac"):
            (library.root / name).unlink()
    events = library.scan(retry_failed=True)
    assert [event.reason for event in events if isinstance(event, TrackFailed)] == ["is empty"]


def test_a_file_that_vanishes_during_the_scan(library):
    for name in ("a.wav", "b.wav"):
        library.add(name, seed=ord(name[0]))
    events = []
    for event in library.start_scan():
        events.append(event)
        if isinstance(event, RootListed):
            (library.root / "b.wav").unlink()
    assert {type(event): event for event in events}[TrackFailed].reason == "vanished during the scan"
    assert events[-1] == ScanFinished(n_tracks=1, n_failed=0)
    assert library.tracks().keys() == {"a.wav"}


def test_a_whole_root_that_vanishes_during_the_scan(library, tmp_path):
    library.add("old.wav")
    library.scan()
    for number in range(6):
        library.add(f"{number}.wav", seed=number + 2)
    events = []
    for event in library.start_scan():
        events.append(event)
        if isinstance(event, RootListed):
            library.root.rename(tmp_path / "elsewhere")
    told = [type(event) for event in events if not isinstance(event, TrackBegun)]
    assert told == [RootListed, RootOffline, ScanFinished]
    assert library.tracks()["old.wav"].state == "offline"
    (tmp_path / "elsewhere").rename(library.root)
    assert library.scan()[-1] == ScanFinished(n_tracks=7, n_failed=0)
    assert {track.state for track in library.tracks().values()} == {"present"}


def test_a_folder_and_a_file_without_permission(common_folder, bundle, library):
    """A folder that can't be read is told, and what the index knows of it stays."""
    library.root = common_folder.path / "music"
    library.index_path = common_folder.path / "state" / "library.db"
    library.root.mkdir()
    library.add("open/a.wav", seed=1)
    closed = library.add("closed/b.wav", seed=2).parent
    library.scan()
    closed.chmod(0)
    with common_folder.as_ordinary_user():
        events = library.scan_without_workers()
        assert events[0] == FolderUnreadable(str(closed), "Permission denied")
        assert (events[1].n_files, events[1].n_unchanged, events[1].n_missing) == (1, 1, 0)
        assert {name: track.state for name, track in library.tracks().items()} == dict.fromkeys(
            ("open/a.wav", "closed/b.wav"), "present"
        )
        closed.chmod(0o700)


def test_a_read_only_index_is_refused(common_folder, library):
    library.index_path = common_folder.path / "library.db"
    library.scan_without_workers()
    before = library.index_path.read_bytes()
    library.add("a.wav")
    with common_folder.as_ordinary_user():
        library.index_path.chmod(0o400)
        with pytest.raises(LibraryIndexError, match="read-only"):
            library.scan_without_workers()
    assert library.index_path.read_bytes() == before


def test_an_index_of_a_newer_version_is_refused(library):
    library.scan_without_workers()
    with closing(sqlite3.connect(library.index_path)) as connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
            "VALUES ('cuefit-library', 'add_smell', 'tomorrow')"
        )
        connection.execute("ALTER TABLE tracks ADD COLUMN smell TEXT")
        connection.commit()
    with pytest.raises(LibraryIndexError, match="newer version"):
        library.scan_without_workers()


def test_something_else_in_the_place_of_the_index(library):
    library.index_path.parent.mkdir()
    library.index_path.write_text("a letter to my aunt " * 100)
    with pytest.raises(LibraryIndexError, match="isn't an index"):
        library.scan_without_workers()
    assert library.index_path.read_text().startswith("a letter")


def test_a_member_that_can_not_run_is_told_before_any_worker_is_started(library, bundle):
    library.add("a.wav")
    library.bundle = dataclasses.replace(bundle, contents=(b"not a network" * 100, *bundle.contents[1:]))
    with pytest.raises(BundleError, match=r"\.tflite: .*valid Flatbuffer"):
        library.scan()
    assert library.tracks() == {}
