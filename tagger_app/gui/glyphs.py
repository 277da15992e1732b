"""Small signs on buttons, drawn in the palette's own colours so that they suit light and dark."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QWidget

_SIZE = 16
_FILLED = {
    "play": (((4, 2.5), (13.5, 8), (4, 13.5)),),
    "pause": (((3.5, 3), (6.5, 3), (6.5, 13), (3.5, 13)), ((9.5, 3), (12.5, 3), (12.5, 13), (9.5, 13))),
    "stop": (((3.5, 3.5), (12.5, 3.5), (12.5, 12.5), (3.5, 12.5)),),
    "backwards": (((8, 3), (8, 13), (1.5, 8)), ((14.5, 3), (14.5, 13), (8, 8))),
    "forwards": (((1.5, 3), (8, 8), (1.5, 13)), ((8, 3), (14.5, 8), (8, 13))),
    "previous": (((10, 3.5), (14.5, 8), (10, 12.5), (5.5, 8)),),
    "next": (((6, 3.5), (10.5, 8), (6, 12.5), (1.5, 8)),),
    "sound": (((2, 6), (5, 6), (9, 2.5), (9, 13.5), (5, 10), (2, 10)),),
}
_LINES = {
    "previous": (((2, 3), (2, 13)),),
    "next": (((14, 3), (14, 13)),),
    "in": (((10, 2.5), (5, 2.5), (5, 13.5), (10, 13.5)),),
    "out": (((6, 2.5), (11, 2.5), (11, 13.5), (6, 13.5)),),
    "float": (
        ((2.5, 5.5), (10.5, 5.5), (10.5, 13.5), (2.5, 13.5), (2.5, 5.5)),
        ((5.5, 2.5), (13.5, 2.5), (13.5, 10.5)),
    ),
    "clear": (((4, 4), (12, 12)), ((12, 4), (4, 12))),
    "loop": (((11, 1.5), (13.5, 4), (11, 6.5)), ((5, 9.5), (2.5, 12), (5, 14.5))),
    "muted": (((11, 6), (15, 10)), ((15, 6), (11, 10))),
}
_FILLED["muted"] = _FILLED["sound"]


def draw_glyph(name: str, owner: QWidget) -> QIcon:
    """An icon in the button text's colour of a widget's palette, faint where it is disabled."""
    icon = QIcon()
    groups = {QIcon.Mode.Normal: QPalette.ColorGroup.Active, QIcon.Mode.Disabled: QPalette.ColorGroup.Disabled}
    for mode, group in groups.items():
        colour = owner.palette().color(group, QPalette.ColorRole.ButtonText)
        for scale in (1, 2, 3):
            icon.addPixmap(_draw(name, colour, scale), mode)
    return icon


def _draw(name: str, colour: QColor, scale: int) -> QPixmap:
    picture = QPixmap(QSize(_SIZE, _SIZE) * scale)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(scale, scale)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    for corners in _FILLED.get(name, ()):
        painter.drawPolygon(_points(corners))
    painter.setPen(QPen(colour, 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for corners in _LINES.get(name, ()):
        painter.drawPolyline(_points(corners))
    if name == "loop":
        painter.drawLine(QPointF(5, 4), QPointF(13, 4))
        painter.drawLine(QPointF(3, 12), QPointF(11, 12))
        painter.drawArc(QRectF(1.5, 4, 7, 8), 90 * 16, 90 * 16)
        painter.drawArc(QRectF(7.5, 4, 7, 8), 270 * 16, 90 * 16)
    if name == "sound":
        for radius in (2.5, 5):
            painter.drawArc(QRectF(9 - radius, 8 - radius, 2 * radius, 2 * radius), -45 * 16, 90 * 16)
    painter.end()
    return picture


def _points(corners: tuple[tuple[float, float], ...]) -> QPolygonF:
    return QPolygonF([QPointF(*corner) for corner in corners])
