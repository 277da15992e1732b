"""Plots as SVG that stands in a page: text stays text, and colours follow the reader's choice of light or dark."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure

INK, MUTED, GRID = "#15191e", "#5d6570", "#dde1e6"
OURS, OTHER, BASE = "#1666b0", "#b84e00", "#6d747e"
SOURCES = (OURS, OTHER, "#14795a", "#8b4a9e", "#8a6d00", BASE)
_VARIABLES = {
    INK: "ink", MUTED: "muted", GRID: "grid", OURS: "ours", OTHER: "other", BASE: "base",
    SOURCES[2]: "third", SOURCES[3]: "fourth", SOURCES[4]: "fifth",
}  # fmt: skip
"""Names of the page's colours. What is drawn here has the light ones; the page lays its own over them."""

_STYLE: dict[Any, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": MUTED,
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "font.size": 9.5,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "lines.linewidth": 1.8,
    "lines.solid_capstyle": "round",
    "svg.fonttype": "none",
    "svg.hashsalt": "cuefit",
    "text.color": INK,
    "text.parse_math": False,  # names may hold dollar signs
    "xtick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.color": MUTED,
    "ytick.labelcolor": INK,
}
_NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))


@contextmanager
def styled() -> Iterator[None]:
    """The look of all plots; a decorator, too."""
    with mpl.rc_context(_STYLE):
        yield


def new_axes(width_in: float, height_in: float) -> Axes:
    """Axes that fill a figure of their own."""
    return Figure(figsize=(width_in, height_in), layout="constrained").subplots()


def inline_svg(figure: Figure, key: str, alternative: str) -> Markup:
    """A figure as an element of a page.

    Parameters
    ----------
    key : begins all identifiers in it, so that no two figures of a page share one
    alternative : what the picture shows, for those who can't see it
    """
    written = io.StringIO()
    figure.savefig(written, format="svg", transparent=True, metadata=_NO_METADATA)
    svg = written.getvalue()
    view = re.search(r'viewBox="([^"]*)"', svg)
    assert view is not None, "matplotlib writes the size of its figures"
    svg = svg[svg.index("</defs>", svg.index("<style")) + len("</defs>") :]  # a style would be the whole page's
    svg = re.sub(r' id="', f' id="{key}-', svg)
    svg = re.sub(r'(xlink:href="#|url\(#)', rf"\1{key}-", svg)
    svg = re.sub(r"font-family: [^;\"]*;? ?", "", svg)
    for colour, name in _VARIABLES.items():
        svg = svg.replace(colour, f"var(--{name}, {colour})")
    opening = Markup('<svg viewBox="{}" role="img" aria-label="{}">').format(view[1], alternative)
    return opening + Markup(svg)
