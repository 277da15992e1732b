from __future__ import annotations

import configparser
import hashlib
import json
import plistlib
import re
import subprocess
import sys
import tarfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

import build
import installers
import mac_bundle
import signing
from bill_of_materials import select_parts
from contents import EXECUTABLES
from tagger_app import __version__
from windows_version import version_numbers, version_resource

ROOT = Path(__file__).parents[2]
PACKAGING = ROOT / "packaging"


@pytest.mark.parametrize(
    ("version", "numbers"),
    [("1.2", (1, 2, 0, 0)), ("1.2.3", (1, 2, 3, 0)), ("1.2.3rc4", (1, 2, 3, 0)), ("2026.11.0.dev3", (2026, 11, 0, 0))],
)
def test_versions_of_windows(version, numbers):
    assert version_numbers(version) == numbers


@pytest.mark.parametrize("version", ["", "dev", "1.2.3.4.5", "70000.1"])
def test_a_version_that_windows_cannot_hold(version):
    with pytest.raises(ValueError, match="can't be written"):
        version_numbers(version)


def test_the_version_resource_is_an_expression_of_pyinstallers_classes():
    """PyInstaller evaluates it on Windows; its classes can't be imported elsewhere."""
    made = {}

    def stand_in(name):
        return lambda *values, **named: made.setdefault(name, []).append((values, named))

    names = (
        "VSVersionInfo",
        "FixedFileInfo",
        "StringFileInfo",
        "StringTable",
        "StringStruct",
        "VarFileInfo",
        "VarStruct",
    )
    eval(version_resource("cuefit", "1.2.3"), {name: stand_in(name) for name in names})
    assert made["FixedFileInfo"][0][1]["filevers"] == (1, 2, 3, 0)
    strings = dict(values for values, _ in made["StringStruct"])
    assert strings["ProductVersion"] == "1.2.3"
    assert strings["OriginalFilename"] == "cuefit.exe"
    assert set(made) == set(names)


def test_the_manifest_of_windows_knows_long_paths_and_dense_screens():
    text = "".join(ElementTree.parse(PACKAGING / "windows" / "cuefit.manifest").getroot().itertext()).split()
    assert text == ["true", "true/pm", "PerMonitorV2"]


def test_the_setup_script_names_what_is_built():
    script = (PACKAGING / "windows" / "cuefit.iss").read_text(encoding="utf-8")
    assert set(re.findall(r"cuefit[\w-]*(?=\.exe)", script)) == {EXECUTABLES["desktop"]}
    defined = {"Version", "NumericVersion", "Source", "Output"}
    assert set(re.findall(r"\{#(\w+)", script)) == defined
    assert re.search(r"^PrivilegesRequired=lowest$", script, re.MULTILINE)


def test_the_information_of_macos_is_a_property_list():
    information = mac_bundle.information("1.2.3", EXECUTABLES["desktop"])
    assert plistlib.loads(plistlib.dumps(information))["CFBundleExecutable"] == EXECUTABLES["desktop"]
    assert {"NSDocumentsFolderUsageDescription", "NSRemovableVolumesUsageDescription"} <= set(information)
    with (PACKAGING / "macos" / "entitlements.plist").open("rb") as file:
        entitlements = plistlib.load(file)
    assert all(key.startswith("com.apple.security.cs.") and value is True for key, value in entitlements.items())


def test_linux_desktop_files_agree(tmp_path):
    installers.write_desktop_files(tmp_path, "1.2.3")
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str
    entry.read(next((tmp_path / "applications").iterdir()), encoding="utf-8")
    assert entry["Desktop Entry"]["Exec"] == EXECUTABLES["desktop"]
    metadata = ElementTree.parse(next((tmp_path / "metainfo").iterdir())).getroot()
    identifier = metadata.findtext("id")
    assert metadata.findtext("launchable") == f"{identifier}.desktop"
    assert (tmp_path / "applications" / f"{identifier}.desktop").exists()
    assert metadata.find("releases/release").get("version") == "1.2.3"
    assert {element.text for element in metadata.iter("binary")} == set(EXECUTABLES.values())
    icons = sorted(path.relative_to(tmp_path / "icons" / "hicolor").parts for path in tmp_path.rglob("icons/**/*.*"))
    assert ("scalable", "apps", f"{identifier}.svg") in icons
    assert ("256x256", "apps", f"{identifier}.png") in icons
    assert f'"{identifier}"' in (ROOT / "tagger_app/gui/application.py").read_text(encoding="utf-8")


def test_the_release_date_can_be_given(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    installers.write_desktop_files(tmp_path, "1.2.3")
    assert 'date="1970-01-02"' in next((tmp_path / "metainfo").iterdir()).read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="for Linux")
def test_the_archive_installs_and_uninstalls(tmp_path):
    frozen = tmp_path / "frozen"
    frozen.mkdir()
    for name in EXECUTABLES.values():
        (frozen / name).write_text("#!/bin/sh\necho it runs\n", encoding="utf-8")
        (frozen / name).chmod(0o755)
    archive = installers.make_archive(frozen, tmp_path, "1.2.3")
    with tarfile.open(archive) as tar:
        assert {member.uid for member in tar} == {0}
        tar.extractall(tmp_path / "unpacked", filter="fully_trusted")
    folder = next((tmp_path / "unpacked").iterdir())
    prefix = tmp_path / 'a "user" & $HOME'
    subprocess.run([folder / "install.sh", prefix], check=True, capture_output=True)
    installed = prefix / "bin" / "cuefit"
    assert subprocess.run([installed], capture_output=True, text=True, check=True).stdout == "it runs\n"
    entry = next((prefix / "share" / "applications").iterdir()).read_text(encoding="utf-8")
    quoted = str(prefix / "lib" / "cuefit" / "cuefit-desktop").replace('"', r"\"").replace("$", r"\$")
    assert f'Exec="{quoted}"\n' in entry
    subprocess.run([folder / "install.sh", "--uninstall", prefix], check=True, capture_output=True)
    assert not [path for path in prefix.rglob("*") if not path.is_dir()]


def test_a_sum_is_what_the_tools_read(tmp_path):
    file = tmp_path / "Cuefit.dmg"
    file.write_bytes(b"image")
    assert build.write_sum(file).read_text() == f"{hashlib.sha256(b'image').hexdigest()}  Cuefit.dmg\n"


def test_nothing_is_signed_without_a_certificate(monkeypatch, tmp_path):
    for name in ("CUEFIT_CERTIFICATE", "CUEFIT_IDENTITY", "CUEFIT_APPLE_ID"):
        monkeypatch.delenv(name, raising=False)
    assert not signing.sign_windows([tmp_path])
    assert not signing.sign_macos(tmp_path)
    assert not signing.notarise(tmp_path)


def test_libraries_are_signed_before_the_bundle(monkeypatch, tmp_path):
    app = tmp_path / "Cuefit.app"
    for path in ("Contents/MacOS/cuefit", "Contents/Frameworks/av/a.so", "Contents/Frameworks/b.dylib"):
        (app / path).parent.mkdir(parents=True, exist_ok=True)
        (app / path).write_bytes(b"\xcf\xfa\xed\xfe")
    (app / "Contents" / "Info.plist").write_bytes(b"<xml>")
    commands = []
    monkeypatch.setattr(subprocess, "run", lambda command, check: commands.append(command))
    monkeypatch.setenv("CUEFIT_IDENTITY", "Developer ID Application: Somebody")
    assert signing.sign_macos(app)
    signed = [Path(command[-1]).name for command in commands if "--sign" in command]
    assert signed == ["a.so", "b.dylib", "cuefit", "Cuefit.app"]
    assert [Path(command[-1]).name for command in commands if "--entitlements" in command] == ["cuefit", "Cuefit.app"]


def test_the_bill_names_distributions_and_native_libraries():
    environment = {
        "specVersion": "1.6",
        "metadata": {"timestamp": "now"},
        "components": [
            {"type": "library", "bom-ref": "numpy==2", "name": "numpy", "version": "2"},
            {"type": "library", "bom-ref": "pytest==9", "name": "pytest", "version": "9"},
        ],
        "dependencies": [{"ref": "numpy==2"}, {"ref": "pytest==9", "dependsOn": ["numpy==2"]}],
    }
    parts = [
        {"name": "NumPy", "version": "2", "licence": "BSD-3-Clause", "source": "https://numpy.org"},
        {"name": "x264", "version": "", "licence": "GPL-2.0-or-later", "source": "https://videolan.org"},
    ]
    bill = select_parts(environment, parts, __version__)
    assert [component["name"] for component in bill["components"]] == ["numpy", "x264"]
    assert bill["metadata"]["component"]["version"] == __version__
    assert bill["dependencies"] == [
        {"ref": "numpy==2", "dependsOn": []},
        {"ref": "cuefit", "dependsOn": ["native-x264", "numpy==2"]},
    ]
    schema = pytest.importorskip("cyclonedx.validation.json")
    from cyclonedx.schema import SchemaVersion

    bill["metadata"]["timestamp"] = "2026-01-01T00:00:00Z"
    assert (
        schema.JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(bill | {"bomFormat": "CycloneDX"}))
        is None
    )
