from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result

from trainer.cli import main
from trainer.corpora.tracks import PackagedTrack


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "run.toml"
    folders = "".join(f"{name} = '{tmp_path / name}'\n" for name in ("audio", "debs", "free_cues", "tiles"))
    path.write_text(f"[corpus]\n{folders}", encoding="utf-8")
    return path


def run(*arguments: str | Path) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(main, [str(argument) for argument in arguments])


def test_every_command_has_help() -> None:
    names = list(main.commands)
    assert {"corpus", "prepare"} <= set(names)
    for name in names:
        result = run(name, "--help")
        assert result.exit_code == 0
        assert ("--config FILE.toml" in result.output) == (name != "install")


def test_a_bad_configuration_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text("[corpus]\nworker = 2\n", encoding="utf-8")
    for command in ("corpus", "prepare"):
        result = run(command, "--config", path)
        assert result.exit_code == 1
        assert "bad.toml: [corpus] has no setting 'worker'; is 'workers' meant?" in result.output


def test_corpus_needs_the_cues(config: Path) -> None:
    result = run("corpus", "--config", config)
    assert result.exit_code == 1
    assert "isn't a folder; set [corpus] free_cues to the one with the free cues" in result.output


def test_corpus_says_what_is_missing(config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "free_cues").mkdir()
    (tmp_path / "free_cues" / "km_a_mission.opus").touch()
    there = PackagedTrack("game", "theme.ogg", None)
    there.unpacked_path(tmp_path / "audio").parent.mkdir(parents=True)
    there.unpacked_path(tmp_path / "audio").touch()
    monkeypatch.setattr("trainer.corpus_command.load_packaged", lambda: [there])
    result = run("corpus", "--config", config)
    assert result.exit_code == 1
    assert "1 of 1 tracks of packages are in" in result.output
    assert "km_a_mission.opus" not in result.output
    missing = tmp_path / "free_cues" / "km_crisis.opus"
    assert f"missing: {missing}: isn't there" in result.output.replace("\n", "")
    assert "212 tracks are missing" in result.output.replace("\n", " ")
    assert "Thriller" in result.output


def test_prepare_without_music_says_what_to_do(config: Path) -> None:
    result = run("prepare", "--config", config)
    assert result.exit_code == 1
    assert "run `cuefit-trainer corpus` first" in result.output


def test_prepare_fills_the_cache_and_goes_on(config: Path, tmp_path: Path) -> None:
    cues = tmp_path / "free_cues"
    cues.mkdir()
    noise = np.random.default_rng(0).normal(0, 0.1, 22_050 * 12).clip(-1, 1)
    soundfile.write(cues / "km_crisis.opus", noise, 22_050, format="FLAC")
    (cues / "km_a_mission.opus").write_text("not music", encoding="utf-8")
    for _ in range(2):
        result = run("prepare", "--config", config, "--workers", "1")
        assert result.exit_code == 0
        assert "1 tracks, 1 different streams, 2 tiles, 2 of them sounding" in result.output
        assert "failed: " + str(cues / "km_a_mission.opus") in result.output.replace("\n", "")
        assert "949 of 951 tracks: isn't there" in result.output
    assert len(list((tmp_path / "tiles").glob("*/*.sounding.npy"))) == 1
