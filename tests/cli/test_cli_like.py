from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from cli_samples import Demo, make_record, run_cuefit, store
from sound_samples import write_music, write_sound

from tagger_app.suggest.request import ASPECTS


def suggest(demo: Demo, *arguments: object) -> list[dict[str, Any]]:
    result = run_cuefit("like", *arguments, "--json", "--db", demo.index_path)
    assert (result.exit_code, result.stderr) == (0, "")
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_table_says_how_like_where_and_why(demo: Demo) -> None:
    result = run_cuefit("like", demo.folder / "rumination.flac", "-n", "4", "--db", demo.index_path)
    assert (result.exit_code, result.stderr) == (0, "")
    header, _, *rows = result.stdout.splitlines()
    assert header.split() == [
        "Like",
        "Fit",
        "Timbre",
        "Dynamics",
        "Pace",
        "Title",
        "Length",
        "Best",
        "moments",
        "Because",
    ]
    assert len(rows) == 4
    assert all("0:" in row for row in rows)


def test_json_has_aspects_and_moments(demo: Demo) -> None:
    for suggestion in suggest(demo, demo.folder / "rumination.flac", "--region", "0:05-0:20"):
        assert set(suggestion["aspects"]) == set(ASPECTS)
        assert all(0 <= value <= 100 for value in suggestion["aspects"].values())
        (moment, *_) = suggestion["moments"]
        assert 0 <= moment["start_s"] < moment["end_s"] <= suggestion["duration_s"] + 0.01
        assert suggestion["n_versions"] == 1
        assert set(suggestion["because"]) == {"aspects", "genres", "foremost"}


def test_several_examples_filters_and_weights(demo: Demo) -> None:
    seeds = [demo.folder / "rumination.flac", demo.folder / "frost_waltz.ogg"]
    paths = {str(seed) for seed in seeds}
    assert not paths & {suggestion["path"] for suggestion in suggest(demo, *seeds)}
    unwanted = suggest(demo, seeds[0], "--not", seeds[1], "--discover", "1", "--weights", "timbre=1")
    assert not paths & {suggestion["path"] for suggestion in unwanted}
    for suggestion in suggest(demo, seeds[0], "--weights", "pace=2, fit=0"):
        assert suggestion["similarity"] == pytest.approx(suggestion["aspects"]["pace"], abs=0.1)
    assert {suggestion["codec"] for suggestion in suggest(demo, seeds[0], "--within", "codec:mp3")} == {"MP3"}
    nothing = run_cuefit("like", seeds[0], "--within", "nosuchword", "--db", demo.index_path)
    assert (nothing.exit_code, nothing.stdout) == (0, "")
    assert "No other track fits this query" in nothing.stderr


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--region", "1:20-1:02"], "isn't a region"),
        (["--region", "soon"], "isn't a region"),
        (["--weights", "smell=1"], "isn't one of fit, timbre"),
        (["--weights", "fit=nan"], "isn't one of fit, timbre"),
        (["--discover", "2"], "range"),
        (["-n", "0"], "range"),
        (["--within", "thriller>"], "expected"),
        (["second.flac", "--region", "1-2"], "one FILE"),
    ],
)
def test_wrong_usage(demo: Demo, arguments: list[str], reason: str) -> None:
    result = run_cuefit("like", demo.folder / "rumination.flac", *arguments, "--db", demo.index_path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert reason in result.stderr


def test_what_can_not_be_compared(demo: Demo, tmp_path) -> None:
    silence = write_sound(tmp_path / "silence.wav", np.zeros((44_100 * 3, 2), np.float32))
    blip = write_music(tmp_path / "blip.wav", 0.5)
    for arguments, reason in (
        ([silence], "silence.wav: can't be compared: silent"),
        ([blip], "blip.wav: can't be compared: shorter than 1 s"),
        ([tmp_path / "none.wav"], "none.wav: "),
        ([demo.folder / "rumination.flac", "--weights", "fit=0"], "All weights are 0"),
        ([demo.folder / "rumination.flac", "--region", "9:00-9:10"], "the region lies behind its end"),
    ):
        result = run_cuefit("like", *arguments, "--db", demo.index_path)
        assert (result.exit_code, result.stdout) == (1, "")
        assert reason in result.stderr
        assert len(result.stderr.splitlines()) == 1


def test_libraries_in_which_nothing_can_be_found(demo: Demo, tmp_path, index_path) -> None:
    music = write_music(tmp_path / "music.flac", 12.0, "flac")
    result = run_cuefit("like", music, "--db", index_path)
    assert result.exit_code == 3
    assert "scan a folder first" in result.stderr
    store(index_path, make_record("/music/a.flac"))
    result = run_cuefit("like", music, "--db", index_path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "No track in the index has been heard by" in result.stderr


def test_a_path(demo: Demo) -> None:
    ends = [demo.folder / "rumination.flac", demo.folder / "volatile_reaction.mp3"]
    result = run_cuefit("path", *ends, "-n", "3", "--json", "--db", demo.index_path)
    steps = [json.loads(line) for line in result.stdout.splitlines()]
    assert [step["position"] for step in steps] == [0.25, 0.5, 0.75]
    assert not {str(end) for end in ends} & {step["path"] for step in steps}
    table = run_cuefit("path", *ends, "-n", "3", "--db", demo.index_path)
    assert table.stdout.split()[:2] == ["Like", "Title"]
    same = run_cuefit("path", ends[0], ends[0], "--db", demo.index_path)
    assert (same.exit_code, same.stdout) == (1, "")
    assert "same recording" in same.stderr
