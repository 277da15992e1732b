"""Writing a bundle: members, projection and manifest, whole or not at all."""

from __future__ import annotations

import hashlib
import io
import shutil
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tagger_app import __version__
from tagger_app.durable import put_in_place
from tagger_app.ensemble.bundle import MANIFEST_NAME, PROJECTION_ARRAYS
from tagger_app.ensemble.embedding import Projection
from tagger_app.ensemble.manifest import (
    FORMAT,
    CalibrationEntry,
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
from tagger_app.features.spec import FeatureSpec
from tagger_app.genres import GENRES
from trainer.errors import writing
from trainer.evaluation.calibration import Calibration
from trainer.learning.members import ExportedMember
from trainer.learning.parts import Part
from trainer.settings import BundleSettings, TrainingSettings
from trainer.tiles.dataset import Dataset

_PROJECTION_NAME = "embedding.npz"
_ATTRIBUTION_NAME = "ATTRIBUTION.md"
HEARD_DIGITS = 16


def write_bundle(
    bundle: BundleSettings,
    training: TrainingSettings,
    spec: FeatureSpec,
    standardisation: Standardisation,
    members: Sequence[ExportedMember],
    calibrations: dict[str, Calibration],
    projection: Projection,
    embedding_evidence: EmbeddingEvidence | None,
    evidence: list[Evidence],
    ranking: Ranking,
    corpora: list[CorpusEntry],
    heard: Iterable[str],
) -> Path:
    """Write a bundle beside where it goes and rename it, so that a folder of its name is always whole.

    Parameters
    ----------
    members : those that ship; `calibrations` are of their genres
    heard : fingerprints of the audio streams that they learned from

    Returns
    -------
    The bundle's folder.

    Raises
    ------
    WorkError
        It can't be written; one that was there before stays.
    """
    folder = bundle.folder / bundle.id
    partial = bundle.folder / f".{bundle.id}.partial"
    stored = io.BytesIO()
    np.savez(stored, **{name: getattr(projection, name) for name in PROJECTION_ARRAYS})
    contents = {file_name(member.part): member.content for member in members}
    files = {**contents, _PROJECTION_NAME: stored.getvalue()}
    entries = [
        MemberEntry(
            genres=member.genres,
            file=file_name(member.part),
            sha256=hashlib.sha256(member.content).hexdigest(),
        )
        for member in members
    ]
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
        calibrations=[
            CalibrationEntry(
                genre=genre,
                slope=calibration.slope,
                offset=calibration.offset,
                caution=calibration.caution,
                threshold=calibration.threshold,
            )
            for genre, calibration in calibrations.items()
        ],
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
        heard=sorted({fingerprint[:HEARD_DIGITS] for fingerprint in heard}),
    )
    files[MANIFEST_NAME] = encode_manifest(manifest)
    files[_ATTRIBUTION_NAME] = _attribution(corpora).encode()
    with writing(folder):
        # What an earlier run left there when it was stopped mustn't ship.
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        for name, content in files.items():
            (partial / name).write_bytes(content)
        if folder.exists():
            for old in folder.iterdir():
                old.unlink()
            folder.rmdir()
        put_in_place(partial, folder)
    return folder


def file_name(part: Part) -> str:
    """Name of a member's file: ``action.tflite``, the second bag of it ``action-2.tflite``; ``all.tflite``."""
    return f"{part.answers}-{part.bag + 1}.tflite" if part.bag else f"{part.answers}.tflite"


def describe_corpora(dataset: Dataset) -> list[CorpusEntry]:
    """What a data set is made of, with its licences and whom to credit."""
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
