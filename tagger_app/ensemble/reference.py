"""Naming a bundle to another process, which loads it for itself.

A process that is started is handed its arguments through a pipe, and whoever starts it waits until it has read them:
for ever, if it dies before. What fits into the pipe's buffer, tens of kilobytes, is handed over without waiting.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tagger_app.ensemble.bundle import Bundle, load_bundle
from tagger_app.ensemble.thresholds import thresholds_of, with_thresholds
from tagger_app.errors import BundleError


@dataclass(frozen=True)
class BundleReference:
    """A bundle by name.

    Attributes
    ----------
    folder : where it lies
    hashes : SHA-256 of its files
    thresholds : by genre
    """

    folder: Path
    hashes: tuple[str, ...]
    thresholds: dict[str, float]


def refer_to(bundle: Bundle) -> BundleReference:
    """Name a bundle."""
    return BundleReference(bundle.folder.absolute(), _hashes(bundle), thresholds_of(bundle))


def load_referred(reference: BundleReference) -> Bundle:
    """Load the bundle that was named.

    Raises
    ------
    BundleError
        It can't be loaded any more, or another lies in its place.
    """
    bundle = load_bundle(reference.folder)
    if _hashes(bundle) != reference.hashes:
        raise BundleError(reference.folder, "has been replaced by another bundle meanwhile")
    return with_thresholds(bundle, reference.thresholds)


def _hashes(bundle: Bundle) -> tuple[str, ...]:
    return (*(entry.sha256 for entry in bundle.manifest.members), bundle.manifest.embedding.sha256)
