"""What the Qt hooks share: PyInstaller's own collection, less the files that the application doesn't use.

PyInstaller looks for the libraries that a collected file needs after its hook has run. A plug-in must therefore be
dropped here; dropped from the finished list it would leave its libraries behind.
"""

from __future__ import annotations

from pathlib import Path, PurePath

from PyInstaller.utils.hooks.qt import add_qt6_dependencies

from contents import QT_MODULES, is_kept

Files = list[tuple[str, str]]


def collect(hook_file: str) -> tuple[list[str], Files, Files]:
    """Hidden imports, binaries and data files of the binding that a hook is named after."""
    modules, binaries, datas = add_qt6_dependencies(hook_file)
    used = {f"PySide6.{module}" for module in QT_MODULES}
    return (
        [module for module in modules if not module.startswith("PySide6.") or module in used],
        [file for file in binaries if _is_kept(file)],
        [file for file in datas if _is_kept(file)],
    )


def _is_kept(file: tuple[str, str]) -> bool:
    source, folder = file
    return is_kept(str(PurePath(folder) / Path(source).name))
