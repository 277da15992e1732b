"""What users download, made from the frozen build: a setup program, a disk image, or an archive with an installer."""

from __future__ import annotations

import datetime
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from signing import notarise, windows_sign_command
from windows_version import version_numbers

_PACKAGING = Path(__file__).parent
_ICONS = _PACKAGING.parent / "resources" / "icons"
_APP_ID = "org.cuefit.Cuefit"


def make_installer(build: Path, output: Path, version: str) -> Path:
    """Make the installer of this system from the frozen build; its path, in the folder `output`."""
    makers = {"win32": make_setup, "darwin": make_disk_image}
    return makers.get(sys.platform, make_archive)(build, output, version)


def make_setup(build: Path, output: Path, version: str) -> Path:
    """A setup program by Inno Setup, which signs it where there is a certificate."""
    compiler = shutil.which("iscc") or str(Path(os.environ["PROGRAMFILES(X86)"], "Inno Setup 6", "ISCC.exe"))
    numeric = ".".join(map(str, version_numbers(version)))
    values = {"Version": version, "NumericVersion": numeric, "Source": str(build), "Output": str(output)}
    command = [compiler, "/Qp", *(f"/D{name}={value}" for name, value in values.items())]
    if sign := windows_sign_command():
        # $q is a quotation mark and $f the file, in Inno Setup's words: it signs the uninstaller that it makes
        command += ["/DSigned", "/Srelease=" + " ".join(f"$q{word}$q" for word in sign) + " $f"]
    subprocess.run([*command, str(_PACKAGING / "windows" / "cuefit.iss")], check=True)
    return output / f"Cuefit-{version}-windows-x86_64-setup.exe"


def make_disk_image(build: Path, output: Path, version: str) -> Path:
    """A disk image with the application and a link to /Applications, notarised where there are credentials."""
    image = output / f"Cuefit-{version}-macos-{platform.machine()}.dmg"
    image.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["ditto", str(build), str(Path(folder, build.name))], check=True)  # keeps links and attributes
        Path(folder, "Applications").symlink_to("/Applications")
        command = ["hdiutil", "create", "-volname", "Cuefit", "-srcfolder", folder, "-format", "UDZO", str(image)]
        subprocess.run(command, check=True)
    if not notarise(image):
        print("No credentials for Apple's notary are named: the disk image isn't notarised.")
    return image


def make_archive(build: Path, output: Path, version: str) -> Path:
    """A tar archive with the build, an installer for one user, and what desktops want to know."""
    name = f"Cuefit-{version}-linux-{platform.machine()}"
    archive = output / f"{name}.tar.gz"
    with tempfile.TemporaryDirectory() as folder:
        share = Path(folder, "share")
        write_desktop_files(share, version)
        with tarfile.open(archive, "w:gz", compresslevel=6) as tar:
            tar.add(build, f"{name}/Cuefit", filter=_of_nobody)
            tar.add(share, f"{name}/share", filter=_of_nobody)
            tar.add(_PACKAGING / "linux" / "install.sh", f"{name}/install.sh", filter=_of_nobody)
            tar.add(_PACKAGING.parent / "LICENSE", f"{name}/LICENSE", filter=_of_nobody)
    return archive


def write_desktop_files(share: Path, version: str) -> None:
    """Write the desktop entry, the AppStream metadata and the icons below a `share` folder."""
    linux = _PACKAGING / "linux"
    metadata = (linux / f"{_APP_ID}.metainfo.xml").read_text(encoding="utf-8")
    metadata = metadata.replace("@VERSION@", version).replace("@DATE@", _release_date().isoformat())
    for folder in ("applications", "metainfo"):
        (share / folder).mkdir(parents=True)
    shutil.copyfile(linux / f"{_APP_ID}.desktop", share / "applications" / f"{_APP_ID}.desktop")
    (share / "metainfo" / f"{_APP_ID}.metainfo.xml").write_text(metadata, encoding="utf-8")
    icons = {f"{size}x{size}": f"cuefit-{size}.png" for size in (16, 32, 48, 64, 128, 256, 512)} | {
        "scalable": "cuefit.svg"
    }
    for folder, icon in icons.items():
        target = share / "icons" / "hicolor" / folder / "apps"
        target.mkdir(parents=True)
        shutil.copyfile(_ICONS / icon, target / f"{_APP_ID}{Path(icon).suffix}")


def _release_date() -> datetime.date:
    """Today, or the day of SOURCE_DATE_EPOCH."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH")
    now = datetime.datetime.now(datetime.UTC)
    return (datetime.datetime.fromtimestamp(int(seconds), datetime.UTC) if seconds else now).date()


def _of_nobody(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry
