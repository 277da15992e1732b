"""The way from one track to another."""

from __future__ import annotations

import pytest
from suggest_samples import (
    directions,
    make_record,
    profile,
    put_fan,
)

from tagger_app.errors import SuggestionError
from tagger_app.index.changes import PutFailure
from tagger_app.index.query import parse_query


def test_it_leads_from_one_to_the_other(shelf, recommender):
    put_fan(shelf, *range(6, 90, 6), 170, -90)
    shelf.put(make_record("end", directions(90)))
    steps = recommender.path(profile(shelf, "seed"), profile(shelf, "end"), 5, weights={"timbre": 1.0})
    angles = [float(step.track.title) for step in steps]
    assert len(angles) == 5
    assert angles == sorted(angles)
    assert [step.position for step in steps] == pytest.approx([1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6])
    assert all(0 <= step.similarity <= 100 for step in steps)


def test_no_copies_filter_kept_and_short_where_there_is_little(shelf, recommender):
    put_fan(shelf, 30, 60)
    shelf.put(make_record("copy", directions(31), fingerprint=profile(shelf, "30").fingerprint))
    shelf.put(make_record("end", directions(90)))
    start, end = profile(shelf, "seed"), profile(shelf, "end")
    found = [step.track.title for step in recommender.path(start, end, 8)]
    assert len(found) == 2
    assert found[1] == "60"
    assert [step.track.title for step in recommender.path(start, end, 8, parse_query("title:60"))] == ["60"]
    assert recommender.path(start, end, 8, parse_query("nowhere")) == []
    with pytest.raises(SuggestionError, match="same recording"):
        recommender.path(start, start, 3)
    with pytest.raises(SuggestionError, match="50 steps"):
        recommender.path(start, end, 51)


def test_stings_are_no_steps_unless_there_is_nothing_else(shelf, recommender):
    shelf.put(*(make_record(name, directions(angle, angle, angle)) for name, angle in (("start", 0), ("end", 90))))
    shelf.put(make_record("sting", directions(45)), make_record("other sting", directions(60)))
    start, end = profile(shelf, "start"), profile(shelf, "end")
    assert start.duration_s > 25
    assert [step.track.title for step in recommender.path(start, end, 3)] == ["sting", "other sting"]
    shelf.put(make_record("cue", directions(80, 80, 80)))
    assert [step.track.title for step in recommender.path(start, end, 3)] == ["cue"]


def test_a_way_from_one_sting_to_another_leads_over_stings(shelf, recommender):
    put_fan(shelf, 30, 60, 90)
    steps = recommender.path(profile(shelf, "seed"), profile(shelf, "90"), 2)
    assert [step.track.title for step in steps] == ["30", "60"]


def test_a_file_that_has_failed_is_no_step(shelf, recommender):
    put_fan(shelf, 30, 50, 60, 90)
    shelf.write(PutFailure("/music/50.flac", 2, 2, "not an audio file"))
    steps = recommender.path(profile(shelf, "seed"), profile(shelf, "90"), 3)
    assert [step.track.title for step in steps] == ["30", "60"]
