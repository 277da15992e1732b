from __future__ import annotations

from typing import Literal

import numpy as np
import pytest

from tagger_app.ensemble.standardise import CLIP, Standardisation
from trainer.tiles.standardised import StandardisedTiles

RNG = np.random.default_rng(1)
TILES = [(5 * RNG.normal(size=(n_tiles, 40, 100)) - 20).astype(np.float16) for n_tiles in (3, 1, 5)]


@pytest.fixture(params=["corpus", "track"])
def standardisation(request: pytest.FixtureRequest) -> Standardisation:
    centre: Literal["corpus", "track"] = request.param
    return Standardisation(centre, RNG.normal(-20, 1, 40).astype(np.float32), np.linspace(0.5, 6, 40, dtype=np.float32))


def test_tiles_are_as_the_application_standardises_them(standardisation: Standardisation) -> None:
    tiles = StandardisedTiles(TILES, standardisation)
    assert tiles.shape == (9, 40, 100)
    assert len(tiles) == 9
    tracks = [own.astype(np.float32) for own in TILES]
    centres = [standardisation.centre_of(own, np.ones(len(own), bool)) for own in tracks]
    applied = list(map(standardisation.apply, tracks, centres))
    given = tiles[np.arange(9)]
    assert given.dtype == np.float32
    assert np.abs(given).max() == CLIP
    np.testing.assert_allclose(given, np.concatenate(applied), atol=2e-5)


def test_tiles_by_index_and_by_mask(standardisation: Standardisation) -> None:
    tiles = StandardisedTiles(TILES, standardisation)
    everything = tiles[np.arange(9)]
    np.testing.assert_array_equal(tiles[np.array([8, 3, 3, 0])], everything[[8, 3, 3, 0]])
    mask = np.arange(9) % 2 == 0
    np.testing.assert_array_equal(tiles[mask], everything[mask])
    np.testing.assert_array_equal(np.concatenate(list(tiles.chunks(mask))), everything[mask])
    assert tiles[np.zeros(0, np.int64)].shape == (0, 40, 100)
    assert not list(tiles.chunks(np.zeros(9, np.bool_)))


def test_what_is_mapped_into_memory_stays_there(tmp_path, standardisation: Standardisation) -> None:
    np.save(tmp_path / "tiles.npy", TILES[2])
    mapped = np.load(tmp_path / "tiles.npy", mmap_mode="r")
    before = mapped.copy()
    StandardisedTiles([mapped], standardisation)[np.arange(5)]
    np.testing.assert_array_equal(mapped, before)
