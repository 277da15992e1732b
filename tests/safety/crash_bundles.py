"""A user's folder of model bundles, and what must hold of it whatever happened to an installation."""

from __future__ import annotations

import shutil
from pathlib import Path
from unittest.mock import patch

import pytest

from tagger_app.ensemble import choose
from tagger_app.ensemble.bundle import MANIFEST_NAME
from tagger_app.ensemble.choose import bundle_folders, choose_bundle
from tagger_app.errors import BundleError

NEW, EARLIER = "mine-2", "mine-1"


class CrashBundles:
    """A bundle that is to be installed beside an earlier one; the checks raise AssertionError.

    Parameters
    ----------
    folder : an empty folder
    """

    def __init__(self, folder: Path) -> None:
        self.trained = folder / "trained" / NEW
        self.installed = folder / "models"
        shipped = choose_bundle()
        self._shipped_id = shipped.id
        for target in (self.trained, self.installed / EARLIER):
            shutil.copytree(shipped.folder, target)
            manifest = target / MANIFEST_NAME
            text = manifest.read_text(encoding="utf-8")
            manifest.write_text(text.replace(f'"{shipped.id}"', f'"{target.name}"', 1), encoding="utf-8")
        self._contents = {
            NEW: _content(self.trained),
            EARLIER: _content(self.installed / EARLIER),
        }

    def forget(self) -> None:
        """Be as before any installation; what an installation left unfinished stays."""
        shutil.rmtree(self.installed / NEW, ignore_errors=True)

    def check(self) -> bool:
        """Only whole bundles are listed and can be chosen, the earlier one always; whether the new one is there."""
        visible = {path.name for path in self.installed.iterdir() if not path.name.startswith(".")}
        with patch.object(choose, "user_bundles_path", lambda: self.installed):
            listed = bundle_folders().keys() - {self._shipped_id}
            assert listed == visible, f"listed: {listed}, there: {visible}"
            assert {EARLIER} <= listed <= {EARLIER, NEW}, listed
            for name in listed:
                assert _content(self.installed / name) == self._contents[name], f"{name} isn't whole"
                assert choose_bundle(name).folder == self.installed / name
            if NEW not in listed:
                with pytest.raises(BundleError, match=f"there are .*{EARLIER}"):
                    choose_bundle(NEW)
            assert choose_bundle().id == self._shipped_id
        return NEW in listed

    def check_finished(self) -> None:
        """After an installation that came to its end."""
        assert self.check()
        assert {path.name for path in self.installed.iterdir()} == {EARLIER, NEW}


def _content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
