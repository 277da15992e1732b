from __future__ import annotations

from pathlib import Path

import pytest
import soundfile
from sound_samples import write_music

from tagger_app.errors import HandoffError, TemplateError
from tagger_app.handoff.bins import BinItem
from tagger_app.handoff.export import (
    LIST_FORMATS,
    RegionFailed,
    RegionWritten,
    export_list,
    export_regions,
    region_names,
)
from tagger_app.handoff.timeline import FRAME_RATES

RATE = FRAME_RATES[2]


@pytest.fixture
def items(tmp_path):
    (tmp_path / "music").mkdir()
    source = write_music(tmp_path / "music" / "cue.flac", 3.0, "flac")
    cue = BinItem(file=source.as_uri(), title="A/B: the end?", artist="X", genres=("Drama",), duration_s=3.0)
    region = BinItem(file=source.as_uri(), title="A/B: the end?", duration_s=3.0, start_s=1.0, end_s=1.5)
    gone = BinItem(file=(tmp_path / "music" / "gone.wav").as_uri(), duration_s=3.0)
    return [cue, region, gone]


@pytest.mark.parametrize("extension", [*LIST_FORMATS, "m3u", "CSV"])
def test_a_list_is_written_in_the_format_of_its_name(items, tmp_path, extension):
    target = tmp_path / f"list.{extension}"
    assert export_list(items, target, "bin", RATE) == []
    start = {"m3u8": b"#EXTM3U", "m3u": b"#EXTM3U", "csv": b"\xef\xbb\xbforder,", "edl": b"TITLE: bin", "xml": b"<?xml"}
    assert target.read_bytes().startswith(start[extension.lower()])


def test_a_list_never_replaces_music(items, tmp_path):
    music = Path(items[0].path)
    content = music.read_bytes()
    with pytest.raises(HandoffError, match="audio file"):
        export_list(items, music, "bin", RATE)
    assert music.read_bytes() == content


def test_an_unknown_format(items, tmp_path):
    with pytest.raises(HandoffError, match=r"\.m3u8, \.csv, \.edl, \.xml"):
        export_list(items, tmp_path / "list.txt", "bin", RATE)


def test_paths_that_fit_no_playlist_are_told(tmp_path):
    item = BinItem(file="file:///music/%E9.wav")
    assert export_list([item], tmp_path / "list.m3u8", "bin", RATE) == ["/music/\udce9.wav"]


def test_regions_are_written_and_failures_told(items, tmp_path):
    folder = tmp_path / "new" / "out"
    events = list(export_regions(items, folder, "{title}", 0.1))
    assert [type(event) for event in events] == [RegionWritten, RegionWritten, RegionFailed]
    assert sorted(path.name for path in folder.iterdir()) == ["A_B_ the end_ (2).wav", "A_B_ the end_.wav"]
    assert soundfile.info(folder / "A_B_ the end_.wav").frames == 3 * 44_100
    assert soundfile.info(folder / "A_B_ the end_ (2).wav").frames == round(0.7 * 44_100)


def test_nothing_that_is_there_is_replaced(items, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "01.WAV").write_bytes(b"kept")
    (event,) = export_regions(items[:1], folder, "{index:02}", 0.0)
    assert event.path.name == "01 (2).wav"
    assert (folder / "01.WAV").read_bytes() == b"kept"


def test_names_stay_inside_the_folder():
    item = BinItem(file="file:///a.wav", title="../../x", artist="/etc", album="C:\\", duration_s=1.0)
    for template in ("{title}", "{artist}/{title}", "..{album}{title}", "/{title}", "{name}/../{title}"):
        (name,) = region_names([item], template)
        assert Path(name).name == name
        assert name not in (".", "..")


def test_names_of_a_template(items):
    names = region_names(items, "{index:02} {title} {start}-{end} {genre}")
    assert names == [
        "01 A_B_ the end_ 00m00.000s-00m03.000s Drama.wav",
        "02 A_B_ the end_ 00m01.000s-00m01.500s.wav",
        "03 gone 00m00.000s-00m03.000s.wav",
    ]


def test_a_bad_template_or_folder_writes_nothing(items, tmp_path):
    with pytest.raises(TemplateError):
        list(export_regions(items, tmp_path / "out", "{nothing}", 0.0))
    (tmp_path / "file").write_text("")
    with pytest.raises(HandoffError, match="can't be written to"):
        list(export_regions(items, tmp_path / "file", "{title}", 0.0))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "music"]
