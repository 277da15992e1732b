"""A corpus on disk that networks learn in seconds, and a configuration that searches it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from trainer_samples import make_dataset

from tagger_app.features.spec import FeatureSpec
from trainer.tiles.cache import Hearing, TileCache

TRAINING = """
[training]
epochs = 2
learning_rate = 0.003
patience = 2
first_epochs = 0
batch_tiles = 16
tiles_per_track = 3
folds = 2
precision = "float32"
least_soundtracks = 4
least_tracks = 8
validation_share = 0.5

[system]
targets = "multilabel"
network = "fully_connected"
"""


def write_corpus(folder: Path) -> str:
    """Fill a tile cache and a manifest; returns the tables of a configuration that name them, and `TRAINING`."""
    folder.mkdir(parents=True, exist_ok=True)
    dataset = make_dataset()
    cache = TileCache(folder / "tiles", FeatureSpec())
    lines = ["path,soundtrack,genres"]
    for number, (track, tiles) in enumerate(zip(dataset.tracks, dataset.tiles, strict=True)):
        path = folder / f"{number}.ogg"
        sounding = np.ones(len(tiles), dtype=np.bool_)
        cache.store(path, (1, 1), Hearing(f"{number:032x}", tiles, sounding, 27.9, 44_100))
        lines.append(f"{path.name},{track.soundtrack},{'|'.join(track.genres)}")
    (folder / "corpus.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return (
        f"[corpus]\nsources = ['manifest']\ntiles = '{folder / 'tiles'}'\n"
        f"[manifest]\nfile = '{folder / 'corpus.csv'}'\n{TRAINING}"
    )


def write_config(folder: Path, corpus: str, search: str, name: str = "hunt") -> Path:
    """A configuration of a corpus, and the table [search] and what comes after it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.toml"
    path.write_text(f"{corpus}\n[bundle]\nwork = '{folder / 'work'}'\n\n[search]\n{search}\n", encoding="utf-8")
    return path
