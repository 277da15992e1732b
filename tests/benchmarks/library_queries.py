"""How long a page of a large library takes: ``python tests/benchmarks/library_queries.py --tracks 1000000``.

Fills an index with made-up tracks through the application's own changes, then times what an editor waits for: the
first page of every sort and of typical and awkward queries, each with a new connection ("first") and again ("best").
The floor is SQLite's own scan of one whole index of all listed tracks, and of one page of it. Also: the cost of an
added track from first to last, what a rescan asks, and all embeddings of a bundle.
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
from rich.console import Console
from rich.table import Table

from tagger_app.genres import GENRES, N_GENRES, genre_key
from tagger_app.index import search as search_module
from tagger_app.index.arrays import get_embeddings
from tagger_app.index.changes import PutTrack
from tagger_app.index.conditions import compile_query
from tagger_app.index.connection import IndexConnection, open_for_reading, open_for_writing
from tagger_app.index.ledger import read_statistics
from tagger_app.index.migrations import LISTED
from tagger_app.index.query import parse_query
from tagger_app.index.records import TrackRecord
from tagger_app.index.search import count, search, search_ids
from tagger_app.index.sorting import parse_sort
from tagger_app.index.tracks import known_files

BUNDLE, SPEC = "synthetic-1", "0123456789abcdef"
TRACKS_IN_A_TRANSACTION = 1_000
PARTS = 10

Result = TypeVar("Result")


def made_up_tracks(n_tracks: int, seed: int) -> Iterator[TrackRecord]:
    """Albums of twelve; words as frequent as in a language (Zipf); fits mostly low, as calibrated ones are."""
    random = np.random.default_rng(seed)
    syllables = [consonant + vowel for consonant in "bcdfghjklmnprstvwz" for vowel in "aeiou"]
    words = ["".join(random.choice(syllables, random.integers(1, 5))) for _ in range(20_000)]
    words[10:14] = ["night", "dark", "piano", "strings"]
    frequencies = 1 / np.arange(1, len(words) + 1) ** 0.9
    frequencies /= frequencies.sum()
    for start in range(0, n_tracks, 1_200):
        fits = random.beta(1.2, 3, (1_200, N_GENRES))
        chosen = random.choice(len(words), (1_200, 6), p=frequencies)
        numbers = random.integers(0, 2**63, (1_200, 2))
        for row in range(min(1_200, n_tracks - start)):
            said = [words[index] for index in chosen[row // 12 * 12 if row % 12 else row]]
            own = [words[index] for index in chosen[row]]
            artist, album = f"{said[0]} Orchestra".title(), f"{said[1]} {said[2]} {start + row // 12 * 12}".title()
            title = f"{own[3]} {own[4]} {own[5]}".title()
            scores = fits[row].round(4).tolist()
            best_first = np.argsort(-fits[row]).tolist()
            yield TrackRecord(
                path=f"/music/library/{artist}/{album}/{row % 12 + 1:02} {title}.flac",
                size=30_000_000 + row,
                mtime_ns=int(numbers[row, 0]),
                fingerprint=f"{numbers[row, 0]:016x}{numbers[row, 1]:016x}",
                bundle_id=BUNDLE,
                spec_fingerprint=SPEC,
                duration_s=float(20 + numbers[row, 1] % 40_000 / 100),
                rate_hz=44_100,
                n_channels=2,
                codec=("FLAC", "MP3", "WAV")[row % 3],
                title=title,
                artist=artist,
                album=album,
                fits=tuple(scores),
                assigned=tuple(GENRES[genre] for genre in best_first if scores[genre] > 0.6),
                user_genres=(),
                unscored="",
                short=False,
                curve=np.tile(fits[row].astype(np.float16), (26, 1)),
                embedding=random.random(64, np.float32).astype(np.float16),
                overview=np.full(800, row % 256, np.uint8),
            )


def fill(path: Path, n_tracks: int, seed: int, console: Console) -> None:
    """Add the tracks and print what one cost in each tenth of them."""
    tracks = made_up_tracks(n_tracks, seed)
    costs_us = []
    with closing(open_for_writing(path)) as connection:
        for part in range(PARTS):
            n_part = n_tracks * (part + 1) // PARTS - n_tracks * part // PARTS
            spent_s = 0.0
            for start in range(0, n_part, TRACKS_IN_A_TRANSACTION):
                records = [next(tracks) for _ in range(min(TRACKS_IN_A_TRANSACTION, n_part - start))]
                started = time.perf_counter()
                connection.execute("BEGIN IMMEDIATE")
                for record in records:
                    PutTrack(record).apply(connection, 0.0)
                connection.execute("COMMIT")
                spent_s += time.perf_counter() - started
            costs_us.append(spent_s / max(n_part, 1) * 1e6)
    console.print(f"added track, us, by tenth of the library: {', '.join(f'{cost:.0f}' for cost in costs_us)}")
    console.print(f"index: {path.stat().st_size / 1e6:.0f} MB")


def time_ms(path: Path, repeats: int, read: Callable[[IndexConnection], Result]) -> tuple[float, float, Result]:
    """Time with a new connection, best time after that, and the result."""
    times = []
    with closing(open_for_reading(path)) as connection:
        for _ in range(repeats + 1):
            started = time.perf_counter()
            result = read(connection)
            times.append((time.perf_counter() - started) * 1e3)
    return times[0], min(times[1:]), result


def print_plans(path: Path, console: Console) -> None:
    """What SQLite says it does for the statements of a walk along each sort order."""
    with closing(open_for_reading(path)) as connection:
        for sort in (*GENRES, "-thriller", "title", "-title", "artist", "album", "length", "codec", "path", "added"):
            order = parse_sort(sort)
            conditions = compile_query(parse_query("thriller>0.7"))
            sql, parameters = search_module._select("tracks.id", conditions, order.index, order.order)
            for row in connection.fetch(f"EXPLAIN QUERY PLAN {sql}", (*parameters, 50, 0)):
                console.print(f"{sort}: {row[3]}", highlight=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tracks", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--index", type=Path, help="keep the index here, and use it if it exists (default: temporary)")
    parser.add_argument("--plans", action="store_true", help="also print SQLite's query plans")
    arguments = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory() as folder:
        path = arguments.index or Path(folder, "library.db")
        if not path.exists():
            fill(path, arguments.tracks, arguments.seed, console)
        if arguments.plans:
            print_plans(path, console)
        measure(path, arguments.repeats, console)


def measure(path: Path, repeats: int, console: Console) -> None:
    """Print the table."""
    table = Table(title=f"milliseconds; SQLite {sqlite3.sqlite_version}")
    for column in ("what", "rows", "first", "best", "best / scan of one index"):
        table.add_column(column, justify="left" if column == "what" else "right")

    scan = f"SELECT count(*) FROM tracks INDEXED BY tracks_fit_thriller WHERE {LISTED}"
    page = f"SELECT id FROM tracks INDEXED BY tracks_fit_thriller WHERE {LISTED} ORDER BY fit_thriller DESC LIMIT 50"
    floor_first_ms, floor_ms, found = time_ms(path, repeats, lambda connection: connection.fetch(scan)[0][0])

    def add(what: str, rows: object, first_ms: float, best_ms: float) -> None:
        table.add_row(what, f"{rows}", f"{first_ms:.1f}", f"{best_ms:.1f}", f"{best_ms / floor_ms:.2f}")

    add("floor: SQLite scans one index", found, floor_first_ms, floor_ms)
    first_ms, best_ms, rows = time_ms(path, repeats, lambda connection: len(connection.fetch(page)))
    add("floor: SQLite reads one page of it", rows, first_ms, best_ms)
    table.add_section()

    pages: list[tuple[str, str, int]] = [
        ("", sort, 0) for sort in (*map(genre_key, GENRES), "title", "-title", "artist")
    ]
    pages += [("", "length", 0), ("", "path", 0), ("", "title", 500_000), ("", "-thriller", 0)]
    pages += [
        ("thriller>0.7", "thriller", 0),
        ("thriller>0.7", "title", 0),
        ("thriller>0.7 comedy<0.2 length<3:00", "thriller", 0),
        ("thriller>0.7 comedy<0.2 length<3:00", "title", 0),
        ("thriller>0.7 comedy>0.7", "title", 0),
        ("thriller>0.8 comedy>0.8 drama>0.5", "title", 0),
        ("thriller<0.5 thriller>0.4999", "artist", 0),
        ("thriller>0.999", "artist", 0),
        ("thriller -comedy", "title", 0),
        ("thriller comedy drama crime", "title", 0),
        ("strings", "title", 0),
        ("strings night", "thriller", 0),
        ("s", "title", 0),
        ("title:s", "thriller", 0),
        ("orchestra", "title", 0),
        ("library", "thriller", 0),
        ("library", "-added", 0),
        ("orchestra library", "artist", 0),
        ("piano orchestra", "title", 0),
        ("library -strings", "title", 0),
        ("library thriller>0.7", "title", 0),
        ("-library", "title", 0),
        ('"dark strings"', "title", 0),
        ("s thriller>0.7 comedy<0.2", "title", 0),
        ("library thriller>0.8 comedy>0.8", "title", 0),
        ("-strings", "title", 0),
        ("strings | thriller>0.9", "title", 0),
        ("codec:wav thriller>0.8 crime>0.8", "artist", 0),
        ("nosuchword", "title", 0),
        ("status:missing", "title", 0),
    ]
    for text, sort, offset in pages:
        read_page = partial(search, query=parse_query(text), sort=sort, limit=50, offset=offset)
        first_ms, best_ms, tracks = time_ms(path, repeats, read_page)
        add(f"page of {text!r} by {sort}{f' from {offset}' if offset else ''}", len(tracks), first_ms, best_ms)
    table.add_section()

    for text in ("", "thriller>0.7", "thriller>0.7 comedy>0.7", "strings", "orchestra", "comedy"):
        first_ms, best_ms, n_found = time_ms(path, repeats, partial(count, query=parse_query(text)))
        add(f"count of {text!r}", n_found, first_ms, best_ms)
    table.add_section()

    others: list[tuple[str, Callable[[IndexConnection], int]]] = [
        ("all ids by title", lambda connection: len(search_ids(connection, parse_query(""), "title"))),
        ("all ids of 'thriller>0.5' by title", lambda c: len(search_ids(c, parse_query("thriller>0.5"), "title"))),
        ("known files of the whole root", lambda connection: len(known_files(connection, "/music"))),
        ("embeddings of a bundle", lambda connection: len(get_embeddings(connection, BUNDLE, SPEC)[0])),
        ("statistics", lambda connection: read_statistics(connection).n_by_status["present"]),
    ]
    for what, read in others:
        first_ms, best_ms, rows = time_ms(path, 2, read)
        add(what, rows, first_ms, best_ms)
    console.print(table)


if __name__ == "__main__":
    main()
