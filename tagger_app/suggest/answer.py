"""What suggestions consist of."""

from __future__ import annotations

from dataclasses import dataclass

from tagger_app.index.records import Track


@dataclass(frozen=True, slots=True)
class Moment:
    """A stretch of a track that is like what was asked for; `similarity` from 0 to 100."""

    start_s: float
    end_s: float
    similarity: float


@dataclass(frozen=True, slots=True)
class Reason:
    """What speaks for a suggestion.

    Attributes
    ----------
    aspects : in which it is among the nearest of the library, the strongest first
    genres : film genres that it shares with the examples
    foremost : the aspect that says most for it, however little that is
    """

    aspects: tuple[str, ...]
    genres: tuple[str, ...]
    foremost: str

    def __str__(self) -> str:
        aspects = f"alike in {_join(self.aspects)}" if self.aspects else ""
        genres = f"both {_join(self.genres)}" if self.genres else ""
        return "; ".join(part for part in (aspects, genres) if part) or f"if anything, {self.foremost}"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A track that is suggested. All similarities go from 0 to 100: 100 is the same, 50 is as near as the nearest
    sixteenth of the library usually is.

    Attributes
    ----------
    similarity : overall, by the weights asked for, less what it has of unwanted examples
    aspects : similarity by aspect
    moments : its stretches that are most like what was asked for, the best first
    n_versions : files that it stands for: itself, its copies, edits and cut-downs
    """

    track: Track
    similarity: float
    aspects: dict[str, float]
    reason: Reason
    moments: tuple[Moment, ...]
    n_versions: int


@dataclass(frozen=True, slots=True)
class Step:
    """A track on the way from one to another.

    Attributes
    ----------
    position : 0 at the beginning of the way, 1 at its end
    similarity : to the track before it on the way, 0 to 100; of the first, to the beginning
    """

    track: Track
    position: float
    similarity: float


def _join(words: tuple[str, ...]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
