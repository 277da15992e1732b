"""What suggestions compare is stored, read back, and noted when it changes."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import numpy as np
import pytest
from index_samples import BUNDLE, SPEC, sample_record, sample_sound

from tagger_app.errors import LibraryIndexError
from tagger_app.index.changes import PutFailure, PutTrack, SetUserGenres
from tagger_app.index.connection import open_for_reading, open_for_writing
from tagger_app.index.sound import Sound, quantise_tiles
from tagger_app.index.sounds import (
    changed_since,
    count_tiles,
    get_sound,
    last_revision,
    read_sounds,
    read_tiles,
)
from tagger_app.index.tracks import find_analysis, get_track, known_files


def same(one: Sound, other: Sound) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in Sound.__slots__)


def test_a_sound_comes_back_as_it_went_in(store, reader):
    sound = sample_sound()
    record = sample_record("/music/a.flac", sound=sound)
    store(PutTrack(record), PutTrack(sample_record("/music/b.flac")))
    assert same(get_sound(reader, 1), sound)
    assert get_sound(reader, 2) is None
    assert same(find_analysis(reader, record.fingerprint, BUNDLE, SPEC).sound, sound)
    (rows,) = read_sounds(reader, BUNDLE, SPEC)
    assert rows.ids.tolist() == [1]
    np.testing.assert_array_equal(rows.embeddings[0], record.embedding)
    (tiles,) = read_tiles(reader, BUNDLE, SPEC, [1, 2])
    np.testing.assert_allclose(tiles.tiles * tiles.scales[0], sound.tile_embeddings(), rtol=1e-5)
    assert count_tiles(reader, BUNDLE, SPEC) == 7
    store(PutTrack(sample_record("/music/a.flac")))
    assert get_sound(reader, 1) is None


def test_every_change_of_what_is_compared_gets_a_number(store, reader):
    assert last_revision(reader) == 0
    store(*(PutTrack(sample_record(f"/music/{name}.flac", sound=sample_sound())) for name in "abc"))
    before = last_revision(reader)
    assert changed_since(reader, 0) == [1, 2, 3]
    store(SetUserGenres("/music/b.flac", ("Drama",)), PutFailure("/music/c.flac", 2, 2, "broken"))
    assert changed_since(reader, before) == [2]
    store(PutTrack(sample_record("/music/a.flac", sound=sample_sound(seed=1))))
    assert changed_since(reader, before) == [2, 1]
    assert last_revision(reader) > before


def test_quantising_loses_little():
    embeddings = np.random.default_rng(0).normal(size=(50, 64))
    embeddings /= np.linalg.norm(embeddings, axis=1, keepdims=True)
    tiles, scale = quantise_tiles(embeddings)
    assert np.linalg.norm(tiles * scale - embeddings, axis=1).max() < 0.02
    assert quantise_tiles(np.zeros((2, 3)))[1] == 0.0


@pytest.mark.parametrize("changes", [{"scale": float("nan")}, {"tile_s": 0.0}, {"spread": np.zeros(3, np.float16)}])
def test_sounds_are_checked(changes):
    fields = {name: getattr(sample_sound(), name) for name in Sound.__slots__}
    with pytest.raises(ValueError, match=r"can't be|not a scale"):
        Sound(**(fields | changes))


@pytest.mark.parametrize("spoil", ["tiles = x'00'", "scale = 'loud'", "n_tiles = -3", "pace = 'fast'"])
def test_damage_is_told(store, reader, index_path, spoil):
    store(PutTrack(sample_record("/music/a.flac", sound=sample_sound())))
    with closing(sqlite3.connect(index_path, isolation_level=None)) as other:
        try:
            other.execute(f"UPDATE sounds SET {spoil}")
        except sqlite3.IntegrityError:
            pytest.skip("SQLite refuses it")
    with pytest.raises(LibraryIndexError, match="damaged"):
        get_sound(reader, 1)


def test_tracks_of_the_first_version_are_analysed_again(index_path, monkeypatch):
    """They stay listed with their fits, under another spec fingerprint, which makes them stale."""
    import sqlite_utils

    from tagger_app.index import migrations

    first = sqlite_utils.Migrations(migrations.MIGRATIONS.name)
    first(name="initial")(migrations._create_library)
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", first)
        with closing(open_for_writing(index_path)) as connection:
            connection.execute(
                "INSERT INTO bundles (key, id, spec_fingerprint, first_used) VALUES (1, ?, ?, 0)", (BUNDLE, SPEC)
            )
            connection.execute(
                "INSERT INTO tracks (path, path_text, size, mtime_ns, fingerprint, bundle, analysed_at, fit_drama) "
                "VALUES (?, '/music/a.flac', 5, 6, 'f', 1, 0, 7000)",
                (b"/music/a.flac",),
            )
    with closing(open_for_reading(index_path)) as connection:
        known = known_files(connection, "/music")["/music/a.flac"]
        assert (known.bundle_id, known.spec_fingerprint) == (BUNDLE, f"{SPEC}-without-sounds")
        assert find_analysis(connection, "f", BUNDLE, SPEC) is None
        assert get_track(connection, "/music/a.flac").fits[4] == 0.7
        assert changed_since(connection, 0) == [1]
    with closing(sqlite3.connect(index_path.with_name("library.before-sounds.db"))) as backup:
        assert backup.execute("SELECT count(*) FROM tracks").fetchone() == (1,)
