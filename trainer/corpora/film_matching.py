"""Which film an album is the soundtrack of, how sure that is, and why it may not be so.

An album is only labelled without a person's word if a film of its title appeared in its year, or the year before or
after, and nothing else may be meant: no second film of that title in those years, no series, game or compilation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from trainer.corpora.albums import Album, AlbumName, Hint, read_name
from trainer.corpora.imdb import FILMS, SERIES, Film, title_key

CERTAIN = 0.9
"""Confidence from which an album is labelled without a person's word."""

_SAME_TITLE = 0.6
_SAME_YEAR, _NEXT_YEAR, _OTHER_YEAR = 0.35, 0.3, -0.4
_PART_OF_NAME = -0.02
_OTHER_KIND, _HINTED_OTHERWISE, _AMBIGUOUS = -0.3, -0.4, -0.3


@dataclass(frozen=True)
class Candidate:
    """A title that an album may be the soundtrack of.

    Attributes
    ----------
    confidence : 0 to 1; from `CERTAIN` on it needs no person's word
    doubts : why it may not be so, for a person; empty if nothing speaks against it
    """

    film: Film
    confidence: float
    doubts: tuple[str, ...]


def wanted_titles(albums: Iterable[Album]) -> frozenset[str]:
    """Keys of all titles that films of these albums may have."""
    names = (read_name(name) for album in albums for name in album.names)
    return frozenset(key for name in names for title in name.titles if (key := title_key(title)))


def match_album(album: Album, films: Mapping[str, Sequence[Film]], year: int | None = None) -> list[Candidate]:
    """Titles that an album may be the soundtrack of, likeliest first.

    Parameters
    ----------
    films : as `trainer.corpora.imdb.find_films` gives them for `wanted_titles`
    year : of the film, where it is known from elsewhere than the names
    """
    best: dict[str, Candidate] = {}
    read = [read_name(name) for name in album.names]
    year = year or next((name.year for name in read if name.year), None)
    hint: Hint = next((name.hint for name in read if name.hint), "")
    for name in read:
        for place, title in enumerate(name.titles):
            for film in films.get(title_key(title), ()):
                candidate = _weigh(film, AlbumName((title,), year, hint), whole=place == 0)
                if film.id not in best or candidate.confidence > best[film.id].confidence:
                    best[film.id] = candidate
    ranked = sorted(best.values(), key=lambda candidate: (-candidate.confidence, candidate.film.id))
    return _compare(ranked)


def _weigh(film: Film, name: AlbumName, *, whole: bool) -> Candidate:
    confidence, doubts = _SAME_TITLE, []
    if not whole:
        confidence += _PART_OF_NAME
    if name.year is None or film.year is None:
        doubts.append("no year to compare")
    else:
        distance = abs(film.year - name.year)
        confidence += (_SAME_YEAR, _NEXT_YEAR)[distance] if distance < 2 else _OTHER_YEAR
        if distance > 1:
            doubts.append(f"the album is of {name.year}")
    if film.kind not in FILMS:
        what = "a series" if film.kind in SERIES else "a game" if film.kind == "videoGame" else f"a {film.kind}"
        confidence += _OTHER_KIND
        doubts.append(f"is {what}")
    if name.hint == "compilation" or (name.hint and film.kind in FILMS):
        confidence += _HINTED_OTHERWISE
        doubts.append(f"the name sounds like a {name.hint}")
    if film.listed_genres is None:
        confidence += _OTHER_KIND
        doubts.append("IMDb names no genre")
    return Candidate(film, _bounded(confidence), tuple(doubts))


def _compare(ranked: list[Candidate]) -> list[Candidate]:
    """Take confidence from titles that others are as likely as: remakes of one year, a film and a series."""
    together = []
    for candidate in ranked:
        rivals = [
            other
            for other in ranked
            if other is not candidate and other.confidence > candidate.confidence - abs(_NEXT_YEAR - _SAME_YEAR) - 1e-9
        ]
        if rivals:
            doubt = f"{len(rivals)} other{'s' * (len(rivals) > 1)} of this title as likely"
            confidence = _bounded(candidate.confidence + _AMBIGUOUS)
            together.append(Candidate(candidate.film, confidence, (*candidate.doubts, doubt)))
        else:
            together.append(candidate)
    return together


def _bounded(confidence: float) -> float:
    return round(min(max(confidence, 0.0), 1.0), 2)
