"""Feed damaged files to a real scan that writes tags: `python -m tests.fuzz.campaign --cases 10000 --seed 1`.

Every file must end as analysed or as a failure with a reason, in the time and memory of a worker; tags must leave the
audio as it was for three readers, and a file that isn't tagged must keep every byte. What isn't so is kept with
`--keep`, for `tests/fuzz/regressions`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from pathlib import Path
from unittest import mock

import psutil

from tagger_app.ensemble.bundle import Bundle
from tagger_app.ensemble.choose import choose_bundle
from tagger_app.scan.events import TagsFailed, TagsWritten, TrackDone, TrackFailed
from tagger_app.scan.pool import WorkerPool
from tagger_app.scan.scan import ScanOptions, scan
from tagger_app.tagging.fields import machine_fields
from tests.fuzz.bombs import make_bombs
from tests.fuzz.cases import Case, make_mutations, make_truncations
from tests.fuzz.comparison import compare_task
from tests.fuzz.seeds import make_seeds

_BATCH = 200
_FEW = 4

TAGGED = "analysed, tags written"
UNTAGGED = "analysed, tags refused"
NO_FITS = "analysed, no fits"
FAILED = "failed"
TOO_LONG = "too long"
TOO_LARGE = "too much memory"
CRASHED = "decoder crashed"
BUG = "BUG"
HARMED = "HARMED"
OUTCOMES = (TAGGED, UNTAGGED, NO_FITS, FAILED, TOO_LONG, TOO_LARGE, CRASHED, BUG, HARMED)


@dataclass(frozen=True)
class Result:
    """How one case ended, and why."""

    case: Case
    outcome: str
    reason: str = ""


@dataclass
class Memory:
    """The most memory that this process and any worker had, in MiB, looked at ten times a second."""

    parent_mib: float = 0.0
    worker_mib: float = 0.0
    _stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Memory:
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()

    def _watch(self) -> None:
        process = psutil.Process()
        while not self._stop.wait(0.1):
            self.parent_mib = max(self.parent_mib, process.memory_info().rss / (1 << 20))
            for child in process.children():
                try:
                    self.worker_mib = max(self.worker_mib, child.memory_info().rss / (1 << 20))
                except psutil.Error:
                    continue


def run_cases(
    cases: Iterable[Case], bundle: Bundle, folder: Path, *, limit_s: float, n_workers: int = 1, batch: int = _BATCH
) -> Iterator[Result]:
    """Run cases, some at a time, and tell how each ended, in any order.

    Parameters
    ----------
    folder : for the files; what is left of them is removed
    limit_s : time that a worker may take for a file
    batch : cases in one folder
    """
    waiting = iter(cases)
    while some := list(islice(waiting, batch)):
        place = Path(tempfile.mkdtemp(dir=folder))
        with mock.patch("tagger_app.scan.jobs.time_limit_s", return_value=limit_s):
            yield from _Batch(some, bundle, place, limit_s, n_workers).run()
        shutil.rmtree(place)


class _Batch:
    """Some cases, scanned at once."""

    def __init__(self, cases: Sequence[Case], bundle: Bundle, folder: Path, limit_s: float, n_workers: int) -> None:
        self._cases = {case.name: case for case in cases}
        self._bundle = bundle
        self._folder = folder
        self._limit_s = limit_s
        self._options = ScanOptions(n_workers=n_workers, write_tags=True)
        self._root, self._before = folder / "music", folder / "before"
        self._done: dict[str, TrackDone] = {}
        self._results: dict[str, Result] = {}
        self._written: list[str] = []
        self._put_aside: set[str] = set()

    def run(self) -> Iterator[Result]:
        for place in (self._root, self._before):
            place.mkdir()
            for case in self._cases.values():
                (place / case.name).write_bytes(case.data)
        self._scan()
        with WorkerPool[str](self._bundle, self._options.n_workers) as pool:
            waiting = list(self._written)
            while waiting or not pool.is_idle:
                while waiting and pool.has_room:
                    name = waiting.pop()
                    record = self._done[name].record
                    fields = machine_fields(record.fits, record.assigned, record.bundle_id)
                    arguments = (str(self._before / name), str(self._root / name), fields)
                    pool.give(name, compare_task, arguments, 4 * self._limit_s)
                for name, wrong in pool.collect():
                    if wrong:
                        self._end(name, HARMED, str(wrong))
                    else:
                        self._end(name, TAGGED)
        for name, case in self._cases.items():
            if name not in self._results:
                self._end(name, BUG, "no event tells how it ended")
            untouched = name not in self._written and name not in self._put_aside
            if untouched and (self._root / name).read_bytes() != case.data:
                self._end(name, HARMED, "was changed though no tags were written")
        if strangers := {entry.name for entry in os.scandir(self._root)} - self._cases.keys():
            self._end(next(iter(self._cases)), HARMED, f"somebody left {strangers}")
        yield from self._results.values()

    def _end(self, name: str, outcome: str, reason: str = "") -> None:
        self._results[name] = Result(self._cases[name], outcome, reason)

    def _scan(self) -> None:
        """Scan until no bug stops the scan; the file that showed one is put aside."""
        while True:
            try:
                self._listen(self._root, self._folder / "state" / "library.db")
            except Exception:
                if not self._find_culprit():
                    raise
            else:
                return

    def _listen(self, root: Path, index_path: Path) -> None:
        for event in scan([str(root)], index_path, self._bundle, self._options):
            match event:
                case TrackDone(record):
                    name = os.path.basename(record.path)  # noqa: PTH119
                    self._done[name] = event
                    if record.unscored:
                        self._end(name, NO_FITS, record.unscored)
                case TrackFailed(path, _, reason):
                    self._end(os.path.basename(path), _kind_of(reason), reason)  # noqa: PTH119
                case TagsFailed(path, reason):
                    self._end(os.path.basename(path), _kind_of(reason, UNTAGGED), reason)  # noqa: PTH119
                case TagsWritten(path, changed):
                    name = os.path.basename(path)  # noqa: PTH119
                    self._end(name, TAGGED)
                    if changed:
                        self._written.append(name)

    def _find_culprit(self) -> bool:
        unfinished = sorted(self._cases.keys() - self._results.keys())
        for number, name in enumerate(unfinished[:_FEW]):
            index_path = self._folder / f"alone-{len(self._results)}-{number}" / "library.db"
            try:
                self._listen(self._root / name, index_path)
            except Exception:
                self._end(name, BUG, traceback.format_exc())
                (self._root / name).unlink()
                self._put_aside.add(name)
                return True
        return False


def _kind_of(reason: str, otherwise: str = FAILED) -> str:
    if not reason or "\n" in reason:
        return BUG
    for part, outcome in (("took too long", TOO_LONG), ("memory", TOO_LARGE), ("crashed the decoder", CRASHED)):
        if part in reason:
            return outcome
    return otherwise


def print_report(results: Sequence[Result], memory: Memory, seconds: float) -> None:
    """A table of formats and outcomes, and every reason once with its number."""
    counts = Counter((result.case.format, result.outcome) for result in results)
    shown = [outcome for outcome in OUTCOMES if any(result.outcome == outcome for result in results)]
    formats = sorted({result.case.format for result in results})
    print("| format | cases | " + " | ".join(shown) + " |")
    print("|---" * (len(shown) + 2) + "|")
    for name in [*formats, "all"]:
        numbers = [
            sum(count for (kind, ended), count in counts.items() if name in (kind, "all") and ended == outcome)
            for outcome in shown
        ]
        print(f"| {name} | {sum(numbers)} | " + " | ".join(map(str, numbers)) + " |")
    print(
        f"{len(results)} cases in {seconds:.0f} s; "
        f"most memory: parent {memory.parent_mib:.0f} MiB, worker {memory.worker_mib:.0f} MiB"
    )


def keep(result: Result, folder: Path) -> None:
    """Keep the file of a case, and beside it how the case ended."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / result.case.name).write_bytes(result.case.data)
    remark = f"{result.outcome}\n{result.case.done}\n{result.reason}\n"
    (folder / f"{result.case.name}.txt").write_text(remark)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000, help="files with structure-aware damage")
    parser.add_argument("--truncations", type=int, default=None, help="files cut off; as a rule, at every byte")
    parser.add_argument("--bombs", type=int, default=0, help="megabytes of the large tags; as a rule, no bombs are run")
    parser.add_argument("--seed", type=int, default=1, help="number of the campaign")
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--limit", type=float, default=30.0, help="seconds that a worker may take for a file")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument(
        "--keep", type=Path, help="folder for files of all cases that ended in another way than they should"
    )
    parser.add_argument("--quiet", action="store_true", help="print the table alone")
    options = parser.parse_args()
    results = []
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as name, Memory() as memory:
        folder = Path(name)
        seeds = make_seeds(folder)
        numbers = range(options.first, options.first + options.cases)
        cases = chain(make_mutations(seeds, options.seed, numbers), make_truncations(seeds, options.truncations))
        bombs = make_bombs(seeds, options.bombs) if options.bombs else ()
        run = partial(
            run_cases, bundle=choose_bundle(), folder=folder, limit_s=options.limit, n_workers=options.workers
        )
        with suppress(KeyboardInterrupt):  # what has been run until then is reported
            for result in chain(run(cases), run(bombs, batch=_FEW)):
                results.append(Result(result.case._replace(data=b""), result.outcome, result.reason))
                if result.outcome in (BUG, HARMED, CRASHED, TOO_LONG, TOO_LARGE):
                    if options.keep:
                        keep(result, options.keep)
                    if not options.quiet:
                        told = f"{result.case.name} ({result.case.done}): {result.reason[-400:]}"
                        print(f"{result.outcome}: {told}", flush=True)
    print_report(results, memory, time.monotonic() - started)
    sys.exit(any(result.outcome in (BUG, HARMED) for result in results))


if __name__ == "__main__":
    main()
