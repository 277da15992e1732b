"""What a fit meant, and how sure one can be of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from trainer.report.bands import estimate_share, read_bands, show_calibration


def test_bands_count_and_average():
    fits = np.array([0.0, 0.19, 0.2, 0.55, 0.8, 1.0])
    positive = np.array([False, True, False, True, True, True])
    soundtracks = np.array(["a", "a", "b", "b", "c", "d"])
    bands = read_bands(fits, positive, soundtracks)
    assert [band.n_tracks for band in bands] == [2, 1, 1, 0, 2]
    assert [band.n_soundtracks for band in bands] == [1, 1, 1, 0, 2]
    assert bands[3].share is None
    assert bands[0].share.value == 0.5
    assert bands[4].mean_fit == pytest.approx(0.9)
    assert bands[4].share.value == 1.0
    assert bands[4].share.low < 0.3  # two tracks prove little


def test_without_clusters_it_is_the_exact_binomial_interval():
    positive = np.arange(40) < 12
    interval = estimate_share(positive, np.arange(40).astype(str))
    assert interval.value == pytest.approx(0.3)
    # Each track is a soundtrack of its own; the variance between them is that of a binomial with 39 degrees of freedom.
    effective = 39.0
    assert interval.low == pytest.approx(beta.ppf(0.025, 0.3 * effective, 0.7 * effective + 1), abs=1e-6)
    assert interval.high == pytest.approx(beta.ppf(0.975, 0.3 * effective + 1, 0.7 * effective), abs=1e-6)


def test_tracks_of_one_soundtrack_count_less():
    positive = np.arange(40) < 20
    apart = estimate_share(positive, np.arange(40).astype(str))
    together = estimate_share(positive, (np.arange(40) // 10).astype(str))
    assert together.value == apart.value
    assert together.high - together.low > 1.5 * (apart.high - apart.low)


def test_one_soundtrack_proves_almost_nothing():
    interval = estimate_share(np.ones(30, dtype=np.bool_), np.zeros(30).astype(str))
    assert (interval.value, interval.high) == (1.0, 1.0)
    assert interval.low == pytest.approx(0.025)


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 4)), min_size=1, max_size=60),
)
def test_the_share_lies_in_its_interval(tracks):
    positive = np.array([has_it for has_it, _ in tracks])
    interval = estimate_share(positive, np.array([str(soundtrack) for _, soundtrack in tracks]))
    assert 0 <= interval.low <= interval.value <= interval.high <= 1


def test_the_section_has_a_row_a_genre_and_all(material):
    (passage,) = show_calibration(material).passages
    (table,) = passage.tables
    assert [row[0] for row in table.rows] == ["All genres", "Action", "Drama"]
    n_tracks = [
        sum(int(cell.split(",\n")[1].split(" of ")[0]) for cell in row[1:-1] if cell != "none") for row in table.rows
    ]
    assert n_tracks == [48, 24, 24]
    assert [picture.title for picture in passage.pictures] == ["All genres", "Action", "Drama"]
