"""The manifest of a model bundle: `manifest.json`, decoded strictly.

Unknown fields, missing fields and wrong types are refused with the place they stand at.
"""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any, Literal

import msgspec

from tagger_app.features.spec import FeatureSpec

FORMAT = 3
Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
Share = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
Count = Annotated[int, msgspec.Meta(ge=0)]


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What all parts of a manifest have in common."""


class MemberEntry(_Strict, frozen=True):
    """One member: a network with an output for each of `genres`, in this order.

    A genre may have several members, *bags*, that learned from other negatives: their mean counts.
    """

    genres: Annotated[list[str], msgspec.Meta(min_length=1)]
    file: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*\.tflite\Z")]
    sha256: Sha256


class CalibrationEntry(_Strict, frozen=True):
    """From the logits that a genre's members give a track to its fit.

    With z the mean over members of their mean logits and d the deviation between members,
    fit = 1 / (1 + exp(-(slope (z - caution d) + offset))) (Platt 1999): the more the members disagree, the lower the
    fit, by as much as held-out tracks showed to be right. A track whose fit reaches `threshold` is assigned the genre.
    """

    genre: str
    slope: Annotated[float, msgspec.Meta(gt=0.0, le=1e3)]
    offset: Annotated[float, msgspec.Meta(ge=-1e3, le=1e3)]
    caution: Annotated[float, msgspec.Meta(ge=0.0, le=1e3)]
    threshold: Share


class StandardisationEntry(_Strict, frozen=True):
    """See `tagger_app.ensemble.standardise.Standardisation`."""

    centre: Literal["corpus", "track"]
    mean: list[float]
    deviation: list[Annotated[float, msgspec.Meta(gt=0.0)]]


class EmbeddingEvidence(_Strict, frozen=True):
    """How good the nearest ten are, by embedding alone, among soundtracks that nothing was learned from.

    Every track asked for others of its fold. Precision is the share of right ones among ten, `..._chance` that of ten
    drawn at random; average precision and `precision_soundtrack` are of "same soundtrack", `precision_genre` of
    "shares a genre". `hubness` is the skewness of how often a track is among the ten. Intervals are 95 %, by bootstrap
    over soundtracks. `settings` names how it was learned.
    """

    tracks: Count
    soundtracks: Count
    precision_soundtrack: Share
    precision_soundtrack_interval: tuple[Share, Share]
    precision_soundtrack_chance: Share
    precision_genre: Share
    precision_genre_interval: tuple[Share, Share]
    precision_genre_chance: Share
    average_precision: Share
    hubness: float
    settings: str


class EmbeddingEntry(_Strict, frozen=True):
    """The projection of descriptors to embeddings (`tagger_app.ensemble.embedding`), in an `.npz`.

    `evidence` is null where there were too few soundtracks to measure it.
    """

    file: Literal["embedding.npz"]
    sha256: Sha256
    size: Annotated[int, msgspec.Meta(ge=1, le=4096)]
    evidence: EmbeddingEvidence | None


class FitBand(_Strict, frozen=True):
    """What fits from `low` up to `high` meant: so many held-out tracks had one, and so many of them were right."""

    low: Share
    high: Share
    tracks: Count
    right: Count


class Evidence(_Strict, frozen=True):
    """What is known of one genre's fits, all of it measured on soundtracks that the measured model had not heard.

    `untrained` says why there is no member, and is empty where there is one. The figures are there wherever something
    was measured: of a genre that was tried and left out, too.
    `bands` divide the held-out tracks by their fit.
    `prevalence` is what precision and PR-AUC come to by chance. Intervals are 95 %, by bootstrap over soundtracks.
    """

    genre: str
    training_tracks: Count
    training_soundtracks: Count
    untrained: str = ""
    held_out_tracks: Count = 0
    prevalence: Share | None = None
    precision: Share | None = None
    recall: Share | None = None
    f1: Share | None = None
    roc_auc: Share | None = None
    roc_auc_interval: tuple[Share, Share] | None = None
    pr_auc: Share | None = None
    pr_auc_interval: tuple[Share, Share] | None = None
    bands: list[FitBand] = []


class CorpusEntry(_Strict, frozen=True):
    """One of the collections that the bundle was trained on, with its licences and whom to credit."""

    name: str
    tracks: Count
    soundtracks: Count
    hours: Annotated[float, msgspec.Meta(ge=0.0)]
    licences: list[str]
    attribution: list[str]


class Training(_Strict, frozen=True):
    """Where a bundle comes from."""

    trainer: str
    config: str
    seed: int
    created: str


class Ranking(_Strict, frozen=True):
    """How well all genres together were ranked on held-out tracks, beside the constant answer of their prevalences."""

    tracks: Count
    lrap: Share
    lrap_prevalence: Share
    coverage_error: float
    coverage_error_prevalence: float
    coverage_error_best: float


class Manifest(_Strict, frozen=True):
    """All that is said of a bundle besides its networks.

    `heard` names the audio streams that the members learned from, by the first 16 digits of their fingerprints: what a
    bundle is worth can't be measured on these.
    """

    format: int
    id: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")]
    features: FeatureSpec
    fingerprint: str
    genres: list[str]
    standardisation: StandardisationEntry
    members: list[MemberEntry]
    calibrations: list[CalibrationEntry]
    embedding: EmbeddingEntry
    evidence: list[Evidence]
    ranking: Ranking
    corpora: list[CorpusEntry]
    training: Training
    heard: list[Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{16}\Z")]] = []


class _Format(msgspec.Struct):
    """The one field that manifests of all formats have."""

    format: int


class _FeatureNames(msgspec.Struct):
    """The fields of the feature spec, as they are given."""

    features: dict[str, Any]


def decode_format(content: bytes) -> int:
    """The format of a manifest, of this or another version of Cuefit. Raises as `decode_manifest` does."""
    return msgspec.json.decode(content, type=_Format).format


def decode_manifest(content: bytes) -> Manifest:
    """Decode `manifest.json`.

    Raises
    ------
    msgspec.DecodeError
        It isn't JSON, or not a manifest; the message names the place. (`ValidationError` is one of its kinds.)
    """
    manifest = msgspec.json.decode(content, type=Manifest)
    # A spec is a plain dataclass, in which msgspec passes over unknown fields and fills missing ones with defaults.
    given = set(msgspec.json.decode(content, type=_FeatureNames).features)
    if odd := given ^ {field.name for field in dataclasses.fields(FeatureSpec)}:
        raise msgspec.ValidationError(f"Unknown or missing field `{min(odd)}` - at `$.features`")
    return manifest


def encode_manifest(manifest: Manifest) -> bytes:
    """The manifest as indented JSON, ending with a newline."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"
