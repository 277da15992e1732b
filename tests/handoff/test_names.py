from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagger_app.errors import TemplateError
from tagger_app.handoff.names import FIELDS, check_template, distinct_name, render_name, safe_name

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Main Theme", "Main Theme"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ('a\\b:c*d?e"f<g>h|i', "a_b_c_d_e_f_g_h_i"),
        ("...", "untitled"),
        ("", "untitled"),
        (" trailing dot. ", "trailing dot"),
        ("CON", "_CON"),
        ("nul.tar", "_nul.tar"),
        ("com1", "_com1"),
        ("COM¹", "_COM¹"),
        ("Console", "Console"),
        ("line\nbreak\ttab", "line break tab"),
        ("evil\u202egpj", "evilgpj"),
        ("e\u0301", "\u00e9"),
        ("\u05e9\u05dc\u05d5\u05dd 😀", "\u05e9\u05dc\u05d5\u05dd 😀"),
        ("\udcff", "?".replace("?", "_")),
    ],
)
def test_what_becomes_of_a_name(text, name):
    assert safe_name(text) == name


@given(ANY_TEXT)
def test_every_name_is_one_that_every_system_takes(text):
    name = safe_name(text)
    assert name
    assert len(name.encode()) <= 201
    assert not set(name) & set('<>:"/\\|?*')
    assert all(unicodedata.category(character) not in ("Cc", "Cf", "Cs") for character in name)
    assert name == name.strip(" .")
    assert name.partition(".")[0].upper() not in {"CON", "PRN", "AUX", "NUL", "COM1", "LPT9"}


def test_a_long_name_is_cut_between_characters():
    assert safe_name("é" * 300) == "é" * 100
    assert safe_name("x" * 99 + "😀" * 300, 100) == "x" * 99


def test_taken_names_get_numbers():
    taken: set[str] = set()
    names = [distinct_name(name, taken) for name in ("Cue", "cue", "Cue (2)", "CUE", "caf\u00e9", "cafe\u0301")]
    assert names == ["Cue", "cue (2)", "Cue (2) (2)", "CUE (3)", "caf\u00e9", "cafe\u0301 (2)"]


def test_a_template_is_filled():
    values = {name: name.upper() for name in FIELDS} | {"index": 7}
    assert render_name("{index:02} {title} - {artist} [{genre}] {start}-{end}", values) == (
        "07 TITLE - ARTIST [GENRE] START-END"
    )
    assert render_name("{index:3}{index}{{x}} {album}{name}", values) == "77{x} ALBUMNAME"


@pytest.mark.parametrize(
    "template",
    [
        *("{", "}", "{title", "{}", "{0}", "{titel}", "{title.x}", "{title[0]}", "{title!r}", "{title:>9}"),
        *("{index:x}", "{index:{title}}", "{index:99}", "", "always the same", "{{title}}"),
    ],
)
def test_a_template_that_can_not_be_used(template):
    with pytest.raises(TemplateError, match=r"template|width"):
        check_template(template)


@given(st.text("{}:!.[]0279 indextle", max_size=12), ANY_TEXT)
def test_a_template_gives_a_name_or_says_why_not(template, title):
    values = dict.fromkeys(FIELDS, title) | {"index": 1}
    try:
        check_template(template)
    except TemplateError:
        return
    name = render_name(template, values)
    assert safe_name(name) == name
