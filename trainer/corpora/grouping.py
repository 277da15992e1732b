"""Soundtracks: which tracks may not be told apart by a split, because they share a piece, a mix or a maker's hand.

A soundtrack is named by a string. Two soundtracks that share a piece of music, or the same recording, are one.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Sequence

PieceKey = tuple[str, str]

GENERAL_ALBUMS = frozenset({"incompetech.com", "royalty free", "royalty free 2010", "royalty-free"})
"""Names that file tags give to everything of one composer: catalogues, not albums."""

FAMILIES = ("8bit dungeon", "arcadia", "ghostpocalypse", "theme for harold", "video dungeon")
"""Pieces whose versions have names of their own ("8bit Dungeon Boss", "8bit Dungeon Level")."""

_BRACKETS = re.compile(r"\([^)]*\)|\[[^]]*\]")
_NOT_WORDS = re.compile(r"[\W_]+")
_VERSION_WORDS = frozenset(
    {"faster", "slower", "version", "var", "variation", "alternate", "remix", "extended", "loop"}
)
_VERSION_NUMBER = re.compile(r"v?\d+|i{1,3}|iv|v|vi{1,3}")


def piece_key(artist: str, title: str) -> PieceKey | None:
    """Who wrote which piece, the same for all versions of it; None where the list doesn't say.

    ``"Scheming Weasel (faster version)"`` and ``"Scheming Weasel (slower version)"`` are one piece, so are
    ``"Shiny Tech"`` and ``"Shiny Tech II"``.
    """
    artist_key = " ".join(_words(artist))
    words = _words(_BRACKETS.sub(" ", title)) or _words(title)
    if not artist_key or not words:
        return None
    while len(words) > 1 and (words[-1] in _VERSION_WORDS or _VERSION_NUMBER.fullmatch(words[-1])):
        words.pop()
    name = " ".join(words)
    for family in FAMILIES:
        if name == family or name.startswith(family + " "):
            name = family
    return (artist_key, name)


def _words(text: str) -> list[str]:
    return [word for word in _NOT_WORDS.split(text.casefold()) if word]


def cue_soundtrack(artist: str, album: str, source_repository: str) -> str:
    """The soundtrack of a production-music cue.

    A named album is one soundtrack. A catalogue name ("Royalty Free", "incompetech.com") is none, but its tracks aren't
    independent either: those that one project picked for its own use share mood, bit rate and level, so the tracks of
    all catalogue names are divided by the repository that they came from.
    """
    if album.casefold() in GENERAL_ALBUMS:
        return f"cues:{artist}/catalogue ({source_repository})"
    return f"cues:{artist}/{album}"


def unite_soundtracks(soundtracks: Sequence[str], shared: Iterable[Iterable[Hashable | None]]) -> list[str]:
    """Join soundtracks that share something.

    Parameters
    ----------
    soundtracks : name of each track's soundtrack
    shared : sequences as long as `soundtracks`, each with a property a track (a piece, a stream fingerprint); tracks
        with an equal property belong to one soundtrack, None belongs to nobody

    Returns
    -------
    name of each track's soundtrack; joined ones are called ``"first + second"`` in alphabetical order
    """
    parents = {soundtrack: soundtrack for soundtrack in soundtracks}

    def root(soundtrack: str) -> str:
        while parents[soundtrack] != soundtrack:
            parents[soundtrack] = parents[parents[soundtrack]]
            soundtrack = parents[soundtrack]
        return soundtrack

    for properties in shared:
        first_with: dict[Hashable, str] = {}
        for soundtrack, value in zip(soundtracks, properties, strict=True):
            if value is not None:
                parents[root(soundtrack)] = root(first_with.setdefault(value, soundtrack))
    members: dict[str, set[str]] = {}
    for soundtrack in parents:
        members.setdefault(root(soundtrack), set()).add(soundtrack)
    names = {representative: " + ".join(sorted(joined)) for representative, joined in members.items()}
    return [names[root(soundtrack)] for soundtrack in soundtracks]
