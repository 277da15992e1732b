"""What the table lists, and how it is read: no Qt here, and nothing that the GUI thread may call."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tagger_app.gui.library.readers import Readers, Use
from tagger_app.gui.mixer.mix import Mix, rank
from tagger_app.index.connection import IndexConnection
from tagger_app.index.fits import FitTable, read_fits
from tagger_app.index.query import Query, parse_query
from tagger_app.index.records import Track
from tagger_app.index.search import find_ids, get_tracks, search, search_ids

Ids = npt.NDArray[np.int64]

PAGE = 100
EVERYTHING = parse_query("")

_FEW = 5_000
"""Tracks that are sorted faster than the whole library is read in order."""
_MOST_ORDERS = 4


@dataclass(frozen=True)
class Listing:
    """Which tracks, in which order.

    Attributes
    ----------
    query : the tracks
    sort : the order, as `parse_sort` reads it; passed over where there is a mix
    mix : rank by this
    """

    query: Query = EVERYTHING
    sort: str = "title"
    mix: Mix | None = None


@dataclass(frozen=True, eq=False)
class Rows:
    """The beginning of a listing.

    Attributes
    ----------
    ids : int64 [shape=(n,)], of all tracks if `is_complete`, else of the first
    tracks : the first of them
    """

    ids: Ids
    tracks: list[Track]
    is_complete: bool


class Library:
    """Reads listings from one index; any thread may call any method.

    Parameters
    ----------
    index_path : the index
    """

    def __init__(self, index_path: Path) -> None:
        self._readers = Readers(index_path)
        self._lock = threading.Lock()
        self._reading_fits = threading.Lock()
        self._fits: FitTable | None = None
        self._filtered: dict[str, npt.NDArray[np.intp]] = {}
        self._orders: dict[str, Ids] = {}
        self._version = 0

    def read_first(self, listing: Listing, n_tracks: int = PAGE) -> Rows:
        """The first tracks of a listing, as fast as can be.

        Raises
        ------
        LibraryIndexError
            The index can't be read.
        """
        if listing.mix is not None:
            ids = self._rank(listing.query, listing.mix, None)
            return Rows(ids, self.read_tracks(ids[:n_tracks]), is_complete=True)
        with self._readers.borrow() as connection:
            tracks = search(connection, listing.query, listing.sort, n_tracks)
        ids = np.array([track.id for track in tracks], np.int64)
        return Rows(ids, tracks, is_complete=len(tracks) < n_tracks)

    def read_ids(self, listing: Listing, use: Use | None = None) -> Ids:
        """Ids of all tracks of a listing, in order.

        Raises
        ------
        LibraryIndexError
            The index can't be read.
        """
        if listing.mix is not None:
            return self._rank(listing.query, listing.mix, use)
        with self._readers.borrow(use) as connection:
            if not listing.query.text.strip():
                return self._order(connection, listing.sort)
            found = find_ids(connection, listing.query)
            with self._lock:
                is_kept = listing.sort in self._orders
            if is_kept or len(found) > _FEW:
                order = self._order(connection, listing.sort)
                ids = order[np.isin(order, found, assume_unique=True)]
                if len(ids) == len(found):
                    return ids
            # Few, or some that aren't among all tracks: failed or missing ones, or new ones.
            return search_ids(connection, listing.query, listing.sort)

    def read_tracks(self, ids: Ids) -> list[Track]:
        """Tracks by id, in order; those that are gone are left out.

        Raises
        ------
        LibraryIndexError
            The index can't be read.
        """
        with self._readers.borrow() as connection:
            return get_tracks(connection, ids.tolist())

    def load_fits(self) -> FitTable:
        """The fits of all tracks, read on first use and after `forget`.

        Raises
        ------
        LibraryIndexError
            The index can't be read.
        """
        with self._reading_fits:  # whoever comes meanwhile waits, and doesn't read them once more
            with self._lock:
                if self._fits is not None:
                    return self._fits
                version = self._version
            with self._readers.borrow() as connection:
                fits = read_fits(connection)
            # Columns side by side: a mix reads a few of the ten from end to end.
            fits = FitTable(fits.ids, np.asfortranarray(fits.fits), fits.genres)
            with self._lock:
                if version == self._version:
                    self._fits = fits
            return fits

    def forget(self) -> None:
        """The index has changed: what was kept of it is read again when it is needed."""
        with self._lock:
            self._fits = None
            self._filtered = {}
            self._orders = {}
            self._version += 1

    def close(self) -> None:
        """Close all connections."""
        self._readers.close()

    def _order(self, connection: IndexConnection, sort: str) -> Ids:
        """Ids of the whole library in an order, read on first use and after `forget`.

        A filter's tracks are taken out of it: sorting a third of a million by title takes SQLite some seconds.
        """
        with self._lock:
            if (kept := self._orders.get(sort)) is not None:
                return kept
            version = self._version
        order = search_ids(connection, EVERYTHING, sort)
        with self._lock:
            if version == self._version:
                if len(self._orders) == _MOST_ORDERS:
                    self._orders.pop(next(iter(self._orders)))
                self._orders[sort] = order
        return order

    def _rank(self, query: Query, mix: Mix, use: Use | None) -> Ids:
        table = self.load_fits()
        if not query.text.strip():
            return rank(table, mix)
        with self._lock:
            version = self._version
            rows = self._filtered.get(query.text)
        if rows is None:
            with self._readers.borrow(use) as connection:
                ids = find_ids(connection, query)
            rows = np.flatnonzero(np.isin(table.ids, ids, assume_unique=True))
            with self._lock:
                if version == self._version:
                    self._filtered = {query.text: rows}
        return rank(table, mix, rows)
