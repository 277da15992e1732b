"""Errors in the language of the window.

The core gives reasons in English. Those it can give are listed in `reason_texts`; one that isn't, from a library or a
bundle for instance, is shown as it is.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from PySide6.QtCore import QCoreApplication

from tagger_app.errors import CuefitError, FileError, QueryError, displayable
from tagger_app.gui.reason_texts import REASONS

_HOLE = re.compile(r"\{(\d)\}")


def explain(error: CuefitError) -> str:
    """What `str(error)` says, in the language of the window."""
    match error:
        case FileError():
            return f"{displayable(error.path)}: {translate_reason(error.reason)}"
        case QueryError():
            place = {"1": str(error.position + 1), "2": repr(error.query)}
            return _fill("{0}, at character {1} of {2}", {"0": translate_reason(error.reason), **place})
    return translate_reason(str(error))


def translate_reason(reason: str) -> str:
    """A reason in the language of the window; what varies in it is translated, too, where it is a reason itself."""
    found = find_template(reason)
    if found is None:
        return reason
    template, holes = found
    return _fill(template, {number: translate_reason(text) for number, text in holes})


@lru_cache(4_096)
def find_template(reason: str) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    """The template that a reason was made of, with what stands in each place that varies; None if there is none."""
    for template, pattern in _patterns():
        if match := pattern.fullmatch(reason):
            return template, tuple(zip(_HOLE.findall(template), match.groups(), strict=True))
    return None


def _fill(template: str, holes: dict[str, str]) -> str:
    return _HOLE.sub(lambda hole: holes[hole[1]], QCoreApplication.translate("Reasons", template))


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Templates with what they match, those with the most text of their own first."""
    by_length = sorted(REASONS, key=lambda template: -len(_HOLE.sub("", template)))
    return [(template, _pattern(template)) for template in by_length]


def _pattern(template: str) -> re.Pattern[str]:
    parts = _HOLE.split(template)[::2]
    return re.compile("(.+?)".join(map(re.escape, parts)), re.DOTALL)
