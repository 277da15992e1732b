"""How tags are written: when, in which version, and which fields of other programs repeat the genres."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QVBoxLayout, QWidget

from tagger_app.gui.note import Note
from tagger_app.settings import Settings

_VERSIONS = (3, 4)


class TagsPage(QWidget):
    """Shows what is set about tags."""

    changed = Signal(dict)
    """New values by the names that `Settings` has for them."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = QFormLayout()
        column = QVBoxLayout(self)
        column.addLayout(self._form)
        column.addStretch(1)  # or the form would share out the room among its notes
        after = QCheckBox(self.tr("&Write the fits into the files' tags after listening"), self)
        after.setChecked(settings.write_tags_after_scan)
        after.toggled.connect(lambda on: self.changed.emit({"write_tags_after_scan": on}))
        self._form.addRow("", after)
        self._add_note(
            self.tr(
                "Fields named FILMGENRE are written, in each file's own kind of tag; every write can be undone in the "
                "tag history."
            )
        )
        self._version = QComboBox(self)
        self._version.addItems([self.tr("ID3v2.3, which every program reads"), self.tr("ID3v2.4")])
        self._version.setCurrentIndex(_VERSIONS.index(settings.new_id3_version))
        self._version.currentIndexChanged.connect(self._change_version)
        self._form.addRow(self.tr("&New ID3 tags:"), self._version)
        self._add_note(
            self.tr("Counts for MP3, WAV and AIFF files without a tag; one that is there keeps its version.")
        )
        self._mirrors = self._add_mirrors(settings)
        self._add_note(
            self.tr(
                "For programs that don't know FILMGENRE. What stands in these fields is replaced by the track's "
                "genres, your own decisions included, with the next write; undo gives it back. A track without "
                "genres keeps it."
            )
        )

    def _add_mirrors(self, settings: Settings) -> dict[str, QCheckBox]:
        texts = {
            "GENRE": self.tr("the &genre (GENRE, TCON)"),
            "MOOD": self.tr("the m&ood (MOOD, TMOO)"),
            "GROUPING": self.tr("the g&rouping (GROUPING, TIT1)"),
        }
        boxes: dict[str, QCheckBox] = {}
        for name, text in texts.items():
            box = QCheckBox(text, self)
            box.setChecked(name in settings.mirrors)
            box.toggled.connect(self._change_mirrors)
            self._form.addRow("" if boxes else self.tr("Repeat the genres in:"), box)
            boxes[name] = box
        return boxes

    def _add_note(self, text: str) -> None:
        self._form.addRow("", Note(text, self))

    def _change_version(self, index: int) -> None:
        self.changed.emit({"new_id3_version": _VERSIONS[index]})

    def _change_mirrors(self, _on: bool) -> None:
        self.changed.emit({"mirrors": tuple(name for name, box in self._mirrors.items() if box.isChecked())})
