"""Cells of the suggestions that are more than text: similarities as bars, moments that can be clicked."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from tagger_app.gui.suggestions.model import MOMENTS_ROLE, SCORE_ROLE, TRACK_ROLE
from tagger_app.gui.theme import current_theme
from tagger_app.gui.wording import show_time
from tagger_app.suggest.answer import Moment
from tagger_app.suggest.seeds import Region

Index = QModelIndex | QPersistentModelIndex


class SuggestionDelegate(QStyledItemDelegate):
    """Paints the suggestions' cells."""

    moment_clicked = Signal(object, object)
    """`Track` and `Region`."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        score, moments = index.data(SCORE_ROLE), index.data(MOMENTS_ROLE)
        if score is None and not moments:
            super().paint(painter, option, index)
            return
        style = option.widget.style() if option.widget else QApplication.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if score is not None:
            self._paint_score(painter, option, float(score))
        else:
            self._paint_moments(painter, option, moments)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        size = super().sizeHint(option, index)
        metrics = QFontMetricsF(option.font)
        if index.data(SCORE_ROLE) is not None:
            size.setWidth(round(metrics.averageCharWidth() * 9))
        elif moments := index.data(MOMENTS_ROLE):
            width = sum(place.width() for place in _places(QRectF(0, 0, 1e6, 20), metrics, moments, mirrored=False))
            size.setWidth(round(width + metrics.height() * (len(moments) + 1) * 0.4))
        size.setHeight(round(metrics.height() * 1.7))
        return size

    def editorEvent(  # noqa: N802
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        moments = index.data(MOMENTS_ROLE)
        is_release = event.type() == QEvent.Type.MouseButtonRelease
        if moments and is_release and isinstance(event, QMouseEvent) and event.button() == Qt.MouseButton.LeftButton:
            mirrored = option.direction == Qt.LayoutDirection.RightToLeft
            places = _places(QRectF(option.rect), QFontMetricsF(option.font), moments, mirrored=mirrored)
            for moment, place in zip(moments, places, strict=True):
                if place.contains(event.position()):
                    self.moment_clicked.emit(index.data(TRACK_ROLE), Region(moment.start_s, moment.end_s))
                    return True
        return super().editorEvent(event, model, option, index)

    def _paint_score(self, painter: QPainter, option: QStyleOptionViewItem, score: float) -> None:
        theme = current_theme()
        share = min(max(score / 100, 0.0), 1.0)
        cell = QRectF(option.rect).adjusted(2, 2.5, -2, -2.5)
        bar = QRectF(cell)
        bar.setWidth(max(cell.width() * share, 3.0))
        if option.direction == Qt.LayoutDirection.RightToLeft:
            bar.moveRight(cell.right())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.fit_colour(0.0))
        painter.drawRoundedRect(cell, 3, 3)
        painter.setBrush(theme.fit_colour(share))
        painter.drawRoundedRect(bar, 3, 3)
        painter.setPen(theme.text)
        painter.drawText(option.rect, Qt.AlignmentFlag.AlignCenter, f"{score:.0f}")

    def _paint_moments(self, painter: QPainter, option: QStyleOptionViewItem, moments: tuple[Moment, ...]) -> None:
        theme = current_theme()
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        painter.setClipRect(option.rect)
        places = _places(QRectF(option.rect), QFontMetricsF(option.font), moments, mirrored=mirrored)
        for moment, place in zip(moments, places, strict=True):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.fit_colour(moment.similarity / 100))
            painter.drawRoundedRect(place, place.height() / 2, place.height() / 2)
            painter.setPen(theme.text)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, _label(moment))


def _places(rect: QRectF, metrics: QFontMetricsF, moments: tuple[Moment, ...], *, mirrored: bool) -> list[QRectF]:
    """Where each moment's chip lies in a cell."""
    gap = metrics.height() * 0.3
    height = min(metrics.height() * 1.25, rect.height() - 2)
    x = gap
    places = []
    for moment in moments:
        width = metrics.horizontalAdvance(_label(moment)) + metrics.height() * 0.8
        left = rect.right() - x - width if mirrored else rect.left() + x
        places.append(QRectF(left, rect.center().y() - height / 2, width, height))
        x += width + gap
    return places


def _label(moment: Moment) -> str:
    return f"▸ {show_time(moment.start_s, tenths=False)}"
