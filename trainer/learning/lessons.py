"""What the networks of a fold learn from: the same for all of them, and what each draws for itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from tagger_app.ensemble.standardise import Standardisation
from tagger_app.features.mfcc import Floats
from trainer.learning.exchange import Bag
from trainer.learning.network import mel_unmixing
from trainer.learning.parts import Part
from trainer.learning.targets import Targets
from trainer.learning.training import draw_bag
from trainer.tiles.dataset import Booleans
from trainer.tiles.standardised import StandardisedTiles

_UNMIXED_TILES = 2000
"""About so many tell the deviations of mel energies."""


@dataclass(frozen=True)
class Lessons:
    """What all networks of a fold share.

    Attributes
    ----------
    inside : tiles that may be learned from, bool [shape=(n_tiles,)]
    validation : which of them are kept for early stopping, bool [shape=(n_tiles,)]
    outside : tiles that its networks are asked about since they haven't heard them, int64 [shape=(n_held_out_tiles,)]
    """

    standardisation: Standardisation
    tiles: StandardisedTiles
    inside: Booleans
    validation: Booleans
    outside: npt.NDArray[np.int64]

    @cached_property
    def unmixing(self) -> Floats:
        """See `trainer.learning.network.mel_unmixing`."""
        inside = np.flatnonzero(self.inside)
        some = inside[:: max(1, len(inside) // _UNMIXED_TILES)]
        return mel_unmixing(self.standardisation.deviation, self.tiles[some])

    def draw(
        self, part: Part, targets: Targets, seed: int, *, epochs: int | None = None, initial: Sequence[Floats] = ()
    ) -> Bag:
        """What one network learns from: everything that says what is asked, or its bag of a genre."""
        rng = np.random.default_rng(seed)
        learned = np.flatnonzero(self.inside & ~self.validation & targets.usable)
        held = np.flatnonzero(self.inside & self.validation & targets.usable)
        if part.genre:
            positive = targets.values[:, 0] > 0
            learned = learned[draw_bag(positive[learned], rng)]
            held = held[draw_bag(positive[held], rng)]
        return Bag(learned, held, targets.values, targets.weights, seed, epochs, initial)
