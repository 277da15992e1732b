"""Where open files can't be replaced, as on Windows, everything is replaced that Cuefit replaces.

The rule is that of `open_files.py`; a refusal that nothing came of would still be a file that Windows keeps as it was.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import open_files
import pytest
from safety_library import SafetyLibrary, write_kind
from sound_samples import extension_of, write_music

from tagger_app.durable import replace
from tagger_app.errors import TagError
from tagger_app.index.connection import open_for_reading
from tagger_app.suggest.packed import read_packed
from tagger_app.suggest.tables import TrackTable
from tagger_app.tagging.containers import read_metadata
from tagger_app.tagging.journal import Journal
from tagger_app.tagging.write import write_fields

pytestmark = pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="asks Linux which files are open")

KINDS = ("flac", "vorbis", "mp3", "aac", "wav16", "aiff", "opus", "wma", "wavpack")


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was refused under the rule, which is kept for the length of a test."""
    return open_files.keep_the_rule(monkeypatch.setattr)


def test_the_rule(tmp_path: Path, refused: list[str]) -> None:
    file, other = tmp_path / "folder" / "file", tmp_path / "other"
    file.parent.mkdir()
    file.touch()
    other.touch()
    with file.open("rb"):
        for breach in (
            lambda: other.replace(file),
            lambda: file.replace(other),
            lambda: file.rename(other),
            file.unlink,
            lambda: file.parent.rename(tmp_path / "elsewhere"),
        ):
            with pytest.raises(PermissionError):
                breach()
    assert refused == [*[str(file)] * 4, str(file.parent)]
    other.replace(file)
    assert not other.exists()


def test_what_is_open_for_a_moment_is_replaced_afterwards(tmp_path: Path, refused: list[str]) -> None:
    made, target = tmp_path / "made", tmp_path / "target"
    made.write_text("new")
    target.write_text("old")
    program = [sys.executable, "-c", "import sys, time; file = open(sys.argv[1]); print(flush=True); time.sleep(0.3)"]
    with subprocess.Popen([*program, str(target)], stdout=subprocess.PIPE) as scanner:
        assert scanner.stdout
        scanner.stdout.readline()
        replace(made, target)
    assert target.read_text() == "new"
    assert refused


def test_what_stays_open_is_left_alone(
    tmp_path: Path, journal: Journal, refused: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tagger_app.durable._PAUSES_S", (0.01,))
    path = write_kind(tmp_path / "music", "flac")
    content = path.read_bytes()
    with path.open("rb"), pytest.raises(TagError, match="another program has it open"):
        write_fields(str(path), {"FILMGENRE": ("Action",)}, journal, "b")
    assert refused
    assert path.read_bytes() == content
    assert list(path.parent.iterdir()) == [path]


def test_vectors_that_are_in_use_are_brought_up_to_date(library: SafetyLibrary, refused: list[str]) -> None:
    library.add("first.flac", seconds=3)
    library.scan()
    bundle = library.bundle
    with closing(open_for_reading(library.index_path)) as connection:
        table = TrackTable(connection, bundle.id, bundle.spec.fingerprint())
        for number in range(3):
            library.add(f"more {number}.flac", seed=number + 2, seconds=3)
        library.scan()
        table.refresh()  # the library has become larger by so much that all is made anew
        assert len(table) == 4
        _, arrays = read_packed(library.index_path.with_name("library.vectors"))
        assert len(arrays["ids"]) == 4
    assert refused == []


def test_a_library_is_kept_by_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    music, index = tmp_path / "music", tmp_path / "library.db"
    music.mkdir()
    for seed, kind in enumerate(KINDS):
        write_music(music / f"{kind}.{extension_of(kind)}", kind=kind, seed=seed, rate_hz=48_000)
    log = tmp_path / "refused"
    monkeypatch.setenv(open_files.REFUSED_LOG, str(log))

    def cuefit(*command: object) -> None:
        program = [sys.executable, open_files.__file__, *map(str, command), "--db", str(index)]
        done = subprocess.run(program, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr

    cue, other = music / "flac.flac", music / "mp3.mp3"
    lists = tmp_path / "list.csv"
    cuefit("scan", music, "--write-tags", "--workers", 2)
    for number in range(2):
        cuefit("like", cue, "--region", "0:00-0:02")
        cuefit("path", cue, other)
        cuefit("export", "csv", "-o", lists)
        cuefit("export", "m3u", "-o", lists.with_suffix(".m3u8"))
        write_music(music / f"later {number}.flac", kind="flac", seed=90 + number)
        cuefit("scan", music, "--write-tags")
    assert read_metadata(cue).fields
    cuefit("tags", "undo", "--all")
    assert not read_metadata(cue).fields
    cuefit("tags", "write", "--all")
    cuefit("tags", "clear", cue)
    cuefit("index", "backup", tmp_path / "copy.db")
    cuefit("index", "repair")
    cuefit("index", "check")
    assert not log.exists(), log.read_text()
    assert not list(tmp_path.rglob(".cuefit-*"))
