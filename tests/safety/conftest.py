from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from safety_library import SafetyLibrary
from volumes import Volume

from tagger_app.ensemble.bundle import Bundle
from tagger_app.tagging.journal import Journal


@pytest.fixture
def library(tmp_path: Path, bundle: Bundle) -> SafetyLibrary:
    return SafetyLibrary(tmp_path, bundle)


@pytest.fixture
def volume(tmp_path: Path) -> Iterator[Volume]:
    """A file system that is there once it is mounted."""
    if sys.platform != "linux" or os.geteuid():
        pytest.skip("only root may mount")
    made = Volume(tmp_path / "volume")
    yield made
    made.unmount()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.open(tmp_path / "state" / "library.tag-journal.db") as opened:
        yield opened
