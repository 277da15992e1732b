"""Cells that are more than text: fits as bars with their number, genres as chips."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette, QPen
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from tagger_app.genres import GENRES
from tagger_app.gui.library.cell_text import NOTHING, cell_text, show_fit
from tagger_app.gui.library.columns import COLUMNS, Column, Kind
from tagger_app.gui.library.track_model import TrackModel
from tagger_app.gui.mixer.mix import match_of
from tagger_app.gui.theme import Theme, current_theme
from tagger_app.index.records import Track

Index = QModelIndex | QPersistentModelIndex

_PADDING = 5
# As numbers: to compare flags takes longer than to look a track up, and every cell is asked several times.
_SELECTED = QStyle.StateFlag.State_Selected.value
_FOCUSED = QStyle.StateFlag.State_HasFocus.value
_SHADES = 100
_VEIL = QColor(255, 255, 255, 70)
"""A bar on the ground of a chosen row, on which no shade would leave the number readable."""


class CellDelegate(QStyledItemDelegate):
    """Paints every cell of the table: the ground by the style, what stands on it by the column's kind."""

    def __init__(self, model: TrackModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._use(current_theme())

    def use_theme(self, theme: Theme) -> None:
        """Paint with other colours from now on."""
        self._use(theme)

    def _use(self, theme: Theme) -> None:
        self._theme = theme
        self._shades = [theme.fit_colour(shade / _SHADES) for shade in range(_SHADES + 1)]

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        metrics = QFontMetrics(option.font)
        return QSize(COLUMNS[index.column()].width * metrics.averageCharWidth(), row_height(metrics))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a cell; what Qt's own delegate asks of the model for every cell would take three times as long."""
        column = COLUMNS[index.column()]
        state = option.state.value
        if state & (_SELECTED | _FOCUSED):
            style = option.widget.style() if option.widget else QApplication.style()
            style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget)
            if state & _FOCUSED:
                self._paint_focus(painter, option)
        track = self._model.track_at(index.row())
        if track is None:
            return
        painter.save()
        if column.kind is Kind.GENRES:
            self._paint_chips(painter, option, track)
        elif column.kind is Kind.MATCH:
            mix = self._model.mix
            if mix is not None:
                self._paint_bar(painter, option, match_of(mix, track.fits), is_bold=False)
        elif column.kind is Kind.FIT:
            fit = track.fits[GENRES.index(column.genre)]
            self._paint_bar(painter, option, fit, is_bold=fit is not None and column.genre in track.genres)
        else:
            self._paint_text(painter, option, column, track)
        painter.restore()

    def _paint_focus(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        painter.save()
        painter.setPen(QPen(self._text_colour(option), 1, Qt.PenStyle.DotLine))
        painter.drawRect(option.rect.adjusted(0, 0, -1, -1))
        painter.restore()

    def _paint_text(self, painter: QPainter, option: QStyleOptionViewItem, column: Column, track: Track) -> None:
        text = cell_text(track, column, None)
        if not text:
            return
        is_faint = track.status != "present" and column.kind is not Kind.STATUS
        painter.setPen(self._text_colour(option, faint=is_faint))
        rect: QRect = option.rect.adjusted(_PADDING, 0, -_PADDING, 0)
        elided = option.fontMetrics.elidedText(text, option.textElideMode, rect.width())
        painter.drawText(rect, QStyle.visualAlignment(option.direction, column.alignment), elided)

    def _paint_bar(self, painter: QPainter, option: QStyleOptionViewItem, fit: float | None, *, is_bold: bool) -> None:
        """A bar as long as the fit, warmer the higher it is, and the number over it; bold if the genre is assigned."""
        rect: QRect = option.rect
        if fit is None:
            painter.setPen(self._text_colour(option, faint=True))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, NOTHING)
            return
        cell = QRectF(rect).adjusted(2, 2.5, -2, -2.5)
        bar = QRectF(cell)
        bar.setWidth(max(cell.width() * fit, 3.0))
        if option.direction == Qt.LayoutDirection.RightToLeft:
            bar.moveRight(cell.right())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        is_chosen = bool(option.state.value & _SELECTED)
        painter.setBrush(_VEIL if is_chosen else self._shades[round(fit * _SHADES)])
        painter.drawRoundedRect(bar, 3, 3)
        painter.setPen(self._text_colour(option))
        if is_bold:
            painter.setFont(_bold(option.font))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, show_fit(fit))

    def _paint_chips(self, painter: QPainter, option: QStyleOptionViewItem, track: Track) -> None:
        """Genres as chips, best first; with a tick what the editor decided, with "+2" what there is no room for."""
        rect: QRect = option.rect
        metrics: QFontMetrics = option.fontMetrics
        is_rtl = option.direction == Qt.LayoutDirection.RightToLeft
        if not track.genres:
            painter.setPen(self._text_colour(option, faint=True))
            painter.drawText(rect.adjusted(6, 0, -6, 0), _leading(is_rtl), NOTHING if track.fingerprint else "")
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pad, gap = metrics.averageCharWidth(), max(metrics.averageCharWidth() // 2, 3)
        height = min(metrics.height() + 2, rect.height() - 4)
        top = rect.top() + (rect.height() - height) / 2
        place, end = rect.left() + 4, rect.right() - 2
        for position, genre in enumerate(track.genres):
            text = f"✓ {genre}" if genre in track.user_genres else genre
            width = metrics.horizontalAdvance(text) + 2 * pad
            n_left = len(track.genres) - position
            more = f"+{n_left}"
            room = end - place - (metrics.horizontalAdvance("+9") + gap if n_left > 1 else 0)
            if width > room and position:
                painter.setPen(self._text_colour(option, faint=True))
                rest = QRectF(place, rect.top(), end - place, rect.height())
                painter.drawText(_mirrored(rest, rect, is_rtl), _leading(is_rtl), more)
                return
            chip = _mirrored(QRectF(place, top, min(width, end - place), height), rect, is_rtl)
            colour = self._theme.genre_colour(genre)
            painter.setPen(QPen(self._theme.genre_line_colour(genre), 1) if text != genre else Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawRoundedRect(chip, height / 2, height / 2)
            painter.setPen(self._theme.text)
            elided = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(chip.width() - pad))
            painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, elided)
            place += width + gap

    def _text_colour(self, option: QStyleOptionViewItem, *, faint: bool = False) -> QColor:
        if option.state.value & _SELECTED:
            return option.palette.color(QPalette.ColorRole.HighlightedText)
        return self._theme.faint_text if faint else self._theme.text


def row_height(metrics: QFontMetrics) -> int:
    """Height of a row of text in this font."""
    return metrics.height() + max(metrics.height() // 2, 8)


def _bold(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setBold(True)
    return bold


def _leading(is_rtl: bool) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if is_rtl else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _mirrored(part: QRectF, whole: QRect, is_rtl: bool) -> QRectF:
    if not is_rtl:
        return part
    mirrored = QRectF(part)
    mirrored.moveRight(whole.left() + whole.right() + 1 - part.left())
    return mirrored
