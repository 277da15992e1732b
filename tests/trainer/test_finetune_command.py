"""Going on from a bundle: what it hasn't heard is what it is measured on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from trainer_samples import make_dataset

from tagger_app.ensemble.bundle import load_bundle
from tagger_app.ensemble.member import Member
from tagger_app.features.spec import FeatureSpec
from trainer.bundle.dequantise import float_weights
from trainer.bundle.finetuning import Change
from trainer.configuration import Configuration
from trainer.corpora.loading import load_tracks
from trainer.errors import TrainingError
from trainer.finetune_command import finetune_bundle
from trainer.learning.network import build_network
from trainer.settings import SystemSettings
from trainer.tiles.cache import TileCache
from trainer.tiles.dataset import load_dataset
from trainer.train_command import train_bundle

SYSTEM = SystemSettings(network="fully_connected", targets="multilabel")
N_FIRST = 16


def _quiet(*_told: object) -> None:
    pass


@pytest.fixture(scope="module")
def smaller(configuration: Configuration) -> Configuration:
    """The corpus as it was when the bundle was made."""
    lines = configuration.manifest.file.read_text().splitlines(keepends=True)
    earlier = configuration.manifest.file.with_name("earlier.csv")
    earlier.write_text("".join(lines[: N_FIRST + 1]))
    return replace(
        configuration,
        manifest=replace(configuration.manifest, file=earlier),
        system=SYSTEM,
        bundle=replace(configuration.bundle, id="earlier", work=configuration.bundle.work / "earlier"),
    )


@pytest.fixture(scope="module")
def source(smaller: Configuration) -> Path:
    return train_bundle(smaller, _quiet)


def test_a_bundle_goes_on_learning_once_its_changes_are_agreed_to(configuration: Configuration, source: Path) -> None:
    asked: list[tuple[list[Change], int]] = []

    def agree(changes: list[Change], n_tracks: int) -> bool:
        asked.append((changes, n_tracks))
        return len(asked) > 1

    later = replace(configuration, system=SYSTEM, bundle=replace(configuration.bundle, id="later"))
    folder = later.bundle.folder / "later"
    assert finetune_bundle(later, source, _quiet, agree) is None
    assert not folder.exists()
    assert finetune_bundle(later, source, _quiet, agree) == folder
    assert [n_tracks for _, n_tracks in asked] == [24 - N_FIRST] * 2
    changes = asked[0][0]
    assert {(change.genre, change.metric) for change in changes} >= {
        ("Action", "ROC-AUC"), ("Drama", "F1"), ("", "LRAP"), ("", "macro PR-AUC"), ("Action", "calibration error"),
    }  # fmt: skip
    before, after = load_bundle(source), load_bundle(folder)
    assert set(before.manifest.heard) < set(after.manifest.heard)
    assert len(after.manifest.heard) == 24
    assert after.manifest.standardisation == before.manifest.standardisation
    assert after.contents != before.contents
    assert all(entry.held_out_tracks == 24 - N_FIRST for entry in after.manifest.evidence if not entry.untrained)
    assert "| all | LRAP |" in (folder / "REPORT.md").read_text()
    assert "track 23" in (folder / "ATTRIBUTION.md").read_text()


def test_nothing_new_to_hear(smaller: Configuration, source: Path) -> None:
    again = replace(smaller, bundle=replace(smaller.bundle, id="again"))
    with pytest.raises(TrainingError, match="earlier has learned from every track of this corpus"):
        finetune_bundle(again, source, _quiet, lambda *_: True)


def test_the_new_bundle_needs_a_name_of_its_own(smaller: Configuration, source: Path) -> None:
    with pytest.raises(TrainingError, match="give the new one another id"):
        finetune_bundle(smaller, source, _quiet, lambda *_: True)


def test_another_kind_of_network_cannot_go_on(configuration: Configuration, source: Path) -> None:
    other = replace(
        configuration, bundle=replace(configuration.bundle, id="other", work=configuration.bundle.work / "o")
    )
    with pytest.raises(TrainingError, match=r"earlier [0-9a-f]+: its networks aren't what \[system\] describes"):
        finetune_bundle(other, source, _quiet, lambda *_: True)


def test_float_parameters_say_what_the_int8_member_says(smaller: Configuration, source: Path) -> None:
    bundle = load_bundle(source)
    network = build_network("fully_connected", (40, 100), 2)
    network.set_weights(float_weights(bundle.contents[0]))
    tiles = make_dataset().tiles[1].astype(np.float32)
    standardisation = bundle.standardisation
    tiles = standardisation.apply(tiles, standardisation.centre_of(tiles, np.ones(3, np.bool_)))
    scores = Member(bundle.contents[0], (40, 100), 2).run(tiles)[0]
    np.testing.assert_allclose(network.predict(tiles, verbose=0), scores, atol=0.03)


def test_the_manifest_names_what_was_heard(smaller: Configuration, source: Path) -> None:
    dataset = load_dataset(TileCache(smaller.corpus.tiles, FeatureSpec()), load_tracks(smaller))
    assert load_bundle(source).manifest.heard == sorted(fingerprint[:16] for fingerprint in dataset.fingerprints)
