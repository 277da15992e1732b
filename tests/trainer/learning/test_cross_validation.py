from __future__ import annotations

import numpy as np
import pytest
from trainer_samples import N_TRACKS, make_dataset

from trainer.learning.cross_validation import track_means
from trainer.tiles.dataset import Dataset


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return make_dataset()


def test_track_means_are_over_the_tiles_of_each_track(dataset: Dataset) -> None:
    values = np.arange(len(dataset.owner), dtype=np.float32)[:, np.newaxis]
    means = track_means(dataset, values)
    assert means[:, 0].tolist() == [1.0 + 3.0 * number for number in range(N_TRACKS)]
