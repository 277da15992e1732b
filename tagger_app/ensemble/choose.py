"""Choosing the model bundle: by its id, by its folder, or the one that comes with Cuefit."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from tagger_app.ensemble.bundle import MANIFEST_NAME, Bundle, load_bundle, read_file
from tagger_app.ensemble.manifest import decode_manifest
from tagger_app.errors import BundleError, ResourceError
from tagger_app.paths import resource_path, user_bundles_path


def choose_bundle(wanted: str | None = None) -> Bundle:
    """Load a bundle.

    Parameters
    ----------
    wanted : id of a bundle that came with Cuefit or that the user installed, or a bundle's folder. None for the newest
        that came with Cuefit: one of the user's own is used only when it is named, because a change of the bundle makes
        every analysis stale.

    Raises
    ------
    BundleError
        There is no such bundle (the error lists those there are), or it is damaged.
    """
    shipped, users = _shipped_folders(), _folders(user_bundles_path())
    if wanted is None:
        candidates = shipped or users
        if not candidates:
            raise BundleError(user_bundles_path(), "there are no models, here or in this installation of Cuefit")
        return load_bundle(max(candidates, key=_age))
    by_id = bundle_folders()
    if wanted in by_id:
        return load_bundle(by_id[wanted])
    folder = Path(wanted)
    if folder.is_dir() or os.sep in wanted:
        return load_bundle(folder)
    there_are = f"there are {', '.join(sorted(by_id))}" if by_id else "there are none at all"
    raise BundleError(wanted, f"is neither a folder nor the id of a bundle; {there_are}")


def bundle_folders() -> dict[str, Path]:
    """Folders of all bundles that came with Cuefit or that the user installed, by the id that `choose_bundle` takes."""
    return {folder.name: folder for folder in (*_folders(user_bundles_path()), *_shipped_folders())}


def _shipped_folders() -> list[Path]:
    try:
        return _folders(resource_path("models"))
    except ResourceError:
        return []


def _folders(parent: Path) -> list[Path]:
    """Folders that hold a manifest; hidden ones are installations that never came to their end."""
    try:
        folders = [folder for folder in parent.iterdir() if not folder.name.startswith(".")]
        return [folder for folder in folders if (folder / MANIFEST_NAME).is_file()]
    except OSError:
        return []


def _age(folder: Path) -> tuple[str, str]:
    """Sorts by when the bundle was made; one whose manifest can't be read counts as the oldest."""
    try:
        return decode_manifest(read_file(folder / MANIFEST_NAME)).training.created, folder.name
    except (BundleError, msgspec.DecodeError):
        return "", folder.name
