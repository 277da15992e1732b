from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from cli_samples import Demo, run_cuefit

from tagger_app.cli.demo import demo_cues
from tagger_app.tagging.containers import read_metadata


def test_the_demo_shows_everything_and_credits_everybody(demo: Demo) -> None:
    assert (demo.result.exit_code, demo.result.stderr) == (0, "")
    shown = demo.result.stdout
    cues = demo_cues()
    assert 8 <= len(cues) <= 10
    assert "The models have never heard these cues" in shown
    assert f"{len(cues)} cues copied to {demo.folder}" in shown
    assert f"  {len(cues):>2} listened to" in shown
    for cue in cues:
        assert shown.count(cue.title) >= 2  # in the table of fits, and credited
        assert shown.splitlines().count(cue.attribution) == 1
        assert "FILMGENRE_MODEL" in read_metadata(demo.folder / cue.path.name).fields
    assert "cuefit like " in shown
    assert f"cd {demo.folder}" in shown


def test_the_same_folder_can_be_used_again(demo: Demo) -> None:
    result = run_cuefit("demo", demo.folder)
    assert (result.exit_code, result.stderr) == (0, "")
    assert f"{len(demo_cues())} unchanged since the last scan" in result.stdout
    assert "tagged (" not in result.stdout


def test_nobodys_own_music_is_tagged(tmp_path: Path) -> None:
    (tmp_path / "mine.flac").write_bytes(b"untouched")
    result = run_cuefit("demo", tmp_path)
    assert result.exit_code == 2
    assert "isn't empty" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.flac"]


def test_the_index_can_lie_elsewhere_and_hold_more(tmp_path: Path, demo_folder: Path) -> None:
    other = tmp_path / "own" / "hammock.opus"
    other.parent.mkdir()
    shutil.copyfile(demo_folder / "hammock_fight.opus", other)
    index_path = tmp_path / "index" / "library.db"
    assert run_cuefit("scan", other.parent, "--db", index_path).exit_code == 0
    folder = tmp_path / "demo"
    result = run_cuefit("demo", folder, "--db", index_path)
    assert (result.exit_code, result.stderr) == (0, "")
    assert {path.name for path in folder.iterdir()} == {cue.path.name for cue in demo_cues()}
    assert f"cuefit tags undo . --db {index_path}" in result.stdout
    table, _, rest = result.stdout.partition("cuefit find ")
    assert table.count("Hammock Fight") == 1
    assert rest.count("Hammock Fight") >= 1
    assert "FILMGENRE_MODEL" not in read_metadata(other).fields
    assert len(run_cuefit("find", "--json", "--db", index_path).stdout.splitlines()) == len(demo_cues()) + 1


def test_the_index_can_have_another_name_beside_the_cues_but_music_of_that_name_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    for _ in range(2):
        result = run_cuefit("demo", folder, "--db", folder / "own.db")
        assert (result.exit_code, result.stderr) == (0, "")
    assert "length<0:40' --db own.db" in result.stdout
    (folder / "own.song.flac").write_bytes(b"untouched")
    result = run_cuefit("demo", folder, "--db", folder / "own.db")
    assert result.exit_code == 2
    assert "isn't empty" in result.stderr


def test_what_the_demo_found_can_be_asked_for(demo: Demo) -> None:
    found = run_cuefit("find", "--json", "--db", demo.index_path)
    tracks = [json.loads(line) for line in found.stdout.splitlines()]
    assert {track["path"] for track in tracks} == {str(demo.folder / cue.path.name) for cue in demo_cues()}
    seed = tracks[0]["path"]
    like = run_cuefit("like", seed, "-n", "4", "--json", "--db", demo.index_path)
    suggestions = [json.loads(line) for line in like.stdout.splitlines()]
    assert len(suggestions) == 4
    assert seed not in {suggestion["path"] for suggestion in suggestions}
    similarity = [suggestion["similarity"] for suggestion in suggestions]
    assert similarity == sorted(similarity, reverse=True)


def test_a_file_outside_the_index_is_listened_to(demo: Demo, tmp_path: Path, demo_folder: Path) -> None:
    known = run_cuefit("like", demo.folder / "rumination.flac", "--json", "--db", demo.index_path)
    copy = tmp_path / "copy.flac"
    copy.write_bytes((demo_folder / "rumination.flac").read_bytes())
    heard = run_cuefit("like", copy, "--json", "--db", demo.index_path)
    assert heard.exit_code == 0
    by_known, by_heard = ([json.loads(line) for line in result.stdout.splitlines()] for result in (known, heard))
    assert [suggestion["path"] for suggestion in by_known] == [suggestion["path"] for suggestion in by_heard]
    for one, other in zip(by_known, by_heard, strict=True):
        assert one["similarity"] == pytest.approx(other["similarity"], abs=0.5)  # the index keeps float16


def test_like_says_what_is_wrong_with_a_file(demo: Demo, tmp_path: Path) -> None:
    broken = tmp_path / "letter.mp3"
    broken.write_text("Dear editor, ...")
    result = run_cuefit("like", broken, "--db", demo.index_path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"{broken}: isn't audio" in result.stderr
