from __future__ import annotations

import os
from pathlib import Path

import pytest

from tagger_app.index.changes import MarkRoot
from tagger_app.index.connection import open_for_reading
from tagger_app.index.writer import IndexWriter
from tagger_app.scan.roots import Roots, is_below


@pytest.fixture
def connection(tmp_path: Path):
    index_path = tmp_path / "library.db"
    with IndexWriter(index_path) as writer:
        writer.put(MarkRoot(str(tmp_path / "known"), online=True))
    connection = open_for_reading(index_path)
    yield connection
    connection.close()


def test_a_name_that_begins_alike_is_not_below():
    assert is_below("/music/a", "/music")
    assert is_below("/music", "/music")
    assert is_below("/music", "/")
    assert not is_below("/music2/a", "/music")


def test_only_roots_that_lie_in_no_other_are_outermost(connection):
    assert Roots(connection, ["/a/b", "/a", "/ab", "/c"]).outermost == ["/a", "/ab", "/c"]


def test_a_root_that_is_gone_is_found_by_its_files(connection, tmp_path):
    music, other = tmp_path / "music", tmp_path / "other"
    for folder in (music, other):
        folder.mkdir()
    roots = Roots(connection, [str(music), str(other)])
    for folder in (music, other, tmp_path / "never there"):
        roots.remember_device(str(folder))
    assert roots.find_lost(str(music / "a.wav")) is None
    music.rmdir()
    assert roots.find_lost(str(music / "a.wav")) == str(music)
    assert roots.find_lost(str(other / "a.wav")) is None
    assert roots.find_lost("/elsewhere/a.wav") is None


def test_the_bare_mount_point_of_a_volume_is_a_root_that_is_gone(connection, tmp_path, monkeypatch):
    roots = Roots(connection, [str(tmp_path)])
    roots.remember_device(str(tmp_path))
    status = tmp_path.stat()
    other = os.stat_result((*status[:2], status.st_dev + 1, *status[3:]))
    monkeypatch.setattr(os, "stat", lambda path: other)
    assert roots.find_lost(str(tmp_path / "a.wav")) == str(tmp_path)


def test_roots_of_other_scans_count(connection, tmp_path):
    known = tmp_path / "known"
    roots = Roots(connection, [])
    assert not roots.is_there(str(known / "a.wav"))
    known.mkdir()
    assert roots.is_there(str(known / "a.wav"))
    (known / "a.wav").write_bytes(b"")
    assert roots.is_file_of_another(str(known / "a.wav"))
    assert not roots.is_file_of_another(str(known))
