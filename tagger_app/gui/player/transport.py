"""The row of buttons under the waveform."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QToolButton, QWidget

from tagger_app.gui.flow import FlowLayout
from tagger_app.gui.player.commands import PlayerCommands
from tagger_app.gui.slider import Slider
from tagger_app.gui.wording import show_time

_GROUPS = (
    ("stop", "backwards", "play", "forwards"),
    ("mark_in", "mark_out", "clear_region", "loop"),
    ("previous_peak", "next_peak"),
)


class TransportBar(QWidget):
    """Buttons, time, sound device and loudness. It holds no state but that of its controls."""

    volume_changed = Signal(float)
    """0 to 1, as it is perceived."""
    device_chosen = Signal(bytes)

    def __init__(self, commands: PlayerCommands, region_handle: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        flow = FlowLayout(self, spacing=self.fontMetrics().averageCharWidth())
        for names in _GROUPS:
            flow.addWidget(self._group([getattr(commands, name) for name in names]))
        self._time = QLabel(self)
        self._time.setTextFormat(Qt.TextFormat.PlainText)
        self._time.setAccessibleName(self.tr("Time"))
        font = self._time.font()
        font.setPointSizeF(font.pointSizeF() * 1.25)
        self._time.setFont(font)
        self._speed = QLabel(self)
        self._speed.setAccessibleName(self.tr("Speed"))
        self.show_time(0.0, 0.0)
        self.show_speed(0.0)
        flow.addWidget(self._row([self._time, self._speed]))
        flow.addWidget(self._row([region_handle]))
        flow.addWidget(self._make_sound_row(commands))

    def show_time(self, position_s: float, duration_s: float) -> None:
        """Where the playhead is, to tenths; of how much."""
        self._time.setText(f"{show_time(position_s)} / {show_time(duration_s)}")
        widest = self._time.fontMetrics().horizontalAdvance(f"{show_time(duration_s)} / {show_time(duration_s)}0")
        if self._time.minimumWidth() < widest:
            self._time.setMinimumWidth(widest)  # so that nothing moves while it counts

    def show_speed(self, speed: float) -> None:
        """How fast it goes, where that isn't plain playing."""
        self._speed.setText("" if speed in (0.0, 1.0) else f"{speed:g}×".replace("-", "−"))
        self._speed.setMinimumWidth(self._speed.fontMetrics().horizontalAdvance("−4×"))

    def show_devices(self, devices: Sequence[tuple[bytes, str]]) -> None:
        """List the sound devices; the one that was chosen is so again as soon as it is there."""
        self._device.blockSignals(True)
        self._device.clear()
        self._device.addItem(self.tr("System's sound device"), b"")
        for device_id, name in devices:
            self._device.addItem(name, device_id)
        self._mark_device()
        self._device.blockSignals(False)
        self._device.setEnabled(bool(devices))

    @property
    def volume(self) -> float:
        """Loudness from 0 to 1."""
        return float(self._volume.value() / self._volume.maximum())

    def set_volume(self, volume: float) -> None:
        """Move the slider."""
        self._volume.setValue(round(volume * self._volume.maximum()))

    @property
    def device(self) -> bytes:
        """Id of the sound device that was chosen, whether or not it is there now; empty for the system's choice."""
        return self._chosen_device

    def choose_device(self, device_id: bytes) -> None:
        """Choose a sound device, which needn't be there yet."""
        self._chosen_device = device_id
        self._mark_device()

    def _make_sound_row(self, commands: PlayerCommands) -> QWidget:
        self._volume = Slider(Qt.Orientation.Horizontal, self)
        self._volume.setRange(0, 100)
        self._volume.setValue(80)
        self._volume.setAccessibleName(self.tr("Volume"))
        self._volume.setToolTip(self.tr("Volume"))
        self._volume.setFixedWidth(self.fontMetrics().averageCharWidth() * 14)
        self._volume.valueChanged.connect(self._say_volume)
        self._chosen_device = b""
        self._device = QComboBox(self)
        self._device.setAccessibleName(self.tr("Sound device"))
        self._device.setToolTip(self.tr("Sound device"))
        self._device.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._device.setMinimumContentsLength(16)
        self._device.activated.connect(self._say_device)
        self.show_devices([])
        return self._row([self._button(commands.mute), self._volume, self._device])

    def _mark_device(self) -> None:
        # Not `findData`, which takes no two values of Python's for equal.
        ids = [self._device.itemData(row) for row in range(self._device.count())]
        self._device.setCurrentIndex(ids.index(self._chosen_device) if self._chosen_device in ids else 0)

    def _say_volume(self, _value: int) -> None:
        self.volume_changed.emit(self.volume)

    def _say_device(self, _index: int) -> None:
        self._chosen_device = self._device.currentData()
        self.device_chosen.emit(self._chosen_device)

    def _group(self, actions: Sequence[QAction]) -> QWidget:
        group = self._row([self._button(action) for action in actions], spacing=0)
        group.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # as time runs
        return group

    def _button(self, action: QAction) -> QToolButton:
        button = QToolButton(self, autoRaise=True)
        button.setDefaultAction(action)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(action.text())
        button.setAccessibleDescription(action.statusTip())
        return button

    def _row(self, widgets: Sequence[QWidget], spacing: int = 4) -> QWidget:
        holder = QWidget(self)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(spacing)
        for widget in widgets:
            row.addWidget(widget)
        return holder
