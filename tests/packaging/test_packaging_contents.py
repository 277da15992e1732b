from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from contents import EXCLUDED_MODULES, EXECUTABLES, QT_MODULES, is_kept

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "destination",
    [
        "PySide6/Qt/plugins/multimedia/libffmpegmediaplugin.so",
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/plugins/platforms/qwindows.dll",
        "PySide6\\plugins\\styles\\qmodernwindowsstyle.dll",
        "PySide6/Qt/plugins/platforms/libqcocoa.dylib",
        "PySide6/Qt/translations/qtbase_de.qm",
        "PySide6/Qt/lib/libQt6Qml.so.6",  # the FFmpeg back end is linked with it
        "av.libs/libxcb-5ddf6756.so.1.1.0",
        "resources/models/open-2026.11/manifest.json",
    ],
)
def test_what_is_used_is_kept(destination):
    assert is_kept(destination)


@pytest.mark.parametrize(
    "destination",
    [
        "PySide6/Qt/plugins/tls/libqopensslbackend.so",
        "PySide6/plugins/tls/qschannelbackend.dll",
        "PySide6/Qt/plugins/sqldrivers/libqsqlite.so",
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "PySide6/Qt/plugins/imageformats/libqpdf.so",
        "PySide6/Qt/plugins/platforms/libqvnc.so",
        "PySide6/Qt/qml/QtQuick/qmldir",
        "PySide6/Qt/translations/qtwebengine_locales/de.pak",
        "PySide6\\opengl32sw.dll",
        "libstdc++.so.6",
    ],
)
def test_what_is_not_used_is_dropped(destination):
    assert not is_kept(destination)


def test_executables_differ_where_case_does_not_count():
    assert len({name.lower() for name in EXECUTABLES.values()} | {"cuefit.app"}) == 3


def test_every_qt_module_that_is_imported_is_bundled():
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tagger_app").rglob("*.py"))
    imported = set(re.findall(r"^\s*from PySide6\.(\w+) import", source, re.MULTILINE))
    imported |= set(re.findall(r"^\s*import PySide6\.(\w+)", source, re.MULTILINE))
    assert imported <= set(QT_MODULES), "add them to contents.QT_MODULES, with a hook each"
    assert {
        path.stem.removeprefix("hook-PySide6.") for path in (ROOT / "packaging/hooks").glob("hook-PySide6.*")
    } == set(QT_MODULES)


def test_nothing_excluded_is_imported():
    """Everything but the desktop application, in a fresh interpreter."""
    script = (
        "import importlib, pkgutil, sys, tagger_app\n"
        "for module in pkgutil.walk_packages(tagger_app.__path__, 'tagger_app.'):\n"
        "    if not module.name.startswith(('tagger_app.gui', 'tagger_app.__main__')):\n"
        "        importlib.import_module(module.name)\n"
        "print(*sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert "scipy.fft" in loaded
    assert loaded & set(EXCLUDED_MODULES) <= {
        "ssl",
        "_ssl",
        "attr",
        "charset_normalizer",
    }  # those who ask for them do without
