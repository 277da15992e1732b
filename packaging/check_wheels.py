"""Whether the wheels of a system that this isn't hold what the frozen build needs of them.

    pip install pefile macholib
    pip download --no-deps --only-binary=:all: --platform win_amd64 --python-version 3.11 -d FOLDER ...
    python packaging/check_wheels.py FOLDER...

For each folder, of Windows wheels or of macOS wheels: the files that the build can't do without; that no library in it
lacks a licence; that every library which a collected file is linked with is in a wheel, or the system's or Python's;
and the oldest macOS that will do. Prints what it found; ends with status 1 if something is missing.
"""

from __future__ import annotations

import re
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from contents import EXCLUDED_MODULES, QT_MODULES, is_kept
from licences import LicenceUnknownError, libraries_of, read_libraries
from mac_bundle import MINIMUM_SYSTEM

_NEEDED = {
    "windows": (
        *("ai_edge_litert/_pywrap_litert_interpreter_wrapper.pyd", "ai_edge_litert/pywrap_litert_common.dll"),
        *("_soundfile_data/libsndfile_x64.dll", "_cffi_backend*.pyd", "soxr/soxr_ext*.pyd", "av/_core*.pyd"),
        *("av.libs/avcodec-*.dll", "opentimelineio/_otio*.pyd", "msgspec/_core*.pyd", "psutil/_psutil_windows*.pyd"),
        *("numpy.libs/*openblas*.dll", "scipy.libs/*openblas*.dll", "shiboken6/Shiboken.pyd"),
        *(f"PySide6/{module}.pyd" for module in QT_MODULES),
        *("PySide6/plugins/platforms/qwindows.dll", "PySide6/plugins/styles/qmodernwindowsstyle.dll"),
        *("PySide6/plugins/multimedia/ffmpegmediaplugin.dll", "PySide6/plugins/imageformats/qsvg.dll"),
        *("PySide6/plugins/iconengines/qsvgicon.dll", "PySide6/translations/qtbase_de.qm", "PySide6/avcodec-*.dll"),
    ),
    "macos": (
        "ai_edge_litert/_pywrap_litert_interpreter_wrapper.so",
        *("ai_edge_litert/libpywrap_litert_common.dylib", "_soundfile_data/libsndfile_arm64.dylib"),
        *("_cffi_backend*.so", "soxr/soxr_ext*.so", "av/_core*.so", "av/.dylibs/libavcodec*.dylib"),
        *("opentimelineio/_otio*.so", "msgspec/_core*.so", "psutil/_psutil_osx*.so", "shiboken6/Shiboken*.so"),
        *(f"PySide6/{module}.abi3.so" for module in QT_MODULES),
        *("PySide6/Qt/plugins/platforms/libqcocoa.dylib", "PySide6/Qt/plugins/styles/libqmacstyle.dylib"),
        *("PySide6/Qt/plugins/multimedia/libffmpegmediaplugin.dylib", "PySide6/Qt/plugins/imageformats/libqsvg.dylib"),
        *("PySide6/Qt/plugins/iconengines/libqsvgicon.dylib", "PySide6/Qt/translations/qtbase_de.qm"),
        "PySide6/Qt/lib/libavcodec*.dylib",
    ),
}
_SYSTEM_DLLS = re.compile(
    r"(api-ms-|ext-ms-|python3|msvcp|vcruntime|ucrtbase|kernel32|user32|gdi32|advapi32|shell32|ole32|oleaut32|ws2_32"
    r"|ntdll|msvcrt|bcrypt|crypt32|secur32|shlwapi|version|winmm|imm32|dwmapi|uxtheme|comdlg32|comctl32|d3d|dxgi|dxva"
    r"|dwrite|d2d1|dcomp|setupapi|iphlpapi|dnsapi|netapi32|userenv|wtsapi32|mpr|psapi|pdh|powrprof|mf|evr|propsys"
    r"|strmiids|avrt|ksuser|winspool|shcore|authz|rpcrt4|cfgmgr32|dbghelp|ncrypt|wldap32|winhttp|opengl32|glu32|hid"
    r"|runtimeobject|uiautomationcore|mscms|icuuc|icuin|rtworkq|synchronization|wsock32|avicap32|msimg32|cabinet|winscard|bthprops|dinput8|xinput|oleacc)",
    re.IGNORECASE,
)
_PYTHON_LIBRARY = re.compile(r"Python$|libpython3")
_ROOTS = (
    "PySide6",
    "shiboken6",
    "av",
    "ai_edge_litert",
    "_soundfile_data",
    "soxr",
    "opentimelineio",
    "msgspec",
    "psutil",
    "numpy",
    "scipy",
)


class Binary(NamedTuple):
    """A file of machine code in a wheel."""

    distribution: str
    path: PurePosixPath
    content: bytes


def read_wheels(folder: Path) -> tuple[list[str], list[Binary]]:
    """Names of all files in the wheels of a folder, and their machine code."""
    names, binaries = [], []
    for wheel in sorted(folder.glob("*.whl")):
        distribution = re.sub("[-_.]+", "-", wheel.name.split("-")[0]).lower()
        with zipfile.ZipFile(wheel) as archive:
            for entry in archive.infolist():
                path = PurePosixPath(entry.filename)
                names.append(entry.filename)
                is_framework = ".framework/" in entry.filename and path.suffix == "" and path.name == path.parts[-1]
                if path.suffix in (".dll", ".pyd", ".so", ".dylib") or (is_framework and "Versions" in path.parts):
                    content = archive.read(entry)
                    if content[:2] == b"MZ" or content[:4] in (b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe"):
                        binaries.append(Binary(distribution, path, content))
    return names, binaries


def collected(binaries: list[Binary]) -> list[Binary]:
    """The binaries that the build begins with: extension modules and plug-ins that it keeps."""
    modules = tuple(f"{name.replace('.', '/')}/" for name in EXCLUDED_MODULES)
    qt = {f"{module}{suffix}" for module in QT_MODULES for suffix in (".pyd", ".abi3.so")}
    used = {"_pywrap_litert_interpreter_wrapper"}
    found = []
    for binary in binaries:
        path = binary.path
        if path.parts[0] not in _ROOTS or str(path).startswith(modules) or not is_kept(str(path)):
            continue
        if path.parts[0] == "PySide6" and "plugins" not in path.parts and path.name not in qt:
            continue
        if path.parts[0] == "ai_edge_litert" and path.stem not in used:
            continue
        found.append(binary)
    return found


def linked(binary: Binary) -> Iterator[str]:
    """Base names of the libraries that a binary is linked with; those of macOS itself are left out."""
    if binary.content[:2] == b"MZ":
        import pefile

        parsed = pefile.PE(data=binary.content, fast_load=True)
        parsed.parse_data_directories([pefile.DIRECTORY_ENTRY["IMAGE_DIRECTORY_ENTRY_IMPORT"]])
        for entry in getattr(parsed, "DIRECTORY_ENTRY_IMPORT", ()):
            yield entry.dll.decode("ascii")
        return
    from macholib.MachO import MachO

    with tempfile.NamedTemporaryFile() as file:
        file.write(binary.content)
        file.flush()
        for header in MachO(file.name).headers:
            for _, _, name in header.walkRelocatables():
                if not name.startswith(("/usr/lib/", "/System/")):
                    yield PurePosixPath(name).name


def follow(begin: list[Binary], binaries: list[Binary]) -> tuple[list[Binary], set[str]]:
    """All binaries that the build needs, and the names of libraries that nobody has."""
    known = {binary.path.name.lower(): binary for binary in binaries}
    needed = {str(binary.path): binary for binary in begin}
    missing = set()
    waiting = list(begin)
    while waiting:
        binary = waiting.pop()
        for name in linked(binary):
            found = known.get(name.lower())
            if found is None:
                if not _SYSTEM_DLLS.match(name) and not _PYTHON_LIBRARY.search(name):
                    missing.add(f"{name} (for {binary.path})")
            elif str(found.path) not in needed:
                needed[str(found.path)] = found
                waiting.append(found)
    return list(needed.values()), missing


def check(folder: Path) -> list[str]:
    """What is wrong with the wheels of a folder."""
    names, binaries = read_wheels(folder)
    system = "windows" if any("win_amd64" in wheel.name for wheel in folder.glob("*.whl")) else "macos"
    problems = [
        f"{system}: no {pattern}"
        for pattern in _NEEDED[system]
        if not any(fnmatchcase(name, pattern) for name in names)
    ]
    needed, missing = follow(collected(binaries), binaries)
    problems += [f"{system}: no {name}" for name in sorted(missing)]
    libraries = read_libraries()
    for binary in needed:
        try:
            libraries_of(binary.distribution, binary.path.name, libraries)
        except LicenceUnknownError as error:
            problems.append(f"{system}: {error}")
    size = sum(len(binary.content) for binary in needed)
    wheels = len(list(folder.glob("*.whl")))
    print(f"{system}: {wheels} wheels; {len(needed)} binaries of {size / 1e6:.0f} MB are needed and all that they name")
    if system == "macos":
        tags = [
            (int(major), int(minor))
            for wheel in folder.glob("*.whl")
            for major, minor in re.findall(r"macosx_(\d+)_(\d+)", wheel.name)
        ]
        oldest = ".".join(map(str, max(tags)))
        print(f"macos: the wheels ask for macOS {oldest}")
        if oldest != MINIMUM_SYSTEM:
            problems.append(f"macos: Info.plist names {MINIMUM_SYSTEM}, the wheels ask for {oldest}")
    return problems


def main() -> None:
    """Check every folder that is named."""
    problems = [problem for folder in sys.argv[1:] for problem in check(Path(folder))]
    print(*problems or ["Nothing is missing."], sep="\n")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
