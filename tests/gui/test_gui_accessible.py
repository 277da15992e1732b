"""What a screen reader is told, and what shows where the keyboard is."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import shiboken6
from gui_samples import fill_library, library_record, tracks_of
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QColor
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QPushButton,
    QSlider,
    QStyle,
    QStyleOptionSlider,
    QToolButton,
    QWidget,
)
from work_samples import contrast

from tagger_app.gui.appearance import palette_of, use_appearance
from tagger_app.gui.docks import show_dock
from tagger_app.gui.focus_ring import FocusRing
from tagger_app.gui.main_window import MainWindow
from tagger_app.gui.theme import DARK, LIGHT
from tagger_app.settings import SavedSearch, Settings
from tagger_app.suggest.seeds import Region


@pytest.fixture
def window(qtbot, workspace, index_path) -> Iterator[MainWindow]:
    """A window with everything in it that can be there."""
    fill_library(index_path, library_record("/music/a.flac"), library_record("/music/b.flac"))
    window = MainWindow(workspace, Settings(n_workers=1, searches=(SavedSearch("Space", "scifi"),)))
    window.show()
    window.start()
    qtbot.waitUntil(lambda: len(tracks_of(window)) == 2)
    window.panels.library.table.select_row(0)
    track = tracks_of(window)[0]
    window.panels.bin.add_tracks([track])
    window.panels.bin.add_region(track, Region(0.5, 1.0))
    yield window
    window.close()
    window.deleteLater()


@pytest.fixture
def ring(qapp) -> Iterator[FocusRing]:
    ring = FocusRing(qapp, qapp)
    yield ring
    shiboken6.delete(ring)


def name_of(control: QWidget) -> str:
    """What a screen reader calls it: its own name, its text, or that of the label that belongs to it."""
    interface = QAccessible.queryAccessibleInterface(control)
    return interface.text(QAccessible.Text.Name) if interface else ""


def nameless(place: QWidget) -> list[str]:
    """Controls of a place that the keyboard can reach, and that nobody can tell from others."""
    found = [place, *place.findChildren(QWidget)]
    reached = [
        control
        for control in found
        if control.focusPolicy() & Qt.FocusPolicy.TabFocus
        and control.isVisibleTo(place)
        and control.focusProxy() is None
        and not control.objectName().startswith("qt_")
    ]
    assert reached
    unnamed = [control for control in reached if not name_of(control)]
    return [f"{type(control).__name__} in {type(control.parent()).__name__}" for control in unnamed]


def test_every_control_of_every_panel_has_a_name(window):
    assert nameless(window.panels.centre) == []
    for dock in window.docks.all():
        show_dock(dock)
        assert nameless(dock.widget()) == [], dock.objectName()
    assert nameless(window.panels.first_start) == []


@pytest.mark.parametrize("name", ["write_tags", "tag_history", "settings", "evidence", "shortcuts", "about", "export"])
def test_every_control_of_every_dialog_has_a_name(qtbot, window, name):
    qtbot.waitUntil(lambda: len(window.panels.library.selected_tracks) == 1)
    opens: Callable[[], object] = (
        window.panels.bin.export if name == "export" else getattr(window.actions_, name).trigger
    )
    opens()
    dialog = next(child for child in window.findChildren(QDialog) if child.isVisible())
    assert dialog.windowTitle()
    tabs = getattr(dialog, "tabs", None)
    for page in range(tabs.count() if tabs else 1):
        if tabs:
            tabs.setCurrentIndex(page)
        assert nameless(dialog) == []
    if name == "export":
        for number in range(dialog._format.count()):
            dialog._format.setCurrentIndex(number)
            assert nameless(dialog) == []
    dialog.close()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_contrast_of_the_palette(theme):
    """WCAG 2.2, 1.4.3: 4.5 to 1 between a text and what is behind it."""
    palette = palette_of(theme)
    role = palette.ColorRole
    for text, ground in (
        (role.Text, role.Base),
        (role.Text, role.AlternateBase),
        (role.WindowText, role.Window),
        (role.ButtonText, role.Button),
        (role.HighlightedText, role.Highlight),
        (role.PlaceholderText, role.Base),
        (role.ToolTipText, role.ToolTipBase),
        (role.Link, role.Window),
    ):
        assert contrast(palette.color(text), palette.color(ground)) >= 4.5, (text, ground)


@pytest.mark.usefixtures("ring")
@pytest.mark.parametrize("appearance", ["light", "dark"])
@pytest.mark.parametrize("kind", [QPushButton, QToolButton, QCheckBox, QSlider])
def test_focus_is_seen(qtbot, qapp, kind, appearance):
    """WCAG 2.2, 1.4.11: 3 to 1 between with and without."""
    before = qapp.palette()
    qapp.setStyle("Fusion")
    use_appearance(qapp, appearance)
    window = QWidget()
    qtbot.addWidget(window)
    row = QHBoxLayout(window)
    other, control = QPushButton("other"), kind()
    if not isinstance(control, QSlider):
        control.setText("Some text")
    control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    row.addWidget(other)
    row.addWidget(control)
    window.show()
    window.activateWindow()
    other.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is other)
    without = window.grab(control.geometry()).toImage()
    qtbot.keyClick(other, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is control
    having = window.grab(control.geometry()).toImage()
    qapp.setPalette(before)
    n_seen = sum(
        contrast(QColor(without.pixel(x, y)), QColor(having.pixel(x, y))) >= 3
        for x in range(without.width())
        for y in range(without.height())
    )
    assert n_seen >= without.width() + without.height()


@pytest.mark.usefixtures("ring")
def test_what_is_clicked_gets_no_ring(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    row = QHBoxLayout(window)
    first, second = QPushButton("first"), QPushButton("second")
    row.addWidget(first)
    row.addWidget(second)
    window.show()
    window.activateWindow()
    first.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is first)
    assert len(first.children()) == 1
    first.resize(first.width() + 5, first.height())
    assert first.children()[0].size() == first.size()
    qtbot.mousePress(second, Qt.MouseButton.LeftButton)
    assert QApplication.focusWidget() is second
    assert second.children() == []
    qtbot.mouseRelease(second, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: first.children() == [])


def test_the_ring_goes_round_the_handles_of_sliders(window):
    sliders = [slider for slider in window.findChildren(QSlider) if slider.isEnabled()]
    assert len(sliders) >= 7
    for slider in sliders:
        option = QStyleOptionSlider()
        slider.initStyleOption(option)
        style = slider.style()
        handle = style.subControlRect(
            QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, slider
        )
        thickness = style.pixelMetric(QStyle.PixelMetric.PM_SliderThickness, option, slider)
        assert slider.sizeHint().height() >= min(handle.height(), thickness) + 6, slider.accessibleName()
