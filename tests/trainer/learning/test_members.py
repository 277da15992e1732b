"""From tiles to a loaded bundle, with networks that learn to tell two kinds of noise apart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from trainer_samples import N_TRACKS, SETTINGS, TILES_PER_TRACK, make_dataset

from tagger_app.ensemble.bundle import load_bundle
from tagger_app.ensemble.embedding import n_statistics
from tagger_app.ensemble.manifest import Evidence, Ranking
from tagger_app.ensemble.member import Member
from tagger_app.ensemble.scoring import Ensemble
from tagger_app.features.spec import FeatureSpec
from tagger_app.genres import GENRES
from trainer.bundle.assembly import FinalMember, write_bundle
from trainer.bundle.embedding import Described, describe_dataset, learn_embedding
from trainer.corpora.tracks import CorpusTrack
from trainer.errors import TrainingError
from trainer.evaluation.calibration import Calibration
from trainer.evaluation.evidence import answer_held_out
from trainer.learning.cross_validation import cross_validate, out_of_fold_logits, track_means
from trainer.learning.export import compare, export_int8
from trainer.learning.training import TrainedMember, draw_bag, train_member
from trainer.metrics import roc_auc
from trainer.settings import BundleSettings
from trainer.tiles.dataset import Dataset

Floats = npt.NDArray[np.float32]


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return make_dataset()


@pytest.fixture(scope="module")
def tiles(dataset: Dataset) -> Floats:
    everything = np.ones(N_TRACKS, dtype=np.bool_)
    return dataset.standardised(dataset.fit_standardisation(everything, "corpus"))


@pytest.fixture(scope="module")
def trained(dataset: Dataset, tiles: Floats) -> TrainedMember:
    positive = dataset.labels[dataset.owner, 0]
    validation = dataset.owner >= 16
    return train_member(tiles, positive, np.ones(len(tiles), dtype=np.float32), validation, SETTINGS, seed=1)


@pytest.fixture(scope="module")
def content(trained: TrainedMember, tiles: Floats) -> bytes:
    return export_int8(trained.network, tiles[:32])


def test_member_learns_and_keeps_its_best_epoch(trained: TrainedMember, dataset: Dataset, tiles: Floats) -> None:
    unheard = dataset.owner >= 16
    scores = trained.network.predict(tiles[unheard], verbose=0)[:, 0].astype(np.float64)
    assert roc_auc(dataset.labels[dataset.owner[unheard], 0], scores) > 0.95
    validation_losses = [validation for _, validation in trained.losses]
    assert trained.best_epoch == 1 + int(np.argmin(validation_losses))


def test_int8_member_says_what_its_float_model_says(
    trained: TrainedMember, content: bytes, dataset: Dataset, tiles: Floats
) -> None:
    unheard = dataset.owner >= 16
    member = Member(content, (40, 100))
    parity = compare(trained.network, member, tiles[unheard], dataset.labels[dataset.owner[unheard], 0])
    assert parity.within_limits
    assert member.n_hidden == 50


def test_bundle_that_is_written_can_be_loaded_and_hears(
    content: bytes, dataset: Dataset, tiles: Floats, tmp_path: Path
) -> None:
    members = [FinalMember("Action", 6, content)]
    statistics = n_statistics(FeatureSpec())
    descriptors = describe_dataset(dataset, tiles, [content])
    described = Described(dataset, np.arange(N_TRACKS) % 2, [descriptors, descriptors], statistics, size=4)
    projection, embedding_evidence = learn_embedding(described, descriptors, seed=0)
    assert embedding_evidence is None  # two folds can't choose settings and measure them
    evidence = [
        Evidence(
            genre=genre, training_tracks=12, training_soundtracks=12, untrained="" if genre == "Action" else "no music"
        )
        for genre in GENRES
    ]
    ranking = Ranking(
        tracks=24,
        lrap=1.0,
        lrap_prevalence=0.5,
        coverage_error=1.0,
        coverage_error_prevalence=2.0,
        coverage_error_best=1.0,
    )
    standardisation = dataset.fit_standardisation(np.ones(N_TRACKS, dtype=np.bool_), "corpus")
    settings = BundleSettings(id="tiny", folder=tmp_path)
    for _ in range(2):  # the second time it replaces the first
        folder = write_bundle(
            settings, SETTINGS, FeatureSpec(), standardisation, members, {"Action": Calibration(1.0, 0.0, 0.5)},
            projection, embedding_evidence, evidence, ranking, dataset,
        )  # fmt: skip
    bundle = load_bundle(folder)
    assert bundle.trained_genres == ("Action",)
    assert "track 3" in (folder / "ATTRIBUTION.md").read_text()
    ensemble = Ensemble(bundle)
    sounding = np.ones(TILES_PER_TRACK, dtype=np.bool_)
    action, drama = (ensemble.score(dataset.tiles[number].astype(np.float32), sounding) for number in (1, 0))
    assert action.fits[0] > 0.5 > drama.fits[0]
    assert action.assigned == ("Action",)
    assert drama.assigned == ()
    assert np.isnan(action.fits[1:]).all()
    assert action.embedding.shape == (4,)


def test_cross_validation_hears_only_what_it_has_not_learned_and_goes_on_where_it_stopped(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = list(cross_validate(dataset, SETTINGS, "corpus", tmp_path))
    assert [(result.genre, result.fold) for result in results] == [
        ("Action", 0), ("Drama", 0), ("Action", 1), ("Drama", 1),
    ]  # fmt: skip
    logits = out_of_fold_logits(dataset, SETTINGS, results)
    assert not np.isnan(logits[:, [0, 4]]).any()
    assert np.isnan(logits[:, [1, 2, 3, 5, 6, 7, 8, 9]]).all()

    def refuse(*_arguments: object) -> TrainedMember:
        raise AssertionError("trained again")

    monkeypatch.setattr("trainer.learning.cross_validation.train_member", refuse)
    again = list(cross_validate(dataset, SETTINGS, "corpus", tmp_path))
    assert [result.content for result in again] == [result.content for result in results]
    assert np.array_equal(out_of_fold_logits(dataset, SETTINGS, again), logits, equal_nan=True)


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


def test_track_means_are_over_the_tiles_of_each_track(dataset: Dataset) -> None:
    values = np.arange(len(dataset.owner), dtype=np.float32)[:, np.newaxis]
    means = track_means(dataset, values)
    assert means[:, 0].tolist() == [1.0 + 3.0 * number for number in range(N_TRACKS)]


@given(st.lists(st.booleans(), min_size=2, max_size=200), st.integers(0, 1000))
def test_bag_has_all_positives_and_as_many_negatives(labels: list[bool], seed: int) -> None:
    positive = np.array(labels)
    bag = draw_bag(positive, np.random.default_rng(seed))
    n_positive = int(positive.sum())
    assert len(set(bag.tolist())) == len(bag) == n_positive + min(n_positive, len(labels) - n_positive)
    assert positive[bag].sum() == n_positive


def test_a_genre_with_nothing_left_to_learn_from_is_named(dataset: Dataset, tmp_path: Path) -> None:
    tracks = [replace(track, genres=("Comedy",) if number < 2 else ()) for number, track in enumerate(dataset.tracks)]
    rare = Dataset(tracks, dataset.tiles)
    settings = replace(SETTINGS, least_soundtracks=2, least_tracks=2)
    with pytest.raises(TrainingError, match=r"Comedy, fold [12]: no tile is left to learn from"):
        list(cross_validate(rare, settings, "corpus", tmp_path))
