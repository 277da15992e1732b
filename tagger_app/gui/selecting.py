"""Choosing rows."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex
from PySide6.QtWidgets import QAbstractItemView


def choose_row(view: QAbstractItemView, index: QModelIndex) -> None:
    """Choose the row of a cell, and no other.

    Qt's `selectRow` and `setCurrentIndex` look at the keys that are held down: called for Ctrl+B they would take the
    row in addition to others, or out again.
    """
    flag = QItemSelectionModel.SelectionFlag
    view.selectionModel().setCurrentIndex(index, flag.ClearAndSelect | flag.Rows)
    view.scrollTo(index)
