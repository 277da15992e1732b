"""Line and bar plots. Each says in words, too, what it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from trainer.metrics import Interval
from trainer.report.svg import BASE, INK, MUTED, OTHER, OURS, SOURCES, inline_svg, new_axes, styled

Doubles = npt.NDArray[np.float64]
Curve = tuple[Doubles, Doubles]

_PANEL = (3.3, 2.9)
_BAR = 0.62
_NAMES = (("network", OURS), ("regression", OTHER), ("prevalence", BASE))


@styled()
def plot_intervals(rows: Sequence[tuple[str, Interval]], label: str, key: str) -> Markup:
    """A figure of several systems with its 95 % interval: the constant answer, the regression, ours, then others."""
    axes = new_axes(5.0, 0.9 + 0.42 * len(rows))
    for place, (_, interval) in enumerate(rows):
        colour = (BASE, OTHER, OURS, MUTED)[min(place, 3)]
        axes.plot([interval.low, interval.high], [place, place], color=colour, linewidth=3, alpha=0.45)
        axes.plot(interval.value, place, "o", color=colour, markersize=7)
        axes.annotate(
            f"{interval.value:.3f}", (interval.value, place), (0, 7), textcoords="offset points", ha="center",
            color=colour, weight="bold",
        )  # fmt: skip
    constant = rows[0][1].value
    axes.plot([constant, constant], [0, len(rows)], color=BASE, linewidth=1, linestyle=(0, (4, 3)))
    axes.set_yticks(range(len(rows)), [name for name, _ in rows])
    axes.set_ylim(len(rows) - 0.5, -0.75)
    axes.grid(axis="y", visible=False)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel(label)
    described = "; ".join(f"{name} {shown(interval)}" for name, interval in rows)
    return inline_svg(_figure(axes), key, f"{label}: {described}.")


@styled()
def plot_losses(
    histories: Sequence[Sequence[tuple[float, float]]], best_epochs: Sequence[int], highest: float, key: str
) -> Markup:
    """Losses by epoch, a pair of lines a network: training dashed, validation solid with a dot at the best epoch."""
    axes = new_axes(*_PANEL)
    for history, best in zip(histories, best_epochs, strict=True):
        epochs = np.arange(1, len(history) + 1)
        training, validation = np.array(history).T
        axes.plot(epochs, training, color=OTHER, linewidth=1.2, linestyle=(0, (3, 2)))
        axes.plot(epochs, validation, color=OURS, linewidth=1.4)
        axes.plot(best, validation[best - 1], "o", color=OURS, markersize=5)
    axes.set_ylim(0, highest)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("epoch")
    axes.set_ylabel("loss")
    _name_lines(axes, [("validation", OURS), ("training", OTHER)], "left", 0.2)
    said = ", ".join(str(best) for best in best_epochs)
    return inline_svg(
        _figure(axes), key, f"Training and validation loss of {len(histories)} networks; best epochs {said}."
    )


@styled()
def plot_roc(genre: str, curves: Mapping[str, tuple[Curve, float]], key: str) -> Markup:
    """ROC curves by name, the first ours, the second the regression's; each with its area."""
    axes = new_axes(*_PANEL)
    axes.plot([0, 1], [0, 1], color=BASE, linewidth=1.2, linestyle=(0, (4, 3)))
    _draw_curves(axes, curves)
    _name_lines(axes, [*_areas(curves), ("prevalence 0.50", BASE)], "right", 0.29)
    axes.set_xlabel("false positives, share of tracks without it")
    axes.set_ylabel("true positives, share of tracks with it")
    return inline_svg(
        _figure(axes), key, f"ROC curves of {genre}. Area under each: {_spoken(curves)}, prevalence 0.50."
    )


@styled()
def plot_precision(genre: str, curves: Mapping[str, tuple[Curve, float]], prevalence: float, key: str) -> Markup:
    """Precision over recall, by name as in `plot_roc`; a constant answer's precision is the prevalence."""
    axes = new_axes(*_PANEL)
    axes.axhline(prevalence, color=BASE, linewidth=1.2, linestyle=(0, (4, 3)))
    _draw_curves(axes, curves)
    _name_lines(axes, [*_areas(curves), (f"prevalence {prevalence:.2f}", BASE)], "right", 0.97)
    axes.set_xlabel("recall, share of tracks with it that are found")
    axes.set_ylabel("precision, share that is right")
    return inline_svg(
        _figure(axes), key,
        f"Precision over recall of {genre}. Average precision: {_spoken(curves)}, prevalence {prevalence:.2f}.",
    )  # fmt: skip


@styled()
def plot_calibration(
    what: str, ours: Sequence[tuple[float, Interval]], regression: Sequence[tuple[float, Interval]], fits: Doubles,
    prevalence: float, key: str,
) -> Markup:  # fmt: skip
    """Share of positives over the mean fit of each band, with intervals, above a histogram of all fits.

    Parameters
    ----------
    ours, regression : of each band, the mean fit and the share
    fits : of all tracks
    """
    figure = Figure(figsize=(_PANEL[0], 3.4), layout="constrained")
    axes, counts = figure.subplots(2, height_ratios=(5, 1), sharex=True)
    axes.plot([0, 1], [0, 1], color=BASE, linewidth=1, linestyle=(0, (4, 3)))
    axes.plot(prevalence, prevalence, "D", color=BASE, markersize=6)
    axes.plot(*_points(regression), "s", color=OTHER, markersize=5, clip_on=False)
    for fit, share in ours:
        axes.plot([fit, fit], [share.low, share.high], color=OURS, linewidth=2.5, alpha=0.45)
    axes.plot(*_points(ours), "o-", color=OURS, markersize=6, clip_on=False)
    axes.set(xlim=(0, 1), ylim=(-0.02, 1.02), ylabel="share that has it")
    for place, (name, colour) in zip((0.0, 0.36, 0.78), _NAMES, strict=True):
        axes.text(place, 1.03, name, transform=axes.transAxes, color=colour, weight="bold")
    counts.hist(fits, bins=np.linspace(0, 1, 26), color=OURS, alpha=0.75)
    counts.grid(visible=False)
    counts.yaxis.set_major_locator(MaxNLocator(1, integer=True))
    counts.set(xlabel="fit", ylabel="tracks")
    said = ", ".join(f"fit {fit:.2f}: {share.value:.2f}" for fit, share in ours)
    return inline_svg(figure, key, f"Calibration of {what}. Share that has it at the mean {said}.")


@styled()
def plot_hours(genres: Sequence[str], hours: Mapping[str, Sequence[float]], key: str) -> Markup:
    """Hours a genre, stacked by source."""
    axes = new_axes(7.2, 0.9 + 0.32 * len(genres))
    left = np.zeros(len(genres))
    for (_, amounts), colour in zip(hours.items(), SOURCES, strict=False):
        axes.barh(range(len(genres)), amounts, left=left, height=_BAR, color=colour)
        left += np.array(amounts)
    for place, total in enumerate(left):
        axes.annotate(f"{total:.1f}", (total, place), (4, 0), textcoords="offset points", va="center", color=INK)
    axes.set_yticks(range(len(genres)), genres)
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    axes.tick_params(axis="y", length=0)
    axes.set_xlim(0, max(1e-3, left.max()) * 1.08)
    axes.set_xlabel("hours")
    named = [(name, colour) for name, colour in zip(hours, SOURCES, strict=False)]
    _name_lines(axes, named, "right", 0.07 * (len(named) - 1) + 0.06)
    said = ", ".join(f"{genre} {total:.1f}" for genre, total in zip(genres, left, strict=True))
    return inline_svg(_figure(axes), key, f"Hours of music a genre: {said}.")


def shown(interval: Interval, digits: int = 3) -> str:
    """A figure and its interval in words."""
    return f"{interval.value:.{digits}f} ({interval.low:.2f} to {interval.high:.2f})"


def _draw_curves(axes: Axes, curves: Mapping[str, tuple[Curve, float]]) -> None:
    for (curve, _), colour, width in reversed(list(zip(curves.values(), (OURS, OTHER), (2.0, 1.2), strict=False))):
        axes.plot(*curve, color=colour, linewidth=width)
    axes.set(xlim=(0, 1), ylim=(0, 1.01))


def _areas(curves: Mapping[str, tuple[Curve, float]]) -> list[tuple[str, str]]:
    return [
        (f"{name} {area:.2f}", colour) for (name, (_, area)), colour in zip(curves.items(), (OURS, OTHER), strict=False)
    ]


def _spoken(curves: Mapping[str, tuple[Curve, float]]) -> str:
    return ", ".join(f"{name} {area:.2f}" for name, (_, area) in curves.items())


def _name_lines(axes: Axes, names: Sequence[tuple[str, str]], side: str, top: float) -> None:
    """Names of lines in their colours, one below the other, where the plot is emptiest."""
    place = 0.03 if side == "left" else 0.97
    for row, (name, colour) in enumerate(names):
        axes.text(
            place, top - row * 0.085, name, transform=axes.transAxes, color=colour, ha=side, va="top", weight="bold"
        )


def _points(shares: Sequence[tuple[float, Interval]]) -> Curve:
    return np.array([fit for fit, _ in shares]), np.array([share.value for _, share in shares])


def _figure(axes: Axes) -> Figure:
    figure = axes.get_figure(root=True)
    assert figure is not None
    return figure
