"""What runs in a worker process that listens: tasks that cross the process border as plain values."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import threadpool_limits

from tagger_app.ensemble.reference import BundleReference, load_referred
from tagger_app.ensemble.scoring import Ensemble
from tagger_app.errors import DecodeError, UnreadableError
from tagger_app.scan.analyze import Analysis, Identity, analyze, identify
from tagger_app.scan.process import prepare_process

_ensembles: list[Ensemble] = []
"""The ensemble of this process: made once, by `start_worker`, because interpreters can't be sent to a process."""


def start_worker(bundle: BundleReference, priority: str = "low") -> None:
    """Prepare this process to listen, with one thread; `priority` as in `prepare_process`."""
    prepare_process(priority)
    threadpool_limits(1)
    _ensembles.append(Ensemble(load_referred(bundle)))


def identify_task(path: str) -> Identity:
    """Recognise a file.

    Raises
    ------
    DecodeError
        As `identify`; `UnreadableError` where the reason doesn't lie in the file.
    """
    with _telling_who_is_to_blame(path):
        return identify(path)


def analyze_task(path: str, identity: Identity | None) -> tuple[Identity, Analysis]:
    """Listen to a file; identify it first unless that is done.

    Raises
    ------
    DecodeError
        As `identify` and `analyze`; `UnreadableError` where the reason doesn't lie in the file.
    """
    with _telling_who_is_to_blame(path):
        return identity or identify(path), analyze(path, _ensembles[0])


@contextmanager
def _telling_who_is_to_blame(path: str) -> Iterator[None]:
    """Read a file that failed once more, as bytes: a decoder hardly says whether the disk or the file is broken."""
    try:
        yield
    except DecodeError:
        try:
            with open(path, "rb") as file:  # noqa: PTH123
                while file.read(1 << 20):
                    pass
        except (FileNotFoundError, ValueError):
            pass  # which the decoder said in the same words
        except OSError as error:
            raise UnreadableError(path, f"can't be read ({error.strerror or error})") from error
        raise
