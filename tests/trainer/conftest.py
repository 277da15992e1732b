from __future__ import annotations

import csv

import numpy as np
import pytest
from trainer_samples import LEARNING, make_dataset

from tagger_app.features.spec import FeatureSpec
from trainer.configuration import Configuration
from trainer.corpora.settings import CorpusSettings, ManifestSettings
from trainer.settings import BundleSettings
from trainer.tiles.cache import Hearing, TileCache


@pytest.fixture(scope="module")
def configuration(tmp_path_factory: pytest.TempPathFactory) -> Configuration:
    """A manifest of tracks, and a tile cache that has heard them."""
    folder = tmp_path_factory.mktemp("corpus")
    dataset = make_dataset()
    cache = TileCache(folder / "tiles", FeatureSpec())
    with (folder / "tracks.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["path", "soundtrack", "genres", "licence", "attribution"])
        for number, (track, tiles) in enumerate(zip(dataset.tracks, dataset.tiles, strict=True)):
            path = folder / f"{number}.ogg"
            path.write_bytes(b"heard already")
            table.writerow([path.name, track.soundtrack, "|".join(track.genres), track.licence, track.attribution])
            hearing = Hearing(f"{number:016x}{0:048x}", tiles, np.ones(len(tiles), np.bool_), 30.0, 44_100)
            cache.store(path, (path.stat().st_size, path.stat().st_mtime_ns), hearing)
    return Configuration(
        corpus=CorpusSettings(sources=("manifest",), tiles=folder / "tiles"),
        manifest=ManifestSettings(file=folder / "tracks.csv"),
        training=LEARNING,
        bundle=BundleSettings(id="tiny", folder=folder / "bundles", work=folder / "work", embedding_size=4),
    )
