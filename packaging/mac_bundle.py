"""What macOS is told about the application."""

from __future__ import annotations

from typing import Any

BUNDLE_IDENTIFIER = "org.cuefit.Cuefit"
MINIMUM_SYSTEM = "14.0"
"""The newest that a wheel asks for: those of Qt and PyAV are tagged macosx_14_0. `check_wheels.py` compares."""

_WHY_FOLDERS = (
    "Cuefit listens to the music in the folders that you choose, and writes film genres into the files' tags."
)


def information(version: str, executable: str) -> dict[str, Any]:
    """Entries of Info.plist that PyInstaller doesn't make itself, or makes otherwise."""
    return {
        "CFBundleDisplayName": "Cuefit",
        "CFBundleExecutable": executable,
        "CFBundleName": "Cuefit",
        "CFBundleShortVersionString": version,
        "CFBundleVersion": version,
        "CFBundleLocalizations": ["en", "de"],
        "LSApplicationCategoryType": "public.app-category.music",
        "LSBackgroundOnly": False,  # PyInstaller takes it from whichever executable comes last
        "LSMinimumSystemVersion": MINIMUM_SYSTEM,
        "NSHighResolutionCapable": True,
        "NSDesktopFolderUsageDescription": _WHY_FOLDERS,
        "NSDocumentsFolderUsageDescription": _WHY_FOLDERS,
        "NSDownloadsFolderUsageDescription": _WHY_FOLDERS,
        "NSNetworkVolumesUsageDescription": _WHY_FOLDERS,
        "NSRemovableVolumesUsageDescription": _WHY_FOLDERS,
        "NSRequiresAquaSystemAppearance": False,  # follow the dark appearance
    }
