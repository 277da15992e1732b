"""Suggestions, or the steps of a path, as a table."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, auto

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from tagger_app.errors import displayable
from tagger_app.gui.drag import URI_LIST, files_mime
from tagger_app.gui.wording import one_line, plain_tip, show_length, show_time
from tagger_app.index.records import Track
from tagger_app.suggest.answer import Moment, Reason, Step, Suggestion
from tagger_app.suggest.request import ASPECTS

Index = QModelIndex | QPersistentModelIndex

TRACK_ROLE = Qt.ItemDataRole.UserRole
SCORE_ROLE = Qt.ItemDataRole.UserRole + 1
"""A similarity from 0 to 100; None in columns of text."""
MOMENTS_ROLE = Qt.ItemDataRole.UserRole + 2


class Column(IntEnum):
    """Columns from the first on."""

    OVERALL = 0
    TITLE = auto()
    FIT = auto()
    TIMBRE = auto()
    DYNAMICS = auto()
    PACE = auto()
    WHY = auto()
    MOMENTS = auto()
    ARTIST = auto()
    VERSIONS = auto()
    LENGTH = auto()
    ALBUM = auto()


ASPECT_COLUMNS = dict(zip(ASPECTS, (Column.FIT, Column.TIMBRE, Column.DYNAMICS, Column.PACE), strict=True))

SCORE_COLUMNS = (Column.OVERALL, *ASPECT_COLUMNS.values())


@dataclass(frozen=True, slots=True)
class Row:
    """A suggestion or a step."""

    track: Track
    similarity: float
    aspects: dict[str, float]
    reason: Reason | None
    moments: tuple[Moment, ...]
    n_versions: int
    position: float | None

    @classmethod
    def of(cls, answer: Suggestion | Step) -> Row:
        """The row of an answer."""
        if isinstance(answer, Step):
            return cls(answer.track, answer.similarity, {}, None, (), 1, answer.position)
        reason, moments = answer.reason, answer.moments
        return cls(answer.track, answer.similarity, answer.aspects, reason, moments, answer.n_versions, None)


class SuggestionsModel(QAbstractTableModel):
    """A list of rows; columns as `Column`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []

    def show(self, answers: Sequence[Suggestion] | Sequence[Step]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows = [Row.of(answer) for answer in answers]
        self.endResetModel()

    def row(self, index: Index) -> Row:
        """What stands in the row of an index."""
        return self._rows[index.row()]

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:  # noqa: N802
        return 0 if parent is not None and parent.isValid() else len(Column)

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is Qt.Orientation.Vertical:
            return section + 1 if role == Qt.ItemDataRole.DisplayRole else None
        column = Column(section)
        name = self._names()[column]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._short_names().get(column, name)
            case Qt.ItemDataRole.AccessibleTextRole:
                return name
            case Qt.ItemDataRole.ToolTipRole:
                tip = self._tips().get(column)
                return plain_tip(f"{name}: {tip}") if tip else None
            case Qt.ItemDataRole.TextAlignmentRole if column in SCORE_COLUMNS:
                return Qt.AlignmentFlag.AlignCenter
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else flags

    def mimeTypes(self) -> list[str]:  # noqa: N802
        return [URI_LIST]

    def mimeData(self, indexes: Sequence[Index]) -> QMimeData:  # noqa: N802
        rows = sorted({index.row() for index in indexes})
        return files_mime([self._rows[row].track for row in rows])

    def supportedDragActions(self) -> Qt.DropAction:  # noqa: N802
        return Qt.DropAction.CopyAction

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], Column(index.column())
        if role == TRACK_ROLE:
            return row.track
        if role == SCORE_ROLE:
            return self._score(row, column)
        if role == MOMENTS_ROLE:
            return row.moments if column is Column.MOMENTS else None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self._names()[column]}: {self._text(row, column)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            path = displayable(row.track.path)
            return plain_tip(path if column is Column.TITLE else self._text(row, column))
        if role == Qt.ItemDataRole.TextAlignmentRole and column in (Column.VERSIONS, Column.LENGTH):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def _score(self, row: Row, column: Column) -> float | None:
        if column is Column.OVERALL:
            return row.similarity
        for aspect, place in ASPECT_COLUMNS.items():
            if place is column:
                return row.aspects.get(aspect)
        return None

    def _text(self, row: Row, column: Column) -> str:
        match column:
            case Column.TITLE:
                return one_line(row.track.title) or displayable(os.path.basename(row.track.path))  # noqa: PTH119
            case Column.ARTIST:
                return one_line(row.track.artist)
            case Column.ALBUM:
                return one_line(row.track.album)
            case Column.LENGTH:
                return show_length(row.track.duration_s)
            case Column.WHY:
                return self._why(row)
            case Column.MOMENTS:
                return "  ".join(show_time(moment.start_s, tenths=False) for moment in row.moments)
            case Column.VERSIONS:
                return str(row.n_versions) if row.n_versions > 1 else ""
        score = self._score(row, column)
        return "" if score is None else f"{score:.0f}"

    def _why(self, row: Row) -> str:
        if row.position is not None:
            return self.tr("{share} % of the way").format(share=round(row.position * 100))
        if row.reason is None:
            return ""
        names = aspect_names()
        aspects = [names[aspect] for aspect in row.reason.aspects]
        return ", ".join((*aspects, *row.reason.genres)) or f"({names[row.reason.foremost]})"

    def _names(self) -> dict[Column, str]:
        return {
            Column.OVERALL: self.tr("Overall"),
            Column.TITLE: self.tr("Title"),
            Column.ARTIST: self.tr("Artist"),
            **{ASPECT_COLUMNS[aspect]: name for aspect, name in aspect_names().items()},
            Column.WHY: self.tr("Why"),
            Column.MOMENTS: self.tr("Best moments"),
            Column.VERSIONS: self.tr("Versions"),
            Column.LENGTH: self.tr("Length"),
            Column.ALBUM: self.tr("Album"),
        }

    def _short_names(self) -> dict[Column, str]:
        """For columns as narrow as their numbers; the tool tips spell them out."""
        return {
            Column.OVERALL: self.tr("All", "short"),
            Column.FIT: self.tr("Fit", "short"),
            Column.TIMBRE: self.tr("Tim", "short"),
            Column.DYNAMICS: self.tr("Dyn", "short"),
            Column.PACE: self.tr("Pace", "short"),
        }

    def _tips(self) -> dict[Column, str]:
        return {
            Column.OVERALL: self.tr("How alike in all aspects, by the weights: 100 is the same"),
            Column.FIT: self.tr("How alike the fits to the film genres are, and their course"),
            Column.TIMBRE: self.tr("How alike the sound is"),
            Column.DYNAMICS: self.tr("How alike loud and soft are, and their course"),
            Column.PACE: self.tr("How alike tempo and density are"),
            Column.WHY: self.tr("What speaks for it: aspects in which it is among the nearest, genres both have"),
            Column.MOMENTS: self.tr("Where it is most alike; click to hear"),
            Column.VERSIONS: self.tr("Files that it stands for: copies, edits and cut-downs of the same cue"),
        }


def aspect_names() -> dict[str, str]:
    """What the aspects are called, in the language of the application."""
    translate = QCoreApplication.translate
    names = (
        translate("SuggestionsModel", "Fit"),
        translate("SuggestionsModel", "Timbre"),
        translate("SuggestionsModel", "Dynamics"),
        translate("SuggestionsModel", "Pace"),
    )
    return dict(zip(ASPECTS, names, strict=True))
