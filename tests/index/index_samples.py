"""Records to fill an index with."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from tagger_app.genres import GENRES, N_GENRES
from tagger_app.index.connection import IndexConnection, open_for_writing
from tagger_app.index.query import parse_query
from tagger_app.index.records import TrackRecord
from tagger_app.index.search import search
from tagger_app.index.sound import N_MOTION, Sound, quantise_tiles

BUNDLE, SPEC = "open-2026.11", "0123456789abcdef"


def sample_record(path: str, **changes: Any) -> TrackRecord:
    """A record of a plausible track; the same path gives the same record."""
    random = np.random.default_rng(sum(path.encode("utf-8", "surrogateescape")))
    fits = tuple(round(float(fit), 4) for fit in random.random(N_GENRES))
    best_first = sorted(range(N_GENRES), key=lambda index: -fits[index])
    fields: dict[str, Any] = {
        "path": path,
        "size": 1_000 + len(path),
        "mtime_ns": 1_700_000_000_123_456_789,
        "fingerprint": f"{hash(path) & (1 << 128) - 1:032x}",
        "bundle_id": BUNDLE,
        "spec_fingerprint": SPEC,
        "duration_s": 181.5,
        "rate_hz": 44_100,
        "n_channels": 2,
        "codec": "FLAC",
        "title": path.rpartition("/")[2],
        "artist": "Some Orchestra",
        "album": "Some Album",
        "fits": fits,
        "assigned": tuple(GENRES[index] for index in best_first if fits[index] > 0.6),
        "user_genres": (),
        "unscored": "",
        "short": False,
        "curve": random.random((7, N_GENRES)).astype(np.float16),
        "embedding": random.random(8).astype(np.float16),
        "overview": random.integers(0, 256, 50, np.uint8),
    }
    return TrackRecord(**(fields | changes))


def sample_sound(n_tiles: int = 7, seed: int = 0) -> Sound:
    """What suggestions compare of such a track."""
    random = np.random.default_rng(seed)
    tiles, scale = quantise_tiles(random.normal(size=(n_tiles, 8)))
    return Sound(
        tile_s=9.288,
        scale=scale,
        tiles=tiles,
        spread=random.random(8).astype(np.float16),
        levels=random.integers(0, 256, 100, np.uint8),
        motion=random.random((n_tiles, N_MOTION)).astype(np.float16),
        dynamics=random.random(8).astype(np.float16),
        pace=random.random(7).astype(np.float16),
    )


def found(connection: IndexConnection, query: str) -> list[str]:
    """Paths of the tracks that a query finds, by path."""
    return [track.path for track in search(connection, parse_query(query))]


def assert_sound(index_path: Path) -> None:
    """The text index agrees with the table, and no array is without its track."""
    with closing(open_for_writing(index_path)) as connection:
        connection.execute("INSERT INTO tracks_text (tracks_text, rank) VALUES ('integrity-check', 1)")
        assert connection.fetch("PRAGMA integrity_check") == [("ok",)]
        assert connection.fetch("PRAGMA foreign_key_check") == []
