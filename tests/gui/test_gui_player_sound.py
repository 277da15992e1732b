from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sound_samples import write_music
from work_samples import hear

from tagger_app.genres import GENRES, N_GENRES
from tagger_app.gui.player.painting import column_peaks
from tagger_app.gui.player.sound import TrackSound, load_sound, silence, tile_edges_s
from tagger_app.gui.player.timeline import Timeline
from tagger_app.gui.wording import show_time
from tagger_app.index.connection import open_for_reading

pytestmark = pytest.mark.gui


def sound_of(fits: list[float], tile_s: float = 10.0) -> TrackSound:
    """A track with fits of Thriller alone."""
    curve = np.full((len(fits), N_GENRES), np.nan, np.float32)
    curve[:, GENRES.index("Thriller")] = fits
    return TrackSound(len(fits) * tile_s, np.ones(9, np.float32), curve, np.arange(len(fits) + 1) * tile_s)


@given(n_points=st.integers(1, 40), n_columns=st.integers(1, 100), seed=st.integers(0, 9))
def test_columns_hold_every_point_and_nothing_else(n_points, n_columns, seed):
    points = np.random.default_rng(seed).random(n_points).astype(np.float32)
    columns = column_peaks(points, n_columns)
    assert columns.shape == (n_columns,)
    assert columns.max() == points.max()
    for column, peak in enumerate(columns):
        start, end = column * n_points / n_columns, (column + 1) * n_points / n_columns
        covered = [point for place, point in enumerate(points) if place < end - 1e-9 and place + 1 > start + 1e-9]
        assert peak == max(covered)


def test_an_even_sound_has_no_stripes():
    for n_columns in (300, 333, 769, 1_000, 1_301):
        assert (column_peaks(np.full(1_000, 0.5, np.float32), n_columns) == 0.5).all()


def test_peaks_are_where_the_fit_is_highest():
    sound = sound_of([0.1, 0.9, 0.2, 0.1, 0.8, 0.8, 0.3])
    assert sound.peaks_s("Thriller") == [10.0, 40.0]


def test_peaks_lie_at_ends_and_beside_silence_too():
    assert sound_of([0.9, 0.1, float("nan"), 0.7, float("nan"), 0.2, 0.8]).peaks_s("Thriller") == [0.0, 30.0, 60.0]


def test_what_lies_in_the_lower_half_is_no_peak():
    assert sound_of([0.1, 0.3, 0.1, 0.9, 0.1]).peaks_s("Thriller") == [30.0]


def test_ripples_are_no_peaks_of_their_own():
    assert sound_of([0.1, 0.80, 0.79, 0.80, 0.1]).peaks_s("Thriller") == [10.0]


def test_an_untrained_genre_has_no_peaks():
    assert sound_of([0.1, 0.9]).peaks_s("Crime") == []
    assert silence(10.0).peaks_s("Crime") == []


@given(st.lists(st.floats(0, 1, width=16) | st.just(float("nan")), min_size=1, max_size=60))
def test_the_highest_tile_is_always_a_peak(fits):
    sound = sound_of(fits)
    peaks = [sound.fit_at("Thriller", peak_s) for peak_s in sound.peaks_s("Thriller")]
    known = [fit for fit in fits if fit == fit]
    assert None not in peaks
    assert not known or np.float32(max(known)) in np.float32(peaks)
    assert all(peak >= (min(known) + max(known)) / 2 - 1e-6 for peak in peaks)


def test_fit_at_a_position():
    sound = sound_of([0.25, float("nan"), 0.75])
    assert sound.fit_at("Thriller", 0.0) == 0.25
    assert sound.fit_at("Thriller", 15.0) is None
    assert sound.fit_at("Thriller", 30.0) == 0.75
    assert sound.fit_at("Thriller", 30.1) is None


def test_the_last_tile_is_drawn_to_the_end():
    assert tile_edges_s(3, 25.0, 10.0).tolist() == [0, 10, 20, 25]
    assert tile_edges_s(1, 4.0, 10.0).tolist() == [0, 4]
    assert tile_edges_s(4, 20.0, 10.0).tolist() == [0, 5, 10, 15, 20]  # heard with shorter tiles


def test_a_real_track_is_read_from_the_index(tmp_path: Path, index_path: Path, ensemble):
    (track,) = hear(index_path, [write_music(tmp_path / "music.wav", 21.0)], ensemble)
    sound = load_sound(lambda: open_for_reading(index_path), track, ensemble.bundle.spec.tile_s)
    assert sound.n_tiles == 3
    assert sound.duration_s == pytest.approx(21.0)
    assert 0.4 < sound.overview.max() <= 0.51  # the music's peak is 0.5
    for genre, fit in zip(GENRES, track.fits, strict=True):
        assert (sound.fit_at(genre, 1.0) is None) == (fit is None)


def test_a_track_that_was_never_heard_is_drawn_as_silence(index_path: Path, tmp_path: Path, ensemble):
    (track,) = hear(index_path, [write_music(tmp_path / "music.wav", 2.0)], ensemble)
    with closing(sqlite3.connect(index_path)) as connection:
        connection.execute("DELETE FROM curves")
        connection.execute("DELETE FROM overviews")
        connection.commit()
    sound = load_sound(lambda: open_for_reading(index_path), track)
    assert sound.n_tiles == 0
    assert len(sound.overview) == 0


def test_times_are_written_with_tenths():
    assert show_time(0) == "0:00.0"
    assert show_time(59.96) == "1:00.0"
    assert show_time(187.44) == "3:07.4"
    assert show_time(3725.5) == "1:02:05.5"
    assert show_time(187.9, tenths=False) == "3:07"


@given(st.floats(1, 20_000), st.floats(20, 4_000))
def test_ticks_are_apart_and_within_the_track(duration_s, width):
    timeline = Timeline(5.0, width, duration_s)
    places = [timeline.x(tick_s) for tick_s in timeline.ticks_s(60)]
    assert places[0] == 5.0
    assert all(after - before >= 60 - 1e-6 for before, after in pairwise(places))
    assert places[-1] <= 5.0 + width + 1e-6


@given(st.floats(0, 1), st.floats(0.5, 20_000))
def test_time_and_place_belong_together(share, duration_s):
    timeline = Timeline(30.0, 800.0, duration_s)
    assert timeline.time_s(timeline.x(share * duration_s)) == pytest.approx(share * duration_s, abs=1e-6 * duration_s)
    assert timeline.time_s(-100) == 0
    assert timeline.time_s(10_000) == duration_s
