"""From what was heard to what the index keeps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tagger_app.audio.discover import FoundFile
from tagger_app.ensemble.bundle import Bundle
from tagger_app.features.motion import contour_db, pool_dynamics, pool_pace
from tagger_app.genres import N_GENRES
from tagger_app.index.records import FileFacts, TrackRecord
from tagger_app.index.sound import Sound, quantise_tiles
from tagger_app.scan.analyze import Analysis, Identity
from tagger_app.tagging.fields import parse_fields


def analysed_record(file: FoundFile, identity: Identity, analysis: Analysis, bundle: Bundle) -> TrackRecord:
    """What the index keeps of a file that was listened to."""
    scores = analysis.scores
    metadata = identity.metadata
    return TrackRecord(
        path=file.path,
        size=file.size,
        mtime_ns=file.mtime_ns,
        fingerprint=identity.fingerprint,
        bundle_id=bundle.id,
        spec_fingerprint=bundle.manifest.fingerprint,
        duration_s=analysis.duration_s,
        rate_hz=analysis.rate_hz,
        n_channels=analysis.n_channels,
        codec=analysis.codec,
        title=metadata.title,
        artist=metadata.artist,
        album=metadata.album,
        fits=tuple(None if np.isnan(fit) else float(fit) for fit in scores.fits) if scores else (None,) * N_GENRES,
        assigned=scores.assigned if scores else (),
        user_genres=parse_fields(metadata.fields).user,
        unscored=analysis.unscored,
        short=analysis.short,
        curve=(scores.curve if scores else np.zeros((0, N_GENRES))).astype(np.float16),
        embedding=(scores.embedding if scores else np.zeros(0)).astype(np.float16),
        overview=analysis.overview,
        sound=_sound(analysis, bundle),
    )


def recognised_record(known: TrackRecord, file: FoundFile, identity: Identity) -> TrackRecord:
    """What the index keeps of a file whose audio it knows from another path or another time."""
    metadata = identity.metadata
    return replace(
        known,
        path=file.path,
        size=file.size,
        mtime_ns=file.mtime_ns,
        title=metadata.title,
        artist=metadata.artist,
        album=metadata.album,
        user_genres=parse_fields(metadata.fields).user,
    )


def file_facts(file: FoundFile, identity: Identity) -> FileFacts:
    """What a move changes."""
    metadata = identity.metadata
    return FileFacts(file.path, file.size, file.mtime_ns, metadata.title, metadata.artist, metadata.album)


def _sound(analysis: Analysis, bundle: Bundle) -> Sound | None:
    """What suggestions compare; None where there are no scores."""
    if analysis.scores is None or analysis.motion is None:
        return None
    embeddings = analysis.scores.tile_embeddings
    tiles, scale = quantise_tiles(embeddings)
    return Sound(
        tile_s=bundle.spec.tile_s,
        scale=scale,
        tiles=tiles,
        spread=embeddings[embeddings.any(axis=1)].std(axis=0).astype(np.float16),
        levels=analysis.levels,
        motion=analysis.motion.astype(np.float16),
        dynamics=pool_dynamics(analysis.motion, contour_db(analysis.levels)).astype(np.float16),
        pace=pool_pace(analysis.motion).astype(np.float16),
    )
