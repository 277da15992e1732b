"""Filling the tile cache: a pool of processes decodes each file once."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import numpy as np
from pebble import ProcessExpired, ProcessPool

from tagger_app.audio.decode import open_audio
from tagger_app.audio.fingerprint import fingerprint_stream
from tagger_app.errors import DecodeError
from tagger_app.features.mfcc import MfccStream
from tagger_app.features.spec import FeatureSpec
from tagger_app.features.tiles import cut_tiles, sounding_tiles
from trainer.tiles.cache import MISSING, Hearing, TileCache, TileFailure, TileRecord, file_status

MIN_SECONDS = 1.0
"""Shorter files are sound effects; the application doesn't score them either."""

_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def fill(
    cache: TileCache,
    paths: Iterable[Path],
    *,
    n_workers: int = 1,
    time_limit_s: float = 300.0,
    retry_failed: bool = False,
) -> Iterator[TileRecord | TileFailure]:
    """Hear the files that the cache doesn't know as they are now, in a pool of processes; stop pulling to cancel.

    A file that crashes or hangs its decoder costs that file alone. A file that can't be found isn't remembered.

    Parameters
    ----------
    time_limit_s : seconds that a worker may take for one file
    retry_failed : hear also those that failed before, for instance after a decoder was mended

    Yields
    ------
    what became of each file that was heard, as soon as it is stored

    Raises
    ------
    TileCacheError
        The cache can't be written.
    """
    pending = iter(pending_paths(cache, paths, retry_failed=retry_failed))
    running: dict[Future[Hearing], tuple[Path, tuple[int, int]]] = {}
    with _single_threaded_children():
        pool = ProcessPool(
            max_workers=n_workers,
            context=cast(Any, multiprocessing.get_context("spawn")),  # pebble's types don't know the pipes of Windows
            initializer=_remember_known,
            initargs=(cache.known_fingerprints(),),
        )
        try:
            while True:
                # Only as many as keep the workers busy: what is scheduled later is cancelled sooner.
                while len(running) < 2 * n_workers and (path := next(pending, None)) is not None:
                    if (status := file_status(path)) == MISSING:
                        yield TileFailure(path, *status, "isn't there")
                        continue
                    future: Future[Hearing] = pool.schedule(
                        _hear_unless_known, args=(path, cache.spec), timeout=time_limit_s
                    )
                    running[future] = (path, status)
                if not running:
                    break
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    yield _keep(cache, *running.pop(future), future, time_limit_s)
        finally:
            pool.stop()
            pool.join()


def pending_paths(cache: TileCache, paths: Iterable[Path], *, retry_failed: bool = False) -> list[Path]:
    """The files that `fill` would hear or find missing, each once."""
    return [
        path
        for path in dict.fromkeys(paths)
        if not cache.is_current(path) or (retry_failed and isinstance(cache.find(path), TileFailure))
    ]


def hear(path: Path, spec: FeatureSpec) -> Hearing:
    """Decode a file and cut it into tiles.

    Raises
    ------
    DecodeError
        It can't be decoded, is silent all through, or shorter than a second.
    """
    fingerprint = fingerprint_stream(path)
    with open_audio(path) as audio:
        stream = MfccStream(spec, audio.rate_hz)
        for block in audio.blocks:
            stream.push(block)
    frames = stream.finish()
    duration_s = frames.n_samples / frames.rate_hz
    if duration_s < MIN_SECONDS:
        raise DecodeError(path, f"is too short to train on ({duration_s:.2f} s)")
    sounding = sounding_tiles(frames.power, spec)
    if not sounding.any():
        raise DecodeError(path, "is silent")
    tiles = cut_tiles(frames.mfcc, spec).astype(np.float16)
    return Hearing(fingerprint, np.ascontiguousarray(tiles), sounding, duration_s, frames.rate_hz)


_known: frozenset[str] = frozenset()


def _remember_known(fingerprints: frozenset[str]) -> None:
    """Runs once in each worker, so that a moved file is recognised without being decoded."""
    global _known
    _known = fingerprints


def _hear_unless_known(path: Path, spec: FeatureSpec) -> Hearing:
    if _known and (fingerprint := fingerprint_stream(path)) in _known:
        return Hearing(fingerprint, None, None, 0.0, 0)
    return hear(path, spec)


def _keep(
    cache: TileCache, path: Path, status: tuple[int, int], future: Future[Hearing], time_limit_s: float
) -> TileRecord | TileFailure:
    try:
        hearing = future.result()
    except DecodeError as error:
        return cache.store_failure(path, status, error.reason)
    except FutureTimeoutError:
        return cache.store_failure(path, status, f"took longer than {time_limit_s:g} s")
    except ProcessExpired as error:
        return cache.store_failure(path, status, f"crashed its decoder (exit status {error.exitcode})")
    return cache.store(path, status, hearing)


@contextmanager
def _single_threaded_children() -> Iterator[None]:
    """Processes started meanwhile run numeric libraries on one thread: the pool is what uses the cores."""
    before = {name: os.environ.get(name) for name in _THREAD_VARIABLES}
    os.environ.update(dict.fromkeys(_THREAD_VARIABLES, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
