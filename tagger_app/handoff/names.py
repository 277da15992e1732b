"""Names of files that every system takes, and the template that makes them.

Source: Microsoft, "Naming Files, Paths, and Namespaces"; what macOS and Linux forbid is among it.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Mapping

from tagger_app.errors import TemplateError

FIELDS = ("index", "title", "artist", "album", "genre", "start", "end", "name")
"""What a template may name; ``index`` takes a width, as in ``{index:02}``."""
DEFAULT_TEMPLATE = "{index:02} {title} {start}"

LONGEST_BYTES = 200
"""Of a name without its extension: file systems take 255 bytes, and a number or an extension still has to fit."""
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_WIDTH = re.compile(r"0?[1-9]?")


def safe_name(text: str, longest_bytes: int = LONGEST_BYTES) -> str:
    """The text as the name of a file or folder, without what any system forbids; "untitled" if none is left.

    Characters that can't be shown go too: they could let a name look like another.
    """
    text = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))
    text = _FORBIDDEN.sub("_", re.sub(r"\s+", " ", text))
    text = "".join(character for character in text if unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Cn"))
    text = text.encode()[:longest_bytes].decode("utf-8", "ignore")
    # Windows drops dots and spaces from the end; a dot at the start hides a file.
    text = text.strip(" .")
    if _RESERVED.fullmatch(text):
        text = f"_{text}"
    return text or "untitled"


def distinct_name(name: str, taken: set[str]) -> str:
    """The name, with a number if it is taken, which it is from now on; case and normal form make no difference."""
    candidate, number = name, 2
    while (key := unicodedata.normalize("NFC", candidate).casefold()) in taken:
        candidate = f"{name} ({number})"
        number += 1
    taken.add(key)
    return candidate


def check_template(template: str) -> None:
    """See whether a template can be used.

    Raises
    ------
    TemplateError
        It names an unknown field, has an odd brace, or nothing in it differs from file to file.
    """
    _parse(template)


def render_name(template: str, values: Mapping[str, str | int]) -> str:
    """The name of a file, without extension, made from a template.

    Parameters
    ----------
    values : a value for each of `FIELDS`; ``index`` an int

    Raises
    ------
    TemplateError
        As `check_template`.
    """
    pieces = []
    for literal, name, width in _parse(template):
        pieces.append(literal)
        if name == "index":
            pieces.append(format(values[name], f"{width}d"))
        elif name:
            pieces.append(str(values[name]))
    return safe_name("".join(pieces))


def _parse(template: str) -> list[tuple[str, str, str]]:
    """Text, name of the field behind it or "", and its width."""
    known = ", ".join(f"{{{name}}}" for name in FIELDS)
    try:
        parsed = list(string.Formatter().parse(template))
    except ValueError:
        raise TemplateError(f"a brace has no partner; a template may hold {known}") from None
    pieces = []
    for literal, name, width, conversion in parsed:
        if name is not None and (name not in FIELDS or conversion):
            raise TemplateError(f"{{{name}}} isn't known; a template may hold {known}")
        if width and (name != "index" or not _WIDTH.fullmatch(width)):
            raise TemplateError("only {index} takes a width, of one digit: {index:02}")
        pieces.append((literal, name or "", width or ""))
    if not any(name for _, name, _ in pieces):
        raise TemplateError(f"every file would have the same name; a template holds some of {known}")
    return pieces
