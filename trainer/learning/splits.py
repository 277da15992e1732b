"""Dividing a corpus into folds: a soundtrack lies on one side, and the genres are spread as evenly as that allows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from trainer.errors import SplitError

_MAX_ROUNDS = 50


def assign_folds(
    soundtracks: Sequence[str] | npt.NDArray[np.str_],
    labels: npt.NDArray[np.bool_],
    weights: npt.NDArray[np.floating] | npt.NDArray[np.integer],
    n_folds: int,
    seed: int,
) -> npt.NDArray[np.int64]:
    """Fold of each track.

    Greedy, largest soundtracks first, each to the fold where it disturbs the balance least; then single soundtracks
    are moved and pairs exchanged as long as that helps. What is balanced: weight, weight of the positives of each
    genre, and number of soundtracks with each genre, so that a genre with few soundtracks doesn't end up in one fold
    alone. After Sechidis, Tsoumakas and Vlahavas, "On the Stratification of Multi-label Data" (2011), for groups
    instead of samples.

    Parameters
    ----------
    soundtracks : name of each track's soundtrack
    labels : bool [shape=(n_tracks, n_genres)]
    weights : [shape=(n_tracks,)], positive: tiles, or seconds
    n_folds : at least 2
    seed : decides between equally good ways; the result depends on nothing else

    Returns
    -------
    int64 [shape=(n_tracks,)], 0 to n_folds - 1; no fold is empty

    Raises
    ------
    SplitError
        There are fewer soundtracks than folds.
    ValueError
        The arrays don't fit together, a weight isn't positive, or there are fewer than two folds.
    """
    labels = np.asarray(labels, dtype=np.bool_)
    weights = np.asarray(weights, dtype=np.float64)
    n_tracks = len(soundtracks)
    if labels.ndim != 2 or len(labels) != n_tracks or weights.shape != (n_tracks,):
        raise ValueError(
            f"{n_tracks} soundtracks, labels {labels.shape} and weights {weights.shape} don't fit together"
        )
    if n_folds < 2:
        raise ValueError(f"{n_folds} folds divide nothing")
    if not (np.isfinite(weights).all() and (weights > 0).all()):
        raise ValueError("weights must be positive")
    names, membership = np.unique(np.asarray(soundtracks, dtype=np.str_), return_inverse=True)
    if len(names) < n_folds:
        raise SplitError(
            f"{n_folds} folds need at least as many soundtracks, but there "
            f"{'is only 1' if len(names) == 1 else f'are only {len(names)}'}; add soundtracks or ask for fewer folds"
        )
    folds = _balance(_shares(membership, labels, weights, n_folds), n_folds, np.random.default_rng(seed))
    return folds[membership]


def _shares(
    membership: npt.NDArray[np.intp], labels: npt.NDArray[np.bool_], weights: npt.NDArray[np.float64], n_folds: int
) -> npt.NDArray[np.float64]:
    """How much of a fold each soundtrack fills, float64 [shape=(n_soundtracks, n_quantities)]; 1 fills it."""
    n_soundtracks = int(membership.max()) + 1
    weight = np.zeros((n_soundtracks, 1))
    positive_weight = np.zeros((n_soundtracks, labels.shape[1]))
    np.add.at(weight, membership, weights[:, np.newaxis])
    np.add.at(positive_weight, membership, labels * weights[:, np.newaxis])
    quantities = np.concatenate([weight, positive_weight, positive_weight > 0], axis=1)
    totals = quantities.sum(axis=0)
    present = totals > 0
    shares: npt.NDArray[np.float64] = quantities[:, present] / totals[present] * n_folds
    return shares


def _balance(shares: npt.NDArray[np.float64], n_folds: int, random: np.random.Generator) -> npt.NDArray[np.int64]:
    """Fold of each soundtrack: a local minimum of the sum of squares of all loads, int64 [shape=(n_soundtracks,)].

    Every soundtrack has weight, so an empty fold is always the cheapest place: none stays or becomes empty.
    """
    order = random.permutation(len(shares))
    order = order[np.argsort(-shares[order].max(axis=1), kind="stable")]
    folds = np.full(len(shares), -1, dtype=np.int64)
    loads = np.zeros((n_folds, shares.shape[1]))
    for soundtrack in order:
        # (load + share)^2 - load^2, less what is the same for every fold
        costs = loads @ shares[soundtrack]
        folds[soundtrack] = _cheapest(costs, random)
        loads[folds[soundtrack]] += shares[soundtrack]
    for _ in range(_MAX_ROUNDS):
        moved = [_move(soundtrack, shares, folds, loads) for soundtrack in order]
        swapped = [_exchange(soundtrack, shares, folds, loads) for soundtrack in order]
        if not any(moved) and not any(swapped):
            break
    return folds


def _cheapest(costs: npt.NDArray[np.float64], random: np.random.Generator) -> int:
    return int(random.choice(np.flatnonzero(costs <= costs.min() + 1e-9)))


def _move(
    soundtrack: int, shares: npt.NDArray[np.float64], folds: npt.NDArray[np.int64], loads: npt.NDArray[np.float64]
) -> bool:
    """Put one soundtrack into a better fold, if there is one."""
    share, here = shares[soundtrack], folds[soundtrack]
    costs = loads @ share
    costs[here] -= share @ share
    best = int(costs.argmin())
    if costs[best] >= costs[here] - 1e-9:
        return False
    loads[here] -= share
    loads[best] += share
    folds[soundtrack] = best
    return True


def _exchange(
    soundtrack: int, shares: npt.NDArray[np.float64], folds: npt.NDArray[np.int64], loads: npt.NDArray[np.float64]
) -> bool:
    """Let one soundtrack and the best partner from another fold change places, if that helps."""
    here = folds[soundtrack]
    difference = shares - shares[soundtrack]
    gap = loads[here] - loads[folds]
    # Half the change of the sum of squares when both loads change by the difference, here up and there down.
    change = np.einsum("ij,ij->i", gap + difference, difference)
    change[folds == here] = 0.0
    partner = int(change.argmin())
    if change[partner] >= -1e-9:
        return False
    there = folds[partner]
    loads[here] += difference[partner]
    loads[there] -= difference[partner]
    folds[soundtrack], folds[partner] = there, here
    return True
