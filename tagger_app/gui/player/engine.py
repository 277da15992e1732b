"""Playing one file: QtMultimedia with what editors expect of a transport."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QFile, QFileDevice, QIODevice, QObject, Qt, QTimer, QUrl, Signal

from tagger_app.gui.file_actions import file_url

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QAudioDevice, QMediaPlayer

SPEEDS = (1.0, 2.0, 4.0)
"""What J and L step through."""
_BACKWARDS_STEP_MS = 100
_PATIENCE_MS = 1500
"""Files that don't say how long they are get this long to give any sound: some hold none, which no signal tells."""
_LOOP_WATCH_S = 0.15
"""Positions come about every 50 ms; nearer to the end of a loop than this, a timer takes over."""


class PlayerEngine(QObject):
    """Plays the file at a path. Times are seconds.

    The file is opened when playing starts and closed by `stop` and `release`; `release` keeps the position. Everything
    can be called whether or not the system can play sound: `lack` says what is missing.
    """

    position_changed = Signal(float)
    duration_changed = Signal(float)
    speed_changed = Signal(float)
    """Backwards below 0, standing at 0."""
    devices_changed = Signal()
    failed = Signal()
    """The file can't be played; why is for others to find out."""

    # Slots of the player are called through signals, because PySide gives up Python's lock while it emits one. Called
    # directly, they wait, holding that lock, for a thread of the player that may itself be waiting for it: it asks the
    # audio output's Python side whether it overrides `disconnectNotify` (PySide 6.12: one stop in some twenty).
    _play = Signal()
    _pause = Signal()
    _stop = Signal()
    _set_source = Signal(QUrl)
    _set_source_device = Signal(QIODevice, QUrl)
    _set_position = Signal("qlonglong")  # type: ignore[arg-type] # the stubs know no names of C++ types
    _set_rate = Signal(float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._player: QMediaPlayer | None = None
        self._lack = self.tr("Sound isn't ready yet.")
        self._path = ""
        self._file: QFile | None = None
        self._position_s = 0.0
        self._duration_s = 0.0
        self._speed = 0.0
        self._loop: tuple[float, float] | None = None
        self._pending_s: float | None = None
        self._backwards = QTimer(self, interval=_BACKWARDS_STEP_MS)
        self._backwards.timeout.connect(self._step_back)
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self._report)
        self._loop_end = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._loop_end.timeout.connect(self._restart_loop)

    # -- the system ----------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Find the system's way to play; costs some 50 ms, so it is called once the window stands."""
        if self._player is not None:
            return
        try:
            from PySide6.QtMultimedia import QAudioOutput, QMediaDevices, QMediaPlayer
        except ImportError as error:  # a system library of sound is missing
            self._lack = self.tr("This system can't play sound: {reason}").format(reason=error)
            self.devices_changed.emit()
            return
        player = QMediaPlayer(self)
        if not player.isAvailable():
            self._lack = self.tr("Qt has no way to play sound on this system.")
            self.devices_changed.emit()
            return
        player.setAudioOutput(QAudioOutput(player))
        player.positionChanged.connect(self._hear_position)
        player.durationChanged.connect(self._hear_duration)
        player.mediaStatusChanged.connect(self._hear_status)
        player.errorOccurred.connect(self._hear_error)
        self._play.connect(player.play)
        self._pause.connect(player.pause)
        self._stop.connect(player.stop)
        self._set_source.connect(player.setSource)
        self._set_source_device.connect(player.setSourceDevice)
        self._set_position.connect(player.setPosition)
        self._set_rate.connect(player.setPlaybackRate)
        self._player = player
        if application := QCoreApplication.instance():
            application.aboutToQuit.connect(self.stop)
        self._devices = QMediaDevices(self)
        self._devices.audioOutputsChanged.connect(self._hear_devices)
        self._hear_devices()

    @property
    def lack(self) -> str:
        """What keeps it from being heard, in a line; empty if nothing does."""
        return self._lack

    @property
    def can_play(self) -> bool:
        """Whether the playhead can move; without a sound device it moves in silence."""
        return self._player is not None

    def devices(self) -> list[tuple[bytes, str]]:
        """Id and name of each sound device there is."""
        if self._player is None:
            return []
        return [(bytes(device.id().data()), device.description()) for device in self._devices.audioOutputs()]

    def set_device(self, device_id: bytes) -> None:
        """Play on a device; empty, or one that isn't there: on the system's own choice."""
        if self._player is not None:
            output, device = self._player.audioOutput(), self._find_device(device_id)
            if output.device() != device:
                output.setDevice(device)

    def _find_device(self, device_id: bytes) -> QAudioDevice:
        for device in self._devices.audioOutputs():
            if bytes(device.id().data()) == device_id:
                return device
        return self._devices.defaultAudioOutput()

    def set_volume(self, volume: float) -> None:
        """Loudness from 0 to 1 as it is perceived."""
        if self._player is not None:
            from PySide6.QtMultimedia import QtAudio

            scale = QtAudio.VolumeScale
            linear = QtAudio.convertVolume(volume, scale.LogarithmicVolumeScale, scale.LinearVolumeScale)
            self._player.audioOutput().setVolume(linear)

    def set_muted(self, muted: bool) -> None:
        """Whether nothing is to be heard."""
        if self._player is not None:
            self._player.audioOutput().setMuted(muted)

    # -- the file ------------------------------------------------------------------------------------------------------

    def load(self, path: str, duration_s: float = 0.0) -> None:
        """Choose the file; it isn't touched yet. `duration_s`: its length as far as it is known."""
        self.stop()
        self._path = path
        self._loop = None
        self._duration_s = duration_s
        self.duration_changed.emit(duration_s)

    def release(self) -> None:
        """Stand still and close the file; the playhead stays."""
        self._stand_still()
        self._loop_end.stop()
        self._patience.stop()
        self._pending_s = None
        if self._player is not None and self.holds_file:
            position_s = self._position_s
            self._stop.emit()
            self._set_source.emit(QUrl())
            self._move(position_s)
        if self._file is not None:
            self._file.close()
            self._file = None

    def stop(self) -> None:
        """Close the file and go to the start."""
        self.release()
        self._move(0.0)

    @property
    def holds_file(self) -> bool:
        """Whether the file is open."""
        return self._player is not None and (self._file is not None or not self._player.source().isEmpty())

    # -- moving --------------------------------------------------------------------------------------------------------

    @property
    def position_s(self) -> float:
        """Where the playhead is."""
        return self._position_s

    @property
    def duration_s(self) -> float:
        """Length of the file; 0 as long as it isn't known."""
        return self._duration_s

    @property
    def speed(self) -> float:
        """1 while playing, 0 while standing, below 0 while going back."""
        return self._speed

    @property
    def is_playing(self) -> bool:
        """Whether the playhead moves."""
        return self._speed != 0

    def play(self, speed: float = 1.0) -> None:
        """Play from the playhead; from the start if it is at the end."""
        if self._player is None or not self._path:
            return
        if speed <= 0:
            self._go_back(speed)
            return
        self._backwards.stop()
        at_end = self._duration_s and self._position_s >= self._duration_s - 0.05
        start_s = 0.0 if at_end else self._position_s
        if self._loop is not None and not self._loop[0] <= start_s < self._loop[1]:
            start_s = self._loop[0]
        self._set_speed(speed)
        self._open_file()
        if not self.holds_file:
            return
        self._set_rate.emit(speed)
        self.seek(start_s)
        self._play.emit()

    def pause(self) -> None:
        """Stand still, ready to go on; the file stays open."""
        self._stand_still()
        if self._player is not None and self.holds_file:
            self._pause.emit()

    def play_pause(self) -> None:
        """Stand if it moves, move if it stands."""
        if self._speed:
            self.pause()
        else:
            self.play()

    def shuttle(self, step: int) -> None:
        """J (-1), K (0) or L (1): the same key again goes faster, the other direction begins at single speed."""
        if step == 0:
            self.pause()
            return
        faster = [speed for speed in SPEEDS if speed > abs(self._speed)]
        same_direction = self._speed * step > 0
        size = (faster or [SPEEDS[-1]])[0] if same_direction else SPEEDS[0]
        self.play(step * size)

    def seek(self, position_s: float) -> None:
        """Move the playhead; playing goes on from there."""
        position_s = max(position_s, 0.0)
        if self._duration_s:
            position_s = min(position_s, self._duration_s)
        self._loop_end.stop()
        if self._player is not None and self.holds_file:
            if self._is_loaded():
                self._set_position.emit(round(position_s * 1000))
            else:
                self._pending_s = position_s
        self._move(position_s)

    def set_loop(self, loop: tuple[float, float] | None) -> None:
        """Play from the first to the second time over and over; None to go on to the end."""
        self._loop = loop if loop is not None and loop[1] - loop[0] > 0.05 else None
        self._loop_end.stop()
        self._watch_loop()

    def _set_speed(self, speed: float) -> None:
        if speed != self._speed:
            self._speed = speed
            self.speed_changed.emit(speed)

    def _stand_still(self) -> None:
        self._backwards.stop()
        self._set_speed(0.0)

    def _move(self, position_s: float) -> None:
        if position_s != self._position_s:
            self._position_s = position_s
            self.position_changed.emit(position_s)

    def _open_file(self) -> None:
        if self.holds_file:
            return
        try:
            self._path.encode()
            self._set_source.emit(file_url(self._path))
        except UnicodeEncodeError:
            self._open_by_descriptor()

    def _open_by_descriptor(self) -> None:
        """Qt can't name a file whose name isn't UTF-8, but it can read one that is open."""
        file = QFile(self)
        try:
            descriptor = os.open(self._path, os.O_RDONLY)
        except OSError:
            self._report()
            return
        mode, handle = QIODevice.OpenModeFlag.ReadOnly, QFileDevice.FileHandleFlag.AutoCloseHandle
        if not file.open(descriptor, mode, handle):
            os.close(descriptor)
            self._report()
            return
        self._file = file
        self._set_source_device.emit(file, QUrl("file:///sound"))

    def _is_loaded(self) -> bool:
        from PySide6.QtMultimedia import QMediaPlayer

        status = QMediaPlayer.MediaStatus
        assert self._player is not None
        return self._player.mediaStatus() not in (status.NoMedia, status.LoadingMedia, status.InvalidMedia)

    # -- going back, which no back end can -----------------------------------------------------------------------------

    def _go_back(self, speed: float) -> None:
        if self._player is not None and self.holds_file:
            self._pause.emit()
        self._set_speed(speed)
        self._backwards.start()

    def _step_back(self) -> None:
        self.seek(self._position_s + self._speed * _BACKWARDS_STEP_MS / 1000)
        if self._position_s <= 0:
            self._stand_still()

    # -- what the back end says ----------------------------------------------------------------------------------------

    def _hear_position(self, position_ms: int) -> None:
        if self._pending_s is not None or self._speed <= 0:
            return
        if position_ms / 1000 != self._position_s:
            self._patience.stop()
        self._move(position_ms / 1000)
        self._watch_loop()

    def _hear_duration(self, duration_ms: int) -> None:
        if duration_ms > 0:
            self._duration_s = duration_ms / 1000
            self.duration_changed.emit(self._duration_s)

    def _hear_status(self, status: QMediaPlayer.MediaStatus) -> None:
        from PySide6.QtMultimedia import QMediaPlayer

        match status:
            case QMediaPlayer.MediaStatus.InvalidMedia:
                self._report()
            case QMediaPlayer.MediaStatus.EndOfMedia:
                self._end()
            case QMediaPlayer.MediaStatus.LoadedMedia | QMediaPlayer.MediaStatus.BufferedMedia:
                self._start_loaded()

    def _start_loaded(self) -> None:
        assert self._player is not None
        if not self._player.hasAudio():
            self._report()
            return
        if self._player.duration() <= 0:
            self._patience.start()
        if self._pending_s is not None:
            pending_s, self._pending_s = self._pending_s, None
            self._set_position.emit(round(pending_s * 1000))

    def _end(self) -> None:
        if self._loop is not None and self._speed > 0:
            self._restart_loop()
            return
        self._stand_still()
        self._move(self._duration_s)

    def _hear_error(self, error: QMediaPlayer.Error, _text: str) -> None:
        from PySide6.QtMultimedia import QMediaPlayer

        if error != QMediaPlayer.Error.NoError:
            self._report()

    def _report(self) -> None:
        if self._speed or self.holds_file:
            self.release()
            self.failed.emit()

    def _hear_devices(self) -> None:
        has_device = bool(self._devices.audioOutputs())
        self._lack = "" if has_device else self.tr("No sound device: the playhead moves, nothing is heard.")
        self.devices_changed.emit()

    # -- looping -------------------------------------------------------------------------------------------------------

    def _watch_loop(self) -> None:
        if self._loop is None or self._speed <= 0 or self._loop_end.isActive():
            return
        left_s = (self._loop[1] - self._position_s) / self._speed
        if left_s <= _LOOP_WATCH_S:
            self._loop_end.start(max(round(left_s * 1000), 0))

    def _restart_loop(self) -> None:
        if self._loop is None or self._speed <= 0 or self._player is None:
            return
        self.seek(self._loop[0])
        self._play.emit()
