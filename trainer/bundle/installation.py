"""Installing a bundle for the application: into the user's folder of bundles, whole or not at all."""

from __future__ import annotations

import shutil
from pathlib import Path

from tagger_app.durable import put_in_place
from tagger_app.ensemble.bundle import MANIFEST_NAME, load_bundle
from tagger_app.ensemble.trial import try_members
from tagger_app.errors import BundleError
from tagger_app.unfinished import unfinished


def install_bundle(folder: Path, bundles: Path) -> Path:
    """Copy a bundle to where the application looks for it.

    An id names one set of models for good: whatever was analysed with it says so. Installing the same bundle again does
    nothing, and another of the same id is refused; going back is choosing the older one, which stays.

    Parameters
    ----------
    folder : of a bundle, as `cuefit-trainer train` writes it
    bundles : folder of the user's bundles; created if it isn't there

    Returns
    -------
    The installed bundle's folder.

    Raises
    ------
    BundleError
        The bundle is damaged, its id is no name of a folder or is taken by another, or the copy can't be written.
    """
    bundle = load_bundle(folder)
    try_members(bundle)
    if bundle.id.startswith(".") or Path(bundle.id).name != bundle.id:
        raise BundleError(folder, f"its id {bundle.id!r} can't be the name of a folder")
    target = bundles / bundle.id
    if target.exists():
        if _manifest(target) == _manifest(folder):
            return target
        raise BundleError(target, "another bundle of this id is installed; give yours another in [bundle] id")
    copy = unfinished(target)
    try:
        bundles.mkdir(parents=True, exist_ok=True)
        shutil.copytree(folder, copy)
        load_bundle(copy)
        put_in_place(copy, target)
    except OSError as error:
        raise BundleError(target, f"can't be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(copy, ignore_errors=True)
    return target


def _manifest(folder: Path) -> bytes:
    try:
        return (folder / MANIFEST_NAME).read_bytes()
    except OSError:
        return b""
