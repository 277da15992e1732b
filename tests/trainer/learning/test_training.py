from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from trainer_samples import SETTINGS, make_dataset

from trainer.errors import TrainingError
from trainer.learning.systems import System
from trainer.learning.training import draw_bag
from trainer.settings import AugmentationSettings, SystemSettings
from trainer.tiles.dataset import Dataset


@given(st.lists(st.booleans(), min_size=2, max_size=200), st.integers(0, 1000))
def test_bag_has_all_positives_and_as_many_negatives(labels: list[bool], seed: int) -> None:
    positive = np.array(labels)
    bag = draw_bag(positive, np.random.default_rng(seed))
    n_positive = int(positive.sum())
    assert len(set(bag.tolist())) == len(bag) == n_positive + min(n_positive, len(labels) - n_positive)
    assert positive[bag].sum() == n_positive


def test_a_genre_with_nothing_left_to_learn_from_is_named(tmp_path: Path) -> None:
    dataset = make_dataset()
    tracks = [replace(track, genres=("Comedy",) if number < 2 else ()) for number, track in enumerate(dataset.tracks)]
    rare = Dataset(tracks, dataset.tiles)
    settings = replace(SETTINGS, least_soundtracks=2, least_tracks=2)
    system = System(rare, settings, SystemSettings(), AugmentationSettings(), tmp_path)
    with pytest.raises(TrainingError, match=r"Comedy, fold [12]: no tile is left to learn from"):
        list(system.train())
