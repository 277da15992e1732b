"""The editor's word on the model's scale.

A genre that the editor accepted has a fit of 1, one that was rejected a fit of 0; a model says neither, ever. Taken as
they are, such fits lie far from all that any model said, and nothing is like a track that the editor marked. So the
word counts as somewhat more than the clearest that the model says of that genre in this library: what the model is
sure of is near, what the editor marked alike is nearest.
"""

from __future__ import annotations

import numpy as np

from tagger_app.features.mfcc import Floats
from tagger_app.genres import N_GENRES

_CLEAREST = (0.02, 0.98)
"""Quantiles of the fits from which on the model is as sure as it gets."""
_BEYOND = 0.1
"""So much further than those goes a word, as a share of what lies between them."""
_PRIOR_FITS = (0.1, 0.6)
_PRIOR_COUNT = 4.0
"""A library of a few tracks says little about how sure the model can be: as much as so many tracks is known."""


def choose_words(vectors: Floats) -> Floats:
    """What words count as in a library, by genre.

    Parameters
    ----------
    vectors : float32 [shape=(n, width)], a sample of the library; fits first, 0 or 1 where they are the editor's word
        or where nothing is said

    Returns
    -------
    float32 [shape=(2, n_genres)], 0 to 1: of a rejected genre, and of an accepted one
    """
    words = np.empty((2, N_GENRES))
    said = []
    for genre in range(N_GENRES):
        fits = vectors[:, genre].astype(np.float64)
        fits = fits[(fits > 0) & (fits < 1)]
        if not len(fits):
            continue
        own = len(fits) / (len(fits) + _PRIOR_COUNT)
        low, high = own * np.quantile(fits, _CLEAREST) + (1 - own) * np.array(_PRIOR_FITS)
        words[:, genre] = low - _BEYOND * (high - low), high + _BEYOND * (high - low)
        said.append(genre)
    # Where the model says nothing, other tracks may have the genre or not: half as far away as rejected ones.
    others = [genre for genre in range(N_GENRES) if genre not in said]
    words[0, others] = 0
    words[1, others] = (np.mean(words[1, said] - words[0, said]) if said else _PRIOR_FITS[1]) / 2
    return np.clip(words, 0, 1).astype(np.float32)


def level_words(vectors: Floats, words: Floats) -> Floats:
    """Vectors with the editor's words, fits of 0 and 1, as what they count as; see `choose_words`."""
    fits = vectors[:, :N_GENRES]
    levelled = vectors.copy()
    levelled[:, :N_GENRES] = np.where(fits == 1, words[1], np.where(fits == 0, words[0], fits))
    return levelled
