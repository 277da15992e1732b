"""Labels that may be wrong, by confident learning.

Northcutt, Jiang and Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels", Journal of Artificial
Intelligence Research 70 (2021). Each genre is a problem of two classes, has it and hasn't, of its own, on calibrated
fits of soundtracks that the networks hadn't heard.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tagger_app.errors import displayable
from tagger_app.genres import GENRES
from trainer.metrics import Booleans
from trainer.report.material import Material, track_name
from trainer.report.page import Passage, Section, Table

Doubles = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

_N_LISTED = 20


@dataclass(frozen=True)
class ConfidentJoint:
    """What confident learning says of one genre.

    Attributes
    ----------
    thresholds : mean confidence of the tracks without the genre that they haven't it, and of those with it that they
        have
    joint : estimated counts of label (rows: hasn't it, has it) and truth (columns), float64 [shape=(2, 2)]
    suspects : tracks off the diagonal of the confident joint, the least likely label first, int64 [shape=(n,)]
    margins : how much more the fit says the opposite than the label, of each suspect, float64 [shape=(n,)]
    """

    thresholds: tuple[float, float]
    joint: Doubles
    suspects: Indices
    margins: Doubles


def learn_confidently(positive: Booleans, fits: Doubles) -> ConfidentJoint:
    """The rule for two classes.

    A track counts as a class if its confidence in it reaches the mean confidence of those labelled so, as the likelier
    one if both do, and not at all if neither does. Suspects count as what they aren't labelled. The confident joint is
    scaled so that each row sums to its number of labels.

    Parameters
    ----------
    positive : labels, bool [shape=(n_tracks,)], with both values
    fits : confidence that a track has the genre, not learned from it, float64 [shape=(n_tracks,)]
    """
    confidence = np.stack([1 - fits, fits], axis=1)
    label = positive.astype(np.int64)
    thresholds = np.array([confidence[label == value, value].mean() for value in (0, 1)])
    reached = confidence >= thresholds
    likeliest = np.where(reached, confidence, -1.0).argmax(axis=1)
    counted = reached.any(axis=1)
    confident = np.zeros((2, 2))
    np.add.at(confident, (label[counted], likeliest[counted]), 1.0)
    n_labelled = np.bincount(label, minlength=2)
    for row in range(2):
        if not confident[row].any():
            confident[row, row] = 1.0
    joint = confident / confident.sum(axis=1, keepdims=True) * n_labelled[:, np.newaxis]
    suspects = np.flatnonzero(counted & (likeliest != label))
    margins = confidence[suspects, 1 - label[suspects]] - confidence[suspects, label[suspects]]
    order = np.argsort(-margins, kind="stable")
    return ConfidentJoint((float(thresholds[0]), float(thresholds[1])), joint, suspects[order], margins[order])


@dataclass(frozen=True)
class _Suspect:
    """A label that may be wrong: row of the track, genre as a column, whether it is labelled so, and its margin."""

    track: int
    column: int
    is_labelled: bool
    margin: float
    is_agreed: bool


def show_label_errors(material: Material) -> Section:
    """How many labels are likely wrong by genre, and the likeliest by name."""
    summary, suspects = [], []
    for column in material.columns:
        chosen, positive = material.asked(column)
        ours = learn_confidently(positive, material.held_out.fits[chosen, column])
        theirs = set(learn_confidently(positive, material.regression.fits[chosen, column]).suspects.tolist())
        own = [
            _Suspect(int(chosen[place]), column, bool(positive[place]), float(margin), place in theirs)
            for place, margin in zip(ours.suspects.tolist(), ours.margins, strict=True)
        ]
        suspects += own
        summary.append(_summary_row(GENRES[column], positive, ours, own))
    suspects.sort(key=lambda suspect: -suspect.margin)
    return Section(
        "labels",
        "Labels that may be wrong",
        [
            Passage(
                paragraphs=[
                    "By confident learning (Northcutt, Jiang and Chuang 2021), genre by genre, on calibrated fits of "
                    "soundtracks not heard: a label is suspect where the fit says the opposite at least as strongly as "
                    "it does, on average, for tracks that are labelled so. The rule trusts the fits. Where they tell a "
                    "genre apart badly, most suspects are the system's errors, so each is also asked of the logistic "
                    "regression, which shares nothing with the network but the labels. Nobody has listened to these.",
                ],
                tables=[
                    Table(
                        "By genre: labels, how many the confident joint holds for wrong (as if the fits were right), "
                        "suspects, and how many of them the regression suspects, too.",
                        [
                            "genre", "labelled", "wrongly labelled", "not labelled", "wrongly left out",
                            "suspects", "regression agrees",
                        ],
                        summary,
                    ),
                    _list(material, [one for one in suspects if one.is_labelled], "Labelled, and perhaps not"),
                    _list(material, [one for one in suspects if not one.is_labelled], "Perhaps left out"),
                ],
            )
        ],
    )  # fmt: skip


def _summary_row(genre: str, positive: Booleans, learned: ConfidentJoint, suspects: list[_Suspect]) -> list[str]:
    return [
        genre,
        str(int(positive.sum())),
        f"{learned.joint[1, 0]:.0f}",
        str(int((~positive).sum())),
        f"{learned.joint[0, 1]:.0f}",
        str(len(suspects)),
        str(sum(suspect.is_agreed for suspect in suspects)),
    ]


def _list(material: Material, suspects: Sequence[_Suspect], what: str) -> Table:
    rows = []
    for suspect in suspects[:_N_LISTED]:
        track = material.dataset.tracks[suspect.track]
        rows.append(
            [
                track_name(track),
                displayable(track.soundtrack),
                GENRES[suspect.column],
                ", ".join(track.genres) or "no genre",
                f"{material.held_out.fits[suspect.track, suspect.column]:.2f}",
                f"{material.regression.fits[suspect.track, suspect.column]:.2f}",
                "yes" if suspect.is_agreed else "no",
            ]
        )
    head = ["track", "soundtrack", "genre in doubt", "labels", "fit", "regression's", "it agrees"]
    return Table(f"{what}: the {len(rows)} likeliest of {len(suspects)}.", head, rows, n_names=4)
