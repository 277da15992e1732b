from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from safety_library import SafetyLibrary

from tagger_app.ensemble.bundle import Bundle
from tagger_app.tagging.journal import Journal


@pytest.fixture
def library(tmp_path: Path, bundle: Bundle) -> SafetyLibrary:
    return SafetyLibrary(tmp_path, bundle)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.open(tmp_path / "state" / "library.tag-journal.db") as opened:
        yield opened
