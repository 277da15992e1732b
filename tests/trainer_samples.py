"""A data set that networks learn in seconds: noise of two kinds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from trainer.corpora.tracks import CorpusTrack
from trainer.settings import TrainingSettings
from trainer.tiles.dataset import Dataset

N_TRACKS, TILES_PER_TRACK = 24, 3
SETTINGS = TrainingSettings(
    epochs=8, learning_rate=0.003, patience=8, first_epochs=0, batch_tiles=16, folds=2, precision="float32",
    least_soundtracks=4, least_tracks=8, validation_share=0.5, at_once="never",
)  # fmt: skip

LEARNING = replace(SETTINGS, epochs=12, patience=12, batch_tiles=8, validation_share=0.25)
"""Enough for a fully connected network to be sure of what it says."""


def make_dataset() -> Dataset:
    """Tracks of a soundtrack each; those of Action have low coefficients that move up and down."""
    rng = np.random.default_rng(3)
    tracks, tiles = [], []
    for number in range(N_TRACKS):
        genres = ("Action",) if number % 2 else ("Drama",)
        sound = rng.normal(size=(TILES_PER_TRACK, 40, 100))
        if number % 2:
            sound[:, :8] += 3 * np.sin(np.arange(100) / 4)
        tracks.append(
            CorpusTrack(
                path=Path(f"{number}.ogg"), soundtrack=f"soundtrack {number}", genres=genres,
                source="free_cues" if number < 12 else "debian", title="", artist="", licence="CC0-1.0",
                attribution=f"track {number}", seconds=30.0,
            )
        )  # fmt: skip
        tiles.append(sound.astype(np.float16))
    return Dataset(tracks, tiles)
