"""Windows' rule about open files, kept on Linux: none is renamed, replaced or removed while somebody has it open.

Nor is a folder renamed that holds an open file. `keep_the_rule` has the system's calls refuse it as Windows does, no
matter who has the file open or mapped; Cuefit takes the ways that it takes there. Run as a program this is Cuefit's
command line under the rule, its workers too.
"""

from __future__ import annotations

import errno
import importlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

REFUSED_LOG = "CUEFIT_TEST_REFUSED"
"""Names the file, if any, that says what was refused: a line each."""
_WHERE = ("tagger_app.durable", "tagger_app.tagging.rewrite", "tagger_app.suggest.packed")
_RENAMING = ("replace", "rename")
_REMOVING = ("remove", "unlink")


def keep_the_rule(put: Callable[[object, str, object], None] = setattr) -> list[str]:
    """Refuse to touch open files from now on.

    Parameters
    ----------
    put : sets an attribute, as `setattr` does; `MonkeyPatch.setattr` takes it back later

    Returns
    -------
    Paths of what was refused; it grows.
    """
    refused: list[str] = []
    for name in _WHERE:
        put(importlib.import_module(name), "REPLACES_OPEN_FILES", False)
    for name in (*_RENAMING, *_REMOVING):
        put(os, name, _refusing(getattr(os, name), 2 if name in _RENAMING else 1, refused))
    return refused


def _refusing(whole: Callable[..., None], n_paths: int, refused: list[str]) -> Callable[..., None]:
    def call(*paths: Any, **options: Any) -> None:
        for path in paths[:n_paths] if not options else ():
            real_path = os.path.join(os.path.realpath(os.path.dirname(os.fspath(path))), os.path.basename(path))  # noqa: PTH118, PTH119, PTH120
            if not os.path.islink(real_path) and is_open(os.fsdecode(real_path)):  # noqa: PTH114
                refused.append(os.fsdecode(real_path))
                if log := os.environ.get(REFUSED_LOG):
                    with Path(log).open("a", encoding="utf-8", errors="backslashreplace") as file:
                        file.write(f"{refused[-1]}\n")
                raise PermissionError(errno.EACCES, "Access is denied", path)
        whole(*paths, **options)

    return call


def is_open(path: str) -> bool:
    """Whether any process that we may look at has a file, or one in a folder, open or mapped."""
    inside = path + os.sep
    return any(used == path or used.startswith(inside) for used in _used())


def _used() -> Iterator[str]:
    for process in Path("/proc").iterdir():
        if not process.name.isdecimal():
            continue
        try:
            descriptors = os.listdir(process / "fd")  # noqa: PTH208
            maps = os.fsdecode((process / "maps").read_bytes()).splitlines()
        except OSError:  # gone, or somebody else's
            continue
        for descriptor in descriptors:
            try:
                yield os.readlink(process / "fd" / descriptor)  # noqa: PTH115
            except OSError:
                continue
        yield from (fields[5] for line in maps if len(fields := line.split(maxsplit=5)) == 6)


if __name__ in ("__main__", "__mp_main__"):
    keep_the_rule()
if __name__ == "__main__":
    from tagger_app.cli import main

    main(sys.argv[1:])
