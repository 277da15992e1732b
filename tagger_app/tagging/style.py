"""How tags are written where a file leaves a choice."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TagStyle:
    """What the user wants of the tags that are written from now on.

    Attributes
    ----------
    new_id3_version : 3 or 4, of an ID3 tag for a file that has none; a tag that is there keeps its version
    mirrors : fields of other programs that are to repeat the genres, of `fields.MIRRORS`
    """

    new_id3_version: int = 3
    mirrors: tuple[str, ...] = ()


DEFAULT_STYLE = TagStyle()
