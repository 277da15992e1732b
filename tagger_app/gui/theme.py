"""Colours, by what they mean, for light and dark; the one place that knows any."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QGuiApplication, QPalette

from tagger_app.genres import GENRES

_HUES = {
    "Action": 8,
    "Adventure": 32,
    "Comedy": 48,
    "Crime": 222,
    "Drama": 268,
    "Fantasy": 292,
    "Musical": 322,
    "Romance": 345,
    "Sci-Fi": 192,
    "Thriller": 152,
}

_LIGHT_FITS = ("#eef1f5", "#cfe3ee", "#a9d6d3", "#f3cf86", "#f0a45d")
_DARK_FITS = ("#2a2e35", "#24424f", "#1f5f60", "#75571f", "#964a17")
"""From a fit of 0 to 1, in equal steps; text of the palette's colour is readable on each (WCAG contrast above 4.5)."""


@dataclass(frozen=True)
class Theme:
    """Colours by role.

    Attributes
    ----------
    is_dark : light text on a dark ground
    text, faint_text : of things, of what is said in passing (both readable on `base` and `panel`)
    base, panel, line : grounds of tables, of panels, lines between them
    accent, on_accent : what is chosen or in progress, and text on it
    waveform, playhead, region : of the player
    notice : ground of a line that says something
    good, warning, problem : done, worth a look, failed; always along with words
    """

    is_dark: bool
    text: QColor
    faint_text: QColor
    base: QColor
    panel: QColor
    line: QColor
    accent: QColor
    on_accent: QColor
    waveform: QColor
    playhead: QColor
    region: QColor
    notice: QColor
    good: QColor
    warning: QColor
    problem: QColor

    def fit_colour(self, fit: float) -> QColor:
        """The ground of a fit from 0 to 1, cool to warm; the theme's text is readable on it."""
        stops = _DARK_FITS if self.is_dark else _LIGHT_FITS
        place = min(max(fit, 0.0), 1.0) * (len(stops) - 1)
        index = min(int(place), len(stops) - 2)
        return _mix(QColor(stops[index]), QColor(stops[index + 1]), place - index)

    def genre_colour(self, genre: str) -> QColor:
        """The ground of a genre's chip and the line of its curve; the theme's text is readable on it.

        Parameters
        ----------
        genre : one of `GENRES`
        """
        hue = _HUES[genre] / 360
        return QColor.fromHslF(hue, 0.42, 0.30) if self.is_dark else QColor.fromHslF(hue, 0.65, 0.84)

    def genre_line_colour(self, genre: str) -> QColor:
        """A line or dot that stands for a genre on `base` or `panel` (contrast above 3)."""
        hue = _HUES[genre] / 360
        return QColor.fromHslF(hue, 0.60, 0.66) if self.is_dark else QColor.fromHslF(hue, 0.65, 0.38)


def current_theme() -> Theme:
    """The theme that goes with the application's palette; ask again on `QEvent.Type.PaletteChange`."""
    return DARK if QGuiApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


def _mix(first: QColor, second: QColor, share: float) -> QColor:
    red, green, blue = (
        round(start + (end - start) * share)
        for start, end in (
            (first.red(), second.red()),
            (first.green(), second.green()),
            (first.blue(), second.blue()),
        )
    )
    return QColor(red, green, blue)


LIGHT = Theme(
    is_dark=False,
    text=QColor("#1b1f26"),
    faint_text=QColor("#5b6472"),
    base=QColor("#ffffff"),
    panel=QColor("#f4f5f7"),
    line=QColor("#d8dce2"),
    accent=QColor("#2563c9"),
    on_accent=QColor("#ffffff"),
    waveform=QColor("#7d8ba1"),
    playhead=QColor("#c2410c"),
    region=QColor(37, 99, 201, 60),
    notice=QColor("#fdf3d8"),
    good=QColor("#1a7f4b"),
    warning=QColor("#8a5a00"),
    problem=QColor("#b3261e"),
)

DARK = Theme(
    is_dark=True,
    text=QColor("#e6e9ee"),
    faint_text=QColor("#9aa4b2"),
    base=QColor("#1b1e23"),
    panel=QColor("#23272e"),
    line=QColor("#363c46"),
    accent=QColor("#5b9bf5"),
    on_accent=QColor("#0d1117"),
    waveform=QColor("#7f8ea6"),
    playhead=QColor("#ff8a4c"),
    region=QColor(91, 155, 245, 70),
    notice=QColor("#3d3420"),
    good=QColor("#5cc98e"),
    warning=QColor("#e0b050"),
    problem=QColor("#ff8078"),
)

assert set(_HUES) == set(GENRES)
