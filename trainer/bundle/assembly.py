"""From out-of-fold results to a bundle: members are trained once more, on everything, and written with the evidence."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tagger_app import __version__
from tagger_app.ensemble.bundle import MANIFEST_NAME, PROJECTION_ARRAYS
from tagger_app.ensemble.embedding import Projection
from tagger_app.ensemble.manifest import (
    FORMAT,
    CorpusEntry,
    EmbeddingEntry,
    EmbeddingEvidence,
    Evidence,
    Manifest,
    MemberEntry,
    Ranking,
    StandardisationEntry,
    Training,
    encode_manifest,
)
from tagger_app.ensemble.standardise import Standardisation
from tagger_app.features.mfcc import Floats
from tagger_app.features.spec import FeatureSpec
from tagger_app.genres import GENRES, genre_key
from trainer.evaluation.calibration import Calibration
from trainer.learning.cross_validation import (
    FoldResult,
    draw_representative,
    run_key,
    tile_weights,
)
from trainer.learning.export import export_int8
from trainer.learning.training import train_member
from trainer.settings import BundleSettings, TrainingSettings
from trainer.tiles.dataset import Dataset

_PROJECTION_NAME = "embedding.npz"
_ATTRIBUTION_NAME = "ATTRIBUTION.md"


@dataclass(frozen=True)
class FinalMember:
    """A member trained on the whole corpus, as it ships.

    Attributes
    ----------
    genre : whose fit it gives
    epochs : it was trained for: the median of the folds' best, since nothing is held out to stop it by
    content : TFLite model
    """

    genre: str
    epochs: int
    content: bytes


def train_final(
    dataset: Dataset,
    tiles: Floats,
    results: Sequence[FoldResult],
    training: TrainingSettings,
    bundle: BundleSettings,
) -> Iterator[FinalMember]:
    """Train a member on all tracks for each genre of the cross-validation; what an earlier run finished is kept.

    Parameters
    ----------
    tiles : float32 [shape=(n_tiles, n_mfcc, n_frames)], standardised
    """
    learned = dataset.spread_tiles(training.tiles_per_track)
    weights = tile_weights(dataset, training)
    run = run_key(dataset, training, bundle.centre)
    for genre in dict.fromkeys(result.genre for result in results):
        epochs = round(float(np.median([result.best_epoch for result in results if result.genre == genre])))
        path = bundle.work / f"{run}-{genre_key(genre)}-all-{epochs}.tflite"
        if not path.exists():
            seed = training.seed + 10_000 + GENRES.index(genre)
            positive = dataset.labels[dataset.owner, GENRES.index(genre)]
            own = learned & dataset.known[dataset.owner, GENRES.index(genre)]
            nothing = np.zeros(int(own.sum()), dtype=np.bool_)
            trained = train_member(tiles[own], positive[own], weights[own], nothing, training, seed, epochs=epochs)
            drawn = draw_representative(learned, np.random.default_rng(seed))
            partial = path.with_suffix(".partial")
            partial.write_bytes(export_int8(trained.network, tiles[drawn]))
            partial.replace(path)
        yield FinalMember(genre, epochs, path.read_bytes())


def write_bundle(
    bundle: BundleSettings,
    training: TrainingSettings,
    spec: FeatureSpec,
    standardisation: Standardisation,
    members: Sequence[FinalMember],
    calibrations: dict[str, Calibration],
    projection: Projection,
    embedding_evidence: EmbeddingEvidence | None,
    evidence: list[Evidence],
    ranking: Ranking,
    dataset: Dataset,
) -> Path:
    """Write a bundle beside where it goes and rename it, so that a folder of its name is always whole.

    Returns
    -------
    The bundle's folder.
    """
    folder = bundle.folder / bundle.id
    partial = bundle.folder / f".{bundle.id}.partial"
    partial.mkdir(parents=True, exist_ok=True)
    stored = io.BytesIO()
    np.savez(stored, **{name: getattr(projection, name) for name in PROJECTION_ARRAYS})
    files = {f"{genre_key(member.genre)}.tflite": member.content for member in members}
    files[_PROJECTION_NAME] = stored.getvalue()
    entries = [
        MemberEntry(
            genre=member.genre,
            file=f"{genre_key(member.genre)}.tflite",
            sha256=hashlib.sha256(member.content).hexdigest(),
            slope=calibrations[member.genre].slope,
            offset=calibrations[member.genre].offset,
            threshold=calibrations[member.genre].threshold,
        )
        for member in members
    ]
    corpora = _describe_corpora(dataset)
    manifest = Manifest(
        format=FORMAT,
        id=bundle.id,
        features=spec,
        fingerprint=spec.fingerprint(),
        genres=list(GENRES),
        standardisation=StandardisationEntry(
            centre=standardisation.centre,
            mean=[float(value) for value in standardisation.mean],
            deviation=[float(value) for value in standardisation.deviation],
        ),
        members=entries,
        embedding=EmbeddingEntry(
            file="embedding.npz",
            sha256=hashlib.sha256(files[_PROJECTION_NAME]).hexdigest(),
            size=projection.size,
            evidence=embedding_evidence,
        ),
        evidence=evidence,
        ranking=ranking,
        corpora=corpora,
        training=Training(
            trainer=f"cuefit-trainer {__version__}",
            config=bundle.config_name,
            seed=training.seed,
            created=datetime.now(UTC).date().isoformat(),
        ),
    )
    files[MANIFEST_NAME] = encode_manifest(manifest)
    files[_ATTRIBUTION_NAME] = _attribution(corpora).encode()
    for name, content in files.items():
        (partial / name).write_bytes(content)
    if folder.exists():
        for old in folder.iterdir():
            old.unlink()
        folder.rmdir()
    partial.rename(folder)
    return folder


def _describe_corpora(dataset: Dataset) -> list[CorpusEntry]:
    sources: npt.NDArray[np.str_] = np.array([track.source for track in dataset.tracks])
    return [
        CorpusEntry(
            name=str(source),
            tracks=int((sources == source).sum()),
            soundtracks=len(np.unique(dataset.soundtracks[sources == source])),
            hours=round(sum(track.seconds for track in dataset.tracks if track.source == source) / 3600, 2),
            licences=sorted({track.licence for track in dataset.tracks if track.source == source} - {""}),
            attribution=sorted({track.attribution for track in dataset.tracks if track.source == source} - {""}),
        )
        for source in np.unique(sources)
    ]


def _attribution(corpora: Sequence[CorpusEntry]) -> str:
    lines = ["# The music that these models were trained on", ""]
    for corpus in corpora:
        lines += [f"## {corpus.name}", "", f"{corpus.tracks} tracks, {corpus.hours} hours.", ""]
        lines += [f"- {line}" for line in corpus.attribution] + [""]
    return "\n".join(lines)
