"""What shapes suggestions: the dial, the weights of the aspects, the caps, the filter."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QPushButton, QSlider, QSpinBox, QWidget

from tagger_app.gui.elided_label import ElidedLabel
from tagger_app.gui.flow import FlowLayout
from tagger_app.gui.slider import Slider
from tagger_app.settings import Suggesting
from tagger_app.suggest.request import ASPECTS, DEFAULT_WEIGHTS

_STEPS_OF_A_WEIGHT = 4
_LARGEST_WEIGHT = 4
_SETTLE_MS = 120
"""A slider that moves asks once it has stood this long."""


class SuggestionControls(QWidget):
    """The controls; they say that something was changed, and are read by whoever asks."""

    changed = Signal()
    left_otherwise = Signal(object)
    """`Suggesting`: dial, weights or caps are other ones, to be remembered."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._query = ""
        self._settled = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settled.timeout.connect(self.changed)
        self._settled.timeout.connect(lambda: self.left_otherwise.emit(self.setting))
        self.dial_row = self._make_dial()
        """The dial; it stands by itself, wherever whoever holds the controls puts it."""
        column = QGridLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setColumnStretch(1, 1)
        self.setMaximumWidth(self.fontMetrics().averageCharWidth() * 80)
        self._weights = {aspect: self._add_weight(column, aspect, name) for aspect, name in self._aspects().items()}
        self._add_rest(column)
        self.reset()
        self._settled.stop()

    # -- what is set ---------------------------------------------------------------------------------------------------

    @property
    def discover(self) -> float:
        """0 (safest) to 1 (discover)."""
        return float(self._dial.value() / self._dial.maximum())

    @property
    def weights(self) -> dict[str, float]:
        """By aspect."""
        return {aspect: slider.value() / _STEPS_OF_A_WEIGHT for aspect, slider in self._weights.items()}

    @property
    def within(self) -> str | None:
        """The current filter, if suggestions are to come from inside it."""
        return self._query if self._inside.isChecked() and self._query.strip() else None

    @property
    def most_of_an_album(self) -> int:
        """Suggestions of one album; 0 for no limit."""
        return self._album.value()

    @property
    def most_of_an_artist(self) -> int:
        """Suggestions of one artist; 0 for no limit."""
        return self._artist.value()

    def set_filter(self, query_text: str) -> None:
        """The current filter is another one."""
        if query_text == self._query:
            return
        asked_within = self.within
        self._query = query_text
        self._filter.setText(query_text or self.tr("no filter is set"))
        if self.within != asked_within:
            self.changed.emit()

    @property
    def setting(self) -> Suggesting:
        """Dial, weights and caps, as they are remembered."""
        weights = {aspect: weight for aspect, weight in self.weights.items() if weight != DEFAULT_WEIGHTS[aspect]}
        return Suggesting(self.discover, weights, self.most_of_an_album, self.most_of_an_artist)

    def restore(self, setting: Suggesting) -> None:
        """Have dial, weights and caps as they were left."""
        self._dial.setValue(round(setting.discover * self._dial.maximum()))
        for aspect, slider in self._weights.items():
            weight = setting.weights.get(aspect, DEFAULT_WEIGHTS[aspect])
            slider.setValue(round(weight * _STEPS_OF_A_WEIGHT))
        self._album.setValue(setting.most_of_an_album)
        self._artist.setValue(setting.most_of_an_artist)

    def reset(self) -> None:
        """Give everything the value it had at first."""
        self.restore(Suggesting())
        self._inside.setChecked(False)

    # -- building ------------------------------------------------------------------------------------------------------

    def _aspects(self) -> dict[str, str]:
        names = (self.tr("Fit"), self.tr("Timbre"), self.tr("Dynamics"), self.tr("Pace"))
        return dict(zip(ASPECTS, names, strict=True))

    def _make_dial(self) -> QWidget:
        holder = QWidget(self)
        holder.setMaximumWidth(self.fontMetrics().averageCharWidth() * 80)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        self._dial = Slider(Qt.Orientation.Horizontal, self)
        self._dial.setRange(0, 20)
        self._dial.setPageStep(5)
        self._dial.setAccessibleName(self.tr("From safest to discover"))
        self._dial.setToolTip(self.tr("Safest: the nearest first. Discover: each also unlike those before it."))
        self._dial.setAccessibleDescription(self._dial.toolTip())
        self._dial.setTickPosition(QSlider.TickPosition.TicksBelow)
        self._dial.setTickInterval(5)
        self._dial.valueChanged.connect(self._settle)
        safest, discover = QLabel(self.tr("Safest"), self), QLabel(self.tr("Discover"), self)
        safest.setBuddy(self._dial)
        row.addWidget(safest)
        row.addWidget(self._dial, 1)
        row.addWidget(discover)
        return holder

    def _add_weight(self, grid: QGridLayout, aspect: str, name: str) -> QSlider:
        plain = name.replace("&", "")
        slider = Slider(Qt.Orientation.Horizontal, self)
        slider.setRange(0, _LARGEST_WEIGHT * _STEPS_OF_A_WEIGHT)
        slider.setAccessibleName(self.tr("Weight of {aspect}").format(aspect=plain))
        slider.setPageStep(_STEPS_OF_A_WEIGHT)
        label, number = QLabel(name, self), QLabel(self)
        label.setBuddy(slider)
        number.setMinimumWidth(number.fontMetrics().horizontalAdvance("0.00×"))

        def show(value: int) -> None:
            number.setText(f"{value / _STEPS_OF_A_WEIGHT:g}×")
            slider.setToolTip(
                self.tr("{aspect} counts {weight}×").format(aspect=plain, weight=value / _STEPS_OF_A_WEIGHT)
            )

        slider.valueChanged.connect(show)
        show(slider.value())
        slider.valueChanged.connect(self._settle)
        row = grid.rowCount()
        grid.addWidget(label, row, 0)
        grid.addWidget(slider, row, 1)
        grid.addWidget(number, row, 2)
        return slider

    def _add_rest(self, grid: QGridLayout) -> None:
        rest = QWidget(self)
        flow = FlowLayout(rest, spacing=self.fontMetrics().averageCharWidth() * 2)
        self._album = self._add_cap(flow, self.tr("Most of an album"))
        self._artist = self._add_cap(flow, self.tr("Most of an artist"))
        self._reset = QPushButton(self.tr("Reset"), self)
        self._reset.setToolTip(self.tr("Dial, weights and caps as they were at first"))
        self._reset.clicked.connect(self.reset)
        flow.addWidget(self._reset)
        inside = QHBoxLayout()
        self._inside = QCheckBox(self.tr("Inside the current filter:"), self)
        self._inside.toggled.connect(self._settle)
        self._filter = ElidedLabel(self.tr("no filter is set"), self)
        inside.addWidget(self._inside)
        inside.addWidget(self._filter, 1)
        row = grid.rowCount()
        grid.addWidget(rest, row, 0, 1, 3)
        grid.addLayout(inside, row + 1, 0, 1, 3)

    def _add_cap(self, flow: FlowLayout, text: str) -> QSpinBox:
        holder = QWidget(self)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        box = QSpinBox(holder, minimum=0, maximum=99)
        box.setSpecialValueText(self.tr("any"))
        box.setAccessibleName(text.replace("&", ""))
        box.valueChanged.connect(self._settle)
        label = QLabel(text, holder)
        label.setBuddy(box)
        row.addWidget(label)
        row.addWidget(box)
        flow.addWidget(holder)
        return box

    def _settle(self, _value: object = None) -> None:
        self._settled.start()
