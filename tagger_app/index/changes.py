"""What can be written to the index, each change as a value that knows how to apply itself.

`apply` runs inside a transaction that the writer opens and commits. `now` is the time in UTC seconds. A change about a
path that isn't in the index does nothing: another program may have removed the row since it was read.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Protocol

from tagger_app.index.connection import IndexConnection
from tagger_app.index.records import FileFacts, TrackRecord, effective_genres, genre_mask
from tagger_app.index.rows import (
    FIT_COLUMNS,
    clean_text,
    decode_names,
    encode_array,
    encode_fits,
    encode_names,
    encode_path,
    path_range,
    searchable_path,
    sort_key,
)
from tagger_app.index.sound import Sound


class Change(Protocol):
    """One thing to be written; the result is given to whoever waits for it."""

    def apply(self, connection: IndexConnection, now: float) -> object: ...


_RECORD_COLUMNS = (
    *("path", "path_text", "size", "mtime_ns", "state", "failure", "failed_at", "fingerprint", "bundle", "analysed_at"),
    *(
        "duration_s",
        "rate_hz",
        "n_channels",
        "codec",
        "title",
        "artist",
        "album",
        "title_key",
        "artist_key",
        "album_key",
    ),
    *("assigned", "user_genres", "genres", "unscored", "short", *FIT_COLUMNS),
)
_INSERT = f"INSERT INTO tracks ({', '.join(_RECORD_COLUMNS)}) VALUES ({', '.join('?' * len(_RECORD_COLUMNS))})"
_UPDATE = f"UPDATE tracks SET {', '.join(f'{column} = ?' for column in _RECORD_COLUMNS)} WHERE id = ?"
_UPDATE_FACTS = (
    "UPDATE tracks SET path = ?, size = ?, mtime_ns = ?, state = 0, title_key = ?, artist_key = ?, album_key = ?, "
    "title = ?, artist = ?, album = ?, path_text = ? WHERE id = ?"
)
_TEXTS = "title, artist, album, path_text"


@dataclass(frozen=True, slots=True)
class PutTrack:
    """Store an analysed file; a row of the same path keeps its id, and a remembered failure is forgotten.

    The user's decisions are kept where the record brings none and the sound is the same.
    """

    record: TrackRecord

    def apply(self, connection: IndexConnection, now: float) -> int:
        record = self.record
        path = encode_path(record.path)
        user_genres = record.user_genres
        select = f"SELECT id, fingerprint, user_genres, {_TEXTS} FROM tracks WHERE path = ?"
        known = connection.execute(select, (path,)).fetchone()
        if known and not user_genres and known[1] == record.fingerprint:
            user_genres = decode_names(known[2])
        bundle = _bundle_key(connection, record.bundle_id, record.spec_fingerprint, now)
        title, artist, album, path_text = texts = _texts(record)
        row = (
            *(path, path_text, record.size, record.mtime_ns, 0, "", None),
            *(clean_text(record.fingerprint), bundle, now, record.duration_s, record.rate_hz, record.n_channels),
            *(clean_text(record.codec), title, artist, album, sort_key(title), sort_key(artist), sort_key(album)),
            *(encode_names(record.assigned), encode_names(user_genres)),
            *(genre_mask(effective_genres(record.assigned, user_genres)), clean_text(record.unscored), record.short),
            *encode_fits(record.fits),
        )
        if known:
            track_id = int(known[0])
            connection.execute(_UPDATE, (*row, track_id))
        else:
            track_id = int(connection.execute(_INSERT, row).lastrowid or 0)
        _index_texts(connection, track_id, known and known[3:], texts)
        for table, array in (("curves", record.curve), ("overviews", record.overview)):
            data = encode_array(array)
            connection.execute(f"REPLACE INTO {table} VALUES (?, ?, ?)", (track_id, len(array), data))
        if record.embedding.size:
            vector = encode_array(record.embedding)
            connection.execute("REPLACE INTO embeddings VALUES (?, ?, ?)", (track_id, bundle, vector))
        elif known:
            connection.execute("DELETE FROM embeddings WHERE track_id = ?", (track_id,))
        _put_sound(connection, track_id, record.sound)
        _note_change(connection, track_id)
        return track_id


@dataclass(frozen=True, slots=True)
class PutFailure:
    """Remember that a file couldn't be analysed; it isn't tried again while its size and time stay the same.

    What an earlier analysis found stays stored.
    """

    path: str
    size: int
    mtime_ns: int
    reason: str

    def apply(self, connection: IndexConnection, now: float) -> None:
        path, path_text = encode_path(self.path), searchable_path(self.path)
        values = (self.size, self.mtime_ns, clean_text(self.reason) or "couldn't be analysed", now, path)
        updated = connection.execute(
            "UPDATE tracks SET size = ?, mtime_ns = ?, failure = ?, failed_at = ?, state = 0 WHERE path = ?", values
        )
        if not updated.rowcount:
            columns = "size, mtime_ns, failure, failed_at, path, path_text"
            insert = f"INSERT INTO tracks ({columns}) VALUES (?, ?, ?, ?, ?, ?)"
            track_id = int(connection.execute(insert, (*values, path_text)).lastrowid or 0)
            _index_texts(connection, track_id, None, ("", "", "", path_text))


@dataclass(frozen=True, slots=True)
class MoveTrack:
    """A file was moved or renamed: its row, with id and analysis, goes to the new path.

    A row that was at the new path already described a file that is there no more; it is replaced.
    """

    old_path: str
    new: FileFacts

    def apply(self, connection: IndexConnection, now: float) -> None:
        old, new = encode_path(self.old_path), encode_path(self.new.path)
        if old != new and connection.execute("SELECT 1 FROM tracks WHERE path = ?", (old,)).fetchone():
            _delete(connection, new)
        _update_facts(connection, old, self.new)


@dataclass(frozen=True, slots=True)
class UpdateFile:
    """The file's tags were written, by Cuefit or another program; its sound is the same."""

    facts: FileFacts

    def apply(self, connection: IndexConnection, now: float) -> None:
        _update_facts(connection, encode_path(self.facts.path), self.facts)


@dataclass(frozen=True, slots=True)
class SetUserGenres:
    """Replace the user's own decisions about a track: ``"Thriller"`` accepts or adds, ``"-Comedy"`` rejects."""

    path: str
    user_genres: tuple[str, ...]

    def apply(self, connection: IndexConnection, now: float) -> None:
        path = encode_path(self.path)
        if known := connection.execute("SELECT assigned, id FROM tracks WHERE path = ?", (path,)).fetchone():
            mask = genre_mask(effective_genres(decode_names(known[0]), self.user_genres))
            _note_change(connection, known[1])
            connection.execute(
                "UPDATE tracks SET user_genres = ?, genres = ? WHERE path = ?",
                (encode_names(self.user_genres), mask, path),
            )


@dataclass(frozen=True, slots=True)
class MarkPresent:
    """Files that had been missing or offline were seen again, unchanged."""

    paths: tuple[str, ...]

    def apply(self, connection: IndexConnection, now: float) -> None:
        connection.executemany(
            "UPDATE tracks SET state = 0 WHERE path = ? AND state <> 0", [(encode_path(path),) for path in self.paths]
        )


@dataclass(frozen=True, slots=True)
class MarkMissing:
    """Files are gone from a root that is there. Their rows stay; `ForgetMissing` alone removes them."""

    paths: tuple[str, ...]

    def apply(self, connection: IndexConnection, now: float) -> None:
        connection.executemany(
            "UPDATE tracks SET state = 2 WHERE path = ? AND state <> 2", [(encode_path(path),) for path in self.paths]
        )


@dataclass(frozen=True, slots=True)
class MarkRoot:
    """A root is there, or isn't: a drive unplugged, a share away. Nothing else about its tracks changes."""

    root: str
    online: bool

    def apply(self, connection: IndexConnection, now: float) -> None:
        before, after = (1, 0) if self.online else (0, 1)
        root = encode_path(self.root)
        connection.execute(
            "INSERT INTO roots (path, online) VALUES (?, ?) ON CONFLICT (path) DO UPDATE SET online = excluded.online",
            (root, self.online),
        )
        first, last = path_range(self.root)
        for where, parameters in (("path > ? AND path < ?", (first, last)), ("path = ?", (root,))):
            connection.execute(f"UPDATE tracks SET state = ? WHERE state = ? AND {where}", (after, before, *parameters))


@dataclass(frozen=True, slots=True)
class RecordScan:
    """A root was scanned to its end."""

    root: str

    def apply(self, connection: IndexConnection, now: float) -> None:
        connection.execute(
            "INSERT INTO roots (path, online, scanned_at) VALUES (?, 1, ?) "
            "ON CONFLICT (path) DO UPDATE SET scanned_at = excluded.scanned_at",
            (encode_path(self.root), now),
        )


@dataclass(frozen=True, slots=True)
class RecordBundle:
    """A bundle is in use; its manifest is kept with the index."""

    bundle_id: str
    spec_fingerprint: str
    manifest: str

    def apply(self, connection: IndexConnection, now: float) -> None:
        key = _bundle_key(connection, self.bundle_id, self.spec_fingerprint, now)
        connection.execute("UPDATE bundles SET manifest = ? WHERE key = ?", (self.manifest, key))


@dataclass(frozen=True, slots=True)
class ForgetMissing:
    """Remove the rows of missing files, analysis and all; the result is the list of their paths.

    With `paths`, only those: what the user was shown and agreed to.
    """

    paths: tuple[str, ...] | None = None

    def apply(self, connection: IndexConnection, now: float) -> list[str]:
        missing = [path for (path,) in connection.execute("SELECT path FROM tracks WHERE state = 2 ORDER BY path")]
        if self.paths is not None:
            agreed = set(map(encode_path, self.paths))
            missing = [path for path in missing if path in agreed]
        for path in missing:
            _delete(connection, path)
        return [os.fsdecode(path) for path in missing]


def _bundle_key(connection: IndexConnection, bundle_id: str, spec_fingerprint: str, now: float) -> int:
    select = "SELECT key FROM bundles WHERE id = ? AND spec_fingerprint = ?"
    if known := connection.execute(select, (bundle_id, spec_fingerprint)).fetchone():
        return int(known[0])
    inserted = connection.execute(
        "INSERT INTO bundles (id, spec_fingerprint, first_used) VALUES (?, ?, ?)", (bundle_id, spec_fingerprint, now)
    )
    return int(inserted.lastrowid or 0)


def _put_sound(connection: IndexConnection, track_id: int, sound: Sound | None) -> None:
    if sound is None:
        connection.execute("DELETE FROM sounds WHERE track_id = ?", (track_id,))
        return
    pooled = (encode_array(array) for array in (sound.spread, sound.dynamics, sound.pace))
    in_time = (encode_array(sound.levels), encode_array(sound.motion), encode_array(sound.tiles))
    row = (track_id, len(sound.tiles), sound.tile_s, sound.scale, *pooled, *in_time)
    connection.execute(f"REPLACE INTO sounds VALUES ({', '.join('?' * len(row))})", row)


def _note_change(connection: IndexConnection, track_id: int) -> None:
    """Give a track the next revision: whoever keeps what suggestions compare elsewhere reads what is new from there."""
    connection.execute("DELETE FROM revisions WHERE track_id = ?", (track_id,))
    connection.execute("INSERT INTO revisions (track_id) VALUES (?)", (track_id,))


def _update_facts(connection: IndexConnection, path: bytes, facts: FileFacts) -> None:
    known = connection.execute(f"SELECT id, {_TEXTS} FROM tracks WHERE path = ?", (path,)).fetchone()
    if known:
        title, artist, album, _ = texts = _texts(facts)
        keys = (sort_key(title), sort_key(artist), sort_key(album))
        values = (encode_path(facts.path), facts.size, facts.mtime_ns, *keys, *texts, known[0])
        connection.execute(_UPDATE_FACTS, values)
        _index_texts(connection, known[0], known[1:], texts)


def _delete(connection: IndexConnection, path: bytes) -> None:
    known = connection.execute(f"SELECT id, {_TEXTS} FROM tracks WHERE path = ?", (path,)).fetchone()
    if known:
        _index_texts(connection, known[0], known[1:], None)
        connection.execute("DELETE FROM tracks WHERE id = ?", (known[0],))


def _texts(source: TrackRecord | FileFacts) -> tuple[str, str, str, str]:
    """Title, artist, album and path as they are stored and searched."""
    title, artist, album = map(clean_text, (source.title, source.artist, source.album))
    return title, artist, album, searchable_path(source.path)


def _index_texts(
    connection: IndexConnection, track_id: int, before: tuple[str, ...] | None, after: tuple[str, ...] | None
) -> None:
    """Replace a track's words in the text index, which holds no text itself and must be told what to take out."""
    if before == after:
        return
    if before is not None:
        columns = f"tracks_text, rowid, {_TEXTS}"
        values = ("delete", track_id, *before)
        connection.execute(f"INSERT INTO tracks_text ({columns}) VALUES (?, ?, ?, ?, ?, ?)", values)
    if after is not None:
        insert = f"INSERT INTO tracks_text (rowid, {_TEXTS}) VALUES (?, ?, ?, ?, ?)"
        connection.execute(insert, (track_id, *after))
