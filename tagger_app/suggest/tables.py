"""The two tables that suggestions search: of whole tracks, and of all their tiles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from tagger_app.features.mfcc import Floats
from tagger_app.features.motion import N_DYNAMICS, N_PACE, N_TILE_DYNAMICS, N_TILE_PACE
from tagger_app.index.connection import IndexConnection
from tagger_app.index.sounds import SoundRows, TileRows, count_sounds, count_tiles, read_sounds, read_tiles
from tagger_app.suggest.seeds import Profile, effective_fits
from tagger_app.suggest.shelf import Rows, Scales, choose_sample, choose_scales
from tagger_app.suggest.table import Table, first_half
from tagger_app.suggest.vectors import Layout, stacked_tile_vectors, tile_layout, track_layout, track_vectors
from tagger_app.suggest.words import level_words


class TrackTable(Table):
    """A row a track."""

    suffix = ".vectors"
    with_fine = True

    def read_rows(self, ids: Sequence[int] | None) -> Iterator[Rows]:
        """As `Table.read_rows`."""
        for rows in read_sounds(self._connection, *self._made_with, ids):
            vectors = track_vectors(
                _effective(rows), rows.curves, rows.n_tiles, rows.embeddings, rows.dynamics, rows.paces
            )
            yield Rows(rows.ids, _prints(rows), vectors)

    def count_rows(self) -> int:
        """As `Table.count_rows`."""
        return count_sounds(self._connection, *self._made_with)

    def make_layout(self, n_embedding: int) -> Layout:
        """As `Table.make_layout`."""
        return track_layout(n_embedding, N_DYNAMICS, N_PACE)

    def vectors_of(self, ids: npt.NDArray[np.int64]) -> Floats:
        """The vectors of tracks, float32 [shape=(n, width)]; zeros for those that aren't here."""
        vectors = np.zeros((len(ids), self.layout.width), np.float32)
        for shelf in self.shelves:
            order = np.argsort(shelf.ids, kind="stable") if shelf is not self._base else None
            sorted_ids = shelf.ids if order is None else shelf.ids[order]
            places = np.searchsorted(sorted_ids, ids, side="right") - 1  # the newest of several rows
            if not len(sorted_ids):
                continue
            is_there = (places >= 0) & (sorted_ids[np.maximum(places, 0)] == ids)
            rows = places[is_there] if order is None else order[places[is_there]]
            vectors[is_there] = shelf.fine[rows]
        return vectors

    def vector_of_profile(self, profile: Profile) -> Floats:
        """The vector that a track has, or would have, here, float32 [shape=(width,)]."""
        sound = profile.sound
        n_tiles = np.array([len(profile.curve)], np.int64)
        embedding, dynamics, pace = (
            part.astype(np.float32)[np.newaxis] for part in (profile.embedding, sound.dynamics, sound.pace)
        )
        fits = profile.fits[np.newaxis]
        vectors = track_vectors(fits, profile.curve, n_tiles, embedding, dynamics, pace)
        return np.asarray(level_words(vectors, self.scales.words)[0], np.float32)

    def timbres_of(self, ids: npt.NDArray[np.int64]) -> Floats:
        """How tracks sound, float32 [shape=(n, n_embedding)] of length 1; zeros for those that aren't here."""
        vectors = self.vectors_of(ids)[:, self.layout.coarse[1]]
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.where(lengths > 0, lengths, 1), np.float32)


class TileTable(Table):
    """A row a tile; the rows of a track lie together."""

    suffix = ".tiles"
    with_fine = False

    def read_rows(self, ids: Sequence[int] | None) -> Iterator[Rows]:
        """As `Table.read_rows`."""
        return _read_tile_rows(self._connection, *self._made_with, ids)

    def count_rows(self) -> int:
        """As `Table.count_rows`."""
        return count_tiles(self._connection, *self._made_with)

    def make_layout(self, n_embedding: int) -> Layout:
        """As `Table.make_layout`."""
        return tile_layout(n_embedding, N_TILE_DYNAMICS, N_TILE_PACE)


def sample_tiles(
    connection: IndexConnection, made_with: tuple[str, str], ids: Sequence[int], n_embedding: int
) -> tuple[Layout, Scales]:
    """What tile vectors are measured by, from the tiles of some tracks: for when no table of tiles is at hand.

    Raises
    ------
    LibraryIndexError
        The index can't be read.
    """
    layout = tile_layout(n_embedding, N_TILE_DYNAMICS, N_TILE_PACE)
    vectors = [rows.vectors for rows in _read_tile_rows(connection, *made_with, ids)]
    return layout, choose_scales(
        choose_sample(np.concatenate([np.zeros((0, layout.width), np.float32), *vectors])), layout
    )


def _read_tile_rows(
    connection: IndexConnection, bundle_id: str, spec_fingerprint: str, ids: Sequence[int] | None
) -> Iterator[Rows]:
    for rows in read_tiles(connection, bundle_id, spec_fingerprint, ids):
        scales = np.repeat(rows.scales, rows.n_tiles)[:, np.newaxis]
        fits = np.repeat(_effective(rows), rows.n_tiles, axis=0)
        vectors = stacked_tile_vectors(rows.tiles * scales, rows.motion, rows.curves, fits)
        yield Rows(np.repeat(rows.ids, rows.n_tiles), np.repeat(_prints(rows), rows.n_tiles), vectors)


def _effective(rows: SoundRows | TileRows) -> Floats:
    """Fits with the editor's word in place of the model's."""
    for row, decisions in enumerate(rows.user_genres):
        if decisions:
            rows.fits[row] = effective_fits(tuple(rows.fits[row].tolist()), decisions)
    return rows.fits


def _prints(rows: SoundRows | TileRows) -> npt.NDArray[np.uint64]:
    return np.array([first_half(fingerprint) for fingerprint in rows.fingerprints], np.uint64)
