"""Build Cuefit for the system that this runs on: the frozen folder, then what users download.

    python packaging/build.py                  dist/Cuefit, or dist/Cuefit.app
    python packaging/build.py --installer      and the installer, its SHA-256 sum and the bill of materials

Needs what is in the extra `package`; an installer for Windows needs Inno Setup 6 (`iscc`) as well.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bill_of_materials import write_bill  # noqa: E402
from installers import make_installer  # noqa: E402
from signing import sign_macos, sign_windows  # noqa: E402
from tagger_app import __version__  # noqa: E402

MOST_BYTES = 400_000_000
"""Unpacked; a build that is larger has caught something that it shouldn't hold."""


def freeze(output: Path, work: Path) -> Path:
    """Run PyInstaller; the folder of the build."""
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"]
    paths = ["--distpath", str(output), "--workpath", str(work)]
    subprocess.run([*command, *paths, str(ROOT / "packaging" / "cuefit.spec")], check=True, cwd=ROOT)
    if sys.platform == "linux":
        strip_debugging(output / "Cuefit")
    return output / ("Cuefit.app" if sys.platform == "darwin" else "Cuefit")


def strip_debugging(build: Path) -> None:
    """Drop debugging information from PyAV's modules (17 MB) and from Python itself (up to 24 MB)."""
    strip = shutil.which("strip")
    if strip is None:
        print("No strip here: the build keeps its debugging information.")
        return
    internal = build / "_internal"
    files = [*internal.glob("libpython*.so*"), *internal.glob("python*/lib-dynload/*.so"), *internal.glob("av/**/*.so")]
    subprocess.run([strip, "--strip-debug", *map(str, files)], check=True)


def measure(build: Path) -> int:
    """Bytes of all files; links count nothing."""
    return sum(path.stat().st_size for path in build.rglob("*") if path.is_file() and not path.is_symlink())


def write_sum(file: Path) -> Path:
    """Write a file's SHA-256 sum beside it, as `sha256sum --check` reads it."""
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    target = file.with_name(f"{file.name}.sha256")
    target.write_text(f"{digest}  {file.name}\n", encoding="ascii", newline="\n")
    return target


def main() -> None:
    """Read the command line, and build."""
    parser = argparse.ArgumentParser(description="Build Cuefit for the system that this runs on.")
    parser.add_argument("--installer", action="store_true", help="make what users download, too")
    parser.add_argument("--output", type=Path, default=ROOT / "dist", help="folder (dist)")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "pyinstaller", help="folder of temporary files")
    options = parser.parse_args()
    output, work = options.output.absolute(), options.work.absolute()
    build = freeze(output, work)
    size = measure(build)
    print(f"{build}: {size / 1e6:.0f} MB")
    if size > MOST_BYTES:
        sys.exit(f"more than {MOST_BYTES / 1e6:.0f} MB")
    if not options.installer:
        return
    signed = {"win32": lambda: sign_windows(sorted(build.glob("*.exe"))), "darwin": lambda: sign_macos(build)}
    if sys.platform in signed and not signed[sys.platform]():
        print("No certificate or identity is named: nothing is signed.")
    files = [make_installer(build, output, __version__)]
    bill = output / f"{files[0].name}.cdx.json"
    write_bill(work / "cuefit" / "parts.json", __version__, bill)
    files += [bill, write_sum(files[0])]
    print(*(os.path.relpath(file) for file in files), sep="\n")


if __name__ == "__main__":
    main()
