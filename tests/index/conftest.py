from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tagger_app.index.changes import Change
from tagger_app.index.connection import IndexConnection, open_for_reading, open_for_writing
from tagger_app.index.writer import IndexWriter


@pytest.fixture
def index_path(tmp_path: Path) -> Path:
    """Where an index may be made."""
    return tmp_path / "library.db"


@pytest.fixture
def store(index_path: Path) -> Callable[..., None]:
    """Writes changes to the index at `index_path`, through the real writer."""

    def write(*changes: Change) -> None:
        with IndexWriter(index_path, clock=lambda: 1_000.0) as writer:
            for change in changes:
                writer.put(change)

    return write


@pytest.fixture
def reader(index_path: Path) -> Iterator[IndexConnection]:
    """A read-only connection that was open before anything was stored."""
    open_for_writing(index_path).close()
    with closing(open_for_reading(index_path)) as connection:
        yield connection


@pytest.fixture
def ordinary_folder() -> Iterator[Path]:
    """A folder of a user whom permissions hold back, who runs the test; root would get past them."""
    if not hasattr(os, "geteuid"):
        pytest.skip("permissions of POSIX")
    folder = Path(tempfile.mkdtemp(prefix="cuefit-test-"))
    user = os.geteuid()
    if user == 0:
        nobody = 65_534
        os.chown(folder, nobody, nobody)
        os.seteuid(nobody)
    try:
        yield folder
    finally:
        if user == 0:
            os.seteuid(0)
        folder.chmod(0o700)
        shutil.rmtree(folder)
