"""How fast suggestions are: ``python tests/benchmarks/suggestion_speed.py --tracks 1000000 --tracks-with-tiles 100000``

Fills one index with many made-up tracks of one tile, another with fewer of 26 tiles each, and times what an editor
waits for. The floor is one product of a float32 matrix of all embeddings (of tracks, or of tiles) with a vector, by
numpy's linear algebra with as many threads as it likes. Every index is asked from a process of its own, so that the
memory told is that of somebody who only asks.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import psutil
from rich.console import Console
from rich.table import Table

from tagger_app.features.motion import N_DYNAMICS, N_PACE
from tagger_app.genres import GENRE_BY_KEY, GENRES, N_GENRES
from tagger_app.index.changes import PutTrack
from tagger_app.index.connection import open_for_writing
from tagger_app.index.query import parse_query
from tagger_app.index.records import TrackRecord
from tagger_app.index.rows import encode_array
from tagger_app.index.sound import LEVELS_PER_TILE, N_MOTION, Sound
from tagger_app.suggest.first_look import first_look
from tagger_app.suggest.ranking import make_question
from tagger_app.suggest.recommender import Recommender
from tagger_app.suggest.request import Request
from tagger_app.suggest.seeds import Region, Seed, load_profile

BUNDLE, SPEC = "synthetic-1", "0123456789abcdef"
TILE_S = 9.288
IN_A_TRANSACTION = 5_000


def made_up_records(n_tracks: int, n_tiles: int, n_embedding: int, seed: int) -> list[TrackRecord]:
    """Tracks around 200 centres, as music falls into styles; albums of twelve."""
    random = np.random.default_rng(seed)
    centres = np.random.default_rng(0).normal(size=(200, n_embedding))
    style = random.integers(0, len(centres), n_tracks)
    tiles = centres[style, np.newaxis] + 0.8 * random.normal(size=(n_tracks, n_tiles, n_embedding))
    tiles /= np.linalg.norm(tiles, axis=2, keepdims=True)
    means = tiles.mean(axis=1)
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    fits = random.beta(1.2, 3, (n_tracks, N_GENRES))
    numbers = random.integers(0, 2**63, (n_tracks, 2))
    motion = np.array([-20, 10, 15, 0, 5, 20, 120, 0.5]) + random.normal(size=(n_tracks, n_tiles, N_MOTION))
    motion[:, :, 4:] = np.abs(motion[:, :, 4:])
    levels = random.integers(150, 230, (n_tracks, n_tiles * LEVELS_PER_TILE), np.uint8)
    records = []
    for row in range(n_tracks):
        curve = np.clip(fits[row] + 0.05 * random.normal(size=(n_tiles, N_GENRES)), 0, 1)
        scale = float(np.abs(tiles[row]).max() / 127)
        sound = Sound(
            tile_s=TILE_S,
            scale=scale,
            tiles=np.rint(tiles[row] / scale).astype(np.int8),
            spread=tiles[row].std(axis=0).astype(np.float16),
            levels=levels[row],
            motion=motion[row].astype(np.float16),
            dynamics=random.normal(size=N_DYNAMICS).astype(np.float16),
            pace=random.normal(size=N_PACE).astype(np.float16),
        )
        number = f"{numbers[row, 0]:016x}"
        records.append(
            TrackRecord(
                path=f"/music/{number[:2]}/{number}.flac",
                size=1,
                mtime_ns=1,
                fingerprint=f"{number}{numbers[row, 1]:016x}",
                bundle_id=BUNDLE,
                spec_fingerprint=SPEC,
                duration_s=float(numbers[row, 1] % 300_000) / 1_000 + 60,
                rate_hz=44_100,
                n_channels=2,
                codec="FLAC",
                title=f"Cue {number[:9]}",
                artist=f"Artist {style[row]} {row % 997}",
                album=f"Album {seed} {row // 12}",
                fits=tuple(fits[row].round(4).tolist()),
                assigned=tuple(GENRES[genre] for genre in np.flatnonzero(fits[row] > 0.6)),
                user_genres=(),
                unscored="",
                short=False,
                curve=curve.astype(np.float16),
                embedding=means[row].astype(np.float16),
                overview=np.zeros(0, np.uint8),
                sound=sound,
            )
        )
    return records


def fill(path: Path, n_tracks: int, n_tiles: int, n_embedding: int) -> None:
    """Put the tracks into an index, past what only searching for words needs."""
    fit_columns = [f"fit_{key}" for key in GENRE_BY_KEY]
    columns = ["id", "path", "path_text", "size", "mtime_ns", "fingerprint", "bundle", "analysed_at", "duration_s"]
    columns += ["title", "artist", "album", *fit_columns]
    insert = f"INSERT INTO tracks ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    with closing(open_for_writing(path)) as connection:
        connection.execute(
            "INSERT INTO bundles (key, id, spec_fingerprint, first_used) VALUES (1, ?, ?, 0)", (BUNDLE, SPEC)
        )
        connection.execute("PRAGMA synchronous = OFF")
        for start in range(0, n_tracks, IN_A_TRANSACTION):
            records = made_up_records(min(IN_A_TRANSACTION, n_tracks - start), n_tiles, n_embedding, start)
            rows: dict[str, list[tuple[object, ...]]] = {"tracks": [], "curves": [], "embeddings": [], "sounds": []}
            for track_id, record in enumerate(records, start + 1):
                sound = record.sound
                assert sound is not None
                fits = [round((fit or 0.0) * 10_000) for fit in record.fits]
                facts = (record.path.encode(), record.path, 1, 1, record.fingerprint, 1, 0.0, record.duration_s)
                rows["tracks"].append((track_id, *facts, record.title, record.artist, record.album, *fits))
                rows["curves"].append((track_id, n_tiles, encode_array(record.curve)))
                rows["embeddings"].append((track_id, 1, encode_array(record.embedding)))
                arrays = [encode_array(array) for array in (sound.spread, sound.dynamics, sound.pace)]
                arrays += [encode_array(sound.levels), encode_array(sound.motion), encode_array(sound.tiles)]
                rows["sounds"].append((track_id, n_tiles, sound.tile_s, sound.scale, *arrays))
            connection.execute("BEGIN")
            connection.executemany(insert, rows["tracks"])
            for table in ("curves", "embeddings", "sounds"):
                marks = ", ".join("?" * len(rows[table][0]))
                connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows[table])
            ids = [(row[0],) for row in rows["tracks"]]
            connection.executemany("INSERT INTO revisions (track_id) VALUES (?)", ids)
            connection.execute("COMMIT")


def best_ms(repeats: int, ask: Callable[[], object]) -> float:
    """The least of some times."""
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        ask()
        times.append((time.perf_counter() - started) * 1e3)
    return min(times)


def floor_ms(n_rows: int, n_columns: int, repeats: int) -> float:
    """One product of a float32 matrix with a vector."""
    matrix = np.ones((n_rows, n_columns), np.float32)
    vector = np.ones(n_columns, np.float32)
    return best_ms(repeats, lambda: matrix @ vector)


def ask_whole(path: Path, repeats: int) -> None:
    """Rows of the table for whole tracks; run in a process of its own."""
    process = psutil.Process()
    before = process.memory_info().rss
    started = time.perf_counter()
    Recommender.open(path, BUNDLE, SPEC).close()
    print(f"load, the first time: made from the index|{(time.perf_counter() - started) * 1e3:.0f}")
    before = process.memory_info().rss
    started = time.perf_counter()
    recommender = Recommender.open(path, BUNDLE, SPEC)
    print(f"load|{(time.perf_counter() - started) * 1e3:.0f}")
    with recommender, closing(open_for_writing(path)) as connection:
        random = np.random.default_rng(1)
        seeds = []
        for track_id in random.integers(1, recommender.n_tracks, 8).tolist():
            profile = load_profile(connection, track_id)
            assert profile is not None
            seeds.append(Seed(profile))
        requests = {
            "top 50 of all": Request(tuple(seeds[:1]), n=50),
            "top 10 of all": Request(tuple(seeds[:1])),
            "top 50, discover 1": Request(tuple(seeds[:1]), n=50, discover=1.0),
            "top 50, three examples, one of them unwanted": Request(
                (*seeds[:2], Seed(seeds[2].profile, wanted=False)), n=50
            ),
            "top 50 within 'thriller>0.5'": Request(tuple(seeds[:1]), parse_query("thriller>0.5"), n=50),
        }
        for what, request in requests.items():
            print(f"{what}|{best_ms(repeats, lambda request=request: recommender.suggest(request)):.1f}")
        table = recommender._tracks
        question = make_question(
            [table.vectors_of(np.array([seeds[0].profile.track_id]))[0]], [True], np.ones(4), table.layout, table.scales
        )
        look = best_ms(repeats, lambda: first_look(table.shelves[0], question, table.layout, table.scales))
        print(f"of which the first look at all|{look:.1f}")
        print(
            f"path of 8 tracks|{best_ms(repeats, lambda: recommender.path(seeds[0].profile, seeds[1].profile, 8)):.1f}"
        )
        costs = []
        for record in made_up_records(20, 1, len(seeds[0].profile.embedding), 99):
            PutTrack(record).apply(connection, 0.0)
            costs.append(best_ms(1, recommender.refresh))
        print(f"find one track that was just added|{np.median(costs):.1f}")
        print(f"memory, MB more than before|{(process.memory_info().rss - before) / 1e6:.0f}")


def ask_moments(path: Path, repeats: int) -> None:
    """Rows of the table for regions; run in a process of its own."""
    process = psutil.Process()
    with Recommender.open(path, BUNDLE, SPEC) as recommender, closing(open_for_writing(path)) as connection:
        profile = load_profile(connection, 77)
        assert profile is not None
        request = Request((Seed(profile, Region(20.0, 40.0)),))
        started = time.perf_counter()
        recommender.suggest(request)
        print(f"a region, the first time: tiles made from the index|{(time.perf_counter() - started) * 1e3:.0f}")
    with Recommender.open(path, BUNDLE, SPEC) as recommender:
        before = process.memory_info().rss
        started = time.perf_counter()
        recommender.suggest(request)
        print(f"a region, tiles loaded|{(time.perf_counter() - started) * 1e3:.0f}")
        print(f"a region, top 10|{best_ms(repeats, lambda: recommender.suggest(request)):.1f}")
        print(f"memory, MB more than before|{(process.memory_info().rss - before) / 1e6:.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tracks", type=int, default=100_000)
    parser.add_argument("--tracks-with-tiles", type=int, default=10_000)
    parser.add_argument("--dimensions", type=int, default=64, help="of the embedding")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--folder", type=Path, help="keep the indexes here, and use them if they exist")
    parser.add_argument("--ask", choices=["whole", "moments"], help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.ask:
        ask = ask_whole if arguments.ask == "whole" else ask_moments
        ask(arguments.folder, arguments.repeats)
        return
    table = Table(title=f"milliseconds; embeddings of {arguments.dimensions} dimensions; numpy {np.__version__}")
    for column in ("what", "rows", "ms", "of the floor"):
        table.add_column(column, justify="left" if column == "what" else "right")
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        for ask, n_tracks, n_tiles in (("whole", arguments.tracks, 1), ("moments", arguments.tracks_with_tiles, 26)):
            path = folder / f"{ask}-{n_tracks}-{arguments.dimensions}.db"
            if not path.exists():
                fill(path, n_tracks, n_tiles, arguments.dimensions)
            n_rows = n_tracks * n_tiles
            floor = floor_ms(n_rows, arguments.dimensions, arguments.repeats)
            table.add_row("floor: float32 matrix-vector product", f"{n_rows:,}", f"{floor:.1f}", "1.0")
            command = [
                sys.executable,
                __file__,
                "--ask",
                ask,
                "--folder",
                str(path),
                "--repeats",
                str(arguments.repeats),
            ]
            for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines():
                what, value = line.split("|")
                share = "" if "memory" in what else f"{float(value) / floor:.1f}"
                table.add_row(what, f"{n_rows:,}", value, share)
            table.add_section()
    Console().print(table)


if __name__ == "__main__":
    main()
