"""What is not suggested, or only where there is nothing else."""

from __future__ import annotations

import numpy as np
from suggest_samples import (
    TIMBRE,
    directions,
    make_record,
    profile,
    put_fan,
    titles,
)

from tagger_app.index.changes import ForgetMissing, MarkMissing, PutFailure
from tagger_app.index.query import parse_query
from tagger_app.suggest.request import Request
from tagger_app.suggest.seeds import Region, Seed


def test_copies_count_once_and_those_of_the_seed_not_at_all(shelf, recommender):
    shelf.put(make_record("seed", fingerprint="a" * 32), make_record("copy of seed", fingerprint="a" * 32))
    shelf.put(make_record("other", directions(20), fingerprint="b" * 32))
    shelf.put(make_record("copy of other", directions(20), fingerprint="b" * 32), make_record("third", directions(30)))
    suggestions = recommender.suggest(Request((Seed(profile(shelf, "seed")),), weights=TIMBRE))
    assert [suggestion.track.title for suggestion in suggestions] == ["other", "third"]
    assert [suggestion.n_versions for suggestion in suggestions] == [2, 1]


def test_versions_by_sound(shelf, recommender):
    random = np.random.default_rng(5)
    levels = random.integers(120, 220, 1_500)
    cut = levels[400:900] + random.integers(-1, 2, 500)
    full = np.repeat(directions(15, 25, 20), 5, axis=0)
    shelf.put(make_record("seed"), make_record("full", full, levels=levels))
    shelf.put(make_record("cut-down", full[:5], levels=cut), make_record("another", full[:5]))
    suggestions = recommender.suggest(Request((Seed(profile(shelf, "seed")),)))
    assert sorted(suggestion.n_versions for suggestion in suggestions) == [1, 2]
    assert "cut-down" not in titles(recommender, Seed(profile(shelf, "full")))


def test_edits_that_share_nothing_but_the_whole(shelf, recommender):
    levels = np.random.default_rng(6).integers(120, 220, 1_500)
    full = np.repeat(directions(20, 22, 24), 5, axis=0)
    shelf.put(make_record("seed"), make_record("beginning", full[:5], levels=levels[:500]))
    shelf.put(make_record("end", full[10:], levels=levels[1_000:]), make_record("full", full, levels=levels))
    shelf.put(make_record("another", directions(90)))
    for name, n_expected in (("seed", 2), ("beginning", 2)):
        suggestions = recommender.suggest(Request((Seed(profile(shelf, name)),)))
        assert len(suggestions) == n_expected
    assert titles(recommender, Seed(profile(shelf, "seed"))) == ["beginning", "another"]


def test_the_whole_of_two_edits_is_looked_for_further_down(shelf, recommender):
    levels = np.random.default_rng(8).integers(120, 220, 1_500)
    shelf.put(make_record("seed"), make_record("beginning", directions(*[20] * 5), levels=levels[:500]))
    shelf.put(make_record("end", directions(*[21] * 5), levels=levels[1_000:]))
    shelf.put(make_record("full", directions(*[50] * 15), levels=levels))
    shelf.put(*(make_record(f"{angle}", directions(angle)) for angle in range(30, 45, 3)))
    suggestions = recommender.suggest(Request((Seed(profile(shelf, "seed")),), weights=TIMBRE, n=2))
    assert [suggestion.track.title for suggestion in suggestions] == ["beginning", "30"]
    assert [suggestion.n_versions for suggestion in suggestions] == [3, 1]
    assert "end" not in titles(recommender, Seed(profile(shelf, "beginning")), n=2)


def test_versions_by_title(shelf, recommender):
    facts = {"artist": "Artist", "album": "Album"}
    names = ("Night Chase", "Night Chase (30 sec)", "Night Chase - No Drums", "Night Train")
    shelf.put(*(make_record(name, directions(10 * number), **facts) for number, name in enumerate(names, 1)))
    shelf.put(make_record("seed"), make_record("Night Chase ", directions(55), artist="Another", album="Other"))
    assert titles(recommender, Seed(profile(shelf, "seed"))) == ["Night Chase", "Night Train", "Night Chase "]


def test_an_album_and_an_artist_give_a_few_as_long_as_there_are_others(shelf, recommender):
    shelf.put(make_record("seed"))
    for number in range(6):
        facts = {"album": "Greatest Hits", "artist": "Somebody"}
        shelf.put(make_record(f"hit {number}", directions(1 + number), **facts))
        shelf.put(make_record(f"loose {number}", directions(60 + 3 * number)))
    seed = Seed(profile(shelf, "seed"))
    hits = ["hit 0", "hit 1", "hit 2"]
    assert titles(recommender, seed, n=5) == [*hits, "loose 0", "loose 1"]
    assert titles(recommender, seed, n=4, most_of_an_album=0, most_of_an_artist=2) == [
        "hit 0",
        "hit 1",
        "loose 0",
        "loose 1",
    ]
    assert titles(recommender, seed, n=6, most_of_an_album=0, most_of_an_artist=0)[5] == "hit 5"
    assert titles(recommender, seed, within=parse_query("hit")) == [f"hit {number}" for number in range(6)]


def test_the_filter_and_exclusions_hold_whatever_is_asked(shelf, recommender):
    put_fan(shelf, *range(5, 60, 5))
    shelf.put(make_record("twin of 10", directions(11), fingerprint=profile(shelf, "10").fingerprint))
    seed = Seed(profile(shelf, "seed"))
    excluded = frozenset({profile(shelf, "10").track_id, profile(shelf, "20").track_id})
    for discover in (0.0, 0.5, 1.0):
        found = titles(recommender, seed, discover=discover, exclude=excluded, within=parse_query("-title:5"))
        assert sorted(found) == ["15", "25", "30", "35", "40", "45"]
    assert titles(recommender, seed, within=parse_query("nowhere")) == []


def test_missing_failed_and_removed_files(shelf, recommender):
    put_fan(shelf, 5, 10, 15, 20)
    seed = Seed(profile(shelf, "seed"))
    shelf.write(MarkMissing(("/music/5.flac",)), PutFailure("/music/10.flac", 1, 1, "broken"))
    assert titles(recommender, seed) == ["15", "20"]
    shelf.write(ForgetMissing())
    assert titles(recommender, seed) == ["15", "20"]


def test_a_sting_comes_only_where_there_is_nothing_else(shelf, recommender):
    cue = [0] * 12
    shelf.put(make_record("seed", directions(*cue)), make_record("sting", directions(1)))
    shelf.put(*(make_record(f"{angle}", directions(*[angle] * 4)) for angle in (20, 40, 60)))
    seed, sting = Seed(profile(shelf, "seed")), Seed(profile(shelf, "sting"))
    assert titles(recommender, seed) == ["20", "40", "60", "sting"]
    assert titles(recommender, seed, n=2) == ["20", "40"]
    assert titles(recommender, seed, within=parse_query("length<0:20")) == ["sting"]
    assert titles(recommender, Seed(seed.profile, Region(0.0, 9.0)))[0] == "sting", "as long as what is asked for"
    shelf.put(make_record("another sting", directions(3)))
    assert titles(recommender, sting)[:2] == ["seed", "another sting"], "an example that is as short itself"
    assert titles(recommender, seed, sting)[:2] == ["another sting", "20"]


def test_a_short_cut_down_leaves_its_place_to_the_whole(shelf, recommender):
    levels = np.random.default_rng(9).integers(120, 220, 1_500)
    shelf.put(make_record("seed", directions(*[0] * 15)), make_record("other", directions(*[40] * 15)))
    shelf.put(make_record("cut", directions(2, 2), levels=levels[:200]))
    shelf.put(make_record("full", directions(*[20] * 15), levels=levels))
    suggestions = recommender.suggest(Request((Seed(profile(shelf, "seed")),), weights=TIMBRE))
    assert [suggestion.track.title for suggestion in suggestions] == ["full", "other"]
    assert [suggestion.n_versions for suggestion in suggestions] == [2, 1]
