"""The button that closes a dialog."""

from __future__ import annotations

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialogButtonBox, QPushButton


def add_close_button(buttons: QDialogButtonBox) -> QPushButton:
    """Add it; without the style's icon, a black cross that is hardly seen on a dark ground."""
    button = buttons.addButton(QDialogButtonBox.StandardButton.Close)
    button.setIcon(QIcon())
    return button
