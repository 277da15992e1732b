"""The tag fields of Cuefit: their names, and what stands in them.

| field | value |
|---|---|
| ``FILMGENRE_ACTION`` ... ``FILMGENRE_THRILLER`` | fit, two decimals: ``0.87`` |
| ``FILMGENRE`` | assigned genres, best first |
| ``FILMGENRE_MODEL`` | ``cuefit/<bundle id>`` |
| ``FILMGENRE_USER`` | the editor's own decision; never written by the machine |
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tagger_app.genres import GENRE_BY_KEY, GENRES, N_GENRES, genre_key

ASSIGNED_FIELD = "FILMGENRE"
MODEL_FIELD = "FILMGENRE_MODEL"
USER_FIELD = "FILMGENRE_USER"
FIT_FIELDS = tuple(f"FILMGENRE_{genre_key(genre).upper()}" for genre in GENRES)
"""One field a genre, in the order of `GENRES`."""
MACHINE_FIELDS = (*FIT_FIELDS, ASSIGNED_FIELD, MODEL_FIELD)
ALL_FIELDS = (*MACHINE_FIELDS, USER_FIELD)

MIRRORS = ("GENRE", "MOOD", "GROUPING")
"""Fields of the user's and of other programs that may repeat the genres, where the user wants that: ``TCON``, ``TMOO``
(``TXXX:MOOD`` before ID3v2.4) and ``TIT1``, and what they are called elsewhere. Comments are for what people wrote."""

Fields = Mapping[str, tuple[str, ...]]
"""Values by field name, upper case; absent fields are absent."""
Changes = Mapping[str, tuple[str, ...] | None]
"""New values by field name, upper case; None removes a field."""

VALUE_SEPARATOR = "; "
"""Joins values where a container can't hold several (ID3v2.2 and v2.3)."""

_MODEL_PREFIX = "cuefit/"
_FIT = re.compile(r"\s*([01]?)(?:[.,]([0-9]*))?\s*", re.ASCII)
_SEPARATORS = re.compile(r"[;\0]")


@dataclass(frozen=True)
class FilmTags:
    """What our fields in a file say.

    Attributes
    ----------
    fits : fit of each genre in the order of `GENRES`, 0 to 1; None where the file has none
    assigned : genres that the machine assigned, best first
    bundle_id : the bundle they come from; None if unknown
    user : the editor's own decisions, in the editor's order: ``"Thriller"`` accepts or adds, ``"-Comedy"`` rejects;
        words that aren't film genres are kept
    """

    fits: tuple[float | None, ...] = (None,) * N_GENRES
    assigned: tuple[str, ...] = ()
    bundle_id: str | None = None
    user: tuple[str, ...] = ()


def machine_fields(fits: Sequence[float | None], assigned: Sequence[str], bundle_id: str) -> Changes:
    """All fields that the machine writes; None for those that don't apply and go.

    Parameters
    ----------
    fits : fit of each genre in the order of `GENRES`, 0 to 1; None or NaN for a genre without a score. Without any
        score, all machine fields go.
    assigned : genres above their threshold, best first
    bundle_id : identifies the models, such as ``"open-2026.11"``

    Raises
    ------
    ValueError
        Fits out of range or of the wrong number, or an unknown genre.
    """
    if len(fits) != N_GENRES:
        raise ValueError(f"{len(fits)} fits for {N_GENRES} genres")
    if unknown := [genre for genre in assigned if genre not in GENRES]:
        raise ValueError(f"not a film genre: {unknown[0]!r}")
    changes: dict[str, tuple[str, ...] | None] = {
        name: _written_fit(fit) for name, fit in zip(FIT_FIELDS, fits, strict=True)
    }
    scored = any(values is not None for values in changes.values())
    changes[ASSIGNED_FIELD] = tuple(assigned) if assigned and scored else None
    changes[MODEL_FIELD] = (_MODEL_PREFIX + bundle_id,) if scored else None
    return changes


def mirror_fields(genres: Sequence[str], mirrors: Sequence[str]) -> Changes:
    """What repeats the genres for other programs; where there are no genres, what stands there stays.

    Parameters
    ----------
    genres : as they count for the user, best first
    mirrors : some of `MIRRORS`
    """
    return {name: tuple(genres) for name in mirrors} if genres else {}


def parse_fields(fields: Mapping[str, Iterable[str]]) -> FilmTags:
    """What fields read from a file say. Names are matched in any case; values that make no sense are ignored."""
    by_name = {name.upper(): tuple(values) for name, values in fields.items()}
    return FilmTags(
        fits=tuple(_read_fit(by_name.get(name, ())) for name in FIT_FIELDS),
        assigned=_known_genres(_split(by_name.get(ASSIGNED_FIELD, ()))),
        bundle_id=_read_model(by_name.get(MODEL_FIELD, ())),
        user=tuple(_decision(word) for word in _split(by_name.get(USER_FIELD, ()))),
    )


def change_decision(user_genres: Sequence[str], genre: str, decision: str) -> tuple[str, ...]:
    """The editor's decisions with another about one genre, the last in order; all others stay as they are.

    Parameters
    ----------
    user_genres : as `FilmTags.user` has them
    genre : one of `GENRES`
    decision : "accept" (or add), "reject", or "" to leave it to the machine again

    Raises
    ------
    ValueError
        There is no such genre or decision.
    """
    if genre not in GENRES or decision not in ("accept", "reject", ""):
        raise ValueError(f"can't {decision!r} {genre!r}")
    others = tuple(word for word in user_genres if genre_key(word) != genre_key(genre))
    return others + {"accept": (genre,), "reject": (f"-{genre}",), "": ()}[decision]


def find_decision(user_genres: Sequence[str], genre: str) -> str:
    """What the editor decided about a genre: "accept", "reject" or "", as `effective_genres` counts it."""
    about = [word for word in user_genres if genre_key(word) == genre_key(genre)]
    if any(not word.startswith("-") for word in about):
        return "accept"
    return "reject" if about else ""


def field_name(text: str) -> str | None:
    """The field that a name found in a file stands for, in any case; None if it isn't ours."""
    name = text.upper()
    # upper() maps a few letters outside ASCII to ASCII ("ı" to "I").
    return name if text.isascii() and name in ALL_FIELDS else None


def field_or_mirror(text: str) -> str | None:
    """As `field_name`, in containers where mirrors are called what `MIRRORS` calls them."""
    name = text.upper()
    return name if text.isascii() and name in MIRRORS else field_name(text)


def _written_fit(fit: float | None) -> tuple[str, ...] | None:
    if fit is None or math.isnan(fit):
        return None
    if not 0.0 <= fit <= 1.0:
        raise ValueError(f"a fit of {fit} isn't between 0 and 1")
    return (f"{abs(fit):.2f}",)


def _read_fit(values: tuple[str, ...]) -> float | None:
    if not values or not (match := _FIT.fullmatch(values[0])) or not (match[1] or match[2]):
        return None
    fit = float(f"{match[1] or 0}.{match[2] or 0}")
    return fit if fit <= 1.0 else None


def _read_model(values: tuple[str, ...]) -> str | None:
    if not values or not values[0].lower().startswith(_MODEL_PREFIX):
        return None
    return values[0][len(_MODEL_PREFIX) :].strip() or None


def _split(values: Iterable[str]) -> list[str]:
    return [word for value in values for part in _SEPARATORS.split(value) if (word := part.strip())]


def _decision(word: str) -> str:
    """The editor's decision in its usual spelling: ``"Sci-Fi"`` accepts or adds, ``"-Sci-Fi"`` rejects."""
    rejected = "-" if word.startswith("-") else ""
    genre = GENRE_BY_KEY.get(genre_key(word))
    return word if genre is None else rejected + genre


def _known_genres(words: Iterable[str]) -> tuple[str, ...]:
    known = (GENRE_BY_KEY.get(genre_key(word)) for word in words)
    return tuple(dict.fromkeys(genre for genre in known if genre))
