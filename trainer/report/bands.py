"""What a fit meant: of the tracks with a fit in a band, the share that has the genre."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.stats import beta, t

from tagger_app.genres import GENRES, genre_key
from trainer.evaluation.evidence import HeldOut
from trainer.metrics import Booleans, Interval
from trainer.report.material import Material
from trainer.report.page import Passage, Picture, Section, Table
from trainer.report.plots import plot_calibration

Doubles = npt.NDArray[np.float64]

EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
_TAIL = 0.025
_LEAST_SHOWN = 10
"""Tracks in a band of the regression, whose points have no bars to say how little a few tracks prove."""


@dataclass(frozen=True)
class Band:
    """Tracks whose fits lie from `low` up to `high`.

    Attributes
    ----------
    n_tracks, n_soundtracks : how many there are, and of how many soundtracks
    mean_fit : NaN where there are none
    share : of those that have the genre; None where there are none
    """

    low: float
    high: float
    n_tracks: int
    n_soundtracks: int
    mean_fit: float
    share: Interval | None


def read_bands(fits: Doubles, positive: Booleans, soundtracks: npt.NDArray[np.str_]) -> list[Band]:
    """The bands of `EDGES`, all arrays of [shape=(n_answers,)]; a fit of 1 is in the last."""
    numbers = np.clip(np.searchsorted(EDGES, fits, side="right") - 1, 0, len(EDGES) - 2)
    bands = []
    for number, (low, high) in enumerate(pairwise(EDGES)):
        inside = numbers == number
        there = bool(inside.any())
        bands.append(
            Band(
                low=low,
                high=high,
                n_tracks=int(inside.sum()),
                n_soundtracks=len(np.unique(soundtracks[inside])),
                mean_fit=float(fits[inside].mean()) if there else float("nan"),
                share=estimate_share(positive[inside], soundtracks[inside]) if there else None,
            )
        )
    return bands


def estimate_share(positive: Booleans, soundtracks: npt.NDArray[np.str_]) -> Interval:
    """A share with its 95 % interval, where tracks of one soundtrack are alike.

    The exact binomial interval (Clopper and Pearson 1934) of as many independent tracks as the variance between
    soundtracks leaves, which holds for few tracks and shares near 0 and 1, where a bootstrap would have no width: Korn
    and Graubard, "Confidence Intervals for Proportions with Small Expected Number of Positive Counts Estimated from
    Survey Data" (1998). Where all tracks agree, each soundtrack counts once.
    """
    names, member = np.unique(soundtracks, return_inverse=True)
    n_tracks, n_soundtracks = len(positive), len(names)
    share = float(positive.mean())
    effective = float(n_soundtracks)
    if n_soundtracks > 1 and 0 < share < 1:
        residuals = np.bincount(member, weights=positive - share)
        variance = n_soundtracks / (n_soundtracks - 1) * float((residuals**2).sum()) / n_tracks**2
        if variance > 0:
            lost = t.ppf(_TAIL, n_tracks - 1) / t.ppf(_TAIL, n_soundtracks - 1)
            effective = share * (1 - share) / variance * float(lost) ** 2
    effective = min(effective, float(n_tracks))
    hits = share * effective
    low = float(beta.ppf(_TAIL, hits, effective - hits + 1)) if hits > 0 else 0.0
    high = float(beta.ppf(1 - _TAIL, hits + 1, effective - hits)) if hits < effective else 1.0
    return Interval(share, low, high)


def show_calibration(material: Material) -> Section:
    """Reliability of each genre and of all, and the table of bands."""
    pictures, tables = [], []
    for name, key, columns in [
        ("All genres", "all", material.columns),
        *((GENRES[column], genre_key(GENRES[column]), [column]) for column in material.columns),
    ]:
        fits, positive, soundtracks = _answers(material, material.held_out, columns)
        bands = read_bands(fits, positive, soundtracks)
        regression = read_bands(*_answers(material, material.regression, columns))
        prevalence = float(positive.mean())
        pictures.append(
            Picture(
                name,
                plot_calibration(
                    name, _shares(bands), _shares(regression, _LEAST_SHOWN), fits, prevalence, f"calibration-{key}"
                ),
            )
        )
        tables.append(_row(name, bands, prevalence))
    head = [
        "genre",
        *(f"fit {low:.1f} to {high:.1f}" for low, high in pairwise(EDGES)),
        "prevalence",
    ]
    return Section(
        "calibration",
        "What a fit meant",
        [
            Passage(
                paragraphs=[
                    "A fit of 0.80 should mean that eight in ten such tracks have the genre. Points show which share "
                    "had it, for soundtracks not heard and with calibrations of the other folds; on the dashed line a "
                    "fit means what it says. Bars are 95 % intervals; the regression's points are those of at "
                    "least ten tracks. The diamond is the prevalence, the constant answer, which tells no tracks apart."
                ],
                pictures=pictures,
                tables=[
                    Table(
                        "Share of tracks with the genre among those whose fit lay in a band, 95 % interval (Korn and "
                        "Graubard 1998, over soundtracks), and how many tracks of how many soundtracks there were.",
                        head,
                        tables,
                    )
                ],
            )
        ],
    )


def _answers(
    material: Material, held_out: HeldOut, columns: Sequence[int]
) -> tuple[Doubles, Booleans, npt.NDArray[np.str_]]:
    """Fits, labels and soundtracks of all pairs of a track and one of some genres that its labels speak of."""
    fits, positive, soundtracks = [], [], []
    for column in columns:
        chosen, has_it = material.asked(column)
        fits.append(held_out.fits[chosen, column])
        positive.append(has_it)
        soundtracks.append(material.dataset.soundtracks[chosen])
    return np.concatenate(fits), np.concatenate(positive), np.concatenate(soundtracks)


def _shares(bands: Sequence[Band], least: int = 1) -> list[tuple[float, Interval]]:
    return [(band.mean_fit, band.share) for band in bands if band.share and band.n_tracks >= least]


def _row(name: str, bands: Sequence[Band], prevalence: float) -> list[str]:
    cells = [
        f"{band.share.value:.2f} ({band.share.low:.2f} to {band.share.high:.2f}),\n{band.n_tracks} of "
        f"{band.n_soundtracks}"
        if band.share
        else "none"
        for band in bands
    ]
    return [name, *cells, f"{prevalence:.2f}"]
