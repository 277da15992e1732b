"""An index of made-up tracks whose sounds are known."""

from __future__ import annotations

import zlib
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from tagger_app.features.motion import contour_db, pool_dynamics, pool_pace
from tagger_app.genres import GENRES, N_GENRES
from tagger_app.index.changes import Change, PutTrack
from tagger_app.index.connection import open_for_reading
from tagger_app.index.records import TrackRecord
from tagger_app.index.sound import LEVELS_PER_TILE, Sound, quantise_tiles
from tagger_app.index.tracks import get_track
from tagger_app.index.writer import IndexWriter
from tagger_app.suggest.recommender import Recommender
from tagger_app.suggest.request import Request
from tagger_app.suggest.seeds import Profile, Seed, load_profile

TIMBRE = {"timbre": 1.0}
MADE_WITH = ("bundle-1", "spec-1")
TILE_S = 9.288
STILL = (-20.0, 10.0, 15.0, 0.0, 4.0, 20.0, 120.0, 0.5)
"""Motion of a tile in which nothing is special."""


def directions(*degrees: float) -> np.ndarray:
    """Tile embeddings in a plane."""
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def make_record(name: str, tiles: np.ndarray | None = None, **changes: Any) -> TrackRecord:
    """A track whose tiles sound as given; each name has a level contour of its own.

    `motion`, `levels`, `curve` and `fits` may be given, too, beside the fields of a record; a row of NaN in `tiles` is
    silent.
    """
    random = np.random.default_rng(zlib.crc32(name.encode()))
    tiles = np.atleast_2d(directions(0.0) if tiles is None else tiles).astype(np.float32)
    n_tiles = len(tiles)
    silent = np.isnan(tiles[:, 0])
    fits = changes.pop("fits", (0.3,) * N_GENRES)
    known = np.array([np.nan if fit is None else fit for fit in fits])
    curve = changes.pop("curve", np.where(silent[:, np.newaxis], np.nan, known))
    motion = np.array(changes.pop("motion", np.tile(STILL, (n_tiles, 1))), np.float32)
    motion[silent] = np.nan
    levels = changes.pop("levels", random.integers(165, 176, n_tiles * LEVELS_PER_TILE))
    levels = np.asarray(levels, np.uint8)
    mean = tiles[~silent].mean(axis=0)
    quantised, scale = quantise_tiles(np.nan_to_num(tiles))
    sound = Sound(
        tile_s=TILE_S,
        scale=scale,
        tiles=quantised,
        spread=tiles[~silent].std(axis=0).astype(np.float16),
        levels=levels,
        motion=motion.astype(np.float16),
        dynamics=pool_dynamics(motion, contour_db(levels)).astype(np.float16),
        pace=pool_pace(motion).astype(np.float16),
    )
    fields: dict[str, Any] = {
        "path": f"/music/{name}.flac",
        "size": 1,
        "mtime_ns": 1,
        "fingerprint": f"{random.integers(2**62):016x}{random.integers(2**62):016x}",
        "bundle_id": MADE_WITH[0],
        "spec_fingerprint": MADE_WITH[1],
        "duration_s": n_tiles * TILE_S,
        "rate_hz": 44_100,
        "n_channels": 2,
        "codec": "FLAC",
        "title": name,
        "artist": "",
        "album": "",
        "fits": tuple(fits),
        "assigned": tuple(genre for genre, fit in zip(GENRES, fits, strict=True) if fit is not None and fit > 0.6),
        "user_genres": (),
        "unscored": "",
        "short": False,
        "curve": np.asarray(curve, np.float16),
        "embedding": (mean / np.linalg.norm(mean)).astype(np.float16),
        "overview": np.zeros(1, np.uint8),
        "sound": sound,
    }
    return TrackRecord(**(fields | changes))


def unscored_record(name: str, reason: str = "silent") -> TrackRecord:
    """A track that was heard and has nothing to compare."""
    return make_record(
        name,
        fits=(None,) * N_GENRES,
        unscored=reason,
        assigned=(),
        embedding=np.zeros(0, np.float16),
        sound=None,
    )


class Shelf:
    """An index that tracks are put into one by one."""

    def __init__(self, index_path: Path) -> None:
        self.index_path = index_path
        IndexWriter(index_path).close()

    def put(self, *records: TrackRecord) -> None:
        """Store tracks."""
        self.write(*(PutTrack(record) for record in records))

    def write(self, *changes: Change) -> None:
        """Change the index."""
        with IndexWriter(self.index_path) as writer:
            for change in changes:
                writer.put(change)

    def put_around(self, n_tracks: int, seed: int = 0, n_embedding: int = 8) -> None:
        """Store tracks that sound like anything."""
        random = np.random.default_rng(seed)
        for number in range(n_tracks):
            tiles = random.normal(size=(3, n_embedding)) + 2 * random.normal(size=n_embedding)
            tiles /= np.linalg.norm(tiles, axis=1, keepdims=True)
            motion = np.array(STILL) + random.normal(size=(3, 8)) * [3, 2, 2, 2, 1, 3, 20, 0.1]
            fits = tuple(random.uniform(0, 1, N_GENRES).round(3).tolist())
            self.put(make_record(f"around {seed}-{number}", tiles, motion=motion, fits=fits))


def profile(shelf: Shelf, name: str) -> Profile:
    """The profile of a track on the shelf."""
    with closing(open_for_reading(shelf.index_path)) as connection:
        track = get_track(connection, f"/music/{name}.flac")
        assert track is not None
        found = load_profile(connection, track.id)
    assert found is not None
    return found


def titles(recommender: Recommender, *seeds: Seed, **options: object) -> list[str]:
    """Titles of what is suggested, by timbre alone unless asked otherwise."""
    request = Request(seeds, **({"weights": TIMBRE} | options))  # type: ignore[arg-type]
    return [suggestion.track.title for suggestion in recommender.suggest(request)]


def put_fan(shelf: Shelf, *degrees: float) -> None:
    """A seed, and tracks that sound so many degrees away from it."""
    shelf.put(make_record("seed"), *(make_record(f"{angle:g}", directions(angle)) for angle in degrees))
