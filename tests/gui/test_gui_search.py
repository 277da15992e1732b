from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from tagger_app.errors import QueryError
from tagger_app.gui.search.completion import complete
from tagger_app.gui.search.path_query import path_query
from tagger_app.gui.search.search_box import SearchBox
from tagger_app.index.query import TextTerm, parse_query


@pytest.fixture
def box(qtbot):
    box = SearchBox()
    qtbot.addWidget(box)
    box.show()
    return box


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("thr", ["thriller", "thriller>0.5", "thriller>0.7"]),
        ("dark -Com", ["comedy", "comedy>0.5", "comedy>0.7"]),
        ("st", ["status:"]),
        ("status:o", ["status:offline"]),
        ("(sci", ["scifi", "scifi>0.5", "scifi>0.7"]),
        ("genre:ad", ["genre:adventure"]),
        ('"thr', []),
        ("", []),
        ("-", []),
        ("zzz", []),
        ("title:d", []),
    ],
)
def test_words_are_completed_where_the_cursor_stands(text, expected):
    assert complete(text, len(text)).words == expected


def test_only_the_word_at_the_cursor_is_replaced():
    completion = complete("dark dra | strings", 8)
    assert (completion.start, completion.end) == (5, 8)


@given(st.text(max_size=30), st.data())
def test_completion_takes_any_text(text, data):
    cursor = data.draw(st.integers(0, len(text)))
    completion = complete(text, cursor)
    assert 0 <= completion.start <= completion.end == cursor
    for word in completion.words:
        if not word.endswith(":"):
            parse_query(word)


def test_a_query_is_asked_when_typing_rests(box, qtbot):
    asked = []
    box.query_changed.connect(lambda query: asked.append(query.text))
    qtbot.keyClicks(box.edit, "strings")
    qtbot.waitUntil(lambda: asked == ["strings"])
    qtbot.keyClicks(box.edit, " length<3:00")
    qtbot.keyClick(box.edit, Qt.Key.Key_Return)
    assert asked == ["strings", "strings length<3:00"]


def test_a_fault_is_said_below_with_its_place_and_goes_again(box, qtbot):
    asked = []
    box.query_changed.connect(lambda query: asked.append(query.text))
    box.set_text("dark thriller>2")
    assert "0 to 1" in box.fault
    assert "dark thriller>▸2" in box.fault
    assert not box._save.isEnabled()
    assert asked == []
    box.set_text("dark thriller>0.2")
    assert box.fault == ""
    assert box._save.isEnabled()
    assert asked == ["dark thriller>0.2"]


@pytest.mark.parametrize("text", ["(", ")", '"', "length<", "x:y", "x" * 5_000, "\x00(", "مطاردة >", "🎬:"])
def test_what_is_no_query_is_a_fault_and_no_crash(box, text):
    try:
        parse_query(text)
        is_query = True
    except QueryError:
        is_query = False
    box.set_text(text)
    assert bool(box.fault) != is_query


def test_a_completion_is_taken_by_keyboard(box, qtbot):
    box.activateWindow()
    box.focus()
    qtbot.waitUntil(box.edit.hasFocus)
    qtbot.keyClicks(box.edit, "-thr")
    qtbot.waitUntil(lambda: "thriller" in box.edit.offered)
    qtbot.keyClick(box.edit, Qt.Key.Key_Tab)
    assert box.text == "-thriller "
    qtbot.keyClicks(box.edit, "co")
    qtbot.keyClick(box.edit, Qt.Key.Key_Escape)
    assert box.edit.offered == []
    assert box.text == "-thriller co"
    qtbot.keyClick(box.edit, Qt.Key.Key_Escape)
    assert box.text == ""


def test_a_search_is_offered_to_be_kept(box, qtbot):
    box.set_text("drama")
    with qtbot.waitSignal(box.save_wanted) as wanted:
        box._save.click()
    assert wanted.args == ["drama"]


def test_down_goes_on_to_what_was_found(box, qtbot):
    with qtbot.assertNotEmitted(box.rows_wanted):
        qtbot.keyClicks(box.edit, "thr")
        assert box.edit.offered
        qtbot.keyClick(box.edit._popup, Qt.Key.Key_Down)
    box.edit._popup.hide()
    with qtbot.waitSignal(box.rows_wanted):
        qtbot.keyClick(box.edit, Qt.Key.Key_Down)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/music/1.flac", "/music/1.flac"),
        ('/a (b)/"c" | -d>1.ogg', "/a (b)/ c  | -d>1.ogg"),
        ("/m/\udcff.wav", "/m/�.wav"),
    ],
)
def test_a_file_is_found_by_all_of_its_path(path, text):
    assert parse_query(path_query(path)).root == TextTerm(text, "path", whole=True)


def test_every_file_is_in_the_root():
    assert path_query("/") == ""
