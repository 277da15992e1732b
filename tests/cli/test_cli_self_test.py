from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
from cli_samples import run_cuefit

from tagger_app.ensemble.bundle import Bundle
from tagger_app.scan.self_test import GOLDEN_NAME, TOLERANCE, Golden, deviations


def test_golden_fits_are_kept_and_compared(tmp_path: Path, bundle: Bundle) -> None:
    folder = tmp_path / bundle.id
    shutil.copytree(bundle.folder, folder)
    assert run_cuefit("self-test", "--write-golden", folder).exit_code == 0
    path = folder / GOLDEN_NAME
    golden = msgspec.json.decode(path.read_bytes(), type=Golden)
    assert golden.cue == "rumination.flac"
    assert sorted(golden.fits) == sorted(bundle.trained_genres)
    result = run_cuefit("self-test", "--bundle", folder)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.endswith("All is well.\n")

    genre = bundle.trained_genres[0]
    fits = golden.fits | {genre: (golden.fits[genre] + 0.5) % 1.0}
    path.write_bytes(msgspec.json.encode(Golden(golden.cue, fits)))
    result = run_cuefit("self-test", "--bundle", folder)
    assert result.exit_code == 3
    assert result.stderr == f"{golden.cue}: other fits than on the machine that made the models: {genre}\n"
    path.write_text("{}")
    assert run_cuefit("self-test", "--bundle", folder).exit_code == 3


def test_deviations() -> None:
    golden = Golden("cue.flac", {"Action": 0.5, "Drama": 0.5})
    assert deviations(golden, {"Action": 0.5, "Drama": 0.5 + TOLERANCE}) == {"Action": 0.0, "Drama": 0.52 - 0.5}
    assert deviations(golden, {"Action": 0.5}) == {"Action": 0.0, "Drama": float("inf")}
