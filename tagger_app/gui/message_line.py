"""A line that says what is wrong or was done, where the eye is, with a button for what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QStyle, QToolButton, QWidget

from tagger_app.gui.theme import current_theme


class MessageLine(QWidget):
    """Hidden until there is something to say; the text is plain, whatever a file is called."""

    action_wanted = Signal()
    """The editor pressed the button."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = QLabel(self)
        self._text = QLabel(self, wordWrap=True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._button = QPushButton(self)
        self._button.hide()
        self._button.clicked.connect(self.action_wanted)
        self._close = QToolButton(self, autoRaise=True)
        self._close.setText("✕")
        self._close.setAccessibleName(self.tr("Dismiss this message"))
        self._close.setToolTip(self.tr("Dismiss this message"))
        self._close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        row.addWidget(self._button)
        row.addWidget(self._close)
        self.setAutoFillBackground(True)
        self._paint_ground()
        self.hide()

    @property
    def text(self) -> str:
        """What is said; empty while nothing is."""
        return "" if self.isHidden() else self._text.text()

    def show_problem(self, text: str, action: str = "") -> None:
        """Say what is wrong."""
        self._show(QStyle.StandardPixmap.SP_MessageBoxWarning, text, action)

    def show_notice(self, text: str, action: str = "") -> None:
        """Say what was done."""
        self._show(QStyle.StandardPixmap.SP_MessageBoxInformation, text, action)

    def clear(self) -> None:
        """Say nothing."""
        self.hide()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._paint_ground()

    def _show(self, icon: QStyle.StandardPixmap, text: str, action: str) -> None:
        size = self.fontMetrics().height()
        self._icon.setPixmap(self.style().standardIcon(icon).pixmap(size, size))
        self._text.setText(text)
        self._text.setAccessibleName(text)
        self._button.setText(action)
        self._button.setVisible(bool(action))
        self.show()

    def _paint_ground(self) -> None:
        theme = current_theme()
        palette = self.palette()
        if palette.color(QPalette.ColorRole.Window) != theme.notice:
            palette.setColor(QPalette.ColorRole.Window, theme.notice)
            self.setPalette(palette)
