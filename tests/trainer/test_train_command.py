"""From a tile cache to a loaded bundle, as `cuefit-trainer train` goes."""

from __future__ import annotations

import csv
import errno
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from trainer_samples import LEARNING, TILES_PER_TRACK, make_dataset

from tagger_app.ensemble.bundle import load_bundle
from tagger_app.ensemble.scoring import Ensemble
from trainer.configuration import Configuration
from trainer.corpora.settings import ManifestSettings
from trainer.errors import TrainingError, WorkError
from trainer.settings import SystemSettings
from trainer.train_command import export_bundle, train_bundle


def test_a_bundle_that_hears_what_it_was_trained_for(configuration: Configuration) -> None:
    steps: list[tuple[int, int]] = []
    asked = replace(configuration, system=SystemSettings(network="fully_connected", targets="multilabel"))
    folder = train_bundle(asked, lambda _done, n_done, n_steps: steps.append((n_done, n_steps)))
    assert steps[-1][0] == steps[-1][1]
    bundle = load_bundle(folder)
    assert bundle.trained_genres == ("Action", "Drama")
    assert [entry.genres for entry in bundle.manifest.members] == [["Action", "Drama"]]
    assert "track 3" in (folder / "ATTRIBUTION.md").read_text()
    assert "What a fit meant" in (folder / "REPORT.md").read_text()
    assert len(bundle.manifest.heard) == 24
    ensemble, sounding = Ensemble(bundle), np.ones(TILES_PER_TRACK, dtype=np.bool_)
    dataset = make_dataset()
    action, drama = (ensemble.score(dataset.tiles[number].astype(np.float32), sounding) for number in (1, 0))
    assert action.assigned == ("Action",)
    assert drama.assigned == ("Drama",)
    assert action.embedding.shape == (4,)


def test_a_full_disk_leaves_the_bundle_that_was_there(
    configuration: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = replace(configuration, system=SystemSettings(network="fully_connected", targets="multilabel"))
    folder = train_bundle(asked, lambda *_: None)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def fill(path: Path, content: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", fill)
        with pytest.raises(WorkError, match="tiny: can't be written: No space left on device"):
            export_bundle(asked, lambda *_: None)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    (folder.parent / ".tiny.partial" / "left-over.tflite").write_bytes(b"of a run that was stopped")
    export_bundle(asked, lambda *_: None)
    assert {path.name for path in folder.iterdir()} == set(before)


def test_bags_of_a_genre_become_members_side_by_side(configuration: Configuration) -> None:
    settings = SystemSettings(name="ensemble_k", network="fully_connected", bags=2)
    asked = replace(configuration, system=settings, bundle=replace(configuration.bundle, id="bags"))
    bundle = load_bundle(train_bundle(asked, lambda *_: None))
    assert [(entry.file, entry.genres) for entry in bundle.manifest.members] == [
        ("action.tflite", ["Action"]), ("action-2.tflite", ["Action"]),
        ("drama.tflite", ["Drama"]), ("drama-2.tflite", ["Drama"]),
    ]  # fmt: skip
    assert bundle.contents[0] != bundle.contents[1]
    scores = Ensemble(bundle).score(make_dataset().tiles[1].astype(np.float32), np.ones(TILES_PER_TRACK, np.bool_))
    assert scores.assigned == ("Action",)


def test_nothing_that_beats_chance_makes_no_bundle(configuration: Configuration, tmp_path: Path) -> None:
    """Labels that have nothing to do with the sound."""
    table = list(csv.reader(configuration.manifest.file.read_text().splitlines()))
    for number, row in enumerate(table[1:]):
        row[0] = str(configuration.manifest.file.parent / row[0])
        row[2] = "Action" if number // 2 % 2 else "Drama"
    with (tmp_path / "tracks.csv").open("w", newline="") as file:
        csv.writer(file).writerows(table)
    asked = replace(
        configuration,
        manifest=ManifestSettings(file=tmp_path / "tracks.csv"),
        training=replace(LEARNING, epochs=1),
        system=SystemSettings(targets="multilabel", network="fully_connected"),
        bundle=replace(configuration.bundle, id="none", work=tmp_path / "work"),
    )
    with pytest.raises(TrainingError, match=r"better than chance|int8 members differ"):
        train_bundle(asked, lambda *_: None)
    assert not (configuration.bundle.folder / "none").exists()
