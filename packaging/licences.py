"""The licences of everything in the frozen build, from the installed distributions and `native_libraries.toml`.

The list says whose code is in the build, under which licence, and where its source is; the texts lie beside it.
"""

from __future__ import annotations

import csv
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

_PACKAGING = Path(__file__).parent
_TEXTS = _PACKAGING / "licences"
_LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice|authors)", re.IGNORECASE)
LIST_NAME = "THIRD-PARTY.txt"


class LicenceUnknownError(Exception):
    """A file of the build comes from nowhere that a licence is known for."""


@dataclass(frozen=True)
class Library:
    """A native library inside wheels; an entry of `native_libraries.toml`."""

    name: str
    distributions: list[str]
    files: list[str]
    licence: str
    texts: list[str]
    source: str


@dataclass
class Part:
    """What is listed: a distribution, a native library, Python, or a package of the build machine's system."""

    name: str
    licence: str
    source: str
    version: str = ""
    texts: list[Path] = field(default_factory=list)


def read_libraries() -> list[Library]:
    """The entries of `native_libraries.toml`."""
    with (_PACKAGING / "native_libraries.toml").open("rb") as file:
        return [Library(**entry) for entry in tomllib.load(file)["library"]]


def libraries_of(distribution: str, binary: str, libraries: list[Library]) -> list[Library]:
    """The native libraries that a binary of a distribution, named without its folder, is or contains.

    Raises
    ------
    LicenceUnknownError
        The binary isn't an extension module, and no entry knows it.
    """
    found = [
        library
        for library in libraries
        if distribution in library.distributions and any(fnmatchcase(binary, pattern) for pattern in library.files)
    ]
    if not found and not _is_extension_module(binary):
        raise LicenceUnknownError(f"{binary} of {distribution}: name its licence in native_libraries.toml")
    return found


def _is_extension_module(binary: str) -> bool:
    if binary.endswith((".pyd", *(suffix for suffix in EXTENSION_SUFFIXES if suffix != ".so"))):
        return True
    return binary.endswith(".so") and not binary.startswith("lib")


def find_parts(sources: Iterable[str], binaries: Iterable[str]) -> list[Part]:
    """Whose code a build is made of.

    Parameters
    ----------
    sources : paths of all files that go into it: modules, data and binaries
    binaries : those of them that are machine code

    Raises
    ------
    LicenceUnknownError
        For a binary, there is no telling.
    """
    owners = _owners_of_files()
    binaries = set(binaries)
    names = {owners[path] for path in {*sources, *binaries} if path in owners}
    names = names - {"cuefit", "pyinstaller-hooks-contrib"} | {"pyinstaller"}  # its bootloader is the executables
    libraries = read_libraries()
    found = {"Python": _python()}
    for name in sorted(names):
        found[name] = _of_distribution(name)
    for path in sorted(binaries):
        if path in owners:
            for library in libraries_of(owners[path], Path(path).name, libraries):
                found[library.name] = _of_library(library)
        elif not _is_pythons_own(path):
            part = _of_system_package(path)
            found[part.name] = part
    return sorted(found.values(), key=lambda part: part.name.lower())


def write_licences(parts: list[Part], folder: Path) -> None:
    """Write the list, and the texts in a folder each, to a new folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    lines = [
        "Cuefit is free software under the GNU General Public License, version 3 or later: see LICENSE.",
        "It comes with the following, each under its own licence; the texts are in the folders named.",
        "The licences of the models, the music they learned from and the demo cues are in resources/models and",
        "resources/demo.",
        "",
    ]
    for part in parts:
        place = re.sub(r"[^\w.+-]+", "-", part.name).strip("-")
        lines += [f"{part.name} {part.version}".strip(), f"    licence: {part.licence}", f"    source:  {part.source}"]
        if part.texts:
            lines.append(f"    texts:   {place}/")
            (folder / place).mkdir()
        for number, text in enumerate(part.texts):
            name = text.name if text.suffix else f"{text.name}.txt"
            target = folder / place / name
            shutil.copyfile(text, target if not target.exists() else target.with_stem(f"{target.stem}-{number}"))
        lines.append("")
    (folder / LIST_NAME).write_text("\n".join(lines), encoding="utf-8")


def write_parts(parts: list[Part], path: Path) -> None:
    """Write names, versions, licences and sources as JSON, for the bill of materials."""
    entries = [{key: value for key, value in vars(part).items() if key != "texts"} for part in parts]
    path.write_text(json.dumps(entries, indent=1), encoding="utf-8")


def _owners_of_files() -> dict[str, str]:
    """Normalised name of the distribution that each installed file belongs to, by path; links of folders resolved."""
    owners = {}
    for distribution in importlib.metadata.distributions():
        folder = str(Path(str(distribution.locate_file(""))).resolve())
        name = _normalised(distribution.metadata["Name"])
        # `distribution.files` would look at each of the tens of thousands of files on disk
        for row in csv.reader((distribution.read_text("RECORD") or "").splitlines()):
            owners[os.path.normpath(f"{folder}/{row[0]}")] = name
    return owners


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _of_distribution(name: str) -> Part:
    """A distribution by its metadata and the licence files in its `.dist-info`.

    Raises
    ------
    LicenceUnknownError
        Its metadata names no licence.
    """
    distribution = importlib.metadata.distribution(name)
    metadata = distribution.metadata
    texts = [
        Path(str(distribution.locate_file(file)))
        for file in distribution.files or ()
        if ".dist-info" in str(file) and _LICENCE_FILE.search(file.name) and not file.name.endswith((".py", ".pyc"))
    ]
    stated = metadata["License-Expression"] or _one_line(metadata["License"]) or _classified(metadata)
    if not stated and not texts:
        raise LicenceUnknownError(f"{name}: its metadata names no licence")
    urls = dict(entry.split(", ", 1) for entry in metadata.get_all("Project-URL") or ())
    source = next((url for label, url in urls.items() if re.search("source|repo|code|home", label, re.I)), "")
    return Part(
        name=metadata["Name"],
        licence=stated or "see its text",
        source=source or metadata["Home-page"] or f"{name} in the Python Package Index",
        version=metadata["Version"],
        texts=texts,
    )


def _one_line(text: str | None) -> str:
    """What a licence field says, unless it holds the whole text or nothing."""
    return text.strip() if text and "\n" not in text.strip() and text.strip().upper() != "UNKNOWN" else ""


def _classified(metadata: importlib.metadata.PackageMetadata) -> str:
    classifiers = metadata.get_all("Classifier") or ()
    return ", ".join(entry.rsplit(" :: ", 1)[1] for entry in classifiers if entry.startswith("License ::"))


def _of_library(library: Library) -> Part:
    texts = [_PACKAGING.parent / "LICENSE" if text == "GPL-3.0.txt" else _TEXTS / text for text in library.texts]
    return Part(library.name, library.licence, library.source, texts=texts)


def _python() -> Part:
    version = ".".join(str(number) for number in sys.version_info[:3])
    return Part("Python", "PSF-2.0", "https://www.python.org/downloads/source", version, [_TEXTS / "Python.txt"])


def _is_pythons_own(path: str) -> bool:
    """Whether a binary comes with Python: its text covers the libraries that are built in, such as OpenSSL's."""
    prefix = Path(sys.base_prefix).resolve()
    return Path(path).is_relative_to(prefix) and prefix not in (Path("/"), Path("/usr"))


def _of_system_package(path: str) -> Part:
    """The Debian or Ubuntu package that a library of the build machine belongs to.

    Raises
    ------
    LicenceUnknownError
        There is none.
    """
    if sys.platform == "win32" and Path(path).name.lower().startswith(("msvcp", "vcruntime", "ucrtbase", "api-ms-win")):
        return Part("Microsoft C runtime", "Microsoft's redistributable licence", "https://learn.microsoft.com/cpp")
    # /lib is a link to /usr/lib; dpkg knows a file by the name that its package was built with
    names = [path, path.removeprefix("/usr"), f"/usr{path}"]
    for name in names if shutil.which("dpkg-query") else ():
        answer = subprocess.run(["dpkg-query", "--search", name], capture_output=True, text=True, check=False)
        if answer.returncode == 0:
            package = answer.stdout.split(": ")[0].split(",")[0]
            copyright_file = Path("/usr/share/doc") / package.split(":")[0] / "copyright"
            wanted = "${Version}\t${source:Package}"
            version, source = subprocess.run(
                ["dpkg-query", "--show", f"--showformat={wanted}", package], capture_output=True, text=True, check=True
            ).stdout.split("\t")
            texts = [copyright_file] if copyright_file.exists() else []
            return Part(
                package.split(":")[0], "see its text", f"Debian or Ubuntu source package {source}", version, texts
            )
    raise LicenceUnknownError(f"{path}: belongs to no distribution and no system package")
