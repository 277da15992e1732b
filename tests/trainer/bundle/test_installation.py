from __future__ import annotations

import multiprocessing
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from tagger_app.ensemble.bundle import Bundle, load_bundle
from tagger_app.ensemble.choose import bundle_folders, choose_bundle
from tagger_app.errors import BundleError
from trainer.bundle.installation import install_bundle
from trainer.cli import main


@pytest.fixture
def trained(bundle: Bundle, tmp_path: Path) -> Path:
    """A bundle as it comes from training, with an id of its own."""
    folder = tmp_path / "trained" / "mine"
    shutil.copytree(bundle.folder, folder)
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace(f'"{bundle.id}"', '"mine"', 1), encoding="utf-8")
    return folder


def test_an_installed_bundle_is_whole_and_can_be_chosen(trained, tmp_path, monkeypatch):
    bundles = tmp_path / "models"
    monkeypatch.setattr("tagger_app.paths.user_bundles_path", lambda: bundles)
    monkeypatch.setattr("tagger_app.ensemble.choose.user_bundles_path", lambda: bundles)
    result = CliRunner().invoke(main, ["install", str(trained)])
    assert result.exit_code == 0, result.output
    assert "mine is installed" in result.output.replace("\n", "")
    assert bundle_folders()["mine"] == bundles / "mine"
    assert choose_bundle("mine").id == "mine"
    assert choose_bundle().id != "mine"
    assert install_bundle(trained, bundles) == bundles / "mine"
    assert [path.name for path in bundles.iterdir()] == ["mine"]


def test_an_id_names_one_bundle_for_good(trained, tmp_path):
    bundles = tmp_path / "models"
    before = (install_bundle(trained, bundles) / "manifest.json").read_bytes()
    manifest = trained / "manifest.json"
    manifest.write_bytes(manifest.read_bytes() + b"\n")
    with pytest.raises(BundleError, match="another bundle of this id is installed"):
        install_bundle(trained, bundles)
    assert (bundles / "mine" / "manifest.json").read_bytes() == before


def test_a_damaged_bundle_is_not_installed(trained, tmp_path):
    next(trained.glob("*.tflite")).write_bytes(b"torn")
    with pytest.raises(BundleError):
        install_bundle(trained, tmp_path / "models")
    assert not (tmp_path / "models").exists()


def test_what_an_interrupted_installation_left_is_neither_listed_nor_in_the_way(trained, tmp_path, monkeypatch):
    bundles = tmp_path / "models"
    gone = multiprocessing.get_context("spawn").Process()
    gone.start()
    gone.join()
    left = bundles / f".cuefit-{gone.pid}-0123abcd"
    shutil.copytree(trained, left)
    monkeypatch.setattr("tagger_app.ensemble.choose.user_bundles_path", lambda: bundles)
    assert left.name not in bundle_folders()
    assert load_bundle(install_bundle(trained, bundles)).id == "mine"
    assert [path.name for path in bundles.iterdir()] == ["mine"]


def test_a_folder_that_can_not_be_written_is_named(trained, tmp_path):
    (tmp_path / "models").write_bytes(b"a file")
    with pytest.raises(BundleError, match="can't be written"):
        install_bundle(trained, tmp_path / "models")
