"""What the chosen suggestion is like, and its best moments, each a button that plays it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QToolButton, QVBoxLayout, QWidget

from tagger_app.gui.flow import FlowLayout
from tagger_app.gui.suggestions.model import Row, aspect_names
from tagger_app.gui.wording import show_range, show_time
from tagger_app.suggest.answer import Moment
from tagger_app.suggest.seeds import Region


class MomentsBar(QWidget):
    """Hidden where there is nothing to say."""

    moment_activated = Signal(object, object)
    """`Track` and `Region`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Best moments"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._aspects = QLabel(self, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._aspects.setAccessibleName(self.tr("What the suggestion is like"))
        moments = QWidget(self)
        column.addWidget(self._aspects)
        column.addWidget(moments)
        self._flow = FlowLayout(moments)
        self._label = QLabel(self.tr("Best moments"), moments)
        self._flow.addWidget(self._label)
        self._buttons: list[QToolButton] = []
        self._row: Row | None = None
        self.hide()

    def show_row(self, row: Row | None) -> None:
        """Show the moments of another suggestion."""
        for button in self._buttons:
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = []
        self._row = row
        for moment in row.moments if row else ():
            button = self._button(moment)
            self._buttons.append(button)
            self._flow.addWidget(button)
            button.show()
        self._label.setVisible(bool(self._buttons))
        names = aspect_names()
        parts = [f"{names[aspect]} {score:.0f}" for aspect, score in row.aspects.items()] if row else []
        self._aspects.setText(" · ".join([*parts, *(row.reason.genres if row and row.reason else ())]))
        self._aspects.setVisible(bool(parts))
        self.setVisible(bool(self._buttons or parts))
        self.updateGeometry()

    def _button(self, moment: Moment) -> QToolButton:
        start = show_time(moment.start_s, tenths=False)
        button = QToolButton(self)
        button.setText(f"▸ {show_range(moment.start_s, moment.end_s, tenths=False)}  {moment.similarity:.0f}")
        tip = self.tr("Play from {start}; similarity {number} of 100")
        button.setToolTip(tip.format(start=start, number=round(moment.similarity)))
        button.setAccessibleName(button.toolTip())
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.clicked.connect(partial(self._play, moment))
        return button

    def _play(self, moment: Moment, _checked: bool = False) -> None:
        if self._row is not None:
            self.moment_activated.emit(self._row.track, Region(moment.start_s, moment.end_s))
