"""Every system is trained in every fold, answers out of fold, and is measured beside the baselines."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy.fft
from trainer_samples import N_TRACKS, SETTINGS, TILES_PER_TRACK, make_dataset

from tagger_app.genres import GENRES
from trainer.errors import TrainingError
from trainer.evaluation.baseline import out_of_fold_regression
from trainer.evaluation.figures import calibration_error, evaluate, evaluate_scores, prevalence_scores
from trainer.learning.cross_validation import folds_of
from trainer.learning.network import mel_unmixing
from trainer.learning.systems import System
from trainer.learning.teacher import hear
from trainer.settings import AugmentationSettings, SystemSettings
from trainer.tiles.dataset import Dataset

ACTION, DRAMA = GENRES.index("Action"), GENRES.index("Drama")
SHORT = replace(SETTINGS, epochs=2)


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return make_dataset()


def make_system(dataset, work, settings, augmentation=None, training=SHORT) -> System:
    return System(dataset, training, settings, augmentation or AugmentationSettings(), work)


@pytest.mark.parametrize(
    "settings",
    [
        SystemSettings(name="fully_connected", network="fully_connected", targets="softmax"),
        SystemSettings(name="softmax_cnn", targets="softmax"),
        SystemSettings(name="logmel", targets="multilabel", features="logmel"),
        SystemSettings(name="crnn", targets="multilabel", network="crnn"),
        SystemSettings(name="attention", targets="multilabel", pooling="attention"),
        SystemSettings(name="leaky_random", targets="multilabel", split="leaky_random"),
    ],
    ids=lambda settings: settings.name,
)
def test_systems_answer_for_what_they_have_not_heard(dataset, tmp_path, settings):
    system = make_system(dataset, tmp_path, settings)
    answers = system.gather(list(system.train()))
    assert np.isfinite(answers.tile_logits[:, [ACTION, DRAMA]]).all()
    untrained = [genre for genre in range(10) if genre not in (ACTION, DRAMA)]
    assert np.isnan(answers.track_logits[:, untrained]).all()
    assert np.isnan(answers.doubt).all()
    again = hear(system.network(system.parts[0]), system.tiles(0), np.flatnonzero(answers.tile_folds == 0))
    np.testing.assert_allclose(again, answers.parts[0].tile_logits, atol=1e-3)


def test_bags_share_what_was_trained_and_tell_their_doubt(dataset, tmp_path):
    one = make_system(dataset, tmp_path, SystemSettings())
    single = list(one.train())
    kept = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    several = make_system(dataset, tmp_path, SystemSettings(name="ensemble_k", bags=2))
    parts = list(several.train())
    assert len(parts) == 2 * len(single)
    assert {name: (tmp_path / name).stat().st_mtime_ns for name in kept} == kept
    answers = several.gather(parts)
    assert (answers.doubt[:, [ACTION, DRAMA]] > 0).all()
    bag = one.gather(single).track_logits[:, ACTION]
    assert not np.allclose(answers.track_logits[:, ACTION], bag)


def test_the_same_seed_gives_the_same_answers(dataset, tmp_path):
    augmentation = AugmentationSettings(
        time_shift_frames=10, gain_db=3, time_mask_frames=9, coefficient_mask=5, mixup=0.3
    )
    settings = SystemSettings(targets="multilabel")
    first, second = (
        next(iter(make_system(dataset, tmp_path / name, settings, augmentation).train()))
        for name in ("first", "second")
    )
    np.testing.assert_array_equal(first.tile_logits, second.tile_logits)


def test_no_tile_of_a_soundtrack_is_on_both_sides_but_in_the_leaky_split(dataset, tmp_path):
    def folds_by_track(split):
        return make_system(dataset, tmp_path, SystemSettings(split=split)).tile_folds.reshape(N_TRACKS, TILES_PER_TRACK)

    honest, leaky = folds_by_track("soundtrack"), folds_by_track("leaky_random")
    assert (honest == honest[:, :1]).all()
    assert not (leaky == leaky[:, :1]).all()


def test_nothing_to_train_is_said(dataset, tmp_path):
    with pytest.raises(TrainingError, match="no genre has enough soundtracks"):
        make_system(dataset, tmp_path, SystemSettings(), training=replace(SETTINGS, least_tracks=100))


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"bags": 0}, "at least 1"),
        ({"bags": 2, "targets": "softmax"}, "only binary networks draw bags"),
        ({"pooling": "attention"}, "learned with targets"),
        ({"pooling": "attention", "targets": "multilabel", "split": "leaky_random"}, "whole tracks"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, reason):
    with pytest.raises(ValueError, match=reason):
        SystemSettings(**settings)


def test_mel_energies_come_back_from_the_coefficients():
    rng = np.random.default_rng(1)
    energies = rng.normal(size=(60, 100, 40)) * np.linspace(1, 4, 40)
    coefficients = scipy.fft.dct(energies, axis=2, norm="ortho")
    deviation = coefficients.std(axis=(0, 1)).astype(np.float32)
    tiles = (coefficients / deviation).transpose(0, 2, 1).astype(np.float32)
    unmixed = tiles.transpose(0, 2, 1) @ mel_unmixing(deviation, tiles)
    scale = (unmixed * energies).sum(axis=(0, 1)) / (energies**2).sum(axis=(0, 1))
    np.testing.assert_allclose(unmixed, energies * scale, atol=1e-4)
    np.testing.assert_allclose(unmixed.std(axis=(0, 1)), 1, atol=0.35)


class TestEvaluation:
    def test_baselines_and_a_system_side_by_side(self, dataset, tmp_path):
        folds = folds_of(dataset, SETTINGS)
        weights = dataset.track_weights(1.0)
        constant = evaluate_scores(
            "prevalence", dataset, prevalence_scores(dataset, folds, [ACTION, DRAMA]), folds, weights, seed=0
        )
        regression = out_of_fold_regression(dataset, folds, weights, [ACTION, DRAMA])
        learned = evaluate_scores("regression", dataset, regression, folds, weights, seed=0)
        settings = SystemSettings(network="fully_connected", targets="multilabel")
        system = make_system(dataset, tmp_path, settings, training=replace(SETTINGS, epochs=12))
        ours = evaluate("ours", dataset, system.gather(list(system.train())), folds, weights, seed=0)
        assert constant.macro_roc_auc.value < 0.6
        assert learned.macro_roc_auc.value > 0.9
        assert ours.macro_roc_auc.value > 0.9
        assert ours.macro_pr_auc.low <= ours.macro_pr_auc.value <= ours.macro_pr_auc.high
        assert ours.by_track.lrap > constant.by_track.lrap
        assert ours.by_track.coverage_best == 1.0
        assert ours.took_s > 0
        assert constant.by_tile is None
        assert ours.by_tile is not None

    def test_calibration_error_is_the_distance_of_fit_and_share(self):
        positive = np.array([True, False, False, False])
        assert calibration_error(positive, np.full(4, 0.25)) == pytest.approx(0)
        assert calibration_error(positive, np.full(4, 0.75)) == pytest.approx(0.5)
        assert calibration_error(np.array([True, False]), np.array([0.95, 0.05])) == pytest.approx(0.05)
