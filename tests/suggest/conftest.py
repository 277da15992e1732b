from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from suggest_samples import MADE_WITH, Shelf

from tagger_app.suggest.recommender import Recommender


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """An empty library."""
    return Shelf(tmp_path / "library.db")


@pytest.fixture
def recommender(shelf: Shelf) -> Iterator[Recommender]:
    """What suggests tracks of the shelf."""
    with Recommender.open(shelf.index_path, *MADE_WITH) as opened:
        yield opened
