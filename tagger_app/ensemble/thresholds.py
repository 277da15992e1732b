"""The editor's own thresholds in place of a bundle's."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import msgspec

from tagger_app.ensemble.bundle import Bundle


def with_thresholds(bundle: Bundle, thresholds: Mapping[str, float]) -> Bundle:
    """The same bundle, with other thresholds for some genres; those of genres that have no member count for nothing.

    Parameters
    ----------
    thresholds : by genre, 0 to 1
    """
    calibrations = [
        msgspec.structs.replace(entry, threshold=thresholds.get(entry.genre, entry.threshold))
        for entry in bundle.manifest.calibrations
    ]
    return dataclasses.replace(bundle, manifest=msgspec.structs.replace(bundle.manifest, calibrations=calibrations))


def thresholds_of(bundle: Bundle) -> dict[str, float]:
    """The threshold of each genre that has a member."""
    return {entry.genre: entry.threshold for entry in bundle.manifest.calibrations}
