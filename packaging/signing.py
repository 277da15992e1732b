"""Signatures and notarisation: done where the environment names what is needed, else left out with a word.

| system | variables |
|---|---|
| Windows | `CUEFIT_CERTIFICATE` (a .pfx file), `CUEFIT_CERTIFICATE_PASSWORD` |
| macOS | `CUEFIT_IDENTITY` ("Developer ID Application: ...", in a keychain that is open) |
| macOS, notarisation | `CUEFIT_APPLE_ID`, `CUEFIT_APPLE_TEAM`, `CUEFIT_APPLE_PASSWORD` (made for this application) |
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

_ENTITLEMENTS = Path(__file__).parent / "macos" / "entitlements.plist"
_TIME_STAMPS = "http://timestamp.digicert.com"


def windows_sign_command() -> list[str] | None:
    """The command that signs the files named after it; None without a certificate."""
    certificate = os.environ.get("CUEFIT_CERTIFICATE")
    if not certificate:
        return None
    password = os.environ.get("CUEFIT_CERTIFICATE_PASSWORD", "")
    return [
        "signtool",
        "sign",
        "/fd",
        "sha256",
        "/td",
        "sha256",
        "/tr",
        _TIME_STAMPS,
        "/f",
        certificate,
        "/p",
        password,
    ]


def sign_windows(files: list[Path]) -> bool:
    """Sign executables or an installer; False, and nothing done, without a certificate."""
    command = windows_sign_command()
    if command is None:
        return False
    subprocess.run([*command, *map(str, files)], check=True)
    return True


def sign_macos(app: Path) -> bool:
    """Sign a bundle for the hardened runtime, its libraries first; False, and nothing done, without an identity."""
    identity = os.environ.get("CUEFIT_IDENTITY")
    if not identity:
        return False
    command = ["codesign", "--force", "--timestamp", "--options", "runtime", "--sign", identity]
    inside = [path for path in app.rglob("*") if path.is_file() and not path.is_symlink() and _is_machine_code(path)]
    # A bundle's seal covers what is inside, so that must be signed before: deepest first, the bundle itself last.
    executables = set((app / "Contents" / "MacOS").iterdir())
    for path in sorted(inside, key=lambda path: (-len(path.parts), path)):
        extra = ["--entitlements", str(_ENTITLEMENTS)] if path in executables else []
        subprocess.run([*command, *extra, str(path)], check=True)
    for framework in sorted(app.rglob("*.framework"), key=lambda path: -len(path.parts)):
        if not framework.is_symlink():
            subprocess.run([*command, str(framework)], check=True)
    subprocess.run([*command, "--entitlements", str(_ENTITLEMENTS), str(app)], check=True)
    subprocess.run(["codesign", "--verify", "--deep", "--strict", str(app)], check=True)
    return True


def notarise(image: Path) -> bool:
    """Have Apple check a signed disk image, and attach its ticket; False, and nothing done, without credentials."""
    names = {"--apple-id": "CUEFIT_APPLE_ID", "--team-id": "CUEFIT_APPLE_TEAM", "--password": "CUEFIT_APPLE_PASSWORD"}
    if not all(os.environ.get(name) for name in names.values()):
        return False
    credentials = [word for option, name in names.items() for word in (option, os.environ[name])]
    subprocess.run(["xcrun", "notarytool", "submit", str(image), "--wait", *credentials], check=True)
    subprocess.run(["xcrun", "stapler", "staple", str(image)], check=True)
    return True


def _is_machine_code(path: Path) -> bool:
    """Whether a file begins as Mach-O does, for one architecture or several."""
    with path.open("rb") as file:
        return file.read(4) in (b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
