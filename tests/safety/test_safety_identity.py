"""Analysis follows the audio, never the name."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import av
import mutagen
import pytest
from safety_library import SafetyLibrary
from sound_samples import extension_of, make_music, write_music, write_sound

from tagger_app.audio.discover import FoundFile
from tagger_app.audio.fingerprint import fingerprint_stream
from tagger_app.scan import scan as scanning
from tagger_app.scan.events import RootListed, TagsFailed, TagsWritten, TrackFailed
from tagger_app.scan.retag import write_tags

KINDS = ("wav16", "aiff", "flac", "vorbis", "opus", "mp3", "aac", "alac", "wma", "wavpack", "tta")


def _name(kind: str) -> str:
    return f"{kind}.{extension_of(kind)}"


def _options(kind: str) -> dict[str, object]:
    return {"kind": kind, "rate_hz": 48_000 if kind == "opus" else 44_100}


def test_renamed_moved_and_retagged_files_of_every_format_are_not_heard_again(library: SafetyLibrary) -> None:
    for number, kind in enumerate(KINDS):
        library.add(_name(kind), seed=number, **_options(kind))
    assert library.heard() == {_name(kind): False for kind in KINDS}
    before = library.tracks()

    (library.root / "elsewhere").mkdir()
    for kind in KINDS:
        tags = mutagen.File(library.root / _name(kind), easy=True)
        if tags.tags is None:
            tags.add_tags()
        name = "Title" if kind == "wma" else "title"
        try:
            tags[name] = ["Renamed by hand, " * 400]  # longer than any padding: the audio itself moves in the file
        except (TypeError, KeyError, ValueError):  # WAV and AIFF: frames alone
            tags.tags.add(mutagen.id3.TIT2(text=["Renamed by hand"]))
        tags.save()
        (library.root / _name(kind)).rename(library.root / "elsewhere" / f"other {_name(kind)}")
    assert library.heard() == {f"other {_name(kind)}": True for kind in KINDS}
    after = library.tracks()
    assert after.keys() == {f"elsewhere/other {_name(kind)}" for kind in KINDS}
    for kind in KINDS:
        old, new = before[_name(kind)], after[f"elsewhere/other {_name(kind)}"]
        assert (new.id, new.fingerprint, new.fits) == (old.id, old.fingerprint, old.fits)
        assert new.title.startswith("Renamed by hand")
    library.check()


def test_other_audio_under_the_same_name_is_heard(library: SafetyLibrary) -> None:
    path = library.add("cue.wav")
    library.scan()
    before = library.tracks()["cue.wav"]
    write_music(path, seconds=1.2, seed=2)  # as many bytes as before
    assert path.stat().st_size == before.size
    assert library.heard() == {"cue.wav": False}
    after = library.tracks()["cue.wav"]
    assert after.id == before.id
    assert after.fingerprint != before.fingerprint


def test_a_file_encoded_anew_is_heard_and_scores_alike(library: SafetyLibrary) -> None:
    path = library.add("cue.wav", seconds=10.0)
    library.scan()
    with av.open(str(path)) as container:
        assert container.streams.audio[0].rate == 44_100
    write_sound(library.root / "cue.flac", make_music(10.0, seed=1), kind="flac")
    path.unlink()
    assert library.heard() == {"cue.flac": False}
    after = library.tracks()
    assert after["cue.wav"].state == "missing"
    assert after["cue.flac"].fingerprint != after["cue.wav"].fingerprint
    for old, new in zip(after["cue.wav"].fits, after["cue.flac"].fits, strict=True):
        assert (old is None) == (new is None)
        assert old is None or new is None or abs(old - new) <= 0.05


@pytest.mark.parametrize("kind", ["wav16", "flac", "mp3"])
def test_fits_are_not_written_into_other_audio(library: SafetyLibrary, kind: str) -> None:
    path = library.add(_name(kind), **_options(kind))
    library.scan()
    track = library.tracks()[_name(kind)]
    library.add(_name(kind), seed=2, **_options(kind))
    content = path.read_bytes()
    (event,) = write_tags([track], library.index_path)
    assert event == TagsFailed(str(path), "holds other audio than was listened to; scan it again")
    assert path.read_bytes() == content
    library.scan()
    (event,) = write_tags([library.tracks()[_name(kind)]], library.index_path)
    assert event == TagsWritten(str(path), True)


def test_a_file_replaced_while_it_is_scanned_is_heard_as_it_is_in_the_end(library: SafetyLibrary) -> None:
    for number in range(3):
        library.add(f"{number}.wav", seed=number)
    replaced = library.root / "2.wav"
    for event in library.start_scan():
        if isinstance(event, RootListed):
            write_music(replaced, seconds=1.3, seed=9)
        assert not isinstance(event, TrackFailed)
    found, status = library.tracks()["2.wav"], replaced.stat()
    assert (found.size, found.mtime_ns) == (status.st_size, status.st_mtime_ns)
    assert found.fingerprint == fingerprint_stream(replaced)
    assert library.heard() == {}


def test_a_file_that_changes_all_the_time_waits_for_the_next_scan(
    library: SafetyLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = library.add("recording.wav")
    times = iter(range(1, 9))
    whole = scanning._look_at

    def look_at(file: str) -> FoundFile | None:
        os.utime(file, (0, next(times)))
        return whole(file)

    monkeypatch.setattr(scanning, "_look_at", look_at)
    (failed,) = [event for event in library.scan() if isinstance(event, TrackFailed)]
    assert failed.reason == "is being changed by another program; the next scan listens to it"
    monkeypatch.undo()
    assert path.name not in library.tracks()
    assert library.heard() == {path.name: False}


def test_a_copy_keeps_its_analysis_when_the_original_changes(library: SafetyLibrary) -> None:
    original = library.add("one.flac", kind="flac")
    copy = Path(shutil.copy(original, library.root / "copy.flac"))
    library.scan()
    before = library.tracks()["copy.flac"]
    library.add("one.flac", kind="flac", seed=2)
    assert library.heard() == {"one.flac": False}
    assert library.tracks()["copy.flac"] == before
    os.replace(original, copy)  # noqa: PTH105
    assert library.heard() == {"copy.flac": True}
    assert library.tracks()["copy.flac"].fingerprint != before.fingerprint
    library.check()
