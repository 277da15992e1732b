"""The section on filters: kernels as a picture, and clips of what excites late filters most."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np
import numpy.typing as npt

from tagger_app.genres import GENRES
from trainer.learning.parts import Part
from trainer.report.clips import MOST_SECONDS
from trainer.report.excerpts import ClipChoice, Stretch, show_stretch
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
from trainer.report.material import Material
from trainer.report.page import Passage, Picture, Section
from trainer.report.pictures import draw_kernels

Indices = npt.NDArray[np.int64]

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
    spec = material.ground.cache.spec
    kernels = first_kernels(heard.network, spec.tile_shape)
    n_kernels, height, width = kernels.shape
    shown = kernels[:_N_KERNELS]
    bands = "mel bands" if material.configuration.system.features == "logmel" else "cepstral coefficients"
    caption = (
        f"{len(shown)} of {n_kernels} kernels of the network for {material.part_name(part)}, {height} {bands} "
        f"(upwards) by {width} frames of {1000 * spec.frame_s:.0f} ms, those with the largest weights first. Blue "
        "weights are above zero, orange below; each kernel has a scale of its own."
    )
    words = (
        "Each kernel answers to its own pattern of neighbouring coefficients and frames: stripes down a kernel hear "
        "something begin or end, stripes across it hear a shape of the spectrum that holds."
        if heard.layer.is_convolution
        else "Without convolutions each kernel lies over the whole tile, and answers to a pattern at one place in it."
    )
    picture = Picture("Kernels of the first layer", draw_kernels(shown, "kernels", caption), caption)
    return Passage("First layer", [words], [picture], size="whole")


def _show_filter(
    material: Material, part: Part, heard: _Heard, number: int, genre: str, held_out: Indices, clips: ClipChoice
) -> Passage:
    dataset, layer = material.dataset, heard.layer
    owner, column = dataset.owner[held_out], GENRES.index(genre)
    told = dataset.known[owner, column]
    means = heard.excitement.means[:, number]
    rank = tell_apart(means[told], dataset.labels[owner[told], column])
    raised = heard.raised[number, material.system.genres_of(part).index(genre)]
    name, kind = ("Filter", "convolution") if layer.is_convolution else ("Unit", "hidden layer")
    chosen = most_excited(means, dataset.soundtracks[owner], _N_CLIPS)
    frame_s = material.ground.cache.spec.frame_s
    length_s = min(layer.width_frames * frame_s, MOST_SECONDS)
    marked = (
        f"the frame marks the {length_s:.1f} s that excite it most, which is what can be heard."
        if layer.is_convolution
        else f"it hears the whole tile, of which the {length_s:.1f} s in the middle can be heard."
    )
    # Of what is longer than a clip the middle is heard.
    lead_s = (layer.width_frames * frame_s - length_s) / 2
    stretches = [
        Stretch(
            int(held_out[place]),
            lead_s + int(heard.excitement.peaks[place, number]) * layer.step_frames * frame_s,
            length_s,
        )
        for place in chosen
    ]
    return Passage(
        f"{name} {number + 1} of {layer.n_filters}, which raises {genre}",
        [
            f"Network for {material.part_name(part)}: of its last {kind} this one raises {genre} most. Without it the "
            f"log odds fall by {raised:.3f} on average. Alone it ranks a held-out tile of {genre} above another "
            f"{100 * rank:.0f} % of the time (a coin 50 %). These are the held-out tiles that excite it most, one a "
            f"soundtrack; {marked}"
        ],
        clips=[
            show_stretch(material, stretch, clips, f"tile-{column}-{order}") for order, stretch in enumerate(stretches)
        ],
    )
