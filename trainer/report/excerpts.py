"""A stretch of a tile as a clip: its picture, its sound where that is allowed, and whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import scipy.fft

from tagger_app.errors import DecodeError
from tagger_app.features.mfcc import Floats
from trainer.corpora.tracks import CorpusTrack
from trainer.report.clips import cut_clip, data_uri, licence_link, may_be_quoted, tile_start_s
from trainer.report.material import Material, track_name
from trainer.report.page import Clip
from trainer.report.pictures import draw_tile

ClipChoice = Literal["free", "all", "none"]
"""Which tracks may be heard in the page: those whose licence is known to allow it, all, or none."""


@dataclass(frozen=True)
class Stretch:
    """A part of a tile: which of the data set's, where in it, and how long, in seconds."""

    tile: int
    start_s: float
    length_s: float


def show_stretch(material: Material, stretch: Stretch, clips: ClipChoice, key: str) -> Clip:
    """The clip of a stretch; `key` begins the identifiers of its picture."""
    dataset, cache = material.dataset, material.ground.cache
    index = int(dataset.owner[stretch.tile])
    track, record = dataset.tracks[index], material.record(dataset.tracks[index])
    own = stretch.tile - int(np.searchsorted(dataset.owner, index))
    sounding = np.flatnonzero(cache.sounding(record.fingerprint))
    tile_s = tile_start_s(record, int(sounding[own]), cache.spec)
    # A track shorter than a tile is repeated to fill it.
    start_s = (tile_s + stretch.start_s) % record.duration_s
    length_s = min(stretch.length_s, record.duration_s)
    start_s = min(start_s, record.duration_s - length_s)
    audio, credit = _quote(track, start_s, length_s, clips)
    picture = draw_tile(
        mel_energies(dataset.tiles[index][own]),
        (stretch.start_s, stretch.start_s + stretch.length_s),
        cache.spec.tile_s,
        key,
        f"Mel spectrogram of the tile from {_minutes(tile_s)}, with the stretch marked.",
    )
    place = f"{_minutes(start_s)} to {_minutes(start_s + length_s)}"
    labels = ", ".join(track.genres) or "no genre"
    link = licence_link(track.licence) if audio else ""
    return Clip(track_name(track), f"{place}, labelled {labels}", picture, audio, credit, link)


def _quote(track: CorpusTrack, start_s: float, length_s: float, clips: ClipChoice) -> tuple[str, str]:
    """The sound as a data URI, and whose it is; no sound, and why."""
    if clips == "none":
        return "", "Nothing to hear, as was asked for."
    if clips == "free" and not may_be_quoted(track.licence):
        return "", f"Nothing to hear: its licence ({track.licence or 'unknown'}) isn't known to allow it."
    try:
        audio = data_uri(cut_clip(track.path, start_s, length_s))
    except DecodeError as error:
        return "", f"Nothing to hear: {error.reason}."
    whose = f"{track.attribution.rstrip('.')}. " if track.attribution else ""
    return audio, f"{whose}Excerpt, mono, 22,050 Hz."


def mel_energies(tile: npt.NDArray[np.floating]) -> Floats:
    """Logarithms of mel energies that the coefficients of a tile came from, float32 [shape=(n_mfcc, n_frames)]."""
    return np.asarray(scipy.fft.idct(tile.astype(np.float32), axis=0, norm="ortho"), dtype=np.float32)


def _minutes(seconds: float) -> str:
    return f"{int(seconds // 60)}:{seconds % 60:04.1f}"
