"""Which genres' fits are drawn: a button each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QToolButton, QWidget

from tagger_app.genres import GENRES
from tagger_app.gui.flow import FlowLayout
from tagger_app.gui.theme import current_theme
from tagger_app.index.records import Track

MOST_SHOWN = 3
"""Genres that are shown of a track until the user chooses."""


class GenreChoice(QWidget):
    """Ten buttons. Until one is pressed, each track shows the genres that fit it best; from then on, those chosen.

    Parameters
    ----------
    untrained : genres that the models don't know, and why
    """

    changed = Signal(tuple)
    """Genres in the order of `GENRES`."""

    def __init__(self, untrained: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Genres shown over time"))
        self._untrained = dict(untrained)
        row = FlowLayout(self, spacing=2)
        self._best = self._button(self.tr("Best"))
        self._best.setChecked(True)
        self._best.setToolTip(self.tr("Show the genres that fit each track best"))
        self._best.setAccessibleName(self.tr("Show the best genres of each track"))
        self._best.clicked.connect(self._show_best)
        row.addWidget(self._best)
        self._buttons: dict[str, QToolButton] = {}
        self._of_track: tuple[str, ...] = ()
        for genre in GENRES:
            button = self._button(genre)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setAccessibleName(self.tr("Show the fit of {genre}").format(genre=genre))
            if reason := self._untrained.get(genre):
                button.setEnabled(False)
                button.setToolTip(self.tr("{genre} isn't trained: {reason}").format(genre=genre, reason=reason))
            button.clicked.connect(self._choose)
            self._buttons[genre] = button
            row.addWidget(button)
        self._draw_dots()

    def _button(self, text: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setCheckable(True)
        button.setAutoRaise(True)
        return button

    @property
    def genres(self) -> tuple[str, ...]:
        """What is chosen now."""
        return tuple(genre for genre, button in self._buttons.items() if button.isChecked())

    @property
    def best_genre(self) -> str:
        """The genre among those chosen that fits the track best; empty if none is."""
        return next((genre for genre in self._of_track if genre in self.genres), "")

    def suit(self, track: Track) -> None:
        """Another track is shown: its fits stand in the tooltips, its best genres are chosen unless the user chose."""
        for genre, fit in zip(GENRES, track.fits, strict=True):
            if genre not in self._untrained:
                shown = self.tr("no fit") if fit is None else f"{fit:.2f}"
                self._buttons[genre].setToolTip(f"{genre}: {shown}")
        fits = {genre: fit for genre, fit in zip(GENRES, track.fits, strict=True) if fit is not None}
        best = sorted(fits, key=lambda genre: -fits[genre])
        wanted = [genre for genre in (*track.genres, *best) if genre not in self._untrained and genre in fits]
        self._of_track = tuple(dict.fromkeys(wanted))[:MOST_SHOWN]
        if self._best.isChecked():
            self._check(self._of_track)

    def show_genres(self, genres: Sequence[str]) -> None:
        """Choose genres, as if the user had."""
        self._best.setChecked(False)
        self._check(genres)

    def _check(self, genres: Sequence[str]) -> None:
        for genre, button in self._buttons.items():
            button.setChecked(genre in genres and button.isEnabled())
        self.changed.emit(self.genres)

    def _choose(self) -> None:
        self._best.setChecked(False)
        self.changed.emit(self.genres)

    def _show_best(self) -> None:
        self._best.setChecked(True)
        self._check(self._of_track)

    def _draw_dots(self) -> None:
        size = max(self.fontMetrics().height() // 2, 6)
        room = size // 2  # a tool button puts its icon right at its edge
        width = size + room
        left = 0 if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else room
        ratio = self.devicePixelRatioF()
        for genre, button in self._buttons.items():
            dot = QPixmap(QSize(width, size) * ratio)
            dot.setDevicePixelRatio(ratio)
            dot.fill(Qt.GlobalColor.transparent)
            painter = QPainter(dot)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(current_theme().genre_line_colour(genre))
            painter.drawEllipse(left, 0, size, size)
            painter.end()
            button.setIcon(QIcon(dot))
            button.setIconSize(QSize(width, size))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        if event.type() in (
            QEvent.Type.PaletteChange,
            QEvent.Type.FontChange,
            QEvent.Type.LayoutDirectionChange,
        ):
            self._draw_dots()
        super().changeEvent(event)
