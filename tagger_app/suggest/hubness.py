"""Distances made fair: what is near to everything is near to nobody in particular.

In many dimensions some points, *hubs*, are among the nearest of very many others. Dividing a distance by how far from
each of the two points its own nearest ones usually lie takes that away (non-iterative contextual dissimilarity, Jégou
et al. 2007; compared with mutual proximity by Schnitzer, Flexer, Schedl and Widmer, "Local and global scaling reduce
hubs in space", JMLR 2012). How far they lie is seen in a sample of the library, so that it costs the same in a library
of any size.

A normal distribution fitted to the distances, as Schnitzer et al. use it for mutual proximity, left more hubs: hubness
0.40 where the nearest sixteenth itself leaves 0.28, with the same share of the same soundtrack (0.401 of ten) and a
somewhat smaller one of the same genres (0.669, 0.674), `tests/benchmarks/suggestion_quality.py`.

The weighted sum of aspects has some hubs again (0.30; single aspects -0.18 to 0.26). Taking half of what each track's
own nearest sixteenth comes to off the sum left 0.01, but fewer of the same soundtrack (0.386 instead of 0.396 of ten),
of the same genres (0.664, 0.672) and of the same feel (0.227, 0.232); a quarter of it left 0.18, with 0.392, 0.667 and
0.230.
"""

from __future__ import annotations

import numpy as np

from tagger_app.features.mfcc import Floats
from tagger_app.suggest.vectors import Layout

SAMPLE_SIZE = 256

_NEAR_SHARE = 1 / 16
_LEAST_NEAR = 3
"""What counts as near of the sample: a share of it, but no fewer tracks than this."""
_LEAST_SHARE = 0.25
"""A reach is at least this share of the root mean square distance, however many near copies a track has."""
_SAME = 1e-5
_AT_THE_MEAN = 0.1
_EXPONENTS = (1, 8)
_MOST_SCALED = 1e6
_PRIOR_REACH = np.array([0.17, 1.17, 2.2, 1.9], np.float32)
_PRIOR_MEAN = np.array([0.4, 1.4, 4.0, 3.7], np.float32)
_PRIOR_COUNT = 4.0
"""A library of a few tracks says little about what is near: as much as so many tracks is known beforehand."""


def reaches(vectors: Floats, sample: Floats, layout: Layout) -> Floats:
    """How far from each vector its nearest sixteenth of the library reaches, by aspect.

    Parameters
    ----------
    vectors : float32 [shape=(n, width)]
    sample : float32 [shape=(n_sample, width)], of the library

    Returns
    -------
    float32 [shape=(n, n_aspects)], above 0
    """
    found = np.empty((len(vectors), len(layout.columns)), dtype=np.float32)
    n_near = max(round(_NEAR_SHARE * len(sample)), min(_LEAST_NEAR, len(sample) - 1), 1)
    for number, columns in enumerate(layout.columns):
        squared = squared_distances(vectors[:, columns], sample[:, columns])
        is_other = squared >= _SAME  # itself and its copies say nothing about its surroundings
        n_others = np.count_nonzero(is_other, axis=1)
        mean_square = np.einsum("ij,ij->i", squared, is_other) / np.maximum(n_others, 1)
        squared[~is_other] = np.inf
        near = np.partition(squared, n_near - 1, axis=1)[:, n_near - 1] if len(sample) else mean_square
        reach = np.sqrt(np.maximum(near, _LEAST_SHARE**2 * mean_square))
        weight = np.where(np.isfinite(near), _PRIOR_COUNT / (n_others + _PRIOR_COUNT), 1)
        found[:, number] = np.where(weight < 1, reach, 0) * (1 - weight) + _PRIOR_REACH[number] * weight
    return found


def choose_exponents(sample: Floats, layout: Layout) -> Floats:
    """Exponents by aspect with which the similarity at the mean distance is about a tenth: [shape=(n_aspects,)].

    Whole numbers, from 1 to 8.

    The more dimensions, the nearer to one another lie the nearest and the mean: distances alone would make the aspect
    with the most dimensions the one that tells the least.
    """
    contrast = np.log(_PRIOR_MEAN / _PRIOR_REACH)
    reach = reaches(sample, sample, layout)
    for number, columns in enumerate(layout.columns):
        squared = squared_distances(sample[:, columns], sample[:, columns])
        distances = np.sqrt(squared[squared >= _SAME])
        if len(distances):
            weight = _PRIOR_COUNT / (len(distances) / len(sample) + _PRIOR_COUNT)
            measured = np.log(max(distances.mean() / reach[:, number].mean(), 1.01))
            contrast[number] = weight * contrast[number] + (1 - weight) * measured
    exponents = np.log(np.log2(1 / _AT_THE_MEAN)) / contrast
    return np.asarray(np.floor(np.clip(exponents, *_EXPONENTS)), dtype=np.float32)


def squared_distances(vectors: Floats, others: Floats) -> Floats:
    """Squared Euclidean distance of each to each, float32 [shape=(n_vectors, n_others)], 0 or more."""
    products = vectors @ others.T
    products *= -2
    products += np.einsum("ij,ij->i", vectors, vectors)[:, np.newaxis]
    products += np.einsum("ij,ij->i", others, others)
    return np.asarray(np.maximum(products, 0, out=products), dtype=np.float32)


def similarity(scaled: Floats, exponent: float) -> Floats:
    """From 0 to 1: 1 at no distance, a half where the nearest sixteenth ends, about a tenth at the mean distance.

    Parameters
    ----------
    scaled : float32, squared distances divided by the reaches of both; overwritten with the result
    exponent : of the aspect, see `choose_exponents`; a whole number
    """
    np.clip(scaled, 0, _MOST_SCALED, out=scaled)
    # Roots and products take a third of the time of a logarithm and a power, of which a large library needs millions.
    halves, is_odd = divmod(int(exponent), 2)
    if not halves:
        np.sqrt(scaled, out=scaled)
    else:
        root = np.sqrt(scaled) if is_odd else None
        square = scaled.copy() if halves > 1 else scaled
        for _ in range(halves - 1):
            scaled *= square
        if root is not None:
            scaled *= root
    scaled *= np.float32(-np.log(2.0))
    return np.asarray(np.exp(scaled, out=scaled), dtype=np.float32)
