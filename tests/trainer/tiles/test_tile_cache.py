from __future__ import annotations

import os
import shutil
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tagger_app.audio.decode import open_audio
from tagger_app.audio.fingerprint import fingerprint_stream
from tagger_app.errors import DecodeError
from tagger_app.features.mfcc import MfccStream
from tagger_app.features.spec import FeatureSpec
from trainer.errors import TileCacheError
from trainer.tiles.cache import TileCache, TileFailure, TileRecord
from trainer.tiles.filling import fill, hear, pending_paths

SPEC = FeatureSpec()
RATE_HZ = 22_050


def write_sound(path: Path, seconds: float = 20.0, seed: int = 0, *, silent_from_s: float | None = None) -> Path:
    samples = np.random.default_rng(seed).normal(0, 0.1, round(seconds * RATE_HZ)).clip(-1, 1)
    if silent_from_s is not None:
        samples[round(silent_from_s * RATE_HZ) :] = 0
    soundfile.write(path, samples, RATE_HZ, format="FLAC")
    return path


def heard(cache: TileCache, *paths: Path, **options: object) -> dict[str, TileRecord | TileFailure]:
    return {entry.path.name: entry for entry in fill(cache, paths, **options)}  # type: ignore[arg-type]


def crash(path: Path, spec: FeatureSpec) -> None:
    os._exit(7)


def hang(path: Path, spec: FeatureSpec) -> None:
    time.sleep(600)


def test_hearing_is_what_the_application_hears(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.flac", 20.0, silent_from_s=9.0)
    hearing = hear(path, SPEC)
    with open_audio(path) as audio:
        stream = MfccStream(SPEC, audio.rate_hz)
        for block in audio.blocks:
            stream.push(block)
    mfcc = stream.finish().mfcc
    assert hearing.tiles is not None
    assert hearing.sounding is not None
    assert hearing.tiles.shape == (3, 40, 100)
    assert hearing.tiles.dtype == np.float16
    np.testing.assert_array_equal(hearing.tiles[0], mfcc[:100].T.astype(np.float16))
    np.testing.assert_array_equal(hearing.tiles[-1], mfcc[-100:].T.astype(np.float16))
    assert hearing.sounding.tolist() == [True, False, False]
    assert hearing.duration_s == pytest.approx(20.0)
    assert hearing.rate_hz == RATE_HZ
    assert hearing.fingerprint == fingerprint_stream(path)


def test_what_can_not_be_trained_on_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DecodeError, match=r"too short to train on \(0\.50 s\)"):
        hear(write_sound(tmp_path / "short.flac", 0.5), SPEC)
    with pytest.raises(DecodeError, match="is silent"):
        hear(write_sound(tmp_path / "silent.flac", 5, silent_from_s=0), SPEC)


def test_a_cache_is_filled_once(tmp_path: Path) -> None:
    sound = write_sound(tmp_path / "sound.flac")
    copy = tmp_path / "copy.flac"
    shutil.copy(sound, copy)
    text = tmp_path / "text.mp3"
    text.write_text("no music", encoding="utf-8")
    gone = tmp_path / "gone.flac"
    paths = [sound, copy, text, gone, sound]
    cache = TileCache(tmp_path / "tiles", SPEC)
    entries = heard(cache, *paths, n_workers=1)
    assert entries.keys() == {"sound.flac", "copy.flac", "text.mp3", "gone.flac"}
    record = entries["sound.flac"]
    assert isinstance(record, TileRecord)
    assert (record.n_tiles, record.n_sounding, record.rate_hz) == (3, 3, RATE_HZ)
    assert isinstance(entries["copy.flac"], TileRecord)
    assert entries["copy.flac"].fingerprint == record.fingerprint
    assert isinstance(entries["text.mp3"], TileFailure)
    assert "audio" in entries["text.mp3"].reason
    assert isinstance(entries["gone.flac"], TileFailure)
    assert entries["gone.flac"].is_missing

    again = TileCache(tmp_path / "tiles", SPEC)
    assert (again.records, again.failures) == (cache.records, cache.failures)
    assert [entry.path for entry in again.failures] == [text]
    tiles = again.tiles(record.fingerprint)
    assert isinstance(tiles, np.memmap)
    # A worker's matrix products run on one thread, and may round differently.
    expected = hear(sound, SPEC).tiles
    assert expected is not None
    np.testing.assert_allclose(tiles, expected, atol=2e-3)
    assert again.sounding(record.fingerprint).tolist() == [True] * 3
    assert pending_paths(again, paths) == [gone]
    assert pending_paths(again, paths, retry_failed=True) == [text, gone]
    assert not list(again.folder.glob("*.part"))


def test_a_changed_file_is_heard_again_and_a_moved_one_recognised(tmp_path: Path) -> None:
    changed = write_sound(tmp_path / "changed.flac", 10)
    moved = write_sound(tmp_path / "before.flac", 12, seed=1)
    cache = TileCache(tmp_path / "tiles", SPEC)
    before = heard(cache, changed, moved)
    write_sound(changed, 30, seed=2)
    moved = moved.rename(tmp_path / "after.flac")
    tiles_file = cache.folder / f"{before['before.flac'].fingerprint}.npy"  # type: ignore[union-attr]
    written_ns = tiles_file.stat().st_mtime_ns
    cache = TileCache(tmp_path / "tiles", SPEC)
    after = heard(cache, changed, moved)
    assert after["changed.flac"].n_tiles == 4  # type: ignore[union-attr]
    assert replace(before["before.flac"], path=moved) == after["after.flac"]
    assert tiles_file.stat().st_mtime_ns == written_ns


def test_each_spec_has_its_own_tiles(tmp_path: Path) -> None:
    one, other = TileCache(tmp_path, SPEC), TileCache(tmp_path, replace(SPEC, window="hamming"))
    assert one.folder != other.folder
    assert other.folder.parent == one.folder.parent == tmp_path
    assert '"hamming"' in (other.folder / "spec.json").read_text(encoding="ascii")


def test_a_file_that_hangs_or_crashes_its_decoder_costs_that_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = write_sound(tmp_path / "sound.flac")
    cache = TileCache(tmp_path / "tiles", SPEC)
    with monkeypatch.context() as patch:
        patch.setattr("trainer.tiles.filling._hear_unless_known", hang)
        entries = heard(cache, sound, time_limit_s=0.2)
    assert entries["sound.flac"].reason == "took longer than 0.2 s"  # type: ignore[union-attr]
    with monkeypatch.context() as patch:
        patch.setattr("trainer.tiles.filling._hear_unless_known", crash)
        entries = heard(cache, sound, retry_failed=True)
    assert entries["sound.flac"].reason == "crashed its decoder (exit status 7)"  # type: ignore[union-attr]
    assert isinstance(heard(cache, sound, retry_failed=True)["sound.flac"], TileRecord)
    assert cache.failures == []


def stored(cache: TileCache, *names: str) -> list[TileRecord]:
    """Fill a cache without a pool."""
    records = []
    for seed, name in enumerate(names):
        path = write_sound(cache.folder.parent.parent / name, 10, seed)
        status = path.stat()
        records.append(cache.store(path, (status.st_size, status.st_mtime_ns), hear(path, cache.spec)))
    return records


def test_half_a_line_of_a_killed_run_is_forgotten(tmp_path: Path) -> None:
    cache = TileCache(tmp_path / "tiles", SPEC)
    first, second = stored(cache, "a.flac", "b.flac")
    index = cache.folder / "index.jsonl"
    whole = index.read_bytes()
    for kept in (len(whole) - 1, len(whole) - 30):
        index.write_bytes(whole[:kept])
        torn = TileCache(tmp_path / "tiles", SPEC)
        assert torn.records == [first]
        assert pending_paths(torn, [first.path, second.path]) == [second.path]
        assert index.read_bytes() == whole[: whole.index(b"\n") + 1]


def test_a_record_without_tiles_is_forgotten(tmp_path: Path) -> None:
    cache = TileCache(tmp_path / "tiles", SPEC)
    first, second = stored(cache, "a.flac", "b.flac")
    (cache.folder / f"{first.fingerprint}.npy").unlink()
    assert TileCache(tmp_path / "tiles", SPEC).records == [second]


def test_names_that_are_not_utf8_survive(tmp_path: Path) -> None:
    cache = TileCache(tmp_path / "tiles", SPEC)
    path = Path(os.fsdecode(b"/music/\xff\xe4.flac"))
    failure = cache.store_failure(path, (1, 2), "is damaged")
    assert TileCache(tmp_path / "tiles", SPEC).failures == [failure]


@pytest.mark.parametrize("line", ["[]", "{}", "\xff", '{"path": "a", "reason": "b"}', '{"path": 3}'])
def test_a_damaged_index_says_what_to_do(tmp_path: Path, line: str) -> None:
    cache = TileCache(tmp_path / "tiles", SPEC)
    stored(cache, "a.flac")
    with (cache.folder / "index.jsonl").open("a", encoding="latin-1") as file:
        file.write(line + "\n")
    with pytest.raises(TileCacheError, match="line 2 is damaged; delete this folder"):
        TileCache(tmp_path / "tiles", SPEC)


def test_damaged_tiles_say_what_to_do(tmp_path: Path) -> None:
    cache = TileCache(tmp_path / "tiles", SPEC)
    (record,) = stored(cache, "a.flac")
    path = cache.folder / f"{record.fingerprint}.npy"
    content = path.read_bytes()
    for damaged in (content[:-100], content[:20], b"", b"text"):
        path.write_bytes(damaged)
        with pytest.raises(TileCacheError, match="is damaged"):
            cache.tiles(record.fingerprint)
    np.save(path, np.zeros((2, 40, 99), np.float16))
    with pytest.raises(TileCacheError, match=r"holds float16 \(2, 40, 99\)"):
        cache.tiles(record.fingerprint)
    with pytest.raises(TileCacheError, match="No such file"):
        cache.sounding("0" * 32)


def test_a_cache_that_can_not_be_written_says_so(tmp_path: Path) -> None:
    blocked = tmp_path / "tiles"
    blocked.write_text("a file", encoding="utf-8")
    with pytest.raises(TileCacheError, match=r"Not a directory|exists|cannot find"):
        TileCache(blocked, SPEC)
    cache = TileCache(tmp_path / "other", SPEC)
    path = write_sound(tmp_path / "a.flac", 10)
    shutil.rmtree(cache.folder)
    with pytest.raises(TileCacheError, match=r"No such file|cannot find"):
        cache.store(path, (1, 2), hear(path, SPEC))
    assert cache.records == []
