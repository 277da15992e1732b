"""What an editor asks for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from tagger_app.errors import SuggestionError
from tagger_app.index.query import Query
from tagger_app.suggest.seeds import Seed

ASPECTS = ("fit", "timbre", "dynamics", "pace")
"""What tracks are compared by: how well they fit the genres, how they sound, how loud they are when, how fast."""

DEFAULT_WEIGHTS: Mapping[str, float] = MappingProxyType({"fit": 0.5, "timbre": 2.0, "dynamics": 1.0, "pace": 1.0})
"""Those that found most of the same soundtrack and of the same genres: `tests/benchmarks/suggestion_quality.py`."""

MOST_SEEDS = 50

_LONGEST_STING_S = 25.0
_STING_SHARE = 0.75


@dataclass(frozen=True, slots=True)
class Request:
    """A request for suggestions.

    Attributes
    ----------
    seeds : at least one of them wanted
    within : tracks that may be suggested; None for all
    weights : by aspect; aspects that aren't named count nothing
    discover : 0 (safest: nearest first) to 1 (discover: each suggestion also unlike those before it)
    most_of_an_album, most_of_an_artist : suggestions that come from one as long as there are others; 0 for no limit
    exclude : ids of tracks that aren't to be suggested, nor any copy of them
    n : suggestions at most

    Raises
    ------
    SuggestionError
        Nothing is asked for, or nothing that can be answered.
    """

    seeds: tuple[Seed, ...]
    within: Query | None = None
    weights: Mapping[str, float] = field(default_factory=lambda: DEFAULT_WEIGHTS)
    discover: float = 0.0
    most_of_an_album: int = 3
    most_of_an_artist: int = 5
    exclude: frozenset[int] = frozenset()
    n: int = 10

    def __post_init__(self) -> None:
        if not any(seed.wanted for seed in self.seeds):
            raise SuggestionError(
                "Name a track that suggestions are to be like; what they are not to be like isn't enough"
            )
        if len(self.seeds) > MOST_SEEDS:
            raise SuggestionError(f"{len(self.seeds)} examples are too many; choose {MOST_SEEDS} at most")
        if len({seed.profile.made_with for seed in self.seeds}) > 1:
            raise SuggestionError("The examples were analysed with different models; scan their folders again")
        if odd := sorted(set(self.weights) - set(ASPECTS)):
            raise SuggestionError(f"There is no aspect {odd[0]!r}; expected one of {', '.join(ASPECTS)}")
        if not all(math.isfinite(weight) and weight >= 0 for weight in self.weights.values()):
            raise SuggestionError("A weight is a number from 0 up")
        if not any(self.weights.values()):
            raise SuggestionError("All weights are 0: give at least one aspect some weight")
        if not 0 <= self.discover <= 1:
            raise SuggestionError(f"{self.discover:g} isn't between 0 (safest) and 1 (discover)")
        if self.n < 1 or self.most_of_an_album < 0 or self.most_of_an_artist < 0:
            raise SuggestionError("Ask for one suggestion or more")

    @property
    def shortest_s(self) -> float:
        """Seconds below which a track comes only where there is nothing else.

        A fanfare or a sting can't do the job of a cue, however much like it it sounds, and what is said of its sound
        rests on a tile or two. An example that is itself that short finds those that are nearly as long as it is.
        """
        wanted = [seed.length_s for seed in self.seeds if seed.wanted]
        return min(_LONGEST_STING_S, _STING_SHARE * min(wanted))
