"""Real music, heard in this process, in a real index; and finding controls as a person would."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractButton, QWidget

from tagger_app.audio.discover import FoundFile, discover
from tagger_app.ensemble.scoring import Ensemble
from tagger_app.index.changes import PutTrack
from tagger_app.index.connection import open_for_reading
from tagger_app.index.records import Track
from tagger_app.index.tracks import get_track
from tagger_app.index.writer import IndexWriter
from tagger_app.scan.analyze import analyze, identify
from tagger_app.scan.records import analysed_record


def hear(index_path: Path, files: Sequence[Path], ensemble: Ensemble) -> list[Track]:
    """Put files into an index as a scan does."""
    with IndexWriter(index_path) as writer:
        for path in files:
            (found,) = discover(str(path))
            assert isinstance(found, FoundFile)
            record = analysed_record(found, identify(str(path)), analyze(str(path), ensemble), ensemble.bundle)
            writer.put(PutTrack(record))
    return [read(index_path, path) for path in files]


def read(index_path: Path, path: Path | str) -> Track:
    """A track as the index has it now."""
    connection = open_for_reading(index_path)
    try:
        track = get_track(connection, str(path))
    finally:
        connection.close()
    assert track
    return track


def button(widget: QWidget, start: str) -> QAbstractButton:
    """The one button whose text or accessible name begins so."""
    found = [
        child
        for child in widget.findChildren(QAbstractButton)
        if child.text().replace("&", "").startswith(start) or child.accessibleName().startswith(start)
    ]
    assert len(found) == 1, [child.text() for child in widget.findChildren(QAbstractButton)]
    return found[0]


def texts(widget: QWidget, kind: type) -> list[str]:
    """Texts of all visible labels, or other parts of a kind."""
    return [child.text() for child in widget.findChildren(kind) if child.isVisibleTo(widget)]


def contrast(first: QColor, second: QColor) -> float:
    """Contrast of two colours after WCAG 2.2: 1 for equal ones, 21 for black and white."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: QColor) -> float:
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
