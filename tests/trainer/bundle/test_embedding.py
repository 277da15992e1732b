"""Learning embeddings of made-up tracks: soundtracks differ in a few directions, tracks and tiles in all others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from trainer.bundle.discriminants import EmbeddingSettings, embed_tracks, learn_projection
from trainer.bundle.embedding import (
    CHOICES,
    Described,
    choose_settings,
    embed_folds,
    learn_embedding,
)
from trainer.corpora.tracks import CorpusTrack
from trainer.evaluation.retrieval import Library, cosines, measure
from trainer.tiles.dataset import Dataset

N_SOUNDTRACKS, TRACKS_EACH, TILES_EACH = 24, 4, 6
N_DESCRIPTORS, N_TELLING, N_HIDDEN = 30, 4, 8


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    """Tracks whose tiles aren't looked at."""
    tracks = [
        CorpusTrack(
            path=Path(f"{number}.ogg"), soundtrack=f"soundtrack {number // TRACKS_EACH}",
            genres=("Action",) if number // TRACKS_EACH % 2 else ("Drama",), source="debian", title="", artist="",
            licence="CC0-1.0", attribution="", seconds=60.0,
        )
        for number in range(N_SOUNDTRACKS * TRACKS_EACH)
    ]  # fmt: skip
    return Dataset(tracks, [np.zeros((TILES_EACH, 40, 100), np.float16)] * len(tracks))


@pytest.fixture(scope="module")
def descriptors(dataset: Dataset) -> np.ndarray:
    """The last four say which soundtrack it is; what varies most says nothing."""
    random = np.random.default_rng(4)
    soundtracks = random.normal(size=(N_SOUNDTRACKS, N_DESCRIPTORS)) * ([0] * (N_DESCRIPTORS - N_TELLING) + [1.0] * 4)
    tracks = random.normal(size=(len(dataset.tracks), N_DESCRIPTORS)) * ([3.0] * 8 + [0.5] * 18 + [0.2] * 4)
    tiles = random.normal(size=(len(dataset.owner), N_DESCRIPTORS)) * 0.5
    values = np.repeat(soundtracks, TRACKS_EACH * TILES_EACH, axis=0) + np.repeat(tracks, TILES_EACH, axis=0) + tiles
    return values.astype(np.float32)


@pytest.fixture(scope="module")
def described(dataset: Dataset, descriptors: np.ndarray) -> Described:
    folds = np.arange(len(dataset.tracks)) // TRACKS_EACH % 3
    return Described(dataset, folds, [descriptors] * 3, N_DESCRIPTORS - N_HIDDEN, size=6)


def _precision(library: Library, embeddings: np.ndarray) -> float:
    return measure([(library, cosines(embeddings))]).precision_soundtrack


def test_it_finds_what_tells_soundtracks_apart_that_it_has_not_heard(described, dataset, descriptors):
    learned = np.arange(len(dataset.tracks)) < 16 * TRACKS_EACH
    settings = EmbeddingSettings(within_track=0.2, shrinkage=0.1)
    projection = learn_projection(*described.part(0, learned), dataset.soundtracks[learned], N_HIDDEN, settings, 6)
    held = described.part(0, ~learned)
    library = Library(dataset, np.flatnonzero(~learned))
    ours = embed_tracks(projection, *held)
    np.testing.assert_allclose(np.linalg.norm(ours, axis=1), 1.0, atol=1e-5)
    raw = held[0].reshape(-1, TILES_EACH, N_DESCRIPTORS).mean(axis=1)
    raw /= np.linalg.norm(raw, axis=1, keepdims=True)
    assert _precision(library, ours) > _precision(library, raw) + 0.03


def test_no_more_numbers_than_soundtracks_can_tell(described, dataset):
    few = np.arange(len(dataset.tracks)) < 4 * TRACKS_EACH
    soundtracks = dataset.soundtracks[few]
    projection = learn_projection(*described.part(0, few), soundtracks, N_HIDDEN, EmbeddingSettings(), 6)
    assert projection.size == 3


def test_descriptors_that_never_vary_are_left_out(described, dataset, descriptors):
    dead = descriptors.copy()
    dead[:, 2] = 7.0
    everything = np.ones(len(dataset.tracks), bool)
    owner = described.part(0, everything)[1]
    projection = learn_projection(dead, owner, dataset.soundtracks, N_HIDDEN, EmbeddingSettings(), 6)
    assert not projection.axes[2].any()
    assert not projection.spread_axes[2].any()


def test_hidden_layers_of_no_weight_are_left_out(dataset, descriptors):
    settings = EmbeddingSettings(hidden=0.0)
    projection = learn_projection(descriptors, dataset.owner, dataset.soundtracks, N_HIDDEN, settings, 6)
    assert not projection.axes[-N_HIDDEN:].any()
    assert projection.axes[:-N_HIDDEN].any()


def test_tracks_of_a_tile_each_can_be_learned_from(dataset, descriptors):
    owner = np.arange(len(dataset.tracks))
    projection = learn_projection(
        descriptors[::TILES_EACH], owner, dataset.soundtracks, N_HIDDEN, EmbeddingSettings(), 6
    )
    assert np.isfinite(projection.axes).all()
    assert not projection.spread_axes.any()


def test_soundtracks_of_a_track_each_can_be_learned_from(dataset, descriptors):
    names = np.array([track.path.name for track in dataset.tracks])
    projection = learn_projection(descriptors, dataset.owner, names, N_HIDDEN, EmbeddingSettings(), 6)
    assert np.isfinite(projection.axes).all()


def test_a_fold_takes_no_part_in_what_it_is_measured_with(described, dataset, descriptors):
    """Nonsense in the descriptors of one fold changes nothing of what was learned for it."""
    before = embed_folds(described)
    changed = descriptors.copy()
    changed[(described.folds == 1)[dataset.owner]] *= -100.0
    after = embed_folds(Described(dataset, described.folds, [changed] * 3, described.n_statistics, described.size))
    assert after[1].settings == before[1].settings
    np.testing.assert_array_equal(after[1].projection.axes, before[1].projection.axes)
    assert not np.array_equal(after[0].projection.axes, before[0].projection.axes)


def test_the_choice_is_one_of_those_offered(described):
    assert choose_settings(described) in CHOICES


def test_evidence_is_better_than_chance_and_counts_everything(described, dataset, descriptors):
    projection, evidence = learn_embedding(described, descriptors, seed=1)
    assert projection.axes.shape == (N_DESCRIPTORS, 6)
    assert evidence is not None
    assert evidence.tracks == len(dataset.tracks)
    assert evidence.soundtracks == N_SOUNDTRACKS
    assert evidence.precision_soundtrack_chance == pytest.approx(3 / 31, abs=1e-4)
    assert evidence.precision_genre_chance == pytest.approx(15 / 31, abs=1e-4)
    low, high = evidence.precision_soundtrack_interval
    assert evidence.precision_soundtrack_chance < low <= evidence.precision_soundtrack <= high <= 0.3
    assert evidence.average_precision > 0.3
