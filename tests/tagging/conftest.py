from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from tag_samples import make_audio

from tagger_app.tagging.fields import Changes, machine_fields
from tagger_app.tagging.journal import Journal


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.open(tmp_path / "state" / "library.tag-journal.db") as opened:
        yield opened


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Path]:
    return partial(make_audio, tmp_path)


@pytest.fixture
def fields() -> Changes:
    fits = [0.874, None, float("nan"), 0.1, 0.999, 0.0, 0.25, 0.5, 0.61, 1.0]
    return machine_fields(fits, ["Thriller", "Sci-Fi"], "open-2026.11")
