"""The face of a track: its waveform, with the fits of chosen genres over time below and over it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QToolTip, QWidget

from tagger_app.gui.player.overlay import paint_head, paint_hover, paint_name, paint_region, region_bar
from tagger_app.gui.player.painting import (
    Layout,
    lay_out,
    paint_curve,
    paint_ground,
    paint_ruler,
    paint_strip,
    paint_waveform,
)
from tagger_app.gui.player.region_drag import Grip, drag_region
from tagger_app.gui.player.sound import TrackSound, silence
from tagger_app.gui.player.timeline import Timeline
from tagger_app.gui.theme import Theme, current_theme
from tagger_app.gui.wording import show_time
from tagger_app.suggest.seeds import Region

STEP_S, FINE_STEP_S, COARSE_STEP_S = 1.0, 0.1, 10.0
_JUMP_S = 0.09
"""A move of the playhead that isn't playing: a screen reader is told of it, but not of each step of playing."""


class WaveformView(QWidget):
    """Shows a track; says what the mouse and the keys want of it.

    Click to hear; drag to mark a region; drag its edges to change it, or its bar on top to move it. Left and Right move
    by a second, with Ctrl by a tenth, with Shift by ten; Up and Down choose the genre whose curve is drawn.
    """

    play_requested = Signal(float)
    seek_requested = Signal(float)
    region_edited = Signal(object)
    """`Region`, or None."""
    focus_genre_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sound = silence(0.0)
        self._genres: tuple[str, ...] = ()
        self._focus_genre = ""
        self._position_s = 0.0
        self._region: Region | None = None
        self._message = ""
        self._hover_x: float | None = None
        self._still: tuple[object, QPixmap, QPixmap] | None = None
        self._grip: Grip | None = None
        self._pressed_at: QPointF | None = None
        self._pressed_region: Region | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Waveform and fits over time"))
        self._describe()

    # -- what is shown -------------------------------------------------------------------------------------------------

    def show_sound(self, sound: TrackSound, message: str = "") -> None:
        """Show another track; a message in place of it, where there is nothing to draw."""
        self._sound = sound
        self._message = message
        self._position_s = 0.0
        self._region = None
        self._repaint_all()

    def show_genres(self, genres: Sequence[str]) -> None:
        """Choose the genres whose fits are shown, from top to bottom."""
        self._genres = tuple(genres)
        if self._focus_genre not in self._genres:
            self._set_focus_genre(self._genres[0] if self._genres else "")
        self.updateGeometry()
        self._repaint_all()

    @property
    def focus_genre(self) -> str:
        """The genre whose curve is drawn over the waveform; empty if none is chosen."""
        return self._focus_genre

    def focus_on(self, genre: str) -> None:
        """Draw the curve of one of the genres shown."""
        if genre in self._genres:
            self._set_focus_genre(genre)

    def set_position(self, position_s: float) -> None:
        """Move the playhead."""
        before, self._position_s = self._position_s, position_s
        timeline = self._layout().timeline(self._sound.duration_s)
        reach = self.fontMetrics().height()
        for time_s in (before, position_s):
            self.update(QRectF(timeline.x(time_s) - reach, 0, 2 * reach, self.height()).toAlignedRect())
        left, right = sorted((timeline.x(before), timeline.x(position_s)))
        self.update(QRectF(left, 0, right - left + 1, self.height()).toAlignedRect())
        self.update(self._layout().values.toAlignedRect())
        is_jump = abs(position_s - before) > _JUMP_S
        if is_jump or self._sound.tile_at(position_s) != self._sound.tile_at(before):
            self._describe()

    def set_region(self, region: Region | None) -> None:
        """Show in and out points."""
        self._region = region
        self.update()
        self._describe()

    def sizeHint(self) -> QSize:  # noqa: N802
        line = self.fontMetrics().height()
        return QSize(40 * line, round(line * (6.5 + 1.55 * len(self._genres))))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        line = self.fontMetrics().height()
        return QSize(16 * line, round(line * (4.2 + 1.55 * len(self._genres))))

    # -- painting ------------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        theme = current_theme()
        layout = self._layout()
        timeline = layout.timeline(self._sound.duration_s)
        unplayed, played = self._still_pictures(layout, timeline, theme)
        painter = QPainter(self)
        painter.setClipRect(event.rect())
        painter.drawPixmap(0, 0, unplayed)
        if self._sound.duration_s > 0:
            head_x = timeline.x(self._position_s)
            painter.save()
            painter.setClipRect(QRectF(0, 0, head_x, self.height()), Qt.ClipOperation.IntersectClip)
            painter.drawPixmap(0, 0, played)
            painter.restore()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._region is not None:
                paint_region(painter, layout, timeline, self._region, theme)
            if self._hover_x is not None and not self._grip:
                paint_hover(painter, layout, self._hover_x, theme)
            paint_head(painter, layout, head_x, theme)
            self._paint_values(painter, layout, theme)
        else:
            painter.setPen(theme.faint_text)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(QRectF(self.rect()), flags, self._message)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(QPen(theme.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def _still_pictures(self, layout: Layout, timeline: Timeline, theme: Theme) -> tuple[QPixmap, QPixmap]:
        """What doesn't move, before and after it was played."""
        ratio = self.devicePixelRatioF()
        key = (self.size(), ratio, theme.is_dark, self._sound, self._genres, self._focus_genre, self.font().key())
        if self._still is None or self._still[0] != key:
            pictures = []
            for colour in (theme.waveform, theme.accent):
                picture = QPixmap(self.size() * ratio)
                picture.setDevicePixelRatio(ratio)
                picture.fill(theme.base)
                painter = QPainter(picture)
                painter.setFont(self.font())
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                self._paint_still(painter, layout, timeline, theme, colour)
                painter.end()
                pictures.append(picture)
            self._still = (key, pictures[0], pictures[1])
        return self._still[1], self._still[2]

    def _paint_still(self, painter: QPainter, layout: Layout, timeline: Timeline, theme: Theme, colour: QColor) -> None:
        if self._sound.duration_s <= 0:
            return
        metrics = QFontMetricsF(self.font())
        paint_ruler(painter, layout.ruler, timeline, theme, metrics)
        if self._focus_genre and self._sound.n_tiles:
            paint_ground(painter, layout.waveform, self._sound, self._focus_genre, timeline, theme)
        paint_waveform(painter, layout.waveform, self._sound, theme, colour)
        if self._focus_genre and self._sound.n_tiles:
            paint_curve(painter, layout.waveform, self._sound, self._focus_genre, timeline, theme)
        for genre, place in layout.strips.items():
            if self._sound.n_tiles:
                paint_strip(painter, place, self._sound, genre, timeline, theme)
            focused = genre == self._focus_genre
            paint_name(painter, layout, genre, theme, is_focus=focused, mirrored=self._is_mirrored)

    def _paint_values(self, painter: QPainter, layout: Layout, theme: Theme) -> None:
        painter.setPen(theme.text)
        for genre, place in layout.strips.items():
            column = QRectF(layout.values.left(), place.top(), layout.values.width(), place.height())
            painter.drawText(column, Qt.AlignmentFlag.AlignCenter, self._show_fit(genre, self._position_s))

    def _show_fit(self, genre: str, position_s: float) -> str:
        fit = self._sound.fit_at(genre, position_s)
        return "–" if fit is None else f"{fit:.2f}"

    # -- mouse ---------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() != Qt.MouseButton.LeftButton or self._sound.duration_s <= 0:
            super().mousePressEvent(event)
            return
        if genre := self._genre_at(event.position()):
            self._set_focus_genre(genre)
            return
        self._grip = self._grip_at(event.position())
        self._pressed_at = event.position()
        self._pressed_region = self._region

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        layout = self._layout()
        inside = layout.sound.contains(event.position())
        self._hover_x = event.position().x() if inside else None
        if self._pressed_at is None:
            shapes = {Grip.BAR: Qt.CursorShape.OpenHandCursor, None: Qt.CursorShape.ArrowCursor}
            self.setCursor(shapes.get(self._grip_at(event.position()), Qt.CursorShape.SizeHorCursor))
        elif self._grip or self._has_moved(event.position()):
            self._grip = self._grip or Grip.NEW
            self._edit(self._grip, layout.timeline(self._sound.duration_s), event.position().x())
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._pressed_at is None:
            return
        if not self._grip and not self._has_moved(event.position()):
            timeline = self._layout().timeline(self._sound.duration_s)
            self.play_requested.emit(timeline.time_s(event.position().x()))
        self._pressed_at = None
        self._grip = None
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        self._hover_x = None
        self.update()
        super().leaveEvent(event)

    def _has_moved(self, position: QPointF) -> bool:
        assert self._pressed_at is not None
        return abs(position.x() - self._pressed_at.x()) >= QApplication.startDragDistance()

    def _grip_at(self, position: QPointF) -> Grip | None:
        """What a press takes hold of."""
        layout = self._layout()
        if self._region is None or position.y() > layout.sound.bottom():
            return None
        timeline = layout.timeline(self._sound.duration_s)
        reach = self.fontMetrics().height() * 0.35
        start_x, end_x = timeline.x(self._region.start_s), timeline.x(self._region.end_s)
        near = {Grip.START: abs(position.x() - start_x), Grip.END: abs(position.x() - end_x)}
        edge = min(near, key=near.__getitem__)
        if near[edge] <= reach:
            return edge
        return Grip.BAR if region_bar(layout, timeline, self._region).contains(position) else None

    def _edit(self, grip: Grip, timeline: Timeline, x: float) -> None:
        assert self._pressed_at is not None
        pressed_s, now_s = timeline.time_s(self._pressed_at.x()), timeline.time_s(x)
        region = drag_region(grip, self._pressed_region, pressed_s, now_s, self._sound.duration_s)
        if region is not None:
            self.set_region(region)
            self.region_edited.emit(region)

    def _genre_at(self, position: QPointF) -> str:
        layout = self._layout()
        if not layout.names.contains(position):
            return ""
        return next((genre for genre, place in layout.strips.items() if _in_row(place, position)), "")

    # -- keys and helps ------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        steps = {
            Qt.KeyboardModifier.NoModifier: STEP_S,
            Qt.KeyboardModifier.ControlModifier: FINE_STEP_S,
            Qt.KeyboardModifier.ShiftModifier: COARSE_STEP_S,
        }
        step_s = steps.get(modifiers)
        match event.key():
            case Qt.Key.Key_Left if step_s:
                self.seek_requested.emit(self._position_s - step_s)
            case Qt.Key.Key_Right if step_s:
                self.seek_requested.emit(self._position_s + step_s)
            case Qt.Key.Key_Home:
                self.seek_requested.emit(0.0)
            case Qt.Key.Key_End:
                self.seek_requested.emit(self._sound.duration_s)
            case Qt.Key.Key_Up if self._genres:
                self._step_genre(-1)
            case Qt.Key.Key_Down if self._genres:
                self._step_genre(1)
            case _:
                super().keyPressEvent(event)

    def _step_genre(self, step: int) -> None:
        place = self._genres.index(self._focus_genre) + step
        self._set_focus_genre(self._genres[place % len(self._genres)])

    def _set_focus_genre(self, genre: str) -> None:
        if genre != self._focus_genre:
            self._focus_genre = genre
            self.focus_genre_changed.emit(genre)
            self.update()
            self._describe()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = self.tool_tip_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def tool_tip_at(self, position: QPointF) -> str:
        """Time and fits at a place, in plain text; empty outside."""
        layout = self._layout()
        if self._sound.duration_s <= 0 or not layout.sound.contains(position):
            return ""
        time_s = layout.timeline(self._sound.duration_s).time_s(position.x())
        fits = [f"{genre} {self._show_fit(genre, time_s)}" for genre in self._genres]
        return "\n".join([show_time(time_s), *fits])

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        kinds = (QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.LayoutDirectionChange)
        if event.type() in kinds:
            self._repaint_all()
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        self._repaint_all()
        super().resizeEvent(event)

    def _describe(self) -> None:
        """Say to assistive techniques what the picture shows."""
        parts = [
            self.tr("{time} of {length}").format(
                time=show_time(self._position_s), length=show_time(self._sound.duration_s)
            ),
            *(f"{genre} {self._show_fit(genre, self._position_s)}" for genre in self._genres),
        ]
        if self._region is not None:
            text = self.tr("region from {start} to {end}")
            parts.append(text.format(start=show_time(self._region.start_s), end=show_time(self._region.end_s)))
        self.setAccessibleDescription("; ".join(parts))

    def _layout(self) -> Layout:
        metrics = QFontMetricsF(self.font())
        size = (self.width(), self.height())
        return lay_out(*size, metrics, self._genres, focus=self._focus_genre, mirrored=self._is_mirrored)

    @property
    def _is_mirrored(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def _repaint_all(self) -> None:
        self._still = None
        self.update()
        self._describe()


def _in_row(place: QRectF, position: QPointF) -> bool:
    return place.top() <= position.y() <= place.bottom()
