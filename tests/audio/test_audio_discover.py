from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from tagger_app.audio.discover import AUDIO_EXTENSIONS, FoundFile, UnreadableFolder, discover, is_audio_name

POSIX = pytest.mark.skipif(os.name != "posix", reason="POSIX only")


def _touch(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"sound")


def _found(root: Path | str) -> list[str]:
    """Paths relative to the root, in the order found; nothing may be unreadable."""
    found = list(discover(str(root)))
    assert all(isinstance(file, FoundFile) for file in found)
    return [os.path.relpath(file.path, root) for file in found]


def test_audio_files_in_the_order_of_their_names(tmp_path):
    _touch(
        tmp_path, "b.mp3", "a/z.flac", "a/B/y.wav", "c.ogg", "a/a.opus", "cover.jpg", "notes.txt", "mp3", "b.mp3.part"
    )
    assert _found(tmp_path) == ["b.mp3", "c.ogg", "a/a.opus", "a/z.flac", "a/B/y.wav"]


def test_size_and_time_are_those_of_the_file(tmp_path):
    _touch(tmp_path, "a.mp3")
    os.utime(tmp_path / "a.mp3", ns=(5, 1_234_567_891_123_456_789))
    status = (tmp_path / "a.mp3").stat()
    assert list(discover(str(tmp_path))) == [FoundFile(str(tmp_path / "a.mp3"), 5, status.st_mtime_ns)]


def test_extensions_match_in_any_case(tmp_path):
    _touch(tmp_path, "a.MP3", "b.Flac", "c.wAv", "d.AIFF")
    assert _found(tmp_path) == ["a.MP3", "b.Flac", "c.wAv", "d.AIFF"]
    assert all(is_audio_name(f"x{extension.upper()}") for extension in AUDIO_EXTENSIONS)
    assert not any(map(is_audio_name, ("mp3", "x.mp3 ", "x.txt", "x.", "")))


def test_hidden_files_and_system_folders_are_left_out(tmp_path):
    _touch(
        tmp_path,
        *("._a.mp3", ".hidden.mp3", ".git/b.mp3", "__MACOSX/c.mp3", "$RECYCLE.BIN/d.mp3"),
        *("System Volume Information/e.mp3", "lost+found/f.mp3", "found/g.mp3"),
    )
    assert _found(tmp_path) == ["found/g.mp3"]


def test_a_hidden_root_is_meant(tmp_path):
    _touch(tmp_path, ".music/a.mp3")
    assert _found(tmp_path / ".music") == ["a.mp3"]


@POSIX
def test_loops_of_links_end_and_each_folder_is_entered_once(tmp_path):
    _touch(tmp_path, "music/a.mp3", "music/deep/b.mp3", "elsewhere/c.mp3")
    music = tmp_path / "music"
    (music / "deep" / "up").symlink_to(music)
    (music / "self").symlink_to(".")
    (music / "one").symlink_to(tmp_path / "elsewhere")
    (music / "two").symlink_to(tmp_path / "elsewhere")
    (music / "d.mp3").symlink_to(tmp_path / "elsewhere" / "c.mp3")
    assert _found(music) == ["a.mp3", "d.mp3", "deep/b.mp3", "one/c.mp3"]


@POSIX
def test_links_to_nowhere_are_told_and_other_things_are_passed_over(tmp_path):
    _touch(tmp_path, "a.mp3")
    (tmp_path / "nowhere.mp3").symlink_to(tmp_path / "gone.mp3")
    (tmp_path / "itself.mp3").symlink_to(tmp_path / "itself.mp3")
    (tmp_path / "folder.mp3").mkdir()
    os.mkfifo(tmp_path / "pipe.mp3")
    found = list(discover(str(tmp_path)))
    assert [Path(file.path).name for file in found if isinstance(file, FoundFile)] == ["a.mp3"]
    unreadable = {Path(file.path).name: file.reason for file in found if isinstance(file, UnreadableFolder)}
    assert unreadable == {
        "nowhere.mp3": "No such file or directory",
        "itself.mp3": os.strerror(errno.ELOOP),
    }


@POSIX
def test_names_that_are_not_utf8(tmp_path):
    raw = os.fsencode(tmp_path) + b"/caf\xe9"
    Path(os.fsdecode(raw)).mkdir()
    for name in (b"/\xff\xfe.mp3", b"/line\nbreak.mp3", "/日本.mp3".encode()):
        Path(os.fsdecode(raw + name)).write_bytes(b"sound")
    found = [file.path for file in discover(str(tmp_path))]
    assert {os.fsencode(path) for path in found} == {
        raw + b"/\xff\xfe.mp3", raw + b"/line\nbreak.mp3", raw + "/日本.mp3".encode()
    }  # fmt: skip
    assert len(list(discover(os.fsdecode(raw)))) == 3


def test_a_file_as_a_root_is_taken_whatever_its_name(tmp_path):
    _touch(tmp_path, "music.bin")
    assert [file.path for file in discover(str(tmp_path / "music.bin"))] == [str(tmp_path / "music.bin")]


def test_a_root_that_is_not_there(tmp_path):
    assert list(discover(str(tmp_path / "gone"))) == [
        UnreadableFolder(str(tmp_path / "gone"), "No such file or directory")
    ]


def test_a_relative_root_gives_absolute_paths(tmp_path, monkeypatch):
    _touch(tmp_path, "a/b.mp3")
    monkeypatch.chdir(tmp_path)
    assert [file.path for file in discover("a/../a/")] == [str(tmp_path / "a" / "b.mp3")]


def test_a_folder_without_permission_is_told_and_the_walk_goes_on(common_folder):
    _touch(common_folder.path, "a/1.mp3", "b/2.mp3", "c/3.mp3")
    (common_folder.path / "b").chmod(0)
    with common_folder.as_ordinary_user():
        found = list(discover(str(common_folder.path)))
        (common_folder.path / "b").chmod(0o700)
    assert [type(file) for file in found] == [FoundFile, UnreadableFolder, FoundFile]
    assert found[1] == UnreadableFolder(str(common_folder.path / "b"), "Permission denied")


def test_a_folder_that_vanishes_during_the_walk(tmp_path):
    _touch(tmp_path, "a/1.mp3", "b/2.mp3")
    walk = discover(str(tmp_path))
    assert isinstance(next(walk), FoundFile)
    (tmp_path / "b" / "2.mp3").unlink()
    (tmp_path / "b").rmdir()
    assert list(walk) == [UnreadableFolder(str(tmp_path / "b"), "No such file or directory")]
