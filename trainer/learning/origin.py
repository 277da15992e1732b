"""Where training goes on from: the networks of a bundle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tagger_app.ensemble.standardise import Standardisation
from tagger_app.features.mfcc import Floats
from trainer.learning.parts import Part


@dataclass(frozen=True)
class Origin:
    """Trained networks.

    Attributes
    ----------
    name : of the bundle, with what tells it from others of this name
    standardisation : of the tiles that they hear
    genres : that they answer for, in the order of their scores
    is_whole : whether one network answers for all genres
    networks : parameters of each, in the order of `keras.Model.get_weights`, by genre ("all" where it is whole) and bag
    """

    name: str
    standardisation: Standardisation
    genres: tuple[str, ...]
    is_whole: bool
    networks: Mapping[tuple[str, int], Sequence[Floats]]

    def weights(self, part: Part) -> list[Floats]:
        """Parameters that a network begins with."""
        return list(self.networks[part.genre or "all", part.bag])
