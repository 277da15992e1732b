"""Painting what lies over the waveform: names, the region, the playhead."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from tagger_app.gui.player.painting import Layout
from tagger_app.gui.player.timeline import Timeline
from tagger_app.gui.theme import Theme
from tagger_app.gui.wording import show_time
from tagger_app.suggest.seeds import Region


def paint_name(painter: QPainter, layout: Layout, genre: str, theme: Theme, *, is_focus: bool, mirrored: bool) -> None:
    """The name beside a strip, with a dot in the colour of its curve; bold where the curve is drawn."""
    place = layout.strips[genre]
    line = QFontMetricsF(painter.font()).height()
    column = QRectF(layout.names.left(), place.top(), layout.names.width(), place.height())
    dot_x = column.right() - line * 0.6 if mirrored else column.left() + line * 0.6
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.genre_line_colour(genre))
    size = line * (0.30 if is_focus else 0.18)
    painter.drawEllipse(QPointF(dot_x, column.center().y()), size, size)
    painter.setPen(theme.text if is_focus else theme.faint_text)
    font = painter.font()
    font.setBold(is_focus)
    painter.setFont(font)
    text = column.adjusted(0, 0, -line * 1.1, 0) if mirrored else column.adjusted(line * 1.1, 0, 0, 0)
    leading = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
    painter.drawText(text, leading | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute, genre)
    painter.restore()


def region_bar(layout: Layout, timeline: Timeline, region: Region) -> QRectF:
    """The bar above a region, by which it is moved."""
    left, right = timeline.x(region.start_s), timeline.x(region.end_s)
    return QRectF(left, layout.ruler.top(), right - left, layout.ruler.height())


def paint_region(painter: QPainter, layout: Layout, timeline: Timeline, region: Region, theme: Theme) -> None:
    """The region with its edges, and how long it is."""
    bar, area = region_bar(layout, timeline, region), layout.sound
    painter.fillRect(QRectF(bar.left(), area.top(), bar.width(), area.height()), theme.region)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.accent)
    painter.drawRoundedRect(bar, bar.height() / 4, bar.height() / 4)
    painter.setPen(QPen(theme.accent, 2))
    for x in (bar.left(), bar.right()):
        painter.drawLine(QPointF(x, bar.top()), QPointF(x, area.bottom()))
    text = show_time(region.end_s - region.start_s)
    if QFontMetricsF(painter.font()).horizontalAdvance(text) + 4 < bar.width():
        painter.setPen(theme.on_accent)
        painter.drawText(bar, Qt.AlignmentFlag.AlignCenter, text)


def paint_hover(painter: QPainter, layout: Layout, x: float, theme: Theme) -> None:
    """Where a click would go."""
    colour = QColor(theme.text)
    colour.setAlphaF(0.35)
    painter.setPen(QPen(colour, 1, Qt.PenStyle.DotLine))
    painter.drawLine(QPointF(x, layout.sound.top()), QPointF(x, layout.sound.bottom()))


def paint_head(painter: QPainter, layout: Layout, x: float, theme: Theme) -> None:
    """The playhead."""
    area = layout.sound
    size = QFontMetricsF(painter.font()).height() * 0.32
    painter.setPen(QPen(theme.playhead, 2))
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.playhead)
    top = area.top() - size
    painter.drawPolygon([QPointF(x - size, top), QPointF(x + size, top), QPointF(x, top + size * 1.6)])
