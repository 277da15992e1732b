"""Golden fits: what a bundle says of a cue that ships with it, to be heard again on every machine."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np

from tagger_app.ensemble.bundle import Bundle
from tagger_app.errors import BundleError, DecodeError, FileError
from tagger_app.genres import GENRES
from tagger_app.scan.listen import listen

GOLDEN_NAME = "golden.json"
TOLERANCE = 0.02
"""Fits may differ this much: decoders and processors round differently."""


class Golden(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is heard in a demo cue.

    Attributes
    ----------
    cue : name of the file in `resources/demo/`
    fits : by genre, of trained genres alone
    """

    cue: str
    fits: dict[str, float]


def golden_fits(bundle: Bundle, cue: Path) -> dict[str, float]:
    """Fits of a cue by genre, those of trained genres alone.

    Raises
    ------
    FileError
        The cue can't be decoded, or is silent.
    """
    (_, heard), *_ = listen([str(cue)], bundle)
    if isinstance(heard, FileError):
        raise heard
    scores = heard.analysis.scores
    if scores is None:
        raise DecodeError(cue, f"can't be compared: {heard.analysis.unscored}")
    return {genre: round(float(fit), 4) for genre, fit in zip(GENRES, scores.fits, strict=True) if not np.isnan(fit)}


def read_golden(bundle: Bundle) -> Golden | None:
    """The golden fits of a bundle; None if it has none.

    Raises
    ------
    BundleError
        They can't be read.
    """
    path = bundle.folder / GOLDEN_NAME
    try:
        return msgspec.json.decode(path.read_bytes(), type=Golden)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BundleError(path, error.strerror or str(error)) from error
    except msgspec.DecodeError as error:
        raise BundleError(path, f"isn't a list of golden fits ({error})") from error


def write_golden(bundle: Bundle, cue: Path) -> Golden:
    """Keep the fits of a cue as the golden ones of a bundle.

    Raises
    ------
    FileError
        As `golden_fits`; or the folder can't be written to.
    """
    golden = Golden(cue.name, golden_fits(bundle, cue))
    path = bundle.folder / GOLDEN_NAME
    try:
        path.write_bytes(msgspec.json.format(msgspec.json.encode(golden), indent=1) + b"\n")
    except OSError as error:
        raise BundleError(path, error.strerror or str(error)) from error
    return golden


def deviations(golden: Golden, fits: dict[str, float]) -> dict[str, float]:
    """Difference of each genre's fit from the golden one; infinite for a genre that only one of both has."""
    return {
        genre: abs(golden.fits[genre] - fits[genre]) if genre in golden.fits and genre in fits else float("inf")
        for genre in GENRES
        if genre in golden.fits or genre in fits
    }
