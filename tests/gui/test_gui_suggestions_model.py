"""What stands in the cells of suggestions, and what is asked for."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from gui_samples import fill_library, records
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester

from tagger_app.gui.suggestions.model import Column, SuggestionsModel
from tagger_app.gui.suggestions.wish import Example, Wish
from tagger_app.index.connection import open_for_reading
from tagger_app.index.query import parse_query
from tagger_app.index.records import Track
from tagger_app.index.search import search
from tagger_app.suggest.answer import Moment, Reason, Step, Suggestion


@pytest.fixture
def tracks(index_path: Path) -> list[Track]:
    fill_library(index_path, *records(2))
    with closing(open_for_reading(index_path)) as connection:
        return search(connection, parse_query(""), "title", None)


def test_the_model_is_sound(qapp, tracks):
    model = SuggestionsModel()
    tester = ModelTester(model)
    reason = Reason(("timbre",), ("Action",), "timbre")
    aspects = dict.fromkeys(("fit", "timbre", "dynamics", "pace"), 50.0)
    odd = replace(tracks[0], title="<b>😀 " + "اسم" * 100)
    model.show([Suggestion(odd, 61.5, aspects, reason, (Moment(62, 80, 90.0),), 3)])
    tester.check(model)
    assert model.index(0, Column.TITLE).data() == odd.title
    assert model.index(0, Column.MOMENTS).data() == "1:02"
    assert model.index(0, Column.VERSIONS).data() == "3"
    assert model.index(0, Column.WHY).data() == "Timbre, Action"
    assert "<b>" not in model.index(0, Column.WHY).data(Qt.ItemDataRole.ToolTipRole)
    model.show([Suggestion(odd, 20.0, aspects, Reason((), (), "pace"), (), 1)])
    assert model.index(0, Column.WHY).data() == "(Pace)", "near in nothing: what says most, in brackets"
    model.show([Step(odd, 0.25, 40.0)])
    assert model.index(0, Column.WHY).data() == "25 % of the way"
    model.show([])
    assert model.rowCount() == 0


def test_a_wish_knows_what_is_wanted(tracks):
    wish = Wish((Example(tracks[0]), Example(tracks[1], wanted=False)))
    assert [example.track for example in wish.wanted] == [tracks[0]]
