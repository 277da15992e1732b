from __future__ import annotations

import numpy as np
import pytest
from trainer_samples import N_TRACKS, make_dataset

from tagger_app.genres import GENRES
from trainer.corpora.tracks import CorpusTrack
from trainer.evaluation.evidence import answer_held_out, gather_evidence
from trainer.tiles.dataset import Dataset


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return make_dataset()


def test_evidence_of_a_fold_does_not_depend_on_its_labels(dataset: Dataset) -> None:
    rng = np.random.default_rng(5)
    folds = np.arange(N_TRACKS) // 2 % 2
    logits = np.full((N_TRACKS, 10), np.nan)
    logits[:, 0] = rng.normal(size=N_TRACKS)
    weights = np.ones(N_TRACKS)
    held_out = answer_held_out(dataset, logits, folds, weights, 0.5)
    flipped = Dataset(
        [
            track
            if folds[number]
            else CorpusTrack(**{**vars(track), "genres": ("Drama",) if number % 2 else ("Action",)})
            for number, track in enumerate(dataset.tracks)
        ],
        dataset.tiles,
    )
    other = answer_held_out(flipped, logits, folds, weights, 0.5)
    assert np.array_equal(held_out.fits[folds == 0, 0], other.fits[folds == 0, 0])
    assert np.array_equal(held_out.assigned[folds == 0], other.assigned[folds == 0])
    assert not np.array_equal(held_out.fits[folds == 1, 0], other.fits[folds == 1, 0])


def test_bands_divide_all_tracks_by_their_fit(dataset: Dataset) -> None:
    rng = np.random.default_rng(2)
    logits = np.full((N_TRACKS, 10), np.nan)
    logits[:, 0] = rng.normal(size=N_TRACKS) + 3 * dataset.labels[:, 0]
    folds = np.arange(N_TRACKS) // 2 % 2
    held_out = answer_held_out(dataset, logits, folds, np.ones(N_TRACKS), 0.5)
    untrained = {genre: "" if genre == "Action" else "no music" for genre in GENRES}
    action, *others = gather_evidence(dataset, held_out, untrained, seed=0)
    assert sum(band.tracks for band in action.bands) == N_TRACKS
    assert sum(band.right for band in action.bands) == dataset.labels[:, 0].sum()
    top = action.bands[-1]
    high = held_out.fits[:, 0] >= top.low
    assert (top.tracks, top.right) == (high.sum(), dataset.labels[high, 0].sum())
    assert not any(entry.bands for entry in others)
