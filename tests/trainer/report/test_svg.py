"""Plots that stand in a page."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import numpy as np

from trainer.metrics import Interval
from trainer.report.pictures import draw_kernels, draw_matrix, draw_tile
from trainer.report.plots import plot_hours, plot_intervals, plot_losses
from trainer.report.svg import OURS, inline_svg, new_axes, styled


def parse(svg: str) -> ElementTree.Element:
    """The element, as a page's parser would see it: with the namespaces that HTML gives it."""
    spaces = ' xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return ElementTree.fromstring(str(svg).replace("<svg", "<svg" + spaces, 1))


def test_a_plot_is_told_in_words_and_scales_with_the_page():
    rows = [("prevalence", Interval(0.5, 0.4, 0.6)), ("$regression$ <b>", Interval(0.7, 0.6, 0.8))]
    svg = plot_intervals(rows, "macro ROC-AUC", "summary-0")
    root = parse(svg)
    assert root.get("role") == "img"
    assert root.get("aria-label").startswith("macro ROC-AUC: prevalence 0.500 (0.40 to 0.60); $regression$ <b> 0.700")
    assert root.get("viewBox")
    assert root.get("width") is None
    texts = ["".join(element.itertext()) for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "$regression$ <b>" in texts
    assert "0.700" in texts


@styled()
def draw_line(key: str, label: str) -> str:
    axes = new_axes(2, 2)
    axes.plot([0, 1], [0, 1], color=OURS)
    return inline_svg(axes.get_figure(), key, label)


def test_two_plots_share_no_identifier_and_find_their_own():
    first, second = (str(draw_line(key, "a line")) for key in ("a", "b"))
    names = [re.findall(r' id="([^"]*)"', svg) for svg in (first, second)]
    assert not set(names[0]) & set(names[1])
    assert len(set(names[0])) == len(names[0])
    assert set(re.findall(r'(?:href="#|url\(#)([^")]*)', first)) <= set(names[0])


def test_colours_are_the_pages_and_no_style_leaves_the_plot():
    svg = str(draw_line("a", "a line"))
    assert f"var(--ours, {OURS})" in svg
    assert "<style" not in svg
    assert "font-family" not in svg
    assert "<!DOCTYPE" not in svg


def test_words_cannot_end_the_attribute():
    svg = draw_line("a", '"><script>alert(1)</script>')
    assert parse(svg).get("aria-label") == '"><script>alert(1)</script>'


def test_the_same_plot_is_the_same_text():
    assert draw_line("a", "a line") == draw_line("a", "a line")


def test_every_kind_is_drawn():
    rng = np.random.default_rng(0)
    shares = np.array([[0.5, np.nan], [0.25, 1.0]])
    for svg in (
        plot_losses([[(1.0, 0.9), (0.8, float("nan"))], [(0.9, 0.7)]], [1, 1], 1.0, "losses"),
        plot_hours(["Action", "none"], {"films": [1.5, 0.0], "debian": [0.2, 0.0]}, "hours"),
        draw_matrix(shares, ["a", "none"], ["a", "nothing"], "matrix", "shares"),
        draw_kernels(rng.normal(size=(11, 5, 5)).astype(np.float32), "kernels", "kernels"),
        draw_kernels(rng.normal(size=(3, 40, 100)).astype(np.float32), "units", "units"),
        draw_tile(rng.normal(size=(40, 100)).astype(np.float32), (2.0, 4.6), 9.29, "tile", "a tile"),
        draw_tile(np.zeros((40, 100), np.float32), (0.0, 3.0), 9.29, "silence", "a silent tile"),
    ):
        assert parse(svg).get("aria-label")
