"""Where Cuefit's own files lie: what ships with it, and what it keeps for the user."""

from __future__ import annotations

import sys
from pathlib import Path

import platformdirs

from tagger_app.errors import ResourceError


def resource_path(*parts: str) -> Path:
    """Path of a file or folder below `resources/`, in a source tree, an installed package or a frozen build.

    Raises
    ------
    ResourceError
        It isn't there: the installation is incomplete.
    """
    package = Path(__file__).parent
    bases = [package / "resources", package.parent / "resources"]
    if frozen := getattr(sys, "_MEIPASS", None):
        bases.insert(0, Path(frozen) / "resources")
    for base in bases:
        if (candidate := base.joinpath(*parts)).exists():
            return candidate
    raise ResourceError(Path("resources", *parts), "missing from this installation of Cuefit; install it again")


def default_index_path() -> Path:
    """The index used unless another is named; its folder is created by whoever opens it for writing."""
    return Path(platformdirs.user_data_dir("Cuefit", appauthor=False)) / "library.db"


def user_bundles_path() -> Path:
    """Folder of the bundles that the user trained or installed."""
    return Path(platformdirs.user_data_dir("Cuefit", appauthor=False)) / "models"
