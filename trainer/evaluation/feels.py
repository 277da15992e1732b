"""How far cues agree in what their composer says they feel like: the yardstick that is nearest to an editor's ear.

"Same soundtrack" and "shares a genre" also reward what a package has in common, its mastering and codec among them. The
words that one composer gives to the cues of his catalogue say what a cue is for, and these cues are mastered and
encoded alike. Some of the words are where the cues' genres come from, so it counts on held-out soundtracks alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


def feel_agreement(feels: Sequence[frozenset[str]]) -> npt.NDArray[np.float64]:
    """What each shares with each: weighted Jaccard index of their words, float64 [shape=(n, n)], 0 to 1.

    A word weighs the logarithm of how rare it is. NaN in rows and columns of those whose words say nothing.
    """
    words = sorted(frozenset().union(*feels))
    has = np.array([[word in own for word in words] for own in feels], dtype=np.float64).reshape(len(feels), len(words))
    weights = np.log(max(has.any(axis=1).sum(), 1) / np.maximum(has.sum(axis=0), 1))
    shared = has * weights @ has.T
    mass = shared.diagonal()
    either = mass[:, np.newaxis] + mass - shared
    says = mass > 0
    return np.where(says[:, np.newaxis] & says, shared / np.where(either > 0, either, 1), np.nan)
