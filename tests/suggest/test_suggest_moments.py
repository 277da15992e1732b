"""Regions, and the moments that are found for them."""

from __future__ import annotations

import numpy as np
import pytest
from suggest_samples import (
    directions,
    make_record,
    profile,
    put_fan,
    titles,
)

from tagger_app.errors import SuggestionError
from tagger_app.suggest.request import Request
from tagger_app.suggest.seeds import Region, Seed


def test_a_region_finds_moments_in_tracks_that_are_otherwise_unlike_it(shelf, recommender):
    far, near = directions(*[120] * 8), directions(0, 5)
    hidden = np.concatenate([far[:4], near, far[4:]])
    shelf.put(make_record("seed", np.concatenate([near, far])))
    shelf.put(make_record("hidden", hidden), make_record("mixed", directions(*[60] * 8)), make_record("far", far))
    seed = Seed(profile(shelf, "seed"), Region(1.0, 17.5))
    suggestions = recommender.suggest(Request((seed,), weights={"timbre": 1.0}))
    assert [suggestion.track.title for suggestion in suggestions] == ["hidden", "mixed", "far"]
    (moment, *_) = suggestions[0].moments
    assert (moment.start_s, moment.end_s) == pytest.approx((37.15, 55.73), abs=0.02)
    assert moment.similarity > 95


def test_moments_lie_inside_the_track_also_for_whole_examples(shelf, recommender):
    put_fan(shelf, 10, 20)
    shelf.put(make_record("long", directions(90, 90, 4, 2, 90, 90, 90), duration_s=60.0))
    for region in (None, Region(0.0, 5.0)):
        suggestions = recommender.suggest(Request((Seed(profile(shelf, "seed"), region),)))
        for suggestion in suggestions:
            for moment in suggestion.moments:
                assert 0 <= moment.start_s < moment.end_s <= suggestion.track.duration_s + 0.01
        (long,) = [suggestion for suggestion in suggestions if suggestion.track.title == "long"]
        assert long.moments[0].start_s in (pytest.approx(18.58, abs=0.01), pytest.approx(27.86, abs=0.01))


def test_a_track_added_later_is_found_in_a_region_search(shelf, recommender):
    put_fan(shelf, 40, 50)
    seed = Seed(profile(shelf, "seed"), Region(0.0, 5.0))
    assert titles(recommender, seed)[0] == "40"
    shelf.put(make_record("new", directions(3, 80)))
    assert titles(recommender, seed, weights={"timbre": 1.0})[0] == "new"


def test_a_silent_region_and_one_behind_the_end(shelf, recommender):
    shelf.put(make_record("seed", np.concatenate([np.full((2, 2), np.nan), directions(0, 0)])), make_record("other"))
    seed = profile(shelf, "seed")
    with pytest.raises(SuggestionError, match="seed is silent there"):
        recommender.suggest(Request((Seed(seed, Region(0.0, 9.0)),)))
    with pytest.raises(SuggestionError, match="behind its end"):
        Seed(seed, Region(100.0, 120.0))
    with pytest.raises(ValueError, match="not a region"):
        Region(5.0, 5.0)
