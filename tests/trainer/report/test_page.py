"""The page: well formed, complete in itself, and deaf to what names would have it do."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from markupsafe import Markup

from trainer.report.page import Clip, Page, Passage, Picture, Section, Table, render_page

HOSTILE = "</td></script><script>alert(1)</script><img src=x onerror='alert(1)'> & \" ' {{ 7 * 7 }} {% raise %}"
VOID = {"meta", "br", "img", "link", "input", "hr"}


class Outline(HTMLParser):
    """Elements of a page; fails where one isn't closed in turn."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture
def outline() -> Outline:
    first, second, third = (
        Markup(f'<svg viewBox="0 0 1 1" role="img" aria-label="a plot"><g id="{key}"></g></svg>') for key in "abc"
    )
    passage = Passage(
        HOSTILE,
        [HOSTILE],
        [Picture(HOSTILE, first, HOSTILE)],
        [Table(HOSTILE, [HOSTILE, "figure"], [[HOSTILE, "1"]])],
        [
            Clip(HOSTILE, HOSTILE, second, "data:audio/flac;base64,AAAA", HOSTILE, "https://example.org/licence"),
            Clip("unheard", "0:10", third, "", "Nothing to hear."),
        ],
    )
    return Outline(render_page(Page(HOSTILE, [HOSTILE], HOSTILE, [Section("first", HOSTILE, [passage])])))


def test_hostile_words_stay_words(outline):
    assert not {"script", "img"} & {tag for tag, _ in outline.elements}
    assert not [name for _, attributes in outline.elements for name in attributes if name.startswith("on")]
    assert sum(HOSTILE in words for words in outline.words) >= 9


def test_nothing_is_loaded_and_nothing_may_run(outline):
    (policy,) = [
        attributes["content"] for tag, attributes in outline.elements
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]  # fmt: skip
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy
    sources = [attributes["src"] for _, attributes in outline.elements if "src" in attributes]
    assert sources == ["data:audio/flac;base64,AAAA"]
    assert not [tag for tag, _ in outline.elements if tag in ("link", "iframe", "object", "embed")]


def test_what_cannot_be_seen_is_said(outline):
    for tag, attributes in outline.elements:
        if tag in ("svg", "audio"):
            assert attributes["aria-label"]
        if tag == "th":
            assert attributes["scope"] in ("col", "row")
    assert ("html", {"lang": "en"}) in outline.elements
    assert [tag for tag, _ in outline.elements if re.fullmatch("h[1-3]", tag)] == ["h1", "h2", "h3"]


def test_links_within_the_page_lead_somewhere(outline):
    names = [attributes["id"] for _, attributes in outline.elements if "id" in attributes]
    assert len(set(names)) == len(names)
    targets = [attributes["href"] for tag, attributes in outline.elements if tag == "a"]
    assert targets[0] == "#first"
    assert "first" in names
