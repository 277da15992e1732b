from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from tagger_app.ensemble import choose
from tagger_app.ensemble.bundle import Bundle
from tagger_app.ensemble.choose import choose_bundle
from tagger_app.errors import BundleError


@pytest.fixture
def users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the user's own bundles."""
    folder = tmp_path / "models"
    monkeypatch.setattr(choose, "user_bundles_path", lambda: folder)
    return folder


def copy_bundle(bundle: Bundle, folder: Path, **changes: object) -> None:
    """A copy of a bundle, with another id or time."""
    shutil.copytree(bundle.folder, folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["id"] = folder.name
    manifest["training"] |= changes
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_by_id_or_folder(bundle: Bundle, users: Path) -> None:
    copy_bundle(bundle, users / "mine-1")
    assert choose_bundle("mine-1").folder == users / "mine-1"
    assert choose_bundle(str(users / "mine-1")).id == "mine-1"
    assert choose_bundle(bundle.folder.name).folder == bundle.folder


def test_a_bundle_of_the_user_is_used_only_when_named(bundle: Bundle, users: Path) -> None:
    copy_bundle(bundle, users / "mine-1", created="2999-01-01")
    assert choose_bundle().id == bundle.id


def test_the_newest_is_the_default(
    bundle: Bundle, users: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = tmp_path / "resources"
    monkeypatch.setattr(choose, "resource_path", lambda _name: shipped)
    for name, created in (("b-old", "2020-01-01"), ("a-new", "2021-01-01"), ("c-old", "2020-06-01")):
        copy_bundle(bundle, shipped / name, created=created)
    (shipped / "damaged").mkdir()
    (shipped / "damaged" / "manifest.json").write_text("{")
    (shipped / "empty").mkdir()
    assert choose_bundle().id == "a-new"


def test_an_unknown_one_says_which_there_are(bundle: Bundle, users: Path, tmp_path: Path) -> None:
    copy_bundle(bundle, users / "mine-1")
    with pytest.raises(BundleError, match=f"mine-1, {bundle.folder.name}"):
        choose_bundle("yours-1")
    with pytest.raises(BundleError, match=r"manifest\.json"):
        choose_bundle(str(tmp_path / "nowhere") + os.sep)


def test_no_bundle_at_all(users: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "resource_path", lambda _name: tmp_path / "none")
    with pytest.raises(BundleError, match="there are no models"):
        choose_bundle()
