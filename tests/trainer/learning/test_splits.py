from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.configuration import Configuration
from trainer.corpora.loading import load_tracks
from trainer.corpora.tracks import label_matrix
from trainer.errors import SplitError
from trainer.learning.splits import assign_folds


@st.composite
def corpora(draw):  # type: ignore[no-untyped-def]
    n_soundtracks = draw(st.integers(2, 12))
    n_tracks = draw(st.integers(n_soundtracks, 40))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    membership = np.concatenate([np.arange(n_soundtracks), random.integers(0, n_soundtracks, n_tracks - n_soundtracks)])
    labels = random.random((n_tracks, 10)) < random.random(10)
    weights = random.integers(1, 200, n_tracks)
    soundtracks = [f"s{index}" for index in membership]
    return soundtracks, labels, weights, draw(st.integers(2, n_soundtracks))


@given(corpora(), st.integers(0, 1000))
def test_folds_are_disjoint_complete_and_deterministic(corpus, seed) -> None:  # type: ignore[no-untyped-def]
    soundtracks, labels, weights, n_folds = corpus
    folds = assign_folds(soundtracks, labels, weights, n_folds, seed)
    assert folds.shape == (len(soundtracks),)
    assert set(folds) == set(range(n_folds))
    of_soundtrack: dict[str, int] = {}
    for soundtrack, fold in zip(soundtracks, folds, strict=True):
        assert of_soundtrack.setdefault(soundtrack, fold) == fold
    np.testing.assert_array_equal(folds, assign_folds(soundtracks, labels, weights, n_folds, seed))


@given(corpora(), st.randoms())
def test_names_decide_and_not_the_order_of_tracks(corpus, random) -> None:  # type: ignore[no-untyped-def]
    soundtracks, labels, weights, n_folds = corpus
    order = list(range(len(soundtracks)))
    random.shuffle(order)
    shuffled = assign_folds([soundtracks[i] for i in order], labels[order], weights[order], n_folds, 1)
    np.testing.assert_array_equal(shuffled, assign_folds(soundtracks, labels, weights, n_folds, 1)[order])


def test_the_real_corpus_is_balanced() -> None:
    tracks = load_tracks(Configuration())
    labels = label_matrix(tracks)
    seconds = np.array([track.seconds for track in tracks])
    soundtracks = [track.soundtrack for track in tracks]
    folds = assign_folds(soundtracks, labels, seconds, 4, seed=7)
    shares = np.array([seconds[folds == fold].sum() for fold in range(4)]) / seconds.sum()
    assert shares.min() > 0.2
    assert shares.max() < 0.3
    for genre in range(10):
        positive = labels[:, genre]
        n_soundtracks = len({soundtracks[i] for i in np.flatnonzero(positive)})
        of_fold = [len({soundtracks[i] for i in np.flatnonzero(positive & (folds == fold))}) for fold in range(4)]
        assert max(of_fold) - min(of_fold) <= max(2, 0.2 * n_soundtracks), (genre, of_fold)
        assert min(of_fold) >= 1 or n_soundtracks < 4, (genre, of_fold)


def test_a_genre_in_as_many_soundtracks_as_folds_is_in_every_fold() -> None:
    soundtracks = [f"s{index}" for index in range(20)]
    labels = np.zeros((20, 10), dtype=bool)
    labels[:4, 3] = True
    for seed in range(10):
        folds = assign_folds(soundtracks, labels, np.ones(20), 4, seed)
        assert sorted(folds[:4]) == [0, 1, 2, 3]
        assert np.bincount(folds).tolist() == [5, 5, 5, 5]


def test_seeds_give_different_folds() -> None:
    soundtracks = [f"s{index}" for index in range(20)]
    labels = np.zeros((20, 10), dtype=bool)
    seen = {tuple(assign_folds(soundtracks, labels, np.ones(20), 5, seed)) for seed in range(5)}
    assert len(seen) == 5


@pytest.mark.parametrize("n_soundtracks", [0, 1, 3])
def test_too_few_soundtracks_are_refused(n_soundtracks: int) -> None:
    soundtracks = [f"s{index}" for index in range(n_soundtracks)]
    with pytest.raises(SplitError, match="4 folds need at least as many soundtracks") as caught:
        assign_folds(soundtracks, np.zeros((n_soundtracks, 10), dtype=bool), np.ones(n_soundtracks), 4, 0)
    assert str(n_soundtracks) in str(caught.value)


@pytest.mark.parametrize(
    ("weights", "n_folds"), [([1.0, 0.0], 2), ([1.0, float("nan")], 2), ([1.0, 1.0], 1), ([1.0], 2)]
)
def test_senseless_calls_are_bugs(weights: list[float], n_folds: int) -> None:
    with pytest.raises(ValueError, match=r"weight|fold"):
        assign_folds(["a", "b"], np.zeros((2, 10), dtype=bool), np.array(weights), n_folds, 0)
