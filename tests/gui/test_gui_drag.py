from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import soundfile
from sound_samples import write_music
from work_samples import hear

from tagger_app.gui.drag import URI_LIST, Clip, RegionFiles, files_mime, paths_mime
from tagger_app.gui.file_actions import file_uri, file_url
from tagger_app.suggest.seeds import Region

pytestmark = pytest.mark.gui

POSIX = pytest.mark.skipif(os.name != "posix", reason="paths of POSIX")


@pytest.fixture
def track(tmp_path, index_path, ensemble):
    (track,) = hear(index_path, [write_music(tmp_path / "music.wav", 6.0)], ensemble)
    return track


@pytest.fixture
def files(background, tmp_path):
    files = RegionFiles(background, tmp_path / "regions")
    yield files
    files.close()


@POSIX
@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("/m/plain.wav", b"file:///m/plain.wav"),
        ("/m/two words & 100%.wav", b"file:///m/two%20words%20%26%20100%25.wav"),
        ("/m/a#b?c;d.wav", b"file:///m/a%23b%3Fc%3Bd.wav"),
        ("/m/é 音.wav", b"file:///m/%C3%A9%20%E9%9F%B3.wav"),
        ("/m/caf\udce9.wav", b"file:///m/caf%E9.wav"),
        ("/m/line\nbreak.wav", b"file:///m/line%0Abreak.wav"),
    ],
)
def test_uris_are_percent_encoded_by_bytes(path, uri):
    assert file_uri(path) == uri
    assert bytes(file_url(path).toEncoded().data()) == uri
    assert bytes(paths_mime([path]).data(URI_LIST).data()).split() == [uri]


def test_rows_drag_as_files_each_once(qapp, track):
    other = replace(track, id=2, path=f"{track.path}2")
    mime = files_mime([track, other, track])
    assert mime.hasUrls()
    assert [url.toLocalFile() for url in mime.urls()] == [track.path, other.path]


def test_no_tracks_are_no_files(qapp):
    assert not files_mime([]).hasUrls()


@pytest.mark.parametrize("handles_s", [0.0, 0.5])
def test_a_region_becomes_a_wav_of_just_that(qtbot, files, track, handles_s):
    clip = Clip(track, Region(2.0, 3.5), handles_s)
    with qtbot.waitSignal(files.ready, timeout=10_000) as ready:
        files.prepare(clip)
    assert ready.args == [clip]
    samples, rate_hz = soundfile.read(files.path_of(clip), dtype="int16")
    whole, _ = soundfile.read(track.path, dtype="int16")
    start, end = round((2.0 - handles_s) * rate_hz), round((3.5 + handles_s) * rate_hz)
    assert (samples == whole[start:end]).all()


def test_what_was_taken_is_kept_and_the_rest_goes_with_the_session(qtbot, files, track, tmp_path):
    taken, left = Clip(track, Region(1, 2)), Clip(track, Region(3, 4))
    for clip in (taken, left):
        with qtbot.waitSignal(files.ready, timeout=10_000):
            files.prepare(clip)
    kept = files.keep(taken)
    assert files.keep(taken) == kept
    assert kept.parent == tmp_path / "regions"
    files.close()
    assert [path.name for path in (tmp_path / "regions").iterdir()] == [kept.name]


def test_a_drag_that_nobody_took_leaves_nothing(qtbot, files, track, tmp_path):
    clip = Clip(track, Region(1, 2))
    with qtbot.waitSignal(files.ready, timeout=10_000):
        files.prepare(clip)
    kept = files.keep(clip)
    files.discard(clip)
    assert not kept.exists()
    assert files.path_of(clip) is None


def test_files_of_programs_that_are_gone_are_removed(qtbot, files, track, tmp_path):
    program = subprocess.Popen([sys.executable, "-c", ""])
    program.wait()
    gone = tmp_path / "regions" / f"session-{program.pid}"
    gone.mkdir(parents=True)
    (gone / "old.wav").write_bytes(b"old")
    impossible = gone.with_name(f"session-{10**30}")
    impossible.mkdir()
    somebodys = gone.with_name("session-notes")
    somebodys.mkdir()
    with qtbot.waitSignal(files.ready, timeout=10_000):
        files.prepare(Clip(track, Region(1, 2)))
    assert not gone.exists()
    assert not impossible.exists()
    assert somebodys.exists()


def test_a_track_that_is_gone_is_reported(qtbot, files, track):
    Path(track.path).unlink()
    with qtbot.waitSignal(files.problem, timeout=10_000) as problem:
        files.prepare(Clip(track, Region(1, 2)))
    assert "music.wav" in problem.args[0]


def test_a_folder_that_cannot_be_made_is_reported(qtbot, background, track, tmp_path):
    (tmp_path / "regions").write_bytes(b"a file")
    files = RegionFiles(background, tmp_path / "regions")
    with qtbot.waitSignal(files.problem, timeout=10_000) as problem:
        files.prepare(Clip(track, Region(1, 2)))
    assert "regions" in problem.args[0]


@pytest.mark.parametrize("title", ["a/b\\c:d*?", "音" * 300, "..", "", "caf\udce9", "CON\n\t"])
def test_names_of_regions_suit_every_file_system(track, title):
    name = Clip(replace(track, title=title), Region(62.4, 81.04)).file_name
    assert name.endswith("1.02.4-1.21.0.wav")
    assert not set(name) & set('/\\:*?"<>|\n\t')
    assert len(name.encode()) <= 200
    assert not name.startswith(".")
