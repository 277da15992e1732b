from __future__ import annotations

import json
import os
import shutil
from contextlib import closing
from pathlib import Path

import pytest
from cli_samples import make_record, run_cuefit, store

from tagger_app.audio.fingerprint import fingerprint_stream
from tagger_app.index.connection import open_for_reading
from tagger_app.index.tracks import get_track
from tagger_app.tagging.containers import read_metadata


@pytest.fixture
def tracks(tmp_path: Path, index_path: Path, demo_folder: Path) -> list[Path]:
    """Three files of the demo, in an index that was made by hand."""
    folder = tmp_path / "music"
    folder.mkdir()
    paths = []
    for number, name in enumerate(("rumination.flac", "frost_waltz.ogg", "fluffing_a_duck.mp3")):
        paths.append(Path(shutil.copyfile(demo_folder / name, folder / name)))
        store(index_path, make_record(str(paths[-1]), number, fingerprint=fingerprint_stream(paths[-1])))
    return paths


def values_of(path: Path) -> dict[str, tuple[str, ...]]:
    return dict(read_metadata(path).fields)


def assert_unchanged_for_a_scan(index_path: Path, paths: list[Path]) -> None:
    with closing(open_for_reading(index_path)) as connection:
        for path in paths:
            track = get_track(connection, str(path))
            status = path.stat()
            assert track
            assert (track.size, track.mtime_ns) == (status.st_size, status.st_mtime_ns)


def test_write_show_undo(tracks: list[Path], index_path: Path) -> None:
    preview = run_cuefit("tags", "write", "--all", "--dry-run", "--db", index_path)
    assert preview.stdout.count("nothing → Action 0.91, Drama 0.62") == 3
    assert "3 files would be written" in preview.stdout
    assert not any(values_of(path) for path in tracks)

    written = run_cuefit("tags", "write", "--all", "--db", index_path)
    assert (written.exit_code, written.stderr) == (0, "")
    assert written.stdout.startswith("3 files tagged;")
    assert_unchanged_for_a_scan(index_path, tracks)

    shown = [json.loads(line) for line in run_cuefit("tags", "show", tracks[0].parent, "--json").stdout.splitlines()]
    assert [values["path"] for values in shown] == sorted(map(str, tracks))
    for values in shown:
        assert (values["assigned"], values["bundle"]) == (["Action", "Drama"], "test-1")
        assert (values["scores"]["Action"], values["scores"]["Comedy"]) == (0.91, None)
    text = run_cuefit("tags", "show", tracks[0]).stdout
    assert "written by test-1" in text
    assert "Action" in text

    assert "3 had nothing to change" in run_cuefit("tags", "write", "--all", "--db", index_path).stdout
    undone = run_cuefit("tags", "undo", "--batch", "last", "--db", index_path)
    assert (undone.exit_code, undone.stdout) == (0, "3 files restored\n")
    assert not any(values_of(path) for path in tracks)
    assert_unchanged_for_a_scan(index_path, tracks)
    assert "all of it is undone" in run_cuefit("tags", "undo", "--batch", "last", "--db", index_path).stdout


def test_which_tracks(tracks: list[Path], index_path: Path) -> None:
    for wrong in ((), (str(tracks[0]), "--all"), ("--query", "drama", "--all")):
        assert run_cuefit("tags", "write", *wrong, "--db", index_path).exit_code == 2
    assert "1 file tagged" in run_cuefit("tags", "write", tracks[0], "--db", index_path).stdout
    assert "1 file tagged" in run_cuefit("tags", "write", "-q", '"Title 1"', "--db", index_path).stdout
    result = run_cuefit("tags", "write", tracks[0].parent, "/nowhere", "--db", index_path)
    assert result.exit_code == 1
    assert "1 file tagged, 2 had nothing to change" in result.stdout
    assert "/nowhere: isn't in the index; scan it first" in result.stderr


def test_tracks_that_are_away_or_silent_are_left_alone(tracks: list[Path], index_path: Path) -> None:
    store(index_path, make_record(str(tracks[0]), fits=(None,) * 10, assigned=(), unscored="silent"))
    result = run_cuefit("tags", "write", "--all", "--db", index_path)
    assert result.stdout.splitlines()[0] == "1 file without fits, or away, left alone"
    assert not values_of(tracks[0])
    tracks[1].unlink()
    result = run_cuefit("tags", "write", "--all", "--db", index_path)
    assert result.exit_code == 1
    assert f"{tracks[1]}: " in result.stderr


def test_clear_and_undo_by_path(tracks: list[Path], index_path: Path) -> None:
    run_cuefit("tags", "write", "--all", "--db", index_path)
    before = [values_of(path) for path in tracks]
    cleared = run_cuefit("tags", "clear", *tracks[:2], "--db", index_path)
    assert cleared.stdout.startswith("2 files cleared;")
    assert [bool(values_of(path)) for path in tracks] == [False, False, True]
    assert_unchanged_for_a_scan(index_path, tracks)
    run_cuefit("tags", "undo", "--batch", "last", "--db", index_path)
    assert [values_of(path) for path in tracks] == before
    run_cuefit("tags", "undo", tracks[2], "--db", index_path)
    assert [bool(values_of(path)) for path in tracks] == [True, True, False]
    assert "0 files restored" in run_cuefit("tags", "undo", "--since", "2999-01-01", "--db", index_path).stdout
    assert "2 files restored" in run_cuefit("tags", "undo", "--since", "2020-01-01", "--db", index_path).stdout
    assert not any(values_of(path) for path in tracks)


def test_clearing_needs_no_index(tracks: list[Path], index_path: Path, tmp_path: Path) -> None:
    run_cuefit("tags", "write", "--all", "--db", index_path)
    other = tmp_path / "other" / "library.db"
    assert run_cuefit("tags", "clear", tracks[0], "--db", other).exit_code == 0
    assert not values_of(tracks[0])
    assert not other.exists()
    assert run_cuefit("tags", "undo", "--all", "--db", other).stdout == "1 file restored\n"
    assert values_of(tracks[0])


def test_undo_must_be_told_what(index_path: Path) -> None:
    assert run_cuefit("tags", "undo", "--db", index_path).exit_code == 2
    assert run_cuefit("tags", "undo", "--since", "yesterday", "--db", index_path).exit_code == 2
    assert run_cuefit("tags", "undo", "--all", "--db", index_path).exit_code == 0
    assert not index_path.parent.exists()


def test_files_without_readable_tags_are_listed(tmp_path: Path, tracks: list[Path], index_path: Path) -> None:
    letter = tmp_path / os.fsdecode(b"\xffletter.mp3")
    letter.write_text("Dear editor, ...")
    for command in (("show",), ("clear", "--db", str(index_path))):
        result = run_cuefit("tags", command[0], letter, tracks[0], *command[1:])
        assert result.exit_code == 1
        assert "1 file couldn't be" in result.stderr
        assert r"\udcffletter.mp3: isn't audio" in result.stderr


def test_tags_are_written_as_the_settings_say(tracks: list[Path], index_path: Path, tmp_path: Path) -> None:
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps({"mirrors": ["GENRE"]}))
    preview = run_cuefit("tags", "write", "--all", "--dry-run", "--db", index_path, "--settings", settings)
    plain = run_cuefit("tags", "write", "--all", "--dry-run", "--db", index_path)
    assert preview.stdout != plain.stdout
    written = run_cuefit("tags", "write", "--all", "--db", index_path, CUEFIT_SETTINGS=str(settings))
    assert (written.exit_code, written.stderr) == (0, "")
    genres = {read_metadata(path).mirrors["GENRE"] for path in tracks}
    assert genres == {("Action", "Drama"), ("Action; Drama",)}
    undone = run_cuefit("tags", "undo", "--batch", "last", "--db", index_path)
    assert undone.exit_code == 0
    assert not any("Action" in "".join(read_metadata(path).mirrors.get("GENRE", ())) for path in tracks)


def test_settings_that_are_damaged_are_told_and_the_defaults_count(
    tracks: list[Path], index_path: Path, tmp_path: Path
) -> None:
    settings = tmp_path / "settings.json"
    settings.write_text("{")
    written = run_cuefit("tags", "write", "--all", "--db", index_path, "--settings", settings)
    assert written.exit_code == 0
    assert "were damaged" in written.stderr
    assert not any("Action" in "".join(read_metadata(path).mirrors.get("GENRE", ())) for path in tracks)
