"""The version resource of a Windows executable, as the text that PyInstaller reads."""

from __future__ import annotations

import re

_TEMPLATE = """\
VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, flags=0x0, OS=0x40004, fileType=0x1),
  kids=[
    StringFileInfo([StringTable("040904B0", [
      {strings}
    ])]),
    VarFileInfo([VarStruct("Translation", [0x0409, 0x04B0])]),
  ],
)
"""


def version_numbers(version: str) -> tuple[int, int, int, int]:
    """The four numbers that Windows compares: those of the release, and zeros.

    Raises
    ------
    ValueError
        The version doesn't begin with one to four numbers below 65536 (PEP 440 without epoch).
    """
    release = re.match(r"\d+(\.\d+){0,3}(?!\.?\d)", version)
    numbers = [int(number) for number in release.group().split(".")] if release else []
    if not numbers or max(numbers) > 0xFFFF:
        raise ValueError(f"{version!r} can't be written as a Windows version")
    first, second, third, fourth = (*numbers, 0, 0, 0)[:4]
    return first, second, third, fourth


def version_resource(name: str, version: str) -> str:
    """Version resource of the executable `name` (without suffix), in US English and Unicode."""
    strings = {
        "CompanyName": "Cuefit",
        "FileDescription": "Cuefit",  # what Windows shows as the program's name
        "FileVersion": version,
        "InternalName": name,
        "LegalCopyright": "GPL-3.0-or-later",
        "OriginalFilename": f"{name}.exe",
        "ProductName": "Cuefit",
        "ProductVersion": version,
    }
    return _TEMPLATE.format(
        numbers=version_numbers(version),
        strings="\n      ".join(f"StringStruct({key!r}, {value!r})," for key, value in strings.items()),
    )
