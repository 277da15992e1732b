"""What suggestions are to be like, and unlike: a button each, which takes it away."""

from __future__ import annotations

import os
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from tagger_app.errors import displayable
from tagger_app.gui.flow import FlowLayout
from tagger_app.gui.suggestions.wish import Example
from tagger_app.gui.wording import plain_tip, show_range

_LONGEST = 28


class ExamplesBar(QWidget):
    """Examples as they are asked with."""

    remove_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Examples"))
        self._flow = FlowLayout(self)
        self._widgets: list[QWidget] = []

    def show_examples(self, examples: tuple[Example, ...]) -> None:
        """Show other examples, the wanted ones first."""
        for widget in self._widgets:
            self._flow.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._widgets = []
        for wanted, text in ((True, self.tr("Like")), (False, self.tr("Not like"))):
            chosen = [example for example in examples if example.wanted is wanted]
            if chosen:
                self._add(QLabel(text, self))
            for example in chosen:
                self._add(self._button(example))
        self.updateGeometry()

    def _button(self, example: Example) -> QToolButton:
        name = name_of(example)
        short = name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"
        button = QToolButton(self)
        button.setText(f"{short} ✕".replace("&", "&&"))
        button.setToolTip(plain_tip(self.tr("{name}: press to leave it out").format(name=name)))
        button.setAccessibleName(self.tr("Leave out {name}").format(name=name))
        button.clicked.connect(partial(self._remove, example))
        return button

    def _remove(self, example: Example, _checked: bool = False) -> None:
        self.remove_requested.emit(example)

    def _add(self, widget: QWidget) -> None:
        self._widgets.append(widget)
        self._flow.addWidget(widget)
        widget.show()


def name_of(example: Example) -> str:
    """Title, or file name, and the region."""
    track = example.track
    name = displayable(track.title or os.path.basename(track.path))  # noqa: PTH119
    if example.region is None:
        return name
    return f"{name} {show_range(example.region.start_s, example.region.end_s)}"
