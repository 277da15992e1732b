"""What is known of the models: what they learned from, and how they did on music that they had never heard."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from tagger_app.ensemble.bundle import Bundle
from tagger_app.ensemble.manifest import Evidence
from tagger_app.ensemble.thresholds import thresholds_of, with_thresholds
from tagger_app.gui.close_button import add_close_button
from tagger_app.gui.library.cell_text import NOTHING
from tagger_app.gui.workspace import Workspace


class _ReadTable(QTableWidget):
    """A table to be read: as high as its rows, nothing in it can be changed."""

    def __init__(self, n_rows: int, headers: Sequence[str], name: str, parent: QWidget | None = None) -> None:
        super().__init__(n_rows, len(headers), parent)
        self.setHorizontalHeaderLabels(headers)
        self.setAccessibleName(name)
        self.verticalHeader().setVisible(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)

    def fit_height(self) -> None:
        """Be as high as what has been filled in."""
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        height = header.sizeHint().height() + sum(self.rowHeight(row) for row in range(self.rowCount()))
        self.setFixedHeight(height + 2 * self.frameWidth() + self.horizontalScrollBar().sizeHint().height())


class EvidenceTable(_ReadTable):
    """Held-out figures by genre, one row each."""

    def __init__(self, bundle: Bundle, parent: QWidget | None = None) -> None:
        headers = (
            self.tr("Genre"),
            self.tr("Learned from"),
            self.tr("Threshold"),
            self.tr("Right when assigned"),
            self.tr("By chance"),
            self.tr("Found"),
            self.tr("ROC-AUC (95 %)"),
        )
        super().__init__(len(bundle.manifest.evidence), headers, self.tr("Evidence by genre"), parent)
        thresholds = thresholds_of(bundle)
        for row, entry in enumerate(bundle.manifest.evidence):
            self._fill(row, entry, thresholds.get(entry.genre))
        self.fit_height()

    def _fill(self, row: int, entry: Evidence, threshold: float | None) -> None:
        learned = self.tr("{tracks} tracks, {soundtracks} soundtracks")
        interval = entry.roc_auc_interval
        auc = _number(entry.roc_auc) + (f" ({interval[0]:.2f} – {interval[1]:.2f})" if interval else "")
        texts = (
            entry.genre,
            learned.format(tracks=entry.training_tracks, soundtracks=entry.training_soundtracks),
            self.tr("untrained") if entry.untrained else _number(threshold),
            _percent(entry.precision),
            _percent(entry.prevalence),
            _percent(entry.recall),
            auc,
        )
        faint = self.palette().brush(QPalette.ColorRole.PlaceholderText)
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            if column > 1:
                item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
            if entry.untrained:
                item.setForeground(faint)
                item.setToolTip(entry.untrained)
            self.setItem(row, column, item)


class BandTable(_ReadTable):
    """What fits of each band meant: how many of the held-out tracks with one were of the genre."""

    def __init__(self, entries: Sequence[Evidence], parent: QWidget | None = None) -> None:
        bands = [f"{band.low:.1f} – {band.high:.1f}" for band in entries[0].bands]
        super().__init__(len(entries), (self.tr("Genre"), *bands), self.tr("What fits meant, by genre"), parent)
        for row, entry in enumerate(entries):
            self.setItem(row, 0, QTableWidgetItem(entry.genre))
            for column, band in enumerate(entry.bands, start=1):
                share = self.tr("{percent} of {tracks} tracks")
                right = _percent(band.right / band.tracks) if band.tracks else NOTHING
                item = QTableWidgetItem(share.format(percent=right, tracks=band.tracks) if band.tracks else NOTHING)
                item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
                self.setItem(row, column, item)
        self.fit_height()


class EvidencePage(QWidget):
    """Everything that the manifest of a bundle says, for people."""

    def __init__(self, bundle: Bundle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bundle = bundle
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addWidget(self._heading(self.tr("Models {id}").format(id=bundle.id)))
        column.addWidget(self._text(self._origin()))
        column.addWidget(self._heading(self.tr("On soundtracks that they had never heard")))
        column.addWidget(EvidenceTable(bundle, self))
        column.addWidget(self._text(self._meaning()))
        if measured := [entry for entry in bundle.manifest.evidence if entry.bands and not entry.untrained]:
            column.addWidget(self._heading(self.tr("What a fit meant there")))
            column.addWidget(BandTable(measured, self))
        if untrained := [entry for entry in bundle.manifest.evidence if entry.untrained]:
            column.addWidget(self._heading(self.tr("Genres without a model")))
            column.addWidget(self._text("\n".join(f"{entry.genre}: {entry.untrained}" for entry in untrained)))
        column.addWidget(self._heading(self.tr("What they learned from")))
        column.addWidget(self._text(self._corpora()))
        column.addStretch(1)

    def _heading(self, text: str) -> QLabel:
        label = QLabel(text, self)
        font = QFont(self.font())
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.15)
        label.setFont(font)
        return label

    def _text(self, text: str) -> QLabel:
        label = QLabel(text, self, wordWrap=True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        return label

    def _origin(self) -> str:
        training, ranking = self._bundle.manifest.training, self._bundle.manifest.ranking
        made = self.tr("Made on {date} by {trainer}, seed {seed}.").format(
            date=training.created, trainer=training.trainer, seed=training.seed
        )
        ranked = self.tr(
            "All genres together rank {tracks} held-out tracks with a label ranking average precision of {lrap}; the "
            "same answer for every track reaches {chance}."
        ).format(tracks=ranking.tracks, lrap=f"{ranking.lrap:.2f}", chance=f"{ranking.lrap_prevalence:.2f}")
        return f"{made} {ranked}"

    def _meaning(self) -> str:
        thresholds = thresholds_of(self._bundle)
        lines = [
            self.tr("{genre}: of 100 unheard tracks with a fit of {threshold} or more, {right} were {genre}.").format(
                genre=entry.genre, threshold=f"{thresholds[entry.genre]:.2f}", right=round(entry.precision * 100)
            )
            for entry in self._bundle.manifest.evidence
            if entry.genre in thresholds and entry.precision is not None
        ]
        general = self.tr(
            "A fit is calibrated: among many tracks with a fit of 0.80, about 80 in 100 should be of that genre, as "
            "far as your music is like that which was held out."
        )
        return "\n".join([*lines, "", general])

    def _corpora(self) -> str:
        lines = []
        for corpus in self._bundle.manifest.corpora:
            text = self.tr("{name}: {tracks} tracks, {soundtracks} soundtracks, {hours} hours. Licences: {licences}.")
            lines.append(
                text.format(
                    name=corpus.name,
                    tracks=corpus.tracks,
                    soundtracks=corpus.soundtracks,
                    hours=f"{corpus.hours:.1f}",
                    licences=", ".join(corpus.licences),
                )
            )
        return "\n".join(lines)


class EvidenceDialog(QDialog):
    """The evidence page in a window of its own."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("What the models are worth"))
        scroll = QScrollArea(self, widgetResizable=True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setAccessibleName(self.windowTitle())
        if workspace.bundle is not None:
            measured = with_thresholds(workspace.bundle, workspace.bundle_thresholds)
            scroll.setWidget(EvidencePage(measured, self))
        else:
            label = QLabel(workspace.bundle_problem, self, wordWrap=True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            scroll.setWidget(label)
        buttons = QDialogButtonBox(self)
        add_close_button(buttons)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(scroll, 1)
        column.addWidget(buttons)
        width = self.fontMetrics().averageCharWidth()
        self.resize(width * 125, self.fontMetrics().height() * 46)


def _number(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.2f}"


def _percent(share: float | None) -> str:
    return NOTHING if share is None else f"{share * 100:.0f} %"
