"""The columns of the table, in the order of the model."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt

from tagger_app.genres import GENRES, genre_key

_CONTEXT = "Columns"


class Kind(Enum):
    """How a cell is painted and what it shows."""

    TEXT = "text"
    LENGTH = "length"
    GENRES = "genres"
    MATCH = "match"
    FIT = "fit"
    STATUS = "status"


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes
    ----------
    key : name that settings keep
    title : in English, for Qt's translation
    kind : how it is painted
    sort : what the index sorts by; empty where it can't
    width : at first, in mean characters of the font
    genre : of a fit
    is_hidden : not shown until the editor asks for it
    """

    key: str
    title: str
    kind: Kind
    sort: str
    width: int
    genre: str = ""
    is_hidden: bool = False

    @property
    def alignment(self) -> Qt.AlignmentFlag:
        """Of texts and header."""
        if self.kind in (Kind.FIT, Kind.MATCH):
            return Qt.AlignmentFlag.AlignCenter
        side = Qt.AlignmentFlag.AlignTrailing if self.kind is Kind.LENGTH else Qt.AlignmentFlag.AlignLeading
        return side | Qt.AlignmentFlag.AlignVCenter


COLUMNS: tuple[Column, ...] = (
    Column("title", str(QT_TRANSLATE_NOOP("Columns", "Title")), Kind.TEXT, "title", 24),
    Column("artist", str(QT_TRANSLATE_NOOP("Columns", "Artist")), Kind.TEXT, "artist", 15),
    Column("album", str(QT_TRANSLATE_NOOP("Columns", "Album")), Kind.TEXT, "album", 15),
    Column("length", str(QT_TRANSLATE_NOOP("Columns", "Length")), Kind.LENGTH, "length", 8),
    Column("genres", str(QT_TRANSLATE_NOOP("Columns", "Genres")), Kind.GENRES, "", 20),
    Column("match", str(QT_TRANSLATE_NOOP("Columns", "Match")), Kind.MATCH, "", 9),
    *(Column(f"fit_{genre_key(genre)}", genre, Kind.FIT, genre_key(genre), 6, genre) for genre in GENRES),
    Column("codec", str(QT_TRANSLATE_NOOP("Columns", "Format")), Kind.TEXT, "codec", 9),
    Column("status", str(QT_TRANSLATE_NOOP("Columns", "Status")), Kind.STATUS, "", 10),
    Column("path", str(QT_TRANSLATE_NOOP("Columns", "Path")), Kind.TEXT, "path", 60),
)
INDEX_BY_KEY = {column.key: index for index, column in enumerate(COLUMNS)}
INDEX_BY_SORT = {column.sort: index for index, column in enumerate(COLUMNS) if column.sort}

_SHORT_NAMES = dict(zip(GENRES, ("Act", "Adv", "Com", "Cri", "Dra", "Fan", "Mus", "Rom", "Sci", "Thr"), strict=True))
"""Genres keep their English names in every language: these are what tags hold and what queries understand."""


def column_name(column: Column) -> str:
    """The whole name of a column."""
    return column.genre or QCoreApplication.translate(_CONTEXT, column.title)


def column_header(column: Column) -> str:
    """What stands over a column; a fit's is narrow."""
    return _SHORT_NAMES[column.genre] if column.genre else column_name(column)
