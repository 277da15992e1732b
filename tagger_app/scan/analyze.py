"""Listening to one file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tagger_app.audio.decode import open_audio
from tagger_app.audio.fingerprint import fingerprint_stream
from tagger_app.ensemble.scoring import Ensemble, Scores
from tagger_app.errors import TagError
from tagger_app.features.mfcc import Floats, Frames, MfccStream
from tagger_app.features.motion import level_contour, tile_motion
from tagger_app.features.tiles import cut_tiles, sounding_tiles
from tagger_app.index.sound import LEVELS_PER_TILE
from tagger_app.tagging.containers import read_metadata
from tagger_app.tagging.metadata import Metadata

SHORTEST_S = 1.0
"""A recording shorter than this gets no fits."""

_OVERVIEW_POINTS = 1000


@dataclass(frozen=True)
class Identity:
    """Whose audio it is, and what its tags say.

    Attributes
    ----------
    fingerprint : of the audio stream, see `tagger_app.audio.fingerprint`
    metadata : title, artist, album and Cuefit's own fields
    """

    fingerprint: str
    metadata: Metadata


@dataclass(frozen=True)
class Analysis:
    """All that Cuefit hears in one file.

    Attributes
    ----------
    duration_s, rate_hz, n_channels, codec : of the recording
    scores : None where there are no fits
    unscored : why there are no fits: "silent", "shorter than 1 s"; else empty
    short : the track is shorter than a tile and was repeated to fill one
    overview : uint8 [shape=(n_points,)], peaks of the waveform, 255 = full scale; at most 1000 points
    levels : uint8 [shape=(n_points,)], see `tagger_app.features.motion.level_contour`
    motion : float32 [shape=(n_tiles, n_columns)], see `tagger_app.features.motion.tile_motion`; None without scores
    """

    duration_s: float
    rate_hz: int
    n_channels: int
    codec: str
    scores: Scores | None
    unscored: str
    short: bool
    overview: npt.NDArray[np.uint8]
    levels: npt.NDArray[np.uint8]
    motion: Floats | None


def identify(path: str) -> Identity:
    """Recognise a file without decoding it.

    Tags that can't be read don't keep a file from being heard: they count as absent.

    Raises
    ------
    DecodeError
        It isn't audio, or can't be read.
    """
    fingerprint = fingerprint_stream(path)
    try:
        metadata = read_metadata(path)
    except TagError:
        metadata = Metadata()
    return Identity(fingerprint, metadata)


def analyze(path: str, ensemble: Ensemble) -> Analysis:
    """Listen to a file. The result depends on its audio and the bundle alone.

    Raises
    ------
    DecodeError
        The audio can't be decoded to its end.
    """
    spec = ensemble.bundle.spec
    with open_audio(path) as audio:
        stream = MfccStream(spec, audio.rate_hz)
        n_samples = 0
        for block in audio.blocks:
            stream.push(block)
            n_samples += len(block)
        frames = stream.finish()
        rate_hz, n_channels, codec = audio.rate_hz, audio.n_channels, audio.codec
    duration_s = n_samples / rate_hz
    scores, unscored = _score(frames, duration_s, ensemble)
    return Analysis(
        duration_s=duration_s,
        rate_hz=rate_hz,
        n_channels=n_channels,
        codec=codec,
        scores=scores,
        unscored=unscored,
        short=len(frames.mfcc) < spec.tile_frames,
        overview=_overview(frames.peak),
        levels=level_contour(frames.power, spec, LEVELS_PER_TILE),
        motion=tile_motion(frames, spec) if scores else None,
    )


def _score(frames: Frames, duration_s: float, ensemble: Ensemble) -> tuple[Scores | None, str]:
    if duration_s < SHORTEST_S:
        return None, f"shorter than {SHORTEST_S:.0f} s"
    spec = ensemble.bundle.spec
    sounding = sounding_tiles(frames.power, spec)
    if not sounding.any():
        return None, "silent"
    return ensemble.score(cut_tiles(frames.mfcc, spec), sounding), ""


def _overview(peak: Floats) -> npt.NDArray[np.uint8]:
    """Peaks of the frames, the largest of each of at most 1000 equal stretches."""
    if not len(peak):
        return np.zeros(0, dtype=np.uint8)
    stretches = np.linspace(0, len(peak), min(len(peak), _OVERVIEW_POINTS), endpoint=False).astype(int)
    loudest = np.maximum.reduceat(peak, stretches)
    return np.asarray(np.rint(np.clip(loudest, 0.0, 1.0) * 255), dtype=np.uint8)
