"""The section on filters: kernels as a picture, and clips of what excites late filters most."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import keras
import numpy as np
import numpy.typing as npt
import scipy.fft

from tagger_app.errors import DecodeError
from tagger_app.features.mfcc import Floats
from tagger_app.genres import GENRES
from trainer.learning.parts import Part
from trainer.report.clips import (
    MOST_SECONDS,
    cut_clip,
    data_uri,
    licence_link,
    may_be_quoted,
    tile_start_s,
)
from trainer.report.filters import (
    Excitement,
    LateLayer,
    excite,
    find_late_layer,
    first_kernels,
    measure_raise,
    most_excited,
    tell_apart,
)
from trainer.report.material import Material, track_name
from trainer.report.page import Clip, Passage, Picture, Section
from trainer.report.pictures import draw_kernels, draw_tile
from trainer.tiles.cache import TileRecord

Indices = npt.NDArray[np.int64]
ClipChoice = Literal["free", "all", "none"]

_FOLD = 0
_N_KERNELS = 32
_N_GENRES = 4
_N_CLIPS = 3
_N_SILENCED = 128


@dataclass(frozen=True)
class _Heard:
    """A network, its late layer, and how its held-out tiles excite it."""

    network: keras.Model
    layer: LateLayer
    excitement: Excitement
    raised: npt.NDArray[np.float64]


def show_filters(material: Material, clips: ClipChoice, tell: Callable[[str], None]) -> Section:
    """First kernels and late filters of the networks of the first fold, on tiles that they haven't heard.

    Parameters
    ----------
    clips : which tracks may be heard in the page: those whose licence allows it, all, or none
    """
    held_out = np.flatnonzero(material.answers.tile_folds == _FOLD)
    genres = _best_genres(material)
    networks: dict[Part, _Heard] = {}
    passages: list[Passage] = []
    taken: set[tuple[Part, int]] = set()
    for genre in genres:
        part = _part_for(material, genre)
        if part not in networks:
            tell(f"filters of {part.name}")
            networks[part] = _hear(material, part, held_out)
        heard = networks[part]
        order = np.argsort(-heard.raised[:, material.system.genres_of(part).index(genre)], kind="stable")
        number = next(int(number) for number in order if (part, int(number)) not in taken)
        taken.add((part, number))
        passages.append(_show_filter(material, part, heard, number, genre, held_out, clips))
    first = next(iter(networks))
    return Section(
        "filters", "What the filters respond to", [_show_kernels(material, first, networks[first]), *passages]
    )


def _best_genres(material: Material) -> list[str]:
    """The genres that the system tells apart best: what raises the others may be noise."""
    tried = material.evaluation.genres
    return [entry.genre for entry in sorted(tried, key=lambda entry: -entry.roc_auc)[:_N_GENRES]]


def _part_for(material: Material, genre: str) -> Part:
    return next(
        part
        for part in material.system.parts
        if (part.fold, part.bag) == (_FOLD, 0) and genre in material.system.genres_of(part)
    )


def _hear(material: Material, part: Part, held_out: Indices) -> _Heard:
    network = material.system.network(part)
    layer = find_late_layer(network)
    tiles = material.system.tiles(_FOLD)
    some = held_out[np.linspace(0, len(held_out) - 1, min(_N_SILENCED, len(held_out))).round().astype(int)]
    return _Heard(network, layer, excite(layer, tiles.chunks(held_out)), measure_raise(layer, tiles[some]))


def _show_kernels(material: Material, part: Part, heard: _Heard) -> Passage:
    shape = material.ground.cache.spec.tile_shape
    kernels = first_kernels(heard.network, shape)
    n_kernels, height, width = kernels.shape
    bands = "mel bands" if material.configuration.system.features == "logmel" else "cepstral coefficients"
    shown = kernels[:_N_KERNELS]
    network = material.part_name(part)
    size = f"{height} {bands} (upwards) by {width} frames of {1000 * material.ground.cache.spec.frame_s:.0f} ms"
    caption = (
        f"{len(shown)} of {n_kernels} kernels of the network for {network}, {size}, those with the largest weights "
        "first. Blue weights are above zero, orange below; each kernel has a scale of its own."
    )
    return Passage(
        "First layer",
        [
            "Each kernel answers to its own pattern of neighbouring coefficients and frames: stripes down a kernel "
            "hear something begin or end, stripes across it hear a shape of the spectrum that holds."
        ],
        [Picture("Kernels of the first layer", draw_kernels(shown, "kernels", caption), caption)],
        size="whole",
    )


def _show_filter(
    material: Material, part: Part, heard: _Heard, number: int, genre: str, held_out: Indices, clips: ClipChoice
) -> Passage:
    dataset = material.dataset
    owner = dataset.owner[held_out]
    column = GENRES.index(genre)
    told = dataset.known[owner, column]
    means = heard.excitement.means[:, number]
    rank = tell_apart(means[told], dataset.labels[owner[told], column])
    raised = heard.raised[number, material.system.genres_of(part).index(genre)]
    shares = np.array([track.soundtrack for track in dataset.tracks])[owner]
    chosen = most_excited(means, shares, _N_CLIPS)
    network, kind = material.part_name(part), "convolution" if heard.layer.is_convolution else "hidden layer"
    return Passage(
        f"Filter {number + 1} of {heard.layer.n_filters}, which raises {genre}",
        [
            f"Network for {network}: of its last {kind} this one raises {genre} most. Without it the log odds fall by "
            f"{raised:.3f} on average. Alone it ranks a held-out tile of {genre} above another {100 * rank:.0f} % of "
            "the time (a coin 50 %). These are the held-out tiles that excite it most, one a soundtrack; the frame "
            f"marks the {_field_s(material, heard.layer):.1f} s that excite it most, which is what can be heard."
        ],
        clips=[
            _make_clip(material, heard, number, int(held_out[place]), int(place), clips, f"{column}-{rank_}")
            for rank_, place in enumerate(chosen)
        ],
    )


def _field_s(material: Material, layer: LateLayer) -> float:
    return min(layer.width_frames * material.ground.cache.spec.frame_s, MOST_SECONDS)


def _make_clip(
    material: Material, heard: _Heard, number: int, tile: int, place: int, clips: ClipChoice, key: str
) -> Clip:
    dataset, cache = material.dataset, material.ground.cache
    spec = cache.spec
    index = int(dataset.owner[tile])
    track = dataset.tracks[index]
    record = cache.find(track.path)
    assert isinstance(record, TileRecord), "the data set holds what the cache has"
    own = tile - int(np.searchsorted(dataset.owner, index))
    tile_s = tile_start_s(record, int(np.flatnonzero(cache.sounding(record.fingerprint))[own]), spec)
    # A layer that hears the whole tile has its middle played.
    width_s = heard.layer.width_frames * spec.frame_s
    inside_s = int(heard.excitement.peaks[place, number]) * heard.layer.step_frames * spec.frame_s
    length_s = _field_s(material, heard.layer)
    inside_s += (width_s - length_s) / 2
    # A track shorter than a tile is repeated to fill it.
    start_s = min((tile_s + inside_s) % record.duration_s, max(0.0, record.duration_s - length_s))
    audio, credit = "", f"Nothing to hear: its licence ({track.licence or 'unknown'}) isn't known to allow it."
    if clips == "none":
        credit = "Nothing to hear, as was asked for."
    elif clips == "all" or may_be_quoted(track.licence):
        try:
            audio = data_uri(cut_clip(track.path, start_s, length_s))
            credit = f"{track.attribution.rstrip('.')}. Excerpt, mono, 22,050 Hz." if track.attribution else "Excerpt."
        except DecodeError as error:
            credit = f"Nothing to hear: {error.reason}."
    genres = ", ".join(track.genres) or "no genre"
    where = f"{_minutes(start_s)} to {_minutes(start_s + length_s)}, labelled {genres}"
    energies = mel_energies(dataset.tiles[index][own])
    picture = draw_tile(
        energies,
        (inside_s, inside_s + length_s),
        spec.tile_s,
        f"tile-{key}",
        f"Mel spectrogram of the tile from {_minutes(tile_s)}, with the stretch marked.",
    )
    return Clip(track_name(track), where, picture, audio, credit, licence_link(track.licence) if audio else "")


def mel_energies(tile: npt.NDArray[np.floating]) -> Floats:
    """Logarithms of mel energies that the coefficients of a tile came from, float32 [shape=(n_mfcc, n_frames)]."""
    return np.asarray(scipy.fft.idct(tile.astype(np.float32), axis=0, norm="ortho"), dtype=np.float32)


def _minutes(seconds: float) -> str:
    return f"{int(seconds // 60)}:{seconds % 60:04.1f}"
