from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagger_app.errors import HandoffError
from tagger_app.handoff.bins import BinItem, bin_path, bins_folder, list_bins, load_bin, save_bin

CUE = BinItem(file="file:///music/a.wav", title="A cue", genres=("Drama",), duration_s=61.5)
REGION = BinItem(file="file:///music/b.wav", duration_s=30.0, start_s=1.5, end_s=4.0, note="under the “kiss”\n😀")


def test_a_bin_is_read_back_as_it_was_saved(tmp_path):
    path = bin_path(tmp_path / "library.bins", "Reel 3")
    save_bin(path, [REGION, CUE, REGION])
    assert load_bin(path) == (REGION, CUE, REGION)
    assert list_bins(path.parent) == ["Reel 3"]
    assert [entry.name for entry in path.parent.iterdir()] == ["Reel 3.json"]


def test_bins_lie_beside_their_index(tmp_path):
    assert bins_folder(tmp_path / "library.db") == tmp_path / "library.bins"
    assert list_bins(tmp_path / "library.bins") == []


@pytest.mark.skipif(sys.platform == "win32", reason="names are text there")
def test_names_that_are_not_text_survive(tmp_path):
    path = os.fsdecode(b"/music/caf\xe9 100%#?.wav")
    item = BinItem(file=Path(path).as_uri())
    save_bin(tmp_path / "bin.json", [item])
    assert load_bin(tmp_path / "bin.json")[0].path == path


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_can_be_saved(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("bin") / "bin.json"
    save_bin(path, [BinItem(file="file:///a.wav", title=text, note=text)])
    (item,) = load_bin(path)
    assert item.note == text.encode("utf-8", "replace").decode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"cuefit_bin": 1, "items": [{"title": "no file"}]}',
        b'{"cuefit_bin": 1, "items": [{"file": "http://a/b.wav"}]}',
        b'{"cuefit_bin": 1, "items": [{"file": "file:///a", "start_s": 3, "end_s": 2}]}',
        b'{"cuefit_bin": 1, "items": [{"file": "file:///a", "start_s": 3}]}',
        b'{"cuefit_bin": 1, "items": [{"file": "file:///a", "duration_s": -1}]}',
        b'{"cuefit_bin": 1, "item": []}',
    ],
)
def test_a_damaged_bin_is_reported_and_kept(tmp_path, content):
    path = tmp_path / "bin.json"
    path.write_bytes(content)
    with pytest.raises(HandoffError, match="is damaged"):
        load_bin(path)
    assert path.read_bytes() == content


def test_a_bin_of_a_newer_version_is_refused(tmp_path):
    path = tmp_path / "bin.json"
    path.write_text(json.dumps({"cuefit_bin": 2, "items": [{"what": "ever"}]}))
    with pytest.raises(HandoffError, match="newer version"):
        load_bin(path)


def test_a_bin_that_is_not_there(tmp_path):
    with pytest.raises(HandoffError, match="can't be read"):
        load_bin(tmp_path / "gone.json")


def test_a_bin_that_can_not_be_written_leaves_the_old_one(tmp_path, monkeypatch):
    path = tmp_path / "bin.json"
    save_bin(path, [CUE])

    def fail(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(HandoffError, match="No space left"):
        save_bin(path, [])
    assert load_bin(path) == (CUE,)
    assert [entry.name for entry in tmp_path.iterdir()] == ["bin.json"]


def test_a_folder_that_can_not_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(HandoffError, match="can't be created"):
        save_bin(tmp_path / "file" / "bins" / "bin.json", [])


def test_where_an_item_lies():
    assert (CUE.from_s, CUE.to_s, CUE.is_region, CUE.name) == (0.0, 61.5, False, "A cue")
    assert (REGION.from_s, REGION.to_s, REGION.is_region, REGION.name) == (1.5, 4.0, True, "b")
