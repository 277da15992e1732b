"""Why a track is suggested, and where in it to listen."""

from __future__ import annotations

import numpy as np

from tagger_app.features.mfcc import Floats
from tagger_app.genres import GENRES
from tagger_app.index.records import Track
from tagger_app.suggest.answer import Moment, Reason
from tagger_app.suggest.hubness import reaches
from tagger_app.suggest.moments import Stretch, best_moments, compare_windows, describe_seed
from tagger_app.suggest.request import ASPECTS
from tagger_app.suggest.seeds import Profile, Seed
from tagger_app.suggest.shelf import Scales
from tagger_app.suggest.vectors import Layout

_CLEAR_FIT = 0.5
_SPEAKS_FROM = 40.0


def explain(
    track: Track, aspects: dict[str, float], weights: Floats, seeds: tuple[Seed, ...], assigned: frozenset[str]
) -> Reason:
    """What speaks for a track: aspects among the nearest of the library, genres that it shares with the examples.

    Parameters
    ----------
    aspects : similarity by aspect, 0 to 100
    weights : float32 [shape=(n_aspects,)], of the aspects
    assigned : genres of the examples, the editor's decisions included
    """
    speaking = sorted((name for name in ASPECTS if aspects[name] >= _SPEAKS_FROM), key=lambda name: -aspects[name])
    clear = {
        genre
        for seed in seeds
        if seed.wanted
        for genre, fit in zip(GENRES, seed.profile.fits, strict=True)
        if fit >= _CLEAR_FIT
    }
    shared = tuple(genre for genre in track.genres if genre in assigned | clear)
    foremost = max(zip(ASPECTS, weights, strict=True), key=lambda aspect: aspect[1] * aspects[aspect[0]])[0]
    return Reason(tuple(speaking), shared, foremost)


def whole_track_moments(
    seeds: tuple[Seed, ...], profiles: list[Profile], weights: Floats, layout: Layout, scales: Scales
) -> dict[int, tuple[Moment, ...]]:
    """Where each track is most like the examples: moments by id.

    Parameters
    ----------
    layout, scales : of tile vectors
    """
    stretches = []
    for seed in seeds:
        if seed.wanted:
            vector, n_tiles = describe_seed(seed, layout, scales)
            reach = reaches(vector[np.newaxis], scales.sample, layout)[0]
            stretches.append(Stretch(vector, reach, n_tiles))
    found = compare_windows(profiles, stretches, layout, scales)
    moments = {}
    for position, profile in enumerate(profiles):
        overall = np.maximum.reduce([of_seed[position] @ weights for of_seed in found])
        assert profile.track_id is not None
        moments[profile.track_id] = best_moments(profile, overall, stretches[0].n_tiles)
    return moments
