"""Which genres are taken for which: a confusion matrix for tracks that may have several genres."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trainer.metrics import Booleans
from trainer.report.material import Material, genre_names
from trainer.report.page import Passage, Picture, Section, Table
from trainer.report.pictures import draw_matrix

Doubles = npt.NDArray[np.float64]


def confuse(labels: Booleans, assigned: Booleans) -> tuple[Doubles, npt.NDArray[np.int64]]:
    """How often each genre is assigned to tracks of each.

    Parameters
    ----------
    labels, assigned : bool [shape=(n_tracks, n_genres)]

    Returns
    -------
    Shares, float64 [shape=(n_genres + 1, n_genres + 1)], and how many tracks each is of. A row holds tracks labelled
    with a genre, the last those with none; a column the share that was assigned a genre, off the diagonal among those
    not labelled with it too; the last column that which was assigned nothing. NaN where there is no track.
    """
    n_genres = labels.shape[1]
    shares = np.full((n_genres + 1, n_genres + 1), np.nan)
    counts = np.zeros(shares.shape, dtype=np.int64)
    nothing: Booleans = np.asarray(~assigned.any(axis=1))
    for row in range(n_genres + 1):
        has_it: Booleans = labels[:, row] if row < n_genres else np.asarray(~labels.any(axis=1))
        for column in range(n_genres + 1):
            if column == n_genres:
                chosen, answered = has_it, nothing
            else:
                chosen = has_it if row == column else has_it & ~labels[:, column]
                answered = assigned[:, column]
            counts[row, column] = chosen.sum()
            if chosen.any():
                shares[row, column] = answered[chosen].mean()
    return shares, counts


def show_confusion(material: Material) -> Section:
    """The matrices of the system and of the regression."""
    told, columns = material.told, material.columns
    labels = material.dataset.labels[told][:, columns]
    rows, heads = [*genre_names(columns), "no genre"], [*genre_names(columns), "nothing"]
    beta = material.configuration.bundle.threshold_beta
    pictures: list[Picture] = []
    shares_of: list[Doubles] = []
    for name, held_out in ((material.name, material.held_out), ("logistic regression", material.regression)):
        shares, counts = confuse(labels, held_out.assigned[told][:, columns])
        shares_of.append(shares)
        said = "; ".join(
            f"{row}: {100 * share:.0f} % found" for row, share in zip(rows[:-1], np.diagonal(shares), strict=False)
        )
        pictures.append(Picture(name, draw_matrix(shares, rows, heads, f"confusion-{len(pictures)}", said + ".")))
    frequent = labels.mean(axis=0)
    table = [
        [row, str(counts[place, -1]), *(_cell(shares_of, place, column) for column in range(len(heads)))]
        for place, row in enumerate(rows)
    ]
    table.append(["prevalence", str(len(labels)), *(f"{100 * share:.0f}" for share in frequent), ""])
    return Section(
        "confusion",
        "Confusion of genres",
        [
            Passage(
                paragraphs=[
                    "Tracks may have several genres, so rows overlap. On the diagonal, in blue: of the tracks labelled "
                    "with a genre, the percentage that was assigned it. Elsewhere, in orange: of the tracks labelled "
                    "with the row's genre and not with the column's, the percentage that was assigned the column's all "
                    "the same. A system that knows nothing has the same figures all down a column. On soundtracks not "
                    f"heard, at thresholds that maximise F{beta:g} on the other folds."
                ],
                pictures=pictures,
                size="half",
                tables=[
                    Table(
                        f"Percentages of {material.name} / logistic regression; the last row is the prevalence, the "
                        "share that an answer at random would have to hit.",
                        ["labelled", "tracks", *heads],
                        table,
                    )
                ],
            )
        ],
    )


def _cell(shares_of: list[Doubles], row: int, column: int) -> str:
    own = [shares[row, column] for shares in shares_of]
    return " / ".join("-" if np.isnan(share) else f"{100 * share:.0f}" for share in own)
