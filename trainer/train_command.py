"""The whole way from the tile cache to a bundle, for `cuefit-trainer train`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tagger_app.ensemble.bundle import load_bundle
from tagger_app.ensemble.embedding import n_statistics
from tagger_app.features.spec import FeatureSpec
from trainer.bundle.assembly import describe_corpora, write_bundle
from trainer.bundle.embedding import Described, describe_dataset, learn_embedding
from trainer.bundle.report import Measured, write_report
from trainer.configuration import Configuration
from trainer.corpora.loading import load_tracks
from trainer.errors import TrainingError, writing
from trainer.evaluation.baseline import out_of_fold_regression
from trainer.evaluation.evidence import (
    HeldOut,
    answer_held_out,
    calibrate_all,
    gather_evidence,
    gather_ranking,
    trained_columns,
)
from trainer.learning.cross_validation import folds_of, trainable_genres
from trainer.learning.members import ExportedMember, check_parity, export_final, export_members
from trainer.learning.parts import PartAnswers
from trainer.learning.systems import Answers, System
from trainer.settings import BundleSettings
from trainer.tiles.cache import TileCache
from trainer.tiles.dataset import load_dataset

Tell = Callable[[str, int, int], None]
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class OutOfFold:
    """What the int8 members say of soundtracks they haven't heard.

    Attributes
    ----------
    networks : answers of the float networks, for their best epochs
    members : of all folds
    answers : of the members
    folds : of each track, int64 [shape=(n_tracks,)]
    weights : of each track in calibrations, float64 [shape=(n_tracks,)]
    held_out : calibrated on the other folds
    """

    networks: list[PartAnswers]
    members: list[ExportedMember]
    answers: Answers
    folds: npt.NDArray[np.int64]
    weights: Doubles
    held_out: HeldOut

    @property
    def doubt(self) -> Doubles | None:
        """Deviation between the bags of a genre; None where there is one."""
        return None if np.isnan(self.answers.doubt).all() else self.answers.doubt


def train_bundle(configuration: Configuration, tell: Tell) -> Path:
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
        No genre has enough to train on, or the int8 members are too far from their float models.
    """
    return _train(_make_system(configuration), configuration.bundle, tell)


def export_bundle(configuration: Configuration, tell: Tell) -> Path:
    """Write the bundle from networks that were trained before.

    Raises
    ------
    TrainingError
        Some of them weren't; and as for `train_bundle`.
    """
    system = _make_system(configuration)
    if not system.is_complete:
        raise TrainingError(f"{system.settings.name} isn't trained yet; run `cuefit-trainer train` first")
    return _train(system, configuration.bundle, tell)


def _make_system(configuration: Configuration) -> System:
    dataset = load_dataset(TileCache(configuration.corpus.tiles, FeatureSpec()), load_tracks(configuration))
    work, centre = configuration.bundle.work / "systems", configuration.bundle.centre
    return System(dataset, configuration.training, configuration.system, configuration.augmentation, work, centre)


def _train(system: System, settings: BundleSettings, tell: Tell) -> Path:
    dataset, training, spec = system.dataset, system.training, FeatureSpec()
    measured = measure_members(system, settings.work / "members", settings.threshold_beta, tell)
    evidence = gather_evidence(dataset, measured.held_out, trainable_genres(dataset, training), training.seed)
    shipped = [entry.genre for entry in evidence if not entry.untrained]
    if not shipped:
        raise TrainingError("no genre is told apart better than chance; more soundtracks are needed")
    members = train_members(system, measured, shipped, tell)
    own = [member for member in measured.members if set(member.genres) & set(shipped)]
    by_fold = [
        describe_dataset(dataset, system.tiles(fold), [member for member in own if member.part.fold == fold])
        for fold in range(training.folds)
    ]
    projection, embedding_evidence = learn_embedding(
        Described(dataset, measured.folds, by_fold, n_statistics(spec), settings.embedding_size),
        describe_dataset(dataset, system.tiles(None), members),
        training.seed,
    )
    calibrations = calibrate_all(
        dataset, measured.answers.track_logits, measured.weights, settings.threshold_beta, measured.doubt
    )
    folder = write_bundle(
        settings, training, spec, system.standardisation(None), members,
        {genre: calibrations[genre] for genre in shipped}, projection, embedding_evidence, evidence,
        gather_ranking(dataset, measured.held_out, shipped), describe_corpora(dataset), dataset.fingerprints,
    )  # fmt: skip
    manifest = load_bundle(folder).manifest
    regression = out_of_fold_regression(
        dataset, measured.folds, measured.weights, trained_columns(measured.answers.track_logits)
    )
    report = write_report(
        manifest,
        Measured(
            dataset, measured.networks, measured.members, measured.folds, measured.answers.tile_logits,
            measured.held_out, regression,
        ),
    )  # fmt: skip
    with writing(folder / "REPORT.md"):
        (folder / "REPORT.md").write_text(report, encoding="utf-8")
    return folder


def measure_members(system: System, work: Path, beta: float, tell: Tell) -> OutOfFold:
    """Train and export the networks of all folds, and let them answer.

    Parameters
    ----------
    work : folder for the exported members
    beta : see `trainer.evaluation.calibration.calibrate`
    """
    n_steps = 2 * len(system.parts) + len(system.final_parts)
    networks: list[PartAnswers] = []
    for answer in system.train(lambda said: tell(said, len(networks), n_steps)):
        networks.append(answer)
        tell(f"{answer.part.name}: best epoch {answer.best_epoch}", len(networks), n_steps)
    members: list[ExportedMember] = []
    for member in export_members(system, work):
        members.append(member)
        tell(f"{member.part.name} exported", len(networks) + len(members), n_steps)
    check_parity(members)
    answers = system.gather(
        [replace(own, tile_logits=member.tile_logits) for own, member in zip(networks, members, strict=True)]
    )
    folds = folds_of(system.dataset, system.training)
    weights = system.dataset.track_weights(system.training.cue_weight)
    doubt = None if np.isnan(answers.doubt).all() else answers.doubt
    held_out = answer_held_out(system.dataset, answers.track_logits, folds, weights, beta, doubt)
    return OutOfFold(networks, members, answers, folds, weights, held_out)


def train_members(system: System, measured: OutOfFold, shipped: list[str], tell: Tell) -> list[ExportedMember]:
    """Train the networks that ship on all soundtracks, and export what they say of the genres that ship."""
    parts = [part for part in system.final_parts if set(system.genres_of(part)) & set(shipped)]
    n_before = 2 * len(system.parts)
    n_steps = n_before + len(parts)
    trained: list[PartAnswers] = []
    for answer in system.train_final(
        measured.networks, parts, lambda said: tell(said, n_before + len(trained), n_steps)
    ):
        trained.append(answer)
        tell(f"{answer.part.name}: {answer.best_epoch} epochs", n_before + len(trained), n_steps)
    return [export_final(system, part, shipped) for part in parts]
