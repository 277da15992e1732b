"""Tracks that sound like one: nearest embeddings, without its copies and without a flood from one album."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tagger_app.features.mfcc import Floats
from tagger_app.index.arrays import get_embeddings
from tagger_app.index.connection import IndexConnection
from tagger_app.index.records import Track
from tagger_app.index.search import get_tracks
from tagger_app.index.tracks import get_track

MOST_OF_AN_ALBUM = 3
_BLOCK_ROWS = 65_536


class MadeWith(NamedTuple):
    """What embeddings were made with; those of two bundles can't be compared."""

    bundle_id: str
    spec_fingerprint: str


class Suggestion(NamedTuple):
    """A track, and the cosine of the angle between its embedding and the one asked for: 1 is the same, 0 unrelated."""

    track: Track
    similarity: float


def suggest_like(
    connection: IndexConnection,
    embedding: npt.NDArray[np.floating],
    made_with: MadeWith,
    n: int,
    exclude_paths: Collection[str] = (),
    *,
    exclude_fingerprints: Collection[str] = (),
    most_of_an_album: int = MOST_OF_AN_ALBUM,
) -> list[Suggestion]:
    """The tracks of the index that sound most like an embedding, best first.

    Several files of one recording count as one track. Missing and failed files are left out.

    Parameters
    ----------
    embedding : float [shape=(d,)]
    made_with : what `embedding` was made with
    n : suggestions at most
    exclude_paths : tracks that are left out, along with all copies of their audio
    exclude_fingerprints : audio streams that are left out
    most_of_an_album : tracks of one album and artist at most

    Raises
    ------
    LibraryIndexError
        The index can't be read.
    """
    ids, vectors = get_embeddings(connection, *made_with)
    if not len(ids) or n <= 0:
        return []
    similarity = cosine_similarity(vectors, np.asarray(embedding, dtype=np.float32))
    order = np.argsort(-similarity, kind="stable")
    heard = set(exclude_fingerprints)
    heard.update(track.fingerprint for path in exclude_paths if (track := get_track(connection, path)))
    excluded = set(exclude_paths)
    by_album: Counter[tuple[str, str]] = Counter()
    suggestions: list[Suggestion] = []
    step = 4 * n + 50
    for start in range(0, len(order), step):
        part = order[start : start + step]
        similar = dict(zip(ids[part].tolist(), similarity[part].tolist(), strict=True))
        for track in get_tracks(connection, list(similar)):
            album = (track.album.casefold(), track.artist.casefold())
            if track.path in excluded or track.fingerprint in heard or track.status not in ("present", "offline"):
                continue
            if track.album and by_album[album] >= most_of_an_album:
                continue
            heard.add(track.fingerprint)
            by_album[album] += 1
            suggestions.append(Suggestion(track, similar[track.id]))
            if len(suggestions) == n:
                return suggestions
    return suggestions


def cosine_similarity(vectors: npt.NDArray[np.floating], vector: Floats) -> Floats:
    """Cosine of the angle between each row and a vector; 0 where either has no length.

    Parameters
    ----------
    vectors : float [shape=(n, d)]; taken to float32 a block at a time
    vector : float32 [shape=(d,)]

    Returns
    -------
    float32 [shape=(n,)]
    """
    length = float(np.linalg.norm(vector))
    similarity = np.zeros(len(vectors), dtype=np.float32)
    if not length:
        return similarity
    for start in range(0, len(vectors), _BLOCK_ROWS):
        block = vectors[start : start + _BLOCK_ROWS].astype(np.float32)
        lengths = np.linalg.norm(block, axis=1)
        products = block @ (vector / length)
        np.divide(products, lengths, out=similarity[start : start + _BLOCK_ROWS], where=lengths > 0)
    return similarity
