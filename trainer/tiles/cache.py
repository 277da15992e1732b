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
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tagger_app.durable import put_in_place
from tagger_app.features.spec import FeatureSpec
from trainer.errors import TileCacheError

Tiles = npt.NDArray[np.float16]

MISSING = (-1, 0)
"""Size and time of change of a file that isn't there."""


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
    """A file that gave no tiles; `reason` can follow "path: "."""

    path: Path
    size: int
    mtime_ns: int
    reason: str

    @property
    def is_missing(self) -> bool:
        """Whether the file wasn't there at all."""
        return (self.size, self.mtime_ns) == MISSING


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
        return entry is not None and (entry.size, entry.mtime_ns) == file_status(path)

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


def file_status(path: Path) -> tuple[int, int]:
    """Size and time of change, or `MISSING`."""
    try:
        status = path.stat()
    except OSError:
        return MISSING
    return (status.st_size, status.st_mtime_ns)


def _write_text(path: Path, text: str) -> None:
    partial = path.with_name(path.name + ".part")
    partial.write_text(text, encoding="ascii")
    put_in_place(partial, path)


def _write_array(path: Path, array: npt.NDArray[Any]) -> None:
    partial = path.with_name(path.name + ".part")
    with partial.open("wb") as file:
        np.save(file, array, allow_pickle=False)
    put_in_place(partial, path)


def _load(path: Path, *, memory_mapped: bool) -> npt.NDArray[Any]:
    try:
        array: npt.NDArray[Any] = np.load(path, mmap_mode="r" if memory_mapped else None, allow_pickle=False)
    except OSError as error:
        raise TileCacheError(path, error.strerror or str(error)) from error
    except (ValueError, EOFError) as error:
        raise TileCacheError(path, f"is damaged ({error}); delete it and fill the cache again") from error
    return array
