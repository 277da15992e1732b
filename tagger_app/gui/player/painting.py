"""Painting a track: ruler, waveform, fit curve and heat strips. What doesn't move is painted once, into a pixmap."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPainter, QPainterPath, QPen, QPolygonF

from tagger_app.genres import GENRES
from tagger_app.gui.player.sound import Floats, TrackSound
from tagger_app.gui.player.timeline import Timeline
from tagger_app.gui.theme import Theme
from tagger_app.gui.wording import show_time

_LEAST_HEIGHT = 0.012
"""Share of the waveform's height that silence is drawn with, so that the track is seen to go on."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things are, all in pixels.

    Attributes
    ----------
    names, values : columns beside the strips: names of genres, numbers at the playhead
    ruler, waveform : above one another
    strips : one a genre, below the waveform
    """

    names: QRectF
    values: QRectF
    ruler: QRectF
    waveform: QRectF
    strips: dict[str, QRectF]

    @property
    def sound(self) -> QRectF:
        """Waveform and strips together: what the playhead crosses."""
        bottom = max((strip.bottom() for strip in self.strips.values()), default=self.waveform.bottom())
        return QRectF(self.waveform.left(), self.waveform.top(), self.waveform.width(), bottom - self.waveform.top())

    def timeline(self, duration_s: float) -> Timeline:
        """Times of a track on these pixels."""
        return Timeline(self.waveform.left(), self.waveform.width(), duration_s)


def lay_out(
    width: float, height: float, metrics: QFontMetricsF, genres: Iterable[str], *, focus: str = "", mirrored: bool
) -> Layout:
    """Share out the space: strips get a line each, the waveform what is left.

    Where that is too little, strips get lower, and the last ones are left out.

    Parameters
    ----------
    focus : the genre that is never left out before others
    mirrored : names are on the right, as right-to-left languages have them; time still runs from left to right
    """
    genres = tuple(genres)
    line, gap = metrics.height(), metrics.height() * 0.18
    name_width = max((metrics.horizontalAdvance(genre) for genre in genres), default=0.0)
    name_width = name_width + 1.6 * line if genres else line * 0.4
    value_width = metrics.horizontalAdvance("0.00") + line * 0.8 if genres else line * 0.4
    left, right = (value_width, name_width) if mirrored else (name_width, value_width)
    inner = max(width - left - right, 1.0)
    ruler = QRectF(left, 0, inner, line * 1.25)
    least_waveform = line * 1.6
    room = height - ruler.height() - least_waveform - 2 * gap
    kept = sorted(genres, key=lambda genre: genre != focus)[: max(int(room / (line + gap)), 0)]
    genres = tuple(genre for genre in genres if genre in kept)
    strip_height = min(room / len(genres) - gap, line * 1.3) if genres else 0.0
    strips_height = len(genres) * (strip_height + gap) + (gap if genres else 0)
    waveform = QRectF(left, ruler.bottom(), inner, max(height - ruler.height() - strips_height - gap, least_waveform))
    top = waveform.bottom() + gap * 2
    strips = {
        genre: QRectF(left, top + number * (strip_height + gap), inner, strip_height)
        for number, genre in enumerate(genres)
    }
    names = QRectF(width - right if mirrored else 0, 0, name_width, height)
    values = QRectF(0 if mirrored else width - right, 0, value_width, height)
    return Layout(names, values, ruler, waveform, strips)


def paint_ruler(painter: QPainter, place: QRectF, timeline: Timeline, theme: Theme, metrics: QFontMetricsF) -> None:
    """Ticks with times."""
    widest = metrics.horizontalAdvance(show_time(timeline.duration_s, tenths=False)) + metrics.height() * 1.5
    ticks = timeline.ticks_s(widest)
    fractional = len(ticks) > 1 and ticks[1] < 1
    for tick_s in ticks:
        x = timeline.x(tick_s)
        painter.setPen(QPen(theme.line, 1))
        painter.drawLine(QPointF(x, place.bottom() - metrics.height() * 0.35), QPointF(x, place.bottom()))
        painter.setPen(theme.faint_text)
        text = show_time(tick_s, tenths=fractional)
        if x + metrics.horizontalAdvance(text) + 3 <= place.right():
            painter.drawText(QPointF(x + 3, place.bottom() - metrics.descent() - 1), text)


def paint_waveform(painter: QPainter, place: QRectF, sound: TrackSound, theme: Theme, colour: QColor) -> None:
    """Peaks above and below a middle line, the largest of each column of pixels."""
    middle = place.center().y()
    painter.setPen(QPen(theme.line, 1))
    painter.drawLine(QPointF(place.left(), middle), QPointF(place.right(), middle))
    if not len(sound.overview):
        return
    ratio = painter.device().devicePixelRatioF()
    peaks = column_peaks(sound.overview, max(int(place.width() * ratio), 1))
    half = place.height() / 2 * 0.94
    gradient = QLinearGradient(0, middle - half, 0, middle + half)
    soft = QColor(colour)
    soft.setAlphaF(0.55)
    for stop, shade in ((0.0, soft), (0.35, colour), (0.65, colour), (1.0, soft)):
        gradient.setColorAt(stop, shade)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(gradient)
    heights = (np.maximum(peaks, _LEAST_HEIGHT) * half).tolist()
    above = [QPointF(place.left() + (number + 0.5) / ratio, middle - height) for number, height in enumerate(heights)]
    below = [QPointF(point.x(), 2 * middle - point.y()) for point in reversed(above)]
    # One shape: bars between pixels would come out as stripes.
    painter.drawPolygon(QPolygonF([*above, *below]))


def column_peaks(overview: Floats, n_columns: int) -> Floats:
    """The largest of the points that lie in each column, even in part.

    Parameters
    ----------
    overview : float32 [shape=(n_points,)], at least one

    Returns
    -------
    float32 [shape=(n_columns,)]
    """
    columns = np.arange(n_columns)
    starts = columns * len(overview) // n_columns
    ends = -(-(columns + 1) * len(overview) // n_columns)
    padded = np.append(overview, np.float32(0))  # reduceat wants every index inside
    return np.asarray(np.maximum.reduceat(padded, np.column_stack((starts, ends)).ravel())[::2])


def paint_ground(
    painter: QPainter, place: QRectF, sound: TrackSound, genre: str, timeline: Timeline, theme: Theme
) -> None:
    """The heat of one genre behind the waveform, from tile to tile."""
    for points in _runs(place, sound, genre, timeline):
        left, right = points[0].x(), points[-1].x()
        gradient = QLinearGradient(left, 0, right, 0)
        for point in points:
            colour = theme.fit_colour(_fit_of(place, point.y()))
            colour.setAlphaF(0.6)
            gradient.setColorAt((point.x() - left) / max(right - left, 1e-9), colour)
        painter.fillRect(QRectF(left, place.top(), right - left, place.height()), gradient)


def paint_curve(
    painter: QPainter, place: QRectF, sound: TrackSound, genre: str, timeline: Timeline, theme: Theme
) -> None:
    """The fits of one genre as a line over the waveform, 0 at its foot and 1 at its top, with a mark at each peak."""
    colour = theme.genre_line_colour(genre)
    pen = QPen(colour, max(place.height() / 60, 1.8))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    shade = QPen(QColor(theme.base), pen.widthF() + 2.5)
    shade.setCapStyle(Qt.PenCapStyle.RoundCap)
    for points in _runs(place, sound, genre, timeline):
        path = _smooth(points)
        for stroke in (shade, pen):
            painter.setPen(stroke)
            painter.drawPath(path)
    painter.setPen(QPen(theme.base, 1.5))
    painter.setBrush(colour)
    size = pen.widthF() * 2.4
    for peak_s in sound.peaks_s(genre):
        tile = sound.tile_at(peak_s)
        assert tile is not None
        x = timeline.x(float(sound.edges_s[tile] + sound.edges_s[tile + 1]) / 2)
        y = _height(place, float(sound.curve[tile, GENRES.index(genre)]))
        painter.drawPolygon(
            QPolygonF([QPointF(x, y - size), QPointF(x + size, y), QPointF(x, y + size), QPointF(x - size, y)])
        )


def paint_strip(
    painter: QPainter, place: QRectF, sound: TrackSound, genre: str, timeline: Timeline, theme: Theme
) -> None:
    """One cell a tile: the warmer and the fuller, the better the genre fits; silence stays empty."""
    painter.save()
    clip = QPainterPath()
    clip.addRoundedRect(place, place.height() * 0.18, place.height() * 0.18)
    painter.setClipPath(clip)
    painter.fillRect(place, theme.fit_colour(0.0))
    fits = sound.curve[:, GENRES.index(genre)]
    for tile, fit in enumerate(fits.tolist()):
        left, right = (timeline.x(float(edge)) for edge in sound.edges_s[tile : tile + 2])
        cell = QRectF(left, place.top(), right - left, place.height())
        if math.isnan(fit):
            painter.fillRect(cell, theme.base)
            continue
        painter.fillRect(cell.adjusted(0, 0, 0.5, 0), theme.fit_colour(fit))
        height = max(place.height() * fit, 1.5)
        filled = QRectF(left, place.bottom() - height, right - left + 0.5, height)
        painter.fillRect(filled, heat_colour(theme, fit))
    painter.restore()


def heat_colour(theme: Theme, fit: float) -> QColor:
    """The theme's colour of a fit, strong enough to stand on the theme's own: no text lies on it."""
    colour = theme.fit_colour(fit)
    hue, saturation, lightness = colour.hslHueF(), colour.hslSaturationF(), colour.lightnessF()
    strength = 0.35 + 0.65 * fit
    if theme.is_dark:
        return QColor.fromHslF(
            hue, min(saturation + 0.25 * strength, 1.0), min(lightness + 0.10 + 0.18 * strength, 1.0)
        )
    return QColor.fromHslF(hue, min(saturation + 0.05, 1.0), max(lightness - 0.10 - 0.18 * strength, 0.0))


_MARGIN = 0.08
"""Share of the waveform's height above a fit of 1, and below one of 0."""


def _height(place: QRectF, fit: float) -> float:
    return place.bottom() - place.height() * (_MARGIN + fit * (1 - 2 * _MARGIN))


def _fit_of(place: QRectF, y: float) -> float:
    return ((place.bottom() - y) / place.height() - _MARGIN) / (1 - 2 * _MARGIN)


def _runs(place: QRectF, sound: TrackSound, genre: str, timeline: Timeline) -> list[list[QPointF]]:
    """Points at the middles of tiles, broken where a tile is silent; drawn on to the ends of the run."""
    fits = sound.curve[:, GENRES.index(genre)]
    edges = [timeline.x(float(edge)) for edge in sound.edges_s]
    runs = []
    is_known = np.concatenate(([False], ~np.isnan(fits), [False]))
    for first, stop in np.flatnonzero(np.diff(is_known)).reshape(-1, 2).tolist():
        heights = [_height(place, fit) for fit in fits[first:stop].tolist()]
        middles = [(start + end) / 2 for start, end in pairwise(edges[first : stop + 1])]
        run = [QPointF(x, y) for x, y in zip(middles, heights, strict=True)]
        runs.append([QPointF(edges[first], heights[0]), *run, QPointF(edges[stop], heights[-1])])
    return runs


def _smooth(points: list[QPointF]) -> QPainterPath:
    """A line through all points that never swings beyond them (Fritsch and Butland 1984: harmonic means of slopes)."""
    slopes = [(end.y() - start.y()) / (end.x() - start.x()) for start, end in pairwise(points)]
    middles = [2 / (1 / left + 1 / right) if left * right > 0 else 0.0 for left, right in pairwise(slopes)]
    path = QPainterPath(points[0])
    for (start, end), (leaving, arriving) in zip(pairwise(points), pairwise([0.0, *middles, 0.0]), strict=True):
        third = (end.x() - start.x()) / 3
        path.cubicTo(start + QPointF(third, leaving * third), end - QPointF(third, arriving * third), end)
    return path
