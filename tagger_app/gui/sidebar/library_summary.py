"""What the side bar says of the library, read in the background; no Qt."""

from __future__ import annotations

import os
from contextlib import closing
from typing import NamedTuple

from tagger_app.gui.workspace import Workspace
from tagger_app.index.ledger import list_roots, read_statistics
from tagger_app.index.tracks import count_files


class Folder(NamedTuple):
    """A root of the library.

    Attributes
    ----------
    path : the folder
    n_tracks : analysed tracks in it
    is_online : it is there now
    """

    path: str
    n_tracks: int
    is_online: bool


class Summary(NamedTuple):
    """Counts of the library and its folders."""

    n_by_status: dict[str, int]
    n_by_genre: dict[str, int]
    folders: list[Folder]

    @property
    def n_listed(self) -> int:
        """Tracks that are listed unless a query asks for others."""
        return self.n_by_status["present"] + self.n_by_status["offline"]


def read_summary(workspace: Workspace) -> Summary:
    """Read the counts.

    Raises
    ------
    LibraryIndexError
        The index can't be read.
    """
    with closing(workspace.open_index()) as connection:
        statistics = read_statistics(connection)
        folders = [
            Folder(root.path, count_files(connection, root.path)[0], root.online and os.path.lexists(root.path))
            for root in list_roots(connection)
        ]
    return Summary(statistics.n_by_status, statistics.n_by_genre, folders)
