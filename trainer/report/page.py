"""The page itself: sections of text, plots, tables and clips in one HTML file that fetches nothing.

Whatever comes from lists and tags is escaped by the template, and a content security policy forbids the page to run or
to load anything, should something slip through.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup


@dataclass(frozen=True)
class Picture:
    """A plot and what stands above and below it."""

    title: str
    svg: Markup
    caption: str = ""


@dataclass(frozen=True)
class Table:
    """A table; the first `n_names` columns hold text, the others figures."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    n_names: int = 1


@dataclass(frozen=True)
class Clip:
    """A few seconds of a track.

    Attributes
    ----------
    title : of the track
    place : where in it, and whatever else there is to say
    svg : what the network hears there
    audio : as a data URI; empty where there is nothing to play
    credit : whose it is, or why there is nothing to play
    licence_link : address of the licence's text, where it has one
    """

    title: str
    place: str
    svg: Markup
    audio: str
    credit: str
    licence_link: str = ""


@dataclass(frozen=True)
class Passage:
    """A piece of a section: text, then what belongs to it."""

    heading: str = ""
    paragraphs: Sequence[str] = ()
    pictures: Sequence[Picture] = ()
    tables: Sequence[Table] = ()
    clips: Sequence[Clip] = ()
    size: Literal["small", "half", "whole"] = "small"
    """Width of its pictures: so many small ones side by side as the page has room for, two, or one."""


@dataclass(frozen=True)
class Section:
    """A section of the page; `key` is its address in the page."""

    key: str
    title: str
    passages: Sequence[Passage]


@dataclass(frozen=True)
class Page:
    """All of the page."""

    title: str
    lead: Sequence[str]
    warning: str
    sections: Sequence[Section]


def render_page(page: Page) -> str:
    """The page as HTML."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html").render(page=page)
