"""A few seconds of a track, to be heard in a page: who may be quoted, where a tile lies, and the clip itself."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import numpy as np
import soundfile
import soxr

from tagger_app.audio.decode import open_audio
from tagger_app.errors import DecodeError
from tagger_app.features.mfcc import Floats
from tagger_app.features.spec import FeatureSpec
from tagger_app.features.tiles import tile_starts
from trainer.tiles.cache import TileRecord

RATE_HZ = 22_050
MOST_SECONDS = 3.0
_FADE_S = 0.02
_SILENT = 1e-4
"""A clip that never reaches this, -80 dB, is nothing to hear."""

_FREE = re.compile(
    r"(CC0|CC-BY|CC-BY-SA|L?GPL|AGPL|MIT|MIT-style|Expat|BSD|Apache|Zlib|public-domain|PD)"
    r"(-?\d[\d.]*(-[Cc]lause)?)?\+?"
)
_CREATIVE_COMMONS = re.compile(r"\bCC-(BY(?:-SA)?)-(\d\.\d)\b")


def may_be_quoted(licence: str) -> bool:
    """Whether a licence is one of those known to allow anybody to pass on a part of a recording.

    All that are named must be, but for those in brackets. Not knowing means no, and so do licences that forbid changes
    or commerce: an excerpt is a change, and who opens the page may be a business.
    """
    named = re.split(r" or | and |[/,;]", re.sub(r"\([^)]*\)", "", licence))
    return all(_FREE.fullmatch(name.strip()) for name in named)


def licence_link(licence: str) -> str:
    """Where a Creative Commons licence stands; empty for others."""
    if licence.startswith("CC0"):
        return "https://creativecommons.org/publicdomain/zero/1.0/"
    found = _CREATIVE_COMMONS.search(licence)
    return f"https://creativecommons.org/licenses/{found[1].lower()}/{found[2]}/" if found else ""


def tile_start_s(record: TileRecord, tile: int, spec: FeatureSpec) -> float:
    """Where a tile of a track begins, in seconds.

    Parameters
    ----------
    tile : among all tiles of the track, silent ones included
    """
    hop, frame = spec.hop_samples(record.rate_hz), spec.frame_samples(record.rate_hz)
    n_samples = round(record.duration_s * record.rate_hz)
    n_frames = max(0, -(-(n_samples - frame) // hop)) + 1
    return float(tile_starts(n_frames, spec)[tile]) * hop / record.rate_hz


def cut_clip(path: Path, start_s: float, length_s: float) -> bytes:
    """A stretch of a recording as FLAC, mono at 22,050 Hz, faded at both ends.

    Raises
    ------
    DecodeError
        It can't be decoded, ends before, or is silent there.
    """
    with open_audio(path) as audio:
        start, end = (round(second * audio.rate_hz) for second in (start_s, start_s + min(length_s, MOST_SECONDS)))
        blocks, heard = [], 0
        for block in audio.blocks:
            blocks.append(block[max(0, start - heard) : max(0, end - heard)])
            heard += len(block)
            if heard >= end:
                break
        samples = np.concatenate(blocks) if blocks else np.zeros(0, np.float32)
        clip = np.asarray(soxr.resample(samples, audio.rate_hz, RATE_HZ), dtype=np.float32)
    if len(clip) < 2 * _FADE_S * RATE_HZ:
        raise DecodeError(path, f"ends before {start_s:.1f} s")
    if np.abs(clip).max() < _SILENT:
        raise DecodeError(path, f"is silent at {start_s:.1f} s")
    written = io.BytesIO()
    soundfile.write(written, _faded(clip), RATE_HZ, format="FLAC", subtype="PCM_16")
    return written.getvalue()


def data_uri(flac: bytes) -> str:
    """A clip as an address that holds it."""
    return f"data:audio/flac;base64,{base64.b64encode(flac).decode('ascii')}"


def _faded(clip: Floats) -> Floats:
    ramp = np.linspace(0, 1, round(_FADE_S * RATE_HZ), dtype=np.float32)
    faded = np.clip(clip, -1, 1)
    faded[: len(ramp)] *= ramp
    faded[-len(ramp) :] *= ramp[::-1]
    return faded
