"""Matrices as pictures: confusion, kernels and tiles. Colours are laid over the page with their strength as opacity,
so that nothing is the page's own colour, light or dark."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from markupsafe import Markup
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from tagger_app.features.mfcc import Floats
from trainer.report.svg import GRID, INK, MUTED, OTHER, OURS, inline_svg, new_axes, styled

Doubles = npt.NDArray[np.float64]

_STRONGEST = 0.6
"""Opacity of the strongest cell, on which figures must still be readable."""
_N_ACROSS = 8


@styled()
def draw_matrix(shares: Doubles, rows: Sequence[str], columns: Sequence[str], key: str, alternative: str) -> Markup:
    """Shares as cells with their percentages; NaN is left empty."""
    axes = new_axes(1.6 + 0.62 * len(columns), 1.2 + 0.4 * len(rows))
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    axes.set(xlim=(0, len(columns)), ylim=(len(rows), 0))
    for (row, column), share in np.ndenumerate(shares):
        is_hit = rows[row] == columns[column]
        axes.add_patch(
            Rectangle(
                (column + 0.02, row + 0.03), 0.96, 0.94,
                facecolor=OURS if is_hit else OTHER, alpha=0.0 if np.isnan(share) else _STRONGEST * share, linewidth=0,
            )
        )  # fmt: skip
        axes.add_patch(Rectangle((column + 0.02, row + 0.03), 0.96, 0.94, fill=False, edgecolor=GRID, linewidth=0.6))
        if not np.isnan(share):
            weight = "bold" if is_hit else "normal"
            axes.text(column + 0.5, row + 0.52, f"{100 * share:.0f}", ha="center", va="center", weight=weight)
    axes.set_xticks(np.arange(len(columns)) + 0.5, columns, rotation=30, ha="left", rotation_mode="anchor")
    axes.set_yticks(np.arange(len(rows)) + 0.5, rows)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    return inline_svg(_root(axes.get_figure(root=True)), key, alternative)


@styled()
def draw_kernels(kernels: Floats, key: str, alternative: str) -> Markup:
    """Kernels side by side, [shape=(n_kernels, height, width)], each scaled by its largest weight."""
    n_down = -(-len(kernels) // _N_ACROSS)
    n_across = min(_N_ACROSS, len(kernels))
    height = 6.0 / _N_ACROSS * min(1.0, kernels.shape[1] / kernels.shape[2])
    figure = Figure(figsize=(n_across * 6.0 / _N_ACROSS, n_down * height))
    figure.subplots_adjust(0.005, 0.005, 0.995, 0.995, wspace=0.12, hspace=0.12)
    panels = np.atleast_1d(figure.subplots(n_down, n_across, squeeze=False)).ravel()
    for panel in panels[len(kernels) :]:
        panel.set_visible(False)
    for panel, kernel in zip(panels, kernels, strict=False):
        panel.grid(visible=False)
        panel.set(xticks=[], yticks=[])
        panel.spines[:].set(visible=True, color=GRID)
        panel.imshow(_signed(kernel), origin="lower", aspect="auto", interpolation="nearest")
    return inline_svg(figure, key, alternative)


@styled()
def draw_tile(energies: Floats, window_s: tuple[float, float], tile_s: float, key: str, alternative: str) -> Markup:
    """The mel energies of a tile, float32 [shape=(n_mels, n_frames)], with a stretch of it marked."""
    axes = new_axes(3.6, 1.5)
    axes.grid(visible=False)
    low, high = np.percentile(energies, [5, 99.5])
    strength = np.clip((energies - low) / max(high - low, 1e-6), 0, 1)
    image = np.empty((*energies.shape, 4))
    image[..., :3] = to_rgb(MUTED)
    image[..., 3] = strength
    axes.imshow(image, origin="lower", aspect="auto", extent=(0.0, tile_s, 0.0, float(len(energies))))
    start, end = window_s
    axes.add_patch(Rectangle((start, 0), end - start, len(energies), fill=False, edgecolor=OTHER, linewidth=2.2))
    axes.set(yticks=[], xlabel="seconds of the tile", ylabel="mel bands", xlim=(0, tile_s))
    axes.spines[:].set(visible=True, color=INK)
    return inline_svg(_root(axes.get_figure(root=True)), key, alternative)


def _signed(kernel: Floats) -> Doubles:
    """RGBA of weights: blue above zero, orange below, clear at zero."""
    image = np.empty((*kernel.shape, 4))
    image[..., :3] = np.where((kernel > 0)[..., np.newaxis], to_rgb(OURS), to_rgb(OTHER))
    image[..., 3] = np.abs(kernel) / max(float(np.abs(kernel).max()), 1e-12)
    return image


def _root(figure: Figure | None) -> Figure:
    assert figure is not None
    return figure
