"""What the editor thinks of the genres of the chosen tracks."""

from __future__ import annotations

import os
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QKeySequence, QPalette, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from tagger_app.errors import displayable
from tagger_app.genres import GENRES
from tagger_app.gui.elided_label import ElidedLabel
from tagger_app.gui.message_line import MessageLine
from tagger_app.gui.reasons import translate_reason
from tagger_app.gui.tagging.corrections import Corrections
from tagger_app.gui.theme import current_theme
from tagger_app.gui.wording import plain_tip, show_count
from tagger_app.gui.workspace import Workspace
from tagger_app.index.records import Track
from tagger_app.scan.events import TagsFailed
from tagger_app.tagging.fields import find_decision

DECISIONS = ("accept", "", "reject")


class CorrectionPanel(QWidget):
    """A row a genre: what the machine says, and what the editor decides. Every click is kept at once."""

    decided = Signal(list)
    """Ids of tracks whose decisions the index holds now."""
    before_tags_written = Signal(list)
    """Paths of files that are about to be written: whoever holds one open lets go."""
    problem = Signal(str)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tracks: list[Track] = []
        self._corrections = Corrections(workspace, self)
        self._corrections.kept.connect(self._tell_kept)
        self._corrections.written.connect(self._tell_written)
        self._corrections.problem.connect(self._tell_problem)
        self._corrections.before_tags_written.connect(self.before_tags_written)
        self._corrections.undo_changed.connect(self._show_undo)
        self._build()
        self._show()

    def _build(self) -> None:
        self._title = ElidedLabel()
        _embolden(self._title, True)
        self._hint = QLabel()
        self._hint.setWordWrap(True)
        self._rows = [GenreRow(genre, self) for genre in GENRES]
        self._box = QWidget()
        grid = QGridLayout(self._box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(1, 1)
        for number, row in enumerate(self._rows):
            grid.addWidget(row.name, number, 0)
            grid.addWidget(row.said, number, 1)
            for column, button in enumerate(row.buttons.values(), 2):
                grid.addWidget(button, number, column)
            row.decided.connect(self._decide)
        grid.setRowStretch(len(self._rows), 1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._box)
        scroll.setMinimumWidth(self._box.minimumSizeHint().width())
        self._message = MessageLine()
        self._undo = QPushButton(self.tr("&Undo last decision"))
        self._undo.clicked.connect(self._undo_last)
        undo = QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self)
        undo.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        undo.activated.connect(self._undo_last)
        keys = QKeySequence(QKeySequence.StandardKey.Undo).toString(QKeySequence.SequenceFormat.NativeText)
        self._undo.setToolTip(plain_tip(keys))
        buttons = QHBoxLayout()
        buttons.addWidget(self._undo)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.addWidget(self._title)
        layout.addWidget(self._hint)
        layout.addWidget(scroll, 1)
        layout.addWidget(self._message)
        layout.addLayout(buttons)

    # -- what is shown -----------------------------------------------------------------------------------------------

    def show_tracks(self, tracks: Sequence[Track]) -> None:
        """Be about other tracks."""
        before, self._tracks = self._tracks, list(tracks)
        if [(track.id, track.user_genres) for track in before] != [(track.id, track.user_genres) for track in tracks]:
            self._message.clear()  # what it says of a decision is no longer so
        self._show()

    @property
    def tracks(self) -> list[Track]:
        """The tracks that it is about, with what was decided so far."""
        return list(self._tracks)

    def _show(self) -> None:
        self._box.setEnabled(bool(self._tracks))
        if not self._tracks:
            self._title.setText(self.tr("No track is chosen"))
            self._hint.setText(self.tr("Choose one or several tracks in the table to say what fits them."))
        elif len(self._tracks) == 1:
            (track,) = self._tracks
            name = displayable(track.title or os.path.basename(track.path))  # noqa: PTH119
            self._title.setText(f"{displayable(track.artist)} – {name}" if track.artist else name)
            self._hint.setText(self.tr("Your word wins over the model's, here and in the file (FILMGENRE_USER)."))
        else:
            count = show_count(len(self._tracks))
            self._title.setText(self.tr("Tracks chosen: {count}").format(count=count))
            self._hint.setText(self.tr("A decision goes for all of them; the figures are means."))
        for row in self._rows:
            row.show_tracks(self._tracks)
        self._show_undo()

    def _show_undo(self) -> None:
        self._undo.setEnabled(self._corrections.can_undo)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            for row in self._rows:
                row.paint()

    # -- what the editor does -----------------------------------------------------------------------------------------

    def _decide(self, genre: str, decision: str) -> None:
        self._tracks = self._corrections.decide(self._tracks, genre, decision)
        for row in self._rows:
            if row.genre == genre:
                row.show_tracks(self._tracks)

    def _undo_last(self) -> None:
        changed = {track.id: track for track in self._corrections.undo()}
        self._tracks = [changed.get(track.id, track) for track in self._tracks]
        self._show()

    def _tell_kept(self, tracks: list[Track]) -> None:
        self.decided.emit([track.id for track in tracks])

    def _tell_written(self, n_written: int, failures: list[TagsFailed]) -> None:
        if not failures:
            self._message.show_notice(self.tr("Kept, also in the files: {count}.").format(count=show_count(n_written)))
            return
        first = failures[0]
        text = self.tr("Kept in the index. Files that couldn't be written: {count}. {path}: {reason}").format(
            count=show_count(len(failures)),
            path=displayable(first.path),
            reason=displayable(translate_reason(first.reason)),
        )
        self._message.show_problem(text)
        self.problem.emit(text)

    def _tell_problem(self, text: str) -> None:
        self._message.show_problem(text)
        self.problem.emit(text)


class GenreRow(QObject):
    """The parts of a row; a layout of the panel holds them, so that columns line up."""

    decided = Signal(str, str)
    """Genre, and one of `DECISIONS`."""

    def __init__(self, genre: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.genre = genre
        self.name = QLabel(genre)
        self.said = ElidedLabel(elide=Qt.TextElideMode.ElideRight)
        _embolden(self.said, True)
        self.said.setMinimumWidth(self.said.fontMetrics().horizontalAdvance("0.00") + 1)
        texts = {
            "accept": (self.tr("✓ Fits"), self.tr("{genre}: fits, whatever the model says")),
            "": (self.tr("Model"), self.tr("{genre}: as the model says")),
            "reject": (self.tr("✕ Doesn't"), self.tr("{genre}: doesn't fit, whatever the model says")),
        }
        self.buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        for decision in DECISIONS:
            text, name = texts[decision]
            button = QToolButton()
            button.setText(text)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setAccessibleName(name.format(genre=genre))
            button.setToolTip(plain_tip(name.format(genre=genre)))
            button.clicked.connect(lambda _=False, decision=decision: self.decided.emit(genre, decision))
            self._group.addButton(button)
            self.buttons[decision] = button
        self.name.setBuddy(self.buttons["accept"])

    def show_tracks(self, tracks: Sequence[Track]) -> None:
        """Show what machine and editor say of tracks; where they differ, no decision is marked."""
        index = GENRES.index(self.genre)
        fits = [track.fits[index] for track in tracks]
        scored = [fit for fit in fits if fit is not None]
        n_assigned = sum(self.genre in track.assigned for track in tracks)
        short = f"{sum(scored) / len(scored):.2f}" if scored else "–"
        if not tracks:
            said = short = ""
        elif not scored:
            said = self.tr("no model")
        elif len(tracks) == 1:
            mark = self.tr("fits") if n_assigned else self.tr("doesn't fit")
            said = f"{short} · {mark}"
        else:
            counts = self.tr("fits {count} of {all}").format(count=show_count(n_assigned), all=show_count(len(tracks)))
            said = f"⌀ {short} · {counts}"
        _embolden(self.said, len(tracks) == 1 and n_assigned == 1)  # as the table has it
        self.said.set_texts(said, short)
        decisions = {find_decision(track.user_genres, self.genre) for track in tracks}
        self._group.setExclusive(False)
        for decision, button in self.buttons.items():
            is_decided = decisions == {decision}
            button.setChecked(is_decided)
            _embolden(button, is_decided and bool(decision))
        self._group.setExclusive(True)
        self.paint()

    def paint(self) -> None:
        """Take the colours of the theme."""
        theme = current_theme()
        palette = self.said.palette()
        palette.setColor(self.said.foregroundRole(), theme.faint_text)
        self.said.setPalette(palette)
        for decision, button in self.buttons.items():
            palette = QPalette()
            if button.isChecked():
                quiet = _between(theme.line, theme.waveform)
                ground, text = (theme.accent, theme.on_accent) if decision else (quiet, theme.text)
                palette.setColor(QPalette.ColorRole.Button, ground)
                palette.setColor(QPalette.ColorRole.ButtonText, text)
            button.setPalette(palette)


def _embolden(widget: QWidget, is_bold: bool) -> None:
    font = widget.font()
    font.setBold(is_bold)
    widget.setFont(font)


def _between(first: QColor, second: QColor) -> QColor:
    """A colour half-way between two."""
    pairs = ((first.red(), second.red()), (first.green(), second.green()), (first.blue(), second.blue()))
    return QColor(*(sum(pair) // 2 for pair in pairs))
