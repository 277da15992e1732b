"""The tile cache: what the training set sounds like, computed once for each feature spec.

A folder for each feature spec, named by its fingerprint, holds

- ``spec.json``: the spec, for people;
- ``index.jsonl``: a line for each file that was heard or couldn't be, the last line about a path counts;
- ``<stream fingerprint>.npy``: tiles that aren't standardised, float16 [shape=(n_tiles, n_mfcc, tile_frames)];
- ``<stream fingerprint>.sounding.npy``: which of them aren't silent, bool [shape=(n_tiles,)].

Every file is written under a temporary name and renamed, the mask before the tiles and the tiles before their line of
the index, so that a run may be killed at any moment. One process writes; any number may read.
"""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pebble import ProcessExpired, ProcessPool

from tagger_app.audio.decode import open_audio
from tagger_app.audio.fingerprint import fingerprint_stream
from tagger_app.errors import DecodeError
from tagger_app.features.mfcc import MfccStream
from tagger_app.features.spec import FeatureSpec
from tagger_app.features.tiles import cut_tiles, sounding_tiles
from trainer.errors import TileCacheError

Tiles = npt.NDArray[np.float16]

MIN_SECONDS = 1.0
"""Shorter files are sound effects; the application doesn't score them either."""

_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


@dataclass(frozen=True)
class TileRecord:
    """A file whose tiles are in the cache.

    Attributes
    ----------
    path : the file
    size, mtime_ns : of the file when it was heard
    fingerprint : of its audio stream; names its tiles
    n_tiles : number of tiles, silent ones included
    n_sounding : tiles that aren't silent
    duration_s, rate_hz : length, and rate at which it was framed
    """

    path: Path
    size: int
    mtime_ns: int
    fingerprint: str
    n_tiles: int
    n_sounding: int
    duration_s: float
    rate_hz: int


@dataclass(frozen=True)
class TileFailure:
    """A file that gave no tiles; `reason` can follow "path: ". `size` is -1 where the file isn't there."""

    path: Path
    size: int
    mtime_ns: int
    reason: str


@dataclass(frozen=True)
class Hearing:
    """What a worker sends back; `tiles` and `sounding` are None where the cache has them already."""

    fingerprint: str
    tiles: Tiles | None = field(repr=False)
    sounding: npt.NDArray[np.bool_] | None = field(repr=False)
    duration_s: float
    rate_hz: int


class TileCache:
    """Tiles of one feature spec.

    Parameters
    ----------
    folder : folder of all caches; the spec's own is created in it

    Raises
    ------
    TileCacheError
        The folder can't be created, or its index can't be read.
    """

    def __init__(self, folder: Path, spec: FeatureSpec) -> None:
        self.spec = spec
        self.folder = folder / spec.fingerprint()
        self._entries: dict[Path, TileRecord | TileFailure] = {}
        self._by_fingerprint: dict[str, TileRecord] = {}
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if not (self.folder / "spec.json").exists():
                _write_text(self.folder / "spec.json", json.dumps(asdict(spec), indent=2) + "\n")
            if self._index.exists():
                self._read_index()
        except OSError as error:
            raise TileCacheError(self.folder, error.strerror or str(error)) from error

    @property
    def records(self) -> list[TileRecord]:
        """Files with tiles, in the order in which they were first heard."""
        return [entry for entry in self._entries.values() if isinstance(entry, TileRecord)]

    @property
    def failures(self) -> list[TileFailure]:
        """Files without tiles."""
        return [entry for entry in self._entries.values() if isinstance(entry, TileFailure)]

    def find(self, path: Path) -> TileRecord | TileFailure | None:
        """What is known of a file, even if it has changed since."""
        return self._entries.get(path)

    def is_current(self, path: Path) -> bool:
        """Whether a file was heard, or failed, as it is now."""
        entry = self._entries.get(path)
        return entry is not None and (entry.size, entry.mtime_ns) == _status(path)

    def known_fingerprints(self) -> frozenset[str]:
        """Streams whose tiles are there."""
        return frozenset(self._by_fingerprint)

    def tiles(self, fingerprint: str) -> Tiles:
        """Tiles of a stream, mapped into memory read-only: float16 [shape=(n_tiles, n_mfcc, tile_frames)].

        Raises
        ------
        TileCacheError
            They aren't there, or are of another shape.
        """
        tiles: Tiles = _load(self._tiles_path(fingerprint), memory_mapped=True)
        if tiles.dtype != np.float16 or tiles.shape[1:] != self.spec.tile_shape:
            raise TileCacheError(
                self._tiles_path(fingerprint), f"holds {tiles.dtype} {tiles.shape}; delete this folder"
            )
        return tiles

    def sounding(self, fingerprint: str) -> npt.NDArray[np.bool_]:
        """Which tiles of a stream aren't silent, bool [shape=(n_tiles,)]. Raises `TileCacheError` as `tiles` does."""
        mask: npt.NDArray[np.bool_] = _load(self._sounding_path(fingerprint), memory_mapped=False)
        return mask

    def store(self, path: Path, status: tuple[int, int], hearing: Hearing) -> TileRecord:
        """Keep what a worker heard of a file whose size and time of change were `status`.

        Raises
        ------
        TileCacheError
            It can't be written: the disk is full, or the folder isn't ours.
        """
        same = self._by_fingerprint.get(hearing.fingerprint)
        try:
            if same is None:
                assert hearing.tiles is not None, "only tiles that the cache has are left out"
                assert hearing.sounding is not None, "tiles and mask come together"
                _write_array(self._sounding_path(hearing.fingerprint), hearing.sounding)
                _write_array(self._tiles_path(hearing.fingerprint), hearing.tiles)
                n_tiles, n_sounding = len(hearing.tiles), int(hearing.sounding.sum())
                duration_s, rate_hz = hearing.duration_s, hearing.rate_hz
            else:
                n_tiles, n_sounding, duration_s, rate_hz = same.n_tiles, same.n_sounding, same.duration_s, same.rate_hz
            record = TileRecord(path, *status, hearing.fingerprint, n_tiles, n_sounding, duration_s, rate_hz)
            self._append(record)
        except OSError as error:
            raise TileCacheError(self.folder, error.strerror or str(error)) from error
        self._by_fingerprint[hearing.fingerprint] = record
        return record

    def store_failure(self, path: Path, status: tuple[int, int], reason: str) -> TileFailure:
        """Keep why a file gave no tiles. Raises `TileCacheError` as `store` does."""
        failure = TileFailure(path, *status, reason)
        try:
            self._append(failure)
        except OSError as error:
            raise TileCacheError(self.folder, error.strerror or str(error)) from error
        return failure

    @property
    def _index(self) -> Path:
        return self.folder / "index.jsonl"

    def _tiles_path(self, fingerprint: str) -> Path:
        return self.folder / f"{fingerprint}.npy"

    def _sounding_path(self, fingerprint: str) -> Path:
        return self.folder / f"{fingerprint}.sounding.npy"

    def _append(self, entry: TileRecord | TileFailure) -> None:
        with self._index.open("a", encoding="ascii") as file:
            file.write(json.dumps(asdict(entry), default=os.fspath) + "\n")
        self._entries[entry.path] = entry

    def _read_index(self) -> None:
        *lines, torn = self._index.read_text(encoding="ascii", errors="replace").split("\n")
        for number, line in enumerate(lines, start=1):
            try:
                fields: dict[str, Any] = json.loads(line)
                fields["path"] = Path(fields["path"])
                entry = TileFailure(**fields) if "reason" in fields else TileRecord(**fields)
            except (ValueError, TypeError, KeyError) as error:
                raise TileCacheError(self._index, f"line {number} is damaged; delete this folder") from error
            if isinstance(entry, TileRecord):
                if not self._tiles_path(entry.fingerprint).exists():
                    continue
                self._by_fingerprint[entry.fingerprint] = entry
            self._entries[entry.path] = entry
        if torn:
            # A killed run left half a line: what was heard of that file is heard again.
            _write_text(self._index, "".join(line + "\n" for line in lines))


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
            context=multiprocessing.get_context("spawn"),
            initializer=_remember_known,
            initargs=(cache.known_fingerprints(),),
        )
        try:
            while True:
                # Only as many as keep the workers busy: what is scheduled later is cancelled sooner.
                while len(running) < 2 * n_workers and (path := next(pending, None)) is not None:
                    if (status := _status(path)) == _MISSING:
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
            pool.stop()  # type: ignore[no-untyped-call] # pebble annotates only what returns something
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


_MISSING = (-1, 0)


def _status(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return _MISSING
    return (status.st_size, status.st_mtime_ns)


def _write_text(path: Path, text: str) -> None:
    partial = path.with_name(path.name + ".part")
    partial.write_text(text, encoding="ascii")
    partial.replace(path)


def _write_array(path: Path, array: npt.NDArray[Any]) -> None:
    partial = path.with_name(path.name + ".part")
    with partial.open("wb") as file:
        np.save(file, array, allow_pickle=False)
    partial.replace(path)


def _load(path: Path, *, memory_mapped: bool) -> npt.NDArray[Any]:
    try:
        array: npt.NDArray[Any] = np.load(path, mmap_mode="r" if memory_mapped else None, allow_pickle=False)
    except OSError as error:
        raise TileCacheError(path, error.strerror or str(error)) from error
    except (ValueError, EOFError) as error:
        raise TileCacheError(path, f"is damaged ({error}); delete it and fill the cache again") from error
    return array
