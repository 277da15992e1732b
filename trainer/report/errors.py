"""The tracks that a system is most wrong about, by name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tagger_app.errors import displayable
from tagger_app.genres import GENRES
from trainer.metrics import Booleans
from trainer.report.material import Material, track_name
from trainer.report.page import Passage, Section, Table

Doubles = npt.NDArray[np.float64]

_N_LISTED = 25
_N_PREDICTIONS = 3
_LEAST_FIT = 1e-4


@dataclass(frozen=True)
class WorstError:
    """A track and how wrong its fits are.

    Attributes
    ----------
    track : its row in the data set
    surprise : mean cross-entropy of its fits, in nats
    predictions : genres with their fits, best first
    targets : genres that it has
    """

    track: int
    surprise: float
    predictions: tuple[tuple[str, float], ...]
    targets: tuple[str, ...]


def find_worst_errors(labels: Booleans, known: Booleans, fits: Doubles, columns: list[int]) -> list[WorstError]:
    """All tracks whose labels say anything of the tried genres, the worst first.

    Parameters
    ----------
    labels, known : bool [shape=(n_tracks, 10)]
    fits : float64 [shape=(n_tracks, 10)]
    columns : the genres that were tried
    """
    surprise = mean_surprise(labels[:, columns], known[:, columns], fits[:, columns])
    found = []
    for track in np.argsort(-surprise, kind="stable"):
        if np.isnan(surprise[track]):
            continue
        best_first = sorted(columns, key=lambda column, track=track: -fits[track, column])  # type: ignore[misc]
        found.append(
            WorstError(
                track=int(track),
                surprise=float(surprise[track]),
                predictions=tuple((GENRES[column], float(fits[track, column])) for column in best_first),
                targets=tuple(GENRES[column] for column in np.flatnonzero(labels[track])),
            )
        )
    return found


def mean_surprise(labels: Booleans, known: Booleans, fits: Doubles) -> Doubles:
    """Mean cross-entropy of each track's fits over the known genres, float64 [shape=(n_tracks,)]; NaN without any."""
    bounded = np.clip(fits, _LEAST_FIT, 1 - _LEAST_FIT)
    losses = -np.where(labels, np.log(bounded), np.log1p(-bounded)) * known
    n_known = known.sum(axis=1)
    means = np.divide(losses.sum(axis=1), n_known, out=np.full(len(labels), np.nan), where=n_known > 0)
    return np.asarray(means)


def show_worst_errors(material: Material) -> Section:
    """The worst tracks, and the worst soundtracks."""
    dataset, columns = material.dataset, material.columns
    errors = find_worst_errors(dataset.labels, dataset.known, material.held_out.fits, columns)
    labels, known = dataset.labels[:, columns], dataset.known[:, columns]
    surprises = [
        mean_surprise(labels, known, fits[:, columns])
        for fits in (material.held_out.fits, material.regression.fits, material.held_out.prevalence)
    ]
    ours, regression, constant = (float(np.nanmean(surprise)) for surprise in surprises)
    rows = [
        [
            track_name(dataset.tracks[error.track]),
            displayable(dataset.tracks[error.track].soundtrack),
            ", ".join(f"{genre} {fit:.2f}" for genre, fit in error.predictions[:_N_PREDICTIONS]),
            ", ".join(error.targets) or "no genre",
            f"{error.surprise:.2f}",
            f"{surprises[1][error.track]:.2f}",
        ]
        for error in errors[:_N_LISTED]
    ]
    return Section(
        "errors",
        "The worst errors",
        [
            Passage(
                paragraphs=[
                    "Tracks by the mean cross-entropy of their fits, on soundtracks not heard: how surprised the "
                    f"system is by the labels. The mean over all tracks is {ours:.2f} for {material.name}, "
                    f"{regression:.2f} for logistic regression and {constant:.2f} for the prevalences; a fit of 0.5 "
                    "everywhere has 0.69. A bad error may be the label's: see the next section."
                ],
                tables=[
                    Table(
                        f"The {len(rows)} worst of {len(errors)} tracks.",
                        ["track", "soundtrack", "predictions", "targets", "error", "regression's"],
                        rows,
                        n_names=4,
                    ),
                    Table(
                        "The ten worst soundtracks of at least five tracks, by their mean.",
                        ["soundtrack", "tracks", "error", "regression's"],
                        _worst_soundtracks(dataset.soundtracks, surprises[0], surprises[1]),
                    ),
                ],
            )
        ],
    )


def _worst_soundtracks(
    soundtracks: npt.NDArray[np.str_], surprise: Doubles, regression: Doubles, least: int = 5, most: int = 10
) -> list[list[str]]:
    rows = []
    for name in np.unique(soundtracks):
        own = (soundtracks == name) & ~np.isnan(surprise)
        if own.sum() >= least:
            rows.append((float(surprise[own].mean()), float(regression[own].mean()), int(own.sum()), str(name)))
    return [
        [displayable(name), str(n_tracks), f"{error:.2f}", f"{other:.2f}"]
        for error, other, n_tracks, name in sorted(rows, reverse=True)[:most]
    ]
