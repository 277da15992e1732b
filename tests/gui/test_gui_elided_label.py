from __future__ import annotations

import pytest

from tagger_app.gui.elided_label import ElidedLabel


def picture(qtbot, label, width):
    qtbot.addWidget(label)
    label.resize(width, 30)
    return label.grab().toImage()


@pytest.mark.parametrize(("width", "shown"), [(200, "0.64 · fits"), (40, "0.64")])
def test_a_short_text_stands_where_there_is_no_room_for_all(qtbot, width, shown):
    label = ElidedLabel()
    label.set_texts("0.64 · fits", "0.64")
    assert picture(qtbot, label, width) == picture(qtbot, ElidedLabel(shown), width)
    assert label.text() == "0.64 · fits"
    assert "0.64 · fits" in label.toolTip()


def test_no_room_at_all_shortens_that_too(qtbot):
    label = ElidedLabel()
    label.set_texts("0.64 · fits", "0.64")
    assert picture(qtbot, label, 12) == picture(qtbot, ElidedLabel("0.64"), 12) != picture(qtbot, ElidedLabel(), 12)
