"""The editor's word counts as what the model is surest of, and a little more."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tagger_app.genres import N_GENRES
from tagger_app.suggest.words import choose_words, level_words


@given(seed=st.integers(0, 999), n=st.integers(0, 300), low=st.floats(0.01, 0.5), high=st.floats(0.5, 0.99))
def test_words_lie_beyond_what_a_model_says(seed, n, low, high):
    random = np.random.default_rng(seed)
    vectors = random.uniform(low, high, (n, N_GENRES + 5)).astype(np.float32)
    vectors[:, 3] = 0  # nothing is said of this genre
    words = choose_words(vectors)
    assert words.shape == (2, N_GENRES)
    assert words.dtype == np.float32
    assert ((words >= 0) & (words <= 1)).all()
    assert (words[1] > words[0]).all()
    said = np.arange(N_GENRES) != 3
    if n > 200:
        clearest = np.quantile(vectors[:, :N_GENRES], [0.05, 0.95], axis=0)
        assert (words[0, said] < clearest[0, said]).all()
        assert (words[1, said] > clearest[1, said]).all()
        assert (words[1, said] < high + 0.2).all(), "a word isn't a fit of 1 among fits that are never so high"

    marked = vectors.copy()
    marked[::2, 1], marked[1::2, 1] = 1, 0
    np.testing.assert_array_equal(choose_words(marked)[:, said][:, 2:], words[:, said][:, 2:])
    levelled = level_words(marked, words)
    np.testing.assert_array_equal(levelled[::2, 1], words[1, 1])
    np.testing.assert_array_equal(levelled[1::2, 1], words[0, 1])
    others = np.delete(np.arange(marked.shape[1]), [1, 3])
    np.testing.assert_array_equal(levelled[:, others], marked[:, others])
    np.testing.assert_array_equal(level_words(levelled, words), levelled)


def test_silence_stays_silence():
    vectors = np.full((3, N_GENRES + 2), np.nan, np.float32)
    vectors[1] = 0.5
    words = choose_words(vectors[1:2])
    assert np.isnan(level_words(vectors, words)[::2]).all()
