"""Whatever happens during a write, the file is wholly old or wholly new, and the reason is told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from tag_samples import decoded, make_audio

from tagger_app.errors import TagError
from tagger_app.tagging import rewrite as rewriting
from tagger_app.tagging.containers import read_metadata
from tagger_app.tagging.fields import Changes
from tagger_app.tagging.journal import Journal
from tagger_app.tagging.journal_records import State
from tagger_app.tagging.undo import undo_writes
from tagger_app.tagging.write import settle, write_fields

Make = Callable[..., Path]
POSIX = pytest.mark.skipif(os.name != "posix", reason="POSIX only")


def _refused(path: Path | str, fields: Changes, journal: Journal, **options: bool) -> str:
    """Try to write; the reason it was refused for."""
    with pytest.raises(TagError) as raised:
        write_fields(str(path), fields, journal, "b", **options)
    assert all(entry.state is State.ABANDONED for entry in journal.entries())
    return raised.value.reason


def _names(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()} - {"state"}


def test_a_read_only_file(make: Make, journal: Journal, fields: Changes) -> None:
    path = make("flac")
    original = path.read_bytes()
    path.chmod(0o444)
    assert "read-only" in _refused(path, fields, journal)
    assert path.read_bytes() == original
    assert _names(path.parent) == {path.name}
    path.chmod(0o644)


def test_a_file_that_vanished(tmp_path: Path, journal: Journal, fields: Changes) -> None:
    assert _refused(tmp_path / "gone.flac", fields, journal) == "has vanished"
    assert _refused(tmp_path / "no folder" / "gone.flac", fields, journal) == "has vanished"
    with pytest.raises(TagError, match="has vanished"):
        read_metadata(tmp_path / "gone.flac")


def test_a_folder(tmp_path: Path, journal: Journal, fields: Changes) -> None:
    assert _refused(tmp_path, fields, journal) == "isn't a file"


@POSIX
def test_a_pipe_doesnt_hang(tmp_path: Path, journal: Journal, fields: Changes) -> None:
    os.mkfifo(tmp_path / "pipe.mp3")
    assert _refused(tmp_path / "pipe.mp3", fields, journal) == "isn't a file"


@POSIX
def test_a_locked_file(make: Make, journal: Journal, fields: Changes) -> None:
    import fcntl

    path = make("flac")
    with path.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert "locked by another program" in _refused(path, fields, journal)
    assert write_fields(str(path), fields, journal, "b").changed


@POSIX
def test_a_symbolic_link_stays_one(make: Make, tmp_path: Path, journal: Journal, fields: Changes) -> None:
    path = make("mp3")
    (tmp_path / "links").mkdir()
    link = tmp_path / "links" / "link.mp3"
    link.symlink_to(path)
    original = path.read_bytes()
    assert write_fields(str(link), fields, journal, "b").changed
    assert link.is_symlink()
    assert _names(link.parent) == {"link.mp3"}
    assert read_metadata(path).fields["FILMGENRE_ACTION"] == ("0.87",)
    # Undone by either name.
    (undone,) = undo_writes(journal, paths=[str(path)])
    assert undone.path == str(link)
    assert path.read_bytes() == original
    link.unlink()
    link.symlink_to(tmp_path / "nowhere.mp3")
    with pytest.raises(TagError, match="has vanished"):
        write_fields(str(link), fields, journal, "b")


@POSIX
def test_hard_links_are_split_only_when_asked(make: Make, tmp_path: Path, journal: Journal, fields: Changes) -> None:
    path = make("mp3")
    other = tmp_path / "other name.mp3"
    os.link(path, other)
    original = path.read_bytes()
    assert "2 names (hard links)" in _refused(path, fields, journal)
    assert path.samefile(other)
    assert write_fields(str(path), fields, journal, "b", split_hard_links=True).changed
    assert other.read_bytes() == original
    assert read_metadata(path).fields


@POSIX
def test_owner_and_attributes_are_kept(make: Make, journal: Journal, fields: Changes) -> None:
    path = make("mp3")
    path.chmod(0o600)
    if os.geteuid() == 0:
        os.chown(path, 12345, 23456)
    labelled = hasattr(os, "setxattr")
    if labelled:
        try:
            os.setxattr(path, "user.label", b"blue")
        except OSError:
            labelled = False
    before = path.stat()
    write_fields(str(path), fields, journal, "b")
    after = path.stat()
    assert after.st_ino != before.st_ino
    assert (after.st_uid, after.st_gid, after.st_mode) == (before.st_uid, before.st_gid, before.st_mode)
    if labelled:
        assert os.getxattr(path, "user.label") == b"blue"


@pytest.mark.parametrize("change", ["content", "time", "same size and time", "replaced", "gone"])
def test_a_file_changed_meanwhile(
    change: str, make: Make, journal: Journal, fields: Changes, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make("flac")
    whole = rewriting._check_copy

    def interfere(*arguments: object) -> None:
        whole(*arguments)  # type: ignore[arg-type]
        if change == "content":
            with path.open("ab") as file:
                file.write(b"more")
        elif change == "time":
            os.utime(path, ns=(1, 1))
        elif change == "same size and time":
            status = path.stat()
            with path.open("r+b") as file:
                start = file.read(4)
                file.seek(0)
                file.write(start)
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        elif change == "replaced":
            status = path.stat()
            copy = path.with_suffix(".copy")
            copy.write_bytes(path.read_bytes())
            os.utime(copy, ns=(status.st_atime_ns, status.st_mtime_ns))
            copy.replace(path)
        else:
            path.unlink()

    monkeypatch.setattr(rewriting, "_check_copy", interfere)
    reason = "has vanished" if change == "gone" else "was changed by another program meanwhile; it is left as it is"
    with pytest.raises(TagError) as raised:
        write_fields(str(path), fields, journal, "b")
    assert raised.value.reason == reason
    assert _names(path.parent) == (set() if change == "gone" else {path.name})
    assert journal.entries()[0].state is (State.INTENDED if change == "gone" else State.ABANDONED)


def test_a_copy_with_other_audio_is_thrown_away(
    make: Make, journal: Journal, fields: Changes, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make("flac")
    original = path.read_bytes()
    whole = rewriting.fingerprint_stream
    monkeypatch.setattr(rewriting, "fingerprint_stream", lambda file: whole(file)[: 32 if file == str(path) else 31])
    with pytest.raises(TagError, match="isn't that of the file"):
        write_fields(str(path), fields, journal, "b")
    assert path.read_bytes() == original
    assert _names(path.parent) == {path.name}


def test_fits_of_other_audio_are_not_written(make: Make, journal: Journal, fields: Changes) -> None:
    path = make("flac")
    original = path.read_bytes()
    with pytest.raises(TagError, match="holds other audio than was listened to; scan it again"):
        write_fields(str(path), fields, journal, "b", fingerprint="0" * 32)
    assert path.read_bytes() == original
    assert _names(path.parent) == {path.name}


@POSIX
@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cant_be_written(make: Make, tmp_path: Path, journal: Journal, fields: Changes) -> None:
    path = make("flac")
    tmp_path.chmod(0o555)
    try:
        assert "folder can't be written to" in _refused(path, fields, journal)
    finally:
        tmp_path.chmod(0o755)


_SCRIPT = """
import os, signal, shutil, sys
from tagger_app.errors import TagError
from tagger_app.tagging import rewrite, splice
from tagger_app.tagging.journal import Journal
from tagger_app.tagging.undo import undo_writes
from tagger_app.tagging.write import write_fields

point, path, database = sys.argv[1:]
undo, point = point.startswith("undo "), point.removeprefix("undo ")

def die(*arguments, **options):
    os.kill(os.getpid(), signal.SIGKILL)

if point == "recorded":
    rewrite._created = die
elif point == "half copied":
    def half(source, target, length=0):
        target.write(source.read(5000))
        target.flush()
        die()
    shutil.copyfileobj = half
elif point == "checked":
    os.replace = die
elif point == "replaced":
    replace = os.replace
    os.replace = lambda *names: (replace(*names), die())
elif point == "noted":
    Journal.mark = Journal.end_undo = die
elif point.isdigit():
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(point), int(point)))

with Journal.open(database) as journal:
    try:
        if undo:
            list(undo_writes(journal))
        write_fields(path, {"FILMGENRE_ACTION": ("0.87",)}, journal, "b")
    except TagError as error:
        print(error.reason)
"""


def _run(point: str, path: Path, journal: Journal) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", textwrap.dedent(_SCRIPT), point, str(path), str(journal.path)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@POSIX
@pytest.mark.parametrize("kind", ["wav", "ogg"])
@pytest.mark.parametrize("point", ["recorded", "half copied", "checked", "replaced", "noted"])
def test_killed_at_any_point(point: str, kind: str, make: Make, journal: Journal) -> None:
    path = make(kind)
    original, sound = path.read_bytes(), decoded(path)
    assert _run(point, path, journal).returncode == -signal.SIGKILL

    written = point in ("replaced", "noted")
    assert decoded(path) == sound
    assert bool(read_metadata(path).fields) == written
    assert (path.read_bytes() == original) != written
    assert [entry.state for entry in journal.entries()] == [State.INTENDED]
    assert len(_names(path.parent)) == (2 if point in ("half copied", "checked") else 1)

    assert settle(journal) == []

    assert _names(path.parent) == {path.name}
    assert [entry.state for entry in journal.entries()] == [State.DONE if written else State.ABANDONED]
    assert len([result for result in undo_writes(journal) if not result.error]) == written
    assert not read_metadata(path).fields


@POSIX
@pytest.mark.parametrize("point", ["recorded", "half copied", "checked", "replaced", "noted"])
def test_an_undo_killed_at_any_point(point: str, make: Make, journal: Journal) -> None:
    path = make("wav")
    sound = decoded(path)
    write_fields(str(path), {"FILMGENRE_ACTION": ("0.87",)}, journal, "b")
    assert _run(f"undo {point}", path, journal).returncode == -signal.SIGKILL

    undone = point in ("replaced", "noted")
    assert decoded(path) == sound
    assert bool(read_metadata(path).fields) != undone
    assert len(journal.undos()) == 1
    assert [entry.state for entry in journal.entries()] == [State.DONE]

    assert settle(journal) == []

    assert _names(path.parent) == {path.name}
    assert journal.undos() == []
    assert [entry.state for entry in journal.entries()] == [State.UNDONE if undone else State.DONE]
    assert len(list(undo_writes(journal))) == (not undone)
    assert not read_metadata(path).fields


@POSIX
def test_a_full_disk(tmp_path: Path, journal: Journal) -> None:
    path = make_audio(tmp_path, "wav", seconds=8)
    original = path.read_bytes()
    assert len(original) > 1_000_000
    process = _run("900000", path, journal)
    assert process.returncode == 0, process.stderr
    assert process.stdout.startswith("no room for a copy beside it")
    assert path.read_bytes() == original
    assert _names(tmp_path) == {path.name}
    assert [entry.state for entry in journal.entries()] == [State.ABANDONED]


def test_settling_waits_for_volumes_that_are_away(make: Make, journal: Journal) -> None:
    path = make("mp3")
    values: Changes = {"FILMGENRE_ACTION": ("0.87",)}
    journal.record(
        batch="b", path=str(path), real_path=str(path), temporary=".cuefit-" + "0" * 16, fingerprint="f",
        had_tag=False, old={"FILMGENRE_ACTION": None}, new=values,
    )  # fmt: skip
    away = path.rename(path.with_suffix(".away"))
    assert [entry.path for entry in settle(journal)] == [str(path)]
    away.rename(path)
    assert settle(journal) == []
    assert [entry.state for entry in journal.entries()] == [State.ABANDONED]


@POSIX
@pytest.mark.parametrize("point", ["_created", "_check_copy", "_replace", "sync"])
def test_settling_leaves_a_write_in_progress_alone(
    point: str, make: Make, journal: Journal, fields: Changes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also before there is a copy: who then took the write for given up had it lost for undo, found under load."""
    path = make("mp3")
    whole = getattr(rewriting, point)
    waiting: list[int] = []

    def settle_meanwhile(*arguments: object) -> object:
        def run() -> None:
            with Journal.open(journal.path) as other:
                waiting.append(len(settle(other)))

        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
        return whole(*arguments)

    monkeypatch.setattr(rewriting, point, settle_meanwhile)
    assert write_fields(str(path), fields, journal, "b").changed
    assert waiting == [int(point != "sync")], "once it is replaced the file itself tells"
    assert journal.entries()[0].state is State.DONE
    assert [result.error for result in undo_writes(journal)] == [None]
    assert not read_metadata(path).fields


def test_who_made_a_write_knows_better_than_who_looked_at_it(make: Make, journal: Journal) -> None:
    path = str(make("mp3"))
    values: Changes = {"FILMGENRE_ACTION": ("0.87",)}
    first, second = (
        journal.record(
            batch="b", path=path, real_path=path, temporary=".cuefit-" + digit * 16, fingerprint="f",
            had_tag=False, old={"FILMGENRE_ACTION": None}, new=values,
        )
        for digit in "01"
    )  # fmt: skip
    journal.mark([first], State.DONE)
    for entry_id in (first, second):
        journal.conclude(entry_id, State.ABANDONED)
    assert [entry.state for entry in journal.entries()] == [State.ABANDONED, State.DONE]
    journal.mark([second], State.DONE)
    assert [entry.state for entry in journal.entries()] == [State.DONE, State.DONE]
