from __future__ import annotations

from pathlib import Path

import numpy
import pytest

import licences
from licences import (
    LIST_NAME,
    LicenceUnknownError,
    Part,
    find_parts,
    libraries_of,
    read_libraries,
    write_licences,
    write_parts,
)

PACKAGING = Path(licences.__file__).parent


def test_every_text_that_is_named_is_there():
    for library in read_libraries():
        for text in library.texts:
            path = PACKAGING.parent / "LICENSE" if text == "GPL-3.0.txt" else PACKAGING / "licences" / text
            assert path.stat().st_size > 500, f"{text} of {library.name}"


def test_every_text_is_named():
    named = {text for library in read_libraries() for text in library.texts} | {"Python.txt"}
    assert {path.name for path in (PACKAGING / "licences").iterdir()} <= named


def test_a_library_is_known_by_its_hashed_name():
    libraries = read_libraries()
    assert [library.name for library in libraries_of("av", "libx264-d6533a8d.so.165", libraries)] == ["x264"]
    assert [library.name for library in libraries_of("av", "libx264.165.dylib", libraries)] == ["x264"]


def test_a_library_with_others_inside_names_them_all():
    names = {library.name for library in libraries_of("soundfile", "libsndfile_x64.dll", read_libraries())}
    assert {"libsndfile", "LAME", "Opus"} < names


@pytest.mark.parametrize("binary", ["libnew.so.3", "libnew.dylib", "new-42.dll"])
def test_a_library_that_nobody_knows_ends_the_build(binary):
    with pytest.raises(LicenceUnknownError, match=binary):
        libraries_of("av", binary, read_libraries())


@pytest.mark.parametrize("module", ["_core.abi3.so", "_core.pyd", "_pywrap_litert_interpreter_wrapper.so"])
def test_an_extension_module_is_its_distributions(module):
    assert libraries_of("av", module, read_libraries()) == []


def test_parts_come_from_the_installed_files(tmp_path):
    pytest.importorskip("PyInstaller")
    source = str(Path(numpy.__file__).resolve())
    parts = {part.name: part for part in find_parts([source, __file__], [])}
    assert set(parts) == {"numpy", "pyinstaller", "Python"}
    assert parts["numpy"].version == numpy.__version__
    assert "BSD" in parts["numpy"].licence
    assert parts["numpy"].texts


def test_a_binary_from_nowhere_ends_the_build(tmp_path):
    pytest.importorskip("PyInstaller")
    stray = tmp_path / "libstray.so"
    stray.write_bytes(b"")
    with pytest.raises(LicenceUnknownError, match="libstray"):
        find_parts([], [str(stray)])


def test_the_list_and_the_texts(tmp_path):
    text = tmp_path / "LICENSE"
    text.write_text("Do what you like.", encoding="utf-8")
    part = Part("Some library (in another)", "MIT", "https://example.org", "1.2", [text, text])
    write_licences([part], tmp_path / "licences")
    listed = (tmp_path / "licences" / LIST_NAME).read_text(encoding="utf-8")
    assert "Some library (in another) 1.2\n    licence: MIT\n    source:  https://example.org\n" in listed
    folder = next(line.split()[1] for line in listed.splitlines() if line.strip().startswith("texts:"))
    texts = sorted((tmp_path / "licences" / folder).iterdir())
    assert [path.read_text(encoding="utf-8") for path in texts] == ["Do what you like."] * 2
    write_parts([part], tmp_path / "parts.json")
    assert '"texts"' not in (tmp_path / "parts.json").read_text(encoding="utf-8")
