"""Trying a bundle's networks where they can do no harm.

LiteRT reads a network where it lies in memory: one that was made to harm, and whose hash the manifest names, can crash
the process that opens it. Bundles that come with Cuefit are opened where they are; others first in a process of their
own.
"""

from __future__ import annotations

import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path

from tagger_app.ensemble.bundle import Bundle, load_bundle
from tagger_app.errors import BundleError, ResourceError
from tagger_app.paths import resource_path

_LIMIT_S = 60.0


def try_members(bundle: Bundle) -> None:
    """Open every member once.

    Raises
    ------
    BundleError
        One can't be run, or takes LiteRT with it.
    """
    if _is_shipped(bundle):
        bundle.open_members(accelerated=False)
        return
    context = multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_report, args=(bundle.folder, sending), daemon=True)
    process.start()
    sending.close()
    try:
        trouble = receiving.recv() if receiving.poll(_LIMIT_S) else "takes too long to open"
    except EOFError:
        trouble = "crashes LiteRT"
    finally:
        process.kill()
        process.join()
        receiving.close()
    if isinstance(trouble, BundleError):
        raise trouble
    if trouble is not None:
        raise BundleError(bundle.folder, f"holds a network that {trouble}")


def _report(folder: Path, sending: Connection) -> None:
    # Loaded here: a process that dies before it has read a whole bundle would have its parent wait for ever.
    try:
        load_bundle(folder).open_members(accelerated=False)
    except BundleError as error:
        sending.send(error)
    except MemoryError:
        sending.send("needs more memory than there is")
    else:
        sending.send(None)


def _is_shipped(bundle: Bundle) -> bool:
    try:
        return bundle.folder.resolve().is_relative_to(resource_path("models").resolve())
    except ResourceError:
        return False
