"""Assigning genres anew from the stored fits, after a change of thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tagger_app.genres import GENRES
from tagger_app.index.connection import IndexConnection
from tagger_app.index.records import effective_genres, genre_mask
from tagger_app.index.rows import FIT_COLUMNS, FIT_SCALE, decode_names, encode_names


@dataclass(frozen=True, slots=True)
class Reassign:
    """Assign genres by other thresholds to the next `n_tracks` tracks of one bundle; the user's decisions stay.

    The result is the id of the last track that was looked at, for the next change of this kind, or None at the end: a
    large library is done in many short transactions, between which others can write.

    Attributes
    ----------
    bundle_id, spec_fingerprint : of the tracks
    thresholds : by genre, 0 to 1; of genres without one nothing is assigned
    after_id : tracks with a greater id are looked at
    """

    bundle_id: str
    spec_fingerprint: str
    thresholds: Mapping[str, float]
    after_id: int = 0
    n_tracks: int = 2_000

    def apply(self, connection: IndexConnection, now: float) -> int | None:
        rows = connection.execute(
            f"SELECT id, assigned, user_genres, genres, {', '.join(FIT_COLUMNS)} FROM tracks WHERE id > ? "
            "AND bundle = (SELECT key FROM bundles WHERE id = ? AND spec_fingerprint = ?) ORDER BY id LIMIT ?",
            (self.after_id, self.bundle_id, self.spec_fingerprint, self.n_tracks),
        ).fetchall()
        changes = []
        for track_id, assigned, user_genres, mask, *fits in rows:
            above = [
                index
                for index, (genre, fit) in enumerate(zip(GENRES, fits, strict=True))
                if fit is not None and genre in self.thresholds and fit / FIT_SCALE >= self.thresholds[genre]
            ]
            best_first = tuple(GENRES[index] for index in sorted(above, key=lambda index: -fits[index]))
            new_mask = genre_mask(effective_genres(best_first, decode_names(user_genres)))
            if best_first != decode_names(assigned) or new_mask != mask:
                changes.append((encode_names(best_first), new_mask, track_id))
        connection.executemany("UPDATE tracks SET assigned = ?, genres = ? WHERE id = ?", changes)
        return int(rows[-1][0]) if len(rows) == self.n_tracks else None
