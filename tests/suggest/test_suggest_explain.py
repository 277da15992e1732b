"""Why a track is suggested."""

from __future__ import annotations

from contextlib import closing

import numpy as np
import pytest
from suggest_samples import make_record, profile

from tagger_app.index.connection import open_for_reading
from tagger_app.index.tracks import get_track
from tagger_app.suggest.explain import explain
from tagger_app.suggest.seeds import Seed

WEIGHTS = np.array([0.1, 0.4, 0.2, 0.3], np.float32)


@pytest.mark.parametrize(
    ("similarities", "foremost", "text"),
    [
        ((80.0, 41.0, 39.0, 60.0), "pace", "alike in fit, pace and timbre"),
        ((39.0, 20.0, 5.0, 1.0), "timbre", "if anything, timbre"),
        ((39.0, 5.0, 9.0, 1.0), "fit", "if anything, fit"),
        ((0.0, 0.0, 0.0, 0.0), "fit", "if anything, fit"),
    ],
)
def test_near_aspects_the_nearest_first_and_what_counts_most(shelf, similarities, foremost, text):
    shelf.put(make_record("seed"), make_record("other"))
    with closing(open_for_reading(shelf.index_path)) as connection:
        track = get_track(connection, "/music/other.flac")
    aspects = dict(zip(("fit", "timbre", "dynamics", "pace"), similarities, strict=True))
    reason = explain(track, aspects, WEIGHTS, (Seed(profile(shelf, "seed")),), frozenset())
    assert reason.foremost == foremost
    assert str(reason) == text
