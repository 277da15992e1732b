"""What stands in place of the table while the library is empty."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from tagger_app.gui.workspace import Workspace


class FirstStart(QWidget):
    """Says what to do first, and what the models that would listen are worth."""

    folder_wanted = Signal()
    """The editor wants to choose a folder."""
    demo_wanted = Signal()
    """The editor wants to try the cues that come with Cuefit."""
    evidence_wanted = Signal()
    """The editor wants to see what is known of the models."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = QLabel(self.tr("Find the cue that fits the scene"), self)
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 1.8)
        font.setBold(True)
        title.setFont(font)
        text = QLabel(
            self.tr(
                "Choose the folders that hold your music. Cuefit listens to every track and says how well it fits ten "
                "film genres. Nothing leaves this computer, and your files stay as they are until you ask for tags."
            ),
            self,
        )
        text.setWordWrap(True)
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        text.setFixedWidth(self.fontMetrics().averageCharWidth() * 70)
        text.setMinimumHeight(text.heightForWidth(text.width()))
        self.choose = QPushButton(self.tr("Choose folders …"), self)
        self.choose.setDefault(True)
        self.choose.clicked.connect(self.folder_wanted)
        self.demo = QPushButton(self.tr("Try the demo cues"), self)
        self.demo.setToolTip(self.tr("Ten short pieces that come with Cuefit; the models have never heard them"))
        self.demo.clicked.connect(self.demo_wanted)
        height = round(self.fontMetrics().height() * 2.1)
        for button in (self.choose, self.demo):
            button.setMinimumHeight(height)
        drop = QLabel(self.tr("… or drop a folder onto this window."), self)
        self.models = QLabel(describe_bundle(workspace), self)
        self.models.setTextFormat(Qt.TextFormat.PlainText)
        self.models.setWordWrap(True)
        self.models.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        evidence = QPushButton(self.tr("&What the models are worth …"), self)
        evidence.setFlat(True)
        evidence.clicked.connect(self.evidence_wanted)
        has_models = workspace.bundle is not None
        self.choose.setEnabled(has_models)
        self.demo.setEnabled(has_models)
        evidence.setEnabled(has_models)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.choose)
        buttons.addWidget(self.demo)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        middle = Qt.AlignmentFlag.AlignHCenter
        column.addStretch(2)
        column.addWidget(title, alignment=middle)
        column.addSpacing(8)
        column.addWidget(text, alignment=middle)
        column.addSpacing(16)
        column.addLayout(buttons)
        column.addSpacing(8)
        column.addWidget(drop, alignment=middle)
        column.addStretch(2)
        column.addWidget(self.models)
        column.addWidget(evidence, alignment=middle)
        column.addSpacing(8)
        self.setFocusProxy(self.choose)


def describe_bundle(workspace: Workspace) -> str:
    """The models and what is known of them, in one line; or why there are none."""
    bundle = workspace.bundle
    if bundle is None:
        text = QCoreApplication.translate("FirstStart", "There are no models to listen with: {reason}")
        return text.format(reason=workspace.bundle_problem)
    evidence = bundle.manifest.evidence
    measured = [entry.roc_auc for entry in evidence if not entry.untrained and entry.roc_auc is not None]
    n_tracks = QLocale().toString(sum(corpus.tracks for corpus in bundle.manifest.corpora))
    text = QCoreApplication.translate("FirstStart", "Models {id}: {n_genres} genres, trained on {n_tracks} tracks")
    line = text.format(id=bundle.id, n_genres=len(bundle.trained_genres), n_tracks=n_tracks)
    if measured:
        worth = QCoreApplication.translate("FirstStart", "ROC-AUC {low} to {high} on music that they had never heard")
        line = f"{line}; {worth.format(low=f'{min(measured):.2f}', high=f'{max(measured):.2f}')}"
    return f"{line}."
