"""Runs Cuefit in forked children that are killed at a chosen step: a process of its own, ordered about by a pipe.

A step is a line of Python that is about to run in the modules that write. The steps of all processes of a child are
counted together, in shared memory; whoever takes the one that was chosen kills the whole process group. The product
knows nothing of it: the counting is a trace function, which worker processes take over because `multiprocessing` runs
this file in them, too.
"""

from __future__ import annotations

import ctypes
import json
import mmap
import os
import shutil
import signal
import struct
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Generic, TypeVar

import tagger_app
from tagger_app.cli import main as cuefit
from tagger_app.ensemble.choose import choose_bundle
from tagger_app.ensemble.scoring import Ensemble
from tagger_app.errors import FileError
from tagger_app.index import migrations
from tagger_app.index.connection import open_for_reading, open_for_writing
from tagger_app.index.repair import repair_index
from tagger_app.index.tracks import get_track, known_files
from tagger_app.scan import retag, tag_work, worker
from tagger_app.scan import scan as scanning
from tagger_app.tagging.write import settle  # noqa: F401 - so that a child need not import it
from trainer.bundle import installation

Job = TypeVar("Job")

_PACKAGE = Path(tagger_app.__file__).parent
_WRITING = (
    *(
        str(_PACKAGE.joinpath(name))
        for name in (
            *("tagging/rewrite.py", "tagging/write.py", "tagging/journal.py", "tagging/undo.py", "tagging/splice.py"),
            *("index/writer.py", "index/changes.py", "index/connection.py", "index/migrations.py"),
            *("index/repair.py", "index/backup.py"),
            *("scan/retag.py", "scan/scan.py", "scan/jobs.py", "scan/tag_tasks.py", "scan/tag_work.py"),
        )
    ),
    str(_PACKAGE / "durable.py"),
    str(_PACKAGE / "unfinished.py"),
    str(installation.__file__),
    shutil.__file__,  # which copies bundles, and what a file has beside its content
)
_COUNTERS = struct.Struct("<QQ")
_SUBREAPER = 36


class Steps:
    """Counts steps together with other processes, and kills the process group at the chosen one."""

    def __init__(self, path: str) -> None:
        with Path(path).open("r+b") as file:
            self._counters = mmap.mmap(file.fileno(), _COUNTERS.size)

    def choose(self, step: int) -> None:
        """Begin to count; 0 is never reached."""
        _COUNTERS.pack_into(self._counters, 0, 0, step)

    @property
    def n_taken(self) -> int:
        return int(_COUNTERS.unpack_from(self._counters)[0])

    def trace(self) -> None:
        """Count the steps of all threads of this process from now on."""
        threading.settrace(self._follow)
        sys.settrace(self._follow)

    def _follow(self, frame: Any, event: str, argument: object) -> Callable[..., Any] | None:
        if frame.f_code.co_filename not in _WRITING:
            return None
        if event == "line":
            n_taken, chosen = _COUNTERS.unpack_from(self._counters)
            _COUNTERS.pack_into(self._counters, 0, n_taken + 1, chosen)
            if n_taken + 1 == chosen:
                os.killpg(0, signal.SIGKILL)
                time.sleep(60)
        return self._follow


class InlinePool(Generic[Job]):
    """Stands in for the worker pool where a child is to do everything in one process, ten times as fast."""

    def __init__(self, bundle: Any, n_workers: int, priority: str = "low") -> None:
        self._jobs: deque[tuple[Any, Callable[..., Any], tuple[Any, ...]]] = deque()
        if bundle is not None and not worker._ensembles:
            worker._ensembles.append(Ensemble(bundle))

    @property
    def has_room(self) -> bool:
        return len(self._jobs) < 2

    @property
    def is_idle(self) -> bool:
        return not self._jobs

    def give(self, job: Any, task: Callable[..., Any], arguments: tuple[Any, ...], limit_s: float) -> None:
        self._jobs.append((job, task, arguments))

    def collect(self) -> Iterator[tuple[Any, Any]]:
        job, task, arguments = self._jobs.popleft()
        try:
            yield job, task(*arguments)
        except FileError as error:
            yield job, error

    def __enter__(self) -> InlinePool:
        return self

    def __exit__(self, *error: object) -> None:
        self._jobs.clear()


def newer_migrations() -> Any:
    """The migrations of a version to come."""
    known = migrations.MIGRATIONS
    newer = type(known)(known.name)
    for migration in known._migrations:
        newer(name=migration.name)(migration.fn)

    @newer(name="add_smell")
    def add_smell(database: Any) -> None:
        database.conn.execute("ALTER TABLE tracks ADD COLUMN smell TEXT")
        database.conn.execute("UPDATE tracks SET smell = title")

    @newer(name="add_taste")
    def add_taste(database: Any) -> None:
        database.conn.execute("ALTER TABLE tracks ADD COLUMN taste TEXT")
        database.conn.execute("CREATE INDEX tracks_taste ON tracks (taste)")

    return newer


def do(stage: str, root: str, index_path: Path, trained: str, bundles: str, *, inline: bool) -> None:
    """One of Cuefit's commands over a library, inline or as a user would start it."""
    if stage == "migrate":
        migrations.MIGRATIONS = newer_migrations()
        open_for_writing(index_path).close()
    elif stage == "repair":
        repair_index(index_path)
    elif stage == "install":
        # Trying the networks takes a process of its own for a second, and writes nothing.
        installation.try_members = lambda bundle: None
        installation.install_bundle(Path(trained), Path(bundles))
    elif not inline:
        database = ("--db", str(index_path))
        commands = {
            "scan": ("scan", root, "--write-tags", "--workers", "1", *database),
            "write": ("tags", "write", "--all", *database),
            "clear": ("tags", "clear", root, *database),
            "undo": ("tags", "undo", "--all", *database),
        }
        cuefit(commands[stage], standalone_mode=False)
    else:
        tag_work.WorkerPool = scanning.WorkerPool = InlinePool  # type: ignore[assignment,misc]
        for event in _events(stage, root, index_path):
            if reason := getattr(event, "reason", None) or getattr(event, "error", None):
                raise RuntimeError(f"{stage}: {event.path}: {reason}")


def _events(stage: str, root: str, index_path: Path) -> Iterator[Any]:
    if stage == "scan":
        return scanning.scan([root], index_path, choose_bundle(), scanning.ScanOptions(n_workers=1, write_tags=True))
    if stage == "undo":
        return retag.undo_tags(index_path)
    with closing(open_for_reading(index_path)) as connection:
        paths = sorted(known_files(connection, root))
        tracks = [get_track(connection, path) for path in paths]
    connection.close()
    if stage == "clear":
        return retag.clear_tags(paths, index_path)
    return retag.write_tags([track for track in tracks if track], index_path)


def _run_child(order: dict[str, Any], steps: Steps, log: str) -> None:
    os.setpgid(0, 0)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for descriptor in (1, 2):
        os.dup2(output, descriptor)
    sys.argv = [__file__, "--steps", order["steps"]]
    steps.trace()
    try:
        places = (order["root"], Path(order["index"]), order["trained"], order["bundles"])
        do(order["stage"], *places, inline=order["inline"])
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else 1
    except BaseException:
        traceback.print_exc()
        status = 1
    else:
        status = 0
    sys.settrace(None)
    sys.stderr.flush()
    os._exit(status)


def _follow_order(order: dict[str, Any], steps: Steps, log: str) -> dict[str, Any]:
    steps.choose(order["step"])
    started = time.monotonic()
    pid = os.fork()
    if not pid:
        _run_child(order, steps, log)
    with suppress(OSError):  # the child may have been quicker
        os.setpgid(pid, pid)
    if order["after_s"]:
        time.sleep(order["after_s"])
        os.killpg(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    seconds = time.monotonic() - started
    _wait_for_group(pid)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    return {"killed": killed, "status": status, "n_steps": steps.n_taken, "seconds": seconds}


def _wait_for_group(group: int) -> None:
    """Wait until no process of a group is left, orphans included."""
    deadline = time.monotonic() + 30.0
    while time.monotonic() < deadline:
        try:
            os.waitpid(-group, os.WNOHANG)
        except ChildProcessError:
            try:
                os.killpg(group, 0)
            except OSError:
                return
        time.sleep(0.002)
    raise RuntimeError("a process of the group lives on")


def main(folder: str) -> None:
    """Take orders, one JSON object a line, and answer each with another."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    path = Path(folder, "steps")
    path.write_bytes(bytes(_COUNTERS.size))
    steps = Steps(str(path))
    for line in sys.stdin:
        answer = _follow_order(json.loads(line) | {"steps": str(path)}, steps, str(path.with_name("log")))
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
elif __name__ == "__mp_main__" and sys.argv[1:2] == ["--steps"]:
    Steps(sys.argv[2]).trace()
