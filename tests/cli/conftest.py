from __future__ import annotations

from pathlib import Path

import pytest
from cli_samples import Demo, run_cuefit


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demo, run once; whoever changes its files gives them back as they were."""
    folder = tmp_path_factory.mktemp("demo") / "cues"
    return Demo(folder, run_cuefit("demo", folder))


@pytest.fixture
def index_path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "library.db"
