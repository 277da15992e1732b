"""All fits of the library at once, as a matrix: what a mix of genres is ranked by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tagger_app.index.connection import IndexConnection, index_errors
from tagger_app.index.migrations import LISTED
from tagger_app.index.packing import ID_CHARACTERS, pack_id, pack_number, packed, unpack, unpack_ids
from tagger_app.index.rows import FIT_COLUMNS, FIT_SCALE, damaged

NO_FIT = FIT_SCALE + 1


@dataclass(frozen=True, eq=False)
class FitTable:
    """The fits of all listed tracks (neither missing nor failed), by id.

    Attributes
    ----------
    ids : int64 [shape=(n,)], ascending
    fits : uint16 [shape=(n, n_genres)], ten-thousandths; `NO_FIT` where there is none
    genres : uint16 [shape=(n,)], one bit a genre: those that count as the track's, the user's decisions included
    """

    ids: npt.NDArray[np.int64]
    fits: npt.NDArray[np.uint16]
    genres: npt.NDArray[np.uint16]


def read_fits(connection: IndexConnection) -> FitTable:
    """Read the fits of all listed tracks, in one pass over one index.

    Raises
    ------
    LibraryIndexError
        The index can't be read, or holds values that Cuefit never writes.
    """
    numbers = [*pack_id("id"), *(pack_number(f"ifnull({column}, {NO_FIT})") for column in FIT_COLUMNS)]
    sql = f"SELECT {packed([*numbers, pack_number('genres')])} FROM tracks INDEXED BY tracks_numbers WHERE {LISTED}"
    with index_errors(connection.path):
        (data,) = connection.execute(sql).fetchone()
    values = unpack(data, len(numbers) + 1)
    fits = values[:, ID_CHARACTERS:-1]
    if (fits > NO_FIT).any():
        raise damaged(connection.path)
    ids = unpack_ids(values)
    order = np.argsort(ids)
    return FitTable(ids[order], fits[order], values[order, -1])
