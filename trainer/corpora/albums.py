"""A person's own soundtracks: a folder an album, and what its name says of the film."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tagger_app.audio.discover import UnreadableFolder, discover
from tagger_app.errors import TagError
from tagger_app.tagging.containers import read_metadata
from trainer.errors import CorpusError

Hint = Literal["", "series", "game", "compilation"]

_DISC = re.compile(r"(?:cd|disc|disk)[\s_-]*\d{1,2}\b.*", re.IGNORECASE)
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|\{([^{}]*)\}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LEADING_YEAR = re.compile(r"((?:19|20)\d\d)\s*[-–—]\s*(?=\S)")
_HINTS: tuple[tuple[Hint, re.Pattern[str]], ...] = (
    ("game", re.compile(r"\b(?:video\s*)?game\b|\bvideogame\b", re.IGNORECASE)),
    ("series", re.compile(r"\b(?:television|tv|series|season|episodes?|netflix|hbo)\b", re.IGNORECASE)),
    (
        "compilation",
        re.compile(
            r"\b(?:compilation|collection|anthology|greatest|best of|themes|essential|trailer music|various artists)\b",
            re.IGNORECASE,
        ),
    ),
)
_PHRASES = re.compile(
    r"""\b(?:
        (?:the\s+)?(?:original\s+|complete\s+|expanded\s+)*(?:motion\s+picture|film|movie|television|tv|series|
            (?:video\s*)?game|cast)?\s*(?:soundtrack|score)s?(?:\s+album)?(?:\s+recording)?
        | original\s+(?:motion\s+picture|film|movie|television|tv|series|game)\s+(?:music|themes?)
        | (?:original\s+)?music\s+(?:from|for|of)\s+(?:and\s+inspired\s+by\s+)?(?:the\s+)?(?:original\s+)?
            (?:motion\s+picture|film|movie|(?:television|tv|netflix|hbo)?\s*(?:original\s+)?series|(?:video\s*)?game)
        | o\.?s\.?t\b\.?
        | (?:deluxe|expanded|special|limited|complete|anniversary|remastered|extended)\s+(?:edition|version)
        | remaster(?:ed)?
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_EDGES = " \t-–—:,.·|/_"


@dataclass(frozen=True)
class AlbumName:
    """What the name of a soundtrack album says.

    Attributes
    ----------
    titles : what the film may be called, likeliest first
    year : of the film or the album; None where it isn't said
    hint : that it may be something else than the soundtrack of one film
    """

    titles: tuple[str, ...]
    year: int | None
    hint: Hint


@dataclass(frozen=True)
class Album:
    """A folder of music.

    Attributes
    ----------
    folder : that holds the files, or the folders of the discs
    files : in order of their paths
    names : the album as its files' tags call it, if they agree, and the folder's name
    """

    folder: Path
    files: tuple[Path, ...]
    names: tuple[str, ...]


def find_albums(root: Path) -> list[Album]:
    """Every folder below `root` that holds audio, in order of path; folders of discs belong to the one above.

    Raises
    ------
    CorpusError
        The folder isn't there, or can't be listed.
    """
    by_folder: dict[Path, list[Path]] = {}
    if not root.is_dir():
        raise CorpusError(root, "isn't a folder")
    for item in discover(str(root.absolute())):
        if isinstance(item, UnreadableFolder):
            raise CorpusError(Path(item.path), item.reason)
        path = Path(item.path)
        folder = path.parent
        if _DISC.fullmatch(folder.name) and folder != root.absolute():
            folder = folder.parent
        by_folder.setdefault(folder, []).append(path)
    return [
        Album(folder, tuple(sorted(files)), _names(folder, sorted(files)))
        for folder, files in sorted(by_folder.items())
    ]


def read_name(name: str) -> AlbumName:
    """Understand the name of a soundtrack album.

    ``"Hans Zimmer - Gladiator (Music from the Motion Picture) [2000]"`` has the year 2000 and the possible titles
    "Hans Zimmer - Gladiator" and "Gladiator".
    """
    hint: Hint = next((hint for hint, pattern in _HINTS if pattern.search(name)), "")
    text, year = name, None
    if leading := _LEADING_YEAR.match(text):
        rest = _strip(text[leading.end() :])
        if rest:
            text, year = text[leading.end() :], int(leading[1])
    for bracket in _BRACKETS.finditer(text):
        inside = next(group for group in bracket.groups() if group is not None)
        if found := _YEAR.fullmatch(inside.strip()):
            year = int(found[0])
    whole = _strip(text)
    parts = [_strip(part) for part in re.split(r"\s[-–—]\s", whole)]
    titles = [whole, *(reversed(parts) if len(parts) > 1 else ())]
    return AlbumName(tuple(dict.fromkeys(title for title in titles if title)), year, hint)


def _strip(text: str) -> str:
    """The text without brackets (but for one that it begins with), soundtrack phrases and stray marks at its ends."""
    start = 0
    if opening := _BRACKETS.match(text.lstrip()):
        start = len(text) - len(text.lstrip()) + opening.end()
    text = text[:start] + _BRACKETS.sub(" ", text[start:])
    without = _PHRASES.sub(" ", text)
    return " ".join(without.strip(_EDGES).split())


def _names(folder: Path, files: Iterable[Path]) -> tuple[str, ...]:
    albums = set()
    for path in files:
        try:
            albums.add(read_metadata(str(path)).album.strip())
        except TagError:
            continue
    tagged = albums - {""}
    return (*tagged, folder.name) if len(tagged) == 1 else (folder.name,)
