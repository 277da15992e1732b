"""The order of suggestions, and what cannot be asked."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from suggest_samples import (
    MADE_WITH,
    STILL,
    TIMBRE,
    directions,
    make_record,
    profile,
    put_fan,
    titles,
    unscored_record,
)

from tagger_app.errors import LibraryIndexError, SuggestionError
from tagger_app.genres import GENRES, N_GENRES
from tagger_app.index.changes import PutFailure, SetUserGenres
from tagger_app.index.connection import open_for_reading
from tagger_app.index.query import parse_query
from tagger_app.index.records import TrackRecord
from tagger_app.suggest import recommender as recommender_module
from tagger_app.suggest.answer import Suggestion
from tagger_app.suggest.recommender import Recommender
from tagger_app.suggest.request import ASPECTS, Request
from tagger_app.suggest.seeds import Region, Seed, load_profile, profile_of


def facts(suggestions: list[Suggestion]) -> list[object]:
    """What is said, without numbers."""
    return [
        (one.track, one.reason, one.n_versions, [(moment.start_s, moment.end_s) for moment in one.moments])
        for one in suggestions
    ]


def numbers(suggestions: list[Suggestion]) -> list[float]:
    """All similarities that are told."""
    return [
        number
        for one in suggestions
        for number in (one.similarity, *one.aspects.values(), *(moment.similarity for moment in one.moments))
    ]


class TestOrder:
    def test_nearest_first_and_never_the_seed(self, shelf, recommender):
        put_fan(shelf, 90, 10, 170, -5, 40)
        request = Request((Seed(profile(shelf, "seed")),), weights=TIMBRE)
        suggestions = recommender.suggest(request)
        assert [suggestion.track.title for suggestion in suggestions] == ["-5", "10", "40", "90", "170"]
        similarities = [suggestion.similarity for suggestion in suggestions]
        assert similarities == sorted(similarities, reverse=True)
        for suggestion in suggestions:
            assert set(suggestion.aspects) == set(ASPECTS)
            assert all(0 <= value <= 100 for value in suggestion.aspects.values())
            assert suggestion.aspects["fit"] == pytest.approx(100, abs=0.1)
        assert recommender.suggest(replace(request, n=2)) == suggestions[:2]

    def test_weights_decide(self, shelf, recommender):
        loud = np.add([STILL], [0, 0, 0, 0, 8, 60, 0, 0])
        shelf.put(
            make_record("seed"),
            make_record("same timbre, other pace", motion=loud),
            make_record("same pace, other timbre", directions(60)),
        )
        seed = Seed(profile(shelf, "seed"))
        assert titles(recommender, seed, weights={"timbre": 1.0})[0] == "same timbre, other pace"
        assert titles(recommender, seed, weights={"pace": 1.0})[0] == "same pace, other timbre"
        (first, *_) = recommender.suggest(Request((seed,), weights={"pace": 1.0}))
        assert first.similarity == pytest.approx(first.aspects["pace"], abs=0.1)

    def test_fits_and_the_editors_word(self, shelf, recommender):
        thriller = GENRES.index("Thriller")
        fits = tuple(0.9 if genre == thriller else 0.1 for genre in range(N_GENRES))
        other = (0.1,) * N_GENRES
        shelf.put(make_record("seed", fits=fits), make_record("model says so", fits=fits))
        shelf.put(make_record("a", fits=other), make_record("b", fits=other))
        seed = Seed(profile(shelf, "seed"))
        assert titles(recommender, seed, weights={"fit": 1.0})[0] == "model says so"
        shelf.write(
            SetUserGenres("/music/b.flac", ("Thriller",)), SetUserGenres("/music/model says so.flac", ("-Thriller",))
        )
        suggestions = recommender.suggest(Request((seed,), weights={"fit": 1.0}))
        marked, *others = suggestions
        assert marked.track.title == "b"
        # How far each of the others lies from its own nearest ones decides between two that are both far.
        assert all(other.aspects["fit"] < marked.aspects["fit"] / 2 for other in others)
        assert suggestions[0].reason.genres == ("Thriller",)
        assert "Thriller" in str(suggestions[0].reason)

    def test_what_the_editor_marked_has_likes_where_the_model_is_never_sure(self, shelf, recommender):
        """Fits of 0.05 to 0.35, as a careful model gives them; a word isn't a fit of 1.0 among those."""
        random = np.random.default_rng(7)
        thriller, musical = GENRES.index("Thriller"), GENRES.index("Musical")

        def fits(of_thriller: float) -> tuple[float | None, ...]:
            found: list[float | None] = random.uniform(0.05, 0.25, N_GENRES).round(3).tolist()
            found[thriller], found[musical] = of_thriller, None
            return tuple(found)

        dull = [make_record(f"dull {number}", fits=fits(0.05 + 0.002 * number)) for number in range(50)]
        clear = [make_record(f"clear {number}", fits=fits(0.3 + 0.01 * number)) for number in range(5)]
        shelf.put(make_record("seed", fits=fits(0.1)), make_record("marked", fits=fits(0.1)), *dull, *clear)
        shelf.write(*(SetUserGenres(f"/music/{name}.flac", ("Thriller",)) for name in ("seed", "marked")))
        for region in (None, Region(0.0, 9.0)):
            request = Request((Seed(profile(shelf, "seed"), region),), weights={"fit": 1.0}, n=60)
            suggestions = {found.track.title: found.aspects["fit"] for found in recommender.suggest(request)}
            first, *others = sorted(suggestions, key=lambda title: -suggestions[title])
            assert first == "marked"
            assert all(title.startswith("clear") for title in others[:3])
            assert suggestions[others[0]] > 40
            assert suggestions[others[2]] > 1.5 * np.median([suggestions[record.title] for record in dull])
        shelf.write(*(SetUserGenres(f"/music/{name}.flac", ("Musical",)) for name in ("seed", "marked")))
        request = Request((Seed(profile(shelf, "seed")),), weights={"fit": 1.0}, n=60)
        suggestions = {found.track.title: found.aspects["fit"] for found in recommender.suggest(request)}
        assert suggestions["marked"] > 30
        assert np.count_nonzero(np.array([*suggestions.values()]) > 20) > 5, "a genre of which the model says nothing"

    def test_several_examples_and_what_is_not_wanted(self, shelf, recommender):
        put_fan(shelf, 20, 60, -65, 100)
        shelf.put(make_record("west", directions(80)))
        east, west = Seed(profile(shelf, "seed")), Seed(profile(shelf, "west"))
        assert titles(recommender, east, west)[0] in ("20", "60")
        liked = titles(recommender, east)
        unwanted = titles(recommender, east, Seed(profile(shelf, "60"), wanted=False))
        assert liked.index("60") < liked.index("100")
        assert "60" not in unwanted
        assert unwanted.index("-65") < unwanted.index("100")

    def test_discover_changes_the_order_and_nothing_else(self, shelf, recommender):
        shelf.put_around(12)
        shelf.put(make_record("seed", np.ones((2, 8)) / np.sqrt(8)))
        seed = Seed(profile(shelf, "seed"))
        safest, discovered = (titles(recommender, seed, n=12, discover=discover) for discover in (0.0, 1.0))
        assert safest[0] == discovered[0]
        assert safest != discovered
        assert sorted(safest) == sorted(discovered)

    def test_the_first_look_finds_what_an_exact_one_finds(self, shelf, recommender):
        shelf.put_around(60)
        shelf.put(make_record("seed", np.ones((2, 8)) / np.sqrt(8)))
        seed = Seed(profile(shelf, "seed"))
        everything = recommender.suggest(Request((seed,), n=60))
        assert len({suggestion.track.id for suggestion in everything}) == 60
        few = recommender.suggest(Request((seed,), n=5))
        assert [suggestion.track.id for suggestion in few] == [suggestion.track.id for suggestion in everything[:5]]

    def test_a_short_list_is_the_beginning_of_the_whole_one_whatever_is_asked(self, shelf, recommender, monkeypatch):
        """With few candidates that are looked at exactly, as in a large library, against all of them."""
        shelf.put_around(90)
        recommender.refresh()
        assert recommender.n_tracks == 90
        shelf.put_around(60, seed=1)  # found, and not yet in the file
        names = ("around 0-3", "around 0-60", "around 1-5", "around 1-40")
        first, second, third, fourth = (profile(shelf, name) for name in names)
        unwanted = Seed(third, wanted=False)
        for seeds in ((Seed(first),), (Seed(first), Seed(second)), (Seed(first), Seed(fourth), unwanted)):
            for query in ("", "drama>0.3", "drama>0.9", "thriller<0.1 -length<0:01"):
                request = Request(
                    seeds, parse_query(query), n=500, exclude=frozenset({second.track_id}), most_of_an_album=0
                )
                everything = recommender.suggest(request)
                if query == "drama>0.3":
                    fits = [suggestion.track.fits[GENRES.index("Drama")] for suggestion in everything]
                    assert len(fits) > 80
                    assert min(fits) > 0.3
                monkeypatch.setattr(recommender_module, "_SHORTLIST", (12, 4))
                few = recommender.suggest(replace(request, n=4))
                monkeypatch.undo()
                beginning = everything[:4]
                assert facts(few) == facts(beginning)
                # A matrix product of more rows is rounded otherwise, on some processors.
                assert numbers(few) == pytest.approx(numbers(beginning), rel=1e-5, abs=1e-4)


class TestBadInput:
    def test_an_empty_library_and_one_of_silence(self, shelf, recommender):
        seed = Seed(profile_of(make_record("seed")))
        for _ in range(2):
            with pytest.raises(SuggestionError, match="No track in the index has been heard by bundle-1"):
                recommender.suggest(Request((seed,)))
            shelf.put(unscored_record("silence"))

    def test_a_library_of_one(self, shelf, recommender):
        shelf.put(make_record("seed"))
        known, heard = profile(shelf, "seed"), profile_of(make_record("stranger", directions(20)))
        assert recommender.suggest(Request((Seed(known),))) == []
        assert recommender.suggest(Request((Seed(known, Region(0.0, 5.0)),))) == []
        assert titles(recommender, Seed(heard)) == ["seed"]
        assert recommender.path(known, heard, 3) == []

    def test_seeds_that_can_not_be_compared(self, shelf):
        shelf.put(make_record("other"), unscored_record("silence"))
        shelf.write(PutFailure("/music/broken.flac", 1, 1, "isn't audio"))
        with pytest.raises(SuggestionError, match=r"silence.flac can't be compared: silent"):
            profile(shelf, "silence")
        with pytest.raises(SuggestionError, match=r"broken.flac can't be compared: isn't audio"):
            profile(shelf, "broken")
        with pytest.raises(SuggestionError, match="silent"):
            profile_of(unscored_record("heard"))
        with closing(open_for_reading(shelf.index_path)) as connection:
            assert load_profile(connection, 999) is None

    def test_two_bundles_are_never_compared(self, shelf, recommender):
        put_fan(shelf, 10, 20)
        shelf.put(make_record("newer", np.ones(5) / np.sqrt(5), bundle_id="bundle-2"))
        seed = Seed(profile(shelf, "seed"))
        assert titles(recommender, seed) == ["10", "20"]
        shelf.put(make_record("10", np.ones(5) / np.sqrt(5), bundle_id="bundle-2"))
        assert titles(recommender, seed) == ["20"], "analysed again with another bundle in the middle"
        other = Seed(profile(shelf, "newer"))
        with pytest.raises(SuggestionError, match="analysed with bundle-2, the library with bundle-1"):
            recommender.suggest(Request((other,)))
        with pytest.raises(SuggestionError, match="different models"):
            Request((seed, other))
        with Recommender.open(shelf.index_path, "bundle-2", MADE_WITH[1]) as newer:
            assert titles(newer, other) == ["10"]

    @pytest.mark.parametrize(
        ("options", "reason"),
        [
            ({"n": 0}, "one suggestion or more"),
            ({"discover": 1.5}, "between 0"),
            ({"discover": float("nan")}, "between 0"),
            ({"weights": {}}, "at least one aspect"),
            ({"weights": {"fit": 0.0}}, "at least one aspect"),
            ({"weights": {"fit": -1.0}}, "from 0 up"),
            ({"weights": {"fit": float("inf")}}, "from 0 up"),
            ({"weights": {"smell": 1.0}}, "no aspect 'smell'"),
            ({"most_of_an_album": -1}, "one suggestion"),
        ],
    )
    def test_nonsense_is_refused(self, options, reason):
        seed = Seed(profile_of(make_record("seed")))
        with pytest.raises(SuggestionError, match=reason):
            Request((seed,), **options)

    def test_only_what_is_not_wanted_or_too_much(self):
        seed = Seed(profile_of(make_record("seed")), wanted=False)
        for seeds in ((), (seed,)):
            with pytest.raises(SuggestionError, match="Name a track"):
                Request(seeds)
        with pytest.raises(SuggestionError, match="51 examples"):
            Request((Seed(seed.profile),) * 51)

    def test_no_index(self, tmp_path):
        with pytest.raises(LibraryIndexError, match="scan a folder first"):
            Recommender.open(tmp_path / "none.db", *MADE_WITH)

    def test_records_need_a_sound(self, shelf, recommender):
        record: TrackRecord = make_record("without", sound=None)
        put_fan(shelf, 10)
        shelf.put(record)
        assert titles(recommender, Seed(profile(shelf, "seed"))) == ["10"]
        with pytest.raises(SuggestionError, match="scan its folder again"):
            profile(shelf, "without")


def test_a_folder_that_can_not_be_written_to_is_no_obstacle(shelf, monkeypatch):
    put_fan(shelf, 10, 20)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tagger_app.suggest.packed.unfinished", refuse)
    with Recommender.open(shelf.index_path, *MADE_WITH) as recommender:
        assert titles(recommender, Seed(profile(shelf, "seed"))) == ["10", "20"]
        shelf.put(make_record("5", directions(5)))
        assert titles(recommender, Seed(profile(shelf, "seed")))[0] == "5"
    assert [path.name for path in Path(shelf.index_path).parent.glob("*.vectors*")] == []
