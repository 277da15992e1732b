"""Going on from a bundle: its networks as a beginning, and what it says now beside what its successor would.

Only tracks that the bundle has not learned from tell anything about it, or about what began with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from sklearn.metrics import f1_score

from tagger_app.ensemble.bundle import Bundle
from tagger_app.ensemble.scoring import calibrated, logits
from tagger_app.genres import GENRES
from trainer.bundle.assembly import HEARD_DIGITS
from trainer.bundle.dequantise import float_weights
from trainer.errors import TrainingError
from trainer.evaluation.evidence import HeldOut
from trainer.evaluation.figures import calibration_error
from trainer.learning.cross_validation import track_means
from trainer.learning.origin import Origin
from trainer.metrics import pr_auc, rank_genres, roc_auc
from trainer.settings import SystemSettings
from trainer.tiles.dataset import Booleans, Dataset

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Change:
    """One metric before and after; `genre` is empty for those over all genres."""

    genre: str
    metric: str
    before: float
    after: float


def begin_with(bundle: Bundle, settings: SystemSettings) -> tuple[Origin, SystemSettings]:
    """The networks of a bundle, and the system that they are.

    Parameters
    ----------
    settings : of which the kind of network is taken, which a bundle doesn't name

    Raises
    ------
    TrainingError
        Its networks can't be trained further.
    """
    entries = bundle.manifest.members
    is_whole = any(len(entry.genres) > 1 for entry in entries)
    if is_whole and len(entries) > 1:
        raise TrainingError(f"{bundle.id} mixes networks of one genre and of several: there is no config to go on with")
    networks = {}
    bags: dict[str, int] = {}
    for entry, content in zip(entries, bundle.contents, strict=True):
        name = "all" if is_whole else entry.genres[0]
        try:
            networks[name, bags.get(name, 0)] = float_weights(content)
        except ValueError as error:
            raise TrainingError(f"{bundle.id}: {entry.file} {error}") from error
        bags[name] = bags.get(name, 0) + 1
    digest = hashlib.sha256("".join(entry.sha256 for entry in entries).encode()).hexdigest()[:12]
    genres = tuple(entries[0].genres) if is_whole else bundle.trained_genres
    origin = Origin(f"{bundle.id} {digest}", bundle.standardisation, genres, is_whole, networks)
    kind = SystemSettings(name=bundle.id, network=settings.network, features=settings.features)
    if is_whole:
        return origin, replace(kind, targets="multilabel")
    return origin, replace(kind, bags=min(bags.values()))


def not_heard_by(bundle: Bundle, dataset: Dataset) -> Booleans:
    """Tracks that a bundle has not learned from, bool [shape=(n_tracks,)].

    Raises
    ------
    TrainingError
        It doesn't say what it has learned from, or has learned from all of them.
    """
    if not bundle.manifest.heard:
        raise TrainingError(f"{bundle.id} doesn't say which tracks it has learned from, so nothing could be measured")
    known = set(bundle.manifest.heard)
    unheard = np.array([fingerprint[:HEARD_DIGITS] not in known for fingerprint in dataset.fingerprints])
    if not unheard.any():
        raise TrainingError(
            f"{bundle.id} has learned from every track of this corpus, so that no change could be measured; add "
            "soundtracks, or corrections of tracks that it hasn't heard"
        )
    return unheard


def answer_before(bundle: Bundle, dataset: Dataset) -> HeldOut:
    """What a bundle says of all tracks, with its own calibrations and thresholds; NaN and false where it is silent."""
    tiles = dataset.standardised(bundle.standardisation)
    everything = np.ones(len(tiles), dtype=np.bool_)
    by_genre: dict[str, list[Doubles]] = {}
    for entry, member in zip(bundle.manifest.members, bundle.open_members(), strict=True):
        heard = np.concatenate([logits(member.run(chunk)[0]) for chunk in tiles.chunks(everything)])
        for genre, means in zip(entry.genres, track_means(dataset, heard).T, strict=True):
            by_genre.setdefault(genre, []).append(means)
    fits = np.full(dataset.labels.shape, np.nan)
    assigned = np.zeros(dataset.labels.shape, dtype=np.bool_)
    for calibration in bundle.manifest.calibrations:
        column = GENRES.index(calibration.genre)
        by_member = np.stack(by_genre[calibration.genre]).astype(np.float32)
        fits[:, column] = calibrated(by_member, calibration)
        assigned[:, column] = fits[:, column] >= calibration.threshold
    return HeldOut(fits, assigned, np.full(dataset.labels.shape, np.nan))


def measurable(dataset: Dataset, unheard: Booleans, folds: npt.NDArray[np.int64], genres: Sequence[str]) -> list[str]:
    """Genres of which every fold's other folds have unheard tracks with and without them."""
    found = []
    for genre in genres:
        column = GENRES.index(genre)
        told = unheard & dataset.known[:, column]
        labels = [dataset.labels[told & (folds != fold), column] for fold in np.unique(folds)]
        if all(own.any() and not own.all() for own in labels):
            found.append(genre)
    return found


def compare_answers(
    dataset: Dataset, tracks: Booleans, before: HeldOut, after: HeldOut, genres: list[str]
) -> list[Change]:
    """Every metric of both, on the same tracks.

    Parameters
    ----------
    tracks : those that neither has learned from, bool [shape=(n_tracks,)]
    genres : those that both answer for
    """
    changes = []
    for genre in genres:
        column = GENRES.index(genre)
        told = tracks & dataset.known[:, column]
        labels = dataset.labels[told, column]
        figures = [
            (
                roc_auc(labels, answers.fits[told, column]),
                pr_auc(labels, answers.fits[told, column]),
                float(f1_score(labels, answers.assigned[told, column], zero_division=0.0)),
                calibration_error(labels, answers.fits[told, column]),
            )
            for answers in (before, after)
        ]
        metrics = ("ROC-AUC", "PR-AUC", "F1", "calibration error")
        changes += [Change(genre, *change) for change in zip(metrics, *figures, strict=True)]
    columns = [GENRES.index(genre) for genre in genres]
    told = tracks & dataset.fully_known(columns)
    labels = dataset.labels[told][:, columns]
    old, new = (rank_genres(labels, answers.fits[told][:, columns]) for answers in (before, after))
    changes.append(Change("", "LRAP", old.lrap, new.lrap))
    changes.append(Change("", "coverage error", old.coverage, new.coverage))
    for metric in ("ROC-AUC", "PR-AUC", "F1"):
        own = np.array([(change.before, change.after) for change in changes if change.metric == metric])
        before_mean, after_mean = own.mean(axis=0)
        changes.append(Change("", f"macro {metric}", float(before_mean), float(after_mean)))
    return changes


def write_changes(changes: Sequence[Change], name: str, n_tracks: int) -> str:
    """The report of a bundle that went on from another, in Markdown."""
    rows = [
        f"| {change.genre or 'all'} | {change.metric} | {change.before:.3f} | {change.after:.3f} | "
        f"{change.after - change.before:+.3f} |"
        for change in changes
    ]
    return "\n".join(
        [
            f"# Trained further from {name}",
            "",
            f"Measured on {n_tracks} tracks that neither {name} nor the networks of their fold had learned from.",
            "",
            "| genre | metric | before | after | change |",
            "| --- | --- | --- | --- | --- |",
            *rows,
            "",
        ]
    )
