"""What a composer says that a cue feels like: *Bouncy*, *Somber*, *Unnerving*."""

from __future__ import annotations

import re

_QUOTED = re.compile(r"\[incompetech genre [^\]]*?, feel (?P<feels>[^\]]+)\]")
_SPELLINGS = {"Calm": "Calming"}


def parse_feels(evidence: str) -> frozenset[str]:
    """The words that evidence in `free_cues.csv` quotes from the catalogue of incompetech.com; else none."""
    quoted = _QUOTED.search(evidence)
    words = (word.strip() for word in quoted["feels"].split(",")) if quoted else ()
    return frozenset(_SPELLINGS.get(word, word) for word in words if word.isalpha())
