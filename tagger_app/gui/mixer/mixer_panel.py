"""The genre mixer."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from tagger_app.genres import GENRES
from tagger_app.gui.mixer.genre_slider import GenreRow
from tagger_app.gui.mixer.mix import Mix
from tagger_app.gui.workspace import Workspace
from tagger_app.settings import MixerPreset

_LONGEST_NAME = 80


class MixerPanel(QWidget):
    """Ten sliders, what the editor named of their positions, and "assigned only"."""

    mix_changed = Signal(object)
    """The `Mix` that the library is to be ranked by."""
    presets_changed = Signal(object)
    """All presets, a tuple of `MixerPreset`, after one was added, replaced or removed."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presets: tuple[MixerPreset, ...] = ()
        self._is_loading = False
        explanation = QLabel(
            self.tr("Move a slider: the library is ranked by what you want more of (+) and less of (−)."), self
        )
        explanation.setWordWrap(True)
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        grid.setVerticalSpacing(2)  # the sliders have room of their own
        self.rows = [GenreRow(genre, grid, row, self) for row, genre in enumerate(GENRES)]
        self._note = QLabel(self, wordWrap=True)
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._assigned_only = QCheckBox(self.tr("Assi&gned only"), self)
        self._assigned_only.setToolTip(self.tr("List only tracks to which a genre you want is assigned"))
        self._reset = QPushButton(self.tr("&Reset"), self)
        self._reset.setToolTip(self.tr("Take all sliders to 0"))
        self._choice = QComboBox(self)
        self._choice.setAccessibleName(self.tr("Presets"))
        self._choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._save = QPushButton(self.tr("Save …"), self)
        self._save.setToolTip(self.tr("Keep these positions under a name"))
        self._remove = QPushButton(self.tr("Remove"), self)
        self._remove.setToolTip(self.tr("Remove the preset that is shown"))
        self._arrange(explanation, grid)
        self._show_untrained(workspace)
        trained = [row.slider for row in self.rows if row.slider.isEnabled()]
        if trained:
            self.setFocusProxy(trained[0])  # the keyboard comes for the sliders
        self._show_presets()
        for row in self.rows:
            row.moved.connect(self._tell)
        self._assigned_only.toggled.connect(self._tell)
        self._reset.clicked.connect(self.reset)
        self._choice.activated.connect(self._load_preset)
        self._save.clicked.connect(self._ask_name)
        self._remove.clicked.connect(self._remove_preset)

    @property
    def mix(self) -> Mix:
        """The positions of the sliders."""
        return Mix(tuple(row.weight for row in self.rows), self._assigned_only.isChecked())

    def set_mix(self, mix: Mix) -> None:
        """Move the sliders."""
        self._is_loading = True
        for row, weight in zip(self.rows, mix.weights, strict=True):
            row.set_weight(weight)
        self._assigned_only.setChecked(mix.assigned_only)
        self._is_loading = False
        self._tell()

    def reset(self) -> None:
        """Take all sliders to 0."""
        self.set_mix(Mix())

    def set_presets(self, presets: Sequence[MixerPreset]) -> None:
        """Offer these presets."""
        self._presets = tuple(presets)
        self._show_presets()

    def save_preset(self, name: str) -> None:
        """Keep the positions under a name, in place of what had that name."""
        name = name.strip()[:_LONGEST_NAME]
        if not name:
            return
        preset = MixerPreset(name, self.mix.by_genre(), self.mix.assigned_only)
        others = [other for other in self._presets if other.name != name]
        self._presets = tuple(sorted((*others, preset), key=lambda one: one.name.casefold()))
        self._show_presets()
        self._choice.setCurrentText(name)
        self._update_buttons()
        self.presets_changed.emit(self._presets)

    def _arrange(self, explanation: QLabel, grid: QGridLayout) -> None:
        presets = QHBoxLayout()
        presets.addWidget(self._choice, 1)
        presets.addWidget(self._save)
        presets.addWidget(self._remove)
        switches = QHBoxLayout()
        switches.addWidget(self._assigned_only)
        switches.addStretch(1)
        switches.addWidget(self._reset)
        column = QVBoxLayout(self)
        column.addWidget(explanation)
        column.addLayout(presets)
        column.addSpacing(4)
        column.addLayout(grid)
        column.addWidget(self._note)
        column.addLayout(switches)
        column.addStretch(1)

    def _show_untrained(self, workspace: Workspace) -> None:
        if workspace.bundle is None:
            return
        reasons = {entry.genre: entry.untrained for entry in workspace.bundle.manifest.evidence if entry.untrained}
        for row in self.rows:
            row.set_untrained(reasons.get(row.genre, ""))
        if reasons:
            text = self.tr(
                "{genres}: these models were not trained on enough music to tell. The evidence page says why."
            )
            self._note.setText(text.format(genres=", ".join(reasons)))

    def _show_presets(self) -> None:
        shown = self._choice.currentText()
        self._choice.clear()
        self._choice.addItem(self.tr("Presets"))
        self._choice.addItems([preset.name for preset in self._presets])
        self._choice.setCurrentIndex(max(self._choice.findText(shown), 0))
        self._update_buttons()

    def _load_preset(self, index: int) -> None:
        if index > 0:
            preset = self._presets[index - 1]
            self.set_mix(Mix.of(preset.weights, assigned_only=preset.assigned_only))
            self._choice.setCurrentIndex(index)
        self._update_buttons()

    def _remove_preset(self) -> None:
        index = self._choice.currentIndex()
        if index > 0:
            self._presets = tuple(preset for place, preset in enumerate(self._presets) if place != index - 1)
            self._choice.setCurrentIndex(0)
            self._show_presets()
            self.presets_changed.emit(self._presets)

    def _ask_name(self) -> None:
        name, agreed = QInputDialog.getText(self, self.tr("Save preset"), self.tr("Name of this mix:"))
        if agreed:
            self.save_preset(name)

    def _update_buttons(self) -> None:
        mix = self.mix
        self._save.setEnabled(not mix.is_neutral)
        self._reset.setEnabled(not mix.is_neutral or mix.assigned_only)
        self._remove.setEnabled(self._choice.currentIndex() > 0)

    def _tell(self) -> None:
        if not self._is_loading:
            self._choice.setCurrentIndex(0)
            self._update_buttons()
            self.mix_changed.emit(self.mix)
