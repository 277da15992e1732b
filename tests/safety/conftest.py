from __future__ import annotations

from pathlib import Path

import pytest
from safety_library import SafetyLibrary

from tagger_app.ensemble.bundle import Bundle


@pytest.fixture
def library(tmp_path: Path, bundle: Bundle) -> SafetyLibrary:
    return SafetyLibrary(tmp_path, bundle)
