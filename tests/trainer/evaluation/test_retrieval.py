from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from trainer.corpora.tracks import CorpusTrack
from trainer.evaluation.retrieval import Library, chances, interval_over_soundtracks, measure, skewness
from trainer.tiles.dataset import Dataset

TRACKS = [
    ("one", "Theme", ("Action",)),
    ("one", "Theme (slower)", ("Action",)),
    ("one", "Storm", ("Action", "Drama")),
    ("two", "Calm", ("Drama",)),
    ("two", "Rain", ()),
    ("three", "Alone", ("Comedy",)),
]


@pytest.fixture
def library() -> Library:
    tracks = [
        CorpusTrack(
            path=Path(f"{title}.ogg"), soundtrack=soundtrack, genres=genres, source="debian", title=title, artist="Her",
            licence="", attribution="", seconds=60.0,
        )
        for soundtrack, title, genres in TRACKS
    ]  # fmt: skip
    dataset = Dataset(tracks, [np.zeros((1, 40, 100), np.float16)] * len(tracks))
    return Library(dataset, np.arange(len(tracks)))


def test_neither_a_track_nor_a_version_of_it_is_a_candidate(library):
    candidates = library.candidates
    assert not candidates.diagonal().any()
    assert not candidates[0, 1]
    assert not candidates[1, 0]
    assert candidates.sum() == 30 - 2


def test_tracks_without_a_title_are_versions_of_nothing(library):
    tracks = [CorpusTrack(**{**vars(track), "title": ""}) for track in library.dataset.tracks]
    unnamed = Library(Dataset(tracks, library.dataset.tiles), library.chosen)
    assert unnamed.candidates.sum() == 30


def test_figures_of_the_best_order(library):
    similarity = library.same_soundtrack + 0.1 * library.shares_genre
    figures = measure([(library, similarity)])
    # Lists are shorter than ten here: all candidates are in them.
    assert figures.soundtrack.tolist()[:5] == [0.25, 0.25, 0.4, 0.2, 0.2]
    assert np.isnan(figures.soundtrack[5])
    assert figures.average_precision[:5].tolist() == [1.0] * 5
    assert figures.genre.tolist()[:4] == [0.25, 0.25, 0.6, 0.2]
    assert np.isnan(figures.genre[4])
    assert figures.genre[5] == 0.0
    assert figures.genre_elsewhere[2] == pytest.approx(1 / 3)
    assert np.isnan(figures.distance).all()


def test_feels_of_the_first_five_whose_feel_is_known():
    feels = [{"Dark", "Epic"}, set(), {"Dark", "Epic"}, *[{"Bright"}] * 6, {"Dark", "Epic"}]
    tracks = [
        CorpusTrack(
            path=Path(f"{number}"), soundtrack=f"{number}", genres=(), source="free_cues", title="", artist="",
            licence="", attribution="", seconds=60.0, feels=frozenset(own),
        )
        for number, own in enumerate(feels)
    ]  # fmt: skip
    library = Library(Dataset(tracks, [np.zeros((1, 40, 100), np.float16)] * 10), np.arange(10))
    in_order = np.tile(-np.arange(10.0), (10, 1))
    figures = measure([(library, in_order)])
    assert figures.feel[0] == pytest.approx(1 / 5)  # of 2, 3, 4, 5 and 6
    assert np.isnan(figures.feel[1])
    assert figures.feel[3] == pytest.approx(3 / 5)  # of 0, 2, 4, 5 and 6
    assert figures.agreement_in_feel == pytest.approx(np.nanmean(figures.feel))


def test_feels_that_nobody_knows_have_no_figure(library):
    assert np.isnan(measure([(library, 1.0 * library.same_soundtrack)]).agreement_in_feel)


def test_figures_of_the_worst_order(library):
    figures = measure([(library, -1.0 * library.same_soundtrack)])
    assert figures.average_precision[0] == pytest.approx(0.25)
    assert figures.average_precision[2] == pytest.approx((1 / 4 + 2 / 5) / 2)


def test_chances_are_what_random_orders_come_to(library):
    random = np.random.default_rng(0)
    found = [measure([(library, random.random((6, 6)))]) for _ in range(3)]
    assert chances([library]) == pytest.approx((found[0].precision_soundtrack, found[0].precision_genre))


def test_how_often_a_track_is_listed_counts_within_each_library():
    tracks = [
        CorpusTrack(
            path=Path(f"{number}"), soundtrack=f"{number // 2}", genres=(), source="debian", title="", artist="",
            licence="", attribution="", seconds=60.0,
        )
        for number in range(40)
    ]  # fmt: skip
    dataset = Dataset(tracks, [np.zeros((1, 40, 100), np.float16)] * 40)
    halves = [Library(dataset, np.arange(20)), Library(dataset, np.arange(20, 40))]
    hubs = np.tile(np.arange(20.0), (20, 1))
    figures = measure([(half, hubs) for half in halves], yardstick=[np.ones((20, 20))] * 2)
    # The ten largest are in every list but their own, in which the eleventh takes their place.
    assert sorted(figures.occurrences[:20].tolist()) == [0.0] * 9 + [10.0] + [19.0] * 10
    assert figures.coverage == pytest.approx(11 / 20)
    assert figures.hubness == pytest.approx(skewness(figures.occurrences[:20]))
    assert figures.distance.tolist() == [1.0] * 40


def test_skewness():
    assert skewness(np.ones(5)) == 0.0
    assert skewness(np.array([0.0, 0.0, 0.0, 4.0])) > 1.0
    assert skewness(np.array([-1.0, 0.0, 1.0])) == pytest.approx(0.0)


def test_an_interval_draws_whole_soundtracks():
    names = np.repeat([f"{number}" for number in range(8)], 50)
    values = np.repeat(np.arange(8.0), 50)
    wide = interval_over_soundtracks(values, names, seed=1)
    narrow = interval_over_soundtracks(values, np.arange(400).astype(str), seed=1)
    assert wide.value == narrow.value == 3.5
    assert wide.low < narrow.low < 3.5 < narrow.high < wide.high
    with_gaps = np.where(np.arange(400) % 2, values, np.nan)
    assert interval_over_soundtracks(with_gaps, names, seed=1).value == 3.5
