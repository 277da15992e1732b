"""What is painted in colours of its own follows when the window turns light or dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QLabel

from tagger_app.gui.appearance import use_appearance
from tagger_app.gui.message_line import MessageLine
from tagger_app.gui.tagging.correction_panel import CorrectionPanel
from tagger_app.gui.theme import DARK, LIGHT, Theme
from tagger_app.gui.workspace import Workspace


@pytest.fixture
def application(qapp: QApplication) -> Iterator[QApplication]:
    before = qapp.palette()
    qapp.setStyle("Fusion")
    use_appearance(qapp, "light")
    yield qapp
    use_appearance(qapp, "system")
    qapp.setPalette(before)


def faint_texts(panel: CorrectionPanel) -> set[str]:
    texts = {label.palette().color(label.foregroundRole()).name() for label in panel.findChildren(QLabel)}
    return texts & {theme.faint_text.name() for theme in (LIGHT, DARK)}


def test_the_decisions_follow(qtbot, application, workspace: Workspace) -> None:
    panel = CorrectionPanel(workspace)
    qtbot.addWidget(panel)
    panel.show()
    assert faint_texts(panel) == {LIGHT.faint_text.name()}
    use_appearance(application, "dark")
    qtbot.waitUntil(lambda: faint_texts(panel) == {DARK.faint_text.name()})


def test_the_message_follows(qtbot, application) -> None:
    line = MessageLine()
    qtbot.addWidget(line)
    line.show_notice("done")

    def ground(theme: Theme) -> bool:
        return line.palette().color(QPalette.ColorRole.Window) == theme.notice

    assert ground(LIGHT)
    use_appearance(application, "dark")
    qtbot.waitUntil(lambda: ground(DARK))
