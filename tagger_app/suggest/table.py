"""Tables of vectors of one bundle: mapped from a file beside the index, brought up to date from it.

The file is a copy. Where it is missing, damaged, of another bundle or of another index, it is made again; tracks that
were added or marked since are read from the index when somebody asks, and go to the file when they have become many.
Where the file can't be written, the table is held in memory.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from tagger_app.errors import LibraryIndexError
from tagger_app.genres import N_GENRES
from tagger_app.index.connection import IndexConnection
from tagger_app.index.sounds import changed_since, fingerprints_as_of, last_revision, list_sounds
from tagger_app.suggest.hubness import SAMPLE_SIZE
from tagger_app.suggest.packed import Arrays, DamagedFileError, PackedWriter, Shapes, read_packed
from tagger_app.suggest.shelf import (
    BY_ASPECT,
    GrowingShelf,
    Rows,
    Scales,
    Shelf,
    choose_sample,
    choose_scales,
    fill_rows,
    shelf_shapes,
)
from tagger_app.suggest.vectors import Layout

VERSION = 6
"""To be raised whenever the same index would give other vectors: files of another version are made again."""

_SCALES = ("steps", "sample", "words", "exponents")
_N_CHECKED = 200
_MANY_ADDED = 2_000
_MANY_SHARE = 0.02
_BLOCK_ROWS = 65_536
_MOST_EMBEDDING = 65_536
"""More than any bundle has; what a file says beyond that is no size of an embedding."""


Progress = Callable[[int, int], None]
"""Is told how many rows, of how many, have been read."""


class Table(ABC):
    """All vectors of one bundle. Use it from the thread that made it.

    Parameters
    ----------
    progress : is told while all rows are read from the index, which takes seconds for a large one; what it raises ends
        that, and leaves no file

    Attributes
    ----------
    layout : of the vectors
    scales : what all rows are measured by

    Raises
    ------
    LibraryIndexError
        The index can't be read.
    """

    suffix: str
    """What the file's name ends with."""
    with_fine: bool
    """Whether the vectors themselves are kept."""

    _base: Shelf
    _added: GrowingShelf
    _revision: int
    _n_sampled: int
    layout: Layout
    scales: Scales

    def __init__(
        self,
        connection: IndexConnection,
        bundle_id: str,
        spec_fingerprint: str,
        progress: Progress = lambda _n_read, _n_rows: None,
    ) -> None:
        self._connection = connection
        self._progress = progress
        self._made_with = (bundle_id, spec_fingerprint)
        self._path = connection.path.with_name(f"{connection.path.stem}{self.suffix}")
        if not self._load():
            self._build()
        self.refresh()

    @abstractmethod
    def read_rows(self, ids: Sequence[int] | None) -> Iterator[Rows]:
        """Rows of all tracks of the bundle, or of some, from the index, in the order of ids, a part at a time."""

    @abstractmethod
    def count_rows(self) -> int:
        """How many rows the index has for all tracks."""

    @abstractmethod
    def make_layout(self, n_embedding: int) -> Layout:
        """The layout for embeddings of a size."""

    @property
    def shelves(self) -> tuple[Shelf, Shelf]:
        """All rows: those of the file, and those added since."""
        return self._base, self._added.shelf

    def __len__(self) -> int:
        return sum(int(shelf.alive.sum()) for shelf in self.shelves)

    def refresh(self) -> None:
        """Find what the index has learned since, at a cost that depends on that alone.

        Raises
        ------
        LibraryIndexError
            The index can't be read.
        """
        revision = last_revision(self._connection)
        if revision == self._revision:
            return
        if revision < self._revision or not len(self._base):  # another index lies in its place, or there was nothing
            self._build()
            return
        changed = changed_since(self._connection, self._revision)
        for track_id in changed:
            self._forget(track_id)
        for rows in self.read_rows(changed):
            self._added.add(rows)
        self._revision = revision
        n_base, n_added = len(self._base), len(self._added.shelf)
        if n_base + n_added > 2 * self._n_sampled:
            self._build()  # what the library is like is to be asked again
        elif n_added > _MANY_ADDED + _MANY_SHARE * n_base:
            self._merge()

    def forget(self, track_ids: Sequence[int]) -> None:
        """Tracks turned out to be gone from the index."""
        for track_id in track_ids:
            self._forget(track_id)

    def _forget(self, track_id: int) -> None:
        self._added.remove(track_id)
        first, end = np.searchsorted(self._base.ids, [track_id, track_id + 1])
        self._base.alive[first:end] = False

    def _load(self) -> bool:
        """Map the file; False where it can't be used."""
        try:
            meta, arrays = read_packed(self._path)
        except (OSError, DamagedFileError):
            return False
        revision, n_embedding, n_sampled = (meta.get(name) for name in ("revision", "n_embedding", "n_sampled"))
        if meta.get("made_with") != [*self._made_with] or meta.get("version") != VERSION:
            return False
        if not (isinstance(revision, int) and isinstance(n_embedding, int) and isinstance(n_sampled, int)):
            return False
        if revision < 0 or not 0 < n_embedding <= _MOST_EMBEDDING:
            return False
        layout = self.make_layout(n_embedding)
        n_rows, n_sample = (len(arrays.get(name, ())) for name in ("ids", "sample"))
        found = {name: (array.dtype, array.shape) for name, array in arrays.items()}
        if not n_rows or found != self._shapes(n_rows, n_sample, layout):
            return False
        if revision > last_revision(self._connection) or not self._agrees(arrays, revision):
            return False
        self.layout = layout
        self._adopt(arrays, revision, n_sampled)
        return True

    def _agrees(self, arrays: Arrays, revision: int) -> bool:
        """Whether a sample of the rows, the last ones among it, are those of this index.

        An index that was restored from a backup has the numbers of another past.
        """
        ids, prints = arrays["ids"], arrays["prints"]
        rows = np.unique(np.linspace(0, len(ids) - 1, _N_CHECKED).astype(int))
        known = fingerprints_as_of(self._connection, ids[rows].tolist(), revision)
        expected = {track_id: first_half(fingerprint) for track_id, fingerprint in known.items()}
        checked = zip(ids[rows].tolist(), prints[rows].tolist(), strict=True)
        return all(expected.get(track_id, mark) == mark for track_id, mark in checked)

    def _build(self) -> None:
        """Make all rows from the index."""
        # A generator that isn't at its end holds a statement open, and with it the transaction.
        self._connection.execute("BEGIN")  # count, revision and rows are to agree while a scan goes on
        try:
            revision = last_revision(self._connection)
            ids = list_sounds(self._connection, *self._made_with)
            chosen = np.sort(np.random.default_rng(0).permutation(len(ids))[:SAMPLE_SIZE])
            sampled = list(self.read_rows([ids[index] for index in chosen]))
            self.layout = self.make_layout(self._n_embedding(sampled))
            sample = np.concatenate([np.zeros((0, self.layout.width), np.float32), *(part.vectors for part in sampled)])
            self.scales = choose_scales(choose_sample(sample), self.layout)
            n_rows = self.count_rows() if ids else 0

            def fill(arrays: Arrays) -> None:
                first = 0
                for rows in self.read_rows(None) if n_rows else ():
                    fill_rows(arrays, first, rows, self.layout, self.scales)
                    first += len(rows.ids)
                    self._progress(first, n_rows)
                if first != n_rows:
                    raise LibraryIndexError(
                        self._connection.path, "is damaged: its tracks have other tiles than it says"
                    )

            self._keep(n_rows, fill, revision, n_rows)
        finally:
            self._connection.execute("ROLLBACK")

    def _n_embedding(self, sampled: list[Rows]) -> int:
        """The size of embeddings, from the width of vectors."""
        return (sampled[0].vectors.shape[1] - self.make_layout(0).width) // self._embeddings_a_row if sampled else 0

    @property
    def _embeddings_a_row(self) -> int:
        return self.make_layout(1).width - self.make_layout(0).width

    def _merge(self) -> None:
        """Make the file again from the rows at hand."""
        shelves = self.shelves
        kept = [np.flatnonzero(shelf.alive) for shelf in shelves]
        ids = np.concatenate([shelf.ids[rows] for shelf, rows in zip(shelves, kept, strict=True)])
        places = np.empty(len(ids), np.int64)
        places[np.argsort(ids, kind="stable")] = np.arange(len(ids))

        def fill(arrays: Arrays) -> None:
            taken = 0
            for shelf, rows in zip(shelves, kept, strict=True):
                for start in range(0, len(rows), _BLOCK_ROWS):
                    source = rows[start : start + _BLOCK_ROWS]
                    target = places[taken : taken + len(source)]
                    taken += len(source)
                    for name in shelf_shapes(0, self.layout, with_fine=self.with_fine):
                        array = getattr(shelf, name)
                        if name in BY_ASPECT:
                            arrays[name][:, target] = array[:, source]
                        else:
                            arrays[name][target] = array[source]

        self._keep(len(ids), fill, self._revision, self._n_sampled)

    def _keep(self, n_rows: int, fill: Callable[[Arrays], None], revision: int, n_sampled: int) -> None:
        """Fill rows into the file; into memory where it can't be written."""
        shapes = self._shapes(n_rows, len(self.scales.sample), self.layout)
        meta = {
            "version": VERSION,
            "made_with": [*self._made_with],
            "revision": revision,
            "n_embedding": len(self.layout.coarse[1]),
            "n_sampled": n_sampled,
        }
        try:
            with PackedWriter(self._path, shapes) as writer:
                self._fill(writer.arrays, fill)
                writer.commit(meta)
            _, arrays = read_packed(self._path)
        except (OSError, DamagedFileError):
            # A folder that can't be written to, a full disk, or (on Windows) another program that reads the old file.
            arrays = {name: np.zeros(shape, dtype) for name, (dtype, shape) in shapes.items()}
            self._fill(arrays, fill)
        self._adopt(arrays, revision, n_sampled)

    def _fill(self, arrays: Arrays, fill: Callable[[Arrays], None]) -> None:
        for name in _SCALES:
            arrays[name][:] = getattr(self.scales, name)
        fill(arrays)

    def _adopt(self, arrays: Arrays, revision: int, n_sampled: int) -> None:
        self.scales = Scales(**{name: arrays.pop(name) for name in _SCALES})
        self._revision = revision
        self._n_sampled = n_sampled
        self._base = Shelf(**arrays, alive=np.ones(len(arrays["ids"]), bool))
        self._added = GrowingShelf(self.layout, self.scales, with_fine=self.with_fine)

    def _shapes(self, n_rows: int, n_sample: int, layout: Layout) -> Shapes:
        return {
            **shelf_shapes(n_rows, layout, with_fine=self.with_fine),
            "steps": (np.dtype("<f4"), (len(layout.coarse_columns),)),
            "sample": (np.dtype("<f4"), (n_sample, layout.width)),
            "words": (np.dtype("<f4"), (2, N_GENRES)),
            "exponents": (np.dtype("<f4"), (len(layout.columns),)),
        }


def first_half(fingerprint: str) -> int:
    """The first half of a fingerprint as a number; 0 for what isn't one."""
    try:
        return int(fingerprint[:16], 16)
    except ValueError:
        return 0
