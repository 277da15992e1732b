"""What is painted in colours of its own follows when the window turns light or dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QLabel
from work_samples import contrast

from tagger_app.genres import GENRES
from tagger_app.gui.appearance import use_appearance
from tagger_app.gui.close_button import add_close_button
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


def test_the_close_button_has_no_cross_that_a_dark_ground_hides(qtbot):
    buttons = QDialogButtonBox()
    qtbot.addWidget(buttons)
    close = add_close_button(buttons)
    assert close.icon().isNull()
    assert close.text()
    with qtbot.waitSignal(buttons.rejected):
        close.click()


def test_contrast_of_texts_is_enough():
    """WCAG 2.2, 1.4.3: 4.5 to 1 between a text and what is behind it."""
    for theme in (LIGHT, DARK):
        grounds = [theme.base, theme.panel, theme.notice]
        grounds += [theme.fit_colour(step / 20) for step in range(21)]
        grounds += [theme.genre_colour(genre) for genre in GENRES]
        assert min(contrast(theme.text, ground) for ground in grounds) >= 4.5
        faint = [contrast(theme.faint_text, ground) for ground in (theme.base, theme.panel)]
        assert min(faint) >= 4.5
        for colour in (theme.problem, theme.good, theme.warning):
            assert contrast(colour, theme.panel) >= 4.5
        assert contrast(theme.on_accent, theme.accent) >= 4.5
        for genre in GENRES:
            assert contrast(theme.genre_line_colour(genre), theme.base) >= 3
