"""Going on from a bundle with an editor's corrections and soundtracks: `cuefit-trainer train --finetune-from`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np

from tagger_app.ensemble.bundle import Bundle, load_bundle
from tagger_app.ensemble.embedding import n_statistics
from tagger_app.ensemble.manifest import CorpusEntry, Evidence
from tagger_app.genres import GENRES
from trainer.bundle.assembly import describe_corpora, write_bundle
from trainer.bundle.embedding import Described, describe_dataset, learn_embedding
from trainer.bundle.finetuning import (
    Change,
    answer_before,
    begin_with,
    compare_answers,
    measurable,
    not_heard_by,
    write_changes,
)
from trainer.configuration import Configuration
from trainer.corpora.loading import load_tracks
from trainer.errors import TrainingError, writing
from trainer.evaluation.calibration import Calibration
from trainer.evaluation.evidence import HeldOut, answer_held_out, calibrate_all, gather_evidence, gather_ranking
from trainer.learning.members import ExportedMember
from trainer.learning.parts import Part
from trainer.learning.systems import System
from trainer.tiles.cache import TileCache
from trainer.tiles.dataset import Booleans, Dataset, load_dataset
from trainer.train_command import OutOfFold, Tell, measure_members, train_members


def finetune_bundle(
    configuration: Configuration, source: Path, tell: Tell, agree: Callable[[list[Change], int], bool]
) -> Path | None:
    """Go on from a bundle; measure on tracks that it hasn't heard; write a new one if that is agreed to.

    Genres that the corpus hasn't enough unheard music of stay as they are where each genre has networks of its own.

    Parameters
    ----------
    source : folder of the bundle to go on from
    agree : is shown every metric before and after, and the number of tracks that it was measured on

    Returns
    -------
    The new bundle's folder; None where it wasn't agreed to, and nothing has been written.

    Raises
    ------
    BundleError, CorpusError, TileCacheError
        There is nothing to go on from, or nothing to learn from.
    TrainingError
        Nothing can be measured, or learned; or the bundle's networks can't be trained further.
    """
    bundle = load_bundle(source)
    training, settings = configuration.training, configuration.bundle
    if (settings.folder / settings.id).resolve() == source.resolve():
        raise TrainingError(f"[bundle] id is {settings.id}, the bundle to go on from; give the new one another id")
    dataset = load_dataset(TileCache(configuration.corpus.tiles, bundle.spec), load_tracks(configuration))
    unheard = not_heard_by(bundle, dataset)
    origin, system_settings = begin_with(bundle, configuration.system)
    system = System(
        dataset, training, system_settings, configuration.augmentation, settings.work / "systems",
        origin.standardisation.centre, origin,
    )  # fmt: skip
    measured = measure_members(system, settings.work / "members", settings.threshold_beta, tell)
    genres = measurable(dataset, unheard, measured.folds, system.genres)
    if not genres or (origin.is_whole and genres != system.genres):
        lacking = [genre for genre in system.genres if genre not in genres]
        raise TrainingError(
            f"too few tracks that {bundle.id} hasn't heard to measure a change of {', '.join(lacking)}: add soundtracks"
        )
    measured = _on_unheard(dataset, measured, unheard, genres, settings.threshold_beta)
    changes = compare_answers(dataset, unheard, answer_before(bundle, dataset), measured.held_out, genres)
    if not agree(changes, int(unheard.sum())):
        return None
    members = train_members(system, measured, genres, tell)
    folder = _write(configuration, _Tuned(bundle, system, measured, unheard, genres), members)
    report = write_changes(changes, bundle.id, int(unheard.sum()))
    with writing(folder / "REPORT.md"):
        (folder / "REPORT.md").write_text(report, encoding="utf-8")
    return folder


def _on_unheard(dataset: Dataset, measured: OutOfFold, unheard: Booleans, genres: list[str], beta: float) -> OutOfFold:
    """The same answers, calibrated on unheard tracks alone, for these genres alone."""
    columns = [GENRES.index(genre) for genre in genres]
    logits = np.full(measured.answers.track_logits.shape, np.nan)
    logits[:, columns] = measured.answers.track_logits[:, columns]
    weights = np.where(unheard, measured.weights, 0.0)
    held_out = answer_held_out(dataset, logits, measured.folds, weights, beta, measured.doubt)
    return replace(measured, answers=replace(measured.answers, track_logits=logits), weights=weights, held_out=held_out)


@dataclass(frozen=True)
class _Tuned:
    """What came of it: `genres` were trained further, and measured on tracks that the bundle hadn't heard."""

    bundle: Bundle
    system: System
    measured: OutOfFold
    unheard: Booleans
    genres: list[str]


def _write(configuration: Configuration, tuned: _Tuned, members: list[ExportedMember]) -> Path:
    bundle, dataset = tuned.bundle, tuned.system.dataset
    training, settings, manifest = configuration.training, configuration.bundle, bundle.manifest
    trained = [*members, *_untouched(bundle, tuned.genres)]
    by_fold = [
        describe_dataset(
            dataset,
            tuned.system.tiles(fold),
            [*_of_fold(tuned, fold), *_untouched(bundle, tuned.genres)],
        )
        for fold in range(training.folds)
    ]
    projection, embedding_evidence = learn_embedding(
        Described(dataset, tuned.measured.folds, by_fold, n_statistics(bundle.spec), settings.embedding_size),
        describe_dataset(dataset, tuned.system.tiles(None), trained),
        training.seed,
    )
    new = calibrate_all(
        dataset, tuned.measured.answers.track_logits, tuned.measured.weights, settings.threshold_beta,
        tuned.measured.doubt,
    )  # fmt: skip
    calibrations = {
        entry.genre: new.get(entry.genre, Calibration(entry.slope, entry.offset, entry.threshold, entry.caution))
        for entry in manifest.calibrations
    }
    chosen = np.flatnonzero(tuned.unheard)
    part = Dataset([dataset.tracks[index] for index in chosen], [dataset.tiles[index] for index in chosen])
    held_out = HeldOut(*(values[chosen] for values in vars(tuned.measured.held_out).values()))
    return write_bundle(
        settings, training, bundle.spec, bundle.standardisation, trained, calibrations, projection,
        embedding_evidence, _evidence(tuned, part, held_out, training.seed),
        gather_ranking(part, held_out, tuned.genres), _corpora(bundle, dataset),
        [*manifest.heard, *dataset.fingerprints],
    )  # fmt: skip


def _of_fold(tuned: _Tuned, fold: int) -> list[ExportedMember]:
    own = [member for member in tuned.measured.members if member.part.fold == fold]
    return [member for member in own if set(member.genres) & set(tuned.genres)]


def _untouched(bundle: Bundle, genres: list[str]) -> list[ExportedMember]:
    """Members of the bundle that stay as they are."""
    kept, bags = [], Counter[str]()
    for entry, content in zip(bundle.manifest.members, bundle.contents, strict=True):
        if not set(entry.genres) & set(genres):
            part = Part(None, entry.genres[0], bags[entry.genres[0]])
            bags[entry.genres[0]] += 1
            kept.append(ExportedMember(part, entry.genres, [], np.zeros((0, len(entry.genres)), np.float32), content))
    return kept


def _evidence(tuned: _Tuned, part: Dataset, held_out: HeldOut, seed: int) -> list[Evidence]:
    """New figures of what was trained further, the old ones of the rest."""
    old = tuned.bundle.manifest.evidence
    unmeasured = {entry.genre: "" if entry.genre in tuned.genres else "as it was" for entry in old}
    new = {entry.genre: entry for entry in gather_evidence(part, held_out, unmeasured, seed)}
    # What was trained stays so: there is less music to prove it by than the bundle that it came from had.
    tried = {genre: msgspec.structs.replace(new[genre], untrained="") for genre in tuned.genres}
    return [tried.get(entry.genre, entry) for entry in old]


def _corpora(bundle: Bundle, dataset: Dataset) -> list[CorpusEntry]:
    """What both were trained on; a source that both have is given as it is now."""
    now = {entry.name: entry for entry in describe_corpora(dataset)}
    return [*(entry for entry in bundle.manifest.corpora if entry.name not in now), *now.values()]
