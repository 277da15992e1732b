from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from hypothesis import settings

from tagger_app.ensemble.bundle import Bundle
from tagger_app.ensemble.choose import choose_bundle
from tagger_app.ensemble.scoring import Ensemble
from tagger_app.paths import resource_path

# How long an example takes depends on what else the machine does, and is no property of the code.
settings.register_profile("cuefit", deadline=None)
settings.load_profile("cuefit")


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    """The bundle that ships with Cuefit; tests don't depend on what it says of any track."""
    return choose_bundle()


@pytest.fixture(scope="session")
def ensemble(bundle: Bundle) -> Ensemble:
    """The members of the shipped bundle, ready to hear."""
    return Ensemble(bundle)


@pytest.fixture(scope="session")
def demo_folder() -> Path:
    """The cues that ship with Cuefit, one or more of every format."""
    return resource_path("demo")


@pytest.fixture
def interrupts() -> Iterator[None]:
    """Let Ctrl-C raise, as it does in a terminal: it is ignored where tests run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


class CommonFolder:
    """A folder that every user may enter, and a way to be a user whom permissions hold back."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def as_ordinary_user(self) -> AbstractContextManager[None]:
        """Give everything in the folder to a user who isn't root, and be that user for a while."""
        return _ordinary_user(self.path)


@contextmanager
def _ordinary_user(folder: Path) -> Iterator[None]:
    if os.geteuid():
        yield
        return
    nobody = 65_534
    for path in (folder, *folder.rglob("*")):
        os.chown(path, nobody, nobody, follow_symlinks=False)
    os.seteuid(nobody)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def common_folder() -> Iterator[CommonFolder]:
    """For tests of permissions, which root would get past."""
    if os.name != "posix":
        pytest.skip("permissions of POSIX")
    folder = Path(tempfile.mkdtemp(prefix="cuefit-test-"))
    folder.chmod(0o755)
    yield CommonFolder(folder)
    for path in folder.rglob("*"):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o700)
    shutil.rmtree(folder)
