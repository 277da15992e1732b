from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagger_app.handoff.bins import BinItem
from tagger_app.handoff.lists import inert, playlist_entries, render_playlist, render_table, show_time

CUE = BinItem(file="file:///music/a%20b.wav", title="Öde", artist="X, Y", genres=("Drama", "Crime"), duration_s=61.5)
REGION = BinItem(file="file:///music/b.wav", duration_s=3700.0, start_s=1.5, end_s=3604.25, note='=HYPERLINK("x")')


def test_a_table_has_a_line_an_item():
    content = render_table([CUE, REGION])
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0] == {
        "order": "1",
        "title": "Öde",
        "artist": "X, Y",
        "album": "",
        "genres": "Drama; Crime",
        "start": "0:00:00.000",
        "end": "0:01:01.500",
        "start_s": "0.000",
        "end_s": "61.500",
        "length_s": "61.500",
        "note": "",
        "path": "/music/a b.wav",
    }
    assert (rows[1]["start"], rows[1]["end"], rows[1]["note"]) == ("0:00:01.500", "1:00:04.250", '\'=HYPERLINK("x")')


@pytest.mark.parametrize("start", ["=", "+", "-", "@", " =", "\t=", "\t", "\r", "＝"])
def test_no_cell_begins_a_formula(start):
    assert inert(f"{start}1+1").startswith("'")


@given(st.text())
def test_inert_text_is_one_line(text):
    assert len(inert(text).splitlines()) <= 1
    assert not inert(text).lstrip().startswith(("=", "+", "-", "@"))


def test_a_playlist_names_each_file():
    broken = BinItem(file="file:///music/a%0Ab.wav")
    not_text = BinItem(file="file:///music/%E9.wav")
    entries, left_out = playlist_entries([CUE, broken, REGION, not_text])
    assert left_out == ["/music/a\nb.wav", "/music/\udce9.wav"]
    assert render_playlist(entries) == (
        "#EXTM3U\n#EXTINF:62,X, Y - Öde\n/music/a b.wav\n#EXTINF:3700,b\n/music/b.wav\n"
    )


def test_times_are_rounded_to_thousandths():
    assert show_time(59.9996) == "0:01:00.000"
    assert show_time(7261.0004) == "2:01:01.000"
