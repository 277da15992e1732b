"""A small library in every format that Cuefit writes, and what must hold of it whatever happened."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import av
import mutagen
from sound_samples import extension_of, write_music

from tagger_app.audio.container import ANY_METADATA
from tagger_app.index.migrations import APPLICATION_ID
from tagger_app.tagging.containers import read_metadata
from tagger_app.tagging.journal import Journal, journal_path
from tagger_app.tagging.journal_records import State
from tagger_app.tagging.write import settle, write_fields

KINDS = ("wav16", "rf64", "aiff", "flac", "vorbis", "opus", "mp3", "aac", "alac", "wma", "wavpack", "tta", "mp2")
TAGGED_BEFORE = ("flac", "mp3", "aac")
"""Files that hold fields already, the editor's own among them."""

Fields = Mapping[str, tuple[str, ...]]


@dataclass
class _Original:
    content: bytes
    sound: str
    other_tags: dict[str, str]
    mtime_ns: int
    mode: int
    old: Fields
    new: Fields | None = None


class CrashLibrary:
    """A folder of music, an index and a journal; the checks raise AssertionError.

    Parameters
    ----------
    folder : an empty folder
    kinds : of its files, one each
    """

    def __init__(self, folder: Path, kinds: Sequence[str] = KINDS) -> None:
        self.root = folder / "music"
        self.index_path = folder / "state" / "library.db"
        self.root.mkdir()
        self._sounds: dict[bytes, str] = {}
        for number, kind in enumerate(kinds):
            path = self.root / f"{kind}.{extension_of(kind)}"
            write_music(path, seconds=1.2, kind=kind, seed=number, rate_hz=48_000 if kind == "opus" else 44_100)
            if kind in TAGGED_BEFORE:
                fields = {"FILMGENRE_USER": ("Thriller", "Drama"), "FILMGENRE_ACTION": ("0.11",)}
                with Journal.open(folder / "before.db") as journal:
                    write_fields(str(path), fields, journal, "before")
            os.utime(path, ns=(10**18 + number, 10**18 + number))
            path.chmod(0o640)
        self.originals = {path.name: self._original(path) for path in sorted(self.root.iterdir())}

    def _original(self, path: Path) -> _Original:
        status = path.stat()
        old = dict(read_metadata(str(path)).fields)
        return _Original(
            path.read_bytes(), self._sound(path), _other_tags(path), status.st_mtime_ns, status.st_mode, old
        )

    def learn_new_fields(self) -> None:
        """Take the fields that the files hold now for those that Cuefit writes."""
        for name, original in self.originals.items():
            original.new = dict(read_metadata(str(self.root / name)).fields)
            assert original.new != original.old
            assert original.new.get("FILMGENRE_USER") == original.old.get("FILMGENRE_USER")

    def fields(self, name: str) -> Fields:
        """The fields of a file, as they stand in it."""
        return dict(read_metadata(str(self.root / name)).fields)

    def check_files(self) -> None:
        """Every file opens, sounds as it did bit by bit, holds all old or all new values, and the rest as it was."""
        names = {entry.name for entry in os.scandir(self.root)}
        missing = self.originals.keys() - names
        assert not missing, f"gone: {missing}"
        unknown = {name for name in names - self.originals.keys() if not name.startswith(".cuefit-")}
        assert not unknown, f"appeared: {unknown}"
        for name, original in self.originals.items():
            path = self.root / name
            assert self._sound(path) == original.sound, f"{name} sounds otherwise"
            fields = self.fields(name)
            cleared = {key: values for key, values in original.old.items() if key == "FILMGENRE_USER"}
            allowed = [original.old, cleared] + ([original.new] if original.new is not None else [])
            assert fields in allowed, f"{name} holds {fields}"
            assert _other_tags(path) == original.other_tags, f"{name} lost other tags"
            status = path.stat()
            assert (status.st_mtime_ns, status.st_mode) == (original.mtime_ns, original.mode), name

    def check_index(self) -> None:
        """SQLite finds nothing wrong, in the text index neither."""
        if not self.index_path.exists():
            return
        with closing(sqlite3.connect(self.index_path, isolation_level=None)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            if connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,):
                connection.execute("INSERT INTO tracks_text (tracks_text, rank) VALUES ('integrity-check', 1)")
        self._check_backups()

    def _check_backups(self) -> None:
        for backup in self.index_path.parent.glob("*.before-*.db"):
            with closing(sqlite3.connect(f"file:{backup}?mode=ro", uri=True)) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
                assert connection.execute("SELECT count(*) FROM tracks").fetchone() == (len(self.originals),)

    def settle_and_check(self) -> None:
        """What the next start does first: then journal and files agree, and no copy is left."""
        if not journal_path(self.index_path).exists():
            return
        with Journal.open(journal_path(self.index_path)) as journal:
            assert settle(journal) == []
            assert journal.entries(states=(State.INTENDED,)) == []
            assert journal.undos() == []
            expected = {name: dict(original.old) for name, original in self.originals.items()}
            for entry in reversed(journal.entries(states=(State.DONE,))):
                fields = expected[Path(entry.path).name]
                for field, values in entry.new.items():
                    assert fields.get(field) == entry.old[field], f"{entry.path}: the journal skips a value of {field}"
                    if values is None:
                        fields.pop(field, None)
                    else:
                        fields[field] = values
        for name, fields in expected.items():
            assert self.fields(name) == fields, f"{name}: journal and file disagree"
        leftovers = [entry.name for entry in os.scandir(self.root) if entry.name not in self.originals]
        assert not leftovers, f"left over: {leftovers}"

    def check_finished(self, stage: str) -> None:
        """After a command that came to its end."""
        self.check_files()
        self.check_index()
        self.settle_and_check()
        for name, original in self.originals.items():
            if stage in ("scan", "write"):
                assert self.fields(name) == original.new or original.new is None, name
            elif stage == "undo":
                assert self.fields(name) == original.old, name
            elif stage == "clear":
                assert not any(field != "FILMGENRE_USER" for field in self.fields(name)), name
        if stage == "scan":
            self._check_rows()
        unfinished = list(self.index_path.parent.glob(".cuefit-*"))
        assert not unfinished, unfinished

    def _check_rows(self) -> None:
        """A scan knows every file as it is now, so that the next has nothing to do."""
        with closing(sqlite3.connect(self.index_path)) as connection:
            rows = connection.execute("SELECT path, size, mtime_ns, failure, state FROM tracks").fetchall()
        expected = set()
        for name in self.originals:
            status = (self.root / name).stat()
            expected.add((os.fsencode(self.root / name), status.st_size, status.st_mtime_ns, "", 0))
        assert set(rows) == expected

    def columns(self) -> set[str]:
        """Columns of the index's table of tracks."""
        with closing(sqlite3.connect(self.index_path)) as connection:
            return {name for _, name, *_ in connection.execute("PRAGMA table_info (tracks)")}

    def _sound(self, path: Path) -> str:
        """Hash of all decoded samples; decoded once for every content that a file ever had."""
        content = hashlib.sha256(path.read_bytes()).digest()
        if content not in self._sounds:
            digest = hashlib.sha256()
            with av.open(str(path), **ANY_METADATA) as container:
                for frame in container.decode(audio=0):
                    digest.update(frame.to_ndarray().tobytes())
            if not path.name.startswith("rf64"):  # which mutagen doesn't know
                assert mutagen.File(path) is not None, f"{path.name} can't be opened by others"
            self._sounds[content] = digest.hexdigest()
        return self._sounds[content]


def _other_tags(path: Path) -> dict[str, str]:
    """All tags that aren't Cuefit's, as FFmpeg sees them."""
    with av.open(str(path), **ANY_METADATA) as container:
        found = {**container.metadata, **container.streams.audio[0].metadata}
    return {name: value for name, value in found.items() if not name.upper().startswith("FILMGENRE")}
