from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import pytest
from cli_samples import make_record, run_cuefit, store

from tagger_app.audio.fingerprint import fingerprint_stream
from tagger_app.tagging.containers import read_metadata
from tagger_app.tagging.journal import Journal, journal_path
from tagger_app.tagging.write import write_fields

N_TRACKS = 120


@pytest.fixture
def cue(tmp_path: Path, index_path: Path, demo_folder: Path) -> Path:
    """A tagged file, in an index with many others."""
    path = Path(shutil.copyfile(demo_folder / "rumination.flac", tmp_path / "cue.flac"))
    store(index_path, make_record(str(path), 999, fingerprint=fingerprint_stream(path)))
    store(index_path, *(make_record(f"/music/{number:03}.flac", number) for number in range(N_TRACKS)))
    assert run_cuefit("tags", "write", path, "--db", index_path).exit_code == 0
    return path


def _damage(index_path: Path) -> None:
    data = bytearray(index_path.read_bytes())
    start = len(data) // 2 // 4096 * 4096
    data[start : start + 3 * 4096] = random.Random(1).randbytes(3 * 4096)
    index_path.write_bytes(data)


def test_check(cue: Path, index_path: Path) -> None:
    result = run_cuefit("index", "check", "--files", "--db", index_path)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "1 file hold what was written last" in result.stdout
    assert f"{N_TRACKS + 1} tracks, nothing wrong" in result.stdout
    with Journal.open(index_path.with_name("other.db")) as other:
        write_fields(str(cue), {"FILMGENRE": ("Musical",)}, other, "b")
    result = run_cuefit("index", "check", "--files", "--json", "--db", index_path)
    value = json.loads(result.stdout)
    assert (result.exit_code, value["ok"], value["tracks"], value["problems"]) == (0, True, N_TRACKS + 1, [])
    assert value["files"] == [{"path": str(cue), "changed": ["FILMGENRE"], "error": None}]
    cue.unlink()
    assert "has vanished" in run_cuefit("index", "check", "--files", "--db", index_path).stdout


def test_check_repair_and_check(cue: Path, index_path: Path) -> None:
    _damage(index_path)
    result = run_cuefit("index", "check", "--json", "--db", index_path)
    value = json.loads(result.stdout)
    assert (result.exit_code, value["ok"]) == (1, False)
    assert value["problems"]
    assert "repair" in run_cuefit("index", "check", "--db", index_path).stdout
    refused = run_cuefit("index", "backup", index_path.with_name("copy.db"), "--db", index_path)
    assert refused.exit_code == 3
    assert "damaged" in refused.stderr

    repaired = run_cuefit("index", "repair", "--json", "--db", index_path)
    value = json.loads(repaired.stdout)
    assert repaired.exit_code == 0
    assert Path(value["damaged"]).exists()
    assert value["kept"]["tracks"] + len(value["lost_files"]) == N_TRACKS + 1
    text = run_cuefit("index", "repair", "--db", index_path).stdout
    assert "tracks kept" in text
    assert "the damaged index is kept as" in text
    assert read_metadata(str(cue)).fields


def test_backup_and_going_back(cue: Path, index_path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "backup" / "monday.db"
    result = run_cuefit("index", "backup", copy, "--json", "--db", index_path)
    assert result.exit_code == 0
    assert [json.loads(line)["path"] for line in result.stdout.splitlines()] == [str(copy), str(journal_path(copy))]
    assert "exists already" in run_cuefit("index", "backup", copy, "--db", index_path).stderr
    assert "verified" in run_cuefit("index", "backup", copy, "--replace", "--db", index_path).stdout
    assert run_cuefit("index", "check", "--db", copy).exit_code == 0
    assert run_cuefit("tags", "undo", "--all", "--db", copy).stdout == "1 file restored\n"
    assert not read_metadata(str(cue)).fields


def test_without_an_index(index_path: Path) -> None:
    for command in (("check",), ("repair",), ("backup", str(index_path.with_name("copy.db")))):
        result = run_cuefit("index", *command, "--db", index_path)
        assert result.exit_code == 3
        assert result.stderr
    assert not index_path.parent.exists()
