from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from cli_samples import run_cuefit
from sound_samples import write_music, write_sound

from tagger_app.ensemble.bundle import Bundle
from tagger_app.ensemble.thresholds import thresholds_of
from tagger_app.genres import GENRES


def test_json_is_a_line_a_file_whatever_becomes_of_it(tmp_path: Path, bundle: Bundle) -> None:
    music = write_music(tmp_path / "music.wav", seconds=20.0)
    silence = write_sound(tmp_path / "silence.wav", np.zeros((44_100 * 3, 1), np.float32))
    letter = tmp_path / "letter.mp3"
    letter.write_text("Dear editor, ...")
    result = run_cuefit("analyze", "--json", tmp_path, tmp_path / "nowhere.wav")
    assert result.exit_code == 1
    by_path = {values["path"]: values for values in map(json.loads, result.stdout.splitlines())}
    assert set(by_path) == {str(path) for path in (music, silence, letter, tmp_path / "nowhere.wav")}
    assert set(by_path[str(letter)]) == {"path", "error"}
    assert "isn't audio" in by_path[str(letter)]["error"]
    assert "error" in by_path[str(tmp_path / "nowhere.wav")]
    heard = by_path[str(music)]
    assert (heard["duration_s"], heard["bundle"]) == (20.0, bundle.id)
    assert list(heard["scores"]) == list(GENRES)
    for genre in GENRES:
        if genre in bundle.trained_genres:
            assert 0 <= heard["scores"][genre] <= 1
            assert len(heard["curve"][genre]) == 3  # tiles of 9.29 s, the last one ends with the track
        else:
            assert heard["scores"][genre] is heard["curve"][genre] is None
    thresholds = thresholds_of(bundle)
    assert all(heard["scores"][genre] >= thresholds[genre] - 1e-4 for genre in heard["assigned"])
    quiet = by_path[str(silence)]
    assert (quiet["unscored"], quiet["assigned"], set(quiet["scores"].values())) == ("silent", [], {None})
    assert "2 files couldn't be read:" in result.stderr


def test_text_has_a_row_a_genre(demo_folder: Path, bundle: Bundle) -> None:
    cue = demo_folder / "rumination.flac"
    result = run_cuefit("analyze", cue)
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0] == str(cue)
    assert bundle.id in lines[1]
    rows = {line.split()[0]: line for line in lines[2:] if line.strip()}
    assert set(rows) == set(GENRES)
    for genre, row in rows.items():
        assert ("untrained" in row) == (genre not in bundle.trained_genres)
    is_assigned = ["assigned" in line for line in lines[2:] if line.strip()]
    assert is_assigned == sorted(is_assigned, reverse=True)
