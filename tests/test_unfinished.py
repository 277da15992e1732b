from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tagger_app.unfinished import remove_unfinished, unfinished
from tests.cli.cli_samples import run_cuefit

MAKE = """
import sys
from pathlib import Path
from tagger_app.unfinished import unfinished

for target in map(Path, sys.argv[1:]):
    made = unfinished(target)
    if target.suffix:
        made.write_bytes(b"half")
    else:
        made.mkdir()
        made.joinpath("half").write_bytes(b"half")
print("made", flush=True)
sys.stdin.read()
"""


def _start(*targets: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", MAKE, *map(str, targets)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline() == "made\n"
    return process


def _kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


@pytest.fixture
def maker(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that is making a file and a folder."""
    process = _start(tmp_path / "a.json", tmp_path / "bundle")
    yield process
    _kill(process)


def test_what_a_living_process_makes_is_left_alone_until_it_is_gone(
    maker: subprocess.Popen[str], tmp_path: Path
) -> None:
    made = {path.name for path in tmp_path.iterdir()}
    assert len(made) == 2
    assert remove_unfinished(tmp_path) == []
    own = unfinished(tmp_path / "b.json")
    own.touch()
    _kill(maker)
    assert {path.name for path in remove_unfinished(tmp_path)} == made
    assert list(tmp_path.iterdir()) == [own]


def test_what_sqlite_keeps_beside_a_database_goes_too(maker: subprocess.Popen[str], tmp_path: Path) -> None:
    """A campaign of kills found one such file."""
    _kill(maker)
    for ending in ("", "-journal", "-wal", "-shm"):
        (tmp_path / f".cuefit-{maker.pid}-0123abcd.db{ending}").touch()
    (tmp_path / "library.db-journal").touch()
    assert len(remove_unfinished(tmp_path)) == 6
    assert [path.name for path in tmp_path.iterdir()] == ["library.db-journal"]


def test_whoever_makes_something_removes_what_others_left(maker: subprocess.Popen[str], tmp_path: Path) -> None:
    _kill(maker)
    unfinished(tmp_path / "b.json")
    assert list(tmp_path.iterdir()) == []


def test_nothing_else_is_removed(maker: subprocess.Popen[str], tmp_path: Path) -> None:
    _kill(maker)
    remove_unfinished(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "kept").touch()
    names = [
        *(f"cuefit-{maker.pid}-0123abcd", f".cuefit-{maker.pid}-0123abc", f".cuefit-{maker.pid}-0123abcd.a b"),
        *(".cuefit-0123456789abcdef.flac", ".cuefit--0123abcd", ".cuefit-9" + 20 * "9" + "-0123abcd"),
    ]
    for name in names:
        (tmp_path / name).touch()
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / f".cuefit-{maker.pid}-0123abcd").touch()
    before = {path.relative_to(tmp_path) for path in tmp_path.rglob("*")}
    assert remove_unfinished(tmp_path) == []
    assert {path.relative_to(tmp_path) for path in tmp_path.rglob("*")} == before
    assert remove_unfinished(tmp_path / "nowhere") == []


def test_a_number_that_no_process_can_have(tmp_path: Path) -> None:
    path = tmp_path / ".cuefit-9999999999-0123abcd"
    path.touch()
    assert remove_unfinished(tmp_path) == [path]


@pytest.mark.skipif(os.name != "posix", reason="links of POSIX")
def test_a_link_goes_and_what_it_points_to_stays(maker: subprocess.Popen[str], tmp_path: Path) -> None:
    _kill(maker)
    remove_unfinished(tmp_path)
    (tmp_path / "music").mkdir()
    (tmp_path / "music" / "kept").touch()
    link = tmp_path / f".cuefit-{maker.pid}-0123abcd"
    link.symlink_to(tmp_path / "music")
    assert remove_unfinished(tmp_path) == [link]
    assert (tmp_path / "music" / "kept").exists()


def test_names_keep_an_extension_that_decoders_know(tmp_path: Path) -> None:
    assert re.fullmatch(rf"\.cuefit-{os.getpid()}-[0-9a-f]{{8}}\.wav", unfinished(tmp_path / "a.wav").name)
    for odd in ("a.much too long", "a.b c", "a"):
        assert unfinished(tmp_path / odd).suffix == ""


@pytest.mark.parametrize("command", [("info",), ("find", "title:a"), ("tags", "undo", "--all"), ("gui",)])
def test_the_next_start_of_any_command_removes_what_was_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    bundles, index, settings = (tmp_path / name for name in ("models", "state", "settings"))
    for folder in (bundles, index, settings):
        folder.mkdir()
    monkeypatch.setattr("tagger_app.cli.program.user_bundles_path", lambda: bundles)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    process = _start(bundles / "mine", index / "library.vectors", settings / "settings.json")
    options = ["--db", str(index / "library.db")]
    if command == ("gui",):
        options += ["--settings", str(settings / "settings.json")]
    run_cuefit(*command, *options)
    assert [len(list(folder.iterdir())) for folder in (bundles, index, settings)] == [1, 1, 1], "it is at work"
    os.kill(process.pid, signal.SIGTERM)
    process.communicate()
    run_cuefit(*command, *options)
    assert [len(list(folder.iterdir())) for folder in (bundles, index, settings)] == [0, 0, int(command != ("gui",))]
