"""The player as a person uses it: where things lie, and marking a region."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot
from sound_samples import write_music
from work_samples import read

from tagger_app.audio.discover import FoundFile, discover
from tagger_app.ensemble.scoring import Ensemble
from tagger_app.gui.player.panel import PlayerPanel
from tagger_app.gui.player.waveform import WaveformView
from tagger_app.index.changes import PutTrack
from tagger_app.index.records import Track, TrackRecord
from tagger_app.index.writer import IndexWriter
from tagger_app.scan.analyze import analyze, identify
from tagger_app.scan.records import analysed_record

LENGTH_S = 40.0


def load(qtbot: QtBot, panel: PlayerPanel, track: Track) -> WaveformView:
    """Show a track and wait until it is drawn."""
    panel.load(track)
    waveform = waveform_of(panel)
    qtbot.waitUntil(lambda: waveform._sound.n_tiles > 0, timeout=10_000)
    return waveform


def waveform_of(panel: PlayerPanel) -> WaveformView:
    """Where the player draws."""
    waveform = panel.findChild(WaveformView)
    assert waveform is not None
    return waveform


def point(waveform: WaveformView, time_s: float) -> QPoint:
    """Where a time lies in the middle of the waveform."""
    layout = waveform._layout()
    x = layout.timeline(LENGTH_S).x(time_s)
    return QPoint(round(x), round(layout.waveform.center().y()))


def mark(panel: PlayerPanel, qtbot: QtBot, start_s: float, end_s: float) -> None:
    """Mark a region by keyboard."""
    for time_s, key in ((start_s, Qt.Key.Key_I), (end_s, Qt.Key.Key_O)):
        panel.engine.seek(time_s)
        qtbot.keyClick(waveform_of(panel), key)


def hear_music(folder: Path, ensemble: Ensemble) -> TrackRecord:
    """Music in a folder, and what is heard in it."""
    path = write_music(folder / "music.wav", LENGTH_S)
    (found,) = discover(str(path))
    assert isinstance(found, FoundFile)
    return analysed_record(found, identify(str(path)), analyze(str(path), ensemble), ensemble.bundle)


def copy_music(heard: TrackRecord, folder: Path, index_path: Path) -> Track:
    """A copy of it in another folder, in an index."""
    path = shutil.copy2(heard.path, folder / "music.wav")
    with IndexWriter(index_path) as writer:
        writer.put(PutTrack(replace(heard, path=str(path))))
    return read(index_path, path)
