"""A small corpus with a trained system on it: noise of two kinds, and names that mean harm."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from trainer_samples import N_TRACKS, TILES_PER_TRACK, make_dataset

from tagger_app.features.spec import FeatureSpec
from trainer.configuration import load_configuration
from trainer.evaluation.comparison import lay_ground
from trainer.report.material import Material, load_material
from trainer.tiles.cache import Hearing, TileCache, file_status

HOSTILE_TITLE = "</p><script>alert('1')</script> | [a](javascript:b) $\\frac$ \u202e"
SPEC = FeatureSpec()

_CONFIGURATION = """
[corpus]
sources = ["manifest"]
tiles = '{folder}/tiles'
[manifest]
file = '{folder}/manifest.csv'
[system]
name = "{name}"
network = "{network}"
targets = "{targets}"
split = "{split}"
[training]
epochs = 2
learning_rate = 0.003
first_epochs = 0
batch_tiles = 16
folds = 2
precision = "float32"
least_soundtracks = 4
least_tracks = 8
validation_share = 0.5
[bundle]
work = '{folder}/work'
"""

_SETTINGS = {"network": "cnn", "targets": "multilabel", "split": "soundtrack"}


@pytest.fixture(scope="session")
def write_configuration(corpus_folder: Path) -> Callable[..., Path]:
    """Writes a configuration of a system on the corpus."""

    def write(name: str, **settings: str) -> Path:
        path = corpus_folder / f"{name}.toml"
        text = _CONFIGURATION.format(folder=corpus_folder, name=name, **{**_SETTINGS, **settings})
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def load_trained(write_configuration: Callable[..., Path]) -> Callable[..., Material]:
    """Trains a system, and gathers what a report of it is written from."""

    def load(name: str, **settings: str) -> Material:
        configuration = load_configuration(write_configuration(name, **settings))
        list(lay_ground([configuration]).build_system(configuration).train())
        return load_material([configuration], lambda doing: None)

    return load


@pytest.fixture(scope="session")
def corpus_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A manifest and its tile cache; the tracks are labelled Action or Drama and sound alike."""
    folder = tmp_path_factory.mktemp("corpus")
    duration_s = TILES_PER_TRACK * SPEC.tile_s
    noise = np.random.default_rng(1).normal(0, 0.1, round(duration_s * 22_050)).clip(-1, 1)
    soundfile.write(folder / "0.wav", noise, 22_050)
    cache = TileCache(folder / "tiles", SPEC)
    dataset = make_dataset()
    rows = []
    for number, track in enumerate(dataset.tracks):
        path = folder / f"{number}.wav"
        if number:
            path.hardlink_to(folder / "0.wav")
        tiles = dataset.tiles[number]
        cache.store(
            path, file_status(path), Hearing(f"f{number}", tiles, np.ones(len(tiles), bool), duration_s, 22_050)
        )
        licence = ("CC-BY-4.0", "", "CC-BY-NC-4.0")[number % 3]
        rows.append(
            [
                path.name,
                track.soundtrack,
                "|".join(track.genres),
                f"{HOSTILE_TITLE} {number}",
                "",
                licence,
                "by <b>me</b>",
            ]
        )
    with (folder / "manifest.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "soundtrack", "genres", "title", "artist", "licence", "attribution"])
        writer.writerows(rows)
    assert len(rows) == N_TRACKS
    return folder


@pytest.fixture(scope="session")
def material(load_trained: Callable[..., Material]) -> Material:
    """What a report of a small system is written from."""
    return load_trained("small")
