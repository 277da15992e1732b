"""The player: one track, its waveform and fits over time, and what is done with them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QSignalBlocker, QStandardPaths, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QVBoxLayout, QWidget

from tagger_app.errors import CuefitError, FileError, displayable
from tagger_app.gui.background import Task
from tagger_app.gui.drag import RegionFiles
from tagger_app.gui.elided_label import ElidedLabel
from tagger_app.gui.glyphs import draw_glyph
from tagger_app.gui.player.commands import PlayerCommands, make_commands
from tagger_app.gui.player.engine import PlayerEngine
from tagger_app.gui.player.genre_choice import GenreChoice
from tagger_app.gui.player.region_export import RegionExport, RegionHandle
from tagger_app.gui.player.sound import TrackSound, load_sound, silence
from tagger_app.gui.player.transport import TransportBar
from tagger_app.gui.player.waveform import WaveformView
from tagger_app.gui.reasons import explain, translate_reason
from tagger_app.gui.wording import one_line
from tagger_app.gui.workspace import Workspace
from tagger_app.index.records import Track
from tagger_app.settings import Listening
from tagger_app.suggest.seeds import Region

_REGIONS_FOLDER = "Cuefit regions"


class PlayerPanel(QWidget):
    """Shows and plays the track it is given.

    Parameters
    ----------
    region_folder : where WAV files of regions that were dragged out are kept; None for a folder among the user's music
    """

    region_changed = Signal(object)
    """`Region`, or None."""
    suggest_moments = Signal(object, object)
    """`Track` and `Region`."""
    collect_region = Signal(object, object)
    """`Track` and `Region` for the bin; None in place of the region for the whole cue."""
    problem = Signal(str)
    """The same line that stands in the panel."""
    left_otherwise = Signal(object)
    """`Listening`: volume, sound device or handles are other ones, to be remembered."""

    def __init__(
        self, workspace: Workspace, parent: QWidget | None = None, *, region_folder: Path | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._track: Track | None = None
        self._region: Region | None = None
        self._sound = silence(0.0)
        self._loading: Task | None = None
        self.engine = PlayerEngine(self)
        self.commands: PlayerCommands = make_commands(self)
        self._build()
        files = RegionFiles(workspace.background, region_folder or _default_region_folder(), self)
        self.region_export = RegionExport(self._handle, files, self)
        menu = QMenu(self._handle)
        menu.addActions([self.commands.copy_region, self.commands.collect_region, self.commands.suggest_moments])
        menu.addMenu(self.region_export.make_handles_menu(menu))
        self._handle.setMenu(menu)
        self._connect()
        self._show_track()

    # -- slots for others ----------------------------------------------------------------------------------------------

    @property
    def track(self) -> Track | None:
        """What is shown."""
        return self._track

    @property
    def region(self) -> Region | None:
        """From the in point to the out point, if there are any."""
        return self._region

    def load(self, track: Track | None) -> None:
        """Show a track, ready to play; the file isn't touched until it is to be heard."""
        if (
            track is not None
            and self._track is not None
            and track.id == self._track.id
            and track.path == self._track.path
        ):
            self._track = track
            self._genre_choice.suit(track)
            return
        self._track = track
        self.engine.load(track.path if track else "", track.duration_s if track else 0.0)
        self._set_region(None)
        self._say("")
        self._show_track()
        if self._loading is not None:
            self._loading.cancel()
            self._loading = None
        if track is not None:
            tile_s = self._workspace.bundle.spec.tile_s if self._workspace.bundle else None
            read = partial(load_sound, self._workspace.open_index, track, tile_s)
            self._loading = self._workspace.background.submit(read, self._show_sound, self._say_error)

    def play(self, track: Track, region: Region | None = None) -> None:
        """Show a track and play it, from the start of a region if one is given."""
        self.load(track)
        if region is not None:
            self._set_region(region)
            self.engine.seek(region.start_s)
        self.engine.play()

    def release(self) -> None:
        """Stop, and close the file: somebody is about to write to it."""
        self.engine.release()

    def play_pause(self) -> None:
        """Play if it stands, pause if it plays."""
        self._say("")
        self.engine.play_pause()

    def shuttle(self, step: int) -> None:
        """J (-1), K (0), L (1)."""
        self._say("")
        self.engine.shuttle(step)

    def jump_to_peak(self, genre: str, step: int = 1) -> None:
        """Move to where a genre fits best, after the playhead, or before it where `step` is -1; around at the end."""
        peaks_s = self._sound.peaks_s(genre) if genre and self._sound.n_tiles else []
        if not peaks_s:
            return
        here_s = self.engine.position_s
        later = [peak_s for peak_s in peaks_s if peak_s > here_s + 0.05]
        earlier = [peak_s for peak_s in peaks_s if peak_s < here_s - 0.05 - (1.0 if self.engine.speed > 0 else 0.0)]
        self.engine.seek((later or peaks_s)[0] if step > 0 else (earlier or peaks_s)[-1])

    def restore(self, listening: Listening) -> None:
        """Have volume, sound device and handles as they were left."""
        with QSignalBlocker(self._transport):
            self._transport.set_volume(listening.volume)
            self._transport.choose_device(bytes.fromhex(listening.device))
        self.region_export.set_handles(listening.handles_s)
        self._use_sound()

    def close_session(self) -> None:
        """The program ends: close the file, remove the files that nobody took."""
        self.engine.stop()
        self.region_export.close()

    # -- building ------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.setAccessibleName(self.tr("Player"))
        self._title, self._about = (ElidedLabel(parent=self, elide=Qt.TextElideMode.ElideRight) for _ in range(2))
        self._title.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        self._about.setForegroundRole(self._about.foregroundRole().PlaceholderText)
        self._message, self._lack = (QLabel(self, wordWrap=True, textFormat=Qt.TextFormat.PlainText) for _ in range(2))
        for label in (self._message, self._lack):
            label.hide()
        self._waveform = WaveformView(self)
        self._genre_choice = GenreChoice(self._untrained(), self)
        self._handle = RegionHandle(self)
        self._transport = TransportBar(self.commands, self._handle, self)
        heading = QHBoxLayout()
        heading.addWidget(self._title)
        heading.addWidget(self._about, 1)
        column = QVBoxLayout(self)
        column.setSpacing(self.fontMetrics().height() // 4)
        for part in (heading, self._waveform, self._message, self._lack, self._genre_choice, self._transport):
            if isinstance(part, QHBoxLayout):
                column.addLayout(part)
            else:
                column.addWidget(part, 1 if part is self._waveform else 0)

    def _connect(self) -> None:
        commands, engine, waveform = self.commands, self.engine, self._waveform
        commands.play.triggered.connect(self.play_pause)
        commands.stop.triggered.connect(engine.stop)
        commands.backwards.triggered.connect(lambda: self.shuttle(-1))
        commands.pause.triggered.connect(lambda: self.shuttle(0))
        commands.forwards.triggered.connect(lambda: self.shuttle(1))
        commands.mark_in.triggered.connect(self._mark_in)
        commands.mark_out.triggered.connect(self._mark_out)
        commands.clear_region.triggered.connect(lambda: self._set_region(None))
        commands.loop.toggled.connect(self._apply_loop)
        commands.previous_peak.triggered.connect(lambda: self._jump(-1))
        commands.next_peak.triggered.connect(lambda: self._jump(1))
        commands.mute.toggled.connect(self._apply_mute)
        commands.copy_region.triggered.connect(self.region_export.copy)
        commands.collect_region.triggered.connect(self._collect)
        commands.suggest_moments.triggered.connect(self._suggest)
        engine.position_changed.connect(self._show_position)
        engine.duration_changed.connect(self._show_duration)
        engine.speed_changed.connect(self._show_speed)
        engine.devices_changed.connect(self._show_devices)
        engine.failed.connect(self._find_reason)
        waveform.play_requested.connect(self._play_from)
        waveform.seek_requested.connect(engine.seek)
        waveform.region_edited.connect(self._set_region)
        self._genre_choice.changed.connect(waveform.show_genres)
        self._transport.volume_changed.connect(engine.set_volume)
        self._transport.device_chosen.connect(engine.set_device)
        for told in (self._transport.volume_changed, self._transport.device_chosen, self.region_export.handles_chosen):
            told.connect(self._tell_choices)
        self.region_export.problem.connect(self._say)

    def _untrained(self) -> Mapping[str, str]:
        """Genres without a model, and why."""
        if self._workspace.bundle is None:
            return {}
        evidence = self._workspace.bundle.manifest.evidence
        return {entry.genre: entry.untrained for entry in evidence if entry.untrained}

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        QTimer.singleShot(0, self, self._open_sound)  # the window comes first

    def _open_sound(self) -> None:
        self.engine.open()
        self._use_sound()

    def _use_sound(self) -> None:
        self.engine.set_volume(self._transport.volume)
        self.engine.set_device(self._transport.device)

    def _tell_choices(self) -> None:
        transport = self._transport
        self.left_otherwise.emit(Listening(transport.volume, transport.device.hex(), self.region_export.handles_s))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_transport"):
            self.commands.draw(self)
            self._show_speed(self.engine.speed)
            self._apply_mute(self.commands.mute.isChecked())

    # -- what is shown -------------------------------------------------------------------------------------------------

    def _show_track(self) -> None:
        track = self._track
        self._title.setText("" if track is None else one_line(track.title) or displayable(os.path.basename(track.path)))  # noqa: PTH119
        texts = () if track is None else (track.artist, track.album, track.codec)
        self._about.setText(one_line(" · ".join(text for text in texts if text)))
        self._title.setToolTip("" if track is None else displayable(track.path))
        self._sound = silence(track.duration_s if track else 0.0)
        nothing = (
            self.tr("Choose a track to see it here and hear it.") if track is None else self.tr("No sound in here.")
        )
        self._waveform.show_sound(self._sound, nothing)
        if track is not None:
            self._genre_choice.suit(track)
            self._waveform.focus_on(self._genre_choice.best_genre)
        self._enable()

    def _show_sound(self, sound: TrackSound) -> None:
        self._loading = None
        self._sound = sound
        self._waveform.show_sound(sound, self.tr("No sound in here."))
        self._waveform.set_position(self.engine.position_s)
        self._waveform.set_region(self._region)
        if self._track is not None and (reason := self._track.failure or self._track.unscored):
            self._say(self.tr("No fits: {reason}").format(reason=translate_reason(reason)))

    def _show_position(self, position_s: float) -> None:
        self._waveform.set_position(position_s)
        self._transport.show_time(position_s, self.engine.duration_s)

    def _show_duration(self, duration_s: float) -> None:
        self._transport.show_time(self.engine.position_s, duration_s)

    def _show_speed(self, speed: float) -> None:
        self._transport.show_speed(speed)
        self.commands.play.setIcon(draw_glyph("pause" if speed else "play", self))
        self.commands.play.setText(self.tr("Pause") if speed else self.tr("Play"))

    def _show_devices(self) -> None:
        self._transport.show_devices(self.engine.devices())
        self.engine.set_device(self._transport.device)
        self._lack.setText(self.engine.lack)
        self._lack.setVisible(bool(self.engine.lack))
        self._enable()

    def _enable(self) -> None:
        has_track = self._track is not None
        can_move = has_track and self.engine.can_play
        commands = self.commands
        for command in (commands.play, commands.stop, commands.backwards, commands.pause, commands.forwards):
            command.setEnabled(can_move)
        for command in (commands.mark_in, commands.mark_out, commands.previous_peak, commands.next_peak):
            command.setEnabled(has_track)
        commands.collect_region.setEnabled(has_track)
        for command in (commands.clear_region, commands.copy_region, commands.suggest_moments):
            command.setEnabled(has_track and self._region is not None)

    def _say(self, text: str) -> None:
        self._message.setText(text)
        self._message.setVisible(bool(text))
        if text:
            self.problem.emit(text)

    def _say_error(self, error: CuefitError) -> None:
        self._say(explain(error))

    # -- playing -------------------------------------------------------------------------------------------------------

    def _play_from(self, position_s: float) -> None:
        self._say("")
        self.engine.seek(position_s)
        self._waveform.set_position(self.engine.position_s)
        if self.engine.speed <= 0:
            self.engine.play()

    def _jump(self, step: int) -> None:
        self.jump_to_peak(self._waveform.focus_genre, step)

    def _apply_mute(self, muted: bool) -> None:
        self.engine.set_muted(muted)
        self.commands.mute.setIcon(draw_glyph("muted" if muted else "sound", self))

    def _apply_loop(self) -> None:
        whole = (0.0, self.engine.duration_s) if self.engine.duration_s else None
        region = (self._region.start_s, self._region.end_s) if self._region else whole
        self.engine.set_loop(region if self.commands.loop.isChecked() else None)

    def _find_reason(self) -> None:
        """Find out in the background what is wrong with the file, and say so."""
        if self._track is not None:
            look = partial(_look_at, self._track.path, self._track.failure)
            self._workspace.background.submit(look, self._say, self._say_error)

    # -- the region ----------------------------------------------------------------------------------------------------

    def _mark_in(self) -> None:
        start_s = self.engine.position_s
        end_s = self._region.end_s if self._region else self.engine.duration_s
        self._set_region(_region(start_s, end_s if end_s > start_s else self.engine.duration_s))

    def _mark_out(self) -> None:
        end_s = self.engine.position_s
        start_s = self._region.start_s if self._region else 0.0
        self._set_region(_region(start_s if start_s < end_s else 0.0, end_s))

    def _set_region(self, region: Region | None) -> None:
        if region == self._region:
            return
        self._region = region
        with QSignalBlocker(self._waveform):
            self._waveform.set_region(region)
        self.region_export.show(self._track, region)
        self._apply_loop()
        self._enable()
        self.region_changed.emit(region)

    def _collect(self) -> None:
        if self._track is not None:
            self.collect_region.emit(self._track, self._region)

    def _suggest(self) -> None:
        if self._track is not None and self._region is not None:
            self.suggest_moments.emit(self._track, self._region)


def _region(start_s: float, end_s: float) -> Region | None:
    return Region(start_s, end_s) if 0 <= start_s < end_s else None


def _look_at(path: str, failure: str) -> str:
    """Why a file can't be played, as far as that can be seen; runs on another thread."""
    try:
        size = os.stat(path).st_size  # noqa: PTH116
        with open(path, "rb"):  # noqa: PTH123
            pass
    except OSError as error:
        raise FileError(path, f"can't be played: {error.strerror}") from error
    if not size:
        raise FileError(path, "can't be played: it is empty")
    raise FileError(path, f"can't be played: {failure or 'it holds no sound that can be decoded'}")


def _default_region_folder() -> Path:
    music = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MusicLocation)
    return Path(music or Path.home(), _REGIONS_FOLDER)
