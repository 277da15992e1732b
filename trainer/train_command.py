"""The whole way from the tile cache to a bundle, for `cuefit-trainer train`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from tagger_app.ensemble.bundle import load_bundle
from tagger_app.ensemble.embedding import n_statistics
from tagger_app.features.spec import FeatureSpec
from trainer.bundle.assembly import train_final, write_bundle
from trainer.bundle.embedding import Described, describe_dataset, learn_embedding
from trainer.bundle.report import Measured, write_report
from trainer.configuration import Configuration
from trainer.corpora.loading import load_tracks
from trainer.errors import TrainingError
from trainer.evaluation.baseline import out_of_fold_regression
from trainer.evaluation.evidence import answer_held_out, calibrate_all, gather_evidence, gather_ranking, trained_columns
from trainer.learning.cross_validation import (
    cross_validate,
    folds_of,
    out_of_fold_logits,
    track_means,
    trainable_genres,
)
from trainer.tiles.cache import TileCache
from trainer.tiles.dataset import load_dataset


def train_bundle(configuration: Configuration, tell: Callable[[str, int, int], None]) -> Path:
    """Cross-validate, train on everything, and write bundle and report.

    Parameters
    ----------
    tell : called with what is done, how many steps are done, and how many there are

    Returns
    -------
    The bundle's folder.

    Raises
    ------
    CorpusError, TileCacheError
        There is nothing to train on.
    TrainingError
        No genre has enough to train on, or an int8 member is too far from its float model.
    """
    training, settings = configuration.training, configuration.bundle
    spec = FeatureSpec()
    dataset = load_dataset(TileCache(configuration.corpus.tiles, spec), load_tracks(configuration))
    untrained = trainable_genres(dataset, training)
    n_genres = sum(not reason for reason in untrained.values())
    if not n_genres:
        raise TrainingError("no genre has enough soundtracks to be trained; see [training] least_soundtracks")
    n_steps = n_genres * (training.folds + 1)
    results = []
    for result in cross_validate(dataset, training, settings.centre, settings.work):
        if not result.parity.within_limits:
            raise TrainingError(
                f"{result.genre}, fold {result.fold}: the int8 member differs from its float model by "
                f"{result.parity.mean_difference:.4f} and loses {result.parity.auc_loss:.4f} ROC-AUC"
            )
        results.append(result)
        tell(f"{result.genre}, fold {result.fold + 1}: best epoch {result.best_epoch}", len(results), n_steps)

    folds = folds_of(dataset, training)
    weights = dataset.track_weights(training.cue_weight)
    tile_logits = out_of_fold_logits(dataset, training, results)
    mean_logits = track_means(dataset, tile_logits)
    held_out = answer_held_out(dataset, mean_logits, folds, weights, settings.threshold_beta)
    evidence = gather_evidence(dataset, held_out, untrained, training.seed)
    shipped = [entry.genre for entry in evidence if not entry.untrained]
    if not shipped:
        raise TrainingError("no genre is told apart better than chance; more soundtracks are needed")

    standardisation = dataset.fit_standardisation(np.ones(len(dataset.tracks), dtype=np.bool_), settings.centre)
    tiles = dataset.standardised(standardisation)
    shipped_results = [result for result in results if result.genre in shipped]
    members = []
    for member in train_final(dataset, tiles, shipped_results, training, settings):
        members.append(member)
        tell(f"{member.genre}, all soundtracks: {member.epochs} epochs", len(results) + len(members), n_steps)
    by_fold = [
        describe_dataset(
            dataset,
            dataset.standardised(dataset.fit_standardisation(folds != fold, settings.centre)),
            [result.content for result in shipped_results if result.fold == fold],
        )
        for fold in range(training.folds)
    ]
    projection, embedding_evidence = learn_embedding(
        Described(dataset, folds, by_fold, n_statistics(spec), settings.embedding_size),
        describe_dataset(dataset, tiles, [member.content for member in members]),
        training.seed,
    )
    calibrations = calibrate_all(dataset, mean_logits, weights, settings.threshold_beta)
    ranking = gather_ranking(dataset, held_out, shipped)
    folder = write_bundle(
        settings, training, spec, standardisation, members, calibrations, projection, embedding_evidence, evidence,
        ranking, dataset,
    )  # fmt: skip
    manifest = load_bundle(folder).manifest
    regression = out_of_fold_regression(dataset, folds, weights, trained_columns(mean_logits))
    measured = Measured(dataset, results, folds, tile_logits, held_out, regression)
    (folder / "REPORT.md").write_text(write_report(manifest, measured), encoding="utf-8")
    return folder
