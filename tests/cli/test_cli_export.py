from __future__ import annotations

import csv
import io
import os
from pathlib import Path

from cli_samples import fits_of, make_record, run_cuefit, store
from hypothesis import given
from hypothesis import strategies as st

from tagger_app.cli.export import render_csv, render_m3u
from tagger_app.index.records import Track

HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", 'a,b"c', "a\nb", "\ud800")
TEXTS = st.text(max_size=30) | st.sampled_from(HOSTILE)


def make_track(**changes: str) -> Track:
    record = make_record("/music/a.flac", **changes)
    values = {name: getattr(record, name) for name in Track.__slots__ if hasattr(record, name)}
    return Track(**values, id=1, state="present", failure="")


@given(title=TEXTS, artist=TEXTS, path=TEXTS)
def test_no_cell_of_a_table_is_a_formula(title: str, artist: str, path: str) -> None:
    table = render_csv([make_track(title=title, artist=artist), make_track(album=path)])
    header, *rows = csv.reader(io.StringIO(table, newline=""))
    assert len(rows) == 2
    for row in rows:
        assert len(row) == len(header)
        assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for cell in row)
    table.encode()


@given(title=TEXTS, artist=TEXTS)
def test_a_title_stays_on_its_line_of_a_playlist(title: str, artist: str) -> None:
    playlist = render_m3u([make_track(title=title, artist=artist), make_track()])
    lines = playlist.splitlines()
    assert [line[:8] for line in lines] == ["#EXTM3U", "#EXTINF:", "/music/a", "#EXTINF:", "/music/a"]
    playlist.encode()


def test_a_table(tmp_path: Path, index_path: Path) -> None:
    fits = fits_of(Action=0.876, SciFi=0.1)
    store(index_path, make_record("/music/a.flac", 1, title="=HYPERLINK()", fits=fits, assigned=("Action",)))
    store(index_path, make_record("/music/ü.flac", 2, title="Für Elise"))
    table = tmp_path / "table.csv"
    result = run_cuefit("export", "csv", "-o", table, "--db", index_path)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"2 tracks written to {table}\n"
    assert table.read_bytes().startswith(b"\xef\xbb\xbf")
    with table.open(encoding="utf-8-sig", newline="") as file:
        first, second = csv.DictReader(file)
    assert (first["title"], first["length"], first["genres"]) == ("'=HYPERLINK()", "1:01", "Action")
    assert (first["Action"], first["Comedy"], first["Sci-Fi"]) == ("0.88", "", "0.10")
    assert (second["title"], second["path"]) == ("Für Elise", "/music/ü.flac")
    out = run_cuefit("export", "csv", "elise", "-o", "-", "--db", index_path)
    assert out.stdout_bytes.count(b"\r\n") == 2


def test_a_playlist_says_what_it_leaves_out(tmp_path: Path, index_path: Path) -> None:
    store(
        index_path,
        make_record("/music/a.flac", 1, title="One"),
        make_record("/music/ü.flac", 2, title="", artist=""),
        make_record(os.fsdecode(b"/music/\xff.flac"), 3),
        make_record("/music/line\nbreak.flac", 4),
    )
    playlist = tmp_path / "list.m3u8"
    playlist.write_text("older")
    result = run_cuefit("export", "m3u", "-o", playlist, "--sort", "added", "--db", index_path)
    assert result.exit_code == 0
    assert playlist.read_text("utf-8").splitlines() == [
        "#EXTM3U",
        "#EXTINF:62,Artist - One",
        "/music/a.flac",
        "#EXTINF:62,ü",
        "/music/ü.flac",
    ]
    written, *left_out = result.stderr.splitlines()
    assert written == f"2 tracks written to {playlist}"
    assert [line.rpartition("/")[2] for line in left_out] == [r"\udcff.flac", r"line\x0abreak.flac"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["list.m3u8", "state"]


def test_a_list_never_replaces_music(tmp_path: Path, index_path: Path) -> None:
    store(index_path, make_record("/music/a.flac"))
    music = tmp_path / "song.MP3"
    music.write_bytes(b"music")
    assert run_cuefit("export", "csv", "-o", music, "--db", index_path).exit_code == 2
    assert music.read_bytes() == b"music"


def test_a_file_that_cant_be_written(tmp_path: Path, index_path: Path) -> None:
    store(index_path, make_record("/music/a.flac"))
    result = run_cuefit("export", "m3u", "-o", tmp_path / "none" / "list.m3u8", "--db", index_path)
    assert result.exit_code == 1
    assert "list.m3u8: can't be written: No such file" in result.stderr
